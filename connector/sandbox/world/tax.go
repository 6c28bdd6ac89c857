package world

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TaxForm is one tax form: typed values that add up to the year's movements.
// Boxes are named as FDX names them where it does.
type TaxForm struct {
	// 1099-INT, 1099-DIV, 1099-B, 1099-R, 1099-MISC, 1099-NEC, 1099-G, 1099-K, 1099-CONSOLIDATED, 1098, 5498, W-2,
	// informe-de-rendimentos, informe-fiscal
	Form     string
	Ref      string
	Replaces string
	Year     int
	Revision int
	Issued   Day
	Accounts []int
	Payer    Party // zero: the institution itself
	Boxes    []Box
	Facts    map[string]string // what a form says that is no amount, by FDX's names
	Sales    []SoldLot
	Ends     []YearEnd // of a Brazilian one at cost, of a Spanish one what it was worth
	Parts    []TaxForm // of a consolidated one
}

// Box is one line of a form.
type Box struct {
	Name  string // interestIncome
	Label string // as printed: "1 Interest income"
	Cents int64
}

// SoldLot is one line of the sales of a year.
type SoldLot struct {
	Security *Security
	Quantity int64
	Bought   Day
	Sold     Day
	Proceeds int64
	Cost     int64
	Long     bool // held for more than a year
}

// Box gives a box by name.
func (t TaxForm) Box(name string) (int64, bool) {
	i := slices.IndexFunc(t.Boxes, func(b Box) bool { return b.Name == name })
	if i < 0 {
		return 0, false
	}
	return t.Boxes[i].Cents, true
}

// formsKey is what the forms of a year follow from: forms name accounts by their refs,
// which are others once the bank has moved to a new system.
type formsKey struct {
	books Key
	year  int
	ref   string // of the first account
}

// TaxForms gives every form of a tax year that is out at an instant, corrected
// ones beside what they correct.
func (c *Customer) TaxForms(year int, now time.Time) []TaxForm {
	if c.Persona.Empty {
		return nil
	}
	key := formsKey{books: c.ledger, year: year}
	if len(c.Accounts) > 0 {
		key.ref = c.Accounts[0].Ref
	}
	all := c.world.forms.get(key, func() []TaxForm {
		switch c.country.code {
		case "BR":
			return c.informe(year)
		case "ES":
			return c.informeFiscal(year)
		}
		return c.american(year)
	})
	all = slices.DeleteFunc(slices.Clone(all), func(t TaxForm) bool { return t.Issued.At(6 * 60).After(now) })
	return all
}

// form numbers a form; name distinguishes several of one kind.
func (c *Customer) form(kind, name string, year, revision int, issued Day, accounts []int, boxes ...Box) TaxForm {
	ref := func(r int) string {
		return "X" + hex16(uint64(c.key.Named("tax form").Named(kind).Named(name).Sub(year, r)))
	}
	t := TaxForm{Form: kind, Ref: ref(revision), Year: year, Revision: revision, Issued: issued, Accounts: accounts, Boxes: boxes}
	if revision > 0 {
		t.Replaces = ref(revision - 1)
	}
	return t
}

// yearOf sums up what the entries of a year put on a line of a form, by payer: what
// reached the account, and what it was before anything was kept back.
func (c *Customer) yearOf(year int, paper Paper) (total int64, by []TaxForm, accounts []int) {
	for _, a := range c.Accounts {
		if a.Bulk || a.Portfolio > 0 || a.Loan > 0 {
			continue
		}
		for _, e := range c.world.year(c, year).entries[a.Index] {
			if e.Paper != paper {
				continue
			}
			total += e.Cents
			if !slices.Contains(accounts, a.Index) {
				accounts = append(accounts, a.Index)
			}
			i := slices.IndexFunc(by, func(t TaxForm) bool { return t.Payer.Name == e.Party.Name })
			if i < 0 {
				by, i = append(by, TaxForm{Payer: e.Party, Boxes: []Box{{}, {}}}), len(by)
			}
			by[i].Boxes[0].Cents += e.Cents
			by[i].Boxes[1].Cents += cmp.Or(e.Gross, e.Cents)
		}
	}
	slices.SortFunc(by, func(a, b TaxForm) int { return strings.Compare(a.Payer.Name, b.Payer.Name) })
	return total, by, accounts
}

