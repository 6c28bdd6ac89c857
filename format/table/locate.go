package table

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// table is where in a grid the rows begin, and what their columns are called.
type table struct {
	grid   *grid
	header []string   // as the file has it; nil: the first row is data
	line   int        // of the header
	above  [][]string // rows before the header
	layout *layout    // nil: of an unknown bank
	rows   int        // with a day and an amount among the first
}

// locate finds the table of a grid: below a header of a layout, in the shape of a layout,
// or below a row of words with days and amounts under it.
func locate(g *grid) (*table, bool) {
	var rows []row
	g.each(func(r row) bool {
		r.cells = slices.Clone(r.cells)
		rows = append(rows, r)
		return len(rows) < sampleRows
	})
	t := &table{grid: g}
	words := 0 // rows without since the first with a day and an amount
	for _, r := range rows {
		if isData(r.cells) {
			t.rows++
		} else if t.rows > 0 {
			words++
		}
	}
	for i, r := range rows {
		if l := recognise(r.cells); l != nil {
			t.layout = l
			t.begin(rows, i)
			return t, true
		}
	}
	if l := bare(rows); l != nil {
		t.layout = l
		return t, true
	}
	if i, ok := headerIndex(rows); ok && words <= 3+t.rows {
		t.begin(rows, i)
		return t, true
	}
	if t.rows == 0 || words > 3+t.rows {
		t.begin(append(rows, row{}), len(rows)) // all of it stands above
		return t, false
	}
	return t, true
}

func (t *table) begin(rows []row, header int) {
	t.header, t.line = rows[header].cells, rows[header].line
	for _, r := range rows[:header] {
		t.above = append(t.above, r.cells)
	}
}

// headerIndex finds the header among the first rows: words, as many known ones as can be,
// and a row of data soon below. A header without rows is one if it names a day and an
// amount.
func headerIndex(rows []row) (index int, ok bool) {
	best := 0
	for i, r := range rows {
		words := 0
		for _, c := range r.cells {
			if c == "" {
				continue
			}
			if _, day := readDay(c); day || isAmount(c) {
				words = 0
				break
			}
			words++
		}
		if words < 2 {
			continue
		}
		known := knownWords(r.cells)
		score := 4 * known
		if below := dataBelow(rows[i+1:]); below > 0 {
			score += 1 + max(0, 3-below)
		} else if len(rows) > i+1 && known < 3 || !namesDayAndAmount(r.cells) {
			continue
		}
		if score > best {
			index, best, ok = i, score, true
		}
	}
	return index, ok
}

// dataBelow is how many rows down the first row of data stands, three at most; 0: none.
func dataBelow(rows []row) int {
	for i, r := range rows[:min(len(rows), 3)] {
		if isData(r.cells) {
			return i + 1
		}
	}
	return 0
}

func namesDayAndAmount(cells []string) bool {
	day, amount := false, false
	for _, c := range cells {
		switch w := wordOf(c); w.role {
		case roleDate:
			day = true
		case roleAmount, roleMoneyIn, roleMoneyOut:
			amount = true
		}
	}
	return day && amount
}

// name is the layout's, or a digest of the header that answers can be remembered by.
func (t *table) name(columns int) string {
	if t.layout != nil {
		return t.layout.Name
	}
	cells := names(t.header)
	if t.header == nil {
		cells = make([]string, columns)
	}
	sum := sha256.Sum256([]byte(strings.Join(cells, "\x1f")))
	return "table:" + hex.EncodeToString(sum[:12])
}

// each hands on the rows below the header.
func (t *table) each(do func(row) bool) {
	t.grid.each(func(r row) bool {
		if t.header != nil && r.line <= t.line {
			return true
		}
		return do(r)
	})
}
