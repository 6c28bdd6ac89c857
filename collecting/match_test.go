package collecting

import (
	order "cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// ledger is one account's transactions in memory, collected as a run collects
// them into the store.
type ledger struct {
	records     map[fairlead.RecordID]fairlead.Record
	collections int
	empty       bool // before the present collection
	digests     *digests
}

func newLedger() *ledger { return &ledger{records: map[fairlead.RecordID]fairlead.Record{}} }

const onlyAccount = fairlead.RecordID("acc_1")

func (l *ledger) sorted(pass func(fairlead.Record) bool) []fairlead.Record {
	var out []fairlead.Record
	for _, r := range l.records {
		if pass(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b fairlead.Record) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

// found is in an order that does not hang on ids, which are random.
func (l *ledger) found(pass func(fairlead.Record) bool) []fairlead.Record {
	out := l.sorted(pass)
	slices.SortStableFunc(out, func(a, b fairlead.Record) int {
		return order.Or(a.Day.Compare(b.Day), strings.Compare(a.Ref, b.Ref), order.Compare(a.DuplicateIndex, b.DuplicateIndex))
	})
	return out
}

func live(r fairlead.Record) bool { return !r.Removed }

func (l *ledger) withRefs(_ context.Context, _ fairlead.RecordKind, refs []refKey) ([]fairlead.Record, error) {
	return l.found(func(r fairlead.Record) bool { return slices.Contains(refs, refKeyOf(r)) }), nil
}

func (l *ledger) between(_ context.Context, _ fairlead.RecordKind, _ fairlead.RecordID, days fairlead.Interval) ([]fairlead.Record, error) {
	return l.found(func(r fairlead.Record) bool { return live(r) && days.Contains(r.Day) }), nil
}

func (l *ledger) pending(context.Context, fairlead.RecordID) ([]fairlead.Record, error) {
	return l.found(func(r fairlead.Record) bool { return live(r) && r.State == string(fairlead.TransactionPending) }), nil
}

func (l *ledger) isEmpty(context.Context, fairlead.RecordKind, fairlead.RecordID) (bool, error) {
	return l.empty, nil
}

// collect is one collection: pages, and what it covers (declared on the last
// page, or nil). It returns how many records it wrote.
func (l *ledger) collect(covers *fairlead.Interval, pages ...[]fairlead.Transaction) (writes int, err error) {
	l.collections++
	l.empty = len(l.records) == 0
	c := &converter{
		tenant: fairlead.Tenant{ID: "ten_1"}, now: time.Unix(int64(l.collections), 0), clock: fairlead.RealClock, conn: &fairlead.Connection{}, memory: newMemory(),
		digests: l.digests, keys: l, keyed: map[accountKind]*readKeys{},
	}
	for n, page := range pages {
		last := n == len(pages)-1
		shown := func(_ fairlead.RecordID, d fairlead.Date) bool {
			return covers != nil && covers.Contains(d) && (last || l.collections > 1)
		}
		var in []*incoming
		for _, t := range page {
			in = append(in, incomingTransaction(t, onlyAccount))
		}
		var b batch
		if err := c.kind(context.Background(), fairlead.TransactionRecord, in, l, shown, &b); err != nil {
			return 0, err
		}
		writes += len(b.records)
		for _, rec := range b.records {
			l.records[rec.ID] = rec
		}
	}
	for _, again := range c.redigested {
		rec := l.records[again.ID]
		rec.Digest = again.Digest
		l.records[again.ID] = rec
	}
	if covers == nil {
		return writes, nil
	}
	missed, err := c.unmet(context.Background(), fairlead.TransactionRecord, []accountDays{{onlyAccount, *covers}})
	for _, k := range missed {
		rec := l.records[k.ID]
		rec.Removed, rec.Reason = true, "removed"
		l.records[rec.ID] = rec
		writes++
	}
	return writes, err
}

func (l *ledger) view(_ context.Context, fn func(*store.Tx) error) error { return fn(nil) }

func (l *ledger) keys(_ *store.Tx, _ fairlead.RecordKind, _ fairlead.RecordID, days fairlead.Interval, next func(store.RecordKey) bool) error {
	for _, r := range l.found(func(r fairlead.Record) bool { return live(r) && days.Contains(r.Day) }) {
		if !next(keyOf(r)) {
			break
		}
	}
	return nil
}

func (l *ledger) keysOf(_ *store.Tx, _ fairlead.RecordKind, _ fairlead.RecordID, refs []string) (found []store.RecordKey, err error) {
	for _, r := range l.found(func(r fairlead.Record) bool { return live(r) && slices.Contains(refs, r.Ref) }) {
		found = append(found, keyOf(r))
	}
	return found, nil
}

func keyOf(r fairlead.Record) store.RecordKey {
	return store.RecordKey{ID: r.ID, Account: r.Account, Day: r.Day, RefHash: store.RefHash(r.Tenant, r.Connection, r.Kind, r.Account, r.Ref), Digest: r.Digest}
}

// TestDigestsChangeNothing collects the same pages with digests and without: by id, by
// likeness, again, corrected, removed, come back.
func TestDigestsChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain, quick := newLedger(), newLedger()
		all := &fairlead.Interval{From: firstDay, To: firstDay.AddDays(6)}
		rows := history(t)
		for range rapid.IntRange(1, 5).Draw(t, "collections") {
			switch rapid.IntRange(0, 4).Draw(t, "what comes") {
			case 0:
				rows = history(t)
			case 1:
				rows = rows[:rapid.IntRange(0, len(rows)).Draw(t, "rows that stay")]
			case 2:
				rows = append(slices.Clone(rows), history(t)...)
			case 3:
				rows = slices.Clone(rows)
				for i := range rows {
					if rapid.IntRange(0, 3).Draw(t, "correct") == 0 {
						rows[i].Category = rapid.SampledFrom([]string{"", "food", "travel"}).Draw(t, "category")
					}
				}
			}
			rows = distinct(rows)
			pages := pagesOf(t, rows)
			covers := rapid.SampledFrom([]*fairlead.Interval{nil, all}).Draw(t, "covers")
			quick.digests = nil // what a version before digests has stored
			if rapid.IntRange(0, 4).Draw(t, "with digests") > 0 {
				quick.digests = testDigests("key")
			}
			want, err := plain.collect(covers, pages...)
			must(t, want, err)
			got, err := quick.collect(covers, pages...)
			must(t, got, err)
			if want != got {
				t.Fatalf("%d writes without digests, %d with", want, got)
			}
			equal(t, "what is stored", plain.whole(), quick.whole())
		}
	})
}

