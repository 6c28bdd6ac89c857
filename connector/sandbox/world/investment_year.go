package world

import (
	"slices"
	"time"
)

// Custody is an investment account's year: every movement in the order it
// happened, and the money the account had at its beginning and end.
type Custody struct {
	Trades  []Trade
	Opening int64
}

// cashAnchor is the money an investment account has at the start of a year.
func (c *Customer) cashAnchor(a Account, year int) int64 {
	if !c.Bank.Portfolios[a.Portfolio-1].Cash {
		return 0
	}
	return 20000 + a.Key.Named("cash").Sub(year).RNG().Between(0, c.wage(year)/2)
}

// Custody makes a year of an investment account.
func (c *Customer) Custody(account, year int) Custody {
	return c.world.year(c, year).custody[account]
}

func (c *Customer) makeCustody(a Account, year int) Custody {
	var trades []Trade
	first, last := MonthOf(year, time.January).First(), MonthOf(year, time.December).Last()
	for _, i := range c.securities(a) {
		for _, t := range c.history(a, i, last).trades {
			if t.Day >= first {
				trades = append(trades, t)
			}
		}
	}
	slices.SortFunc(trades, byDay)
	out := Custody{Opening: c.cashAnchor(a, year)}
	if !c.Bank.Portfolios[a.Portfolio-1].Cash {
		out.Trades = trades
		return out
	}
	out.Trades = c.fund(a, year, trades, out.Opening)
	return out
}

// fund adds the money movements: deposits before purchases that the account
// cannot pay, interest on what lies there, a fee, and at the year's end the
// transfer that meets the next year's opening.
func (c *Customer) fund(a Account, year int, trades []Trade, cash int64) []Trade {
	var out []Trade
	add := func(t Trade) {
		cash += t.Cents
		out = append(out, t)
	}
	n := 0
	key := a.Key.Named("money").Sub(year)
	money := func(kind, label string, day Day, minute int, cents int64) Trade {
		n++
		text := tradeText(c.country.code, label)
		if kind == "transfer" {
			text += c.counterpart()
		}
		return Trade{Key: key.Sub(n), Day: day, Minute: minute, Kind: kind, Cents: cents, Text: text}
	}
	own, trustees := c.contribution(a, year), c.Bank.Portfolios[a.Portfolio-1].Deferred && c.country.code == "US"
	deposit, withdrawal := "deposit", "withdrawal"
	if trustees {
		deposit, withdrawal = "from trustee", "to trustee"
	}
	next := 0
	for m := MonthOf(year, time.January); m <= MonthOf(year, time.December); m++ {
		interest := max(cash, 0) * c.country.savingsRate / 2 / 120000
		if own > 0 {
			add(money("contribution", "own contribution", m.First(), 9*60, own))
		}
		for ; next < len(trades) && trades[next].Day <= m.Last(); next++ {
			t := trades[next]
			if short := -(cash + t.Cents); short > 0 {
				add(money("transfer", deposit, t.Day, t.Minute-5, (short/10000+1)*10000))
			}
			add(t)
		}
		if m.Month() == time.June {
			add(money("fee", "fee", m.Last(), 20*60, -min(cash, 1500)))
		}
		if m.Month() == time.December {
			if over := cash + interest - c.cashAnchor(a, year+1); over > 0 {
				add(money("transfer", withdrawal, m.Last(), 21*60, -over))
			} else if over < 0 {
				add(money("transfer", deposit, m.Last(), 21*60, -over))
			}
		}
		if interest > 0 {
			add(money("interest", "interest", m.Last(), 22*60, interest))
		}
	}
	return out
}

// Cash is the money an investment account has at an instant.
func (c *Customer) Cash(account int, now time.Time) int64 {
	if !c.Bank.Portfolios[c.Accounts[account].Portfolio-1].Cash {
		return 0
	}
	y := c.Custody(account, DayOf(now).Month().Year())
	cash := y.Opening
	for _, t := range y.Trades {
		if !t.At().After(now) {
			cash += t.Cents
		}
	}
	return cash
}
