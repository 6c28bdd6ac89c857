package collecting_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/directory/directorytest"
	"github.com/fairlead-dev/fairlead/store"
)

// Complaint 43: a lost card gets a new number and becomes a new account; a merged bank strands
// its connection; closed accounts come back; history splits. That a closed account which is
// reopened has its history is in account_test.go.

// card is a card account as banks show one: no number of the account, that of the card masked.
func card(ref, mask, name string) fairlead.Account {
	a := bare(ref, mask, name)
	a.Kind, a.Subtype = fairlead.AccountCard, "credit"
	a.Numbers.PAN = "************" + mask
	return a
}

func TestALostCardThatGetsANewNumberUnderItsIDIsTheAccountItWas(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	lost := card("A", "1111", "Platinum")
	lost.Numbers.Number = "4000000000001111"
	b.accounts = []fairlead.Account{lost, account("B", "2222")}
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	before, rows := f.accountIDs(id), f.byRef(id)
	fresh := card("A", "9999", "Platinum")
	fresh.Numbers.Number = "4000000000009999"
	b.change(func() {
		b.accounts[0] = fresh
		b.books = append(b.books, movement("A", "T2", "2026-11-20", "-8.50", "LUNCH"))
	})
	f.tomorrow(id)
	f.sameHistory(id, before, map[string]string{"A": "A", "B": "B"}, rows, map[string]string{"T1": "T1", "T2": ""})
	if !slices.ContainsFunc(f.records(id, fairlead.AccountRecord), func(r fairlead.Record) bool { return r.ID == before["A"] && f.mask(r) == "9999" }) {
		t.Error("the account has the number of the card that was lost")
	}
}

func TestALostCardThatComesUnderANewIDAndNumberAfterANewSignInIsTheAccountItWas(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.accounts = []fairlead.Account{card("A", "1111", "Platinum"), card("B", "2222", "Gold")}
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE"), movement("B", "T2", "2026-11-03", "-5.50", "LUNCH")}
	f.run(id)
	before, rows := f.accountIDs(id), f.byRef(id)
	b.change(func() {
		b.accounts = []fairlead.Account{card("X", "9999", "Platinum"), card("Y", "2222", "Gold")}
		b.books = []fairlead.Transaction{
			movement("X", "N1", "2026-11-02", "-4.50", "COFFEE"), movement("Y", "N2", "2026-11-03", "-5.50", "LUNCH"),
			movement("X", "N3", "2026-11-20", "-9.00", "HOTEL"),
		}
	})
	f.wait(time.Hour)
	f.relink(id)
	f.run(id)
	f.sameHistory(id, before, map[string]string{"X": "A", "Y": "B"}, rows, map[string]string{"N1": "T1", "N2": "T2", "N3": ""})
}

func TestACardIsNotTakenForOneThatItMayNotReplace(t *testing.T) {
	t.Parallel()
	opened := func(a fairlead.Account, day fairlead.Date) fairlead.Account { a.Opened = day; return a }
	ended := func(a fairlead.Account) fairlead.Account { a.Status = "closed"; return a }
	for name, c := range map[string]struct{ before, after []fairlead.Account }{
		"it has another name":              {[]fairlead.Account{card("A", "1111", "Platinum")}, []fairlead.Account{card("X", "9999", "Gold")}},
		"it has no name":                   {[]fairlead.Account{card("A", "1111", "")}, []fairlead.Account{card("X", "9999", "")}},
		"it was opened on another day":     {[]fairlead.Account{opened(card("A", "1111", "Platinum"), day("2020-01-02"))}, []fairlead.Account{opened(card("X", "9999", "Platinum"), day("2026-11-20"))}},
		"the other had been closed":        {[]fairlead.Account{ended(card("A", "1111", "Platinum"))}, []fairlead.Account{card("X", "9999", "Platinum")}},
		"it may replace either of two":     {[]fairlead.Account{card("A", "1111", "Platinum"), card("B", "2222", "Platinum")}, []fairlead.Account{card("X", "9999", "Platinum")}},
		"another of the name is there":     {[]fairlead.Account{card("A", "1111", "Platinum"), card("B", "2222", "Platinum")}, []fairlead.Account{card("X", "9999", "Platinum"), card("B", "2222", "Platinum")}},
		"it is no card but an account":     {[]fairlead.Account{bare("A", "1111", "Everyday")}, []fairlead.Account{bare("X", "9999", "Everyday")}},
		"the other is still there as well": {[]fairlead.Account{card("A", "1111", "Platinum")}, []fairlead.Account{card("A", "1111", "Platinum"), card("X", "9999", "Platinum")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b, id := linked(t)
			b.accounts = c.before
			f.run(id)
			before := f.accountIDs(id)
			b.change(func() { b.accounts = c.after })
			f.wait(time.Hour)
			f.relink(id)
			f.run(id)
			got := f.accountIDs(id)
			for ref, was := range before {
				if got["X"] == "" || got["X"] == was {
					t.Errorf("the new card is %q, and %s was %q", got["X"], ref, was)
				}
			}
		})
	}
}

