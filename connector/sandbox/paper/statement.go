package paper

import (
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// Statement is what an account did in a period. A card's money is negative
// where it is owed, as in the ledger; its paper shows what is owed as positive.
type Statement struct {
	Language Language
	Bank     Bank
	Holder   Party
	Kind     fairlead.AccountKind // card and investment accounts look different
	Account  string               // its name
	Number   string               // as printed: masked, or whole where the country does so
	Period   fairlead.Interval
	Issued   fairlead.Date
	Opening  fairlead.Money // balance, or what an investment account was worth
	Closing  fairlead.Money
	Lines    []Line          // in order
	Bill     *Bill           // of a card: the last one closed
	Holdings []Holding       // of an investment account, on the last day
	Cash     *fairlead.Money // of an investment account at the beginning; nil: it has none
}

// Line is one movement.
type Line struct {
	Day    fairlead.Date
	Text   string
	Amount fairlead.Money // positive: money in
}

// Bill is what is to be paid for a card. Amounts are positive.
type Bill struct {
	Closed  fairlead.Date
	Due     fairlead.Date
	Total   fairlead.Money
	Minimum *fairlead.Money
	Limit   *fairlead.Money
}

// Holding is one security held.
type Holding struct {
	Name     string
	Code     string // ISIN, ticker; may be empty
	Quantity fairlead.Decimal
	Price    fairlead.Money
	Value    fairlead.Money
}

// Render writes the statement. A deposit or card statement whose movements do
// not lead from its opening to its closing balance, and amounts of several
// currencies, are Invalid.
func (s Statement) Render() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	p, err := newPage(s.Language, s.Bank, s.Bank.Name+" "+s.title()+" "+s.Period.From.String()[:7], s.Issued)
	if err != nil {
		return nil, err
	}
	p.again = func() { s.continued(p) }
	y := s.head(p)
	y = s.summary(p, y)
	if s.Kind == fairlead.AccountCard {
		y = s.cardTables(p, y)
	} else {
		y = s.ledger(p, y)
	}
	y = s.holdings(p, y)
	s.note(p, y)
	return p.bytes()
}

func (s Statement) check() error {
	if err := oneCurrency(s.Opening.Currency, s.amounts()...); err != nil {
		return err
	}
	if s.Period.From.IsZero() || s.Period.To.IsZero() {
		return fairlead.Errorf(fairlead.Invalid, "A statement needs a period.")
	}
	in, out := s.turnover()
	if end := s.Opening.Amount.Add(in.Amount).Add(out.Amount); !s.invests() && !end.Equal(s.Closing.Amount) {
		return fairlead.Errorf(fairlead.Invalid, "The movements of a statement lead to %s, not to %s.", end, s.Closing.Amount)
	}
	return nil
}

// amounts are all that it lists, beside the opening one.
func (s Statement) amounts() []fairlead.Money {
	amounts := []fairlead.Money{s.Closing}
	for _, l := range s.Lines {
		amounts = append(amounts, l.Amount)
	}
	for _, h := range s.Holdings {
		amounts = append(amounts, h.Price, h.Value)
	}
	if s.Cash != nil {
		amounts = append(amounts, *s.Cash)
	}
	if s.Bill != nil {
		amounts = append(amounts, s.Bill.Total)
		for _, m := range []*fairlead.Money{s.Bill.Minimum, s.Bill.Limit} {
			if m != nil {
				amounts = append(amounts, *m)
			}
		}
	}
	return amounts
}

// invests reports whether the account's worth moves with its securities.
func (s Statement) invests() bool {
	return s.Kind == fairlead.AccountInvestment || s.Kind == fairlead.AccountPension
}

// turnover is all that came in and, negative, all that went out.
func (s Statement) turnover() (in, out fairlead.Money) {
	in, out = fairlead.NewMoney(0, 2, s.Opening.Currency), fairlead.NewMoney(0, 2, s.Opening.Currency)
	for _, l := range s.Lines {
		if l.Amount.Amount.Sign() > 0 {
			in.Amount = in.Amount.Add(l.Amount.Amount)
		} else {
			out.Amount = out.Amount.Add(l.Amount.Amount)
		}
	}
	return in, out
}

func (s Statement) title() string {
	switch {
	case s.Kind == fairlead.AccountCard:
		return s.Language.caption("card")
	case s.invests():
		return s.Language.caption("investments")
	}
	return s.Language.caption("statement")
}

func (s Statement) period() string {
	return s.Language.day(s.Period.From) + s.Language.caption("to") + s.Language.day(s.Period.To)
}

