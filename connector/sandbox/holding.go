package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// quantity and price are ten-thousandths in the world.
func quantity(n int64) fairlead.Decimal { return fairlead.NewDecimal(n, 4) }

func (f *fetching) price(n int64) *fairlead.Money {
	m := fairlead.NewMoney(n, 4, f.customer.Currency())
	return &m
}

func (f *fetching) security(s *world.Security) fairlead.Security {
	out := fairlead.Security{
		Ref: s.Ref, ISIN: s.ISIN, CUSIP: s.CUSIP, Ticker: s.Ticker, Name: s.Name, Kind: s.Kind, Subtype: s.Subtype,
		Currency: f.customer.Currency(), Issuer: s.Issuer,
	}
	if f.at.Country == "BR" {
		out.Extra = ofbSecurity(s)
	}
	return out
}

// name adds a security to the page, once.
func (f *fetching) name(s *world.Security) {
	for _, there := range f.page.Securities {
		if there.Ref == s.Ref {
			return
		}
	}
	f.page.Securities = append(f.page.Securities, f.security(s))
}

// holdings lists every position, account by account; money that lies in an
// account is one too.
func (f *fetching) holdings() {
	at := f.cursor
	for ; at.Account < len(f.customer.Accounts); at.Account++ {
		a := f.customer.Accounts[at.Account]
		if a.Portfolio == 0 || !f.sees(a) {
			continue
		}
		if len(f.page.Holdings) >= f.req.Limit {
			f.more(at)
			return
		}
		for _, p := range f.customer.Positions(a.Index, at.Now) {
			f.name(p.Security)
			f.page.Holdings = append(f.page.Holdings, f.holding(a, p))
		}
		if cash := f.customer.Cash(a.Index, at.Now); cash != 0 {
			f.page.Holdings = append(f.page.Holdings, fairlead.Holding{
				AccountRef: a.Ref, Ref: a.Ref + "-cash", Quantity: fairlead.NewDecimal(cash, 2), Value: f.money(cash), Kind: "cash",
			})
		}
		f.all(a.Ref)
	}
}

func (f *fetching) holding(a world.Account, p world.Position) fairlead.Holding {
	out := fairlead.Holding{
		AccountRef: a.Ref, Ref: p.Ref, SecurityRef: p.Security.Ref, Quantity: quantity(p.Quantity), UnitPrice: f.price(p.Price), PriceDate: p.Priced.Date(),
		Value: f.money(p.Value), CostBasis: f.pointer(p.Cost), Acquired: p.First.Date(), Kind: p.Security.Kind, Subtype: p.Security.Subtype,
	}
	if p.Matures > 0 {
		out.Matures = p.Matures.Date()
	}
	if f.at.Country == "BR" {
		tax := p.Levied(world.DayOf(f.cursor.Now))
		out.Gross, out.Net = f.pointer(p.Value), f.pointer(p.Value-tax.Total())
		out.Extra = f.ofbHolding(p, tax)
	}
	return out
}

// investments lists the movements of investment accounts: account by account,
// year by year, oldest first.
func (f *fetching) investments() {
	at := f.cursor
	for ; at.Account < len(f.customer.Accounts); at.Account, at.Month, at.Offset = at.Account+1, 0, 0 {
		a := f.customer.Accounts[at.Account]
		if a.Portfolio == 0 || !f.sees(a) {
			continue
		}
		year := max(int(at.Month)/12, at.Since.Month().Year())
		for ; year <= world.DayOf(at.Now).Month().Year(); year, at.Offset = year+1, 0 {
			at.Month = world.Month(year * 12)
			if !f.custodyOf(a, year, &at) {
				f.more(at)
				return
			}
		}
		f.page.Covers = append(f.page.Covers, connector.Coverage{AccountRef: a.Ref, Days: fairlead.Interval{From: at.Since.Date(), To: world.DayOf(at.Now).Date()}})
	}
}

// custodyOf adds what room there is for of one year; false leaves at on the rest.
func (f *fetching) custodyOf(a world.Account, year int, at *cursor) bool {
	for n, t := range f.customer.Custody(a.Index, year).Trades {
		if n < at.Offset || t.Day < at.Since || t.At().After(at.Now) {
			continue
		}
		if len(f.page.InvestmentTransactions) >= f.req.Limit {
			at.Offset = n
			return false
		}
		f.page.InvestmentTransactions = append(f.page.InvestmentTransactions, f.investment(a, t))
	}
	return true
}

func (f *fetching) investment(a world.Account, t world.Trade) fairlead.InvestmentTransaction {
	out := fairlead.InvestmentTransaction{
		AccountRef: a.Ref, Ref: t.Ref(), Kind: t.Kind, Traded: t.Day.Date(), Settled: t.Day.Date(), Amount: f.money(t.Cents),
		Description: t.Text,
	}
	if t.Security != nil {
		f.name(t.Security)
		out.SecurityRef = t.Security.Ref
		if t.Security.Whole {
			out.Settled = (t.Day + 2).Date()
		}
	}
	if t.Quantity != 0 {
		q := quantity(t.Quantity)
		out.Quantity = &q
	}
	if t.Price != 0 {
		out.Price = f.price(t.Price)
	}
	if tax := t.Withheld + t.Levy; tax != 0 {
		out.Withheld = f.pointer(tax)
	}
	if f.at.Country == "BR" && t.Security != nil {
		out.Extra = f.ofbTrade(t)
	}
	return out
}
