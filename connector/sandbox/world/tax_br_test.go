package world

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// brazilian draws a person at a Brazilian bank, and a year.
func brazilian(t *rapid.T) (*Customer, int) {
	bank := testBanks()[2]
	bank.Portfolios = append(bank.Portfolios[:1:1], Portfolio{Kind: "investment", Subtype: "fixed_income", Name: "credit", Portion: 50, Securities: CreditFixedIncomes()},
		Portfolio{Kind: "investment", Subtype: "treasury", Name: "treasury", Portion: 50, Securities: TreasuryTitles()},
		Portfolio{Kind: "investment", Subtype: "funds", Name: "funds", Portion: 50, Securities: BrazilianFunds()},
		Portfolio{Kind: "investment", Subtype: "variable_income", Name: "exchange", Portion: 50, Securities: VariableIncomes()})
	p := PersonaOf(rapid.SampledFrom([]string{"good", "investor", "business", "student", "retiree"}).Draw(t, "persona"))
	user := p.Name + rapid.StringMatching(`\+[a-z]{1,4}`).Draw(t, "suffix")
	return New().Customer(Seed{Text: "seed", Tenant: "ten_1"}, bank, user, p, ""), rapid.IntRange(2016, 2032).Draw(t, "year")
}

// rateOf is the law's table of income tax, in per cent.
func rateOf(s *Security, days int64) float64 {
	switch {
	case s.Exempt || s.Kind == "equity" || s.Kind == "etf":
		return 0
	case s.Class == SharesClass || days >= 721:
		return 15
	case days >= 361:
		return 17.5
	case days >= 181:
		return 20
	}
	return 22.5
}

func TestWhatBrazilTakesOfAGainLeavesTheMoney(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		c, year := brazilian(t)
		for _, a := range c.Accounts {
			if a.Portfolio == 0 {
				continue
			}
			for _, x := range c.Custody(a.Index, year).Trades {
				if x.Kind != "sell" {
					if x.Withheld != 0 || x.Levy != 0 {
						t.Fatalf("%d of %s was taken of a %s", x.Withheld, x.Text, x.Kind)
					}
					continue
				}
				var gross int64
				tax := 0.0
				for _, l := range x.Sold {
					gross += l.Proceeds
					if days := int64(x.Day - l.Bought); days >= 30 {
						tax += float64(max(l.Proceeds-l.Cost, 0)) * rateOf(x.Security, days) / 100
					}
				}
				if x.Cents+x.Withheld+x.Levy != gross || x.Cents < 0 {
					t.Fatalf("%s: %d came of %d, %d and %d were taken", x.Text, x.Cents, gross, x.Withheld, x.Levy)
				}
				if off := float64(x.Withheld) - tax; x.Levy == 0 && (off > 0.01 || off < -float64(len(x.Sold))) {
					t.Fatalf("%s: %d was withheld, the law takes %.2f", x.Text, x.Withheld, tax)
				}
				if seen[x.Security.Kind]++; x.Withheld > 0 {
					seen["withheld"]++
				}
			}
		}
	})
	for _, kind := range []string{"fixed_income", "treasury", "fund", "equity", "withheld"} {
		if seen[kind] == 0 {
			t.Errorf("no sale of %s was seen", kind)
		}
	}
}

func TestTheTaxOnOperationsEndsWithTheThirtiethDay(t *testing.T) {
	t.Parallel()
	cdb, exempt, shares := &BankFixedIncomes()[0], &BankFixedIncomes()[1], &BrazilianFunds()[2]
	for _, c := range []struct {
		s    *Security
		days Day
		want Levied
	}{
		{cdb, 1, Levied{Income: 900, Operations: 96000}}, // 22.5 % of what the first tax leaves of 1,000.00
		{cdb, 15, Levied{Income: 11250, Operations: 50000}},
		{cdb, 29, Levied{Income: 21825, Operations: 3000}},
		{cdb, 30, Levied{Income: 22500}},
		{cdb, 180, Levied{Income: 22500}},
		{cdb, 181, Levied{Income: 20000}},
		{cdb, 361, Levied{Income: 17500}},
		{cdb, 721, Levied{Income: 15000}},
		{shares, 10, Levied{Income: 15000}},
		{exempt, 10, Levied{}},
	} {
		if got := c.s.levied(100000, c.days); got != c.want {
			t.Errorf("of 1,000.00 on %s after %d days: %+v, want %+v", c.s.Name, c.days, got, c.want)
		}
		if got := c.s.levied(-1, c.days); got != (Levied{}) {
			t.Errorf("of a loss: %+v", got)
		}
	}
}

func TestTheInformeTellsExemptAndTaxedGainsApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := brazilian(t)
		var exempt, taxed, dividends, left int64
		for _, a := range c.Accounts {
			if a.Portfolio == 0 {
				continue
			}
			for _, x := range c.Custody(a.Index, year).Trades {
				for _, l := range x.Sold {
					switch gain := max(l.Proceeds-l.Cost, 0); {
					case x.Security.Exempt:
						exempt += gain
					case x.Security.Kind == "fixed_income" || x.Security.Kind == "treasury" || x.Security.Kind == "fund":
						taxed += gain
					}
				}
				taxed -= x.Levy
				if x.Kind == "dividend" {
					dividends += x.Cents
				}
			}
			for _, p := range c.Positions(a.Index, MonthOf(year+1, time.January).First().Time()) {
				left += p.Cost
			}
		}
		forms := c.TaxForms(year, MonthOf(year+1, time.December).First().Time())
		if len(forms) != 2 {
			t.Fatalf("%d forms", len(forms))
		}
		box := func(name string) int64 {
			cents, ok := forms[1].Box(name)
			if !ok {
				t.Fatalf("there is no %s", name)
			}
			return cents
		}
		if box("rendimentosIsentos") != exempt || box("rendimentosAplicacoes")+box("impostoRetido") != taxed || box("dividendos") != dividends {
			t.Fatalf("%d: %v, gains of %d and %d, dividends of %d", year, forms[1].Boxes[:5], exempt, taxed, dividends)
		}
		for _, h := range forms[1].Ends {
			if left -= h.After; box("saldo."+h.Ref) != h.After || box("saldoAnterior."+h.Ref) != h.Before {
				t.Fatalf("%+v is not on the form", h)
			}
		}
		if left != 0 {
			t.Fatalf("%d of what is held is on no line", left)
		}
	})
}
