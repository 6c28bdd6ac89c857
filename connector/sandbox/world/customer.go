package world

import (
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Bank is what the world must know of an institution to make its customers.
type Bank struct {
	Name       string // distinguishes customers of one user name at several banks
	Country    string
	Routing    string // US
	BIC        string
	COMPE      string
	ISPB       string
	Entity     string // Spanish four-digit code
	Checking   bool
	Savings    bool
	Card       bool
	Deposits   []Deposit // besides savings
	Loans      []LoanKind
	Portfolios []Portfolio // where investments lie
	Words      Words       // what it calls its accounts, where that is not the country's word
}

// Seed is what the people of one tenant's world derive from.
type Seed struct {
	Text, Tenant string
}

// Customer is a person's relation with one bank.
type Customer struct {
	Bank     Bank
	Persona  Persona
	Person   Person
	Accounts []Account

	world   *World
	country *country
	key     Key // of the person at the bank
	ledger  Key // of the books: key, and everything else they depend on
	main    [roles]int
}

// Role is the part an account plays in the household.
type Role int

const (
	Checking Role = iota
	Savings
	Card
	roles
)

// Account is one account of a customer.
type Account struct {
	Index     int
	Key       Key
	Ref       string
	Kind      fairlead.AccountKind
	Subtype   string
	Name      string
	Mask      string
	Numbers   fairlead.AccountNumbers
	Opened    Day
	Limit     int64 // of a card, or of the overdraft
	Portfolio int   // index in Bank.Portfolios plus one; 0: no investments
	Loan      int   // index in Bank.Loans plus one
	Deposit   int   // index in Bank.Deposits plus one
	Bulk      bool  // its months are made one by one
}

// Customer makes a person's relation with a bank: a user name living a persona's
// life. taxID replaces the one the person would have; it changes nothing else.
func (w *World) Customer(seed Seed, bank Bank, user string, p Persona, taxID string) *Customer {
	c := &Customer{Bank: bank, Persona: p, world: w, country: countryOf(bank.Country)}
	who := NewKey("person", seed.Text, seed.Tenant, bank.Country, user)
	c.key = NewKey("customer", seed.Text, seed.Tenant, bank.Name, user)
	c.ledger = c.key.Named(p.Name)
	c.Person = newPerson(who, c.country, p, taxID)
	c.main = [roles]int{-1, -1, -1}
	if !p.Empty {
		c.open()
	}
	return c
}

// HistoryStart is the first day of which the bank still has data: two full calendar
// years before the present one; of the heavy customer 24 full months.
func (c *Customer) HistoryStart(now time.Time) Day {
	if c.Persona.Bulk > 0 {
		return (DayOf(now).Month() - 24).First()
	}
	return MonthOf(now.UTC().Year()-2, time.January).First()
}

// Has reports whether the customer has an account of the role.
func (c *Customer) Has(r Role) bool { return c.main[r] >= 0 }

// Currency of the bank's country.
func (c *Customer) Currency() string { return c.country.currency }

// Country of the bank.
func (c *Customer) Country() string { return c.country.code }

// wage is the persona's net income a month at the prices of a year.
func (c *Customer) wage(year int) int64 { return price(c.country.wage*c.Persona.Wage/100, year) }

// MonthlyIncome is what the customer earns in a month of a year, about.
func (c *Customer) MonthlyIncome(year int) int64 { return c.wage(year) }

// open makes the accounts.
func (c *Customer) open() {
	w := c.words()
	opened := MonthOf(2009, time.January) + Month(c.key.Named("opened").RNG().Int(36))
	if c.Bank.Checking {
		c.main[Checking] = c.add(Account{Kind: fairlead.AccountDepository, Subtype: "checking", Name: w.checking, Opened: opened.Day(9), Limit: c.overdraftLimit()})
	}
	if c.Bank.Savings {
		c.main[Savings] = c.add(Account{Kind: fairlead.AccountDepository, Subtype: "savings", Name: w.savings, Opened: (opened + 2).Day(15)})
	}
	if c.Bank.Card {
		c.main[Card] = c.add(Account{Kind: fairlead.AccountCard, Subtype: "credit", Name: w.card, Opened: (opened + 5).Day(3), Limit: c.cardLimit()})
	}
	c.openDeposits(opened)
	c.openPortfolios(opened)
	c.openLoans(opened)
	for n := 2; c.Bank.Checking && len(c.Accounts) < c.Persona.Bulk; n++ {
		c.add(Account{Kind: fairlead.AccountDepository, Subtype: "checking", Name: w.checking + " " + strconv.Itoa(n), Opened: opened.Day(20), Bulk: true})
	}
}

// add numbers an account and gives it its names.
func (c *Customer) add(a Account) int {
	a.Index = len(c.Accounts)
	a.Key = c.key.Named("account").Sub(a.Index)
	d := a.Key.Named("numbers").RNG()
	a.Ref = "A" + hex16(uint64(a.Key.Named("ref")))
	number, branch := d.Digits(10), c.key.Named("branch").RNG().Digits(4)
	a.Mask = number[6:]
	switch {
	case a.Kind == fairlead.AccountCard:
		a.Numbers.PAN = "************" + a.Mask
	case c.country.code == "BR":
		a.Numbers = fairlead.AccountNumbers{Number: number[2:], CheckDigit: d.Digits(1), Branch: branch, COMPE: c.Bank.COMPE, ISPB: c.Bank.ISPB}
	case c.country.code == "ES":
		bban := c.Bank.Entity + branch + d.Digits(2) + number
		a.Numbers = fairlead.AccountNumbers{IBAN: iban("ES", bban), BIC: c.Bank.BIC, Number: number, Branch: branch}
		if a.Portfolio > 0 && c.Has(Checking) { // its own number is no IBAN: its money comes from and goes to checking
			a.Numbers.IBAN = c.Accounts[c.main[Checking]].Numbers.IBAN
		}
	case c.country.code == "GB":
		sort := c.Bank.Entity + branch[:2]
		a.Numbers = fairlead.AccountNumbers{Number: number[2:], SortCode: sort, IBAN: iban("GB", c.Bank.BIC[:4]+sort+number[2:]), BIC: c.Bank.BIC}
	default:
		a.Numbers = fairlead.AccountNumbers{Number: number, Routing: c.Bank.Routing}
	}
	c.Accounts = append(c.Accounts, a)
	return a.Index
}

// overdraftLimit is what checking may go below zero by agreement.
func (c *Customer) overdraftLimit() int64 {
	if c.Persona.Tight || c.country.code == "BR" {
		return round(c.country.wage*c.Persona.Wage/100/2, 10000) + 50000
	}
	return 0
}

func (c *Customer) cardLimit() int64 {
	return round(c.country.wage*(60+c.Persona.Wage)/100, 50000) + 50000
}

func round(n, to int64) int64 { return n / to * to }

// Month gives an account's entries that are booked in a month, in the order of
// booking, each with the balance after it.
func (c *Customer) Month(account int, m Month) []Entry {
	a := c.Accounts[account]
	if m < a.Opened.Month() {
		return nil
	}
	if a.Bulk {
		return c.bulkMonth(a, m)
	}
	all := c.world.year(c, m.Year()).entries[account]
	first, last := m.First(), m.Last()
	from := sort.Search(len(all), func(i int) bool { return all[i].Posted >= first })
	to := sort.Search(len(all), func(i int) bool { return all[i].Posted > last })
	return all[from:to:to]
}

// Opening is an account's booked balance at the first instant of a month.
func (c *Customer) Opening(account int, m Month) int64 {
	a := c.Accounts[account]
	if a.Bulk {
		return c.bulkAnchor(a, m)
	}
	y := c.world.year(c, m.Year())
	all, first := y.entries[account], m.First()
	if i := sort.Search(len(all), func(i int) bool { return all[i].Posted >= first }); i > 0 {
		return all[i-1].Balance
	}
	return y.opening[account]
}

// Balance is what an account holds at an instant: what is booked, and what
// pending movements will change.
func (c *Customer) Balance(account int, now time.Time) (booked, pending int64) {
	m := DayOf(now).Month()
	booked = c.Opening(account, m)
	for _, e := range c.Month(account, m) {
		if !e.Void && !e.Booked().After(now) {
			booked = e.Balance
		}
	}
	for _, e := range c.Pending(account, now) {
		pending += e.Cents
	}
	return booked, pending
}

// Pending gives what is made but not booked at an instant, in the order made.
func (c *Customer) Pending(account int, now time.Time) []Entry {
	today := DayOf(now)
	var out []Entry
	for _, m := range slices.Compact([]Month{today.Month(), (today + 4).Month()}) {
		for _, e := range c.Month(account, m) {
			if e.Lag > 0 && !e.Made().After(now) && e.Booked().After(now) {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return a.Made().Compare(b.Made()) })
	return out
}
