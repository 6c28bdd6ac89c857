package collecting_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

func TestHarborIsCollectedWhole(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.login("harbor", "good", "good", fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductStatements)
	f.run(id)
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionActive {
		t.Fatalf("the connection is %s, want active", conn.Status)
	}
	for kind, least := range map[fairlead.RecordKind]int{
		fairlead.AccountRecord: 2, fairlead.TransactionRecord: 500, fairlead.IdentityRecord: 1, fairlead.DocumentRecord: 24,
	} {
		if n := len(f.records(id, kind)); n < least {
			t.Errorf("%d records of kind %s, want at least %d", n, kind, least)
		}
	}
	events := f.events()
	for _, want := range []string{"collection.finished complete ", "records.changed complete ", "documents.available  "} {
		if !slices.Contains(events, want) {
			t.Errorf("%q is not among the events: %s", want, strings.Join(events, "; "))
		}
	}
	if due := f.due(id); due.Before(noon().Add(22*time.Hour)) || due.After(noon().Add(24*time.Hour)) {
		t.Errorf("next due %s, want about a day later", due)
	}
	before := len(f.records(id, fairlead.TransactionRecord))
	f.again(id)
	if counts := f.counts(id, fairlead.ProductTransactions); counts != "+0 ~0 -0" {
		t.Errorf("collecting the same again changed it: %s", counts)
	}
	if n := len(f.records(id, fairlead.TransactionRecord)); n != before {
		t.Errorf("%d transactions after collecting the same again, want %d", n, before)
	}
}

func TestADocumentLiesSealedWithItsSizeAndDigest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.login("harbor", "good", "good", fairlead.ProductAccounts, fairlead.ProductStatements)
	f.run(id)
	rec := f.records(id, fairlead.DocumentRecord)[0]
	var d fairlead.Document
	if err := json.Unmarshal(rec.Body, &d); err != nil {
		t.Fatal(err)
	}
	blob, err := f.bucket.Get(context.Background(), d.Blob)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	sealed, err := io.ReadAll(blob)
	if err != nil || bytes.Contains(sealed, []byte("%PDF")) {
		t.Fatalf("the blob is readable (%v)", err)
	}
	plain, err := f.vault.Streams().Open(f.connection(id).Key, vault.Owner{Tenant: f.tenant.ID, ID: string(id)}.At(d.Blob, "blob"), bytes.NewReader(sealed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	if int64(len(b)) != d.Size || hex.EncodeToString(sum[:]) != d.SHA256 || !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Errorf("the document says %d bytes, %s; it has %d", d.Size, d.SHA256, len(b))
	}
}

func TestAYearOfDaysAddsUp(t *testing.T) {
	t.Parallel()
	daily, once := newFixture(t), newFixture(t)
	id := daily.login("harbor", "good", "good", fairlead.ProductAccounts, fairlead.ProductTransactions)
	for range 40 {
		daily.run(id)
		daily.wait(24 * time.Hour)
	}
	daily.run(id)
	once.login("harbor", "good", "good", fairlead.ProductAccounts, fairlead.ProductTransactions)
	once.wait(40 * 24 * time.Hour)
	once.run(id)
	if a, b := ledger(daily, id), ledger(once, id); !slices.Equal(a, b) {
		t.Errorf("collecting day by day holds %d transactions, all at once %d", len(a), len(b))
	}
}

// ledger is what an application would add up: refs, states and amounts.
func ledger(f *fixture, id fairlead.ConnectionID) (out []string) {
	for _, rec := range f.records(id, fairlead.TransactionRecord) {
		var x fairlead.Transaction
		if err := json.Unmarshal(rec.Body, &x); err != nil {
			f.Fatal(err)
		}
		out = append(out, rec.Ref+" "+string(x.State)+" "+x.Booked.String()+" "+x.Amount.String())
	}
	slices.Sort(out)
	return out
}
