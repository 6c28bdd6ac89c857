package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func recordTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ARecordComesBackAsItWasWritten":                  aRecordComesBack,
		"AChangeStoresTheOldVersionAndMovesInTheFeed":     changesHaveHistory,
		"ThePageAndTheMillionthRecordAreListedByDay":      recordsAreListed,
		"MatchFindsByRefWithinConnectionKindAndAccount":   recordsAreMatched,
		"RecordsAreReadByTheirIDs":                        recordsByIDs,
		"KeysAreThoseOfTheListedRecords":                  keysAreListed,
		"KeysOfRefsAreThoseOfLiveRecords":                 keysOfRefs,
		"ADigestIsStoredWithoutANewVersion":               digestsAreSet,
		"ARemovedRecordIsATombstoneInTheFeedOnly":         removedRecords,
		"EraseEmptiesInSlicesAndLeavesTombstones":         eraseLeavesTombstones,
		"ARecordOfAnotherConnectionIsNotOverwritten":      foreignRecord,
		"NoMethodShowsOneTenantTheRecordsOfAnother":       recordsAreIsolated,
		"APageHoldsAThousandRecordsAndNoMore":             fullPages,
		"WhatNotBothEnginesCanStoreIsRefused":             unstorable,
		"TwoWritersOfOneConnectionDoNotInsertTheRefTwice": concurrentPages,
	}
}

func record(n int) fairlead.Record {
	return fairlead.Record{
		ID: fairlead.RecordID(fmt.Sprintf("txn_%03d", n)), Tenant: ours, Connection: "con_1", Account: "acc_1",
		Kind: fairlead.TransactionRecord, Ref: fmt.Sprintf("ref-%d", n), Day: fairlead.DateOf(noon).AddDays(n / 2), State: "posted",
		Changed: noon, Reason: "first", Body: []byte(fmt.Sprintf(`{"n":%d,"text":"<é> & \"quoted\" \u0000"}`, n)),
	}
}

func recordRange(from, to int) []fairlead.Record {
	var list []fairlead.Record
	for i := from; i < to; i++ {
		list = append(list, record(i))
	}
	return list
}

func recordID(r fairlead.Record) string { return string(r.ID) }

func (f *fixture) upsert(records ...fairlead.Record) {
	f.t.Helper()
	f.update(func(tx *store.Tx) error { return tx.Records.Upsert(ours, "con_1", records) })
}

func aRecordComesBack(t *testing.T, f *fixture) {
	r := record(1)
	r.DuplicateIndex, r.Sealed, r.Digest = 2, fairlead.Sealed{0, 1, 255}, 1<<63+7
	f.upsert(r, record(2))
	got := read(f, func(tx *store.Tx) (fairlead.Record, error) { return tx.Records.Get(ours, r.ID) })
	r.Version, r.Position = 1, 1
	same(t, "the record", got, r)
	same(t, "the body", string(got.Body), string(r.Body))
	plain := read(f, func(tx *store.Tx) (fairlead.Record, error) { return tx.Records.Get(ours, "txn_002") })
	same(t, "what is sealed of the other", plain.Sealed == nil, true)
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Records.Get(ours, "txn_999")
		return err
	})
}

func changesHaveHistory(t *testing.T, f *fixture) {
	f.upsert(recordRange(0, 3)...)
	changed := record(1)
	changed.Reason, changed.Body = "corrected", []byte(`{"n":"new"}`)
	f.upsert(changed, record(3))
	feed := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 0, 0) })
	same(t, "the feed", ids(feed, recordID), "[txn_000 txn_002 txn_001 txn_003]")
	same(t, "the last position", feed[3].Position, 5)
	tail := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 3, 1) })
	same(t, "a page of the feed", ids(tail, recordID), "[txn_001]")
	history := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Versions(ours, "txn_001") })
	same(t, "the history", ids(history, func(r fairlead.Record) string { return fmt.Sprint(r.Version, r.Reason) }), "[1first 2corrected]")
	same(t, "the old body", string(history[0].Body), string(record(1).Body))
	same(t, "the new body", string(history[1].Body), `{"n":"new"}`)
}

