package world

import (
	"cmp"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Portfolio is an investment account and what can be in it.
type Portfolio struct {
	Kind       fairlead.AccountKind
	Subtype    string
	Name       string
	Portion    int64 // of what the persona has invested, per cent
	Cash       bool  // has cash of its own
	Deferred   bool  // taxed only when it is paid out
	Securities []Security
}

// Trade is one movement in an investment account.
type Trade struct {
	Key      Key
	Day      Day
	Minute   int
	Kind     string // as fairlead.InvestmentTransaction.Kind
	Security *Security
	Quantity int64 // ten-thousandths; what comes in is positive
	Price    int64 // ten-thousandths
	Cents    int64 // of money; what comes in is positive
	Fees     int64
	Withheld int64 // tax on income, taken at the source
	Levy     int64 // Brazil's tax on financial operations, likewise
	Text     string
	End      bool   // a maturity, or a move between pension plans
	Sold     []Sale // of a sale: the lots that went
}

// At is the instant of the trade.
func (t Trade) At() time.Time { return t.Day.At(t.Minute) }

// Ref is the institution's id of the trade.
func (t Trade) Ref() string { return "I" + hex16(uint64(t.Key)) }

// Lot is a quantity bought at once.
type Lot struct {
	Day      Day
	Quantity int64
	Cost     int64 // cents
	Issued   Day   // of a fixed one
}

// Sale is what became of a lot, or a part of it.
type Sale struct {
	Bought   Day
	Quantity int64
	Cost     int64
	Proceeds int64
}

// Position is what is held of a security.
type Position struct {
	Security *Security
	Ref      string
	Quantity int64
	Price    int64
	Priced   Day
	Value    int64
	Cost     int64
	First    Day
	Lots     []Lot
	Matures  Day
}

// openPortfolios makes the investment accounts; the very rich customers of a broker
// have very many.
func (c *Customer) openPortfolios(opened Month) {
	for i, s := range c.Bank.Portfolios {
		c.add(Account{Kind: s.Kind, Subtype: s.Subtype, Name: s.Name, Opened: (opened + 3).Day(10), Portfolio: i + 1})
	}
	for !c.Bank.Checking && len(c.Bank.Portfolios) > 0 && len(c.Accounts) < c.Persona.Bulk {
		i := len(c.Accounts) % len(c.Bank.Portfolios)
		c.add(Account{
			Kind: c.Bank.Portfolios[i].Kind, Subtype: c.Bank.Portfolios[i].Subtype, Name: c.Bank.Portfolios[i].Name,
			Opened: (opened + 3).Day(10), Portfolio: i + 1,
		})
	}
}

// securities is which securities of its portfolio an account has: a few for most, all for investors.
func (c *Customer) securities(a Account) []int {
	n := len(c.Bank.Portfolios[a.Portfolio-1].Securities)
	want := min(n, 4)
	if c.Persona.Holdings >= 30 {
		want = n
	}
	first := a.Key.Named("held").RNG().Int(n)
	out := make([]int, 0, want)
	for i := range want {
		out = append(out, (first+i)%n)
	}
	slices.Sort(out)
	return out
}

// cycleYears is how long a security is held: in January of every third year it is
// sold (or falls due) and in February bought anew, so that no history is needed
// before that. Securities do so in different years.
const cycleYears = 3

func cycleStart(year, offset int) int { return year - (year+offset)%cycleYears }

// replay is one security's history in an account, from the beginning of the
// cycle before the present one.
type replay struct {
	c      *Customer
	a      Account
	s      *Security
	key    Key
	target int64 // cents bought at the beginning of a cycle
	until  Day
	lots   []Lot
	trades []Trade
}

// historyKey is what a security's history follows from.
type historyKey struct {
	books          Key
	account, index int
	until          Day
}

// history is that of a security to the end of a day; it is not to be changed.
func (c *Customer) history(a Account, index int, until Day) *replay {
	return c.world.histories.get(historyKey{c.ledger, a.Index, index, until}, func() *replay { return c.replay(a, index, until) })
}

func (c *Customer) replay(a Account, index int, until Day) *replay {
	portfolio := &c.Bank.Portfolios[a.Portfolio-1]
	count := int64(len(c.securities(a)))
	r := &replay{c: c, a: a, s: &portfolio.Securities[index], key: a.Key.Named("trades").Sub(index), until: until}
	start := cycleStart(until.Month().Year(), index+a.Index) - cycleYears
	for y := start; y <= until.Month().Year(); y++ {
		r.target = c.wage(y) * c.Persona.Holdings * portfolio.Portion / 100 / count / 2
		r.target += r.key.Named("target").Sub(y).RNG().Between(0, r.target/2)
		r.year(y, (y-start)%cycleYears == 0, y == start)
	}
	slices.SortFunc(r.trades, byDay)
	return r
}

func byDay(a, b Trade) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Minute, b.Minute), cmp.Compare(a.Key, b.Key))
}

