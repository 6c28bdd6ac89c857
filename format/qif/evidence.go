package qif

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// evidence is what all entries together show of how a file writes dates and amounts.
type evidence struct {
	accounts   int // sections of rows
	dates      dates
	decimals   format.Decimals
	unclear    bool // a quantity or price does not show what its mark stands for
	securities map[string]listed
}

// listed is a security of the file's list.
type listed struct{ symbol, kind string }

func (e *evidence) add(n *entry) error {
	switch n.section {
	case bank, cash, card, asset, debt, invest:
		if n.begins {
			e.accounts++
			e.dates.restart()
			return nil
		}
	case security:
		return e.security(n)
	default:
		return nil
	}
	for _, f := range n.fields {
		switch f.code {
		case 'D':
			e.dates.note(f.text)
		case 'T', 'U', '$', 'O':
			e.decimals.Note(f.text)
		case 'I', 'Q':
			if n.section == invest {
				e.decimals.Note(f.text)
				e.unclear = e.unclear || format.UnclearAmount(f.text)
			}
		}
	}
	return nil
}

func (e *evidence) security(n *entry) error {
	if n.begins || n.get('N') == "" {
		return nil
	}
	if len(e.securities) >= format.MaxRows {
		return &format.Error{Line: n.line, Kind: format.TooLarge, Reason: "holds more than " + strconv.Itoa(format.MaxRows) + " securities"}
	}
	if e.securities == nil {
		e.securities = make(map[string]listed)
	}
	e.securities[n.get('N')] = listed{n.get('S'), n.get('T')}
	return nil
}

// dates is what the dates of a file show of the order of their parts.
type dates struct {
	day, month, year sequence
	yearOnly         int // dates that are one with the year first, and else none
	count            int // of dates that leave their order open
	dotted           int
	differing        int // dates that are another day under another order
}

// sequence is how the dates do under one order.
type sequence struct {
	bad      int // are no day
	last     fairlead.Date
	up, down bool // within the section
	unsorted bool // a section goes up and down
}

func (d *dates) restart() {
	for _, s := range []*sequence{&d.day, &d.month, &d.year} {
		s.last, s.up, s.down = fairlead.Date{}, false, false
	}
}

func (d *dates) note(text string) {
	w, ok := scan(text)
	if !ok || w.certain() {
		return
	}
	day, byDay := w.day(format.DatesDayFirst)
	month, byMonth := w.day(format.DatesMonthFirst)
	year, byYear := w.day(format.DatesYearFirst)
	switch {
	case byDay || byMonth:
	case byYear:
		d.yearOnly++
	default:
		return // no day at all shows no order
	}
	d.count++
	if w.dotted {
		d.dotted++
	}
	d.day.note(day, byDay)
	d.month.note(month, byMonth)
	d.year.note(year, byYear)
	if w.parts[0] != w.parts[1] {
		d.differing++
	}
}

func (s *sequence) note(day fairlead.Date, ok bool) {
	if !ok {
		s.bad++
		return
	}
	if !s.last.IsZero() {
		c := day.Compare(s.last)
		s.up, s.down = s.up || c > 0, s.down || c < 0
		s.unsorted = s.unsorted || s.up && s.down
	}
	s.last = day
}

// order is the order of the parts, or "" where two would do.
func (d *dates) order() string {
	switch {
	case d.yearOnly > 0 && d.year.bad == 0:
		return format.DatesYearFirst
	case d.month.bad > 0 && d.day.bad*10 <= d.month.bad: // one in ten may be a slip
		return format.DatesDayFirst
	case d.day.bad > 0 && d.month.bad*10 <= d.day.bad:
		return format.DatesMonthFirst
	case d.day.bad > 0:
		return ""
	case d.differing == 0, d.dotted == d.count: // with points the day stands first everywhere
		return format.DatesDayFirst
	case d.month.unsorted && !d.day.unsorted:
		return format.DatesDayFirst
	case d.day.unsorted && !d.month.unsorted:
		return format.DatesMonthFirst
	}
	return ""
}
