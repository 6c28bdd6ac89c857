package world

import "math/big"

// Charges are what a contract costs at its beginning, beside its interest.
type Charges struct {
	Fee int64 // the bank's, for the application
	Tax int64 // on the credit: Brazil's IOF
}

// Brazil's tax on credit, in millionths of what is lent: once, and for every day
// until each part is paid back, at most a year of them (Decree 6.306, article 7).
const (
	iofOnce  = 3800
	iofDaily = 82
	iofDays  = 365
)

// Charges of a contract leave checking on the day it begins. A line without
// instalments has none: its tax is part of what each use costs.
func (l Contract) Charges() Charges {
	out := Charges{Fee: l.Kind.Fee}
	if !l.Kind.Taxed || l.Kind.Open {
		return out
	}
	parts := l.Amount * iofOnce
	for _, p := range l.Payments {
		parts += (p.Cents - p.Interest) * iofDaily * int64(min(p.Due-l.Start, iofDays))
	}
	out.Tax = parts / 1000000
	return out
}

// costKey is what a contract's cost follows from.
type costKey struct{ books, contract Key }

// TotalCost is that of a contract of the customer's.
func (c *Customer) TotalCost(l Contract) int64 {
	return c.world.costs.get(costKey{c.ledger, l.Key}, l.TotalCost)
}

// TotalCost is a contract's yearly cost in all, in millionths: the rate at which
// its instalments, a month apart, are worth what the customer received after the
// charges. Of a line without instalments, it is that of a month's use. It is
// reckoned in whole numbers, so that no machine's rounding differs.
func (l Contract) TotalCost() int64 {
	const one = 1000000000 // a monthly rate counts billionths
	monthly := l.Kind.Rate * one / 120000
	if l.Kind.Open {
		if l.Kind.Taxed {
			monthly += (iofOnce + 30*iofDaily) * one / 1000000
		}
		return yearly(monthly, one)
	}
	charges := l.Charges()
	received := l.Amount - charges.Fee - charges.Tax
	low, high := int64(0), int64(one)
	for high-low > 1 {
		middle := (low + high) / 2
		if l.worth(middle, one).Cmp(big.NewInt(received*one)) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return max(yearly(high, one), yearly(monthly, one))
}

// worth is what the instalments are worth at their beginning at a monthly rate, in
// parts of a cent.
func (l Contract) worth(monthly, one int64) *big.Int {
	total, rate, whole := new(big.Int), big.NewInt(one+monthly), big.NewInt(one)
	for i := len(l.Payments) - 1; i >= 0; i-- {
		total.Add(total, new(big.Int).Mul(big.NewInt(l.Payments[i].Cents), whole))
		total.Mul(total, whole)
		total.Div(total, rate)
	}
	return total
}

// yearly compounds a monthly rate over twelve months, to millionths.
func yearly(monthly, one int64) int64 {
	grown, whole := big.NewInt(one), big.NewInt(one)
	for range 12 {
		grown.Mul(grown, big.NewInt(one+monthly))
		grown.Div(grown, whole)
	}
	return new(big.Int).Div(grown.Sub(grown, whole), big.NewInt(one/1000000)).Int64()
}