// distinct leaves out what is like another: which of several twins is taken hangs on their ids.
func distinct(rows []fairlead.Transaction) (out []fairlead.Transaction) {
	seen := map[fingerprint]bool{}
	for _, row := range rows {
		if f := transactionFingerprint(row); !seen[f] {
			seen[f] = true
			out = append(out, row)
		}
	}
	return out
}

func testDigests(key string) *digests { return &digests{mac: hmac.New(sha256.New, []byte(key))} }

// whole is all that is stored, apart from ids, which are random.
func (l *ledger) whole() (out []string) {
	for _, r := range l.records {
		out = append(out, fmt.Sprint(r.Ref, r.DuplicateIndex, r.Day, r.State, r.Version, r.Removed, r.Reason, string(r.Body)))
	}
	slices.Sort(out)
	return out
}

// parseRow reads "ref | day | amount | text | state | pending ref | removed".
func parseRow(t *testing.T, line string) (fairlead.Transaction, bool) {
	t.Helper()
	f := strings.Split(line, "|")
	for len(f) < 7 {
		f = append(f, "")
	}
	for i := range f {
		if i != 3 {
			f[i] = strings.TrimSpace(f[i])
		}
	}
	day, err := fairlead.ParseDate(f[1])
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	amount, err := fairlead.ParseMoney(f[2], "EUR")
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return fairlead.Transaction{
		AccountRef: "A", Ref: f[0], Booked: day, Amount: amount, Description: strings.TrimPrefix(f[3], " "),
		State: fairlead.TransactionState(f[4]), PendingRef: f[5],
	}, f[6] == "removed"
}

func lines(data []byte) []string {
	var out []string
	for line := range strings.Lines(string(data)) {
		if strings.TrimSpace(line) != "" {
			out = append(out, strings.TrimRight(line, "\n"))
		}
	}
	return out
}

func TestMatchingCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/matching/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			matchingCase(t, archive)
		})
	}
}

