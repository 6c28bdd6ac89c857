package collecting

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
)

// book is one account's rows in memory, as files bring them into the store. It counts how
// many records were read.
type book struct {
	records map[fairlead.RecordID]fairlead.Record
	days    map[fairlead.Date][]fairlead.RecordID // in the order in which they came
	refs    map[string][]fairlead.RecordID
	order   []fairlead.RecordID
	uploads int
	read    int // records
	queries int
	conn    fairlead.Connection
}

func newBook() *book {
	return &book{
		records: map[fairlead.RecordID]fairlead.Record{}, days: map[fairlead.Date][]fairlead.RecordID{}, refs: map[string][]fairlead.RecordID{},
		conn: fairlead.Connection{ID: "con_1", Uploaded: true, Newest: map[string]time.Time{}},
	}
}

func (b *book) put(rec fairlead.Record) {
	before, known := b.records[rec.ID]
	if !known {
		b.order = append(b.order, rec.ID)
	}
	if !known || before.Day != rec.Day {
		b.days[rec.Day] = append(b.days[rec.Day], rec.ID)
	}
	if !known || before.Ref != rec.Ref {
		b.refs[rec.Ref] = append(b.refs[rec.Ref], rec.ID)
	}
	b.records[rec.ID] = rec
}

func (b *book) isEmpty(context.Context, fairlead.RecordKind, fairlead.RecordID) (bool, error) {
	return b.uploads == 1, nil
}

func (b *book) scan(_ context.Context, _ fairlead.RecordKind, _ fairlead.RecordID, days fairlead.Interval, state string, row func(fairlead.Record)) error {
	b.queries++
	hand := func(id fairlead.RecordID) {
		if r := b.records[id]; !r.Removed && days.Contains(r.Day) && (state == "" || r.State == state) {
			b.read++
			row(r)
		}
	}
	if days == (fairlead.Interval{}) {
		for _, id := range b.order {
			hand(id)
		}
		return nil
	}
	for d := days.From; !d.After(days.To); d = d.AddDays(1) {
		for _, id := range b.days[d] {
			if b.records[id].Day == d {
				hand(id)
			}
		}
	}
	return nil
}

func (b *book) withRefs(_ context.Context, _ fairlead.RecordKind, refs []refKey) (out []fairlead.Record, err error) {
	b.queries++
	for _, k := range refs {
		for _, id := range b.refs[k.ref] {
			if r := b.records[id]; refKeyOf(r) == k {
				b.read++
				out = append(out, r)
			}
		}
	}
	return out, nil
}

func (b *book) byIDs(_ context.Context, ids []fairlead.RecordID) (out []fairlead.Record, err error) {
	b.queries++
	for _, id := range ids {
		b.read++
		out = append(out, b.records[id])
	}
	return out, nil
}

// upload brings a file in pages and gives how many records were written.
func (b *book) upload(file []fairlead.Transaction, pageSize int) (writes int, err error) {
	b.uploads++
	c := &converter{
		tenant: fairlead.Tenant{ID: "ten_1"}, now: time.Unix(int64(b.uploads), 0), clock: fairlead.RealClock, conn: &b.conn, memory: newMemory(), issued: map[refKey]int{}, listed: map[refKey]int{},
	}
	c.rows = c.newRows(b)
	for page := range slices.Chunk(file, pageSize) {
		var in []*incoming
		for _, t := range page {
			in = append(in, incomingTransaction(t, onlyAccount))
		}
		var batch batch
		if err := c.kind(context.Background(), fairlead.TransactionRecord, in, nil, nil, &batch); err != nil {
			return writes, err
		}
		writes += len(batch.records)
		for _, rec := range batch.records {
			b.put(rec)
		}
	}
	return writes, nil
}

// rows are what is live, in words, sorted.
func (b *book) rows() []string {
	out := []string{}
	for _, id := range b.order {
		if r := b.records[id]; !r.Removed {
			f := fingerprintOf(r, nil)
			out = append(out, fmt.Sprint(f.day, " ", f.amount, " ", f.text, " ", r.State))
		}
	}
	slices.Sort(out)
	return out
}

