package collecting_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// countsOf are the counts of each event of a kind, in their order.
func (f *fixture) countsOf(kind fairlead.EventKind) (out []map[string]int) {
	f.Helper()
	f.view(func(tx *store.Tx) error {
		events, err := tx.Events.After(f.tenant.ID, store.EventQuery{Limit: 1000})
		for _, e := range events {
			if e.Kind == kind {
				out = append(out, e.Counts)
			}
		}
		return err
	})
	return out
}

func TestTheDocumentsOfAFirstCollectionAreOneEventAndLaterOnesSingle(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	for _, ref := range []string{"S1", "S2", "S3", "S4", "S5", "S6", "S7"} { // more than a page of documents
		b.papers = append(b.papers, paper(ref, ref))
	}
	f.run(id)
	if all := f.countsOf(fairlead.EventDocumentsAvailable); len(all) != 1 || !maps.Equal(all[0], map[string]int{"statement": 7}) {
		t.Errorf("first it published %v", all)
	}
	if n := len(f.countsOf(fairlead.EventDocumentArrived)); n != 7 {
		t.Errorf("a dialect that needs each met %d, want 7", n)
	}
	b.change(func() { b.papers = append(b.papers, paper("S8", "S8")) })
	f.again(id)
	if all, single := f.countsOf(fairlead.EventDocumentsAvailable), f.countsOf(fairlead.EventDocumentAvailable); len(all) != 1 || len(single) != 1 {
		t.Errorf("then there were %d of many and %d of one, want one each", len(all), len(single))
	}
}

// What came before a service asked to wait is not withheld for as long.
func TestTheDocumentsBeforeAWaitArePublishedWhenItBegins(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductStatements, fairlead.ProductTransactions)
	b.papers = []connector.Document{paper("S1", "one"), paper("S2", "two")}
	b.change(func() { b.fails[fairlead.ProductTransactions] = problem(fairlead.NotReady, time.Hour) })
	f.run(id)
	if all := f.countsOf(fairlead.EventDocumentsAvailable); len(all) != 1 || !maps.Equal(all[0], map[string]int{"statement": 2}) {
		t.Fatalf("while it waits %v were published", all)
	}
	b.change(func() { delete(b.fails, fairlead.ProductTransactions) })
	f.wait(2 * time.Hour)
	f.run(id)
	if all := f.countsOf(fairlead.EventDocumentsAvailable); len(all) != 1 || !slices.Contains(f.events(), "collection.finished complete ") {
		t.Errorf("%v were published, want those of before and no more; %v", all, f.events())
	}
}
