package sandbox

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// shortNames of every institution.
func shortNames() []string {
	var out []string
	for _, i := range institutions() {
		out = append(out, i.ShortName)
	}
	return out
}

func TestEveryInstitutionIsAProperConnector(t *testing.T) {
	t.Parallel()
	for _, name := range shortNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t, name)
			wrong := fairlead.Answer{Fields: map[string]fairlead.Secret{"user": fairlead.NewSecret("good"), "password": fairlead.NewSecret("WRONG_PASSWORD")}}
			c := connectortest.Case{
				New: func() connector.Connector { return New(b.sandbox.memory, Options{}) }, Start: b.start, Canaries: []string{"password-of-the-person"}, Limit: 60, Wrong: &wrong,
				Answer: func(_ int, s fairlead.Step) fairlead.Answer {
					a, err := b.answer("good", "password-of-the-person", s)
					if err != nil {
						t.Fatal(err)
					}
					return a
				},
			}
			if b.start.Institution.Logins[0] == fairlead.LoginRedirect {
				c.Wrong = nil
			}
			connectortest.Run(t, c)
		})
	}
}

func TestEverybodyHasSomethingOfEveryProduct(t *testing.T) {
	t.Parallel()
	for _, name := range shortNames() {
		for _, p := range world.Personas() {
			if p.Name == "heavy" {
				continue // the same accounts and more; its mass has a test of its own
			}
			t.Run(name+"/"+p.Name, func(t *testing.T) {
				t.Parallel()
				b := newFixture(t, name)
				s := b.mustLogin(p.Name, "good")
				for _, product := range b.start.Institution.Products {
					if n := count(b.mustCollect(s, product)); (n > 0) == (p.Empty && product != fairlead.ProductIdentity) {
						t.Errorf("%s: %d records", product, n)
					}
				}
			})
		}
	}
}

func count(p connector.Page) int {
	return len(p.Accounts) + len(p.Transactions) + len(p.Bills) + len(p.Loans) + len(p.Holdings) + len(p.InvestmentTransactions) + len(p.Identities) + len(p.Documents)
}

func TestHeavyHasItsMassIn24Months(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	s := b.mustLogin("heavy", "good")
	if n := len(b.mustCollect(s, fairlead.ProductAccounts).Accounts); n != 25 {
		t.Errorf("%d accounts", n)
	}
	total := 0
	req := connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 2000}
	for {
		p, err := b.sandbox.Fetch(t.Context(), s, req)
		if err != nil {
			t.Fatal(err)
		}
		total += len(p.Transactions)
		if req.Cursor = p.Cursor; !p.More {
			break
		}
	}
	if total < 250000 || total > 270000 {
		t.Errorf("%d transactions", total)
	}
}
