package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// lately collects the movements of the last months of a persona.
func lately(b *fixture, s connector.Session) []fairlead.Transaction {
	b.Helper()
	page, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Since: fairlead.DateOf(noon().Add(-120 * 24 * time.Hour))})
	if err != nil {
		b.Fatal(err)
	}
	return page.Transactions
}

// unbulky are the personas whose movements are few.
func unbulky() []world.Persona {
	var out []world.Persona
	for _, p := range world.Personas() {
		if !p.Empty && p.Bulk == 0 {
			out = append(out, p)
		}
	}
	return out
}

func TestBothEndsOfATransferBetweenOwnAccountsNameEachOther(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol", "ancora", "testbank", "puerto"} {
		for _, p := range unbulky() {
			b := newFixture(t, name)
			s := b.mustLogin(p.Name, "good")
			numbers := map[string]fairlead.AccountNumbers{} // by account ref
			holder := ""
			for _, a := range b.mustCollect(s, fairlead.ProductAccounts).Accounts {
				if a.Kind == fairlead.AccountDepository {
					numbers[a.Ref], holder = a.Numbers, a.Holders[0].Name
				}
			}
			invests := map[string]bool{} // the numbers of investment accounts
			for _, a := range b.mustCollect(s, fairlead.ProductAccounts).Accounts {
				invests[a.Numbers.Number] = a.Kind == fairlead.AccountInvestment || a.Kind == fairlead.AccountPension
			}
			sibling := func(of string, c *fairlead.Counterparty) string {
				for ref, n := range numbers {
					if ref != of && c != nil && c.Name == holder && c.Account == n.Number && c.Branch == n.Branch && c.IBAN == n.IBAN {
						return ref
					}
				}
				return ""
			}
			ends, pairs := map[string]int{}, 0
			for _, x := range lately(b, s) {
				inside := strings.HasPrefix(x.Description, "Traspaso") || strings.HasPrefix(x.Description, "Online transfer") ||
					x.Extra["ofb.type"] == "TRANSFERENCIA_MESMA_INSTITUICAO"
				if x.Counterparty != nil && invests[x.Counterparty.Account] && x.Counterparty.Name == holder && x.Counterparty.IBAN == "" {
					continue // its other end is a movement of investments
				}
				there := sibling(x.AccountRef, x.Counterparty)
				if inside != (there != "") {
					t.Fatalf("%s/%s: %q names %+v, which is no account of the same person", name, p.Name, x.Description, x.Counterparty)
				}
				if there == "" {
					continue
				}
				if code := b.code("compe"); code != "" && (x.Extra["ofb.partieCompeCode"] != code || x.Counterparty.Bank != code ||
					x.Extra["ofb.partieNumber"] != numbers[there].Number ||
					x.Extra["ofb.partieBranchCode"] != numbers[there].Branch || x.Extra["ofb.partieCheckDigit"] != numbers[there].CheckDigit) {
					t.Fatalf("%s/%s: %q is elsewhere: %v", name, p.Name, x.Description, x.Extra)
				}
				pairs++
				from, to := x.AccountRef, there
				if x.Amount.Amount.Sign() > 0 {
					from, to = to, from
				}
				ends[fmt.Sprintf("%s from %s to %s on %s", x.Amount.Amount.Abs(), from, to, x.Booked)] += x.Amount.Amount.Sign()
			}
			for transfer, open := range ends {
				if open != 0 {
					t.Errorf("%s/%s: %s has one end only", name, p.Name, transfer)
				}
			}
			if pairs == 0 && !p.Tight {
				t.Errorf("%s/%s: no transfer between own accounts", name, p.Name)
			}
		}
	}
}

// code is the institution's code of a scheme.
func (b *fixture) code(scheme string) string {
	for _, c := range b.start.Institution.Codes {
		if c.Scheme == scheme {
			return c.Value
		}
	}
	return ""
}

func TestThePortfoliosOfASpanishBankArePaidThroughAnAccountOfTheCustomer(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"testbank", "puerto"} {
		for _, p := range unbulky() {
			b := newFixture(t, name)
			cash, portfolios := map[string]bool{}, 0
			accounts := b.mustCollect(b.mustLogin(p.Name, "good"), fairlead.ProductAccounts).Accounts
			for _, a := range accounts {
				cash[a.Numbers.IBAN] = cash[a.Numbers.IBAN] || a.Kind == fairlead.AccountDepository
			}
			for _, a := range accounts {
				if a.Kind != fairlead.AccountInvestment && a.Kind != fairlead.AccountPension {
					continue
				}
				if portfolios++; a.Numbers.IBAN == "" || !cash[a.Numbers.IBAN] {
					t.Errorf("%s/%s: %s is paid through %q, which is no account", name, p.Name, a.Name, a.Numbers.IBAN)
				}
			}
			if portfolios == 0 {
				t.Errorf("%s/%s has no portfolio", name, p.Name)
			}
		}
	}
}
