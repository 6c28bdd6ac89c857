package looptest

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// SimpleFIN has the second server read what a person shares of the first one with a setup
// token, and follow it for a month, in which rows are booked, corrected and removed and
// the login at the bank breaks.
func (s *Servers) SimpleFIN() {
	s.T.Helper()
	s.First.Call("POST", "/sandbox/links", map[string]any{"institution_id": Bank, "person": "ada", "user": User, "password": Password}, nil)
	from := well(s.First, "the first server has collected")
	to := s.tokenConnection(from.Person)
	l := loop{Servers: s, from: from.ID, to: to.ID}
	l.since = l.oldest()
	if longest := fairlead.DateOf(now(s.Second)).AddDays(-300); l.since.After(longest) {
		s.T.Errorf("the second server has transactions since %s alone", l.since)
	}
	first, second := l.sameSimpleFIN("after linking")
	l.days(s.Before)
	l.sameSimpleFIN("before the login breaks")
	l.troubled()
	l.signsInAgain()
	l.sameSimpleFIN("after the repair")
	l.days(s.After)
	firstLater, secondLater := l.sameSimpleFIN("after all days")
	l.changed(first, firstLater)
	l.lasting(second, secondLater)
	if len(connections(s.First)) != 1 || len(connections(s.Second)) != 1 {
		s.T.Errorf("after a month the connections are %+v and %+v", connections(s.First), connections(s.Second))
	}
}

// tokenConnection makes a setup token of the first server's and pastes it at the second.
func (s *Servers) tokenConnection(person string) connection {
	s.T.Helper()
	var token struct {
		SetupToken string `json:"setup_token"`
	}
	s.First.Call("POST", "/simplefin_tokens", map[string]any{"person": person, "name": "The other server"}, &token)
	var link struct{ ID, URL string }
	s.Second.Call("POST", "/links", map[string]any{"person": "ada", "institution_id": "ins_simplefin_server", "redirect_url": s.Returns}, &link)
	p := s.Second.Visit(link.URL)
	for n := 0; n < 4 && !strings.Contains(p.Page, `name="token"`); n++ {
		p.Submit()
	}
	p.Submit("token", token.SetupToken)
	for n := 0; n < 4 && !p.Left; n++ {
		p.Submit()
	}
	s.ended(p.ReturnURL())
	return well(s.Second, "the second server has collected")
}

// oldest is the day of the oldest transaction of the second server.
func (l loop) oldest() (day fairlead.Date) {
	l.T.Helper()
	for _, t := range records(l.Second, l.to).transactions {
		if day.IsZero() || t.Booked.Before(day) {
			day = t.Booked
		}
	}
	return day
}

// troubled has the first server's bank end the login: with its next collection the second
// says that the person is needed, and at which bank.
func (l loop) troubled() {
	l.T.Helper()
	if err := l.First.Server.Verbs.Simulating.ResetLogin(l.T.Context(), tenant(l.First), fairlead.ConnectionID(l.from)); err != nil {
		l.T.Fatal(err)
	}
	l.pass(24 * time.Hour)
	end := time.Now().Add(patience)
	l.Second.Until("the second server says so", func() bool {
		c := connections(l.Second)
		if time.Now().After(end) {
			l.T.Fatalf("the second server does not need the person: %+v", c)
		}
		return len(c) == 1 && c[0].Problem != nil && c[0].Problem.Actor == "person" && strings.Contains(c[0].Problem.Detail, "Cove Bank")
	})
}

// signsInAgain has the person renew the login at the first server, which is all that the
// second needs.
func (l loop) signsInAgain() {
	l.T.Helper()
	var link struct{ ID, URL string }
	l.First.Call("POST", "/links", map[string]any{"person": "ada", "connection_id": l.from, "redirect_url": l.Returns}, &link)
	p := l.First.Visit(link.URL)
	through(l.T, p, Bank)
	l.ended(p.ReturnURL())
	if from := well(l.First, "the first server is well again"); from.ID != l.from {
		l.T.Errorf("the first server's connection was %s and is %s", l.from, from.ID)
	}
	l.pass(24 * time.Hour)
	if to := well(l.Second, "the second server is well again"); to.ID != l.to {
		l.T.Errorf("the second server's connection was %s and is %s", l.to, to.ID)
	}
}

// sameSimpleFIN compares all that comes through SimpleFIN. Accounts are known by their
// names, because what the second server has for their ids is a digest.
func (l loop) sameSimpleFIN(when string) (first, second stored) {
	l.T.Helper()
	first, second = records(l.First, l.from), records(l.Second, l.to)
	first.forget(l.since)
	second.forget(l.since)
	want, got := facts{}, facts{}
	for _, side := range []struct {
		name string
		stored
		facts
	}{{"first", first, want}, {"second", second, got}} {
		for _, a := range side.accounts {
			l.add(side.facts, side.name, "account "+a.Name, fmt.Sprintf("%s %s: current %s, available %s", a.Kind, a.Currency, money(a.Balances.Current), money(a.Balances.Available)))
		}
	}
	l.report(when, "accounts", 9, want, got)
	l.report(when, "sums", 2, first.sums(func(id fairlead.RecordID) string { return first.accounts[id].Name }), second.sums(func(id fairlead.RecordID) string { return second.accounts[id].Name }))
	l.simplefinTransactions(when, first, second)
	l.simplefinHoldings(when, first, second)
	return first, second
}

// forget leaves out what was before a day.
func (s *stored) forget(before fairlead.Date) {
	var rows []fairlead.Transaction
	for _, t := range s.transactions {
		if !t.Booked.Before(before) {
			rows = append(rows, t)
		}
	}
	s.transactions = rows
}

func (l loop) simplefinTransactions(when string, first, second stored) {
	l.T.Helper()
	fact := func(t fairlead.Transaction, account string) string {
		return fmt.Sprintf("%s %s of %s: %s %s, %q %q %s", t.State, t.Booked, account, plain(t.Amount.Amount), t.Amount.Currency, t.Description, t.Original, t.MCC)
	}
	want, got := facts{}, facts{}
	for _, t := range first.transactions {
		t.Original = cmp.Or(t.Original, t.Description)
		if t.Counterparty != nil { // the payee is what the second server shows
			t.Description = cmp.Or(t.Counterparty.Name, t.Description)
		}
		t.Description = cmp.Or(t.Description, t.Original)
		l.add(want, "first", "transaction "+string(t.ID), fact(t, first.accounts[t.Account].Name))
	}
	for _, t := range second.transactions {
		l.add(got, "second", "transaction "+t.Ref, fact(t, second.accounts[t.Account].Name))
	}
	l.report(when, "transactions", 200, want, got)
}

func (l loop) simplefinHoldings(when string, first, second stored) {
	l.T.Helper()
	fact := func(h fairlead.Holding, account, security string) string {
		return fmt.Sprintf("%s of %q in %s is %s, cost %s", plain(h.Quantity), security, account, money(&h.Value), money(h.CostBasis))
	}
	want, got := facts{}, facts{}
	for _, h := range first.holdings {
		name := first.securities[h.Security].Name
		l.add(want, "first", "holding "+string(h.ID), fact(h, first.accounts[h.Account].Name, cmp.Or(name, h.Ref)))
	}
	for _, h := range second.holdings {
		l.add(got, "second", "holding "+h.Ref, fact(h, second.accounts[h.Account].Name, second.securities[h.Security].Name))
	}
	l.report(when, "holdings", 3, want, got)
}