// head draws whose statement of what it is.
func (s Statement) head(p *page) float64 {
	y := p.letterhead()
	p.font("B", 13, ink)
	p.put(p.right-80, 9.6, 80, 7, "R", s.title())
	p.font("", 8.5, muted)
	p.put(p.right-80, 16.4, 80, 4, "R", s.period())
	y += 8
	p.font("B", 9.5, ink)
	p.put(margin, y, 90, 4.6, "L", s.Holder.Name)
	p.font("", 9.5, ink)
	p.block(margin, y+4.6, 90, 4.6, envelope(s.Holder.Address)...)
	facts := [][2]string{{"account", s.Account}, {"number", s.Number}, {"period", s.period()}, {"issued", p.long(s.Issued)}}
	at := y
	for _, f := range facts {
		p.font("", 8, muted)
		p.put(p.right-84, at, 30, 4.8, "L", p.caption(f[0]))
		p.font("B", 8.5, ink)
		p.put(p.right-54, at, 54, 4.8, "R", f[1])
		p.line(p.right-84, at+4.9, p.right, at+4.9, faint, 0.15)
		at += 5.2
	}
	return y + 27
}

// continued heads the pages after the first.
func (s Statement) continued(p *page) {
	p.fill(0, 0, p.right+margin, 3.2, p.brand)
	p.font("B", 9, p.brand)
	p.put(margin, 8, 60, 5, "L", p.bank.Name)
	p.font("", 8, muted)
	p.put(margin+60, 8, p.width()-60, 5, "R", join("  ·  ", s.Holder.Name, s.Account+" "+s.Number, s.period()))
	p.SetXY(margin, 16)
}

type fact struct{ label, value string }

// tiles draws figures side by side; the last one stands out.
func (p *page) tiles(y float64, facts ...fact) float64 {
	w := p.width() / float64(len(facts))
	p.fill(margin, y, p.width(), 15, p.wash())
	for i, f := range facts {
		x, c := margin+float64(i)*w, ink
		if i == len(facts)-1 {
			p.fill(x, y, w, 15, p.brand)
			c = white
		}
		p.font("", 7.5, c)
		p.put(x+3, y+2, w-6, 4, "L", f.label)
		p.font("B", 12, c)
		p.put(x+3, y+6.4, w-6, 6.4, "L", f.value)
	}
	return y + 15
}

func (s Statement) summary(p *page, y float64) float64 {
	in, out := s.turnover()
	switch {
	case s.Kind == fairlead.AccountCard:
		y = p.tiles(y, fact{p.caption("owed before"), p.money(s.Opening.Neg())}, fact{p.caption("credits"), p.money(in.Neg())},
			fact{p.caption("charges"), p.money(out.Neg())}, fact{p.caption("owed after"), p.money(s.Closing.Neg())})
		return s.bill(p, y+2.5)
	case s.invests():
		change := fairlead.Money{Amount: s.Closing.Amount.Sub(s.Opening.Amount), Currency: s.Closing.Currency}
		facts := []fact{{p.caption("worth before"), p.money(s.Opening)}, {p.caption("change"), p.money(change)}}
		if s.Cash != nil {
			facts = append(facts, fact{p.caption("cash"), p.money(s.cashAfter())})
		}
		return p.tiles(y, append(facts, fact{p.caption("worth after"), p.money(s.Closing)})...) + 7
	}
	return p.tiles(y, fact{p.caption("opening"), p.money(s.Opening)}, fact{p.caption("in"), p.money(in)},
		fact{p.caption("out"), p.money(out)}, fact{p.caption("closing"), p.money(s.Closing)}) + 7
}

func (s Statement) cashAfter() fairlead.Money {
	in, out := s.turnover()
	return fairlead.Money{Amount: s.Cash.Amount.Add(in.Amount).Add(out.Amount), Currency: s.Cash.Currency}
}

// bill draws what is to be paid and when.
func (s Statement) bill(p *page, y float64) float64 {
	b := s.Bill
	if b == nil {
		return y + 4.5
	}
	facts := []fact{
		{fmt.Sprintf(p.caption("bill"), p.day(b.Closed)), p.money(b.Total)},
		{p.caption("minimum"), p.maybe(b.Minimum)},
		{p.caption("due"), p.day(b.Due)},
	}
	if b.Limit != nil {
		free := fairlead.Money{Amount: b.Limit.Amount.Add(s.Closing.Amount), Currency: b.Limit.Currency}
		facts = append(facts, fact{p.caption("limit"), p.money(*b.Limit)}, fact{p.caption("available"), p.money(free)})
	}
	w := p.width() / float64(len(facts))
	p.frame(margin, y, p.width(), 12, p.brand, 0.3)
	for i, f := range facts {
		p.font("", 7, muted)
		p.put(margin+float64(i)*w+3, y+1.4, w-5, 4, "L", f.label)
		p.font("B", 10, ink)
		p.put(margin+float64(i)*w+3, y+5.4, w-5, 5, "L", f.value)
	}
	return y + 19
}

