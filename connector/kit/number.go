package kit

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// maxExponent bounds what a number may be multiplied with; no amount comes near it.
const maxExponent = 40

// ParseDecimal reads a number as programs write it: as fairlead.ParseDecimal does, and
// with an exponent ("1.5e3"). It is exact. Errors: fairlead.ErrDecimal.
func ParseDecimal(text string) (fairlead.Decimal, error) {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "e")
	value, err := fairlead.ParseDecimal(mantissa)
	if err != nil || !scientific {
		return value, err
	}
	shift, err := strconv.Atoi(exponent)
	if err != nil || shift > maxExponent || shift < -maxExponent {
		return fairlead.Decimal{}, fairlead.ErrDecimal
	}
	factor := fairlead.NewDecimal(1, max(0, -shift))
	for range shift {
		factor = factor.Mul(fairlead.NewDecimal(10, 0))
	}
	return fairlead.ParseDecimal(value.Mul(factor).String()) // which bounds the digits
}
