package table

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// askSign is the question whether positive amounts are money in.
const askSign = "sign"

// Answers to it.
const (
	signAsIs     = "as_is"
	signInverted = "inverted"
)

// plan says how the rows of a table are read.
type plan struct {
	*table
	name     string // the layout's, or a digest of the header
	columns  map[role][]int
	order    dayOrder
	decimal  byte
	currency string // of rows whose own column does not say it
	inverted bool
	minus    map[role]minus // of money_in and money_out
	owed     bool           // the balances are what is owed: positive is owing
	signed   bool           // amounts beside a flag have their sign already
	number   string         // of the account, from above the header
	branch   string
	period   fairlead.Interval
	// balance stands above the header, with its day.
	balance    *fairlead.Decimal
	balanceDay fairlead.Date
}

// has reports whether a role has a column.
func (p *plan) has(r role) bool { return len(p.columns[r]) > 0 }

// value is the first filled cell of a role.
func (p *plan) value(r row, of role) string {
	for _, i := range p.columns[of] {
		if c := r.cell(i); c != "" {
			return c
		}
	}
	return ""
}

// column is the number of a role's first column, from 1.
func (p *plan) column(of role) int {
	if c := p.columns[of]; len(c) > 0 {
		return c[0] + 1
	}
	return 0
}

// resolver finds out a plan, and what is open of it.
type resolver struct {
	plan
	seen    *evidence
	answers map[string]string
	open    map[string]format.Question // by name
	sure    bool                       // which column is which
}

// resolve says how a table is read: by its layout, by what its rows show and by answers.
// Where that is not certain the error is *format.Error of kind Open.
func resolve(t *table, answers map[string]string) (*plan, error) {
	r := &resolver{seen: gather(t), answers: answers, open: map[string]format.Question{}}
	r.table = t
	r.name = t.name(len(r.seen.columns))
	if r.seen.rows == 0 && t.layout == nil {
		return nil, &format.Error{Kind: format.Empty, Reason: "has no rows"}
	}
	r.assign()
	if !r.readable() {
		return nil, r.openError("needs a column of days and one of amounts")
	}
	r.findOrder()
	r.findDecimal()
	r.findCurrency()
	r.findSigns()
	r.findOwed()
	if !r.sure || len(r.open) > 0 {
		return nil, r.openError("leaves open how it is to be read")
	}
	r.readAbove()
	return &r.plan, nil
}

// assign gives the columns their roles.
func (r *resolver) assign() {
	r.sure = true
	var roles []role
	if r.layout != nil {
		r.columns = r.layout.find(r.header)
	} else {
		roles, r.sure = guess(r.table, r.seen)
		r.columns = byRole(roles)
		r.direct()
	}
	answered := false
	for i := range r.seen.columns {
		answer, ok := r.answers[format.AskColumn+strconv.Itoa(i+1)]
		if !ok || !slices.Contains(choices, answer) {
			continue
		}
		answered = true
		for of, list := range r.columns {
			r.columns[of] = slices.DeleteFunc(slices.Clone(list), func(c int) bool { return c == i })
		}
		if role(answer) != roleIgnore {
			r.columns[role(answer)] = append(r.columns[role(answer)], i)
			slices.Sort(r.columns[role(answer)])
		}
	}
	r.sure = (r.sure || answered) && !r.has(roleEither)
}

func byRole(roles []role) map[role][]int {
	columns := map[role][]int{}
	for i, of := range roles {
		if of != "" && of != roleIgnore {
			columns[of] = append(columns[of], i)
		}
	}
	return columns
}

func (r *resolver) readable() bool {
	return r.has(roleDate) && (r.has(roleAmount) || r.has(roleMoneyIn) || r.has(roleMoneyOut) || r.has(roleEither))
}

