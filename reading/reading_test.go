package reading_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/store"
)

func TestPagesAddUpToTheWholeWithoutRepeating(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 250)
	for _, oldest := range []bool{false, true} {
		q := reading.Query{Connection: h.connection, Limit: 40, Oldest: oldest}
		seen := map[fairlead.RecordID]bool{}
		var last fairlead.Date
		for {
			p, err := h.reading.Transactions(t.Context(), h.tenant, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range p.Data {
				if seen[x.ID] {
					t.Errorf("%s comes twice", x.ID)
				}
				if !last.IsZero() && (oldest && x.Booked.Before(last) || !oldest && x.Booked.After(last)) {
					t.Errorf("%s lies out of order", x.ID)
				}
				seen[x.ID], last = true, x.Booked
			}
			if q.After = p.Next; p.Next == "" {
				break
			}
		}
		if len(seen) != 250 {
			t.Errorf("%d transactions over all pages, want 250", len(seen))
		}
	}
}

func TestDaysAndStateNarrowAList(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 70)
	day := fairlead.Date{Year: 2026, Month: 1, Day: 3}
	p, err := h.reading.Transactions(t.Context(), h.tenant, reading.Query{Connection: h.connection, Days: fairlead.Interval{From: day, To: day}, State: "posted"})
	if err != nil || len(p.Data) != 7 {
		t.Errorf("%d transactions on one day (%v), want 7", len(p.Data), err)
	}
	p, err = h.reading.Transactions(t.Context(), h.tenant, reading.Query{Connection: h.connection, State: "pending"})
	if err != nil || len(p.Data) != 0 {
		t.Errorf("%d pending transactions (%v), want none", len(p.Data), err)
	}
}

func TestABadCursorIsRefusedByItsField(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 5)
	good, err := h.reading.Transactions(t.Context(), h.tenant, reading.Query{Connection: h.connection, Limit: 2})
	if err != nil || good.Next == "" {
		t.Fatal(err)
	}
	for _, after := range []string{"x", "txn_000001", "!!!!", good.Next + "A", good.Next[1:], base64.RawURLEncoding.EncodeToString([]byte("9 txn 2026-01-01 txn_1")), strings.Repeat("A", 5000)} {
		_, err := h.reading.Transactions(t.Context(), h.tenant, reading.Query{Connection: h.connection, After: after})
		e, ok := err.(*fairlead.Error)
		if !ok || e.Kind != fairlead.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != "after" {
			t.Errorf("the cursor %.20q gave %v", after, err)
		}
		if _, err := h.reading.Changes(t.Context(), h.tenant, h.connection, after, 10, 0); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("the feed cursor %.20q gave %v", after, err)
		}
	}
	if _, err := h.reading.Accounts(t.Context(), h.tenant, reading.Query{Connection: h.connection, After: good.Next}); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("a cursor of another list gave %v", err)
	}
	if _, err := h.reading.Transactions(t.Context(), h.tenant, reading.Query{Connection: h.connection, Limit: 501}); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("a page too large gave %v", err)
	}
}

