package collecting_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// linked is a fixture with a bank and a connection to it.
func linked(t testing.TB, products ...fairlead.Product) (*fixture, *bank, fairlead.ConnectionID) {
	t.Helper()
	b := newBank()
	f := newFixture(t, b)
	if len(products) == 0 {
		products = []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}
	}
	return f, b, f.connect("bank", map[string]string{"token": "first"}, products...)
}

// again collects a second later, because somebody asked.
func (f *fixture) again(id fairlead.ConnectionID) {
	f.Helper()
	f.wait(time.Second)
	if err := f.collecting.Request(f.Context(), f.tenant.ID, id); err != nil {
		f.Fatal(err)
	}
	f.run(id)
}

// byRef maps the live transactions' refs to ids.
func (f *fixture) byRef(id fairlead.ConnectionID) map[string]fairlead.RecordID {
	f.Helper()
	out := map[string]fairlead.RecordID{}
	for _, rec := range f.records(id, fairlead.TransactionRecord) {
		out[rec.Ref] = rec.ID
	}
	return out
}

func (f *fixture) counts(id fairlead.ConnectionID, p fairlead.Product) string {
	t := f.last(id).Products[p]
	return fmt.Sprintf("+%d ~%d -%d", t.Added, t.Changed, t.Removed)
}

func TestAPendingTransactionKeepsItsIDWhenItPosts(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	pending := movement("A", "P1", "2026-11-18", "-20.00", "BISTRO")
	pending.State = fairlead.TransactionPending
	other := movement("A", "P2", "2026-11-18", "-35.00", "HOTEL")
	other.State = fairlead.TransactionPending
	b.books = []fairlead.Transaction{pending, other}
	f.run(id)
	before := f.byRef(id)
	posted := movement("A", "B1", "2026-11-19", "-23.00", "BISTRO PARIS")
	posted.PendingRef = "P1"
	b.change(func() { // the pending copy is still shown beside one of them, as institutions do
		b.books = []fairlead.Transaction{pending, posted, movement("A", "B2", "2026-11-19", "-35.00", "Hotel")}
	})
	f.again(id)
	after := f.byRef(id)
	if len(after) != 2 || after["B1"] != before["P1"] || after["B2"] != before["P2"] {
		t.Errorf("before %v, after %v", before, after)
	}
	b.change(func() { b.books = b.books[:2] })
	f.again(id)
	f.again(id)
	if counts := f.counts(id, fairlead.ProductTransactions); counts != "+0 ~0 -0" {
		t.Errorf("nothing has happened, but %s", counts)
	}
}

func TestIDsReissuedForABlockDoNotDuplicateIt(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	for n := range 114 {
		b.books = append(b.books, movement("A", fmt.Sprintf("OLD%03d", n), fmt.Sprintf("2026-10-%02d", 1+n/4), fmt.Sprintf("-%d.00", 1+n%3), "SHOP"))
	}
	f.collecting = f.node(10) // so that blocks lie across pages
	f.run(id)
	before := f.records(id, fairlead.TransactionRecord)
	b.change(func() {
		for n := range b.books {
			b.books[n].Ref = fmt.Sprintf("NEW%03d", n)
		}
	})
	f.again(id)
	after := f.records(id, fairlead.TransactionRecord)
	if len(after) != 114 {
		t.Fatalf("%d transactions, want 114", len(after))
	}
	ids := func(r fairlead.Record) fairlead.RecordID { return r.ID }
	if a, b := keys(before, ids), keys(after, ids); !slices.Equal(a, b) {
		t.Errorf("the ids of the transactions have changed")
	}
	if counts := f.counts(id, fairlead.ProductTransactions); counts != "+0 ~114 -0" {
		t.Errorf("the collection did %s", counts)
	}
}

func keys(records []fairlead.Record, of func(fairlead.Record) fairlead.RecordID) (out []fairlead.RecordID) {
	for _, r := range records {
		out = append(out, of(r))
	}
	slices.Sort(out)
	return out
}

func TestIdenticalTransactionsStayTwoAndOverlapsAddNone(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.nothing = true
	twin := movement("A", "", "2026-11-02", "-4.50", "COFFEE")
	b.books = []fairlead.Transaction{twin, twin, movement("A", "", "2026-11-03", "-9.00", "LUNCH")}
	f.run(id)
	b.change(func() {
		b.books = []fairlead.Transaction{movement("A", "", "2026-11-03", "-9.00", "LUNCH"), twin, twin}
	})
	f.collecting = f.node(1)
	f.again(id)
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 3 {
		t.Errorf("%d transactions after two overlapping imports, want 3", n)
	}
}

