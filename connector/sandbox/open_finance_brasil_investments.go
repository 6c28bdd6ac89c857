package sandbox

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

func ofbSecurity(s *world.Security) fairlead.Extra {
	e := fairlead.Extra{"ofb.issuerInstitutionCnpjNumber": s.IssuerTaxID}
	if s.Type != "" {
		e["ofb.investmentType"] = s.Type
	}
	if s.Class != "" {
		e["ofb.anbimaCategory"], e["ofb.anbimaClass"], e["ofb.anbimaSubclass"], e["ofb.cnpjNumber"] = s.Class, s.Class, "OUTROS", s.IssuerTaxID
	}
	return e
}

// ofbHolding adds what the five investment APIs say of a position, each what its
// own definition has.
func (f *fetching) ofbHolding(p world.Position, tax world.Levied) fairlead.Extra {
	s := p.Security
	e := f.brand(ofbSecurity(s))
	if s.Kind == "treasury" || s.Kind == "fund" { // whose definitions name no issuer
		delete(e, "ofb.issuerInstitutionCnpjNumber")
	}
	e["ofb.investmentId"], e["ofb.isinCode"] = p.Ref, s.ISIN
	e["ofb.grossAmount"] = ofbAmount(p.Value)
	switch {
	case s.Fixed:
		f.ofbBond(e, p, tax)
	case s.Kind == "fund":
		e["ofb.name"], e["ofb.referenceDate"], e["ofb.netAmount"] = s.Name, p.Priced.Date().String(), ofbAmount(p.Value-tax.Total())
		e["ofb.quotaQuantity"], e["ofb.quotaGrossPriceValue"] = ofbQuantity(p.Quantity), ofbPrice(p.Price)
		e["ofb.incomeTaxProvision"], e["ofb.financialTransactionTaxProvision"], e["ofb.blockedAmount"] = ofbAmount(tax.Income), ofbAmount(tax.Operations), ofbAmount(0)
	default:
		e["ofb.ticker"], e["ofb.referenceDate"], e["ofb.closingPrice"] = s.Ticker, p.Priced.Date().String(), ofbPrice(p.Price)
		e["ofb.priceFactor"], e["ofb.blockedBalance"] = "1.00", ofbAmount(0)
	}
	return e
}

// ofbBond is what lies at its end: of banks, of companies, of the treasury.
func (f *fetching) ofbBond(e fairlead.Extra, p world.Position, tax world.Levied) {
	s := p.Security
	e["ofb.referenceDateTime"], e["ofb.netAmount"] = p.Priced.At(21*60).Format(time.RFC3339), ofbAmount(p.Value-tax.Total())
	e["ofb.incomeTax"], e["ofb.financialTransactionTax"], e["ofb.blockedBalance"] = ofbAmount(tax.Income), ofbAmount(tax.Operations), ofbAmount(0)
	e["ofb.updatedUnitPrice"], e["ofb.purchaseUnitPrice"] = ofbPrice(p.Price), ofbPrice(s.Price)
	e["ofb.purchaseDate"], e["ofb.dueDate"] = p.First.Date().String(), p.Matures.Date().String()
	treasury := s.Kind == "treasury"
	if treasury {
		e["ofb.productName"] = s.Name
	} else {
		e["ofb.issueUnitPrice"], e["ofb.issueDate"], e["ofb.gracePeriodDate"] = ofbPrice(s.Price), p.First.Date().String(), p.First.Date().AddMonths(3).String()
	}
	if treasury || s.Debtor != "" {
		e["ofb.voucherPaymentIndicator"] = "NAO"
	}
	remuneration := map[string]any{"indexer": s.Bears.Index, "ratePeriodicity": "ANUAL", "calculation": "DIAS_UTEIS"}
	if !treasury { // whose definition has none
		remuneration["rateType"] = "EXPONENCIAL"
	}
	for name, millionths := range map[string]int64{"postFixedIndexerPercentage": s.Bears.Percent, "preFixedRate": s.Bears.Rate} {
		if millionths > 0 {
			rate := fairlead.NewDecimal(millionths, 6).String()
			if remuneration[name] = rate; !treasury {
				e["ofb."+name] = rate
			}
		}
	}
	e["ofb.remuneration"] = remuneration
	if s.Debtor != "" {
		e["ofb.taxExemptProduct"], e["ofb.debtorName"], e["ofb.debtorCnpjNumber"] = "SIM", s.Debtor, s.DebtorTaxID
	}
}

