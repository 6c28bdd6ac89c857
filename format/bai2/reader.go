package bai2

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// reader is where the reading of a file stands.
type reader struct {
	take    func(format.Item) error
	answers map[string]string
	width   int // columns of a physical record, as the header says; 0: unsaid
	rows    int
	file    tally
	group   *group
	open    *account // whose record 49 has not come yet
	begun   bool     // record 01 came
	ended   bool     // record 99 came
	all     format.Statements
}

// tally is what a trailer counts.
type tally struct {
	records int              // physical ones
	parts   int              // accounts of a group, groups of a file
	sum     fairlead.Decimal // of the parts' control totals
}

// group is what a record 02 says of the accounts behind it.
type group struct {
	tally
	originator, currency string
	day                  fairlead.Date
	clock                string
	final                bool // the day is over, as far as it is said
	skipped              bool // a test, a deletion or without a day
}

func (r *reader) record(rec record) error {
	r.file.records += rec.lines
	if r.group != nil {
		r.group.records += rec.lines
	}
	if r.open != nil {
		r.open.records += rec.lines
	}
	switch rec.code {
	case "": // before the first line, or a blank one
		if rec.lines == 0 {
			return nil
		}
	case "01":
		return r.header(rec)
	case "02":
		return r.beginGroup(rec)
	case "03":
		return r.begin(rec)
	case "16":
		return r.transaction(rec)
	case "49":
		return r.close(rec)
	case "98":
		return r.closeGroup(rec)
	case "99":
		return r.finish(rec)
	}
	return r.warn(wrong(rec, "record code", format.BadValue, "is none of 01, 02, 03, 16, 49, 88, 98 and 99"))
}

func (r *reader) warn(e *format.Error) error { return r.take(format.Item{Warning: e}) }

// header reads a record 01. A file may be several, one behind the other.
func (r *reader) header(rec record) error {
	if err := r.leave(rec.line); err != nil {
		return err
	}
	f := rec.fields()
	for range 5 { // sender, receiver, date, time and number of the file
		f.next()
	}
	r.begun, r.ended = true, false
	r.width, _ = strconv.Atoi(f.next())
	r.file = tally{records: rec.lines}
	return nil
}

// beginGroup reads a record 02.
func (r *reader) beginGroup(rec record) error {
	if err := r.leave(rec.line); err != nil {
		return err
	}
	f := rec.fields()
	f.next() // receiver
	g := &group{tally: tally{records: rec.lines}, originator: f.next()}
	status, date, clock, currency, modifier := f.next(), f.next(), f.next(), strings.ToUpper(f.next()), f.next()
	g.clock, g.currency = clock, currency
	g.final = modifier != "1" && modifier != "3"
	r.group = g
	var ok bool
	switch g.day, ok = day(date); {
	case !ok:
		g.skipped = true
		return r.warn(wrong(rec, "as-of date", format.BadValue, "must be a date of the form YYMMDD: the group is left out"))
	case status == "2":
		g.skipped = true
		return r.warn(wrong(rec, "group status", format.BadValue, "deletes what was sent earlier: the group is left out"))
	case status == "4":
		g.skipped = true
		return r.warn(wrong(rec, "group status", format.BadValue, "is a test: the group is left out"))
	}
	return nil
}

// transaction reads a record 16.
func (r *reader) transaction(rec record) error {
	a := r.open
	if a == nil {
		return r.warn(wrong(rec, "", format.Missing, "stands outside of an account: a record 03 is missing before it"))
	}
	f := rec.fields()
	code, text := f.next(), f.next()
	n := natureOf(code)
	if n == silent {
		return nil
	}
	amount, ok := number(text)
	if ok {
		a.sum = a.sum.Add(amount)
	}
	switch {
	case a.skipped:
		return nil
	case n == unknown:
		return r.warn(wrong(rec, "type code", format.BadValue, "must be three digits of a kind of row"))
	case n == balance:
		return r.warn(wrong(rec, "type code", format.BadValue, "is that of a balance or total, which is no row"))
	case !ok:
		return r.warn(wrong(rec, "amount", format.BadValue, "must be digits without a point"))
	case f.size() > format.MaxText:
		return wrong(rec, "text", format.TooLarge, "is longer than "+strconv.Itoa(format.MaxText)+" bytes").OfShape()
	}
	if r.rows++; r.rows > format.MaxRows {
		return wrong(rec, "", format.TooLarge, "holds more than "+strconv.Itoa(format.MaxRows)+" rows")
	}
	if n == debit {
		amount = amount.Neg()
	}
	t := &fairlead.Transaction{
		AccountRef: a.Key, State: fairlead.TransactionPosted, Booked: r.group.day,
		Amount: *money(amount, a.Currency), Kind: kinds[code], Extra: fairlead.Extra{name + ".type": code},
	}
	a.moved = a.moved.Add(t.Amount.Amount)
	if w := describe(t, rec, f, code); w != nil {
		if err := r.warn(w); err != nil {
			return err
		}
	}
	return r.take(format.Item{Transaction: t})
}

// describe takes over what stands behind the amount of a row.
func describe(t *fairlead.Transaction, rec record, f *fields, code string) (doubt *format.Error) {
	bank, customer := "", ""
	switch funds := f.funds(); {
	case !funds.known:
		if funds.code != "" {
			doubt = wrong(rec, "funds type", format.BadValue, "must be one of Z, 0, 1, 2, S, V and D")
			t.Description = funds.code + ", "
		}
	default:
		t.Value = funds.value
		if funds.code != "" && funds.code != "Z" {
			t.Extra[name+".funds_type"] = funds.code
		}
		bank = f.reference()
		customer = f.reference()
	}
	t.Description = strings.TrimSuffix(t.Description+f.text(), ", ")
	if t.Description == "" {
		t.Description = titles[code]
	}
	if bank != "" {
		t.Extra[name+".bank_reference"] = bank
	}
	if customer != "" {
		t.Extra[name+".customer_reference"] = customer
		if code == "475" && format.Digits(customer) && strings.Trim(customer, "0") != "" {
			t.Check = strings.TrimLeft(customer, "0")
		}
	}
	return doubt
}

// reference reads one of the two references before a row's text. Where the record ended
// before it and goes on with words, these are the text already.
func (c *fields) reference() string {
	if c.fresh() {
		if first, _ := c.peek(); strings.ContainsAny(first, " :") {
			return ""
		}
	}
	return c.next()
}

// funds is when money of an amount can be used.
type funds struct {
	code  string
	known bool
	value fairlead.Date // of V
}

// funds reads a funds type with the fields that belong to it. Where the record ended
// before it and goes on with something else, it was left out.
func (c *fields) funds() funds {
	if c.fresh() {
		if first, _ := c.peek(); !fundsType(first) {
			return funds{}
		}
	}
	f := funds{code: strings.ToUpper(c.next())}
	f.known = fundsType(f.code)
	switch f.code {
	case "S": // immediate, in one day, later
		c.next()
		c.next()
		c.next()
	case "V": // a day and a clock
		f.value, _ = day(c.next())
		c.next()
	case "D": // how many, and of each the days and the amount
		n, _ := strconv.Atoi(c.next())
		for i := 0; i < 2*n && c.more(); i++ {
			c.next()
		}
	}
	return f
}

func fundsType(s string) bool {
	return s == "" || len(s) == 1 && strings.Contains("Z012SVDzsvd", s)
}
