package looptest

import (
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// products are what is wanted of the bank.
var products = []string{"accounts", "identity", "transactions", "bills", "loans", "holdings", "investment_transactions", "statements"}

// movementDays is how far back Plaid tells of movements in investment accounts.
const movementDays = 729

// Plaid has the second server link a bank of the first one's through Plaid and follow it
// for a month (or what days are set), in which rows are booked, corrected and removed and the login breaks.
func (s *Servers) Plaid(walk Walk) {
	s.T.Helper()
	provider := s.plaidProvider()
	var link struct{ ID, URL string }
	s.Second.Call("POST", "/links", map[string]any{
		"person": "ada", "institution_id": "plaid_" + Bank, "products": products, "redirect_url": s.Returns,
	}, &link)
	s.ended(walk(link.URL))
	from, to := well(s.First, "the first server has collected"), well(s.Second, "the second server has collected")
	today := fairlead.DateOf(now(s.Second))
	l := loop{s, from.ID, to.ID, today.AddDays(-movementDays), today.AddMonths(-24).AddDays(1)}
	first, second := l.samePlaid("after linking")
	used := s.slots(provider)
	if used != 1 {
		s.T.Errorf("%d slots are used by one Item", used)
	}

	l.days(s.Before)
	l.plaidRecords("before the login breaks", records(s.First, l.from), records(s.Second, l.to))
	l.breaks()
	l.repaired(walk)
	if after := s.slots(provider); after != used || len(connections(s.First)) != 1 || len(connections(s.Second)) != 1 {
		s.T.Errorf("after the repair %d slots are used, before %d; the connections are %+v and %+v", after, used, connections(s.First), connections(s.Second))
	}
	l.plaidRecords("after the repair", records(s.First, l.from), records(s.Second, l.to))
	l.days(s.After)
	firstLater, secondLater := l.samePlaid("after all days")
	l.changed(first, firstLater)
	l.lasting(second, secondLater)
	l.webhooks()
	l.plaidRecords("in the end", records(s.First, l.from), records(s.Second, l.to))
}

// breaks has the first server's bank end the login: the second is told by a webhook.
func (l loop) breaks() {
	l.T.Helper()
	if err := l.First.Server.Verbs.Simulating.ResetLogin(l.T.Context(), tenant(l.First), fairlead.ConnectionID(l.from)); err != nil {
		l.T.Fatal(err)
	}
	end := time.Now().Add(patience)
	l.Second.Until("the second server needs the person", func() bool {
		c := connections(l.Second)
		if time.Now().After(end) {
			l.T.Fatalf("the second server does not need the person: %+v", c)
		}
		return len(c) == 1 && c[0].Status == "needs_action" && c[0].Problem != nil && c[0].Problem.Code == "ITEM_LOGIN_REQUIRED" && c[0].Problem.Actor == "person"
	})
}

// repaired has the person sign in again: on the second server's page, and there on the
// first one's.
func (l loop) repaired(walk Walk) {
	l.T.Helper()
	var link struct{ ID, URL string }
	l.Second.Call("POST", "/links", map[string]any{"person": "ada", "connection_id": l.to, "redirect_url": l.Returns}, &link)
	l.ended(walk(link.URL))
	if from := well(l.First, "the first server is well again"); from.ID != l.from {
		l.T.Errorf("the first server's connection was %s and is %s", l.from, from.ID)
	}
	if to := well(l.Second, "the second server is well again"); to.ID != l.to {
		l.T.Errorf("the second server's connection was %s and is %s", l.to, to.ID)
	}
	l.pass(5 * time.Minute)
}

// loop is a connection of the first server and the one of the second that follows it.
type loop struct {
	*Servers
	from, to string
	since    fairlead.Date // of movements
	papers   fairlead.Date // of statements: Plaid gives those of two years
}

// ended checks where a walk has led: back to the application, which can read the data.
func (s *Servers) ended(address string) {
	s.T.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("status") != "finished" {
		s.T.Fatalf("the walk ended at %s: %v", address, err)
	}
}
