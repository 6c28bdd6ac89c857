package flanks

import (
	"math"

	"github.com/fairlead-dev/fairlead"
)

// interest is what a liability costs, in percent a year.
type interest struct {
	Rate      *float64 `json:"interestRate"` // nominal
	Kind      *string  `json:"interestType"` // fixed, variable
	Index     *string  `json:"interestIndex"`
	TotalCost *float64 `json:"totalCost"` // with fees: TAE, APR, CET
}

// interestOf describes a contract's rate: the one that moves, where one does.
func interestOf(l fairlead.Loan) (out interest) {
	if l.TotalCost != nil {
		out.TotalCost = percent(l.TotalCost.Float64())
	}
	var rate *fairlead.LoanRate
	for n, r := range l.Rates {
		if rate == nil || rate.Index == "" && r.Index != "" {
			rate = &l.Rates[n]
		}
	}
	if rate == nil {
		return out
	}
	kind := "fixed"
	if rate.Index != "" {
		kind = "variable"
	}
	out.Kind, out.Index = &kind, orNull(rate.Index)
	monthly := rate.Period == "month"
	switch {
	case rate.Nominal != nil && monthly:
		out.Rate = percent(12 * rate.Nominal.Float64())
	case rate.Nominal != nil:
		out.Rate = percent(rate.Nominal.Float64())
	case rate.Effective == nil:
	case monthly:
		out.Rate = percent(12 * rate.Effective.Float64())
	default: // the nominal rate that, paid monthly, comes to it
		out.Rate = percent(12 * (math.Pow(1+rate.Effective.Float64(), 1.0/12) - 1))
	}
	return out
}

// percent is a fraction in percent, to four decimals.
func percent(fraction float64) *float64 {
	p := math.Round(fraction*1e6) / 1e4
	return &p
}
