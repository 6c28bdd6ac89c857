package sandbox

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// What Open Finance Brasil's API definitions have and the nouns lack is stored in
// Extra under "ofb." and the field's own name. Decimals are text; amounts are
// {"amount": "1000.0400", "currency": "BRL"}.

// ofbAmount writes cents with the four decimals of the definitions.
func ofbAmount(cents int64) map[string]any {
	return map[string]any{"amount": fairlead.NewDecimal(cents*100, 4).String(), "currency": "BRL"}
}

// brand is on every list of the definitions.
func (f *fetching) brand(e fairlead.Extra) fairlead.Extra {
	e["ofb.brandName"], e["ofb.companyCnpj"] = f.at.Name, f.at.taxID
	return e
}

func (f *fetching) ofbAccount(a world.Account, b fairlead.Balances) fairlead.Extra {
	e := f.brand(fairlead.Extra{})
	switch {
	case a.Kind == fairlead.AccountCard:
		pan := a.Mask
		e["ofb.name"], e["ofb.productType"], e["ofb.creditCardNetwork"] = a.Name, f.cardType(), "MASTERCARD"
		e["ofb.paymentMethod"] = []any{map[string]any{"identificationNumber": pan, "isMultipleCreditCard": false}}
		e["ofb.limits"] = []any{map[string]any{
			"creditLineLimitType": "LIMITE_CREDITO_TOTAL", "consolidationType": "CONSOLIDADO", "identificationNumber": pan, "lineName": "CREDITO_A_VISTA",
			"isLimitFlexible": false, "limitAmount": ofbMoney(b.Limit), "usedAmount": ofbMoney(b.Used), "availableAmount": ofbMoney(b.Available),
		}}
	case a.Kind == fairlead.AccountDepository:
		e["ofb.type"], e["ofb.subtype"] = "CONTA_DEPOSITO_A_VISTA", "INDIVIDUAL"
		if a.Subtype == "savings" {
			e["ofb.type"] = "CONTA_POUPANCA"
		}
		if f.customer.Persona.Joint {
			e["ofb.subtype"] = "CONJUNTA_SOLIDARIA"
		}
		e["ofb.compeCode"], e["ofb.branchCode"] = a.Numbers.COMPE, a.Numbers.Branch
	}
	return e
}

func ofbMoney(m *fairlead.Money) any {
	if m == nil {
		return nil
	}
	return map[string]any{"amount": m.Amount.Round(4).String(), "currency": m.Currency}
}

func (f *fetching) cardType() string {
	if f.customer.Person.Company {
		return "EMPRESARIAL"
	}
	return "GOLD"
}

// ofbType is the definitions' type of a movement.
func ofbType(e world.Entry) string {
	switch e.Kind {
	case "pix":
		return "PIX"
	case "ted":
		return "TED"
	case "boleto":
		return "BOLETO"
	case "direct_debit":
		return "CONVENIO_ARRECADACAO"
	case "salary":
		return "FOLHA_PAGAMENTO"
	case "cash":
		return "SAQUE"
	case "card":
		return "CARTAO"
	case "fee":
		return "TARIFA_SERVICOS_AVULSOS"
	case "interest":
		return "RENDIMENTO_APLIC_FINANCEIRA"
	case "transfer":
		return "TRANSFERENCIA_MESMA_INSTITUICAO"
	}
	switch {
	case e.Category == "loan":
		return "OPERACAO_CREDITO"
	case e.Category == world.CategoryYield:
		return "RENDIMENTO_APLIC_FINANCEIRA"
	case e.Category == world.CategoryInvestment && e.Cents > 0:
		return "RESGATE_APLIC_FINANCEIRA"
	case e.Kind == "refund":
		return "CARTAO"
	case e.Kind == "payment" && e.Category == "taxes":
		return "CONVENIO_ARRECADACAO"
	}
	return "OUTROS"
}

func ofbDirection(cents int64) string {
	if cents < 0 {
		return "DEBITO"
	}
	return "CREDITO"
}

func (f *fetching) ofbEntry(a world.Account, e world.Entry, booked bool) fairlead.Extra {
	x := fairlead.Extra{
		"ofb.creditDebitType": ofbDirection(e.Cents), "ofb.transactionName": e.Raw,
		"ofb.transactionDateTime": e.Made().Format("2006-01-02T15:04:05.000Z"),
	}
	if a.Kind == fairlead.AccountCard {
		f.ofbCardEntry(x, a, e)
		return x
	}
	x["ofb.type"], x["ofb.completedAuthorisedPaymentType"] = ofbType(e), "TRANSACAO_EFETIVADA"
	if !booked {
		x["ofb.completedAuthorisedPaymentType"] = "TRANSACAO_PROCESSANDO"
	}
	if p := f.customer.PartyOf(e); p.TaxID != "" {
		x["ofb.partieCnpjCpf"], x["ofb.partiePersonType"] = p.TaxID, "PESSOA_NATURAL"
		if p.Company {
			x["ofb.partiePersonType"] = "PESSOA_JURIDICA"
		}
		x["ofb.partieCompeCode"], x["ofb.partieBranchCode"], x["ofb.partieNumber"], x["ofb.partieCheckDigit"] = p.Bank, p.Branch, p.Account, p.CheckDigit
	}
	return x
}