func inWords(rows []fairlead.Transaction) []string {
	out := []string{}
	for _, t := range rows {
		f := transactionFingerprint(t)
		out = append(out, fmt.Sprint(f.day, " ", f.amount, " ", f.text, " ", t.State))
	}
	slices.Sort(out)
	return out
}

// regime is how a bank gives ids to the rows of a download.
type regime func(download, n, nth int, row fairlead.Transaction) string

func regimes() map[string]regime {
	return map[string]regime{
		"stable":              func(_, _, nth int, _ fairlead.Transaction) string { return fmt.Sprint("S", nth) },
		"counter restarted":   func(_, n, _ int, _ fairlead.Transaction) string { return fmt.Sprint(n + 1) },
		"counter with prefix": func(_, n, _ int, _ fairlead.Transaction) string { return fmt.Sprintf("TRN%04d", n) },
		"made anew":           func(download, n, _ int, _ fairlead.Transaction) string { return fmt.Sprintf("dl%d-%d", download, n) },
		"none":                func(_, _, _ int, _ fairlead.Transaction) string { return "" },
		"used again":          func(_, _, nth int, _ fairlead.Transaction) string { return fmt.Sprint("R", nth%3) },
		"of the purchase":     func(_, _, _ int, t fairlead.Transaction) string { return "P" + t.Amount.Amount.String() },
	}
}

// aLedger draws rows in the order of days, twins and instalments among them.
func aLedger(t *rapid.T) (rows []fairlead.Transaction) {
	day := fairlead.Date{Year: 2024, Month: 1, Day: 1}
	for range rapid.IntRange(1, 12).Draw(t, "days") {
		day = day.AddDays(rapid.IntRange(1, 20).Draw(t, "later"))
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			text := rapid.SampledFrom([]string{"COFFEE", "GROCER", "MOVEIS PARC 01/03", "MOVEIS PARC 02/03", "MOVEIS PARC 03/03", ""}).Draw(t, "text")
			amount := rapid.SampledFrom([]string{"-4.20", "-60.00", "1000.00"}).Draw(t, "amount")
			rows = append(rows, movementOf("", day, amount, text))
		}
	}
	return rows
}

func movementOf(ref string, day fairlead.Date, amount, text string) fairlead.Transaction {
	m, err := fairlead.ParseMoney(amount, "EUR")
	if err != nil {
		panic(err)
	}
	return fairlead.Transaction{AccountRef: "A", Ref: ref, State: fairlead.TransactionPosted, Booked: day, Amount: m, Description: text}
}

// aDownload draws whole days of a ledger, in any order, with the ids of a regime.
func aDownload(t *rapid.T, rows []fairlead.Transaction, number int, ids regime) []fairlead.Transaction {
	from := rapid.IntRange(0, len(rows)-1).Draw(t, "from")
	to := rapid.IntRange(from, len(rows)-1).Draw(t, "to")
	return download(t, rows, rows[from].Booked, rows[to].Booked, number, ids)
}

func download(t *rapid.T, rows []fairlead.Transaction, from, to fairlead.Date, number int, ids regime) (file []fairlead.Transaction) {
	nth := map[string]int{}
	for n, row := range rows {
		day := row.Booked.String()
		nth[day]++
		if row.Booked.Before(from) || row.Booked.After(to) {
			continue
		}
		row.Ref = ids(number, len(file), n, row)
		file = append(file, row)
	}
	if rapid.Bool().Draw(t, "newest first") {
		slices.Reverse(file)
	}
	return file
}

// isUnique reports whether no id of a file is that of two rows alike: such a file itself says
// that they are one.
func isUnique(file []fairlead.Transaction) bool {
	met := map[string]bool{}
	for _, row := range file {
		key := row.Ref + transactionFingerprint(row).ref()
		if row.Ref != "" && met[key] {
			return false
		}
		met[key] = true
	}
	return true
}

func TestDownloadsInAnyOrderAddUpToTheLedger(t *testing.T) {
	t.Parallel()
	for name, ids := range regimes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { downloadsAddUp(t, ids) })
		})
	}
}

