package mt940

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// entry is a :61: taken apart.
type entry struct {
	value, booked fairlead.Date
	mark          string // C, D, RC, RD, EC, ED
	letter        byte   // funds code: third letter of the currency
	amount        fairlead.Decimal
	code          string // transaction type: a letter and three more
	customer      string // reference for the account owner
	bank          string // reference of the bank
	more          string // supplementary details: the lines below
}

// row takes in a :61:.
func (f *file) row(fd field) error {
	m := &f.now
	if m.line == 0 {
		m.line = fd.line
	}
	e, reason := readEntry(fd)
	if reason != "" {
		m.bad = true
		m.skip = true
		return f.warn(fd.line, "61", format.BadValue, reason)
	}
	if f.rows.Len()+m.early.Len()+len(m.rows) >= format.MaxRows {
		return errTooMany
	}
	r := &row{letter: e.letter, Transaction: &fairlead.Transaction{
		State: fairlead.TransactionPosted, Booked: e.booked, Value: e.value, Kind: kindOfType(e.code),
	}}
	r.Amount.Amount = e.amount
	if e.mark == "D" || e.mark == "RC" || e.mark == "ED" {
		r.Amount.Amount = e.amount.Neg()
	}
	if e.mark[0] == 'E' {
		r.State = fairlead.TransactionPending
	}
	if e.mark[0] == 'R' {
		put(&r.Extra, "reversal", e.mark)
	}
	put(&r.Extra, "type", e.code)
	if !noReference(e.customer) {
		put(&r.Extra, "customer_reference", e.customer)
	}
	switch {
	case noReference(e.bank):
	case counter(e.bank):
		put(&r.Extra, "bank_reference", e.bank)
	default:
		r.ref = e.bank
	}
	put(&r.Extra, "supplementary", e.more)
	if len(m.rows) == 0 {
		m.first = fd.line
	}
	m.putBy()
	m.rows, m.skip, m.size = append(m.rows, r), false, 0
	return nil
}

// readEntry reads a :61:. A reason says what is wrong with it. Some banks break its first
// line anywhere, so that is tried again with the next one behind it.
func readEntry(fd field) (e entry, reason string) {
	lines := make([]string, 0, 3)
	fd.eachLine(func(line string) { lines = append(lines, strings.TrimRight(line, " \t")) })
	if len(lines) == 0 {
		return e, "is empty"
	}
	e, reason = parseEntry(lines[0])
	rest := lines[1:]
	if reason != "" && len(rest) > 0 {
		if again, wrong := parseEntry(lines[0] + rest[0]); wrong == "" {
			e, reason, rest = again, "", rest[1:]
		}
	}
	e.more = strings.TrimSpace(strings.Join(rest, "\n"))
	return e, reason
}

func parseEntry(s string) (e entry, reason string) {
	s = strings.TrimSpace(s)
	if len(s) < 8 {
		return e, "must begin with a day YYMMDD"
	}
	var ok bool
	if e.value, ok = readDay(s[:6]); !ok {
		return e, "must begin with a day YYMMDD"
	}
	s, e.booked = s[6:], e.value
	if strings.HasPrefix(s, "    ") { // an entry day that is left out
		s = strings.TrimLeft(s, " ")
	}
	if len(s) > 4 && isDigit(s[0]) {
		if e.booked, ok = entryDay(e.value, s[:4]); !ok {
			return e, "must have an entry day MMDD"
		}
		s = s[4:]
	}
	if e.mark, s = cutMark(s); e.mark == "" {
		return e, "must say C, D, RC, RD, EC or ED behind the days"
	}
	if s != "" && isCapital(s[0]) {
		e.letter, s = s[0], s[1:]
	}
	n := amountLength(s)
	if e.amount, ok = readAmount(s[:n]); !ok {
		return e, "must have an amount with a comma"
	}
	s = s[n:]
	if s == "" {
		return e, ""
	}
	if isCapital(s[0]) {
		n := min(4, len(s))
		if i := strings.Index(s[:n], "//"); i >= 0 {
			n = i
		}
		e.code, s = strings.TrimSpace(s[:n]), s[n:]
	}
	e.customer, e.bank, _ = strings.Cut(s, "//")
	e.customer, e.bank = strings.TrimSpace(e.customer), strings.TrimSpace(e.bank)
	return e, ""
}

// cutMark cuts C, D, RC, RD, EC or ED off.
func cutMark(s string) (mark, rest string) {
	if len(s) >= 2 && (s[0] == 'R' || s[0] == 'E') && (s[1] == 'C' || s[1] == 'D') {
		return s[:2], s[2:]
	}
	if s != "" && (s[0] == 'C' || s[0] == 'D') {
		return s[:1], s[1:]
	}
	return "", s
}

// text takes in a :86:, which belongs to the row before it, or behind the closing balance to
// the message. A second one of a row goes on where the first ends.
func (f *file) text(fd field) error {
	m := &f.now
	n := len(m.rows)
	switch {
	case m.closing != nil || m.interim && m.totals != [2]*total{}:
		m.text = joinLines(fd)
	case n == 0 || m.skip:
		m.stray = true
	default:
		if m.size += len(fd.text) + 1; m.size > format.MaxText+1 {
			return (&format.Error{Line: fd.line, Field: ":86:", Kind: format.TooLarge, Reason: "is longer than 16 KiB"}).OfShape()
		}
		m.rows[n-1].texts = append(m.rows[n-1].texts, fd.text)
	}
	return nil
}

// nonSwift takes in a :NS:, in which older German files have what is no SWIFT: lines of two
// digits and a text.
func (f *file) nonSwift(fd field) {
	m := &f.now
	if len(m.rows) == 0 {
		fd.eachLine(func(line string) {
			if name, ok := strings.CutPrefix(line, "22"); ok && m.owner == "" {
				m.owner = strings.TrimSpace(name)
			}
		})
		return
	}
	r := m.rows[len(m.rows)-1]
	if m.skip {
		return
	}
	if len(r.texts) > 0 || r.Description != "" {
		put(&r.Extra, "NS", joinLines(fd))
		return
	}
	var texts, names []string
	fd.eachLine(func(line string) {
		if len(line) < 3 {
			return
		}
		value := strings.TrimSpace(line[2:])
		switch n, ok := digits(line[:2]); {
		case !ok || value == "":
		case n <= 14:
			texts = append(texts, value)
		case n == 15 || n == 16:
			names = append(names, value)
		case n == 17:
			put(&r.Extra, "posting_text", value)
		default:
			put(&r.Extra, "NS."+line[:2], value)
		}
	})
	r.Description = strings.Join(texts, " ")
	if len(names) > 0 {
		r.Counterparty = &fairlead.Counterparty{Name: strings.Join(names, " ")}
	}
}
