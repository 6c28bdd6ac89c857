package collecting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

func day(text string) fairlead.Date {
	d, err := fairlead.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// tomorrow waits until the schedule's next run, and runs it.
func (f *fixture) tomorrow(id fairlead.ConnectionID) {
	f.Helper()
	f.wait(f.connection(id).NextRun.Sub(f.clock()))
	f.run(id)
}

func (f *fixture) state(id fairlead.ConnectionID, p fairlead.Product) fairlead.ProductState {
	f.Helper()
	return f.connection(id).Products[p]
}

func TestYesterdaysCacheIsNeverCalledNow(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	yesterday := noon().Add(-20 * time.Hour)
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		if req.Product == fairlead.ProductAccounts {
			page.AsOf = yesterday
		}
	}
	f.run(id)
	accounts, transactions := f.state(id, fairlead.ProductAccounts), f.state(id, fairlead.ProductTransactions)
	if !accounts.AsOf.Equal(yesterday) || !accounts.LastGood.Equal(noon()) {
		t.Errorf("accounts are as of %s, collected at %s", accounts.AsOf, accounts.LastGood)
	}
	if !transactions.AsOf.IsZero() {
		t.Errorf("the institution does not say how old its transactions are, and we say %s", transactions.AsOf)
	}
	b.change(func() { b.shape = nil })
	f.tomorrow(id)
	if got := f.state(id, fairlead.ProductAccounts).AsOf; !got.IsZero() {
		t.Errorf("it says no more how old they are, and we say %s", got)
	}
}

func TestOfSeveralPagesTheLatestDayCountsAlsoAfterACrash(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	for n := range 30 {
		b.books = append(b.books, movement("A", "T"+string(rune('a'+n)), "2026-10-02", "-1.00", "SHOP"))
	}
	older, later := noon().Add(-30*time.Hour), noon().Add(-3*time.Hour)
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		switch {
		case req.Product != fairlead.ProductTransactions:
		case req.Cursor == "":
			page.AsOf = later
		default:
			page.AsOf = older
		}
	}
	f.crash(b, id, 10, "20")
	f.collecting = f.node(10)
	f.run(id)
	if got := f.state(id, fairlead.ProductTransactions); !got.AsOf.Equal(later) {
		t.Errorf("as of %s, want %s", got.AsOf, later)
	}
}

func TestAllHistoryWasAskedForNinetyDaysCameAndEverybodyCanTell(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		if req.Product == fairlead.ProductTransactions {
			page.ServedFrom = day("2026-08-22")
		}
	}
	f.run(id)
	if s := f.state(id, fairlead.ProductTransactions); !s.Wanted.IsZero() || s.ServedFrom != day("2026-08-22") {
		t.Errorf("wanted from %v, served from %v", s.Wanted, s.ServedFrom)
	}
	f.tomorrow(id) // only a window is requested, which says nothing of all history
	if s := f.state(id, fairlead.ProductTransactions); !s.Wanted.IsZero() || s.ServedFrom != day("2026-08-22") {
		t.Errorf("a day later: wanted from %v, served from %v", s.Wanted, s.ServedFrom)
	}
}

func TestWhereTheInstitutionDoesNotSayHowFarBackItGoesItsCoverageDoes(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	f.run(id)
	if s := f.state(id, fairlead.ProductTransactions); s.ServedFrom != day("2024-11-20") {
		t.Errorf("served from %v", s.ServedFrom)
	}
}

func TestAfterAPauseOfAnyLengthTheGapIsReadWhole(t *testing.T) {
	t.Parallel()
	for _, pause := range []int{1, 6, 20, 45, 120, 400} {
		f, b, id := linked(t)
		b.windowed = true
		f.run(id)
		f.tomorrow(id)
		f.tomorrow(id)
		last := fairlead.DateOf(f.clock())
		b.change(func() {
			for n := range pause {
				b.books = append(b.books, movement("A", "", last.AddDays(n+1).String(), "-1.00", "SHOP"))
			}
		})
		f.wait(time.Duration(pause) * 24 * time.Hour)
		f.run(id)
		if got := len(f.records(id, fairlead.TransactionRecord)); got != pause {
			t.Errorf("after %d days: %d rows, want one of each day", pause, got)
		}
		if got := f.state(id, fairlead.ProductTransactions).Covered; got.From != day("2024-11-20") || got.To.Before(fairlead.DateOf(f.clock())) {
			t.Errorf("after %d days %v is covered", pause, got)
		}
	}
}

func TestARowThatArrivesLateWithAnOldDateIsNotMissed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		age  int // days
		days int // until it is found
	}{{3, 1}, {25, 1}, {200, 8}} {
		f, b, id := linked(t)
		b.windowed = true
		f.run(id)
		b.change(func() {
			b.books = append(b.books, movement("A", "LATE", fairlead.DateOf(noon()).AddDays(-c.age).String(), "-9.00", "HOTEL"))
		})
		for range c.days {
			f.tomorrow(id)
		}
		if got := f.byRef(id); got["LATE"] == "" {
			t.Errorf("a row of %d days ago is not there after %d days", c.age, c.days)
		}
	}
}

func TestARefusedBalanceCallThrowsNoTransactionsAwayAndWritesNoZero(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	before := string(f.records(id, fairlead.AccountRecord)[0].Body)
	b.change(func() {
		b.books = append(b.books, movement("A", "T2", "2026-11-19", "-5.50", "LUNCH"))
		b.fails[fairlead.ProductAccounts] = problem(fairlead.SlowDown, 5*time.Hour)
	})
	f.tomorrow(id)
	if got := f.byRef(id); len(got) != 2 {
		t.Errorf("stored: %v", got)
	}
	if after := string(f.records(id, fairlead.AccountRecord)[0].Body); after != before {
		t.Errorf("the account is %s, was %s", after, before)
	}
	s := f.state(id, fairlead.ProductAccounts)
	if s.Status != fairlead.ProductFailed || s.Problem == nil || s.Problem.Kind != fairlead.SlowDown || f.state(id, fairlead.ProductTransactions).Problem != nil {
		t.Errorf("accounts: %+v", s)
	}
	if !slices.ContainsFunc(f.events(), func(e string) bool { return strings.HasPrefix(e, "collection.finished partial slow_down") }) {
		t.Errorf("published: %v", f.events())
	}
}