func matchingCase(t *testing.T, archive *txtar.Archive) {
	l := newLedger()
	var pages [][]fairlead.Transaction
	var covers *fairlead.Interval
	var want []string
	for _, f := range archive.Files {
		switch f.Name {
		case "stored":
			for _, line := range lines(f.Data) {
				id, row, _ := strings.Cut(line, "|")
				l.put(t, fairlead.RecordID(strings.TrimSpace(id)), row)
			}
			if len(l.records) > 0 {
				l.collections++
			}
		case "page":
			var page []fairlead.Transaction
			for _, line := range lines(f.Data) {
				row, _ := parseRow(t, line)
				page = append(page, row)
			}
			pages = append(pages, page)
		case "covers":
			covers = parseSpan(t, string(f.Data))
		case "want":
			want = lines(f.Data)
		}
	}
	if _, err := l.collect(covers, pages...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, l.describe()); diff != "" {
		t.Errorf("the ledger is not as wanted (-want +got):\n%s", diff)
	}
	// Whatever the case: the same again, and nothing happens.
	after := l.describe()
	if _, err := l.collect(covers, pages...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(states(after), states(l.describe())); diff != "" {
		t.Errorf("collected again, the ledger changes (-before +after):\n%s", diff)
	}
}

func parseSpan(t *testing.T, text string) *fairlead.Interval {
	t.Helper()
	from, to, _ := strings.Cut(strings.TrimSpace(text), " | ")
	var span fairlead.Interval
	if err := span.From.UnmarshalText([]byte(from)); err != nil {
		t.Fatal(err)
	}
	if err := span.To.UnmarshalText([]byte(to)); err != nil {
		t.Fatal(err)
	}
	return &span
}

// put puts a record into the ledger; "~" for a ref is its fingerprint.
func (l *ledger) put(t *testing.T, id fairlead.RecordID, row string) {
	t.Helper()
	noun, removed := parseRow(t, row)
	if noun.Ref == "~" {
		noun.Ref = ""
	}
	a := incomingTransaction(noun, onlyAccount)
	if err := a.encode(); err != nil {
		t.Fatal(err)
	}
	rec := a.record
	rec.Tenant, rec.ID, rec.Version, rec.Reason, rec.Removed = "ten_1", id, 1, "first", removed
	for _, other := range l.records {
		if other.Ref == rec.Ref {
			rec.DuplicateIndex = max(rec.DuplicateIndex, other.DuplicateIndex+1)
		}
	}
	l.records[id] = rec
}

// describe lists the ledger: live ones by id, new ones, removed ones.
func (l *ledger) describe() []string {
	var old, fresh, gone []string
	for _, r := range l.sorted(func(fairlead.Record) bool { return true }) {
		ref, id := r.Ref, string(r.ID)
		if isFingerprint(ref) {
			ref = "~"
		}
		isNew := fairlead.HasPrefix(r.ID, "txn")
		if isNew {
			id = "new"
		}
		switch line := fmt.Sprintf("%s | %s | %s | %s", id, ref, r.State, r.Reason); {
		case r.Removed:
			gone = append(gone, fmt.Sprintf("%s | %s | removed", id, ref))
		case isNew:
			fresh = append(fresh, line)
		default:
			old = append(old, line)
		}
	}
	slices.Sort(fresh)
	return append(append(old, fresh...), gone...)
}

// states drops the reasons.
func states(described []string) []string {
	var out []string
	for _, line := range described {
		out = append(out, line[:strings.LastIndex(line, " | ")])
	}
	return out
}

// row is a transaction of the random histories below; few values, so that twins
// are frequent.
func row() *rapid.Generator[fairlead.Transaction] {
	return rapid.Custom(func(t *rapid.T) fairlead.Transaction {
		return fairlead.Transaction{
			AccountRef: "A", State: fairlead.TransactionPosted, Booked: firstDay.AddDays(rapid.IntRange(0, 6).Draw(t, "day")),
			Amount:      fairlead.NewMoney(int64(rapid.IntRange(1, 3).Draw(t, "amount")), 0, "EUR"),
			Description: rapid.SampledFrom([]string{"COFFEE", "MARKET"}).Draw(t, "text"),
		}
	})
}

var firstDay = fairlead.Date{Year: 2026, Month: 3, Day: 1}

// history is a random truth: with ids, or without any.
func history(t *rapid.T) []fairlead.Transaction {
	rows := rapid.SliceOfN(row(), 0, 25).Draw(t, "history")
	if rapid.Bool().Draw(t, "ids") {
		for i := range rows {
			rows[i].Ref = fmt.Sprintf("R%d", i)
		}
	}
	return rows
}

func part(rows []fairlead.Transaction, span fairlead.Interval) (out []fairlead.Transaction) {
	for _, r := range rows {
		if span.Contains(r.Booked) {
			out = append(out, r)
		}
	}
	return out
}

// pagesOf cuts rows into pages of a random size.
func pagesOf(t *rapid.T, rows []fairlead.Transaction) (pages [][]fairlead.Transaction) {
	size := rapid.IntRange(1, 30).Draw(t, "page size")
	pages = slices.Collect(slices.Chunk(rows, size))
	if len(pages) == 0 {
		pages = append(pages, nil)
	}
	return pages
}

// sum is the multiset of what is live.
func (l *ledger) sum() []string {
	var out []string
	for _, r := range l.sorted(live) {
		out = append(out, fmt.Sprint(fingerprintOf(r, nil)))
	}
	slices.Sort(out)
	return out
}

func sumOf(rows []fairlead.Transaction) []string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(transactionFingerprint(r)))
	}
	slices.Sort(out)
	return out
}

