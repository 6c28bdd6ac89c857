package world

import (
	"strconv"
	"time"
)

// Levied is what Brazil takes of a gain at its source.
type Levied struct {
	Income     int64 // tax on income
	Operations int64 // tax on financial operations, taken first
}

// ofGain is the part of a gain, in per cent, that the tax on financial operations
// takes of what is redeemed on the first day, the second, and so on; from the
// thirtieth on it takes nothing (Decree 6.306, annex).
var ofGain = [...]int64{96, 93, 90, 86, 83, 80, 76, 73, 70, 66, 63, 60, 56, 53, 50, 46, 43, 40, 36, 33, 30, 26, 23, 20, 16, 13, 10, 6, 3}

// levied is what is taken of a gain on a security held so many days: the less the
// longer (Law 11.033, article 1), of funds of shares always the same. What is sold at
// the exchange is taxed too, but its seller pays that tax; of the exempt ones there
// is none.
func (s *Security) levied(gain int64, days Day) Levied {
	if gain <= 0 || s.Exempt || s.Kind == "equity" || s.Kind == "etf" {
		return Levied{}
	}
	var out Levied
	perMille := int64(225)
	switch {
	case s.Class == SharesClass || days > 720:
		perMille = 150
	case days > 360:
		perMille = 175
	case days > 180:
		perMille = 200
	}
	if at := max(int(days), 1) - 1; at < len(ofGain) && s.Class != SharesClass {
		out.Operations = gain * ofGain[at] / 100
	}
	out.Income = (gain - out.Operations) * perMille / 1000
	return out
}

// Total is both taxes.
func (l Levied) Total() int64 { return l.Income + l.Operations }

func (l *Levied) add(m Levied) {
	l.Income += m.Income
	l.Operations += m.Operations
}

// Levied is what Brazil would take if a position were sold on a day.
func (p Position) Levied(today Day) Levied {
	var out Levied
	for _, l := range p.Lots {
		out.add(p.Security.levied(share(p.Value, l.Quantity, p.Quantity)-l.Cost, today-l.Day))
	}
	return out
}

// informe is the Brazilian statement of income for the tax return, and its
// correction. Gains at the exchange are on none: their owner reckons them. Of what is
// taxed at the source it says what was left, and what was taken.
func (c *Customer) informe(year int) []TaxForm {
	first, last := MonthOf(year, time.January), MonthOf(year+1, time.January)
	savings, _, _ := c.yearOf(year, PaperInterest)
	sum := c.invested(year)
	var accounts []int
	var boxes []Box
	for _, a := range c.Accounts {
		if a.Bulk || (a.Subtype != "checking" && a.Subtype != "savings") {
			continue
		}
		accounts = append(accounts, a.Index)
		boxes = append(boxes, yearEnds(a.Ref, a.Name, year, c.Opening(a.Index, first), c.Opening(a.Index, last))...)
	}
	ends := c.ends(first, last, func(p Position) int64 { return p.Cost })
	for _, h := range ends {
		boxes = append(boxes, yearEnds(h.Ref, h.Security.Name, year, h.Before, h.After)...)
	}
	exempt, taxed := gains(sum.sales)
	boxes = append([]Box{
		{"rendimentosPoupanca", "Rendimentos isentos - caderneta de poupança", savings},
		{"rendimentosIsentos", "Rendimentos isentos - LCI, LCA, CRI e debêntures incentivadas", exempt},
		{"dividendos", "Rendimentos isentos - lucros e dividendos", sum.dividends},
		{"rendimentosAplicacoes", "Tributação exclusiva - rendimentos líquidos de aplicações financeiras", sum.interest + taxed - sum.onGains - sum.levies},
		{"impostoRetido", "Imposto sobre a renda retido na fonte", sum.onGains},
	}, boxes...)
	boxes = append(boxes, Box{"dividasAnteriores", "Dívidas e ônus reais em 31/12/" + strconv.Itoa(year-1), c.debt(first)},
		Box{"dividas", "Dívidas e ônus reais em 31/12/" + strconv.Itoa(year), c.debt(last)})
	forms := c.twice("informe-de-rendimentos", year, append(accounts, sum.accounts...), boxes)
	for i := range forms {
		forms[i].Ends = ends
	}
	return forms
}

// debt is what is owed of all contracts with instalments when a month begins.
func (c *Customer) debt(m Month) (cents int64) {
	at := m.First().Time()
	for _, l := range c.Contracts(m.First(), at) {
		if owed, _ := l.Owed(at); !l.Kind.Open {
			cents += owed
		}
	}
	return cents
}

func yearEnds(ref, name string, year int, before, after int64) []Box {
	return []Box{
		{"saldoAnterior." + ref, "Saldo em 31/12/" + strconv.Itoa(year-1) + " - " + name, before},
		{"saldo." + ref, "Saldo em 31/12/" + strconv.Itoa(year) + " - " + name, after},
	}
}

// gains are those of a year's sales that are exempt, and those that are taxed at the
// source. A loss lessens neither.
func gains(sales []SoldLot) (exempt, taxed int64) {
	for _, s := range sales {
		gain := max(s.Proceeds-s.Cost, 0)
		switch {
		case s.Security.Exempt:
			exempt += gain
		case s.Security.Kind != "equity" && s.Security.Kind != "etf":
			taxed += gain
		}
	}
	return exempt, taxed
}
