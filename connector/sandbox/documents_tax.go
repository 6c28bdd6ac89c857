package sandbox

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/paper"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// renderer is a paper that can be written.
type renderer interface{ Render() ([]byte, error) }

// taxPaper is what a tax form says.
func (f *fetching) taxPaper(t world.TaxForm) renderer {
	switch t.Form {
	case "informe-de-rendimentos":
		return f.informe(t)
	case "informe-fiscal":
		return f.informeFiscal(t)
	}
	h := f.taxHead(t)
	switch t.Form {
	case "1099-R":
		return paper.Form1099R{
			Head: h, GrossDistribution: f.box(t, "grossDistribution"), TaxableAmount: f.box(t, "taxableAmount"),
			FederalTaxWithheld: f.box(t, "federalTaxWithheld"), DistributionCodes: []string{"7"},
		}
	case "1099-NEC":
		return paper.Form1099NEC{Head: h, NonEmployeeCompensation: f.box(t, "nonEmployeeCompensation"), FederalTaxWithheld: f.box(t, "federalTaxWithheld")}
	case "1099-MISC":
		return paper.Form1099MISC{Head: h, Rents: f.box(t, "rents"), Royalties: f.box(t, "royalties"), OtherIncome: f.box(t, "otherIncome")}
	case "1099-DIV":
		return f.dividends(h, t)
	case "1099-B":
		return f.broker(h, t)
	case "1099-CONSOLIDATED":
		return f.consolidated(h, t)
	case "1099-G":
		return f.government(h, t)
	case "1099-K":
		return f.marketplace(h, t)
	case "1098":
		return f.mortgage(h, t)
	case "5498":
		return f.retirement(h, t)
	case "W-2":
		return f.wages(h, t)
	}
	return f.interest(h, t)
}

func (f *fetching) interest(h paper.Head, t world.TaxForm) paper.Form1099INT {
	return paper.Form1099INT{
		Head: h, PayerRTN: f.at.bank.Routing, InterestIncome: f.box(t, "interestIncome"), EarlyWithdrawalPenalty: f.box(t, "earlyWithdrawalPenalty"),
		USBondInterest: f.box(t, "usBondInterest"), FederalTaxWithheld: f.box(t, "federalTaxWithheld"),
	}
}

func (f *fetching) dividends(h paper.Head, t world.TaxForm) paper.Form1099DIV {
	return paper.Form1099DIV{
		Head: h, OrdinaryDividends: f.box(t, "ordinaryDividends"), QualifiedDividends: f.box(t, "qualifiedDividends"),
		TotalCapitalGain: f.box(t, "totalCapitalGain"), FederalTaxWithheld: f.box(t, "federalTaxWithheld"),
	}
}

func (f *fetching) broker(h paper.Head, t world.TaxForm) paper.Form1099B {
	return paper.Form1099B{Head: h, Sales: f.sales(t)}
}

// consolidated puts the parts together, each with its own boxes: the tax withheld
// of one is not that of another.
func (f *fetching) consolidated(h paper.Head, t world.TaxForm) paper.Consolidated1099 {
	out := paper.Consolidated1099{Head: h}
	for _, part := range t.Parts {
		switch part.Form {
		case "1099-DIV":
			d := f.dividends(h, part)
			out.DIV = &d
		case "1099-INT":
			i := f.interest(h, part)
			out.INT = &i
		case "1099-B":
			b := f.broker(h, part)
			out.B = &b
		}
	}
	return out
}

// taxHead is what every American form says before its boxes.
func (f *fetching) taxHead(t world.TaxForm) paper.Head {
	h := paper.Head{Ref: t.Ref, Bank: f.letterhead(), Recipient: f.party(), TaxYear: t.Year, Issued: t.Issued.Date(), Corrected: t.Revision > 0}
	h.Payer = paper.Party{Name: f.at.official, Company: true, TaxID: f.at.taxID, Address: f.at.address, Phone: f.at.phone}
	if t.Payer.Name != "" {
		h.Payer = paper.Party{Name: t.Payer.Name, Company: true, TaxID: t.Payer.TaxID}
		h.Payer.Address, h.Payer.Phone = f.customer.AddressOf(t.Payer)
	}
	for _, i := range t.Accounts {
		if a := f.customer.Accounts[i]; f.sees(a) {
			h.Account = printed(a)
			break
		}
	}
	return h
}

