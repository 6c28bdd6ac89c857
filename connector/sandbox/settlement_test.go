package sandbox

import (
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// TestWhatInvestmentsCostAndPayMovesInCheckingAtTheSameBank: each end names the other.
func TestWhatInvestmentsCostAndPayMovesInCheckingAtTheSameBank(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"farol", "ancora", "testbank", "puerto"} {
		for _, p := range unbulky() {
			b := newFixture(t, name)
			s := b.mustLogin(p.Name, "good")
			since := fairlead.Date{Year: 2026, Month: time.January, Day: 1}
			accounts := map[string]fairlead.Account{}
			var checking fairlead.Account
			for _, a := range b.mustCollect(s, fairlead.ProductAccounts).Accounts {
				if accounts[a.Ref] = a; a.Subtype == "checking" {
					checking = a
				}
			}
			at := func(number string, day fairlead.Date, amount fairlead.Decimal) string {
				return strings.Join([]string{number, day.String(), amount.String()}, " ")
			}
			page, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Since: since})
			if err != nil {
				t.Fatal(err)
			}
			moved := map[string]int{}
			for _, x := range page.Transactions {
				if c := x.Counterparty; x.AccountRef == checking.Ref && c != nil && c.Account != "" {
					moved[at(c.Account, x.Booked, x.Amount.Amount)]++
				}
			}
			page, err = b.collect(s, connector.FetchRequest{Product: fairlead.ProductInvestmentTransactions, Since: since})
			if err != nil {
				t.Fatal(err)
			}
			seen, between := 0, 0
			for _, x := range page.InvestmentTransactions {
				a, amount := accounts[x.AccountRef], x.Amount.Amount
				funded := a.Balances.Available != nil
				switch {
				case funded && x.Kind != "transfer":
					continue
				case funded:
					if amount = amount.Neg(); !strings.Contains(x.Description, checking.Numbers.IBAN) {
						t.Errorf("%s/%s: %q does not name %s", name, p.Name, x.Description, checking.Numbers.IBAN)
					}
				case a.Kind == fairlead.AccountPension && x.Kind == "withdrawal": // to another plan
					between++
					continue
				}
				key := at(a.Numbers.Number, x.Traded, amount)
				if moved[key]--; moved[key] >= 0 {
					seen++
				} else if between--; a.Kind != fairlead.AccountPension || between < 0 {
					t.Errorf("%s/%s: %s of %s moved nothing in checking (%s)", name, p.Name, x.Description, x.Traded, key)
				}
			}
			if seen < 5 {
				t.Errorf("%s/%s: %d movements of investments in checking", name, p.Name, seen)
			}
		}
	}
}