func TestAnotherTenantFindsNothing(t *testing.T) {
	t.Parallel()
	h := open(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	docs, err := h.reading.Documents(t.Context(), h.tenant, reading.Query{Connection: h.connection, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := h.reading.Accounts(t.Context(), h.tenant, reading.Query{Connection: h.connection})
	if err != nil {
		t.Fatal(err)
	}
	doc, account := docs.Data[0].ID, accounts.Data[0].ID
	const other = fairlead.TenantID("ten_2")
	for what, err := range map[string]error{
		"connection": second(h.reading.Connection(t.Context(), other, h.connection)),
		"account":    second(h.reading.Account(t.Context(), other, account, true)),
		"document":   second(h.reading.Document(t.Context(), other, doc)),
		"address":    second(h.reading.Address(t.Context(), other, doc, 0, "app_2")),
		"list":       second(h.reading.Accounts(t.Context(), other, reading.Query{Connection: h.connection})),
		"by account": second(h.reading.Transactions(t.Context(), other, reading.Query{Account: account})),
		"changes":    second(h.reading.Changes(t.Context(), other, h.connection, "", 0, 0)),
		"export":     h.reading.Export(t.Context(), other, "per_1", io.Discard, asStored),
	} {
		if !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("%s gave %v, want not_found", what, err)
		}
	}
	people, err := h.reading.Persons(t.Context(), other, "", 0)
	if err != nil || len(people.Data) != 0 {
		t.Errorf("persons of another tenant: %v, %v", people.Data, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestNumbersAreOpenedOnDemandOnly(t *testing.T) {
	t.Parallel()
	h := open(t, fairlead.ProductAccounts, fairlead.ProductIdentity)
	for _, numbers := range []bool{false, true} {
		p, err := h.reading.Accounts(t.Context(), h.tenant, reading.Query{Connection: h.connection, Numbers: numbers})
		if err != nil || len(p.Data) == 0 {
			t.Fatal(err)
		}
		for _, a := range p.Data {
			if opened := a.Numbers != (fairlead.AccountNumbers{}); opened != numbers || a.Mask == "" || a.ID == "" || a.Connection != h.connection {
				t.Errorf("asked for numbers %v, account %s has them: %v", numbers, a.ID, opened)
			}
		}
	}
	who, err := h.reading.Identities(t.Context(), h.tenant, reading.Query{Connection: h.connection})
	if err != nil || len(who.Data) != 1 || len(who.Data[0].Names) == 0 || who.Data[0].Relations[0].Account == "" {
		t.Errorf("identity %+v (%v)", who.Data, err)
	}
	feed, err := h.reading.Changes(t.Context(), h.tenant, h.connection, "", 100, 0)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%+v", feed.Data); strings.Contains(text, who.Data[0].Documents[0].Number) {
		t.Error("the change feed tells a tax number")
	}
}

func TestTheFeedTellsEachRecordOnceAndItsCursorNeverExpires(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 30)
	p, err := h.reading.Changes(t.Context(), h.tenant, h.connection, "", 20, 0)
	if err != nil || len(p.Data) != 20 || p.Data[0].What != "added" {
		t.Fatalf("%d changes (%v)", len(p.Data), err)
	}
	middle := p.Next
	rest, err := h.reading.Changes(t.Context(), h.tenant, h.connection, middle, 20, 0)
	if err != nil || len(rest.Data) != 10 {
		t.Fatalf("%d changes after the first page (%v)", len(rest.Data), err)
	}
	h.update(func(tx *store.Tx) error {
		records, err := tx.Records.List(h.tenant, store.RecordQuery{Connection: h.connection, Kind: fairlead.TransactionRecord, Limit: 3})
		if err != nil {
			return err
		}
		for i := range records {
			records[i].Version, records[i].Reason = 2, "corrected"
		}
		records[2].Removed, records[2].Reason = true, "removed"
		return tx.Records.Upsert(h.tenant, h.connection, records)
	})
	latest, err := h.reading.Changes(t.Context(), h.tenant, h.connection, rest.Next, 20, 0)
	if err != nil || len(latest.Data) != 3 {
		t.Fatalf("%d changes after three were made (%v)", len(latest.Data), err)
	}
	if got := latest.Data[0].What + " " + latest.Data[1].What + " " + latest.Data[2].What; got != "changed changed removed" || latest.Data[2].Record != nil {
		t.Errorf("reported: %s", got)
	}
	all, err := h.reading.Changes(t.Context(), h.tenant, h.connection, "", 500, 0)
	if err != nil || len(all.Data) != 30 {
		t.Errorf("%d changes from the beginning (%v), want each record once", len(all.Data), err)
	}
	empty, err := h.reading.Changes(t.Context(), h.tenant, h.connection, latest.Next, 20, 0)
	if err != nil || len(empty.Data) != 0 || empty.Next != latest.Next {
		t.Errorf("at the end: %d changes, next %q (%v)", len(empty.Data), empty.Next, err)
	}
}

func TestALongPollIsReleasedByAChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 1)
	p, err := h.reading.Changes(t.Context(), h.tenant, h.connection, "", 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan int, 3)
	for range 3 {
		go func() {
			p, err := h.reading.Changes(context.Background(), h.tenant, h.connection, p.Next, 10, 30*time.Second)
			if err != nil {
				t.Error(err)
			}
			got <- len(p.Data)
		}()
	}
	h.write(1, 2)
	h.reading.Wake(h.tenant, h.connection)
	for range 3 {
		select {
		case n := <-got:
			if n != 2 {
				t.Errorf("the poll was released with %d changes", n)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the poll was not released")
		}
	}
}

func TestALongPollEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := h.reading.Changes(ctx, h.tenant, h.connection, "", 10, time.Minute)
		done <- err
	}()
	cancel()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a poll that was given up answered as if nothing had changed")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the poll outlived its caller")
	}
}