// year goes through the months of one year.
func (r *replay) year(y int, begins, first bool) {
	d := r.key.Named("year").Sub(y).RNG()
	end := MonthOf(y, time.January).Day(14 + d.Int(9)).business()
	if r.s.Fixed {
		end = maturity(y)
	}
	if begins && !first {
		r.sell(end, r.quantity(), true)
	}
	for m := MonthOf(y, time.January); m <= MonthOf(y, time.December); m++ {
		day := m.Day(4 + d.Int(6)).business()
		switch {
		case begins && m.Month() == time.February:
			r.buy(m.Day(6+d.Int(12)).business(), r.target, true)
		case r.s.Fixed || (begins && m.Month() < time.February):
		case d.Chance(45):
			r.buy(day, r.target/int64(20+d.Int(20)), false)
		}
		if m.Month() == time.October && !begins && !r.s.Fixed && !r.s.Pension && d.Chance(70) {
			q := r.quantity() / 5
			if r.s.Whole {
				q = q / unit * unit
			}
			r.sell(m.Day(12+d.Int(10)).business(), q, false)
		}
		if r.s.Yield > 0 && m%3 == 2 {
			r.dividend(m.Day(15).business(), m)
		}
	}
}

// maturity is when what falls due in a year does.
func maturity(year int) Day { return MonthOf(year, time.January).Day(20).business() }

func (r *replay) quantity() int64 {
	var q int64
	for _, l := range r.lots {
		q += l.Quantity
	}
	return q
}

// issued is when the fixed security that is held now began.
func (r *replay) issued() Day {
	if len(r.lots) > 0 {
		return r.lots[0].Issued
	}
	return r.until
}

func (r *replay) buy(day Day, cents int64, begins bool) {
	price := r.s.quote(day, day)
	quantity := cents * 100 * unit / price
	if r.s.Whole {
		quantity = max(quantity/unit, 1) * unit
	}
	if day > r.until || quantity == 0 {
		return
	}
	cost := worth(quantity, price)
	r.lots = append(r.lots, Lot{Day: day, Quantity: quantity, Cost: cost, Issued: day})
	t := Trade{
		Key: r.key.Named("buy").Sub(int(day)), Day: day, Minute: 15*60 + 5, Kind: "buy", Security: r.s, Quantity: quantity, Price: price,
		Cents: -cost, Text: r.text("buy"),
	}
	if r.s.Pension {
		t.Kind, t.Text = "contribution", r.text("contribution")
		t.End = begins
	}
	r.trades = append(r.trades, t)
}

// sell lets the oldest lots go first.
func (r *replay) sell(day Day, quantity int64, end bool) {
	if day > r.until || quantity == 0 {
		return
	}
	price := r.s.quote(day, r.issued())
	t := Trade{
		Key: r.key.Named("sell").Sub(int(day)), Day: day, Minute: 15*60 + 10, Kind: "sell", Security: r.s, Quantity: -quantity,
		Price: price, Text: r.text("sell"), End: end && (r.s.Fixed || r.s.Pension),
	}
	if end && r.s.Fixed {
		t.Text = r.text("maturity")
	}
	for left := quantity; left > 0; {
		l := &r.lots[0]
		q := min(left, l.Quantity)
		cost := l.Cost
		if q < l.Quantity {
			cost = share(l.Cost, q, l.Quantity)
		}
		proceeds := worth(q, price)
		t.Sold = append(t.Sold, Sale{Bought: l.Day, Quantity: q, Cost: cost, Proceeds: proceeds})
		switch r.c.country.code {
		case "BR":
			taken := r.s.levied(proceeds-cost, day-l.Day)
			t.Withheld, t.Levy = t.Withheld+taken.Income, t.Levy+taken.Operations
		case "ES":
			if r.s.Kind == "fund" { // of shares nothing is withheld
				t.Withheld += max(proceeds-cost, 0) * r.s.Withheld / 100
			}
		}
		t.Cents += proceeds
		left, l.Quantity, l.Cost = left-q, l.Quantity-q, l.Cost-cost
		if l.Quantity == 0 {
			r.lots = r.lots[1:]
		}
	}
	t.Cents -= t.Withheld + t.Levy
	if r.s.Pension {
		t.Kind, t.Text = "withdrawal", r.text("move")
	}
	r.trades = append(r.trades, t)
}