func interestBoxes(cents, treasury int64) []Box {
	return []Box{
		{"interestIncome", "1 Interest income", cents},
		{"earlyWithdrawalPenalty", "2 Early withdrawal penalty", 0},
		{"usBondInterest", "3 Interest on U.S. Savings Bonds and Treasury obligations", treasury},
		{"federalTaxWithheld", "4 Federal income tax withheld", 0},
	}
}

// consolidates is from how many months of wages on a broker tells a customer of all
// income on one consolidated form, and not on one of each kind.
const consolidates = 6

// broker makes the forms of the investment accounts: a consolidated one of those who
// hold much, one of each kind of the others, so that no income is told twice; and in
// March its correction, which says that more of the dividends were qualified.
func (c *Customer) broker(year int) []TaxForm {
	sum := c.invested(year)
	if len(sum.accounts) == 0 || sum.empty() {
		return nil
	}
	january, february, march := MonthOf(year+1, time.January).Day(31), MonthOf(year+1, time.February).Day(15), MonthOf(year+1, time.March).Day(15)
	dividends := func(day Day, revision int) TaxForm {
		qualified := sum.dividends * int64(80+12*revision) / 100
		return c.form("1099-DIV", "broker", year, revision, day, sum.accounts, Box{"ordinaryDividends", "1a Total ordinary dividends", sum.dividends},
			Box{"qualifiedDividends", "1b Qualified dividends", qualified}, Box{"totalCapitalGain", "2a Total capital gain distributions", 0},
			Box{"federalTaxWithheld", "4 Federal income tax withheld", sum.withheld})
	}
	interest := c.form("1099-INT", "broker", year, 0, january, sum.accounts, interestBoxes(sum.interest-sum.treasury, sum.treasury)...)
	sales := c.form("1099-B", "broker", year, 0, february, sum.accounts, saleBoxes(sum)...)
	sales.Sales = sum.sales
	whole := func(day Day, revision int) TaxForm {
		t := c.form("1099-CONSOLIDATED", "broker", year, revision, day, sum.accounts)
		t.Parts = []TaxForm{dividends(day, revision), interest, sales}
		for _, p := range t.Parts {
			t.Boxes = append(t.Boxes, p.Boxes...)
		}
		t.Sales = sum.sales
		return t
	}
	if c.Persona.Holdings < consolidates {
		return []TaxForm{dividends(january, 0), interest, sales, dividends(march, 1)}
	}
	return []TaxForm{whole(february, 0), whole(march, 1)}
}

func saleBoxes(sum invested) []Box {
	return []Box{
		{"proceeds", "1d Proceeds", sum.proceeds},
		{"costBasis", "1e Cost or other basis", sum.cost},
		{"gain", "Realized gain or loss", sum.proceeds - sum.cost},
	}
}

// invested sums up a year of the investment accounts that are taxed yearly.
type invested struct {
	accounts                                                []int
	dividends, interest, treasury, withheld, proceeds, cost int64
	onGains, levies                                         int64 // taken of sales: tax on income, and Brazil's on financial operations
	sales                                                   []SoldLot
}

func (s invested) empty() bool {
	return s.dividends == 0 && s.interest == 0 && s.proceeds == 0
}

func (c *Customer) invested(year int) invested {
	var s invested
	for _, a := range c.Accounts {
		if a.Portfolio == 0 || c.Bank.Portfolios[a.Portfolio-1].Deferred {
			continue
		}
		s.accounts = append(s.accounts, a.Index)
		for _, t := range c.Custody(a.Index, year).Trades {
			switch t.Kind {
			case "dividend":
				s.dividends += t.Cents + t.Withheld
			case "interest":
				s.interest += t.Cents + t.Withheld
				if t.Security != nil && t.Security.Kind == "treasury" {
					s.treasury += t.Cents + t.Withheld
				}
			case "sell":
				s.sell(t)
				continue
			}
			s.withheld += t.Withheld
		}
	}
	return s
}