func TestATransactionHasItsVersions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 1)
	h.update(func(tx *store.Tx) error {
		rec, err := tx.Records.Get(h.tenant, "txn_000000")
		if err != nil {
			return err
		}
		rec.Version, rec.Removed, rec.Reason = 2, true, "removed"
		return tx.Records.Upsert(h.tenant, h.connection, []fairlead.Record{rec})
	})
	now, versions, err := h.reading.Transaction(t.Context(), h.tenant, "txn_000000")
	if err != nil || len(versions) != 2 || now.State != fairlead.TransactionRemoved || versions[0].State != fairlead.TransactionPosted || now.Version != 2 {
		t.Errorf("now %+v, %d versions (%v)", now.State, len(versions), err)
	}
	if _, _, err := h.reading.Transaction(t.Context(), h.tenant, fairlead.RecordID(h.connection)); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("a wrong id gave %v", err)
	}
}

// firstDocument has a fixture with statements, and one of them.
func firstDocument(t *testing.T) (*fixture, fairlead.Document) {
	h := open(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	docs, err := h.reading.Documents(t.Context(), h.tenant, reading.Query{Connection: h.connection, Limit: 1})
	if err != nil || len(docs.Data) != 1 {
		t.Fatal(err)
	}
	return h, docs.Data[0]
}

func TestAnAddressOpensItsDocumentUntilItExpires(t *testing.T) {
	t.Parallel()
	h, doc := firstDocument(t)
	a, err := h.reading.Address(t.Context(), h.tenant, doc.ID, time.Minute, "app_1")
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(a.URL, "https://fairlead.example/d/")
	if !ok || !a.Expires.Equal(noon().Add(time.Minute)) || strings.Contains(token, string(doc.ID)) {
		t.Fatalf("the address is %+v", a)
	}
	got, r, err := h.reading.Download(t.Context(), token, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil || int64(len(b)) != doc.Size || got.ID != doc.ID || !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Errorf("%d bytes of %d (%v)", len(b), doc.Size, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	var trail []fairlead.AuditEntry
	if err := h.store.View(t.Context(), func(tx *store.Tx) (err error) {
		trail, err = tx.Audit.After(h.tenant, 0, 10)
		return err
	}); err != nil || len(trail) != 1 || trail[0].Actor != "app_1" || trail[0].From != "192.0.2.1" || trail[0].Subject != string(doc.ID) {
		t.Errorf("the audit trail is %+v (%v)", trail, err)
	}
	h.wait(time.Minute)
	if _, _, err := h.reading.Download(t.Context(), token, ""); !fairlead.Is(err, fairlead.Gone) {
		t.Errorf("after its time the address gave %v, want gone", err)
	}
	if _, err := h.reading.Address(t.Context(), h.tenant, doc.ID, time.Hour, "app_1"); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("an address for an hour gave %v", err)
	}
}

func TestAnAddressThatWasTamperedWithIsUnknown(t *testing.T) {
	t.Parallel()
	h, doc := firstDocument(t)
	a, err := h.reading.Address(t.Context(), h.tenant, doc.ID, 0, "app_1")
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(a.URL, "https://fairlead.example/d/")
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	raw[len(raw)/2] ^= 1
	for _, bad := range []string{"", "x", token + "AA", token[:len(token)-4], base64.RawURLEncoding.EncodeToString(raw), string(doc.ID), strings.Repeat("A", 9000)} {
		if _, _, err := h.reading.Download(t.Context(), bad, ""); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("%.20q gave %v, want not_found", bad, err)
		}
	}
}

func TestNoDocumentIsOpenedAfterDisconnecting(t *testing.T) {
	t.Parallel()
	h, doc := firstDocument(t)
	a, err := h.reading.Address(t.Context(), h.tenant, doc.ID, 0, "app_1")
	if err != nil {
		t.Fatal(err)
	}
	h.update(func(tx *store.Tx) error {
		c, err := tx.Connections.Get(h.tenant, string(h.connection))
		if err != nil {
			return err
		}
		c.Status, c.Key, c.Secrets = fairlead.ConnectionDisconnected, nil, nil
		return tx.Connections.Put(h.tenant, &c)
	})
	if _, _, err := h.reading.Download(t.Context(), strings.TrimPrefix(a.URL, "https://fairlead.example/d/"), ""); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("the address gave %v, want not_found", err)
	}
	if _, _, err := h.reading.Content(t.Context(), h.tenant, doc.ID, "app_1", ""); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("the content gave %v, want not_found", err)
	}
}