// findOrder finds the order of a day's parts.
func (r *resolver) findOrder() {
	if o := orderOf(r.answers[format.AskDates]); o != 0 {
		r.order = o
		return
	}
	dayOnly, monthOnly, either, dots := 0, 0, 0, 0
	for _, i := range slices.Concat(r.columns[roleDate], r.columns[roleValueDate]) {
		if i < len(r.seen.columns) {
			c := &r.seen.columns[i]
			dayOnly, monthOnly, either, dots = dayOnly+c.dayOnly, monthOnly+c.monthOnly, either+c.either, dots+c.dots
		}
	}
	said := dayOrder(0)
	if r.layout != nil {
		said = orderOf(r.layout.Dates)
	}
	switch {
	case said != 0 && !(said == dayFirst && monthOnly > dayOnly) && !(said == monthFirst && dayOnly > monthOnly):
		r.order = said
	case said != 0:
		r.askOrder() // another program has written the file anew
	case dayOnly > 0 && monthOnly == 0, dayOnly+monthOnly+either == 0, monthOnly == 0 && dots == either:
		r.order = dayFirst
	case monthOnly > 0 && dayOnly == 0:
		r.order = monthFirst
	case monthOnly == 0 && r.foreign():
		r.order = dayFirst // only in English is a month written first
	default:
		r.askOrder()
	}
}

func (r *resolver) askOrder() {
	r.open[format.AskDates] = format.Question{
		Name: format.AskDates, Choices: []string{format.DatesDayFirst, format.DatesMonthFirst, format.DatesYearFirst}, Needed: true,
	}
}

// foreign reports whether the header has words of a language other than English alone.
func (r *resolver) foreign() bool {
	for _, h := range r.header {
		if w := wordOf(h); w.role != "" && w.lang != "" && w.lang != "en" {
			return true
		}
	}
	return false
}

// money are the columns that hold amounts.
func (r *resolver) money() []int {
	return slices.Concat(r.columns[roleAmount], r.columns[roleMoneyIn], r.columns[roleMoneyOut], r.columns[roleEither], r.columns[roleBalance], r.columns[roleFee])
}

// findDecimal finds the mark before decimals.
func (r *resolver) findDecimal() {
	if a := r.answers[format.AskDecimal]; a == "," || a == "." {
		r.decimal = a[0]
		return
	}
	if r.layout != nil && r.layout.Decimal != "" {
		r.decimal = r.layout.Decimal[0]
		return
	}
	points, commas, unclear := 0, 0, 0
	for _, i := range r.money() {
		if i >= len(r.seen.columns) {
			continue
		}
		c := &r.seen.columns[i]
		unclear += c.unclear
		switch c.decimals.Mark() {
		case '.':
			points++
		case ',':
			commas++
		}
	}
	switch {
	case points > 0 && commas == 0:
		r.decimal = '.'
	case commas > 0 && points == 0:
		r.decimal = ','
	case unclear == 0:
		r.decimal = '.' // each shows its own mark
	default:
		value := "."
		if r.foreign() {
			value = ","
		}
		r.open[format.AskDecimal] = format.Question{Name: format.AskDecimal, Choices: []string{",", "."}, Value: value, Needed: true}
	}
}

// findCurrency finds the currency of rows that don't say it.
func (r *resolver) findCurrency() {
	answer := r.answers[format.AskCurrency]
	switch {
	case r.saysCurrency():
		r.currency = answer // of a row where the cell is empty
	case fairlead.ValidCurrency(answer):
		r.currency = answer
	case r.layout != nil && r.layout.Currency != "":
		r.currency = r.layout.Currency
	default:
		r.currency = r.shownCurrency()
	}
	if r.currency == "" && !r.saysCurrency() {
		r.open[format.AskCurrency] = format.Question{Name: format.AskCurrency, Needed: true}
	}
}

// saysCurrency reports whether a column has currencies: one of an unknown table may be empty.
func (r *resolver) saysCurrency() bool {
	return slices.ContainsFunc(r.columns[roleCurrency], func(i int) bool {
		return r.layout != nil || i < len(r.seen.columns) && r.seen.columns[i].filled > 0
	})
}

// shownCurrency is the one that the headers of amounts or all amounts name.
func (r *resolver) shownCurrency() string {
	code := ""
	for _, i := range slices.Concat(r.columns[roleAmount], r.columns[roleMoneyIn], r.columns[roleMoneyOut], r.columns[roleEither]) {
		shown := ""
		if i < len(r.header) {
			shown = wordOf(r.header[i]).currency
		}
		if c := &r.seen.columns[i]; shown == "" && c.signs > 0 && c.signs == c.amounts {
			shown = c.sign
		}
		if shown == "" || code != "" && shown != code {
			return ""
		}
		code = shown
	}
	return code
}