func (s *invested) sell(t Trade) {
	s.onGains, s.levies = s.onGains+t.Withheld, s.levies+t.Levy
	for _, l := range t.Sold {
		s.proceeds, s.cost = s.proceeds+l.Proceeds, s.cost+l.Cost
		s.sales = append(s.sales, SoldLot{
			Security: t.Security, Quantity: l.Quantity, Bought: l.Bought, Sold: t.Day, Proceeds: l.Proceeds, Cost: l.Cost,
			Long: t.Day-l.Bought > 365,
		})
	}
}

// informeFiscal is the Spanish fiscal report, and its correction.
func (c *Customer) informeFiscal(year int) []TaxForm {
	interest, _, _ := c.yearOf(year, PaperInterest)
	withheld, _, _ := c.yearOf(year, PaperWithheld)
	sum := c.invested(year)
	boxes := []Box{
		{"interesesBrutos", "Rendimientos del capital mobiliario - intereses", interest + sum.interest},
		{"retencionIntereses", "Retenciones sobre intereses", -withheld},
		{"dividendosBrutos", "Dividendos brutos", sum.dividends},
		{"retencionDividendos", "Retenciones sobre dividendos", sum.withheld},
		{"transmision", "Valor de transmisión", sum.proceeds},
		{"adquisicion", "Valor de adquisición", sum.cost},
		{"ganancia", "Ganancia o pérdida patrimonial", sum.proceeds - sum.cost},
		{"retencionGanancias", "Retenciones sobre ganancias de fondos", sum.onGains},
	}
	end := MonthOf(year+1, time.January)
	var accounts []int
	for _, a := range c.Accounts {
		if !a.Bulk && (a.Subtype == "checking" || a.Subtype == "savings") {
			accounts = append(accounts, a.Index)
			boxes = append(boxes, Box{"saldo." + a.Ref, "Saldo a 31/12/" + strconv.Itoa(year) + " - " + a.Name, c.Opening(a.Index, end)})
		}
	}
	ends := c.ends(MonthOf(year, time.January), end, func(p Position) int64 { return p.Value })
	ends = slices.DeleteFunc(ends, func(h YearEnd) bool { return h.After == 0 })
	for _, h := range ends {
		boxes = append(boxes, Box{"saldo." + h.Ref, "Valor a 31/12/" + strconv.Itoa(year) + " - " + h.Security.Name, h.After})
	}
	forms := c.twice("informe-fiscal", year, append(accounts, sum.accounts...), boxes)
	for i := range forms {
		forms[i].Sales, forms[i].Ends = sum.sales, ends
	}
	return forms
}

// twice issues a form in February and again, corrected, in March. The first one
// lacks its last line, which the correction adds.
func (c *Customer) twice(kind string, year int, accounts []int, boxes []Box) []TaxForm {
	first := c.form(kind, "", year, 0, MonthOf(year+1, time.February).Day(20), accounts, boxes[:len(boxes)-1]...)
	return []TaxForm{first, c.form(kind, "", year, 1, MonthOf(year+1, time.March).Day(15), accounts, boxes...)}
}

// YearEnd is what was held of a security at the ends of two years.
type YearEnd struct {
	Ref           string
	Security      *Security
	Before, After int64
}

// ends is what there was of each security when two months began: at cost, or what it
// was worth.
func (c *Customer) ends(first, last Month, of func(Position) int64) []YearEnd {
	var out []YearEnd
	for _, a := range c.Accounts {
		if a.Portfolio == 0 {
			continue
		}
		from := len(out)
		for _, p := range c.Positions(a.Index, first.First().Time()) {
			out = append(out, YearEnd{Ref: p.Ref, Security: p.Security, Before: of(p)})
		}
		for _, p := range c.Positions(a.Index, last.First().Time()) {
			i := slices.IndexFunc(out[from:], func(h YearEnd) bool { return h.Ref == p.Ref })
			if i < 0 {
				out = append(out, YearEnd{Ref: p.Ref, Security: p.Security, After: of(p)})
				continue
			}
			out[from+i].After = of(p)
		}
	}
	return out
}