func TestRemovalsAreSeenTheNextDayAndOldCorrectionsWithinAWeek(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	b.books = []fairlead.Transaction{
		movement("A", "OLD", "2026-03-02", "-45.00", "MARKET"), movement("A", "GONE", "2026-11-02", "-1.00", "MISTAKE"),
		movement("A", "NEW", "2026-11-03", "-2.00", "NEWS"),
	}
	f.run(id)
	b.change(func() {
		b.books = []fairlead.Transaction{movement("A", "OLD", "2026-03-02", "-54.00", "MARKET"), movement("A", "NEW", "2026-11-03", "-2.00", "NEWS")}
	})
	seen := ""
	for day := 1; day <= 7 && seen == ""; day++ { // by the schedule alone
		f.wait(24 * time.Hour)
		f.run(id)
		if r := f.records(id, fairlead.TransactionRecord); r[0].Version == 2 {
			seen = r[0].Reason
		}
		if day == 1 && f.counts(id, fairlead.ProductTransactions) != "+0 ~0 -1" {
			t.Errorf("the first day did %s, want one removed", f.counts(id, fairlead.ProductTransactions))
		}
	}
	if seen != "corrected" {
		t.Errorf("a correction of eight months ago was not seen within a week (%q)", seen)
	}
}

func TestTwoCollectionsAtOnceInsertOnce(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	for n := range 40 {
		b.books = append(b.books, movement("A", "", "2026-11-02", fmt.Sprintf("-%d.00", n), "SHOP"))
	}
	var meeting sync.WaitGroup // both have begun before either reads its first page
	meeting.Add(2)
	var calls atomic.Int32
	b.before = func(connector.FetchRequest) {
		if calls.Add(1) <= 2 {
			meeting.Done()
			meeting.Wait()
		}
	}
	// One runs; a second node, whose lease has been lost, runs the same.
	errs := make(chan error, 2)
	for range 2 {
		go func() { errs <- f.runBy(f.node(7), id) }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 40 {
		t.Errorf("%d transactions, want 40", n)
	}
}

func TestRelinkingKeepsEveryID(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE"), movement("B", "T2", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	accounts, transactions := f.records(id, fairlead.AccountRecord), f.records(id, fairlead.TransactionRecord)
	b.change(func() { // a migration: the bank names everything anew
		for n := range b.accounts {
			b.accounts[n].Ref = "NEW-" + b.accounts[n].Ref
		}
		for n := range b.books {
			b.books[n].Ref, b.books[n].AccountRef = "NEW-"+b.books[n].Ref, "NEW-"+b.books[n].AccountRef
		}
	})
	f.update(func(tx *store.Tx) error { // as linking does when the person comes back
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		col := fairlead.Collection{ID: "col_relink", Tenant: f.tenant.ID, Connection: id, Cause: fairlead.CauseRelink}
		if err := tx.Collections.Put(f.tenant.ID, &col); err != nil {
			return err
		}
		conn.Status, conn.Waiting = fairlead.ConnectionCollecting, []fairlead.CollectionID{col.ID}
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
	f.wait(time.Second)
	f.run(id)
	ids := func(r fairlead.Record) fairlead.RecordID { return r.ID }
	if !slices.Equal(keys(accounts, ids), keys(f.records(id, fairlead.AccountRecord), ids)) {
		t.Error("accounts have other ids after relinking")
	}
	if !slices.Equal(keys(transactions, ids), keys(f.records(id, fairlead.TransactionRecord), ids)) {
		t.Error("transactions have other ids after relinking")
	}
}

func TestChosenAccountsStayChosenWhenTheBankNamesThemAnew(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE"), movement("B", "T2", "2026-11-02", "-4.50", "COFFEE")}
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Accounts = []string{"A"}
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
	f.run(id)
	before := f.records(id, fairlead.TransactionRecord)
	b.change(func() {
		for n := range b.accounts {
			b.accounts[n].Ref = "NEW-" + b.accounts[n].Ref
		}
		for n := range b.books {
			b.books[n].AccountRef = "NEW-" + b.books[n].AccountRef
		}
	})
	f.again(id)
	f.again(id)
	after := f.records(id, fairlead.TransactionRecord)
	if len(before) != 1 || len(after) != 1 || before[0].ID != after[0].ID || len(f.records(id, fairlead.AccountRecord)) != 1 {
		t.Errorf("%d transactions before, %d after", len(before), len(after))
	}
}

func TestAnIDThatTheBankUsesAgainNamesANewTransaction(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.nothing = true
	pending := movement("A", "1", "2026-08-02", "-20.00", "BISTRO")
	pending.State = fairlead.TransactionPending
	b.books = []fairlead.Transaction{pending}
	f.run(id)
	posted := movement("A", "B1", "2026-08-03", "-20.00", "BISTRO")
	posted.PendingRef = "1"
	b.change(func() { b.books = []fairlead.Transaction{posted} })
	f.again(id)
	b.change(func() { b.books = []fairlead.Transaction{movement("A", "1", "2026-11-02", "-7.00", "NEWS")} })
	f.again(id)
	if refs := f.byRef(id); len(refs) != 2 || refs["1"] == refs["B1"] {
		t.Errorf("stored: %v", refs)
	}
}

func TestTheFirstCollectionRequestsAllHistoryAndLaterOnesKeepIt(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	b.books = []fairlead.Transaction{movement("A", "T1", "2024-12-02", "-4.50", "COFFEE"), movement("A", "T2", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	f.wait(24 * time.Hour)
	f.run(id)
	if len(b.since) != 2 || !b.since[0].IsZero() || b.since[1].IsZero() || !b.since[1].Before(fairlead.DateOf(noon()).AddDays(1)) {
		t.Errorf("asked for everything since %v", b.since)
	}
	if n := len(f.records(id, fairlead.TransactionRecord)); n != 2 {
		t.Errorf("%d transactions, want both", n)
	}
	if c := f.connection(id).Products[fairlead.ProductTransactions].Covered; c.From.Year != 2024 || c.To.Before(fairlead.DateOf(noon())) {
		t.Errorf("covered %v", c)
	}
}

func TestAMissingBalanceIsNotZeroAndAmountsKeepTheirScale(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.accounts[0].Balances = fairlead.Balances{}
	odd := movement("A", "T1", "1970-01-01", "-4.5000000", "COFFEE")
	odd.Value = fairlead.Date{Year: 2026, Month: 11, Day: 2}
	b.books = []fairlead.Transaction{odd}
	f.run(id)
	rec := f.records(id, fairlead.TransactionRecord)[0]
	var x fairlead.Transaction
	if err := json.Unmarshal(rec.Body, &x); err != nil {
		t.Fatal(err)
	}
	if rec.Day.String() != "2026-11-02" || x.Booked != rec.Day || x.Amount.Amount.String() != "-4.5000000" {
		t.Errorf("stored on %s, booked %s, amount %s", rec.Day, x.Booked, x.Amount)
	}
	var a fairlead.Account
	for _, rec := range f.records(id, fairlead.AccountRecord) {
		if rec.Ref == "A" {
			if err := json.Unmarshal(rec.Body, &a); err != nil {
				t.Fatal(err)
			}
			if a.Balances.Current != nil || a.Balances.Available != nil || strings.Contains(string(rec.Body), `"current"`) {
				t.Errorf("a balance that was not given is there: %s", rec.Body)
			}
		}
	}
}

func TestOneFailingProductStopsNoOther(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductStatements)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	b.papers = []connector.Document{paper("S0", ""), paper("S1", "hello")}
	b.fails[fairlead.ProductIdentity] = problem(fairlead.InstitutionDown, 0)
	f.run(id)
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionActive || conn.Products[fairlead.ProductIdentity].Status != fairlead.ProductFailed ||
		conn.Products[fairlead.ProductTransactions].Status != fairlead.ProductReady || len(f.records(id, fairlead.DocumentRecord)) != 2 {
		t.Errorf("the connection is %s, products %+v", conn.Status, conn.Products)
	}
	if !slices.Contains(f.events(), "collection.finished partial institution_down") {
		t.Errorf("published: %s", strings.Join(f.events(), "; "))
	}
	calls := len(b.met)
	delete(b.fails, fairlead.ProductIdentity)
	b.holders = []fairlead.Identity{{Ref: "h", Names: []string{"Ada"}}}
	f.wait(2 * time.Minute)
	f.run(id) // the retry asks for what failed, and leaves the bank's quota alone
	if n := len(b.met) - calls; n != 1 {
		t.Errorf("the retry made %d calls, want 1", n)
	}
	if f.connection(id).Products[fairlead.ProductIdentity].Status != fairlead.ProductReady {
		t.Error("the product is still failed after a good retry")
	}
}

func TestAProblemSaysWhatIsWrongSinceWhenAndWhoMustActWhere(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductTransactions] = problem(fairlead.InstitutionDown, 0) // HTML where JSON was due: connectors say so
	f.run(id)
	p := f.connection(id).Products[fairlead.ProductTransactions].Problem
	if p == nil || p.Kind != fairlead.InstitutionDown || p.Product != fairlead.ProductTransactions ||
		p.Actor != fairlead.ActorInstitution || !p.Since.Equal(noon()) {
		t.Fatalf("the problem is %+v", p)
	}
	f.wait(time.Hour)
	f.run(id)
	if p := f.connection(id).Products[fairlead.ProductTransactions].Problem; !p.Since.Equal(noon()) {
		t.Errorf("the problem says it is there since %s, it began at %s", p.Since, noon())
	}
	f.wait(time.Hour)
	b.change(func() { b.fails[fairlead.ProductTransactions] = problem(fairlead.ActionNeeded, 0) })
	f.run(id)
	if p := f.connection(id).Problem; p == nil || p.Where != "institution" || p.Actor != fairlead.ActorPerson {
		t.Errorf("the problem is %+v", p)
	}
}

func TestAWrongPasswordIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.fails[fairlead.ProductAccounts] = problem(fairlead.RejectedLogin, 0)
	f.wait(24 * time.Hour)
	calls := len(b.met)
	f.run(id)
	if n := len(b.met) - calls; n != 1 {
		t.Errorf("the rejected login was used %d times, want once", n)
	}
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionNeedsAction || !conn.NextRun.IsZero() || !f.due(id).IsZero() && f.due(id).After(f.clock()) {
		t.Errorf("the connection is %s, next run %s", conn.Status, conn.NextRun)
	}
	if err := f.collecting.Request(t.Context(), f.tenant.ID, id); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("asking for a collection gave %v, want a conflict", err)
	}
	if !slices.Contains(f.events(), "connection.needs_action needs_action rejected_login") {
		t.Errorf("published: %s", strings.Join(f.events(), "; "))
	}
}

func TestARecoveryIsPublishedIfTheFailureWas(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductAccounts] = problem(fairlead.Locked, 0)
	f.run(id)
	f.again(id)
	b.change(func() { delete(b.fails, fairlead.ProductAccounts) })
	f.again(id)
	f.again(id)
	needs, recovered := 0, 0
	for _, e := range f.events() {
		if strings.HasPrefix(e, "connection.needs_action") {
			needs++
		}
		if e == "connection.recovered active " {
			recovered++
		}
	}
	if needs != 1 || recovered != 1 {
		t.Errorf("published %d times that it needs action and %d times that it recovered, want once each", needs, recovered)
	}
}