func downloadsAddUp(t *rapid.T, ids regime) {
	ledger := aLedger(t)
	var files [][]fairlead.Transaction
	for n := range rapid.IntRange(0, 5).Draw(t, "downloads") {
		files = append(files, aDownload(t, ledger, n, ids))
	}
	for part := range slices.Chunk(ledger, max(1, len(ledger)/3)) { // so that nothing is missing in the end
		files = append(files, download(t, ledger, part[0].Booked, part[len(part)-1].Booked, len(files), ids))
	}
	files = rapid.Permutation(files).Draw(t, "order")
	for _, file := range files {
		if !isUnique(file) {
			t.Skip("an id of two rows alike")
		}
	}
	b := newBook()
	size := rapid.IntRange(1, 10).Draw(t, "page size")
	for _, file := range files {
		if _, err := b.upload(file, size); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(inWords(ledger), b.rows()); diff != "" {
		t.Fatalf("the downloads do not add up to the ledger (-want +got):\n%s", diff)
	}
	for n, file := range files {
		writes, err := b.upload(file, rapid.IntRange(1, 10).Draw(t, "page size again"))
		if err != nil || writes != 0 {
			t.Fatalf("download %d again wrote %d records, %v", n, writes, err)
		}
	}
}

// manyRows is a file of n rows, the day, id and text of each by a function.
func manyRows(n int, of func(i int) fairlead.Transaction) []fairlead.Transaction {
	rows := make([]fairlead.Transaction, n)
	for i := range rows {
		rows[i] = of(i)
	}
	return rows
}

func TestManyRowsAreMatchedInLinearWork(t *testing.T) {
	t.Parallel()
	day := fairlead.Date{Year: 2024, Month: 1, Day: 1}
	for name, of := range map[string]func(i int) fairlead.Transaction{
		"of one id": func(i int) fairlead.Transaction {
			return movementOf("1", day.AddDays(i%700), "-1.00", fmt.Sprint("ROW ", i))
		},
		"of one day": func(i int) fairlead.Transaction {
			return movementOf(fmt.Sprint("ID", i), day, "-1.00", fmt.Sprint("ROW ", i))
		},
		"of one day and id": func(i int) fairlead.Transaction { return movementOf("1", day, "-1.00", fmt.Sprint("ROW ", i)) },
		"all alike":         func(i int) fairlead.Transaction { return movementOf("", day, "-1.00", "ROW") },
		"in a chain of corrections": func(i int) fairlead.Transaction {
			row := movementOf(fmt.Sprint("ID", i), day, fmt.Sprintf("-%d.00", i+1), "ROW")
			if i > 0 {
				row.PendingRef = fmt.Sprint("ID", i-1)
			}
			return row
		},
		"pending": func(i int) fairlead.Transaction {
			row := movementOf("", day.AddDays(i%700), "-1.00", "ROW")
			row.State = fairlead.TransactionPending
			return row
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := func(n int) (read, queries int) {
				b := newBook()
				file := manyRows(n, of)
				for range 2 {
					if _, err := b.upload(file, 500); err != nil {
						t.Fatal(err)
					}
				}
				return b.read, b.queries
			}
			read, queries := work(20_000)
			if read > 3*20_000+1000 {
				t.Errorf("20,000 rows twice read %d records", read)
			}
			if pages := 40; queries > 4*2*pages {
				t.Errorf("20,000 rows twice made %d queries", queries)
			}
		})
	}
}

func TestAHundredThousandAlikeRowsTakeSeconds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long")
	}
	b := newBook()
	day := fairlead.Date{Year: 2024, Month: 1, Day: 1}
	file := manyRows(100_000, func(int) fairlead.Transaction { return movementOf("", day, "-1.00", "ROW") })
	for n := range 2 {
		writes, err := b.upload(file, 500)
		if want := 100_000 * (1 - n); err != nil || writes != want {
			t.Fatalf("upload %d wrote %d records, want %d: %v", n+1, writes, want, err)
		}
	}
}
