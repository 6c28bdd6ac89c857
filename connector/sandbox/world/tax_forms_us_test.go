package world

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// american draws a person who banks at a bank with everything, and a broker.
func american(t *rapid.T) (c *Customer, year int) {
	bank := rapid.SampledFrom([]Bank{testBanks()[0], {
		Name: "broker", Country: "US", Portfolios: []Portfolio{{
			Kind: "investment", Subtype: "ira", Name: "IRA", Portion: 40, Cash: true, Deferred: true, Securities: RetirementFunds(),
		}},
	}}).Draw(t, "bank")
	p := rapid.SampledFrom(slices.DeleteFunc(personas(), func(p Persona) bool { return p.Empty || p.Bulk > 0 })).Draw(t, "persona")
	user := p.Name + rapid.StringMatching(`\+[a-z]{1,4}`).Draw(t, "suffix")
	return New().Customer(Seed{Text: "seed", Tenant: "ten_1"}, bank, user, p, ""), rapid.IntRange(2021, 2030).Draw(t, "year")
}

// sum adds up what the entries of a year are, by what tax forms make of them.
func (c *Customer) sum(year int, of func(Entry) int64) (total int64) {
	for _, a := range c.Accounts {
		if a.Portfolio > 0 || a.Loan > 0 {
			continue
		}
		for m := MonthOf(year, time.January); m <= MonthOf(year, time.December); m++ {
			for _, e := range c.Month(a.Index, m) {
				total += of(e)
			}
		}
	}
	return total
}

func TestAmericanFormsSayWhatTheMoneyDid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := american(t)
		paid := func(p Paper) int64 {
			return c.sum(year, func(e Entry) int64 {
				if e.Paper == p {
					return e.Cents
				}
				return 0
			})
		}
		left := map[Paper]int64{}
		for _, p := range []Paper{PaperSalary, PaperUnemployment, PaperRefund, PaperSales} {
			left[p] = paid(p)
		}
		for _, f := range c.TaxForms(year, MonthOf(year+1, time.July).First().Time()) {
			box := func(name string) int64 {
				cents, _ := f.Box(name)
				return cents
			}
			switch f.Form {
			case "W-2":
				left[PaperSalary] -= box("wages") - box("federalTaxWithheld") - box("socialSecurityTaxWithheld") - box("medicareTaxWithheld") - box("stateTaxWithheld")
				if box("federalTaxWithheld") <= 0 || box("socialSecurityWages") > socialSecurityBase(year) || box("socialSecurityTaxWithheld") != box("socialSecurityWages")*62/1000 {
					t.Fatalf("%s: %+v", c.Persona.Name, f.Boxes)
				}
			case "1099-G":
				left[PaperUnemployment] -= box("unemploymentCompensation") - box("federalTaxWithheld")
				left[PaperRefund] -= box("taxRefund")
			case "1099-K":
				var months int64
				for m := time.January; m <= time.December; m++ {
					months += box("monthAmounts." + monthName(m))
				}
				if months != box("grossAmount") || box("grossAmount") < paid(PaperSales) || f.Facts["numberOfTransactions"] == "0" {
					t.Fatalf("%s: months make %d, box 1a is %d, paid out were %d", c.Persona.Name, months, box("grossAmount"), paid(PaperSales))
				}
				left[PaperSales] = 0
			case "1098":
				interest := int64(0)
				for _, l := range c.Contracts(MonthOf(year, time.January).First(), MonthOf(year, time.December).Last().Time()) {
					for _, p := range l.Payments {
						if l.Account == f.Accounts[0] && p.Due.Month().Year() == year && f.Facts["originationDate"] == l.Start.Date().String() {
							interest += p.Interest
						}
					}
				}
				if interest != box("mortgageInterest") || box("outstandingPrincipal") <= 0 {
					t.Fatalf("%s: paid %d of interest, the form says %d", c.Persona.Name, interest, box("mortgageInterest"))
				}
			case "5498":
				a := c.Accounts[f.Accounts[0]]
				var own, worth int64
				for _, x := range c.Custody(a.Index, year).Trades {
					if x.Kind == "contribution" {
						own += x.Cents
					}
				}
				end := MonthOf(year, time.December).Last().At(23*60 + 59)
				for _, p := range c.Positions(a.Index, end) {
					worth += p.Value
				}
				if worth += c.Cash(a.Index, end); own != box("iraContributions") || own > contributionLimit(year, c.age(year)) || worth != box("fairMarketValue") {
					t.Fatalf("%s: %d paid in and worth %d, the form says %+v", c.Persona.Name, own, worth, f.Boxes)
				}
				if f.Facts["rmdNextYear"] != strconv.FormatBool(year+1-c.Person.Born.Year >= 73) {
					t.Fatalf("born in %d: %v", c.Person.Born.Year, f.Facts)
				}
			}
		}
		for p, cents := range left {
			if cents != 0 {
				t.Fatalf("%s of %d: %d of %s is on no form", c.Persona.Name, year, cents, p)
			}
		}
	})
}

func monthName(m time.Month) string {
	return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}[m-1]
}