// findSigns finds out what is money in and what is money out.
func (r *resolver) findSigns() {
	r.minus = map[role]minus{}
	if !r.has(roleAmount) {
		r.findMinus(roleMoneyIn)
		r.findMinus(roleMoneyOut)
		return
	}
	if r.flags() {
		return
	}
	r.inverted = r.layout != nil && r.layout.Inverted
	switch r.answers[askSign] {
	case signAsIs:
		r.inverted = false
		return
	case signInverted:
		r.inverted = true
		return
	}
	proven, inverted := r.chain()
	if r.layout != nil && (!proven || inverted == r.inverted) {
		return
	}
	if r.layout == nil && proven && !r.maybeCard() {
		r.inverted = inverted
		return
	}
	value := signAsIs
	if proven && inverted {
		value = signInverted
	}
	r.open[askSign] = format.Question{Name: askSign, Choices: []string{signAsIs, signInverted}, Value: value, Needed: true}
}

// cardWords are words of tables of cards, where positive amounts may be money out and
// positive balances what is owed, so that both fit together either way.
var cardWords = strings.Fields("card cards cartao tarjeta karte kreditkarte kreditkartenkonto carte carta kaart creditcard kort karta karty")

// maybeCard reports whether an unknown table may be of a card: it says so, or all its amounts
// are positive.
func (r *resolver) maybeCard() bool {
	if r.ofCard() {
		return true
	}
	negative := 0
	for _, i := range r.columns[roleAmount] {
		negative += r.seen.columns[i].negative
	}
	return negative == 0
}

// ofCard reports whether a table says that it is of a card.
func (r *resolver) ofCard() bool {
	for _, cells := range append(slices.Clip(r.above), r.header) {
		for _, c := range cells {
			for w := range strings.FieldsSeq(fold(c)) {
				if slices.Contains(cardWords, w) {
					return true
				}
			}
		}
	}
	return false
}

// findOwed finds out whether the balances are what is owed: they go down by money in.
func (r *resolver) findOwed() {
	if _, open := r.open[askSign]; open || !r.has(roleBalance) || r.decimal == 0 {
		return
	}
	sum := r.links(func(row row) (fairlead.Decimal, bool) {
		d, bad := r.plan.money(row)
		if d == nil {
			d = &fairlead.Decimal{}
		}
		return *d, bad == nil
	})
	_, r.owed = sum.verdict()
}

// flags finds the column that says which amounts are money out. In an unknown table it
// may be the type: all its values must be words for in and out. Of a column that is called
// a flag, nearly all: the row of another value is left out with a warning.
func (r *resolver) flags() bool {
	if r.layout != nil {
		if r.has(roleFlag) {
			r.signed, _, _ = r.flagged()
		}
		return r.has(roleFlag)
	}
	for _, of := range []role{roleFlag, roleType} {
		columns := r.columns[of]
		delete(r.columns, roleFlag)
		if len(columns) != 1 {
			continue
		}
		r.columns[roleFlag] = columns
		signed, known, unknown := r.flagged()
		if known > 0 && (unknown == 0 || of == roleFlag && unknown <= known/2) {
			r.signed = signed
			return true
		}
		delete(r.columns, roleFlag)
	}
	return false
}

// flagged reports whether the amounts that a flag calls money out have a minus already,
// and how many rows with an amount have a flag that is known, and one that is not.
func (r *resolver) flagged() (signed bool, known, unknown int) {
	negative, positive, in := 0, 0, 0
	r.each(func(row row) bool {
		d, err := readAmount(r.value(row, roleAmount), '.')
		if _, day := readDay(r.value(row, roleDate)); err != nil || !day {
			return true
		}
		out, ok := r.out(r.value(row, roleFlag))
		switch {
		case !ok:
			unknown++
		case out && d.Sign() < 0:
			negative++
		case out:
			positive++
		default:
			in++
		}
		return true
	})
	if negative+positive == 0 {
		return false, 0, unknown
	}
	return negative > positive, negative + positive + in, unknown
}

// out reports whether a flag means money out; ok is false for a flag that means neither.
func (p *plan) out(flag string) (out, ok bool) {
	f := fold(flag)
	if p.layout != nil {
		return slices.Contains(p.layout.Out, f), slices.Contains(p.layout.Out, f) || slices.Contains(p.layout.In, f)
	}
	switch f {
	case "d", "dr", "debit", "debito", "s", "soll", "af", "out", "cargo", "saida", "dare", "debet", "uttag":
		return true, true
	case "c", "cr", "credit", "credito", "h", "haben", "bij", "in", "abono", "entrada", "avere", "insattning":
		return false, true
	}
	return false, false
}

