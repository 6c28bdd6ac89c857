package world

import (
	"slices"
	"strings"
	"time"
)

// flows are the movements of a household's month that hang on no balance: what
// comes in, what is bought, what is owed. They are booked in that month, and
// their keys count within it, so they never change.
type flows struct {
	c     *Customer
	m     Month
	d     *RNG
	out   [roles][]Entry
	count int
}

// flows makes the month's movements.
func (c *Customer) flows(m Month) [roles][]Entry {
	f := &flows{c: c, m: m, d: c.key.Named("flows").Sub(int(m)).RNG()}
	f.income()
	if c.Persona.Income == trade {
		f.business()
	} else {
		f.home()
	}
	f.shopping()
	f.oddities()
	f.people()
	f.instalments()
	f.american()
	return f.out
}

// put adds an entry to the account of a role, or to checking where the bank has
// no such account.
func (f *flows) put(r Role, e Entry) {
	if !f.c.Has(r) {
		r = Checking
	}
	if !f.c.Has(r) {
		return
	}
	f.count++
	e.Key = f.c.key.Named("entry").Sub(int(f.m), f.count)
	if e.Minute == 0 {
		e.Minute = 8*60 + f.d.Int(13*60)
	}
	e.Posted = min(max(e.Posted, f.m.First()), f.m.Last())
	if e.Raw == "" {
		e.Raw = strings.ToUpper(e.Text)
	}
	f.out[r] = append(f.out[r], e)
}

func (f *flows) day(n int) Day { return f.m.Day(n) }

func (f *flows) anyDay() Day { return f.m.First() + Day(f.d.Int(f.m.Days())) }

// income brings the money in.
func (f *flows) income() {
	y := f.m.Year()
	wage := f.c.wage(y)
	switch f.c.Persona.Income {
	case wages:
		f.salary(wage, f.c.Person.Employer)
		if f.c.Persona.Lets {
			from := f.c.country.landlords[1]
			f.put(Checking, Entry{
				Posted: f.day(5), Minute: 560, Cents: round(wage/5, 500), Kind: f.c.country.texts.transferKind, Category: "income",
				Text: f.c.country.texts.rent + " " + from.Name, Party: from, Paper: PaperRent,
			})
		}
	case retired:
		f.pension(wage)
	case jobs:
		f.invoices(2+f.d.Int(3), wage, PaperService)
	case trade:
		f.invoices(7+f.d.Int(6), wage, PaperService)
	case allowance:
		f.salary(wage/2, f.c.Person.Employer)
		f.put(Checking, Entry{
			Posted: f.day(2), Minute: 540, Cents: wage / 2, Kind: f.c.country.texts.friendKind, Category: "income",
			Text: f.c.country.texts.fromFriend + " " + f.c.Person.Second, Party: Party{Name: f.c.Person.Second, TaxID: f.c.shownTaxID(f.c.Person.SecondID)},
		})
	}
}

func (f *flows) salary(month int64, from Party) {
	w := f.c.country.texts
	e := Entry{Minute: 7*60 + 5, Kind: "salary", Category: "income", Text: w.salary + " " + from.Name, Party: from, Paper: PaperSalary}
	pay := func(day Day, cents int64, text string) {
		e := e
		e.Posted, e.Cents = day, cents
		if text != "" {
			e.Text = text + " " + from.Name
		}
		f.put(Checking, e)
	}
	switch f.c.country.code {
	case "BR":
		pay(f.m.fifthBusinessDay(), month, "")
		if f.m.Month() == time.November {
			pay(f.day(28), month/2, w.extraPay)
		}
		if f.m.Month() == time.December {
			pay(f.day(18), month/2, w.extraPay)
		}
	case "ES":
		pay(f.day(27), month*12/14, "")
		if f.m.Month() == time.June || f.m.Month() == time.December {
			pay(f.day(21), month*12/14, w.extraPay)
		}
	default:
		for d := f.m.First(); d <= f.m.Last(); d++ {
			if d.Weekday() == time.Friday && int(d)/7%2 == 0 {
				pay(d, month*12/26, "")
			}
		}
	}
}

func (f *flows) pension(month int64) {
	w := f.c.country.texts
	f.put(Checking, Entry{Posted: f.day(11), Minute: 420, Cents: month * 6 / 10, Kind: "salary", Category: "income", Text: w.pension})
	f.put(Checking, Entry{
		Posted: f.day(15), Minute: 430, Cents: month * 4 / 10, Kind: w.transferKind, Category: "income",
		Text: w.salary + " " + f.c.Person.Employer.Name + " RETIREMENT PLAN", Party: f.c.Person.Employer, Paper: PaperDistribution,
	})
}

