package table

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// converter turns rows into items.
type converter struct {
	take     func(format.Item) error
	several  bool // tables are read: accounts without a number are told apart by sheet
	accounts map[string]*account
	order    []*account
	rows     int
	warnings int

	open     *fairlead.Transaction // the last row, that a text below it may go on
	openLine int
}

func newConverter(take func(format.Item) error, several bool) *converter {
	return &converter{take: take, several: several, accounts: map[string]*account{}}
}

// table reads the rows of one table.
func (c *converter) table(p *plan) error {
	var failed error
	p.each(func(r row) bool {
		if p.header != nil && slices.Equal(r.cells, p.header) {
			return true // it begins again on each page
		}
		failed = c.row(p, r)
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	if err := c.flush(); err != nil || !p.names() {
		return err
	}
	_, err := c.account(p, row{}, p.currency) // of a statement without rows
	return err
}

// names reports whether what stands above the header names an account by itself.
func (p *plan) names() bool {
	return p.layout != nil && p.number != "" && p.currency != "" && !p.has(roleAccount) && !p.has(roleCurrency)
}

// flush hands on the last row.
func (c *converter) flush() error {
	if c.open == nil {
		return nil
	}
	t := c.open
	c.open = nil
	return c.take(format.Item{Transaction: t})
}

// finish hands on the accounts.
func (c *converter) finish() error {
	if c.rows == 0 && len(c.order) == 0 {
		return &format.Error{Kind: format.Empty, Reason: "has no rows"}
	}
	for _, a := range c.order {
		if !a.earliest.IsZero() && (!a.Period.Contains(a.earliest) || !a.Period.Contains(a.latest)) {
			a.Period = fairlead.Interval{} // the two days meant something else
		}
		if balance, day, ok := a.current(); ok {
			a.Balances.Current = &balance
			a.Balances.AsOf = day.Time()
		}
		if err := c.take(format.Item{Account: &a.Account}); err != nil {
			return err
		}
	}
	return nil
}

func (c *converter) warn(r row, column int, kind format.Kind, reason string) error {
	if err := c.flush(); err != nil {
		return err
	}
	if c.warnings++; c.warnings > format.MaxRows {
		return &format.Error{Line: r.line, Kind: format.TooLarge, Reason: "has more than 100000 rows"}
	}
	w := &format.Error{Line: r.line, Kind: kind, Reason: reason}
	if column > 0 {
		w.Column, w.Field = column, "column "+strconv.Itoa(column)
	}
	return c.take(format.Item{Warning: w})
}

// row reads one row.
func (c *converter) row(p *plan, r row) error {
	if r.wide {
		return c.warn(r, maxColumns+1, format.TooLarge, "is beyond the columns that are read")
	}
	if p.skipped(r) {
		return nil
	}
	v, bad := p.values(r)
	switch {
	case bad != nil:
		if v.day.IsZero() && v.text() == "" {
			return nil // words below the table
		}
		return c.warn(r, bad.column, format.BadValue, bad.reason)
	case v.day.IsZero():
		return c.undated(p, r, v)
	case v.amount == nil || format.BalanceRow(v.text()):
		return c.balanceRow(p, r, v)
	}
	return c.transaction(p, r, v)
}

// undated reads a row without a day: a text that goes on from the row above, a balance, a
// sum, words below the table, or a row that lacks its day.
func (c *converter) undated(p *plan, r row, v values) error {
	first := ""
	for _, cell := range r.cells {
		if cell != "" {
			first = plain(cell)
			break
		}
	}
	switch {
	case c.goesOn(p, r, v):
		return c.goOn(p, r, v)
	case v.amount == nil && v.balance == nil:
		return nil
	case format.BalanceRow(v.text()), format.BalanceRow(v.dateText), format.BalanceRow(first), isTotal(first), isTotal(v.text()):
		return nil
	case v.dateText == "":
		return c.warn(r, p.column(roleDate), format.Missing, "must be a day: the row has an amount")
	}
	return c.warn(r, p.column(roleDate), format.BadValue, "must be a day")
}

// goesOn reports whether a row only goes on with the text of the row above it.
func (c *converter) goesOn(p *plan, r row, v values) bool {
	return c.open != nil && r.line == c.openLine+1 && v.amount == nil && v.dateText == "" && v.payee == "" &&
		v.description != "" && (v.balance == nil || c.open.BalanceAfter == nil) && p.value(r, rolePart) == "" && !format.BalanceRow(v.description)
}

func (c *converter) goOn(p *plan, r row, v values) error {
	if len(c.open.Description)+len(v.description) >= format.MaxText {
		return c.warn(r, p.column(roleDescription), format.TooLarge, "is longer than 16 KiB")
	}
	c.open.Description += " " + v.description
	c.openLine = r.line
	if v.balance != nil {
		c.open.BalanceAfter = &fairlead.Money{Amount: *v.balance, Currency: c.open.Amount.Currency}
		if a := c.accounts[c.open.AccountRef]; a != nil && c.open.State == fairlead.TransactionPosted {
			a.complete(c.open)
		}
	}
	return nil
}

// balanceRow reads a row that has a day and a balance, but moves no money.
func (c *converter) balanceRow(p *plan, r row, v values) error {
	if err := c.flush(); err != nil {
		return err
	}
	balance := v.balance
	if balance == nil && v.amount != nil && format.BalanceRow(v.text()) {
		balance = v.amount
	}
	if balance == nil {
		if p.value(r, rolePart) != "" || isTotal(v.text()) {
			return nil
		}
		return c.warn(r, p.moneyColumn(), format.Missing, "must be an amount")
	}
	currency, ok := p.rowCurrency(r)
	if !ok {
		return nil
	}
	a, err := c.account(p, r, currency)
	if err != nil {
		return err
	}
	a.note(v.day, nil, &fairlead.Money{Amount: *balance, Currency: currency})
	return nil
}

func (p *plan) moneyColumn() int {
	for _, of := range []role{roleAmount, roleMoneyOut, roleMoneyIn} {
		if n := p.column(of); n > 0 {
			return n
		}
	}
	return 0
}

// rowCurrency is the currency of a row.
func (p *plan) rowCurrency(r row) (string, bool) {
	cell := p.value(r, roleCurrency)
	if cell == "" {
		return p.currency, p.currency != ""
	}
	code := currencyCode(cell)
	return code, code != ""
}

// skipped reports whether a row was declined or taken back before any money moved.
func (p *plan) skipped(r row) bool {
	if p.layout == nil || len(p.layout.Skip) == 0 {
		return false
	}
	return slices.Contains(p.layout.Skip, fold(p.value(r, roleState))) || slices.Contains(p.layout.Skip, fold(p.value(r, roleImpact)))
}

// pending reports whether a row is not booked yet: it says so, or it has a state, and a day
// of which the first column is empty.
func (p *plan) pending(r row) bool {
	if p.layout == nil || len(p.layout.Pending) == 0 {
		return false
	}
	if days := p.columns[roleDate]; len(days) > 1 && p.has(roleState) && r.cell(days[0]) == "" {
		return true
	}
	return slices.Contains(p.layout.Pending, fold(p.value(r, roleState))) ||
		slices.ContainsFunc(p.columns[roleDate], func(i int) bool {
			cell := r.cell(i)
			return cell != "" && cell[0] > '9' && slices.Contains(p.layout.Pending, fold(cell))
		})
}

// transaction hands on a row.
func (c *converter) transaction(p *plan, r row, v values) error {
	if err := c.flush(); err != nil {
		return err
	}
	currency, ok := p.rowCurrency(r)
	if !ok {
		return c.warn(r, p.column(roleCurrency), format.BadValue, "must be a currency of ISO 4217")
	}
	if i := v.tooLong(); i != "" {
		return c.warn(r, p.column(i), format.TooLarge, "is longer than 16 KiB")
	}
	if c.rows++; c.rows > format.MaxRows {
		return &format.Error{Line: r.line, Kind: format.TooLarge, Reason: "has more than 100000 rows"}
	}
	a, err := c.account(p, r, currency)
	if err != nil {
		return err
	}
	t := &fairlead.Transaction{
		AccountRef: a.Key, Ref: plain(p.value(r, roleReference)), State: fairlead.TransactionPosted,
		Amount: fairlead.Money{Amount: *v.amount, Currency: currency}, Booked: v.day, Value: v.value, Description: v.text(),
		Check: check(plain(p.value(r, roleCheck))), Category: strings.Trim(plain(p.value(r, roleCategory)), "-"),
	}
	if v.balance != nil {
		t.BalanceAfter = &fairlead.Money{Amount: *v.balance, Currency: currency}
	}
	if p.pending(r) {
		t.State = fairlead.TransactionPending
	} else {
		a.note(v.day, v.amount, t.BalanceAfter)
	}
	p.extras(r, v, t)
	c.open, c.openLine = t, r.line
	return nil
}

// check drops what banks write where there is no number.
func check(s string) string {
	if strings.Trim(s, "0 -") == "" {
		return ""
	}
	return s
}

// extras sets what few tables have.
func (p *plan) extras(r row, v values, t *fairlead.Transaction) {
	name := v.payee
	if payer := plain(p.value(r, rolePayer)); payer != "" && t.Amount.Amount.Sign() > 0 {
		name = payer
	}
	number := accountNumber(plain(p.value(r, rolePayeeAccount)))
	if name != "" || number != "" {
		t.Counterparty = &fairlead.Counterparty{Name: name}
		if isIBAN(number) {
			t.Counterparty.IBAN = number
		} else {
			t.Counterparty.Account = number
		}
	}
	if t.Description == "" {
		t.Description = name
	}
	if p.layout != nil {
		t.Kind = p.layout.Kinds[fold(p.value(r, roleType))]
	}
	if card := plain(p.value(r, roleCard)); card != "" {
		card = strings.TrimLeft(card, "-*xX .")
		t.CardMask = card[max(0, len(card)-4):]
	}
	t.Instalment = instalment(plain(p.value(r, roleInstalment)))
	if cell := p.value(r, roleForeign); cell != "" {
		code := currencyCode(p.value(r, roleForeignCurrency))
		if code == "" {
			code = signOf(cell)
		}
		if d, err := readAmount(cell, p.decimal); err == nil && code != "" && code != t.Amount.Currency {
			if t.Amount.Amount.Sign() < 0 && d.Sign() > 0 || p.inverted {
				d = d.Neg()
			}
			t.Foreign = &fairlead.Money{Amount: d, Currency: code}
		}
	}
}

// instalment reads "2/3", "2 de 3" and "2 of 3".
func instalment(s string) *fairlead.Instalment {
	s = strings.TrimPrefix(s, "Parcela ")
	number, n := digits(s)
	rest := strings.TrimLeft(s[n:], " ")
	for _, between := range []string{"/", "de ", "of "} {
		behind, ok := strings.CutPrefix(rest, between)
		if !ok {
			continue
		}
		of, m := digits(strings.TrimLeft(behind, " "))
		if n > 0 && m > 0 && m <= 3 && number >= 1 && number <= of {
			return &fairlead.Instalment{Number: number, Of: of}
		}
	}
	return nil
}
