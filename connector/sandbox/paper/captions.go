package paper

// caption is a caption of a statement in the paper's language.
func (l Language) caption(key string) string {
	w := captions[key]
	switch l {
	case Portuguese:
		return w[1]
	case Spanish:
		return w[2]
	}
	return w[0]
}

// captions are the captions in English, Portuguese and Spanish.
var captions = map[string][3]string{
	"page":        {"Page %d of ", "Página %d de ", "Página %d de "},
	"statement":   {"Account statement", "Extrato de conta", "Extracto de cuenta"},
	"card":        {"Card statement", "Fatura do cartão", "Extracto de tarjeta"},
	"investments": {"Investment statement", "Extrato de investimentos", "Extracto de inversiones"},
	"period":      {"Statement period", "Período", "Periodo"},
	"account":     {"Account", "Conta", "Cuenta"},
	"number":      {"Account number", "Número", "Número"},
	"issued":      {"Statement date", "Emissão", "Fecha de emisión"},
	"to":          {" – ", " a ", " a "},
	"summary":     {"Summary", "Resumo", "Resumen"},

	"opening": {"Opening balance", "Saldo anterior", "Saldo inicial"},
	"in":      {"Money in", "Entradas", "Abonos"},
	"out":     {"Money out", "Saídas", "Cargos"},
	"closing": {"Closing balance", "Saldo final", "Saldo final"},

	"owed before": {"Previous balance", "Saldo anterior", "Deuda anterior"},
	"credits":     {"Payments and credits", "Pagamentos e créditos", "Pagos y abonos"},
	"charges":     {"Purchases and charges", "Compras e lançamentos", "Compras y cargos"},
	"owed after":  {"New balance", "Saldo atual", "Deuda actual"},
	"bill":        {"Billed on %s", "Fatura fechada em %s", "Liquidación del %s"},
	"due":         {"Payment due", "Vencimento", "Vencimiento"},
	"minimum":     {"Minimum payment", "Pagamento mínimo", "Pago mínimo"},
	"limit":       {"Credit limit", "Limite", "Límite de crédito"},
	"available":   {"Available credit", "Limite disponível", "Crédito disponible"},

	"worth before": {"Value at start", "Valor inicial", "Valor inicial"},
	"change":       {"Change in value", "Variação", "Variación"},
	"worth after":  {"Value at end", "Valor final", "Valor final"},
	"cash":         {"Of which cash", "Em conta", "En efectivo"},

	"movements":   {"Transactions", "Lançamentos", "Movimientos"},
	"activity":    {"Activity", "Movimentações", "Operaciones"},
	"no movement": {"No transactions in this period.", "Sem lançamentos no período.", "Sin movimientos en el periodo."},
	"date":        {"Date", "Data", "Fecha"},
	"text":        {"Description", "Histórico", "Concepto"},
	"amount":      {"Amount", "Valor", "Importe"},
	"balance":     {"Balance", "Saldo", "Saldo"},
	"cash left":   {"Cash balance", "Saldo em conta", "Efectivo"},
	"total":       {"Total", "Total", "Total"},

	"holdings": {"Holdings on %s", "Posição em %s", "Posiciones a %s"},
	"security": {"Security", "Ativo", "Valor"},
	"quantity": {"Quantity", "Quantidade", "Cantidad"},
	"price":    {"Price", "Preço", "Precio"},
	"value":    {"Value", "Valor", "Valoración"},

	"closing note": {
		"Amounts are in %s. Please read this statement and tell us soon if something is not yours.",
		"Valores em %s. Confira este extrato e avise-nos se não reconhecer algum lançamento.",
		"Importes en %s. Revise este extracto y avísenos si no reconoce algún movimiento.",
	},
}