// ofbPrice and ofbQuantity count ten-thousandths, as the world does.
func ofbPrice(price int64) map[string]any {
	return map[string]any{"amount": ofbQuantity(price), "currency": "BRL"}
}

func ofbQuantity(n int64) string { return fairlead.NewDecimal(max(n, -n), 4).String() }

// ofbTrade adds what the investment APIs say of a movement.
func (f *fetching) ofbTrade(t world.Trade) fairlead.Extra {
	s := t.Security
	way, kind := ofbTradeType(t)
	net := max(t.Cents, -t.Cents)
	gross := net + t.Withheld + t.Levy
	e := fairlead.Extra{"ofb.type": way, "ofb.transactionType": kind}
	day, quantity := t.Day.Date().String(), ofbQuantity(t.Quantity)
	switch {
	case s.Kind == "fund":
		e["ofb.transactionConversionDate"], e["ofb.transactionQuotaPrice"], e["ofb.transactionQuotaQuantity"] = day, ofbPrice(t.Price), quantity
		e["ofb.transactionValue"], e["ofb.transactionGrossValue"], e["ofb.transactionNetValue"] = ofbAmount(gross), ofbAmount(gross), ofbAmount(net)
		e["ofb.incomeTax"], e["ofb.financialTransactionTax"], e["ofb.transactionExitFee"] = ofbAmount(t.Withheld), ofbAmount(t.Levy), ofbAmount(0)
	case s.Fixed:
		e["ofb.transactionDate"], e["ofb.transactionUnitPrice"], e["ofb.transactionQuantity"] = day, ofbPrice(t.Price), quantity
		e["ofb.transactionGrossValue"], e["ofb.transactionNetValue"] = ofbAmount(gross), ofbAmount(net)
		e["ofb.incomeTax"], e["ofb.financialTransactionTax"] = ofbAmount(t.Withheld), ofbAmount(t.Levy)
		if way == "ENTRADA" && s.Bears.Percent > 0 && s.Kind != "treasury" {
			e["ofb.indexerPercentage"] = fairlead.NewDecimal(s.Bears.Percent, 6).String()
		}
		if way == "ENTRADA" && (s.Bears.Rate > 0 || s.Kind == "treasury") {
			e["ofb.remunerationTransactionRate"] = fairlead.NewDecimal(s.Bears.Rate, 6).String()
		}
	default:
		e["ofb.transactionDate"], e["ofb.transactionValue"] = day, ofbAmount(net)
		if t.Quantity != 0 {
			e["ofb.transactionUnitPrice"], e["ofb.transactionQuantity"], e["ofb.priceFactor"] = ofbPrice(t.Price), quantity, "1.00"
		}
	}
	return e
}

// ofbTradeType is the direction and the kind of a movement in its API's words.
func ofbTradeType(t world.Trade) (way, kind string) {
	bank := t.Security.Kind == "fund" || t.Security.Kind == "fixed_income" && t.Security.Debtor == ""
	switch {
	case t.End:
		return "SAIDA", "VENCIMENTO"
	case t.Kind == "sell" && bank:
		return "SAIDA", "RESGATE"
	case t.Kind == "sell":
		return "SAIDA", "VENDA"
	case t.Kind == "dividend":
		return "SAIDA", "DIVIDENDOS"
	case t.Kind == "interest":
		return "SAIDA", "PAGAMENTO_JUROS"
	case bank:
		return "ENTRADA", "APLICACAO"
	}
	return "ENTRADA", "COMPRA"
}
