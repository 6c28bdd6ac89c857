package cnab240

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// close reads the trailer of a lot.
func (r *reader) close(rec format.Record) error {
	if r.skipping {
		r.skipping = false
		return nil
	}
	l := r.open
	if l == nil {
		return r.warn(wrong(rec, "", format.Missing, "closes no lot: the header of the lot is missing before it"))
	}
	r.open = nil
	if raw := rec.Columns(53, 72); format.Filled(raw) != "" && raw != l.raw {
		return r.both(l, wrong(rec, "conta corrente", format.Differs, "is another account than that of the lot's header"))
	}
	closing, ok := signed(rec.Columns(151, 168), rec.Columns(169, 169))
	if !ok {
		return r.both(l, wrong(rec, "saldo final", format.BadValue, "must be an amount of 18 digits before a D or C"))
	}
	l.Balances.Current = &fairlead.Money{Amount: closing, Currency: l.Currency}
	l.Balances.Blocked = l.money(rec.Columns(89, 106), rec.Columns(125, 142))
	l.Balances.Limit = l.money(rec.Columns(107, 124))
	if l.end, ok = day(rec.Columns(143, 150)); ok {
		l.Balances.AsOf = l.end.Time()
	} else {
		l.end = fairlead.Date{}
		if err := r.warn(wrong(rec, "data do saldo final", format.BadValue, "must be a date of the form DDMMYYYY")); err != nil {
			return err
		}
	}
	agrees := true
	for _, w := range l.check(rec, closing) {
		agrees = false
		if err := r.warn(w); err != nil {
			return err
		}
	}
	if status := rec.Columns(170, 170); agrees && status != "P" && status != "I" {
		l.Period = l.period()
	}
	return r.all.Add(l.Account)
}

// period is what the rows cover: from the day after that of the opening balance, which is
// the closing one of its day, to that of the closing balance. A statement of one day has
// the same day for both.
func (l *lot) period() fairlead.Interval {
	switch {
	case l.start.IsZero() || l.end.IsZero() || l.end.Before(l.start):
		return fairlead.Interval{}
	case l.start == l.end:
		return fairlead.Interval{From: l.end, To: l.end}
	}
	return fairlead.Interval{From: l.start.AddDays(1), To: l.end}
}

// money sums fields up that are filled with zeros where the bank says nothing.
func (l *lot) money(fields ...string) *fairlead.Money {
	sum := fairlead.NewDecimal(0, 2)
	for _, f := range fields {
		if d, ok := unsigned(f); ok {
			sum = sum.Add(d)
		}
	}
	if sum.IsZero() {
		return nil
	}
	return &fairlead.Money{Amount: sum, Currency: l.Currency}
}

// check compares the totals of a trailer with the rows that were read. Totals that are
// left out are blank or zeros.
func (l *lot) check(rec format.Record, closing fairlead.Decimal) (differing []*format.Error) {
	add := func(field, reason string) { differing = append(differing, wrong(rec, field, format.Differs, reason)) }
	if format.Filled(rec.Columns(171, 176)) != "" {
		if n, err := strconv.Atoi(rec.Columns(171, 176)); err != nil || n != l.records {
			add("quantidade de registros", "is not the number of records of the lot")
		}
	}
	if format.Filled(rec.Columns(177, 212)) != "" {
		if d, ok := unsigned(rec.Columns(177, 194)); !ok || !d.Equal(l.debits) {
			add("somatória dos débitos", "is not the sum of the debits that were read")
		}
		if d, ok := unsigned(rec.Columns(195, 212)); !ok || !d.Equal(l.credits) {
			add("somatória dos créditos", "is not the sum of the credits that were read")
		}
	}
	if l.opened && !l.opening.Add(l.credits).Sub(l.debits).Equal(closing) {
		add("saldo final", "is not the opening balance and the rows together")
	}
	return differing
}

// both takes a lot over that could not be closed rightly, and says why.
func (r *reader) both(l *lot, why *format.Error) error {
	if err := r.warn(why); err != nil {
		return err
	}
	return r.all.Add(l.Account)
}

// abandon ends a lot whose trailer never came. Its account then claims no period.
func (r *reader) abandon(line int) error {
	l := r.open
	if l == nil {
		return nil
	}
	r.open = nil
	return r.both(l, &format.Error{Line: line, Kind: format.Missing, Reason: "comes before the trailer of the lot"})
}

// finish reads the trailer of the file, which counts the records with itself.
func (r *reader) finish(rec format.Record) error {
	r.ended = true
	if err := r.abandon(rec.Line); err != nil {
		return err
	}
	if r.all.Len() == 0 {
		return nil
	}
	if n, err := strconv.Atoi(rec.Value(18, 23)); format.Filled(rec.Columns(18, 23)) != "" && (err != nil || n != r.lots) {
		if err := r.warn(wrong(rec, "quantidade de lotes", format.Differs, "is not the number of lots")); err != nil {
			return err
		}
	}
	if n, err := strconv.Atoi(rec.Value(24, 29)); format.Filled(rec.Columns(24, 29)) != "" && (err != nil || n != r.records+1) {
		return r.warn(wrong(rec, "quantidade de registros", format.Differs, "is not the number of records of the file"))
	}
	return nil
}

// end closes what the file leaves open.
func (r *reader) end() error {
	var doubt *format.Error
	switch l := r.open; {
	case l != nil:
		r.open = nil
		doubt = &format.Error{Kind: format.Truncated, Reason: "ends before the trailer of the lot"}
		if err := r.all.Add(l.Account); err != nil {
			return err
		}
	case r.all.Len() == 0 && r.other != nil:
		return r.other
	case r.all.Len() == 0:
		return &format.Error{Kind: format.Empty, Reason: "holds no lot of an account"}
	case !r.ended:
		doubt = &format.Error{Kind: format.Truncated, Reason: "ends without a trailer"}
	}
	for _, w := range []*format.Error{r.other, doubt} {
		if w == nil {
			continue
		}
		if err := r.warn(w); err != nil {
			return err
		}
	}
	return r.all.Hand(r.take)
}
