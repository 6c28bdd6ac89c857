package table

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// roleEither is of two columns of which one is money in and the other money out, until it
// is known which. Nobody may answer it.
const roleEither role = "either"

// maxAlternating is how many columns of amounts are compared with each other.
const maxAlternating = 8

// alternating finds two columns of amounts of which each row with a day fills one: those are
// money in and money out. Where one of both is known, the other is the other direction.
func alternating(t *table, roles []role, e *evidence) {
	at, days := slices.Index(roles, roleDate), 0
	if at < 0 || slices.Contains(roles, roleAmount) || slices.Contains(roles, roleMoneyIn) && slices.Contains(roles, roleMoneyOut) {
		return
	}
	var found []int
	for i := range e.columns {
		c := &e.columns[i]
		free := roles[i] == "" || roles[i] == roleMoneyIn || roles[i] == roleMoneyOut
		if free && c.mostly(c.amounts) && !c.mostly(c.days) && len(found) < maxAlternating {
			found = append(found, i)
		}
	}
	var single [maxAlternating]int
	var both [maxAlternating][maxAlternating]bool // of a row
	pairs := len(found) * (len(found) - 1) / 2
	t.each(func(r row) bool {
		if pairs == 0 {
			return false
		}
		if _, day := readDay(r.cell(at)); !day {
			return true
		}
		days++
		var filled [maxAlternating]bool
		for n, i := range found {
			if filled[n] = moves(r.cell(i)); !filled[n] {
				continue
			}
			single[n]++
			for m := range n {
				if filled[m] && !both[n][m] {
					both[n][m] = true
					pairs--
				}
			}
		}
		return true
	})
	for n := range found {
		for m := range n {
			if days > 1 && single[n] > 0 && single[m] > 0 && !both[n][m] && (single[n]+single[m])*10 >= days*9 {
				pair(roles, found[m], found[n])
				return
			}
		}
	}
}

// moves reports whether a cell is an amount other than zero.
func moves(cell string) bool {
	return strings.ContainsAny(cell, "123456789") && isAmount(cell)
}

// pair gives two columns their roles, of which at most one is known.
func pair(roles []role, i, j int) {
	other := roles[i]
	if other == "" {
		other = roles[j]
	}
	opposite := map[role]role{roleMoneyIn: roleMoneyOut, roleMoneyOut: roleMoneyIn, "": roleEither}[other]
	for _, n := range []int{i, j} {
		if roles[n] == "" {
			roles[n] = opposite
		}
	}
}

// Words of headers that are no usual ones, but say a direction.
var (
	outWords = strings.Fields("paid raus spent minus gone weg sent abgang abgange gezahlt bezahlt pagado salida salidas pagos gastos saiu paye sorti sorties betaald wydano")
	inWords  = strings.Fields("got rein plus earned zugang zugange erhalten bekommen recibido cobros cobrado entrou recebido recu recus entrees ontvangen gekregen otrzymano")
)

// direct finds out which of two columns is money out and which money in: by the balances,
// else by what they are called, else by their signs. Where these contradict each other, or
// say nothing, it stays open.
func (r *resolver) direct() {
	either := r.columns[roleEither]
	if len(either) != 2 {
		return
	}
	out := r.byBalances(either)
	called := r.byWords(either)
	switch {
	case out < 0:
		out = called
	case called >= 0 && called != out, called < 0 && r.ofCard():
		return // balances of cards may be what is owed
	}
	if out < 0 {
		return
	}
	delete(r.columns, roleEither)
	r.columns[roleMoneyOut], r.columns[roleMoneyIn] = []int{out}, []int{either[0] + either[1] - out}
}

// byBalances is the column that is money out by the balances; -1: they don't say.
func (r *resolver) byBalances(either []int) int {
	r.findDecimal()
	decimal := r.decimal
	defer func() { r.decimal = 0; clear(r.open) }()
	if !r.has(roleBalance) || decimal == 0 {
		return -1
	}
	amount := func(row row, i int) (d fairlead.Decimal, ok bool) {
		cell := row.cell(i)
		if cell == "" {
			return d, true
		}
		d, err := readAmount(cell, decimal)
		return d.Abs(), err == nil
	}
	sum := r.links(func(row row) (fairlead.Decimal, bool) {
		out, ok := amount(row, either[0])
		in, also := amount(row, either[1])
		return in.Sub(out), ok && also
	})
	switch proven, inverted := sum.verdict(); {
	case !proven:
		return -1
	case inverted:
		return either[1]
	}
	return either[0]
}

// byWords is the column that is money out by what both are called, or else by their signs;
// -1: neither says it.
func (r *resolver) byWords(either []int) int {
	a, b := r.says(either[0]), r.says(either[1])
	if a == 0 && b == 0 {
		a, b = r.seen.columns[either[0]].direction(), r.seen.columns[either[1]].direction()
		if a == b {
			return -1
		}
	}
	switch {
	case a < b:
		return either[0]
	case b < a:
		return either[1]
	}
	return -1
}

// says is 1 for a header that says money in, -1 for one that says money out.
func (r *resolver) says(i int) (n int) {
	if i >= len(r.header) {
		return 0
	}
	for w := range strings.FieldsSeq(fold(plain(r.header[i]))) {
		switch {
		case slices.Contains(inWords, w):
			n++
		case slices.Contains(outWords, w):
			n--
		}
	}
	return min(1, max(-1, n))
}

// direction is -1 for a column whose amounts all have a minus, 1 where none has one.
func (c *column) direction() int {
	switch {
	case c.negative > 0 && c.positive == 0:
		return -1
	case c.positive > 0 && c.negative == 0:
		return 1
	}
	return 0
}