func recordsAreListed(t *testing.T, f *fixture) {
	pending := record(7)
	pending.State = "pending"
	other := record(50)
	other.Account, other.Kind = "acc_2", fairlead.HoldingRecord
	f.upsert(append(append(recordRange(0, 7), pending), append(recordRange(8, 20), other)...)...)
	list := func(q store.RecordQuery) []fairlead.Record {
		whole := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.List(ours, q) })
		page := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Page(ours, q) })
		brief := slices.Clone(whole)
		for n := range brief {
			brief[n].Ref, brief[n].DuplicateIndex, brief[n].Position, brief[n].Reason, brief[n].Digest = "", 0, 0, "", 0
		}
		same(t, "the page", page, brief)
		return whole
	}
	for _, newest := range []bool{false, true} {
		for _, q := range []store.RecordQuery{{Connection: "con_1"}, {Account: "acc_1"}} {
			q.Kind, q.Limit, q.Newest = fairlead.TransactionRecord, 7, newest
			var got []string
			for page := list(q); len(page) > 0; page = list(q) {
				got = append(got, ids(page, recordID)...)
				q.AfterDay, q.After = page[len(page)-1].Day, page[len(page)-1].ID
			}
			same(t, "the number", len(got), 20)
			first, last := "txn_000", "txn_019"
			if newest {
				first, last = last, first
			}
			same(t, "the ends", got[0]+got[19], first+last)
		}
	}
	q := store.RecordQuery{Connection: "con_1", Kind: fairlead.TransactionRecord, State: "pending"}
	same(t, "the pending ones", ids(list(q), recordID), "[txn_007]")
	q.State = "posted"
	same(t, "the posted ones", len(list(q)), 19)
	day := fairlead.DateOf(noon)
	q.Days = fairlead.Interval{From: day.AddDays(1), To: day.AddDays(2)}
	same(t, "those of two days", ids(list(q), recordID), "[txn_002 txn_003 txn_004 txn_005]")
	same(t, "another account's", len(list(store.RecordQuery{Account: "acc_2", Kind: fairlead.HoldingRecord})), 1)
	counts := read(f, func(tx *store.Tx) (map[fairlead.RecordKind]int, error) { return tx.Records.Count(ours, "con_1") })
	same(t, "the counts", counts, "map[hld:1 txn:20]")
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Records.List(ours, store.RecordQuery{Kind: fairlead.TransactionRecord})
		return err
	})
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Records.Page(ours, store.RecordQuery{Kind: fairlead.TransactionRecord})
		return err
	})
}

func recordsAreMatched(t *testing.T, f *fixture) {
	removed, elsewhere := record(2), record(3)
	removed.Removed, elsewhere.Account, elsewhere.Ref = true, "acc_2", "ref-1"
	f.upsert(record(1), removed, elsewhere)
	match := func(tenant fairlead.TenantID, account fairlead.RecordID, refs ...string) []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Record, error) {
			return tx.Records.Match(tenant, "con_1", fairlead.TransactionRecord, account, refs)
		}), recordID)
	}
	same(t, "in one account", match(ours, "acc_1", "ref-1", "ref-2", "ref-9"), "[txn_001 txn_002]")
	same(t, "in another account", match(ours, "acc_2", "ref-1", "ref-2"), "[txn_003]")
	same(t, "in none", match(ours, "", "ref-1"), "[]")
	same(t, "a ref twice", match(ours, "acc_1", "ref-2", "ref-2"), "[txn_002]")
	same(t, "in another tenant", match(theirs, "acc_1", "ref-1"), "[]")
	same(t, "without refs", match(ours, "acc_1"), "[]")
	paper := record(4)
	paper.ID, paper.Kind = "doc_004", fairlead.DocumentRecord
	f.upsert(paper)
	same(t, "a document, whatever its account", ids(read(f, func(tx *store.Tx) ([]fairlead.Record, error) {
		return tx.Records.Match(ours, "con_1", fairlead.DocumentRecord, "", []string{paper.Ref})
	}), recordID), "[doc_004]")
	f.update(func(tx *store.Tx) error {
		got, err := tx.Records.Match(ours, "con_1", fairlead.TransactionRecord, "acc_1", []string{"ref-1"})
		same(t, "inside Update", len(got), 1)
		return err
	})
}

