package table

import (
	"cmp"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// account is one account of a file while its rows are read.
type account struct {
	format.Account
	earliest, latest fairlead.Date
	chain            chain
	older, newer     int   // rows whose day is before, after that of the row above
	first, last      point // of what is booked
	begun            bool
	day              fairlead.Date   // of the row above
	above            *fairlead.Money // a balance that stands above the header
	aboveDay         fairlead.Date
}

// point is a row as far as balances go.
type point struct {
	day     fairlead.Date
	balance *fairlead.Money // after it
}

// account finds or begins the account of a row.
func (c *converter) account(p *plan, r row, currency string) (*account, error) {
	number := accountNumber(plain(p.value(r, roleAccount)))
	if number == "" {
		number = p.number
	}
	product := plain(p.value(r, roleProduct))
	key := number + "|" + product + "|" + currency
	if c.several && number == "" {
		key += "|" + p.grid.name
	}
	if a := c.accounts[key]; a != nil {
		return a, nil
	}
	if len(c.order) >= format.MaxAccounts {
		return nil, (&format.Error{Line: r.line, Kind: format.TooLarge, Reason: "has more than 500 accounts"}).OfShape()
	}
	a := newAccount(p, number, product, currency)
	if c.several && number == "" && a.Names.Type == "" {
		a.Names.Type = strings.ToUpper(p.grid.name)
		a.Name = strings.TrimSpace(a.Name + " " + p.grid.name)
	}
	a.Key = key
	if p.balance != nil && !c.several {
		a.above, a.aboveDay = &fairlead.Money{Amount: *p.balance, Currency: currency}, p.balanceDay
	}
	c.accounts[key] = a
	c.order = append(c.order, a)
	return a, nil
}

func newAccount(p *plan, number, product, currency string) *account {
	a := &account{}
	l := p.layout
	if l == nil {
		l = &layout{}
		if p.inverted || p.owed {
			l.Kind, l.Scheme = string(fairlead.AccountCard), "card"
		}
	}
	a.Kind = fairlead.AccountKind(cmp.Or(l.Kind, string(fairlead.AccountDepository)))
	a.Subtype = l.Subtype
	a.Bank = format.Bank{Name: l.Bank, ID: l.BankID}
	a.Layout = p.name
	a.Currency = currency
	a.Period = p.period
	a.Name = strings.TrimSpace(l.Bank + " " + product)
	if a.Name == "" {
		a.Name = p.grid.name
	}
	a.Names = format.Names{Scheme: cmp.Or(l.Scheme, "bank"), Bank: l.BankID, Branch: p.branch, Number: number, Type: strings.ToUpper(product), Currency: currency}
	if digits := strings.Trim(number, "*X. -"); digits != "" {
		a.Mask = digits[max(0, len(digits)-4):]
	}
	switch {
	case isIBAN(number):
		a.Numbers.IBAN = number
	case a.Kind == fairlead.AccountCard:
		a.Numbers.PAN = number
	default:
		a.Numbers.Number, a.Numbers.Branch = number, p.branch
	}
	return a
}

// note counts a row's place in time, and its balance.
func (a *account) note(day fairlead.Date, amount *fairlead.Decimal, balance *fairlead.Money) {
	pt := point{day: day, balance: balance}
	if !a.begun {
		a.first = pt
	} else {
		switch day.Compare(a.day) {
		case 1:
			a.newer++
		case -1:
			a.older++
		}
	}
	if amount != nil && (a.earliest.IsZero() || day.Before(a.earliest)) {
		a.earliest = day
	}
	if amount != nil && day.After(a.latest) {
		a.latest = day
	}
	a.begun, a.day, a.last = true, day, pt
	if amount != nil && balance != nil {
		a.chain.add(*amount, balance.Amount)
	}
}

// complete sets the balance of the newest row, which a row below it said.
func (a *account) complete(t *fairlead.Transaction) {
	if a.last.balance == nil && a.last.day == t.Booked {
		if a.first == a.last {
			a.first.balance = t.BalanceAfter
		}
		a.last.balance = t.BalanceAfter
		a.chain.add(t.Amount.Amount, t.BalanceAfter.Amount)
	}
}

// current is the balance after the newest row, if the rows show which that is.
func (a *account) current() (fairlead.Money, fairlead.Date, bool) {
	if a.above != nil {
		return *a.above, a.aboveDay, true
	}
	newest := a.last
	switch {
	case a.older > 0 && a.newer == 0, a.older == 0 && a.newer == 0 && a.chain.down > a.chain.up:
		newest = a.first
	case a.newer > 0 && a.older == 0, a.older == 0 && a.newer == 0 && (a.chain.up > a.chain.down || a.chain.links == 0 && a.first == a.last):
	case a.chain.down > a.chain.up && a.older > a.newer:
		newest = a.first
	case a.chain.up > a.chain.down && a.newer > a.older:
	default:
		return fairlead.Money{}, fairlead.Date{}, false
	}
	if newest.balance == nil {
		return fairlead.Money{}, fairlead.Date{}, false
	}
	return *newest.balance, newest.day, true
}