// dividend pays a quarter's yield on what is held.
func (r *replay) dividend(day Day, m Month) {
	q := r.quantity()
	if day > r.until || q == 0 {
		return
	}
	per := r.s.quote(day, r.issued()) * r.s.Yield / 40000
	cents := worth(q, per)
	if cents == 0 {
		return
	}
	t := Trade{
		Key: r.key.Named("dividend").Sub(int(m)), Day: day, Minute: 12 * 60, Kind: "dividend", Security: r.s, Price: per, Cents: cents,
		Text: r.text("dividend"),
	}
	if r.s.Fixed {
		t.Kind, t.Text = "interest", r.text("coupon")
	}
	t.Withheld = cents * r.s.Withheld / 100
	t.Cents -= t.Withheld
	r.trades = append(r.trades, t)
}

// text is how the country prints a movement of the security.
func (r *replay) text(kind string) string { return tradeText(r.c.country.code, kind) + " " + r.s.Name }

// tradeText prints a kind of movement in English, Portuguese or Spanish.
func tradeText(code, kind string) string {
	i := 0
	switch code {
	case "BR":
		i = 1
	case "ES":
		i = 2
	}
	switch kind {
	case "buy":
		return [3]string{"Bought", "Compra", "Compra"}[i]
	case "sell":
		return [3]string{"Sold", "Venda", "Venta"}[i]
	case "maturity":
		return [3]string{"Matured:", "Vencimento", "Vencimiento"}[i]
	case "dividend":
		return [3]string{"Dividend", "Dividendos", "Dividendo"}[i]
	case "coupon":
		return [3]string{"Coupon", "Pagamento de juros", "Cupón"}[i]
	case "contribution":
		return [3]string{"Contribution to", "Contribuição", "Aportación"}[i]
	case "move":
		return [3]string{"Moved from", "Portabilidade", "Traspaso desde"}[i]
	case "deposit":
		return [3]string{"Deposit", "Depósito", "Ingreso"}[i]
	case "withdrawal":
		return [3]string{"Withdrawal", "Retirada", "Retirada"}[i]
	case "own contribution":
		return "IRA contribution"
	case "from trustee":
		return "Transfer from another trustee"
	case "to trustee":
		return "Transfer to another trustee"
	case "interest":
		return [3]string{"Interest on cash", "Rendimento do saldo", "Intereses del saldo"}[i]
	}
	return [3]string{"Account fee", "Taxa de custódia", "Comisión de custodia"}[i]
}

// Positions gives what an account holds at an instant, priced at the close of the
// last working day.
func (c *Customer) Positions(account int, now time.Time) []Position {
	a := c.Accounts[account]
	if a.Portfolio == 0 {
		return nil
	}
	priced := DayOf(now) - 1
	for w := priced.Weekday(); w == time.Saturday || w == time.Sunday; w = priced.Weekday() {
		priced--
	}
	var out []Position
	for _, i := range c.securities(a) {
		until := DayOf(now)
		if now.Before(until.At(16 * 60)) {
			until--
		}
		r := c.history(a, i, until)
		if r.quantity() == 0 {
			continue
		}
		p := Position{
			Security: r.s, Ref: "H" + hex16(uint64(a.Key.Named("position").Sub(i))), Quantity: r.quantity(), Priced: priced,
			First: r.lots[0].Day, Lots: slices.Clone(r.lots),
		}
		p.Price = r.s.quote(max(priced, p.First), r.issued())
		p.Value = worth(p.Quantity, p.Price)
		for _, l := range r.lots {
			p.Cost += l.Cost
		}
		if r.s.Fixed {
			p.Matures = maturity(r.issued().Month().Year() + cycleYears)
		}
		out = append(out, p)
	}
	return out
}
