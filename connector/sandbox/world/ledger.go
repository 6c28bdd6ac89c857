package world

import "time"

// Year is a customer's calendar year: every account's entries in the order of
// booking. It is never changed once made.
type Year struct {
	opening []int64
	entries [][]Entry
	custody map[int]Custody // of investment accounts
	bills   map[Month]Bill
	first   Month
}

// Bill is one cycle of a card: what was bought from the day after the last
// closing to this one.
type Bill struct {
	Month  Month // it closes in
	Closes Day
	Due    Day
	Total  int64 // owed: positive
}

const (
	BillCloses = 20 // day of the month
	billDue    = 12 // day of the next
)

// bill sums up the cycle that closes in a month, from the flows of it and the
// month before.
func newBill(m Month, before, during []Entry) Bill {
	b := Bill{Month: m, Closes: m.Day(BillCloses), Due: (m + 1).Day(billDue)}
	last := (m - 1).Day(BillCloses)
	for _, list := range [][]Entry{before, during} {
		for _, e := range list {
			if !e.Void && e.Posted > last && e.Posted <= b.Closes {
				b.Total -= e.Cents
			}
		}
	}
	b.Total = max(b.Total, 0)
	return b
}

// billOf is the cycle a booking day falls into.
func billOf(d Day) Month {
	m := d.Month()
	if d > m.Day(BillCloses) {
		return m + 1
	}
	return m
}

// simulate makes a year: the flows of its months, what follows from them (bills
// paid, interest, loans, transfers between the household's own accounts), and at
// its end the transfers that meet the next year's opening.
func (c *Customer) simulate(year int) *Year {
	y := &Year{
		opening: make([]int64, len(c.Accounts)), entries: make([][]Entry, len(c.Accounts)), bills: map[Month]Bill{},
		custody: map[int]Custody{}, first: Month(year * 12),
	}
	if c.Persona.Empty {
		return y
	}
	for _, a := range c.Accounts {
		if a.Portfolio > 0 {
			y.custody[a.Index] = c.makeCustody(a, year)
		}
	}
	c.settleDeposits(y)
	var free [15][roles][]Entry // from November of the year before
	for i := range free {
		free[i] = c.flows(y.first - 2 + Month(i))
	}
	if c.Has(Card) {
		c.settleCard(y, free[:])
	}
	if c.Has(Checking) {
		c.settleCash(y, free[:])
	}
	return y
}

// settleCard makes the card's year: purchases, and each bill paid in full on the
// day it is due.
func (c *Customer) settleCard(y *Year, free [][roles][]Entry) {
	for i := 1; i < len(free); i++ {
		m := y.first - 2 + Month(i)
		y.bills[m] = newBill(m, free[i-1][Card], free[i][Card])
	}
	card := c.main[Card]
	opening := -y.bills[y.first-1].Total
	for _, e := range free[1][Card] {
		if !e.Void && billOf(e.Posted) == y.first {
			opening += e.Cents
		}
	}
	y.opening[card] = opening
	var all []Entry
	for i := 2; i < 14; i++ {
		for _, e := range free[i][Card] {
			e.Bill = billOf(e.Posted)
			all = append(all, e)
		}
		if b := y.bills[y.first-3+Month(i)]; b.Total > 0 {
			all = append(all, Entry{
				Key: c.key.Named("card payment").Sub(int(b.Month)), Posted: b.Due, Minute: 10 * 60, Cents: b.Total, Kind: "payment",
				Category: "card payment", Text: c.country.texts.cardThanks, Raw: c.country.texts.cardThanks, Bill: billOf(b.Due),
			})
		}
	}
	order(all)
	run(all, opening)
	y.entries[card] = all
}

// settleCash makes the years of checking and savings, which lean on each other.
func (c *Customer) settleCash(y *Year, free [][roles][]Entry) {
	cash := &cash{c: c, y: y, checking: c.checkingAnchor(y.first), savings: c.savingsAnchor(y.first)}
	y.opening[c.main[Checking]] = cash.checking
	if c.Has(Savings) {
		y.opening[c.main[Savings]] = cash.savings
	}
	for i := 2; i < 14; i++ {
		m := y.first - 2 + Month(i)
		entries := append([]Entry(nil), free[i][Checking]...)
		if c.Has(Card) {
			if b := y.bills[m-1]; b.Total > 0 {
				entries = append(entries, Entry{
					Key: c.key.Named("autopay").Sub(int(m)), Posted: b.Due, Minute: 10 * 60, Cents: -b.Total, Kind: "payment",
					Category: "card payment", Text: c.country.texts.cardPayment, Raw: c.country.texts.cardPayment,
				})
			}
		}
		entries = append(entries, c.loanPayments(m)...)
		entries = append(entries, c.settlements(y, m)...)
		cash.month(m, entries)
	}
	y.entries[c.main[Checking]] = cash.out[0]
	if c.Has(Savings) {
		y.entries[c.main[Savings]] = cash.out[1]
	}
}

// checkingAnchor and savingsAnchor are the balances at the start of a year, in
// closed form.
func (c *Customer) checkingAnchor(m Month) int64 {
	wage := c.wage(m.Year())
	if c.Persona.Tight {
		return wage/10 + c.key.Named("checking").Sub(int(m)).RNG().Between(0, wage/10)
	}
	return wage*6/10 + c.key.Named("checking").Sub(int(m)).RNG().Between(0, wage/4)
}

func (c *Customer) savingsAnchor(m Month) int64 {
	if !c.Has(Savings) {
		return 0
	}
	wage := c.wage(m.Year())
	years := int64(min(max(m.Year()-2018, 0), 40))
	return wage*c.Persona.Savings + wage*c.Persona.Growth/100*years + c.key.Named("savings").Sub(int(m)).RNG().Between(0, wage/2)
}

// BillOf is the cycle of a card that a booking day falls into.
func BillOf(d Day) Month { return billOf(d) }

// Bill is the cycle that closes in a month, as it stands at an instant: an open
// one holds what is booked so far.
func (c *Customer) Bill(m Month, now time.Time) Bill {
	b := c.world.year(c, m.Year()).bills[m]
	if DayOf(now) > b.Closes {
		return b
	}
	b.Total = 0
	last := (m - 1).Day(BillCloses)
	for _, month := range []Month{m - 1, m} {
		for _, e := range c.Month(c.main[Card], month) {
			if !e.Void && e.Posted > last && e.Posted <= b.Closes && !e.Booked().After(now) && e.Kind != "payment" {
				b.Total -= e.Cents
			}
		}
	}
	b.Total = max(b.Total, 0)
	return b
}
