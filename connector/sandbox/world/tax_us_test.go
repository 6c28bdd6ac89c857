package world

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNoIncomeIsToldTwice: of the forms that no later one replaces, each box that is
// income is on one form of a payer only.
func TestNoIncomeIsToldTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		forms := c.TaxForms(year, MonthOf(year+1, time.July).First().Time())
		replaced := map[string]bool{}
		for _, f := range forms {
			replaced[f.Replaces] = true
		}
		seen := map[string]string{}
		for _, f := range forms {
			if replaced[f.Ref] || f.Form == "1098" {
				continue
			}
			for _, b := range f.Boxes {
				switch b.Name {
				case "interestIncome", "usBondInterest", "ordinaryDividends", "qualifiedDividends", "proceeds", "wages", "nonEmployeeCompensation", "rents", "grossAmount":
				default:
					continue
				}
				key := f.Payer.Name + " " + b.Name
				if other, twice := seen[key]; twice {
					t.Fatalf("%s of %d: %s of %s is on %s and on %s", c.Persona.Name, year, b.Name, f.Payer.Name, other, f.Form)
				}
				seen[key] = f.Form
			}
		}
	})
}