// invoices are paid by clients: n of them, together about a month's wage.
func (f *flows) invoices(n int, month int64, paper Paper) {
	w := f.c.country.texts
	for i := range n {
		client := Pick(f.d, f.c.country.clients)
		part := month / int64(n)
		f.put(Checking, Entry{
			Posted: f.anyDay().business(), Cents: part*7/10 + f.d.Between(0, part*6/10), Kind: w.transferKind, Category: "income",
			Text: w.invoice + " " + string(rune('A'+i)) + f.d.Digits(4) + " " + client.Name, Party: client, Paper: paper,
		})
	}
}

// home is rent and the household's bills.
func (f *flows) home() {
	c, y := f.c.country, f.m.Year()
	own := f.c.key.Named("home").RNG()
	landlord := Pick(own, c.landlords)
	part := f.c.Persona.Spending
	rented := f.day(1 + own.Int(3))
	if !f.c.owns() {
		f.put(Checking, Entry{
			Posted: rented, Minute: 9 * 60, Cents: -round(price(c.rent*part/100, y), 500), Kind: c.texts.rentKind, Category: "rent",
			Text: c.texts.rent + " " + landlord.Name, Party: landlord,
		})
	}
	for i, b := range c.bills {
		if f.c.Persona.Tight && i > 2 {
			break
		}
		day := f.day(4 + own.Int(22))
		cents := price(b.lo+f.d.Between(0, b.hi-b.lo), y)
		f.put(Checking, Entry{
			Posted: day, Minute: 10*60 + i, Cents: -cents, Kind: c.texts.billKind, Category: b.category, Text: b.name, Raw: b.raw,
			Party: Party{Name: b.name, Company: true},
		})
	}
	for i, s := range c.subs {
		if own.Chance(70) || i == 0 {
			f.put(Card, Entry{
				Posted: f.day(3 + own.Int(24)), Lag: 1, Minute: 5*60 + i, Cents: -price(s.lo, y), Kind: "card", Category: s.category, MCC: s.mcc,
				Text: s.name, Raw: s.raw, Party: Party{Name: s.name, Company: true},
			})
		}
	}
}

// owns reports whether the home is mortgaged at this bank rather than rented.
func (c *Customer) owns() bool {
	return slices.ContainsFunc(c.Bank.Loans, func(k LoanKind) bool { return k.Kind == "mortgage" && c.holds(k) })
}

// business is what a company pays besides its purchases.
func (f *flows) business() {
	c, wage := f.c.country, f.c.wage(f.m.Year())
	w := c.texts
	f.put(Checking, Entry{Posted: f.day(26).business(), Minute: 570, Cents: -wage * 38 / 100, Kind: w.transferKind, Category: "payroll", Text: w.payroll})
	f.put(Checking, Entry{Posted: f.day(19).business(), Minute: 575, Cents: -wage * 11 / 100, Kind: "payment", Category: "taxes", Text: w.tax})
	f.put(Checking, Entry{
		Posted: f.day(2), Minute: 540, Cents: -wage * 6 / 100, Kind: w.rentKind, Category: "rent",
		Text: w.rent + " " + c.landlords[0].Name, Party: c.landlords[0],
	})
	for range 4 + f.d.Int(5) {
		s := Pick(f.d, c.suppliers)
		f.put(Checking, Entry{
			Posted: f.anyDay().business(), Cents: -wage*2/100 - f.d.Between(0, wage*5/100), Kind: w.transferKind, Category: "suppliers",
			Text: w.supplier + " " + s.Name, Party: s,
		})
	}
}

// shopping is the everyday: most of it by card, the rest straight from checking.
func (f *flows) shopping() {
	n := 24 + int(f.c.Persona.Spending)/10 + f.d.Int(10)
	for range n {
		s := f.shop()
		cents := price(s.lo+min(f.d.Between(0, s.hi-s.lo), f.d.Between(0, s.hi-s.lo)), f.m.Year()) * (50 + f.c.Persona.Spending/2) / 100
		role := Card
		if f.d.Chance(35) {
			role = Checking
		}
		f.put(role, purchase(f.anyDay(), 1+f.d.Int(3), s, cents))
	}
	for range 1 + f.d.Int(2) {
		f.put(Checking, Entry{Posted: f.anyDay(), Cents: -2000 * f.d.Between(1, 6), Kind: "cash", Category: "cash", Text: f.c.country.texts.atm})
	}
}