// minus is what a minus means in a column that is for one direction alone.
type minus int

const (
	minusTakesBack minus = iota // the other direction
	minusAlways                 // the column's direction: all its amounts have one
	minusIgnored                // nothing
)

// findMinus finds out what a minus means in a column of money in or out. Where some amounts
// have one and others don't, the balances say; or else what most have is the direction.
func (r *resolver) findMinus(of role) {
	negative, positive := 0, 0
	r.each(func(row row) bool {
		if _, day := readDay(r.value(row, roleDate)); !day {
			return true // a sum
		}
		if d, err := readAmount(r.value(row, of), cmp.Or(r.decimal, '.')); err == nil {
			switch d.Sign() {
			case -1:
				negative++
			case 1:
				positive++
			}
		}
		return true
	})
	if negative > positive {
		r.minus[of] = minusAlways
	}
	if negative == 0 || positive == 0 || !r.has(roleBalance) || r.decimal == 0 {
		return
	}
	most, best := -1, r.minus[of]
	for _, m := range []minus{best, minusTakesBack, minusAlways, minusIgnored} {
		r.minus[of] = m
		sum := r.links(func(row row) (fairlead.Decimal, bool) {
			d, bad := r.plan.money(row)
			if d == nil {
				d = &fairlead.Decimal{}
			}
			return *d, bad == nil
		})
		if n := max(sum.up, sum.down); n > most {
			most, best = n, m
		}
	}
	r.minus[of] = best
}

// chain asks the balances: if one goes over into the next by the amounts as they are, or
// inverted, that is proven.
func (r *resolver) chain() (proven, inverted bool) {
	if !r.has(roleBalance) || r.decimal == 0 {
		return false, false
	}
	sum := r.links(func(row row) (d fairlead.Decimal, ok bool) {
		cell := r.value(row, roleAmount)
		if cell == "" { // a row of a balance
			return d, true
		}
		d, err := readAmount(cell, r.decimal)
		return d, err == nil
	})
	return sum.verdict()
}

// verdict says whether nearly all balances go over into the next by the amounts, or by the
// amounts inverted, and only one of both.
func (c *chain) verdict() (proven, inverted bool) {
	asIs, opposite := max(c.up, c.down), max(c.upInverted, c.downInverted)
	switch {
	case c.links < 2:
		return false, false
	case asIs*10 >= c.links*9 && opposite*2 < c.links:
		return true, false
	case opposite*10 >= c.links*9 && asIs*2 < c.links:
		return true, true
	}
	return false, false
}

// links counts how the balances of neighbouring rows of an account go over into each other.
func (r *resolver) links(amount func(row) (fairlead.Decimal, bool)) (sum chain) {
	chains := map[string]*chain{}
	r.each(func(row row) bool {
		balance, err := readAmount(r.value(row, roleBalance), r.decimal)
		if err != nil {
			return true
		}
		d, ok := amount(row)
		if !ok {
			return true
		}
		currency, _ := r.rowCurrency(row)
		key := currency + "|" + r.value(row, roleAccount) + "|" + r.value(row, roleProduct)
		c := chains[key]
		if c == nil {
			if len(chains) >= format.MaxAccounts {
				return false
			}
			c = &chain{}
			chains[key] = c
		}
		c.add(d, balance)
		return true
	})
	for _, c := range chains {
		sum.links += c.links
		sum.up, sum.down = sum.up+c.up, sum.down+c.down
		sum.upInverted, sum.downInverted = sum.upInverted+c.upInverted, sum.downInverted+c.downInverted
	}
	return sum
}

// chain counts how the balances of neighbouring rows go over into each other.
type chain struct {
	links        int
	up, down     int // older rows above, newer rows above
	upInverted   int
	downInverted int
	begun        bool
	amount, last fairlead.Decimal
}

func (c *chain) add(amount, balance fairlead.Decimal) {
	if c.begun {
		c.links++
		step := balance.Sub(c.last)
		switch {
		case step.Equal(amount):
			c.up++
		case step.Equal(amount.Neg()):
			c.upInverted++
		}
		switch {
		case step.Equal(c.amount.Neg()):
			c.down++
		case step.Equal(c.amount):
			c.downInverted++
		}
	}
	c.begun, c.amount, c.last = true, amount, balance
}
