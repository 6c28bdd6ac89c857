package collecting_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
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

func TestTheDocumentsOfAPageAreFetchedSideBySideAndKeepTheirOrder(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	var meet sync.WaitGroup // each of the first four waits until all of them are open
	meet.Add(4)
	for n := range 9 {
		text := fmt.Sprint("text ", n)
		p := paper(fmt.Sprint("S", n), text)
		p.Open = func(context.Context) (io.ReadCloser, error) {
			if n < 4 {
				meet.Done()
				meet.Wait()
			}
			return io.NopCloser(strings.NewReader(text)), nil
		}
		b.papers = append(b.papers, p)
	}
	f.run(id)
	records := f.records(id, fairlead.DocumentRecord)
	slices.SortFunc(records, func(a, b fairlead.Record) int { return cmp.Compare(a.Position, b.Position) })
	for n, rec := range records {
		var d fairlead.Document
		if err := json.Unmarshal(rec.Body, &d); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(fmt.Sprint("text ", n)))
		if d.Ref != fmt.Sprint("S", n) || d.SHA256 != hex.EncodeToString(sum[:]) || d.Failed != nil {
			t.Errorf("document %d is %s with the bytes %s (%+v)", n, d.Ref, d.SHA256, d.Failed)
		}
	}
	if len(records) != 9 {
		t.Errorf("%d documents are stored, want 9", len(records))
	}
}

// A blob has a document's ref for its name, so that the bytes that are put last are those
// that its record must describe.
func TestADocumentThatAPageListsTwiceIsDescribedAsItIsStored(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	for n := range 12 {
		b.papers = append(b.papers, paper("S1", strings.Repeat("x", 12-n)))
	}
	f.run(id)
	records := f.records(id, fairlead.DocumentRecord)
	if len(records) != 1 {
		t.Fatalf("%d documents are stored, want one", len(records))
	}
	var d fairlead.Document
	if err := json.Unmarshal(records[0].Body, &d); err != nil {
		t.Fatal(err)
	}
	conn := f.connection(id)
	r, err := (sealing.Sealer{Vault: f.vault, Bucket: f.bucket}).OpenBlob(t.Context(), sealing.ConnectionKey(conn), d.Blob)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if content, err := io.ReadAll(r); err != nil || int64(len(content)) != d.Size {
		t.Errorf("the record says %d bytes, the blob has %d: %v", d.Size, len(content), err)
	}
}

func TestAPanicOfADownloadIsThatOfTheRun(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	torn := paper("S1", "")
	torn.Open = func(context.Context) (io.ReadCloser, error) { panic("a connector's own") }
	b.papers = append(b.papers, torn, paper("S2", "two"))
	defer func() {
		if p := recover(); p != "a connector's own" {
			t.Errorf("it recovered %v", p)
		}
	}()
	f.failing(f.collecting, id, 0)
	t.Error("the run went on")
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
