package mt940

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// file is one that is being read.
type file struct {
	take     func(format.Item) error
	currency string // answered
	now      message
	rows     format.Referenced
	warnings int
	accounts map[accountKey]*account
	order    []*account
	lost     bool // rows of no account were met
}

// row is a transaction with its account and what may be its Ref.
type row struct {
	*fairlead.Transaction
	ref    string
	letter byte     // third letter of the currency, as :61: says it; 0: unsaid
	texts  []string // of its :86:, nearly always one
}

// waiting is a row until the end of its message.
type waiting struct {
	Transaction fairlead.Transaction
	Ref         string
	Letter      byte
	Texts       []string
}

// message is one that is being read: from :20: to the next one.
type message struct {
	line      int
	number    string // of the account
	owner     string
	currency  string
	opening   *balance
	closing   *balance
	final     bool
	available *balance
	totals    [2]*total              // debit, credit
	early     format.Packed[waiting] // rows before those of rows
	rows      []*row
	first     int    // line of the first row
	bad       bool   // a row could not be read
	interim   bool   // MT942
	size      int    // of the texts of the last row
	skip      bool   // the last row could not be read: its text is left out with it
	stray     bool   // a text of no row that could be read was met
	text      string // of the message as a whole
}

var errTooMany = &format.Error{Kind: format.TooLarge, Reason: "has more rows than can be read"}

// warn hands a warning on.
func (f *file) warn(line int, tag string, kind format.Kind, reason string) error {
	if f.warnings++; f.warnings > format.MaxRows {
		return errTooMany
	}
	return f.take(format.Item{Warning: &format.Error{Line: line, Field: ":" + tag + ":", Kind: kind, Reason: reason}})
}

// messages reads all fields.
func (f *file) messages(r *fieldReader) error {
	for {
		fd, ok := r.next()
		if !ok {
			return f.close()
		}
		if len(fd.text) > format.MaxText {
			return (&format.Error{Line: fd.line, Field: ":" + fd.tag + ":", Kind: format.TooLarge, Reason: "is longer than 16 KiB"}).OfShape()
		}
		var err error
		switch fd.tag {
		case "-", "20":
			if err = f.close(); err == nil {
				f.now = message{line: fd.line}
			}
		case "61":
			err = f.row(fd)
		case "86":
			err = f.text(fd)
		case "NS":
			f.nonSwift(fd)
		case "60F", "60M", "62F", "62M", "64":
			err = f.balance(fd)
		default:
			err = f.headField(fd)
		}
		if err != nil {
			return err
		}
	}
}

// headField takes in a field that is of the message as a whole.
func (f *file) headField(fd field) error {
	m := &f.now
	text := strings.TrimSpace(fd.first())
	if m.line == 0 {
		m.line = fd.line
	}
	switch fd.tag {
	case "25", "25P":
		if len(m.rows) > 0 || m.number != "" {
			return f.warn(fd.line, fd.tag, format.BadValue, "stands where none can be: it was left out")
		}
		m.number = text
	case "34F":
		m.interim = true
		if len(text) >= 3 && fairlead.ValidCurrency(text[:3]) && m.currency == "" {
			m.currency = text[:3]
		}
	case "90D", "90C":
		t, ok := readTotal(text)
		if !ok {
			return f.warn(fd.line, fd.tag, format.BadValue, "must be a count, a currency and an amount")
		}
		t.line = fd.line
		side := 0
		if fd.tag == "90C" {
			side = 1
		}
		m.totals[side] = t
		if m.currency == "" {
			m.currency = t.Currency
		}
	}
	return nil
}

// balance takes in one of the balances.
func (f *file) balance(fd field) error {
	m := &f.now
	if m.line == 0 {
		m.line = fd.line
	}
	b, ok := readBalance(strings.TrimSpace(fd.first()))
	if !ok {
		return f.warn(fd.line, fd.tag, format.BadValue, "must be D or C, a day YYMMDD, a currency and an amount with a comma")
	}
	b.line = fd.line
	if b.Currency == "" {
		b.Currency = m.currency
	}
	if m.currency == "" {
		m.currency = b.Currency
	}
	if b.Currency != m.currency {
		return f.warn(fd.line, fd.tag, format.Differs, "is in another currency than the statement")
	}
	switch fd.tag {
	case "60F", "60M":
		m.opening = b
	case "62F", "62M":
		m.closing, m.final = b, fd.tag == "62F"
	case "64":
		m.available = b
	}
	return nil
}

