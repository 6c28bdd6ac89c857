package reader

import "github.com/fairlead-dev/fairlead"

// nameless are parts of which no file says the account. They are one account where their
// rows say so: a part that has all rows of another, parts that agree on all days that
// both have and share several rows, and a part that begins with the very balance that
// another ends with.
type nameless struct {
	parts  []*part
	in     *interned
	listed []*listed // made when first needed
}

// sharedRows are how many rows two files must share to be of one account.
const sharedRows = 3

// same reports whether two parts are one account by their rows.
func (n *nameless) same(i, j int) bool {
	a, b := n.parts[i], n.parts[j]
	if namesOf(a) != namesOf(b) || namesOf(a).Number != "" || a.account.Bank != b.account.Bank || a.account.Kind != b.account.Kind ||
		a.file == b.file || a.file.Format != b.file.Format || a.account.Layout != b.account.Layout {
		return false
	}
	return continues(a, b) || continues(b, a) || n.agree(i, j)
}

func (n *nameless) of(i int) *listed {
	if n.listed == nil {
		n.listed, n.in = make([]*listed, len(n.parts)), newInterned()
	}
	if n.listed[i] == nil {
		n.listed[i] = listOf(n.in, allOf(n.parts[i].rows.transactions), transactionRow)
	}
	return n.listed[i]
}

func (n *nameless) agree(i, j int) bool {
	a, b := n.of(i), n.of(j)
	if len(a.rows) > len(b.rows) {
		a, b = b, a
	}
	shared := int32(0)
	for l, count := range a.byLetters {
		shared += min(count, b.byLetters[l])
	}
	if shared == 0 {
		return false
	}
	if int(shared) == len(a.rows) {
		return true
	}
	for day, mine := range a.byDay {
		if theirs := b.byDay[day]; len(theirs) > 0 && !within(a, mine, b) && !within(b, theirs, a) {
			return false
		}
	}
	return shared >= sharedRows
}

// continues reports whether a part begins with the balance that another ends with, on
// the same day or later. A balance of zero says nothing.
func continues(older, newer *part) bool {
	_, closing, before, ok := ends(older)
	opening, _, after, ok2 := ends(newer)
	return ok && ok2 && !closing.Amount.IsZero() && opening.Equal(closing) && !after.from.Before(before.to)
}

// span is the days of the first and the last row.
type span struct{ from, to fairlead.Date }

// ends are the balances before the first row and after the last one. False: some row has
// no balance.
func ends(p *part) (opening, closing fairlead.Money, days span, ok bool) {
	all := allOf(p.rows.transactions)
	if all.Len() == 0 {
		return opening, closing, days, false
	}
	first, last := all.At(0, 1)[0], all.At(all.Len()-1, all.Len())[0]
	if first.Booked.After(last.Booked) {
		first, last = last, first
	}
	if first.BalanceAfter == nil || last.BalanceAfter == nil {
		return opening, closing, days, false
	}
	opening = fairlead.Money{Amount: first.BalanceAfter.Amount.Sub(first.Amount.Amount), Currency: first.BalanceAfter.Currency}
	return opening, *last.BalanceAfter, span{first.Booked, last.Booked}, true
}
