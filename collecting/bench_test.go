package collecting_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// benchRows is how many transactions a benchmark's collection brings.
const benchRows = 20_000

// BenchmarkCollect compares a first collection, and one that meets everything
// again, with writing the same records in bulk and nothing else. Fetching is part
// of it: the bank's pages are cut from a slice.
func BenchmarkCollect(b *testing.B) {
	var records []fairlead.Record
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			f, id := stocked(b)
			b.StartTimer()
			f.run(id)
			b.StopTimer()
			records = f.records(id, fairlead.TransactionRecord)
			b.StartTimer()
		}
		b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("again", func(b *testing.B) {
		f, id := stocked(b)
		f.run(id)
		before := cpuTime(b)
		for b.Loop() {
			f.wait(time.Second)
			f.again(id)
		}
		b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(benchRows*b.N), "cpu-µs/row")
		b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			f, id := stocked(b)
			b.StartTimer()
			for rest := records; len(rest) > 0; {
				page := rest[:min(len(rest), 500)]
				rest = rest[len(page):]
				f.update(func(tx *store.Tx) error { return tx.Records.Upsert(f.tenant.ID, id, page) })
			}
		}
		b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// cpuTime is what the process has used of the processors: unlike the time that passes it
// hardly depends on what else runs.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// stocked is a fixture with a bank whose books are full.
func stocked(b *testing.B) (*fixture, fairlead.ConnectionID) {
	f, bank, id := linked(b)
	for n := range benchRows {
		day := fairlead.Date{Year: 2025, Month: 1, Day: 1}.AddDays(n / 40)
		t := movement([]string{"A", "B"}[n%2], fmt.Sprintf("T%06d", n), day.String(), fmt.Sprintf("-%d.%02d", n%90, n%100), "GROCERIES AND MORE")
		t.Original, t.Kind, t.MCC, t.Category = "POS GROCERIES AND MORE 1234", "card", "5411", "food"
		t.Counterparty = &fairlead.Counterparty{Name: "Groceries and More", Kind: fairlead.PersonCompany}
		bank.books = append(bank.books, t)
	}
	return f, id
}