func TestADocumentWhoseBytesChangedEndsInAnError(t *testing.T) {
	t.Parallel()
	h, doc := firstDocument(t)
	docs, err := h.reading.Documents(t.Context(), h.tenant, reading.Query{Connection: h.connection, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	other, err := h.bucket.Get(t.Context(), docs.Data[1].Blob) // sealed under the same key, another document
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := h.bucket.Put(t.Context(), doc.Blob, other); err != nil {
		t.Fatal(err)
	}
	_, r, err := h.reading.Content(t.Context(), h.tenant, doc.ID, "app_1", "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); err == nil {
		t.Error("the wrong bytes were read without an error")
	}
}

// asStored is the shape of no interface: what is stored, an account's numbers beside it,
// and of a connection its id: the rest has its keys.
func asStored(v any) any {
	switch v := v.(type) {
	case fairlead.Account:
		return struct {
			fairlead.Account
			Numbers fairlead.AccountNumbers `json:"numbers,omitzero"`
		}{v, v.Numbers}
	case fairlead.Connection:
		return v.ID
	}
	return v
}

func TestAnExportIsOneDocumentOfEverything(t *testing.T) {
	t.Parallel()
	h := open(t, fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions)
	var b bytes.Buffer
	if err := h.reading.Export(t.Context(), h.tenant, "per_1", &b, asStored); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Person      struct{ Details fairlead.PersonDetails }
		Connections []struct {
			Accounts []struct {
				ID      string
				Numbers fairlead.AccountNumbers
			}
			Transactions []fairlead.Transaction
			Identities   []fairlead.Identity
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var counts map[fairlead.RecordKind]int
	if err := h.store.View(t.Context(), func(tx *store.Tx) (err error) {
		counts, err = tx.Records.Count(h.tenant, h.connection)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	c := got.Connections[0]
	if got.Person.Details.Email != "ada@example.com" || len(c.Transactions) != counts[fairlead.TransactionRecord] || len(c.Accounts) != counts[fairlead.AccountRecord] ||
		c.Accounts[0].Numbers == (fairlead.AccountNumbers{}) || len(c.Identities[0].Names) == 0 {
		t.Errorf("the export has %d accounts and %d transactions of %v", len(c.Accounts), len(c.Transactions), counts)
	}
	if bytes.Contains(b.Bytes(), []byte(`"secrets"`)) || bytes.Contains(b.Bytes(), []byte(`"key"`)) {
		t.Error("the export holds keys")
	}
}

func TestConnectionsAreListedByPersonAndReference(t *testing.T) {
	t.Parallel()
	h := open(t)
	for what, q := range map[string]reading.ListQuery{"person": {Person: "per_1"}, "reference": {Reference: "ada"}, "application": {Application: "app_1"}, "all": {}} {
		p, err := h.reading.Connections(t.Context(), h.tenant, q)
		if err != nil || len(p.Data) != 1 {
			t.Errorf("by %s: %d connections (%v)", what, len(p.Data), err)
		}
	}
	p, err := h.reading.Connections(t.Context(), h.tenant, reading.ListQuery{Reference: "nobody"})
	if err != nil || len(p.Data) != 0 {
		t.Errorf("of nobody: %d connections (%v)", len(p.Data), err)
	}
	h.collect()
	cols, err := h.reading.Collections(t.Context(), h.tenant, h.connection, "", 0)
	if err != nil || len(cols.Data) != 1 {
		t.Errorf("%d collections (%v)", len(cols.Data), err)
	}
}

func BenchmarkAPageOf500Transactions(b *testing.B) {
	h := open(b)
	for n := range 4 {
		h.write(500*n, 500)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			p, err := h.reading.Transactions(b.Context(), h.tenant, reading.Query{Connection: h.connection, Limit: 500})
			if err != nil || len(p.Data) != 500 {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			var rows []fairlead.Record
			err := h.store.View(b.Context(), func(tx *store.Tx) (err error) {
				rows, err = tx.Records.List(h.tenant, store.RecordQuery{Connection: h.connection, Kind: fairlead.TransactionRecord, Newest: true, Limit: 500})
				return err
			})
			if err != nil || len(rows) != 500 {
				b.Fatal(err)
			}
		}
	})
}