func purchase(day Day, lag int, s shop, cents int64) Entry {
	return Entry{
		Posted: day, Lag: lag, Cents: -cents, Kind: "card", Category: s.category, MCC: s.mcc, Text: s.name, Raw: s.raw,
		Party: Party{Name: s.name, Company: true},
	}
}

// shop picks one by weight.
func (f *flows) shop() shop {
	total := 0
	for _, s := range f.c.country.shops {
		total += s.weight
	}
	n := f.d.Int(total)
	for _, s := range f.c.country.shops {
		if n -= s.weight; n < 0 {
			return s
		}
	}
	return f.c.country.shops[0]
}

// oddities are what importers stumble over: twins, refunds, reversals, foreign
// currency, and holds that never become bookings.
func (f *flows) oddities() {
	c, w := f.c.country, f.c.country.texts
	coffee := c.shops[2]
	twin := purchase(f.day(9+f.d.Int(8)), 1, coffee, price(coffee.lo, f.m.Year()))
	twin.Minute = 8*60 + 20
	f.put(Checking, twin)
	f.put(Checking, twin)

	bought := purchase(f.day(4+f.d.Int(6)), 2, c.shops[8], 2000+f.d.Between(0, 7000))
	f.put(Card, bought)
	back := bought
	back.Posted, back.Lag, back.Cents, back.Kind, back.Text, back.Raw = bought.Posted+9, 0, -bought.Cents, "refund", w.refund+" "+bought.Text, ""
	f.put(Card, back)

	if f.d.Chance(40) {
		twice := purchase(f.day(12+f.d.Int(8)), 1, c.shops[0], 3000+f.d.Between(0, 4000))
		f.put(Checking, twice)
		f.put(Checking, twice)
		undone := twice
		undone.Posted, undone.Lag, undone.Minute, undone.Cents, undone.Kind, undone.Text, undone.Raw = twice.Posted+2, 0, 600, -twice.Cents, "refund", w.reversal+" "+twice.Text, ""
		f.put(Checking, undone)
	}
	if f.d.Chance(60) {
		s := Pick(f.d, c.abroad)
		there := f.d.Between(s.lo, s.hi)
		e := purchase(f.anyDay(), 3, s.shop, there*s.micros/1e6)
		e.Foreign = &Foreign{Cents: -there, Currency: s.currency, Micros: s.micros}
		f.put(Card, e)
	}
	deposit := purchase(f.day(6+f.d.Int(18)), 3, c.shops[5], 10000)
	deposit.Void = true
	f.put(Card, deposit)
}

// shownTaxID is a person's tax id where banks show it to the other side: in Brazil.
func (c *Customer) shownTaxID(taxID string) string {
	if c.country.code != "BR" {
		return ""
	}
	return taxID
}

// people are transfers to and from friends.
func (f *flows) people() {
	c := f.c.country
	for range f.d.Int(c.friends + 1) {
		friend := Pick(f.d, c.given) + " " + Pick(f.d, c.family)
		cents := 100 * f.d.Between(10, 120)
		e := Entry{Posted: f.anyDay(), Kind: c.texts.friendKind, Category: "transfer", Party: Party{Name: friend, TaxID: f.c.shownTaxID(personTaxID(c.code, f.d))}}
		if f.d.Chance(30) {
			e.Cents, e.Text = cents, c.texts.fromFriend+" "+friend
		} else {
			e.Cents, e.Text = -cents, c.texts.toFriend+" "+friend
		}
		f.put(Checking, e)
	}
}

// instalments are the parts of purchases paid in several, where the country has
// that habit: one such purchase a month, each on as many bills as it has parts.
func (f *flows) instalments() {
	if f.c.country.code != "BR" || !f.c.Has(Card) {
		return
	}
	for back := range 12 {
		d := f.c.key.Named("instalments").Sub(int(f.m) - back).RNG()
		of := Pick(d, []int{2, 3, 3, 6, 10, 12})
		s := f.c.country.shops[8+d.Int(3)]
		part := (3000 + d.Between(0, 14000)) * (50 + f.c.Persona.Spending/2) / 100
		if back >= of {
			continue
		}
		e := purchase(f.day(2+d.Int(17)), 1, s, part)
		e.Number, e.Of = back+1, of
		if back > 0 {
			e.Lag = 0
		}
		f.put(Card, e)
	}
}
