package bai2

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// account is the report of an account from its record 03 on.
type account struct {
	format.Account
	records         int
	sum             fairlead.Decimal // of all amounts as they stand
	moved           fairlead.Decimal // by the rows, with decimals
	opening         *fairlead.Money
	day             fairlead.Date
	ledger, current *fairlead.Money // closing and current: of the account
	usable, now     *fairlead.Money // closing and current: what is available
	skipped         bool
}

// begin reads a record 03.
func (r *reader) begin(rec record) error {
	if err := r.abandon(rec.line); err != nil {
		return err
	}
	if r.group == nil {
		return r.warn(wrong(rec, "", format.Missing, "stands outside of a group: a record 02 is missing before it"))
	}
	f := rec.fields()
	number, currency := f.next(), strings.ToUpper(f.next())
	a := &account{records: rec.lines, day: r.group.day, skipped: r.group.skipped}
	r.open = a
	if !a.skipped && number == "" {
		a.skipped = true
		if err := r.warn(wrong(rec, "customer account number", format.Missing, "is missing: the account is left out")); err != nil {
			return err
		}
	}
	if !a.skipped {
		code, err := r.currency(rec, currency)
		if err != nil {
			return err
		}
		a.describe(r.group, number, code)
	}
	return r.status(a, rec, f)
}

// currency is the account's, else the group's, else the dollar.
func (r *reader) currency(rec record, code string) (string, error) {
	if code == "" {
		code = r.group.currency
	}
	if code == "" {
		code = "USD"
	}
	if fairlead.ValidCurrency(code) {
		return code, nil
	}
	if said := strings.ToUpper(r.answers[format.AskCurrency]); fairlead.ValidCurrency(said) {
		return said, nil
	}
	e := wrong(rec, "currency code", format.Open, "is no currency of ISO 4217")
	e.Questions = []format.Question{{Name: format.AskCurrency, Value: "USD", Needed: true}}
	return "", e
}

func (a *account) describe(g *group, number, currency string) {
	a.Key = strings.Join([]string{g.originator, number, currency}, "-")
	a.Bank = format.Bank{ID: g.originator}
	a.Names = format.Names{Scheme: "bank", Bank: g.originator, Number: number, Currency: currency}
	a.Kind, a.Currency, a.Mask = fairlead.AccountDepository, currency, format.Mask(number)
	a.Name = strings.TrimSpace("Account " + a.Mask)
	a.Numbers = fairlead.AccountNumbers{Number: number}
	if routing(g.originator) {
		a.Numbers.Routing = g.originator
	}
}

// status reads the balances and sums of a record 03: a type, an amount, a count and a
// funds type each.
func (r *reader) status(a *account, rec record, f *fields) error {
	for f.more() {
		code, text := f.next(), f.next()
		if code == "" && text == "" {
			f.behind()
			continue
		}
		amount, ok := number(text)
		if ok {
			a.sum = a.sum.Add(amount)
		}
		if !ok && text != "" || natureOf(code) == unknown {
			if err := r.warn(wrong(rec, "type code, amount", format.BadValue, "must be three digits and an amount without a point: the balances behind it are left out")); err != nil {
				return err
			}
			return nil
		}
		if ok && !a.skipped {
			a.balance(code, money(amount, a.Currency))
		}
		f.behind()
	}
	return nil
}

// behind reads the count and the funds type behind a balance. Some banks leave them out
// at the end of a line.
func (c *fields) behind() {
	if c.fresh() {
		if first, second := c.peek(); len(first) == 3 && !fundsType(second) {
			return
		}
	}
	c.next() // count
	c.funds()
}

func (a *account) balance(code string, m *fairlead.Money) {
	switch code {
	case "010":
		a.opening = m
		a.note("opening_balance", m)
	case "015":
		a.ledger = m
	case "030":
		a.current = m
	case "045":
		a.usable = m
	case "060":
		a.now = m
	default:
		a.note(code, m)
	}
}

func (a *account) note(key string, m *fairlead.Money) {
	if a.Extra == nil {
		a.Extra = make(fairlead.Extra)
	}
	a.Extra[name+"."+key] = m.Amount.String()
}

// close reads a record 49: the sum of all amounts and the number of records.
func (r *reader) close(rec record) error {
	a := r.open
	if a == nil {
		return r.warn(wrong(rec, "", format.Missing, "closes no account: a record 03 is missing before it"))
	}
	r.open = nil
	f := rec.fields()
	total, records := f.next(), f.next()
	sum, ok := number(total)
	agrees := ok && sum.Equal(a.sum)
	if !agrees {
		if err := r.warn(wrong(rec, "account control total", format.Differs, "is not the sum of the account's amounts")); err != nil {
			return err
		}
	}
	if r.group != nil {
		r.group.parts++
		r.group.sum = r.group.sum.Add(sum)
	}
	if n, err := strconv.Atoi(records); records != "" && (err != nil || n != a.records) {
		agrees = false
		if err := r.warn(wrong(rec, "number of records", format.Differs, "is not the number of the account's records")); err != nil {
			return err
		}
	}
	return r.hand(a, agrees)
}

// hand takes an account over. The rows are all of its day where they lead from the opening
// balance to the closing one.
func (r *reader) hand(a *account, agrees bool) error {
	if a.skipped {
		return nil
	}
	a.Balances.Current, a.Balances.Available = first(a.ledger, a.current), first(a.usable, a.now)
	if r.group != nil && (a.Balances.Current != nil || a.Balances.Available != nil) {
		a.Balances.AsOf = instant(a.day, r.group.clock)
	}
	if agrees && r.group != nil && r.group.final && a.opening != nil && a.ledger != nil && a.opening.Amount.Add(a.moved).Equal(a.ledger.Amount) {
		a.Period = fairlead.Interval{From: a.day, To: a.day}
	}
	return r.all.Add(a.Account)
}

func first(a, b *fairlead.Money) *fairlead.Money {
	if a != nil {
		return a
	}
	return b
}
