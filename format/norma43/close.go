package norma43

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// close reads a record 33.
func (r *reader) close(rec format.Record) error {
	r.skipping = false
	a := r.open
	if a == nil {
		return r.warn(wrong(rec, "", format.Missing, "closes no account: a record 11 is missing before it"))
	}
	r.open = nil
	if bank, branch, number := rec.Value(3, 6), rec.Value(7, 10), rec.Value(11, 20); !a.is(bank, branch, number) {
		return r.both(a, wrong(rec, "cuenta", format.Differs, "is another account than that of the record 11"))
	}
	closing, ok := signed(rec.Columns(59, 59), rec.Columns(60, 73))
	if !ok {
		return r.both(a, wrong(rec, "saldo final", format.BadValue, "must be an amount of 14 digits after a key 1 or 2"))
	}
	a.Balances.Current = &fairlead.Money{Amount: closing, Currency: a.Currency}
	if !a.end.IsZero() {
		a.Balances.AsOf = a.end.Time()
	}
	agrees := true
	for _, w := range a.check(rec, closing) {
		agrees = false
		if err := r.warn(w); err != nil {
			return err
		}
	}
	if agrees {
		a.Period = a.period
	}
	return r.all.Add(a.Account)
}

func (a *account) is(bank, branch, number string) bool {
	return bank == a.Bank.ID && branch == a.branch && number == a.Numbers.Number
}

// check compares the totals of a record 33 with the rows that were read.
func (a *account) check(rec format.Record, closing fairlead.Decimal) (differing []*format.Error) {
	add := func(field, reason string) { differing = append(differing, wrong(rec, field, format.Differs, reason)) }
	for _, t := range []struct {
		total
		count, sum, noun string
	}{
		{a.debits, rec.Columns(21, 25), rec.Columns(26, 39), "debits"},
		{a.credits, rec.Columns(40, 44), rec.Columns(45, 58), "credits"},
	} {
		if n, err := strconv.Atoi(t.count); err != nil || n != t.total.count {
			add("nº apuntes", "is not the number of "+t.noun+" that were read")
		}
		if sum, ok := signed("2", t.sum); !ok || !sum.Equal(t.amount) {
			add("total importes", "is not the sum of the "+t.noun+" that were read")
		}
	}
	if a.opened && !a.opening.Add(a.credits.amount).Sub(a.debits.amount).Equal(closing) {
		add("saldo final", "is not the opening balance and the rows together")
	}
	return differing
}

// both takes an account over that could not be closed rightly, and says why.
func (r *reader) both(a *account, why *format.Error) error {
	if err := r.warn(why); err != nil {
		return err
	}
	return r.all.Add(a.Account)
}

// abandon ends an account whose record 33 never came. It then claims no period.
func (r *reader) abandon(line int) error {
	a := r.open
	if a == nil {
		return nil
	}
	r.open = nil
	return r.both(a, &format.Error{Line: line, Kind: format.Missing, Reason: "comes before the record 33 that closes the account"})
}

// count reads a record 88, which counts the records before it. A bank that writes a header
// of its own may count it or not.
func (r *reader) count(rec format.Record) error {
	r.ended = true
	if err := r.abandon(rec.Line); err != nil {
		return err
	}
	if n, err := strconv.Atoi(rec.Value(21, 26)); err != nil || n != r.records && n != r.records-r.headers {
		return r.warn(wrong(rec, "nº de registros", format.Differs, "is not the number of records before it"))
	}
	return nil
}

// end closes what the file leaves open.
func (r *reader) end() error {
	if err := r.flush(); err != nil {
		return err
	}
	if a := r.open; a != nil {
		r.open = nil
		if err := r.both(a, &format.Error{Kind: format.Truncated, Reason: "ends before the record 33 that closes the account"}); err != nil {
			return err
		}
	} else if !r.ended && r.all.Len() > 0 {
		if err := r.warn(&format.Error{Kind: format.Truncated, Reason: "ends without a record 88"}); err != nil {
			return err
		}
	}
	if r.all.Len() == 0 {
		return &format.Error{Kind: format.Empty, Reason: "holds no record 11"}
	}
	return r.all.Hand(r.take)
}
