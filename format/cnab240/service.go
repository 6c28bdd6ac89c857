package cnab240

// services are what lots are of, by the code in the columns 10 and 11 of their header
// (Febraban G025).
var services = map[string]string{
	"01": "boletos (cobrança)",
	"02": "boletos of others (DDA)",
	"03": "boletos (bloqueto eletrônico)",
	"04": "statements (conciliação bancária)",
	"05": "direct debits (débitos)",
	"06": "cheques in custody (custódia de cheques)",
	"07": "cash management (gestão de caixa)",
	"08": "payroll loans (margem consignável)",
	"09": "payroll loans (averbação da consignação)",
	"10": "dividends (pagamento de dividendos)",
	"11": "payroll loans (manutenção da consignação)",
	"12": "payroll loans (consignação de parcelas)",
	"13": "payroll loans (glosa da consignação)",
	"14": "taxes to be paid (consulta de tributos)",
	"20": "payments to suppliers (pagamento a fornecedores)",
	"22": "payments of bills and taxes (contas, tributos e impostos)",
	"23": "exchange between banks (interoperabilidade)",
	"25": "supplier credit (compror)",
	"26": "supplier credit (compror rotativo)",
	"29": "objections to boletos (alegação do sacado)",
	"30": "salaries (pagamento de salários)",
	"32": "fees paid (honorários)",
	"33": "grants paid (bolsa auxílio)",
	"34": "stipends paid (prebenda)",
	"40": "buyer credit (vendor)",
	"41": "buyer credit (vendor a termo)",
	"50": "insurance claims paid (sinistros)",
	"60": "travel expenses paid (viajante em trânsito)",
	"70": "authorised payments (pagamento autorizado)",
	"75": "payments to accredited persons (credenciados)",
	"77": "remunerations (pagamento de remuneração)",
	"80": "payments to representatives (representantes)",
	"90": "benefits paid (pagamento de benefícios)",
	"98": "payments (pagamentos diversos)",
}

// statement reports whether a lot is one of an account's statement. The kind of operation
// E says so, and so does the service.
func statement(operation, service string) bool {
	return service == "04" || operation == "E" && services[service] == ""
}

// otherService is the reason for which a file without any statement is refused.
func otherService(service string) string {
	if noun := services[service]; noun != "" {
		return "is of " + noun + ": no statement of an account (extrato, 04)"
	}
	return "is of another service than statements of an account (extrato, 04)"
}

// kindOf is the kind that a category stands for (Febraban G093); many stand for several.
// A transfer says in its text which it is.
func kindOf(category, description string) string {
	switch category {
	case "117", "120", "209", "213":
		return transferKind(description)
	}
	return kinds[category]
}

var kinds = map[string]string{
	"101": "cheque", // paid
	"105": "fee",
	"112": "payment", // to suppliers
	"113": "salary",
	"114": "cash",   // from a machine
	"119": "cheque", // deposited, and returned
	"123": "cash",
	"124": "cheque",
	"125": "payment",
	"126": "payment", // of taxes
	"127": "payment", // of the bank's own card
	"202": "boleto",  // collected
	"203": "cheque",  // returned
	"204": "refund",
	"217": "payment",
	"218": "payment",
	"219": "salary",
	"220": "cash",
}