func (f *fetching) ofbCardEntry(x fairlead.Extra, a world.Account, e world.Entry) {
	kind := "OUTROS"
	switch e.Kind {
	case "payment":
		kind = "PAGAMENTO"
	case "refund":
		kind = "ESTORNO"
	}
	x["ofb.identificationNumber"], x["ofb.transactionType"], x["ofb.paymentType"] = a.Mask, kind, "A_VISTA"
	x["ofb.brazilianAmount"], x["ofb.billPostDate"] = ofbAmount(max(e.Cents, -e.Cents)), e.Posted.Date().String()
	if e.Of > 0 {
		x["ofb.paymentType"], x["ofb.chargeIdentificator"], x["ofb.chargeNumber"] = "A_PRAZO", e.Number, e.Of
	}
	if code, err := strconv.Atoi(e.MCC); err == nil {
		x["ofb.payeeMCC"] = code
	}
}

func (f *fetching) ofbBill(b *fairlead.CardBill) {
	b.Extra = fairlead.Extra{"ofb.isInstalment": false}
	if len(b.Payments) > 0 {
		p := b.Payments[0]
		b.Extra["ofb.payments"] = []any{map[string]any{
			"valueType": "VALOR_PAGAMENTO_FATURA_REALIZADO", "paymentDate": p.Day.String(), "paymentMode": "DEBITO_CONTA_CORRENTE",
			"amount": p.Amount.Amount.Round(4).String(), "currency": "BRL",
		}}
	}
}

// ofbLoan adds what the credit APIs say of a contract.
func (f *fetching) ofbLoan(out *fairlead.Loan, l world.Contract) {
	k := l.Kind
	monthly := fairlead.NewDecimal(k.Rate*100/12, 6)
	out.Rates = append(out.Rates, fairlead.LoanRate{Nominal: &monthly, Period: "month", Kind: "effective"})
	e := f.brand(fairlead.Extra{})
	e["ofb.ipocCode"], e["ofb.productName"], e["ofb.productType"], e["ofb.productSubType"] = f.ipoc(l), k.Name, k.Product, k.SubProduct
	if k.Category != "" {
		e["ofb.productSubTypeCategory"] = k.Category
	}
	e["ofb.contractDate"], e["ofb.contractAmount"], e["ofb.currency"] = l.Start.Date().String(), fairlead.NewDecimal(l.Amount*100, 4).String(), "BRL"
	e["ofb.disbursementDates"] = []any{l.Start.Date().String()}
	e["ofb.CET"], e["ofb.hasInsuranceContracted"] = out.TotalCost.String(), false
	e["ofb.amortizationScheduled"], e["ofb.instalmentPeriodicity"] = "PRICE", "MENSAL"
	if k.SAC {
		e["ofb.amortizationScheduled"] = "SAC"
	}
	e["ofb.typeNumberOfInstalments"], e["ofb.typeContractRemaining"] = "MES", "MES"
	if k.Open {
		e["ofb.amortizationScheduled"], e["ofb.instalmentPeriodicity"], e["ofb.typeNumberOfInstalments"], e["ofb.typeContractRemaining"] = "SEM_SISTEMA_AMORTIZACAO", "SEM_PERIODICIDADE_REGULAR", "SEM_PRAZO_TOTAL", "SEM_PRAZO_REMANESCENTE"
	} else {
		e["ofb.dueDate"], e["ofb.firstInstalmentDueDate"] = l.Matures.Date().String(), l.Payments[0].Due.Date().String()
		if _, paid := l.Owed(f.cursor.Now); paid == len(l.Payments) {
			e["ofb.settlementDate"] = l.Matures.Date().String()
		}
	}
	e["ofb.interestRates"] = []any{map[string]any{
		"taxType": "EFETIVA", "interestRateType": "COMPOSTO", "taxPeriodicity": "AM", "calculation": "30/360",
		"referentialRateIndexerType": "PRE_FIXADO", "referentialRateIndexerSubType": "PRE_FIXADO", "preFixedRate": monthly.String(), "postFixedRate": "0.000000",
	}}
	fee := out.Fees[0] // what follows is tax
	e["ofb.contractedFees"] = []any{map[string]any{
		"feeName": fee.Name, "feeCode": fee.Code, "feeChargeType": "UNICA", "feeCharge": "FIXO", "feeAmount": fee.Amount.Amount.Round(4).String(),
	}}
	e["ofb.contractedFinanceCharges"] = []any{map[string]any{"chargeType": "JUROS_REMUNERATORIOS_POR_ATRASO", "chargeRate": "0.020000"}}
	if k.Secured != "" {
		out.Guarantees = []fairlead.Guarantee{{Kind: "ALIENACAO_FIDUCIARIA", Subtype: "VEICULOS_AUTOMOTORES", Amount: f.money(l.Amount * 12 / 10)}}
	}
	out.Extra = e
}

// ipoc is the number of a credit operation as the central bank's Document 3040 makes
// it: the first eight characters of the bank's CNPJ, the modality, the kind of
// customer, the customer (a company by the first eight of its CNPJ), the contract.
func (f *fetching) ipoc(l world.Contract) string {
	who := f.customer.Person
	customer := "1" + who.TaxID
	if who.Company {
		customer = "2" + who.TaxID[:8]
	}
	return f.at.taxID[:8] + l.Kind.Modality + customer + l.Number
}