func TestTheNextRunWaitsAsLongAsTheInstitutionSays(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductAccounts], b.fails[fairlead.ProductTransactions] = problem(fairlead.SlowDown, 4*time.Hour), problem(fairlead.SlowDown, 4*time.Hour)
	f.run(id)
	if due := f.due(id); !due.Equal(noon().Add(4 * time.Hour)) {
		t.Errorf("next due %s, want when the institution said", due)
	}
	err := f.collecting.Request(t.Context(), f.tenant.ID, id)
	if !fairlead.Is(err, fairlead.RateLimited) {
		t.Errorf("asking in between gave %v, want rate_limited", err)
	}
}

func TestACorrectedPaperNamesWhatItReplacesHoweverTheyAreListed(t *testing.T) {
	t.Parallel()
	corrected := func(ref, of string) connector.Document {
		d := paper(ref, "corrected")
		d.Revision, d.ReplacesRef = 1, of
		return d
	}
	first, second, third := paper("P1", "first"), corrected("P2", "P1"), corrected("P3", "P2")
	for name, days := range map[string][][]connector.Document{
		"on one page":                     {{first, second, third}},
		"on one page, newest first":       {{third, second, first}},
		"the first one comes later":       {{third, second}, {first}},
		"the corrections come later":      {{first}, {second, third}},
		"one after another, newest first": {{third}, {second}, {first}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
			for _, papers := range days {
				b.change(func() { b.papers = append(b.papers, papers...) })
				if f.connection(id).Products[fairlead.ProductStatements].LastGood.IsZero() {
					f.run(id)
				} else {
					f.again(id)
				}
			}
			ids, replaces := map[string]fairlead.DocumentID{}, map[string]fairlead.DocumentID{}
			for _, rec := range f.records(id, fairlead.DocumentRecord) {
				var d fairlead.Document
				if err := json.Unmarshal(rec.Body, &d); err != nil {
					t.Fatal(err)
				}
				ids[d.Ref], replaces[d.Ref] = fairlead.DocumentID(rec.ID), d.Replaces
			}
			if len(ids) != 3 || replaces["P1"] != "" || replaces["P2"] != ids["P1"] || replaces["P3"] != ids["P2"] {
				t.Errorf("of %v these are replaced: %v", ids, replaces)
			}
		})
	}
}
