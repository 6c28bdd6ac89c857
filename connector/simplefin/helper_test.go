package simplefin_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/simplefin"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// login leads a login with one token until it ends or wants something else.
func login(t *testing.T, start connector.Start, token string) fairlead.Step {
	t.Helper()
	c := simplefin.New()
	turn, err := c.Begin(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	a := answer(token)
	for range 5 {
		if turn, err = c.Resume(t.Context(), start, turn.State, a); err != nil {
			t.Fatal(err)
		}
		if turn.Step.Wait == nil {
			return turn.Step
		}
		a = fairlead.Answer{}
	}
	t.Fatal("the login does not end")
	return fairlead.Step{}
}

func start(t *testing.T, s *simplefintest.Server) connector.Start {
	t.Helper()
	return connector.Start{Env: env(s), Institution: another(t), Conversation: "cnv_1"}
}

// linked is a connection to a stand-in.
type linked struct {
	t       *testing.T
	server  *simplefintest.Server
	session connector.Session
	calls   int // that were counted
}

func link(t *testing.T, s *simplefintest.Server) *linked {
	t.Helper()
	step := login(t, start(t, s), s.Token())
	if step.Done == nil {
		t.Fatalf("the login ended with %+v", step)
	}
	l := &linked{t: t, server: s}
	l.session = connector.Session{
		Env: env(s), Institution: another(t), Connection: "con_1", Identity: step.Done.Identity.Reveal(), Secrets: step.Done.Secrets, Created: now,
		Count: func(context.Context) error { l.calls++; return nil },
	}
	return l
}

// data is what a collection brought, product by product.
type data map[fairlead.Product]connector.Page

// collect reads everything, as the engine does; an error is that of the first product.
func (l *linked) collect(since fairlead.Date) (data, error) {
	l.t.Helper()
	l.session.Once = onceByName()
	out := data{}
	for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings} {
		req := connector.FetchRequest{Product: p, Limit: 100}
		if p == fairlead.ProductTransactions {
			req.Since = since
		}
		var all connector.Page
		for {
			page, err := simplefin.New().Fetch(l.t.Context(), l.session, req)
			if err != nil {
				return out, err
			}
			if page.Secrets != nil {
				l.session.Secrets = page.Secrets
			}
			all.Accounts = append(all.Accounts, page.Accounts...)
			all.Transactions = append(all.Transactions, page.Transactions...)
			all.Holdings = append(all.Holdings, page.Holdings...)
			all.Securities = append(all.Securities, page.Securities...)
			all.Covers = append(all.Covers, page.Covers...)
			all.Partial = append(all.Partial, page.Partial...)
			all.Renumbered, all.AsOf, all.ServedFrom = page.Renumbered, page.AsOf, page.ServedFrom
			if !page.More {
				break
			}
			req.Cursor = page.Cursor
		}
		out[p] = all
	}
	return out, nil
}

func (l *linked) mustCollect() data {
	l.t.Helper()
	d, err := l.collect(fairlead.DateOf(now).AddDays(-5))
	if err != nil {
		l.t.Fatal(err)
	}
	return d
}

func onceByName() func(string, func() (any, error)) (any, error) {
	type result struct {
		value any
		err   error
	}
	made := map[string]result{}
	return func(name string, produce func() (any, error)) (any, error) {
		r, ok := made[name]
		if !ok {
			r.value, r.err = produce()
			made[name] = r
		}
		return r.value, r.err
	}
}

// account finds an account by its name.
func (d data) account(t *testing.T, name string) fairlead.Account {
	t.Helper()
	for _, a := range d[fairlead.ProductAccounts].Accounts {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("there is no account %q", name)
	return fairlead.Account{}
}

// rows are the transactions of an account.
func (d data) rows(ref string) (out []fairlead.Transaction) {
	for _, tx := range d[fairlead.ProductTransactions].Transactions {
		if tx.AccountRef == ref {
			out = append(out, tx)
		}
	}
	return out
}

// covered reports whether days of an account are claimed to be complete.
func (d data) covered(ref string) bool {
	return slices.ContainsFunc(d[fairlead.ProductTransactions].Covers, func(c connector.Coverage) bool { return c.AccountRef == ref && !c.Pending })
}

// missing finds what is said to be missing with a word of the connector's.
func (d data) missing(p fairlead.Product, code string) (connector.PartialProblem, bool) {
	for _, m := range d[p].Partial {
		if e, ok := errors.AsType[*fairlead.Error](m.Err); ok && e.Code == code {
			return m, true
		}
	}
	return connector.PartialProblem{}, false
}

// noSecrets fails where a text has anything that gives access.
func noSecrets(t *testing.T, s *simplefintest.Server, text string) {
	t.Helper()
	for _, secret := range append(s.Secrets(), s.URL) {
		if strings.Contains(text, secret) {
			t.Errorf("%q gives access away", text)
		}
	}
}

// at is a time of a day before the tests' now.
func at(daysAgo, hour, minute int) time.Time {
	d := now.AddDate(0, 0, -daysAgo)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.UTC)
}
