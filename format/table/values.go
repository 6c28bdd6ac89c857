package table

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// values are what the cells of a row say.
type values struct {
	day, value      fairlead.Date
	dateText        string // of a cell that should be a day
	amount, balance *fairlead.Decimal
	description     string
	payee, kind     string
}

// text is what the row is called.
func (v values) text() string {
	switch {
	case v.description != "":
		return v.description
	case v.payee != "":
		return v.payee
	}
	return v.kind
}

// tooLong is the role of a text that is too long, or "".
func (v values) tooLong() role {
	switch {
	case len(v.description) > format.MaxText:
		return roleDescription
	case len(v.payee) > format.MaxText:
		return rolePayee
	}
	return ""
}

// fault is a cell that is not what it must be.
type fault struct {
	column int
	reason string
}

// values reads the cells of a row.
func (p *plan) values(r row) (v values, bad *fault) {
	v.description = p.joined(r, roleDescription)
	v.payee = plain(p.value(r, rolePayee))
	v.kind = plain(p.value(r, roleType))
	bad = p.day(r, &v)
	if w, ok := readDay(p.value(r, roleValueDate)); ok {
		v.value, _ = w.in(p.order)
	}
	amount, wrong := p.money(r)
	if wrong != nil && bad == nil {
		bad = wrong
	}
	v.amount = amount
	if cell := p.value(r, roleBalance); cell != "" {
		if d, err := readAmount(cell, p.decimal); err == nil {
			if p.owed {
				d = d.Neg()
			}
			v.balance = &d
		} else if bad == nil && isAmount(cell) {
			bad = &fault{p.column(roleBalance), "must be an amount"}
		}
	}
	if bad != nil && v.day.IsZero() && v.amount == nil && v.balance == nil {
		bad = nil // words
	}
	return v, bad
}

// day reads the first column of days that has one.
func (p *plan) day(r row, v *values) *fault {
	var bad *fault
	for _, i := range p.columns[roleDate] {
		cell := r.cell(i)
		if cell == "" {
			continue
		}
		if w, ok := readDay(cell); ok {
			if d, ok := w.in(p.order); ok {
				v.day = d
				return nil
			}
			bad = &fault{i + 1, "must be a day of the calendar, its parts in the order of the file"}
		}
		v.dateText = plain(cell)
	}
	return bad
}

// joined puts the texts of several columns together, each once.
func (p *plan) joined(r row, of role) string {
	out := ""
	for _, i := range p.columns[of] {
		cell := plain(r.cell(i))
		switch {
		case strings.Trim(cell, "- ") == "":
		case out == "":
			out = cell
		case !strings.Contains(out, cell):
			out += " " + cell
		}
	}
	if strings.ContainsAny(out, "\r\n") {
		out = strings.Join(strings.Fields(out), " ")
	}
	return out
}

// money is the amount of a row, money in positive; nil where the row has none.
func (p *plan) money(r row) (*fairlead.Decimal, *fault) {
	if p.has(roleAmount) {
		return p.single(r)
	}
	in, bad := p.directed(r, roleMoneyIn)
	if bad != nil {
		return nil, bad
	}
	out, bad := p.directed(r, roleMoneyOut)
	if bad != nil {
		return nil, bad
	}
	if out != nil {
		*out = out.Neg()
	}
	switch {
	case in == nil:
		return out, nil
	case out == nil, out.IsZero():
		return in, nil
	case in.IsZero():
		return out, nil
	}
	return nil, &fault{p.column(roleMoneyOut), "must be empty where there is money in"}
}

// directed reads an amount of a column that is for one direction; it is positive in that.
func (p *plan) directed(r row, of role) (*fairlead.Decimal, *fault) {
	d, bad := p.amount(r, of)
	if d == nil {
		return nil, bad
	}
	switch p.minus[of] {
	case minusAlways:
		*d = d.Neg()
	case minusIgnored:
		*d = d.Abs()
	}
	return d, nil
}

// single reads an amount that has a sign, or a flag beside it, and a fee that goes off it.
func (p *plan) single(r row) (*fairlead.Decimal, *fault) {
	d, bad := p.amount(r, roleAmount)
	if d == nil {
		return nil, bad
	}
	switch {
	case p.has(roleFlag):
		out, ok := p.out(p.value(r, roleFlag))
		if !ok && format.BalanceRow(p.joined(r, roleDescription)) {
			break
		}
		if !ok {
			return nil, &fault{p.column(roleFlag), "must say whether money came in or went out"}
		}
		if out && !p.signed {
			*d = d.Neg()
		}
	case p.inverted:
		*d = d.Neg()
	}
	fee, bad := p.amount(r, roleFee)
	if bad != nil {
		return nil, bad
	}
	if fee != nil && !fee.IsZero() {
		*d = d.Sub(*fee)
	}
	return d, nil
}

// amount reads the amount of a role; nil where there is none.
func (p *plan) amount(r row, of role) (*fairlead.Decimal, *fault) {
	for _, i := range p.columns[of] {
		cell := r.cell(i)
		if cell == "" || cell == "-" || cell == "--" {
			continue
		}
		d, err := readAmount(cell, p.decimal)
		if err != nil {
			return nil, &fault{i + 1, "must be an amount"}
		}
		if currency, ok := p.rowCurrency(r); ok && !hasSignOf(cell, p.decimal, currency) {
			return nil, &fault{i + 1, "has the sign of another currency than the row's"}
		}
		return &d, nil
	}
	return nil, nil
}
