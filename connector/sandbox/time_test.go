package sandbox

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// chronicle is what an institution said so far, as text by what it is of.
type chronicle struct {
	*fixture
	known map[string]string
	once  map[string]bool // said in this collection
}

// same holds a record that no time changes to what it was.
func (c *chronicle) same(kind, ref string, record any) {
	c.Helper()
	b, err := json.Marshal(record)
	if err != nil {
		c.Fatal(err)
	}
	key := kind + " " + ref
	if c.once[key] {
		c.Errorf("%s: %s is there twice", c.start.Now.Format(time.DateOnly), key)
	}
	c.once[key] = true
	if was, ok := c.known[key]; ok && was != string(b) {
		c.Errorf("%s: %s was\n%s, is\n%s", c.start.Now.Format(time.DateOnly), key, was, b)
	}
	c.known[key] = string(b)
}

// collectAll collects every product, of movements those of the last three months.
func (c *chronicle) collectAll(user string) (forms int) {
	c.Helper()
	s := c.mustLogin(user, "good")
	since := fairlead.DateOf(c.start.Now.AddDate(0, -3, 0))
	c.once = map[string]bool{}
	balances, last := map[string]fairlead.Money{}, map[string]fairlead.Money{}
	for _, p := range c.start.Institution.Products {
		page, err := c.collect(s, connector.FetchRequest{Product: p, Since: since})
		if err != nil {
			c.Fatal(err)
		}
		for _, a := range page.Accounts {
			balances[a.Ref] = *a.Balances.Current
			a.Balances, a.Extra = fairlead.Balances{}, nil
			c.same("account", a.Ref, a)
		}
		for _, x := range page.Transactions {
			if x.State != fairlead.TransactionPosted {
				continue
			}
			if before, ok := last[x.AccountRef]; ok && !before.Amount.Add(x.Amount.Amount).Equal(x.BalanceAfter.Amount) {
				c.Errorf("%s: %s after %s and %s", c.start.Now.Format(time.DateOnly), x.BalanceAfter, before, x.Amount)
			}
			last[x.AccountRef] = *x.BalanceAfter
			c.same("transaction", x.AccountRef+x.Ref, x)
		}
		for _, x := range page.InvestmentTransactions {
			c.same("investment", x.AccountRef+x.Ref, x)
		}
		for _, x := range page.Bills {
			if x.State == "open" {
				continue
			}
			x.State, x.Payments, x.Extra = "", nil, nil
			c.same("bill", x.Ref, x)
		}
		for _, x := range page.Loans {
			x.Outstanding, x.Payments, x.Extra, x.AccountRef = fairlead.Money{}, nil, nil, ""
			x.Instalments.Paid, x.Instalments.Due, x.Instalments.Amount = 0, 0, nil
			for i := range x.Schedule {
				x.Schedule[i].Paid = false
			}
			c.same("loan", x.Ref, x)
		}
		for _, x := range page.Documents {
			if c.same("document", x.Ref, x.Document); x.Kind == "tax_form" {
				forms++
			}
		}
	}
	for ref, m := range last {
		if !m.Equal(balances[ref]) {
			c.Errorf("%s: %s holds %s, its movements say %s", c.start.Now.Format(time.DateOnly), ref, balances[ref], m)
		}
	}
	return forms
}

// TestWhatIsHistoryStaysAsItWasAsTimePasses: over fourteen months.
func TestWhatIsHistoryStaysAsItWasAsTimePasses(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]string{"harbor": "joint", "anchor": "good", "farol": "business", "testbank": "investor"} {
		c := &chronicle{fixture: newFixture(t, name), known: map[string]string{}}
		c.start.Now = time.Date(2026, 6, 25, 12, 0, 0, 0, time.UTC)
		first, forms := 0, 0
		for step := range 8 {
			if forms = c.collectAll(user); step == 0 {
				first = forms
			}
			c.start.Now = c.start.Now.AddDate(0, 2, 0)
		}
		closed := 0
		for key := range c.known {
			if key[:4] == "bill" {
				closed++
			}
		}
		// Two years of forms at a time, the oldest gone; of bills one a month more.
		if forms != first || name != "anchor" && closed != 30+14 {
			t.Errorf("%s: %d forms at first, %d in the end; %d bills closed", name, first, forms, closed)
		}
	}
}
