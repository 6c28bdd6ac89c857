package collecting

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
)

// span reads "from..to", each a day of March 2026 and 0 for none.
func span(from, to int) (i fairlead.Interval) {
	if from > 0 {
		i.From = fairlead.Date{Year: 2026, Month: 3, Day: from}
	}
	if to > 0 {
		i.To = fairlead.Date{Year: 2026, Month: 3, Day: to}
	}
	return i
}

func TestStoredHistoryGrowsOnlyWithoutAGap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                string
		stored, added, want fairlead.Interval
	}{
		{"the first", span(0, 0), span(3, 9), span(3, 9)},
		{"an overlap", span(1, 5), span(4, 9), span(1, 9)},
		{"the day after", span(1, 5), span(6, 9), span(1, 9)},
		{"a gap of a day", span(1, 5), span(7, 9), span(7, 9)},
		{"a gap before", span(7, 9), span(1, 5), span(1, 5)},
		{"inside", span(1, 9), span(3, 5), span(1, 9)},
		{"around", span(3, 5), span(1, 9), span(1, 9)},
		{"without a beginning", span(3, 5), span(0, 9), span(0, 9)},
	} {
		if got := join(c.stored, c.added); got != c.want {
			t.Errorf("%s: %v and %v join to %v, want %v", c.name, c.stored, c.added, got, c.want)
		}
	}
}

func TestAPageBringsItsProductOn(t *testing.T) {
	t.Parallel()
	started, now := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC), time.Date(2026, 3, 9, 11, 0, 0, 0, time.UTC)
	down := fairlead.Problem{Kind: fairlead.InstitutionDown}
	const p = fairlead.ProductTransactions
	before := fairlead.ProductState{Status: fairlead.ProductFailed, Problem: &down, Covered: span(1, 5), Cursor: "1"}
	for _, c := range []struct {
		name     string
		page     progress
		state    fairlead.ProductState
		counts   fairlead.ProductCounts
		accounts []string
	}{
		{
			"one of many moves the cursor and counts",
			progress{product: p, cursor: "2", covered: span(4, 8), counts: fairlead.ProductCounts{Added: 2}},
			fairlead.ProductState{Status: fairlead.ProductFailed, Problem: &down, Covered: span(1, 5), Cursor: "2"},
			fairlead.ProductCounts{Pages: 4, Added: 12, Covered: span(4, 8)},
			[]string{"A"},
		},
		{
			"the last one makes ready and covers",
			progress{product: p, ended: true, cursor: "left over", covered: span(4, 8)},
			fairlead.ProductState{Status: fairlead.ProductReady, LastGood: now, Covered: span(1, 8)},
			fairlead.ProductCounts{Pages: 4, Added: 10, Covered: span(4, 8), Ended: true},
			[]string{"A"},
		},
		{
			"the last of everything is a full sync, from the start of the collection",
			progress{product: p, ended: true, full: true},
			fairlead.ProductState{Status: fairlead.ProductReady, LastGood: now, LastFullSync: started, Covered: span(1, 5)},
			fairlead.ProductCounts{Pages: 4, Added: 10, Ended: true},
			[]string{"A"},
		},
		{
			"an account under a new id is chosen too, once",
			progress{product: p, cursor: "2", accounts: []string{"A", "NEW-A"}},
			fairlead.ProductState{Status: fairlead.ProductFailed, Problem: &down, Covered: span(1, 5), Cursor: "2"},
			fairlead.ProductCounts{Pages: 4, Added: 10},
			[]string{"A", "NEW-A"},
		},
	} {
		conn := fairlead.Connection{Accounts: []string{"A"}, Products: map[fairlead.Product]fairlead.ProductState{p: before}}
		col := fairlead.Collection{Started: started, Products: map[fairlead.Product]fairlead.ProductCounts{p: {Pages: 3, Added: 10}}}
		c.page.apply(&conn, &col, now)
		if diff := cmp.Diff(c.state, conn.Products[p]); diff != "" {
			t.Errorf("%s: the product (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.counts, col.Products[p]); diff != "" {
			t.Errorf("%s: the counts (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.accounts, conn.Accounts); diff != "" {
			t.Errorf("%s: the accounts (-want +got):\n%s", c.name, diff)
		}
	}
}
