package flanks

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestTheInterestOfALiabilityIsInPercentAYear(t *testing.T) {
	t.Parallel()
	rate := func(s string) *fairlead.Decimal {
		d, err := fairlead.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	for name, c := range map[string]struct {
		rates []fairlead.LoanRate
		want  float64
		kind  string
		index string
	}{
		"a year's":            {[]fairlead.LoanRate{{Nominal: rate("0.0325"), Period: "year"}}, 3.25, "fixed", ""},
		"a month's":           {[]fairlead.LoanRate{{Nominal: rate("0.0199"), Effective: rate("0.0201"), Period: "month"}}, 23.88, "fixed", ""},
		"one that moves":      {[]fairlead.LoanRate{{Nominal: rate("0.01"), Period: "year"}, {Nominal: rate("0.005"), Period: "year", Index: "EURIBOR"}}, 0.5, "variable", "EURIBOR"},
		"the effective alone": {[]fairlead.LoanRate{{Effective: rate("0.12682503"), Period: "year"}}, 12, "fixed", ""},
	} {
		got := interestOf(fairlead.Loan{Rates: c.rates, TotalCost: rate("0.0361")})
		if got.Rate == nil || *got.Rate != c.want || *got.Kind != c.kind || textOf(got.Index) != c.index || *got.TotalCost != 3.61 {
			t.Errorf("%s is %v %v %v", name, got.Rate, *got.Kind, got.Index)
		}
	}
	if got := interestOf(fairlead.Loan{}); got.Rate != nil || got.Kind != nil || got.TotalCost != nil {
		t.Errorf("what the bank does not say is %+v", got)
	}
}

func TestTheTaxTypeOfAPortfolioIsSaidWhereItIsOne(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]fairlead.Account{
		"ira": {Kind: fairlead.AccountInvestment, Subtype: "ira"}, "401k": {Kind: fairlead.AccountPension, Subtype: "401k"},
		"pension": {Kind: fairlead.AccountPension}, "": {Kind: fairlead.AccountInvestment, Subtype: "brokerage"},
	} {
		if got := textOf(taxType(a)); got != want {
			t.Errorf("%+v is %q, want %q", a, got, want)
		}
	}
}
