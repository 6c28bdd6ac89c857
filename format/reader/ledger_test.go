package reader

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
)

// movement is a row of a ledger that many downloads are made of.
type movement struct {
	day    int
	amount int
	text   string
}

// ledger makes rows over days, some of which are twins.
func ledger(r *rand.Rand, days int) (all []movement) {
	texts := []string{"COFFEE", "TRAIN", "RENT", "FEE"}
	for day := range days {
		for range r.IntN(4) {
			m := movement{day, 100 * (1 + r.IntN(3)), texts[r.IntN(len(texts))]}
			for range 1 + r.IntN(2) {
				all = append(all, m)
			}
		}
	}
	return all
}

// download writes the rows of whole days as a file: with ids that are always the same,
// with ids of this download alone, or with none; in any order.
func download(r *rand.Rand, name string, all []movement, from, to int) format.Input {
	style := r.IntN(3)
	var lines []string
	for i, m := range all {
		if m.day < from || m.day > to {
			continue
		}
		id := "-"
		switch style {
		case 0:
			id = fmt.Sprintf("S%d", i)
		case 1:
			id = fmt.Sprintf("%s.%d", name, i)
		}
		lines = append(lines, fmt.Sprintf("day 2024-01-%02d -%d.%02d %s %s", 1+m.day, m.amount/100, m.amount%100, id, m.text))
	}
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return text(name, append([]string{"account 12345678 EUR"}, lines...)...)
}

func TestDownloadsOfOneLedgerEndInThatLedger(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		all := ledger(r, 20)
		covered := map[int]bool{}
		var in []format.Input
		for n := range 1 + r.IntN(5) {
			from := r.IntN(20)
			to := min(from+r.IntN(10), 19)
			for day := from; day <= to; day++ {
				covered[day] = true
			}
			in = append(in, download(r, fmt.Sprint("file", n), all, from, to))
		}
		var want []string
		for _, m := range all {
			if covered[m.day] {
				want = append(want, fmt.Sprintf("2024-01-%02d -%d.%02d %s posted", 1+m.day, m.amount/100, m.amount%100, m.text))
			}
		}
		got := rowsOf(mustRead(t, in...))
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: %d rows, want %d\n%s\nwant\n%s", seed, len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
