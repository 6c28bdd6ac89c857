package collecting_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// full gives a bank rows, with ids and without, papers and holders.
func full(b *bank) {
	for n := range 60 {
		ref := fmt.Sprintf("T%02d", n)
		if n%7 == 0 {
			ref = ""
		}
		day := fairlead.DateOf(noon()).AddDays(-n / 2)
		t := movement([]string{"A", "B"}[n%2], ref, day.String(), fmt.Sprintf("-%d.50", n), fmt.Sprintf("SHOP %d", n))
		t.Counterparty = &fairlead.Counterparty{Name: "Ada", IBAN: fmt.Sprintf("DE%020d", n)}
		b.books = append(b.books, t)
	}
	b.papers = []connector.Document{paper("P1", "one"), paper("P2", "two")}
	b.holders = []fairlead.Identity{{Ref: "me", Kind: fairlead.PersonNatural, Names: []string{"Ada"}}}
}

// all are the connection's live records of all kinds.
func (f *fixture) all(id fairlead.ConnectionID) (out []fairlead.Record) {
	f.Helper()
	for _, kind := range fairlead.RecordKinds() {
		out = append(out, f.records(id, kind)...)
	}
	return out
}

// setDigests gives records other digests, as if they were not known.
func (f *fixture) setDigests(id fairlead.ConnectionID, records []fairlead.Record, digest uint64) {
	f.Helper()
	records = slices.Clone(records)
	for n := range records {
		records[n].Digest = digest
	}
	f.update(func(tx *store.Tx) error { return tx.Records.SetDigests(f.tenant.ID, id, records) })
}

func TestRecordsOfBeforeDigestsGetThemWithoutANewVersion(t *testing.T) {
	t.Parallel()
	f, bank, id := linked(t)
	full(bank)
	f.run(id)
	first := f.all(id)
	f.setDigests(id, first, 0)
	events := len(f.events())
	f.wait(time.Hour)
	f.again(id)
	again := f.all(id)
	if len(again) != len(first) {
		t.Fatalf("%d records became %d", len(first), len(again))
	}
	for n, r := range again {
		was := first[n]
		if r.Version != was.Version || r.Position != was.Position || r.Digest != was.Digest || (r.Digest == 0) != (r.Kind == fairlead.AccountRecord) {
			t.Errorf("%s %s: version %d at %d with %x became %d at %d with %x", r.Kind, r.Ref, was.Version, was.Position, was.Digest, r.Version, r.Position, r.Digest)
		}
	}
	if got := f.events()[events:]; !slices.Equal(got, []string{"collection.finished complete "}) {
		t.Errorf("published %q", got)
	}
}

func TestWhatCameWithTheStoredDigestIsNotComparedAgain(t *testing.T) {
	t.Parallel()
	f, bank, id := linked(t)
	full(bank)
	f.run(id)
	rows := f.records(id, fairlead.TransactionRecord)
	for n := range rows {
		rows[n].Body = []byte(`{}`) // which nobody sees who does not read it
	}
	f.update(func(tx *store.Tx) error { return tx.Records.Upsert(f.tenant.ID, id, rows) })
	f.wait(time.Hour)
	f.again(id)
	for _, r := range f.records(id, fairlead.TransactionRecord) {
		if string(r.Body) != `{}` {
			t.Fatalf("%s was read and written again: %s", r.Ref, r.Body)
		}
	}
}

func TestWhatIsMissingAmongTheUnchangedIsRemoved(t *testing.T) {
	t.Parallel()
	f, bank, id := linked(t)
	full(bank)
	f.run(id)
	bank.change(func() {
		bank.books = slices.DeleteFunc(bank.books, func(t fairlead.Transaction) bool { return t.Ref == "T11" || t.Ref == "T40" })
		bank.books[3].Category = "food"
	})
	f.wait(time.Hour)
	f.again(id)
	if got := f.last(id).Products[fairlead.ProductTransactions]; got.Removed != 2 || got.Changed != 1 || got.Added != 0 {
		t.Errorf("counted %+v", got)
	}
}