func recordsByIDs(t *testing.T, f *fixture) {
	removed := record(2)
	removed.Removed = true
	f.upsert(record(1), removed, record(3))
	read := func(tenant fairlead.TenantID, wanted ...fairlead.RecordID) []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.ByIDs(tenant, wanted) }), recordID)
	}
	same(t, "some", read(ours, "txn_003", "txn_002", "txn_009", "txn_003"), "[txn_002 txn_003]")
	same(t, "of another tenant", read(theirs, "txn_001"), "[]")
	same(t, "none", read(ours), "[]")
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Records.ByIDs(ours, make([]fairlead.RecordID, 1001))
		return err
	})
}

// keysAreListed compares the keys of an account's days, and of a connection, with the records.
func keysAreListed(t *testing.T, f *fixture) {
	page := recordRange(0, 20)
	for n := range page {
		page[n].Digest = uint64(n) << 40
	}
	page[7].Removed, page[8].Account = true, "acc_2"
	f.upsert(page...)
	f.update(func(tx *store.Tx) error {
		other := record(1)
		other.Tenant = theirs
		return tx.Records.Upsert(theirs, "con_1", []fairlead.Record{other})
	})
	day := fairlead.DateOf(noon)
	for what, q := range map[string]store.RecordQuery{
		"an account":          {Account: "acc_1"},
		"some days":           {Account: "acc_1", Days: fairlead.Interval{From: day.AddDays(2), To: day.AddDays(5)}},
		"another account":     {Account: "acc_2"},
		"nobody's account":    {Account: "acc_3"},
		"both":                {Connection: "con_1", Account: "acc_1"},
		"a connection":        {Connection: "con_1"},
		"the newest":          {Account: "acc_1", Newest: true},
		"those after another": {Account: "acc_1", AfterDay: page[10].Day, After: page[10].ID},
		"a page":              {Account: "acc_1", Limit: 3},
		"a state":             {Account: "acc_1", State: "pending"},
	} {
		q.Kind = fairlead.TransactionRecord
		f.view(func(tx *store.Tx) error {
			records, err := tx.Records.List(ours, q)
			if err != nil {
				return err
			}
			var want []store.RecordKey
			for _, r := range records {
				want = append(want, store.RecordKey{
					ID: r.ID, Account: r.Account, Day: r.Day, RefHash: store.RefHash(ours, r.Connection, r.Kind, r.Account, r.Ref), Digest: r.Digest,
				})
			}
			got, err := tx.Records.Keys(ours, q)
			same(t, "the keys of "+what, fmt.Sprint(got), fmt.Sprint(want))
			return err
		})
	}
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Records.Keys(ours, store.RecordQuery{Account: "acc_1"})
		return err
	})
}

func keysOfRefs(t *testing.T, f *fixture) {
	one, removed, elsewhere, security := record(1), record(2), record(3), record(4)
	one.Digest = 17
	removed.Removed, elsewhere.Account, elsewhere.Ref, security.Kind, security.Ref = true, "acc_2", "ref-1", fairlead.SecurityRecord, "ref-1"
	f.upsert(one, removed, elsewhere, security)
	keys := func(tenant fairlead.TenantID, account fairlead.RecordID, refs ...string) []string {
		found := read(f, func(tx *store.Tx) ([]store.RecordKey, error) {
			return tx.Records.KeysOf(tenant, "con_1", fairlead.TransactionRecord, account, refs)
		})
		slices.SortFunc(found, func(a, b store.RecordKey) int { return strings.Compare(string(a.ID), string(b.ID)) })
		return ids(found, func(k store.RecordKey) string { return fmt.Sprint(k.ID, k.Account, k.Digest) })
	}
	same(t, "those of some refs", keys(ours, "acc_1", "ref-1", "ref-2", "ref-9", "ref-1"), "[txn_001acc_117]")
	same(t, "those of another account", keys(ours, "acc_2", "ref-1"), "[txn_003acc_20]")
	same(t, "those of another tenant", keys(theirs, "acc_1", "ref-1"), "[]")
	same(t, "those of no refs", keys(ours, "acc_1"), "[]")
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Records.KeysOf(ours, "con_1", fairlead.TransactionRecord, "acc_1", make([]string, 1001))
		return err
	})
}