// close puts a message that is complete into its account.
func (f *file) close() error {
	m := f.now
	f.now = message{}
	if m.number == "" {
		if len(m.rows) > 0 {
			f.lost = true
			return f.warn(m.first, "25", format.Missing, "is missing: the rows are of no account")
		}
		f.lost = f.lost || m.bad || m.stray || m.text != "" // a fragment of a statement
		return nil
	}
	if len(m.rows) == 0 && m.opening == nil && m.closing == nil && m.available == nil && !m.interim && !m.bad {
		return nil // a head without anything
	}
	id := readNumber(m.number, m.currency)
	if m.currency == "" {
		m.currency = id.currency
	}
	if m.currency == "" {
		m.currency = f.currency
	}
	if m.currency == "" {
		return &format.Error{
			Line: m.line, Kind: format.Open, Reason: "says no currency",
			Questions: []format.Question{{Name: format.AskCurrency, Needed: true}},
		}
	}
	for _, b := range []*balance{m.opening, m.closing, m.available} {
		if b != nil {
			b.Currency = m.currency
		}
	}
	a, err := f.account(id, m.currency)
	if err != nil {
		return err
	}
	a.add(&m)
	return f.finishRows(&m, a)
}

// finishRows gives the rows of a message their account and compares them with its balances.
func (f *file) finishRows(m *message, a *account) error {
	sum, bad := fairlead.NewDecimal(0, 2), m.bad
	var sides [2]struct {
		count int
		sum   fairlead.Decimal
	}
	each := func(r *row) {
		r.AccountRef, r.Amount.Currency = a.String(), m.currency
		if r.letter != 0 && r.letter != m.currency[2] {
			put(&r.Extra, "funds_code", string(r.letter))
		}
		r.describe(a)
		if r.State == fairlead.TransactionPosted {
			sum = sum.Add(r.Amount.Amount)
		}
		side := 0
		if r.Amount.Amount.Sign() > 0 {
			side = 1
		}
		sides[side].count++
		sides[side].sum = sides[side].sum.Add(r.Amount.Amount)
		f.rows.Add(r.Transaction, a.index, r.ref, extraPrefix+"bank_reference")
	}
	m.early.Pack()
	for _, w := range m.early.From(0) {
		each(&row{Transaction: &w.Transaction, ref: w.Ref, letter: w.Letter, texts: w.Texts})
	}
	for _, r := range m.rows {
		each(r)
	}
	if b := m.closing; b != nil && m.opening != nil && !bad && m.opening.Amount.Add(sum).Cmp(b.Amount) != 0 {
		if err := f.warn(b.line, "62F", format.Differs, "is not the opening balance and the rows together"); err != nil {
			return err
		}
	}
	for i, tag := range [...]string{"90D", "90C"} {
		t := m.totals[i]
		if t == nil || bad || !m.interim || t.count == sides[i].count && t.Amount.Equal(sides[i].sum.Abs()) {
			continue
		}
		if err := f.warn(t.line, tag, format.Differs, "is not the number and sum of the rows"); err != nil {
			return err
		}
	}
	return nil
}

// finish hands on accounts and rows once it is known which references name one row.
func (f *file) finish() error {
	if len(f.order) == 0 {
		if f.lost {
			return &format.Error{Field: ":25:", Kind: format.Missing, Reason: "is missing: the rows are of no account"}
		}
		return &format.Error{Kind: format.Empty, Reason: "holds no account"}
	}
	for _, a := range f.order {
		if err := f.take(format.Item{Account: a.noun()}); err != nil {
			return err
		}
	}
	return f.rows.Hand(f.take)
}

// maxRows is how many rows of a message are at hand; those before are put by.
const maxRows = 256

// putBy makes room for another row.
func (m *message) putBy() {
	if len(m.rows) < maxRows {
		return
	}
	for _, r := range m.rows {
		m.early.Add(&waiting{Transaction: *r.Transaction, Ref: r.ref, Letter: r.letter, Texts: r.texts})
	}
	m.rows = m.rows[:0]
}

// extraPrefix is what the names of Extra begin with.
const extraPrefix = "mt940."

// put adds what is not empty to Extra.
func put(x *fairlead.Extra, name, value string) {
	if value == "" {
		return
	}
	if *x == nil {
		*x = make(fairlead.Extra)
	}
	(*x)[extraPrefix+name] = value
}