func must(t *rapid.T, writes int, err error) int {
	if err != nil {
		t.Fatal(err)
	}
	return writes
}

func equal(t *rapid.T, what string, want, got []string) {
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func TestShowingTheSameAgainWritesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, l := history(t), newLedger()
		writes, err := l.collect(nil, pagesOf(t, rows)...)
		must(t, writes, err)
		equal(t, "what is stored is not what was shown", sumOf(rows), l.sum())
		writes, err = l.collect(nil, pagesOf(t, rows)...)
		if must(t, writes, err) != 0 {
			t.Fatalf("%d records were written by showing the same again", writes)
		}
	})
}

func TestOverlappingImportsStoreEveryRowOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, l := history(t), newLedger()
		a, b := rapid.IntRange(0, 6).Draw(t, "first ends"), rapid.IntRange(0, 6).Draw(t, "second begins")
		early := part(rows, fairlead.Interval{To: firstDay.AddDays(a)})
		late := part(rows, fairlead.Interval{From: firstDay.AddDays(b)})
		writes, err := l.collect(nil, pagesOf(t, early)...)
		must(t, writes, err)
		writes, err = l.collect(nil, pagesOf(t, late)...)
		must(t, writes, err)
		want := part(rows, fairlead.Interval{To: firstDay.AddDays(a)})
		want = append(want, part(rows, fairlead.Interval{From: firstDay.AddDays(max(b, a+1))})...)
		equal(t, "overlapping imports", sumOf(want), l.sum())
	})
}

func TestReissuedIDsKeepEveryTransaction(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, l := history(t), newLedger()
		all := &fairlead.Interval{From: firstDay, To: firstDay.AddDays(6)}
		for i := range rows {
			rows[i].Ref = fmt.Sprintf("OLD%d", i)
		}
		writes, err := l.collect(all, pagesOf(t, rows)...)
		must(t, writes, err)
		before := slices.Collect(func(yield func(fairlead.RecordID) bool) {
			for _, r := range l.sorted(live) {
				if !yield(r.ID) {
					return
				}
			}
		})
		for i := range rows {
			rows[i].Ref = fmt.Sprintf("NEW%d", i)
		}
		shuffled := rapid.Permutation(rows).Draw(t, "order")
		slices.SortStableFunc(shuffled, func(a, b fairlead.Transaction) int { return a.Booked.Compare(b.Booked) })
		writes, err = l.collect(all, pagesOf(t, shuffled)...)
		must(t, writes, err)
		var after []fairlead.RecordID
		for _, r := range l.sorted(live) {
			after = append(after, r.ID)
		}
		if !slices.Equal(before, after) {
			t.Fatalf("ids changed: %d before, %d after", len(before), len(after))
		}
	})
}

func TestACoveredCollectionLeavesExactlyWhatItShows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger()
		all := &fairlead.Interval{From: firstDay, To: firstDay.AddDays(6)}
		for range rapid.IntRange(1, 4).Draw(t, "collections") {
			rows := history(t)
			for i := range rows {
				if rows[i].Ref != "" { // ids of an institution mean the same thing every time
					rows[i].Ref = fmt.Sprintf("%s-%s-%s-%d", rows[i].Booked, rows[i].Amount, rows[i].Description, i%2)
				}
			}
			rows = slices.CompactFunc(sortedByRef(rows), func(a, b fairlead.Transaction) bool { return a.Ref != "" && a.Ref == b.Ref })
			writes, err := l.collect(all, pagesOf(t, rows)...)
			must(t, writes, err)
			equal(t, "what is live is not what was shown last", sumOf(rows), l.sum())
		}
	})
}

func sortedByRef(rows []fairlead.Transaction) []fairlead.Transaction {
	slices.SortStableFunc(rows, func(a, b fairlead.Transaction) int { return strings.Compare(a.Ref, b.Ref) })
	return rows
}