func digestsAreSet(t *testing.T, f *fixture) {
	f.upsert(recordRange(0, 3)...)
	set := func(tenant fairlead.TenantID, c fairlead.ConnectionID, version int, digest uint64) {
		f.update(func(tx *store.Tx) error {
			r := record(1)
			r.Version, r.Digest = version, digest
			return tx.Records.SetDigests(tenant, c, []fairlead.Record{r})
		})
	}
	set(ours, "con_1", 1, 42)
	set(ours, "con_1", 2, 43)   // it has another version by now
	set(theirs, "con_1", 1, 44) // not theirs
	set(ours, "con_2", 1, 45)
	got := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 0, 0) })
	want := record(1)
	want.Version, want.Position, want.Digest = 1, 2, 42
	same(t, "the record", got[1], want)
	same(t, "the others", got[0].Digest+got[2].Digest, 0)
	history := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Versions(ours, "txn_001") })
	same(t, "the versions", len(history), 1)
	f.upsert(record(1))
	again := read(f, func(tx *store.Tx) (fairlead.Record, error) { return tx.Records.Get(ours, "txn_001") })
	same(t, "the digest of a version that came without", again.Digest, 0)
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Records.SetDigests(ours, "con_1", make([]fairlead.Record, 1001)) })
}

func removedRecords(t *testing.T, f *fixture) {
	f.upsert(recordRange(0, 3)...)
	gone := record(1)
	gone.Removed, gone.Reason = true, "removed"
	f.upsert(gone)
	list := read(f, func(tx *store.Tx) ([]fairlead.Record, error) {
		return tx.Records.List(ours, store.RecordQuery{Connection: "con_1", Kind: fairlead.TransactionRecord})
	})
	same(t, "the list", ids(list, recordID), "[txn_000 txn_002]")
	feed := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 3, 0) })
	same(t, "the tombstone", fmt.Sprint(feed[0].ID, feed[0].Removed), "txn_001true")
	counts := read(f, func(tx *store.Tx) (map[fairlead.RecordKind]int, error) { return tx.Records.Count(ours, "con_1") })
	same(t, "the counts", counts, "map[txn:2]")
}

func eraseLeavesTombstones(t *testing.T, f *fixture) {
	f.upsert(recordRange(0, 25)...)
	f.upsert(recordRange(0, 5)...)
	var slices []int
	for {
		n := 0
		f.update(func(tx *store.Tx) (err error) {
			n, err = tx.Records.Erase(ours, "con_1", 10)
			return err
		})
		slices = append(slices, n)
		if n == 0 {
			break
		}
	}
	same(t, "the slices", slices, "[10 10 5 0]")
	feed := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 30, 0) })
	same(t, "the tombstones", len(feed), 25)
	for _, r := range feed {
		if r.Digest != 0 || !r.Removed || r.Body != nil || r.Sealed != nil || r.Ref != "" || r.Reason != "erased" {
			t.Fatalf("a tombstone holds %+v", r)
		}
	}
	history := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Versions(ours, "txn_000") })
	same(t, "the history", len(history), 1)
	f.upsert(record(0))
	again := read(f, func(tx *store.Tx) (fairlead.Record, error) { return tx.Records.Get(ours, "txn_000") })
	same(t, "what comes back after erasure", fmt.Sprint(again.Version, again.Removed), "4 false")
}

func foreignRecord(t *testing.T, f *fixture) {
	f.upsert(record(1))
	r := record(1)
	r.Connection = "con_2"
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Records.Upsert(ours, "con_2", []fairlead.Record{r}) })
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Records.Upsert(ours, "con_1", []fairlead.Record{r}) })
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Records.Upsert(theirs, "con_2", []fairlead.Record{r}) })
	got := read(f, func(tx *store.Tx) (fairlead.Record, error) { return tx.Records.Get(ours, r.ID) })
	same(t, "the connection", got.Connection, "con_1")
}

