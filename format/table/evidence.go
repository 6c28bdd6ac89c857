package table

import (
	"github.com/fairlead-dev/fairlead/format"
)

// evidence is what all rows of a table show, column by column.
type evidence struct {
	columns []column
	rows    int
}

type column struct {
	filled, days, amounts, codes     int
	dayOnly, monthOnly, either, dots int // days by the orders they may have
	decimals                         format.Decimals
	unclear                          int // amounts whose mark may stand for either
	fractions                        int
	negative, positive               int
	sign                             string // of a currency that the amounts have
	signs                            int
	length                           int // of the texts together
	samples                          []string
}

// gather sees every row once.
func gather(t *table) *evidence {
	e := &evidence{columns: make([]column, len(t.header))}
	t.each(func(r row) bool {
		e.rows++
		for len(e.columns) < len(r.cells) {
			e.columns = append(e.columns, column{})
		}
		for i, c := range r.cells {
			if c != "" {
				e.columns[i].note(c)
			}
		}
		return true
	})
	return e
}

func (c *column) note(cell string) {
	c.filled++
	c.length += len(cell)
	if len(c.samples) < 3 {
		c.samples = append(c.samples, clip(plain(cell)))
	}
	if w, ok := readDay(cell); ok {
		c.days++
		c.noteDay(w)
	}
	if isAmount(cell) {
		c.noteAmount(cell)
	} else if len(cell) == 3 && currencyCode(cell) != "" {
		c.codes++
	}
}

func (c *column) noteDay(w written) {
	if w.dots {
		c.dots++
	}
	switch w.orders() {
	case dayFirst:
		c.dayOnly++
	case monthFirst:
		c.monthOnly++
	case dayFirst | monthFirst:
		c.either++
	}
}

func (c *column) noteAmount(cell string) {
	c.amounts++
	if cell[0] != numberMark[0] {
		c.decimals.Note(cell)
		if format.UnclearAmount(cell) {
			c.unclear++
		}
	}
	if d, err := readAmount(cell, '.'); err == nil {
		switch d.Sign() {
		case -1:
			c.negative++
		case 1:
			c.positive++
		}
		if d.Scale() > 0 {
			c.fractions++
		}
	}
	if s := signOf(cell); s != "" {
		if c.sign == "" || c.sign == s {
			c.signs++
		}
		c.sign = s
	}
}

// clip shortens a sample; the value itself is never cut.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// mostly reports whether nearly all filled cells are of a kind: footers are not.
func (c *column) mostly(n int) bool {
	return n > 0 && 2*n >= c.filled && c.filled-n <= max(3, c.filled/5)
}
