package world

import (
	"slices"
	"strings"
)

// settlements are what the investment accounts of the same bank move in checking in a
// month. An account that has money of its own moves only what is sent to it or comes
// from it; the others are paid from checking and pay into it. What moves between
// pension plans touches no account.
func (c *Customer) settlements(y *Year, m Month) []Entry {
	var out []Entry
	for _, a := range c.Accounts {
		if a.Portfolio == 0 {
			continue
		}
		funded := c.Bank.Portfolios[a.Portfolio-1].Cash
		for _, t := range y.custody[a.Index].Trades {
			moved := t.Security != nil && t.Security.Pension && t.End
			if t.Day.Month() == m && t.Cents != 0 && !moved && funded == (t.Kind == "transfer") {
				out = append(out, c.settlement(a, t))
			}
		}
	}
	return out
}

// invests reports whether checking pays for securities.
func (c *Customer) invests() bool {
	return slices.ContainsFunc(c.Bank.Portfolios, func(p Portfolio) bool { return !p.Cash })
}

// settlement is the end of a trade that lies in checking. Each end names the other.
func (c *Customer) settlement(a Account, t Trade) Entry {
	e := Entry{Key: t.Key.Named("settled"), Posted: t.Day, Minute: t.Minute, Cents: t.Cents, Text: t.Text, Party: c.own(a.Index)}
	switch {
	case t.Kind == "transfer" && t.Cents > 0:
		e.Kind, e.Category, e.Cents, e.Text = "transfer", "transfer", -t.Cents, c.country.texts.toOwn+" "+a.Name
	case t.Kind == "transfer":
		e.Kind, e.Category, e.Cents, e.Text = "transfer", "transfer", -t.Cents, c.country.texts.fromOwn+" "+a.Name
	case t.Kind == "dividend" || t.Kind == "interest":
		e.Kind, e.Category = "other", CategoryYield
	default:
		e.Kind, e.Category = "other", CategoryInvestment
	}
	e.Raw = strings.ToUpper(e.Text)
	return e
}

// The categories of what investments move in checking: what is bought or sold, and
// what they pay.
const (
	CategoryInvestment = "investments"
	CategoryYield      = "dividends"
)

// counterpart names checking to an investment account that is funded from it.
func (c *Customer) counterpart() string {
	if !c.Has(Checking) {
		return ""
	}
	a := c.Accounts[c.main[Checking]]
	number := a.Numbers.IBAN
	if number == "" {
		number = a.Numbers.Number
	}
	return ": " + a.Name + " " + number
}
