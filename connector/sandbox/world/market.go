package world

import "math/bits"

// Security is something that can be held.
type Security struct {
	Ref, ISIN, CUSIP, Ticker, Name string
	Kind, Subtype, Issuer          string
	IssuerTaxID                    string

	Price    int64 // ten-thousandths of the currency, in 2020
	Trend    int64 // thousandths a year
	Swing    int64 // how much it moves, thousandths
	Yield    int64 // dividends, basis points a year; paid in the last month of each quarter
	Exempt   bool  // free of tax
	Whole    bool  // held in whole pieces
	Fixed    bool  // bears Trend as interest, bought once and held to its end
	Pension  bool  // cannot be sold, only moved
	Withheld int64 // of dividends, interest and what a fund gained, per cent

	Type                string // Open Finance Brasil: investment type
	Bears               Yield
	Debtor, DebtorTaxID string // of a private debt: who owes it
	Class               string // ANBIMA
}

// Currency amounts of a position: quantity and price count ten-thousandths.
const unit = 10000

// worth is quantity times price in cents, rounded down.
func worth(quantity, price int64) int64 {
	whole, part := quantity/unit, quantity%unit
	return whole*price/100 + part*price/(100*unit)
}

// quote is a security's price at the end of a day: a trend, and three waves of
// noise, in whole numbers. Of a fixed one it is what has accrued since a day.
func (s Security) quote(day, since Day) int64 {
	if s.Fixed {
		return s.Price + s.Price*s.Trend*int64(day-since)/(365*1000)
	}
	key := NewKey("market", s.Ref)
	days := int64(day) - 18262 // since 1 January 2020
	p := s.Price + s.Price*s.Trend*max(days, -3000)/(365*1000)
	var noise int64 // millionths
	for i, lattice := range []int64{331, 47, 5} {
		noise += wave(key.Sub(i), int64(day), lattice) * s.Swing / []int64{1, 2, 7}[i] / 1000
	}
	p += p * noise / 1000000
	p = max(p, 100)
	if s.Whole {
		p = p / 100 * 100
	}
	return p
}

// wave is smooth noise between minus and plus a million: random at every point
// of the lattice, straight between.
func wave(key Key, day, lattice int64) int64 {
	at, step := day/lattice, day%lattice
	a, b := key.Sub(int(at)).RNG().Between(-1000000, 1000000), key.Sub(int(at+1)).RNG().Between(-1000000, 1000000)
	return a + (b-a)*step/lattice
}

// share is amount × part / whole, rounded down, without overflowing on the way.
// None of them is negative, and part is at most whole.
func share(amount, part, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(amount), uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}