// section names what follows.
func (p *page) section(y float64, text string) float64 {
	if y+24 > p.bottom {
		p.AddPage()
		y = p.GetY()
	}
	p.font("B", 10.5, p.brand)
	p.put(margin, y, p.width(), 6, "L", text)
	return y + 7
}

// ending is the height of what stands under the last row of a table: the sum, and
// the note at the paper's end. A page never holds these alone.
const ending = 8 + 7 + 11

// ledger lists the movements with the balance after each.
func (s Statement) ledger(p *page, y float64) float64 {
	heading, left, balance := "movements", "balance", &s.Opening
	if s.invests() {
		heading, left, balance = "activity", "cash left", s.Cash
	}
	y = p.section(y, p.caption(heading))
	if len(s.Lines) == 0 {
		p.font("", 9, muted)
		p.put(margin, y, p.width(), 5, "L", p.caption("no movement"))
		return y + 10
	}
	t := p.table(y, 8.5, column{p.caption("date"), 22, false}, column{p.caption("text"), 0, false}, column{p.caption("amount"), 30, true}, column{p.caption(left), 32, true})
	if balance == nil {
		t.columns[3].title = ""
	}
	s.balanceRow(t, "opening", s.Period.From, balance)
	for i, l := range s.Lines {
		if i == len(s.Lines)-1 {
			t.together(ending, "", l.Text, "", "")
		}
		after := ""
		if balance != nil {
			balance = &fairlead.Money{Amount: balance.Amount.Add(l.Amount.Amount), Currency: balance.Currency}
			after = p.cents(*balance)
		}
		t.row(p.day(l.Day), l.Text, p.cents(l.Amount), after)
	}
	s.balanceRow(t, "closing", s.Period.To, balance)
	return t.y + 7
}

// balanceRow is the first and the last line of a ledger.
func (s Statement) balanceRow(t *table, caption string, day fairlead.Date, balance *fairlead.Money) {
	if balance == nil {
		return
	}
	if s.invests() {
		caption = "cash left"
	}
	t.total(t.p.day(day), t.p.caption(caption), "", t.p.cents(*balance))
}

// cardTables list payments and charges apart, each with its sum.
func (s Statement) cardTables(p *page, y float64) float64 {
	for _, part := range []struct {
		word string
		sign int
	}{{"credits", 1}, {"charges", -1}} {
		var lines []Line
		for _, l := range s.Lines {
			if l.Amount.Amount.Sign() == part.sign || l.Amount.Amount.IsZero() && part.sign < 0 {
				lines = append(lines, l)
			}
		}
		y = p.section(y, p.caption(part.word))
		t := p.table(y, 8.5, column{p.caption("date"), 22, false}, column{p.caption("text"), 0, false}, column{p.caption("amount"), 32, true})
		var amounts []fairlead.Money
		for i, l := range lines {
			if i == len(lines)-1 {
				t.together(ending, "", l.Text, "")
			}
			amounts = append(amounts, l.Amount.Neg())
			t.row(p.day(l.Day), l.Text, p.cents(l.Amount.Neg()))
		}
		t.total("", p.caption("total")+" ("+strconv.Itoa(len(amounts))+")", p.cents(sum(s.Opening.Currency, amounts)))
		y = t.y + 6
	}
	return y
}

func (s Statement) holdings(p *page, y float64) float64 {
	if len(s.Holdings) == 0 {
		return y
	}
	y = p.section(y, fmt.Sprintf(p.caption("holdings"), p.long(s.Period.To)))
	t := p.table(y, 8.5, column{p.caption("security"), 0, false}, column{p.caption("quantity"), 28, true}, column{p.caption("price"), 30, true}, column{p.caption("value"), 32, true})
	var values []fairlead.Money
	for i, h := range s.Holdings {
		if i == len(s.Holdings)-1 {
			t.together(ending, join("  ", h.Name, h.Code), "", "", "")
		}
		t.row(join("  ", h.Name, h.Code), p.quantity(h.Quantity), p.price(h.Price), p.cents(h.Value))
		values = append(values, h.Value)
	}
	t.total(p.caption("total"), "", "", p.cents(sum(s.Opening.Currency, values)))
	return t.y + 7
}

func (s Statement) note(p *page, y float64) {
	if y+10 > p.bottom {
		p.AddPage()
		y = p.GetY()
	}
	p.font("", 7.5, muted)
	y = p.prose(margin, y, p.width(), 3.6, fmt.Sprintf(p.caption("closing note"), s.Opening.Currency))
	p.prose(margin, y, p.width(), 3.6, join("  ·  ", s.Bank.Official, join(", ", envelope(s.Bank.Address)...), s.Bank.Phone, s.Bank.Website))
}