func TestAMergerThatGivesAllAccountsAndRowsNewIDsInOneSessionSplitsNoHistory(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.accounts = []fairlead.Account{account("A", "1111"), numbered("B", "000123456789", "EUR"), numbered("C", "000987654321", "EUR")}
	for n, ref := range []string{"A", "B", "C", "A", "B", "C"} {
		b.books = append(b.books, movement(ref, fmt.Sprintf("T%d", n), "2026-11-02", fmt.Sprintf("-%d.50", 1+n), "SHOP"))
	}
	f.run(id)
	before, rows := f.accountIDs(id), f.byRef(id)
	want := map[string]string{"N6": ""}
	b.change(func() { // nobody signs in, and the merged bank names and masks them in its own way
		for n, a := range b.accounts {
			b.accounts[n] = renamed(a, "N"+a.Ref, fmt.Sprintf("77%02d", n))
		}
		for n, row := range b.books {
			b.books[n].AccountRef, b.books[n].Ref = "N"+row.AccountRef, fmt.Sprintf("N%d", n)
			want[b.books[n].Ref] = row.Ref
		}
		b.books = append(b.books, movement("NA", "N6", "2026-11-20", "-70.00", "HOTEL"))
	})
	f.tomorrow(id)
	f.sameHistory(id, before, map[string]string{"NA": "A", "NB": "B", "NC": "C"}, rows, want)
	f.tomorrow(id)
	f.sameHistory(id, before, map[string]string{"NA": "A", "NB": "B", "NC": "C"}, rows, want)
}

// watchedBank is a bank that a provider reaches, and knows at which institution it was called.
type watchedBank struct {
	*bank
	mu     sync.Mutex
	called []fairlead.Institution
}

func (w *watchedBank) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	w.mu.Lock()
	w.called = append(w.called, s.Institution)
	w.mu.Unlock()
	return w.bank.Fetch(ctx, s, req)
}

func TestAConnectionToABankThatMergedAndIsListedNoMoreIsCollectedUnderItsName(t *testing.T) {
	t.Parallel()
	w := &watchedBank{bank: newBank()}
	f := newFixture(t, w)
	id := f.connect("bank", map[string]string{"token": "first"}, fairlead.ProductAccounts, fairlead.ProductTransactions)
	p := fairlead.Provider{ID: "prv_1", Tenant: f.tenant.ID, Connector: "bank", Environment: f.tenant.Environment}
	mill := fairlead.Institution{
		ID: "bank_mill", Ref: "mill", Connector: "bank", Provider: p.ID, Name: "Mill Savings Bank", Country: "US",
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
		Environments: []fairlead.Environment{f.tenant.Environment},
	}
	f.provide(&p, mill)
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Institution = mill.ID
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
	w.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	before, rows := f.accountIDs(id), f.byRef(id)
	mill.Gone = f.clock()
	f.provide(&p, mill)
	w.change(func() { w.books = append(w.books, movement("A", "T2", "2026-11-20", "-8.50", "LUNCH")) })
	w.called = nil
	f.tomorrow(id)
	f.again(id)
	f.sameHistory(id, before, map[string]string{"A": "A", "B": "B"}, rows, map[string]string{"T1": "T1", "T2": ""})
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || conn.Problem != nil || conn.NextRun.IsZero() {
		t.Errorf("the connection is %s, %+v, and due at %s", conn.Status, conn.Problem, conn.NextRun)
	}
	if len(w.called) == 0 || slices.ContainsFunc(w.called, func(i fairlead.Institution) bool {
		return i.ID != mill.ID || i.Name != mill.Name || i.Ref != mill.Ref || i.Gone.IsZero()
	}) {
		t.Errorf("it was called at %+v", w.called)
	}
	i, err := directory.New(f.registry, f.store).Find(f.Context(), f.tenant, string(f.connection(id).Institution))
	if err != nil || i.Name != mill.Name || i.Gone.IsZero() {
		t.Errorf("whoever shows the connection finds %+v, %v", i, err)
	}
}

// provide writes what a provider lists.
func (f *fixture) provide(p *fairlead.Provider, list ...fairlead.Institution) {
	f.Helper()
	if err := directorytest.Provide(f.Context(), f.store, p, list); err != nil {
		f.Fatal(err)
	}
}

// mask is the mask of a stored account.
func (f *fixture) mask(rec fairlead.Record) string {
	f.Helper()
	var a fairlead.Account
	if err := json.Unmarshal(rec.Body, &a); err != nil {
		f.Fatal(err)
	}
	return a.Mask
}

// sameHistory fails unless the accounts and rows, by their refs, are the records that they
// were under others, nothing else is there, and nobody has to act. "": a new one.
func (f *fixture) sameHistory(id fairlead.ConnectionID, accounts map[string]fairlead.RecordID, account map[string]string, rows map[string]fairlead.RecordID, row map[string]string) {
	f.Helper()
	same := func(what string, before, now map[string]fairlead.RecordID, want map[string]string) {
		f.Helper()
		if len(now) != len(want) {
			f.Errorf("%s: %v, before there were %v", what, now, before)
		}
		for ref, was := range want {
			if now[ref] == "" || now[ref] != before[was] && was != "" {
				f.Errorf("%s: %s is %q, and was %s of %v", what, ref, now[ref], was, before)
			}
		}
	}
	same("accounts", accounts, f.accountIDs(id), account)
	same("rows", rows, f.byRef(id), row)
	if p := f.connection(id).InPart(); p != nil {
		f.Errorf("somebody must act: %+v", p)
	}
}
