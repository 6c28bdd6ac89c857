package reader

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

// hostileImports are files whose putting together might cost more than their size.
func hostileImports() map[string]func(n int) []format.Input {
	const account = "plain\naccount 12345678 EUR\n"
	rows := func(files, n int, row func(file, i int) string) []format.Input {
		all := make([]format.Input, files)
		for f := range all {
			var b strings.Builder
			b.WriteString(account)
			for i := range n / files {
				b.WriteString(row(f, i))
			}
			all[f] = format.Input{Name: fmt.Sprint(f), Data: []byte(b.String())}
		}
		return all
	}
	return map[string]func(n int) []format.Input{
		"the same rows in many files": func(n int) []format.Input {
			return rows(50, n, func(_, i int) string { return fmt.Sprintf("day 2024-01-01 -1.00 r%d A\n", i) })
		},
		"twins with ids of their own": func(n int) []format.Input {
			return rows(50, n, func(f, i int) string { return fmt.Sprintf("day 2024-01-01 -1.00 r%d-%d A\n", f, i) })
		},
		"other rows in many files": func(n int) []format.Input {
			return rows(50, n, func(f, i int) string { return fmt.Sprintf("day 2024-01-01 -1.00 - %d-%d\n", f, i) })
		},
		"pending rows that are booked": func(n int) []format.Input {
			return rows(2, n, func(f, i int) string {
				if f == 0 {
					return "pending 2024-01-01 -1.00 - A\n"
				}
				return "day 2024-01-01 -1.00 - A\n"
			})
		},
		"many files that name no account": func(n int) []format.Input {
			all := rows(50, n, func(f, i int) string { return fmt.Sprintf("day 2024-01-%02d -1.00 - A\n", 1+(f+i)%28) })
			for i := range all {
				all[i].Data = []byte(strings.Replace(string(all[i].Data), "12345678", "", 1))
			}
			return all
		},
	}
}

func TestPuttingFilesTogetherCostsNoMoreThanTheirSizeAllows(t *testing.T) {
	for what, of := range hostileImports() {
		spent := func(n int) (bytes uint64) {
			in := of(n)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var err error
			took := formattest.CPU(t, func() { _, err = readPlain(t, in...) })
			if err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			size := 0
			for _, f := range in {
				size += len(f.Data)
			}
			formattest.Costs(t, what, size, took)
			return after.TotalAlloc - before.TotalAlloc
		}
		if once, twice := spent(20_000), spent(40_000); float64(twice) > 2.5*float64(once) {
			t.Errorf("%s: %d bytes of memory grow to %d for twice as many rows", what, once, twice)
		}
	}
}

func TestManyAccountsThatAreAlikeCostLittle(t *testing.T) {
	var a, b strings.Builder
	a.WriteString("plain\n")
	b.WriteString("plain\n")
	for i := range 250 {
		fmt.Fprintf(&a, "account 1234/%06d EUR\n", 567890+i)
		fmt.Fprintf(&b, "account %06d \n", 567890+i)
	}
	var imp *Import
	took := formattest.CPU(t, func() {
		imp = mustRead(t, format.Input{Name: "a", Data: []byte(a.String())}, format.Input{Name: "b", Data: []byte(b.String())})
	})
	if took > 5*time.Second || len(imp.Accounts) != 250 { // of 62,500 pairs
		t.Errorf("%d accounts after %v of computing", len(imp.Accounts), took)
	}
}