func recordsAreIsolated(t *testing.T, f *fixture) {
	f.upsert(recordRange(0, 3)...)
	f.update(func(tx *store.Tx) error {
		n, err := tx.Records.Erase(theirs, "con_1", 10)
		same(t, "erased", n, 0)
		return err
	})
	f.view(func(tx *store.Tx) error {
		if _, err := tx.Records.Get(theirs, "txn_001"); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("Get gave %v", err)
		}
		list, err := tx.Records.List(theirs, store.RecordQuery{Connection: "con_1", Kind: fairlead.TransactionRecord})
		if err != nil || len(list) != 0 {
			t.Errorf("List gave %d, %v", len(list), err)
		}
		if list, err = tx.Records.Changes(theirs, "con_1", 0, 10); err != nil || len(list) != 0 {
			t.Errorf("Changes gave %d, %v", len(list), err)
		}
		if keys, err := tx.Records.Keys(theirs, store.RecordQuery{Account: "acc_1", Kind: fairlead.TransactionRecord}); err != nil || len(keys) != 0 {
			t.Errorf("Keys gave %d, %v", len(keys), err)
		}
		if list, err = tx.Records.Versions(theirs, "txn_001"); err != nil || len(list) != 0 {
			t.Errorf("Versions gave %d, %v", len(list), err)
		}
		if counts, err := tx.Records.Count(theirs, "con_1"); err != nil || len(counts) != 0 {
			t.Errorf("Count gave %v, %v", counts, err)
		}
		list, err = tx.Records.Changes(ours, "con_1", 0, 10)
		same(t, "what is left", len(list), 3)
		return err
	})
}

func fullPages(t *testing.T, f *fixture) {
	f.upsert(recordRange(0, 1000)...)
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Records.Upsert(ours, "con_1", recordRange(0, 1001)) })
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		return tx.Records.Upsert(ours, "con_1", []fairlead.Record{record(1), record(1)})
	})
	page := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 0, 5000) })
	same(t, "the largest page", len(page), 1000)
	page = read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 0, 0) })
	same(t, "the usual page", len(page), 100)
}

func unstorable(t *testing.T, f *fixture) {
	for _, ref := range []string{"a\x00b", "\xff"} {
		r := record(1)
		r.Ref = ref
		f.refuses(fairlead.Invalid, func(tx *store.Tx) error { return tx.Records.Upsert(ours, "con_1", []fairlead.Record{r}) })
		f.refuses(fairlead.Invalid, func(tx *store.Tx) error {
			return tx.Notes.Put(&fairlead.Note{Tenant: ours, Dialect: "vendor", Key: ref, Value: json.RawMessage("1")})
		})
		for what, get := range map[string]func(*store.Tx) error{
			"a record":     func(tx *store.Tx) error { _, err := tx.Records.Get(ours, fairlead.RecordID(ref)); return err },
			"a connection": func(tx *store.Tx) error { _, err := tx.Connections.Get(ours, ref); return err },
			"a link":       func(tx *store.Tx) error { _, err := tx.Links.Get(ours, ref); return err },
			"a token":      func(tx *store.Tx) error { _, err := tx.Tokens.Get(fairlead.ClientToken, ref); return err },
			"a note":       func(tx *store.Tx) error { _, err := tx.Notes.Get(ours, "vendor", ref); return err },
		} {
			if err := f.View(t.Context(), get); !fairlead.Is(err, fairlead.NotFound) {
				t.Errorf("%s named %q: %v", what, ref, err)
			}
		}
	}
}

// concurrentPages does what a collection does with a page: match, then write
// what is new. However many do it at once, each ref exists once.
func concurrentPages(t *testing.T, f *fixture) {
	atOnce(8, func(i int) {
		err := f.Update(t.Context(), func(tx *store.Tx) error {
			refs := []string{"a", "b", "c"}
			known, err := tx.Records.Match(ours, "con_1", fairlead.TransactionRecord, "acc_1", refs)
			if err != nil || len(known) > 0 {
				return err
			}
			var page []fairlead.Record
			for n, ref := range refs {
				r := record(10*i + n)
				r.Ref = ref
				page = append(page, r)
			}
			return tx.Records.Upsert(ours, "con_1", page)
		})
		if err != nil {
			t.Errorf("Update: %v", err)
		}
	})
	feed := read(f, func(tx *store.Tx) ([]fairlead.Record, error) { return tx.Records.Changes(ours, "con_1", 0, 0) })
	same(t, "the records", len(feed), 3)
}
