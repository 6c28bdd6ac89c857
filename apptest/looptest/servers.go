// Package looptest is two whole servers, of which the second reads banks through the
// first one's dialects, and what must be the same on both.
//
// Plaid runs the loop through connector/plaid and dialect/plaid, SimpleFIN the one through
// connector/simplefin and dialect/simplefin. How the person goes through the pages is the
// caller's: with apptest's own browser, or with Chromium.
package looptest

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/store"
)

// Bank is the bank of the first server that the loops are about, and how its person signs in.
const (
	Bank     = "ins_cove"
	User     = "good"
	Password = "CORRECTED+REMOVED" // a day later two transactions are corrected, and two are gone
)

// patience is how long a test waits for what a server does by itself.
const patience = 3 * time.Minute

// Walk goes through the second server's page at an address, through the first one's where
// that leads there, and back, to where the page leads in the end.
type Walk func(address string) (end string)

// Servers are the two.
type Servers struct {
	T             testing.TB
	First, Second *apptest.App
	Returns       string // where the second server's pages lead in the end
	Before, After int    // days that pass before the login breaks, and after its repair
}

// Start runs both until the test ends.
func Start(t testing.TB) *Servers {
	t.Helper()
	return &Servers{t, apptest.Start(t), apptest.Start(t), "http://localhost:9/back", 12, 19}
}

// connection is what the API says of one.
type connection struct {
	ID, Person, Status string
	Problem            *struct{ Kind, Code, Actor, Detail string }
	Products           map[string]struct {
		Status  string
		Problem *struct{ Kind, Detail string }
	}
}

// connections are all of a server.
func connections(a *apptest.App) []connection { return apptest.List[connection](a, "/connections") }

// well waits until a server has one connection alone, and that is collected.
func well(a *apptest.App, what string) connection {
	a.T.Helper()
	var list []connection
	end := time.Now().Add(patience)
	a.Until(what, func() bool {
		list = connections(a)
		if time.Now().After(end) {
			a.T.Fatalf("in vain: %s; the connections are %+v", what, list)
		}
		return len(list) == 1 && list[0].Status == "active" && list[0].Problem == nil
	})
	return list[0]
}

// plaidProvider sets the keys of the first server's Plaid at the second, and waits until
// the banks of the one are in the directory of the other.
func (s *Servers) plaidProvider() (id string) {
	s.T.Helper()
	type provider struct {
		ID        string
		Problem   *struct{ Kind, Detail string }
		Directory struct {
			Institutions int
			RefreshedAt  *time.Time `json:"refreshed_at"`
			Refreshing   bool
		}
	}
	var p provider
	s.Second.Call("POST", "/providers", map[string]any{
		"connector": "plaid", "base": s.First.URL + "/plaid",
		"fields": map[string]string{"client_id": access.DevClientID, "secret": access.DevSecret, "country_codes": "US,GB"},
	}, &p)
	s.Second.Until("the directory is read", func() bool {
		s.Second.Call("GET", "/providers/"+p.ID, nil, &p)
		return p.Directory.RefreshedAt != nil && !p.Directory.Refreshing
	})
	if p.Directory.Institutions < 5 || p.Problem != nil {
		s.T.Fatalf("the provider is %+v", p)
	}
	return p.ID
}

// slots is how many slots of a provider's are used.
func (s *Servers) slots(provider string) int {
	s.T.Helper()
	var p fairlead.Provider
	of := tenant(s.Second)
	err := s.Second.Server.Store.View(s.T.Context(), func(tx *store.Tx) (err error) {
		p, err = tx.Providers.Get(of, provider)
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return len(p.Slots.Used)
}

// tenant is the one of a server.
func tenant(a *apptest.App) fairlead.TenantID {
	a.T.Helper()
	var id fairlead.TenantID
	err := a.Server.Store.View(a.T.Context(), func(tx *store.Tx) error {
		t, err := tx.Tenants.ByName("dev")
		id = t.ID
		return err
	})
	if err != nil {
		a.T.Fatal(err)
	}
	return id
}

// now is the time of a server's sandbox.
func now(a *apptest.App) time.Time {
	a.T.Helper()
	var clock struct{ Now time.Time }
	a.Call("GET", "/sandbox/clock", nil, &clock)
	return clock.Now
}

// pass lets a time pass on both: on the second to where the first one's clock has come.
func (s *Servers) pass(by time.Duration) {
	s.T.Helper()
	s.First.Advance(by.String())
	if left := now(s.First).Sub(now(s.Second)); left > 0 {
		s.Second.Advance(left.Truncate(time.Millisecond).String())
	}
}