// box is a box of a form; nil where it has none of the name.
func (f *fetching) box(t world.TaxForm, name string) *fairlead.Money {
	cents, ok := t.Box(name)
	if !ok {
		return nil
	}
	return f.pointer(cents)
}

func (f *fetching) sales(t world.TaxForm) []paper.Sale {
	var out []paper.Sale
	for _, s := range t.Sales {
		out = append(out, paper.Sale{
			Name: s.Security.Name, ISIN: s.Security.ISIN, Quantity: quantity(s.Quantity), Acquired: s.Bought.Date(), Sold: s.Sold.Date(),
			Proceeds: f.money(s.Proceeds), Cost: f.money(s.Cost), Long: s.Long,
		})
	}
	return out
}

func (f *fetching) government(h paper.Head, t world.TaxForm) paper.Form1099G {
	year, _ := strconv.Atoi(t.Facts["refundYear"]) // there is none on a benefit's
	return paper.Form1099G{
		Head: h, Unemployment: f.box(t, "unemploymentCompensation"), TaxRefund: f.box(t, "taxRefund"), RefundYear: year,
		FederalTaxWithheld: f.box(t, "federalTaxWithheld"), State: f.state(t),
	}
}

func (f *fetching) marketplace(h paper.Head, t world.TaxForm) paper.Form1099K {
	count, _ := strconv.Atoi(t.Facts["numberOfTransactions"]) // written by the world
	out := paper.Form1099K{
		Head: h, Network: true, Gross: f.box(t, "grossAmount"), CardNotPresent: f.box(t, "cardNotPresent"), MerchantCategory: t.Facts["merchantCategoryCode"],
		Transactions: count, FederalTaxWithheld: f.box(t, "federalTaxWithheld"),
	}
	for i := range out.Months {
		out.Months[i] = f.box(t, "monthAmounts."+strings.ToUpper(time.Month(i + 1).String()[:3]))
	}
	return out
}

func (f *fetching) mortgage(h paper.Head, t world.TaxForm) paper.Form1098 {
	began, _ := fairlead.ParseDate(t.Facts["originationDate"]) // written by the world
	return paper.Form1098{Head: h, Interest: f.box(t, "mortgageInterest"), Principal: f.box(t, "outstandingPrincipal"), Originated: began, SameAddress: true}
}

func (f *fetching) retirement(h paper.Head, t world.TaxForm) paper.Form5498 {
	return paper.Form5498{
		Head: h, Contributions: f.box(t, "iraContributions"), FairMarketValue: f.box(t, "fairMarketValue"), Kind: "IRA", MustDistribute: t.Facts["rmdNextYear"] == "true",
	}
}

func (f *fetching) wages(h paper.Head, t world.TaxForm) paper.FormW2 {
	h.Account = t.Facts["controlNumber"]
	return paper.FormW2{
		Head: h, Wages: f.box(t, "wages"), FederalTaxWithheld: f.box(t, "federalTaxWithheld"), SocialSecurity: f.box(t, "socialSecurityWages"),
		SocialSecurityTax: f.box(t, "socialSecurityTaxWithheld"), Medicare: f.box(t, "medicareWages"), MedicareTax: f.box(t, "medicareTaxWithheld"), State: f.state(t),
	}
}

// state is the part of a form that its state has.
func (f *fetching) state(t world.TaxForm) *paper.State {
	if t.Facts["stateCode"] == "" {
		return nil
	}
	return &paper.State{Code: t.Facts["stateCode"], PayerID: t.Facts["stateTaxId"], Withheld: f.box(t, "stateTaxWithheld"), Income: f.box(t, "stateWages")}
}
