package paper

import (
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// Form1099B is a year's proceeds from a broker: the sales in full, and their
// sums by the boxes of Form 8949.
type Form1099B struct {
	Head
	Sales              []Sale
	FederalTaxWithheld *fairlead.Money // 4
}

// Sale is one lot sold.
type Sale struct {
	Name       string           // of the security
	ISIN       string           // or another code
	Quantity   fairlead.Decimal // sold
	Acquired   fairlead.Date    // 1b; zero: various
	Sold       fairlead.Date    // 1c
	Proceeds   fairlead.Money   // 1d
	Cost       fairlead.Money   // 1e
	Disallowed *fairlead.Money  // 1g: wash sale loss disallowed
	Long       bool             // 2
	NonCovered bool             // 5; then the basis is not reported either
}

// gain is what was won or, negative, lost, with what a wash sale disallows.
func (s Sale) gain() fairlead.Money {
	g := fairlead.Money{Amount: s.Proceeds.Amount.Sub(s.Cost.Amount), Currency: s.Proceeds.Currency}
	if s.Disallowed != nil {
		g.Amount = g.Amount.Add(s.Disallowed.Amount)
	}
	return g
}

// checkbox is the box of Form 8949 that the sale belongs to.
func (s Sale) checkbox() string {
	switch {
	case s.Long && s.NonCovered:
		return "E"
	case s.Long:
		return "D"
	case s.NonCovered:
		return "B"
	}
	return "A"
}

func (f Form1099B) form() form {
	var proceeds, cost, short, long []fairlead.Money
	for _, s := range f.Sales {
		proceeds, cost = append(proceeds, s.Proceeds), append(cost, s.Cost)
		if s.Long {
			long = append(long, s.gain())
		} else {
			short = append(short, s.gain())
		}
	}
	p, c, st, lt := sum("USD", proceeds), sum("USD", cost), sum("USD", short), sum("USD", long)
	return form{Head: f.Head, number: "1099-B", title: "Proceeds From Broker and Barter Exchange Transactions", omb: "1545-0715", fdx: "tax1099B", sales: f.Sales, states: stateBoxes{first: 14}, legend: ifTaxable, hints: []string{
		"Sales go on Form 8949 in the part that their heading names. Box 1e is what the securities cost you, and box 1g a loss that you may not deduct now.",
	}, rows: [][]box{
		{amount("1d", "Proceeds, all sales", "", &p)},
		{amount("1e", "Cost or other basis, all sales", "", &c)},
		{amount("2", "Short-term gain or loss", "", &st)},
		{amount("2", "Long-term gain or loss", "", &lt)},
		{amount("4", "Federal income tax withheld", "federalTaxWithheld", f.FederalTaxWithheld)},
	}}
}

// Render writes the recipient's copy with every sale.
func (f Form1099B) Render() ([]byte, error) { return f.form().one().render() }

// FDX gives the form as FDX JSON.
func (f Form1099B) FDX() ([]byte, error) { return f.form().one().fdx() }

// categories are the parts of a broker's list in the order of Form 8949.
var categories = []struct{ box, title string }{
	{"A", "Short-term transactions, basis reported to the IRS (Form 8949, box A)"},
	{"B", "Short-term transactions, basis not reported to the IRS (Form 8949, box B)"},
	{"D", "Long-term transactions, basis reported to the IRS (Form 8949, box D)"},
	{"E", "Long-term transactions, basis not reported to the IRS (Form 8949, box E)"},
}

// saleTables lists the sales, each category with its sums.
func (f form) saleTables(p *page, y float64) float64 {
	for _, c := range categories {
		var of []Sale
		for _, s := range f.sales {
			if s.checkbox() == c.box {
				of = append(of, s)
			}
		}
		if len(of) > 0 {
			y = saleTable(p, y+2, c.title, of)
		}
	}
	return y
}

func saleTable(p *page, y float64, title string, sales []Sale) float64 {
	y = p.section(y, title)
	t := p.table(y, 7.5, column{"1a  Description of property", 0, false}, column{"1b  Acquired", 19, false}, column{"1c  Sold", 18, false},
		column{"1d  Proceeds", 24, true}, column{"1e  Cost basis", 24, true}, column{"1g  Wash sale", 21, true}, column{"Gain or loss", 23, true})
	var proceeds, cost, washed, gain []fairlead.Money
	for _, s := range sales {
		acquired := "VARIOUS"
		if !s.Acquired.IsZero() {
			acquired = p.day(s.Acquired)
		}
		wash := ""
		if s.Disallowed != nil {
			wash, washed = p.cents(*s.Disallowed), append(washed, *s.Disallowed)
		}
		t.row(join("  ", p.quantity(s.Quantity), s.Name, s.ISIN), acquired, p.day(s.Sold), p.cents(s.Proceeds), p.cents(s.Cost), wash, p.cents(s.gain()))
		proceeds, cost, gain = append(proceeds, s.Proceeds), append(cost, s.Cost), append(gain, s.gain())
	}
	wash := ""
	if len(washed) > 0 {
		wash = p.cents(sum("USD", washed))
	}
	t.total("Total ("+strconv.Itoa(len(sales))+")", "", "", p.cents(sum("USD", proceeds)), p.cents(sum("USD", cost)), wash, p.cents(sum("USD", gain)))
	return t.y + 5
}

func fdxSales(sales []Sale) []any {
	out := []any{}
	for _, s := range sales {
		m := map[string]any{
			"checkboxOnForm8949": s.checkbox(), "securityName": s.Name, "numberOfShares": number(s.Quantity), "saleDescription": English.quantity(s.Quantity) + " " + s.Name,
			"dateOfSale": s.Sold, "salesPrice": number(s.Proceeds.Amount), "costBasis": number(s.Cost.Amount), "longOrShort": "SHORT", "noncoveredSecurity": s.NonCovered, "basisReported": !s.NonCovered,
		}
		if s.Long {
			m["longOrShort"] = "LONG"
		}
		if s.Acquired.IsZero() {
			m["variousDatesAcquired"] = true
		} else {
			m["dateAcquired"] = s.Acquired
		}
		if s.Disallowed != nil {
			m["washSaleLossDisallowed"] = number(s.Disallowed.Amount)
		}
		out = append(out, m)
	}
	return out
}
