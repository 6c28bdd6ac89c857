package fairlead

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits bounds what is accepted from outside: no real amount comes near it,
// and a number of a million digits is an attack.
const maxDigits = 60

// Decimal is an exact decimal number: an integer coefficient and a scale (digits
// after the point). It keeps the scale it came with, so "12.30" stays "12.30".
// Coefficients that fit 64 bits stay in n; longer ones in big.
type Decimal struct {
	n     int64
	big   *big.Int
	scale int32
}

// ErrDecimal says that a text is no decimal number.
var ErrDecimal = errors.New("fairlead: not a decimal number")

// NewDecimal is coefficient / 10^scale: NewDecimal(1230, 2) is 12.30.
func NewDecimal(coefficient int64, scale int) Decimal {
	return Decimal{n: coefficient, scale: int32(scale)}
}

// ParseDecimal reads digits with an optional sign and one point. No exponent,
// no grouping, at most 60 digits.
func ParseDecimal(s string) (Decimal, error) {
	digits, scale := s, 0
	if i := strings.IndexByte(s, '.'); i >= 0 {
		digits, scale = s[:i]+s[i+1:], len(s)-i-1
	}
	bare := strings.TrimLeft(digits, "+-")
	if len(digits)-len(bare) > 1 || bare == "" || len(bare) > maxDigits {
		return Decimal{}, ErrDecimal
	}
	for _, c := range bare {
		if c < '0' || c > '9' {
			return Decimal{}, ErrDecimal
		}
	}
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return Decimal{n: n, scale: int32(scale)}, nil
	}
	b, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return Decimal{}, ErrDecimal
	}
	return fromBig(b, scale), nil
}

func fromBig(b *big.Int, scale int) Decimal {
	if b.IsInt64() {
		return Decimal{n: b.Int64(), scale: int32(scale)}
	}
	return Decimal{big: b, scale: int32(scale)}
}

func (d Decimal) coefficient() *big.Int {
	if d.big != nil {
		return d.big
	}
	return big.NewInt(d.n)
}

// Scale is the number of digits after the point.
func (d Decimal) Scale() int { return int(d.scale) }

// Sign is -1, 0 or +1.
func (d Decimal) Sign() int {
	if d.big != nil {
		return d.big.Sign()
	}
	switch {
	case d.n < 0:
		return -1
	case d.n > 0:
		return 1
	}
	return 0
}

func (d Decimal) IsZero() bool { return d.Sign() == 0 }

// String writes every digit of the scale: 1230 at scale 2 is "12.30".
func (d Decimal) String() string {
	var s string
	if d.big != nil {
		s = d.big.String()
	} else {
		s = strconv.FormatInt(d.n, 10)
	}
	if d.scale <= 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if pad := int(d.scale) + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	cut := len(s) - int(d.scale)
	return sign + s[:cut] + "." + s[cut:]
}

func pow10(n int32) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// align brings two decimals to the larger of their scales.
func align(a, b Decimal) (x, y *big.Int, scale int32) {
	x, y, scale = a.coefficient(), b.coefficient(), max(a.scale, b.scale)
	if a.scale < scale {
		x = new(big.Int).Mul(x, pow10(scale-a.scale))
	}
	if b.scale < scale {
		y = new(big.Int).Mul(y, pow10(scale-b.scale))
	}
	return x, y, scale
}

// Add is exact; the result has the larger scale.
func (d Decimal) Add(e Decimal) Decimal {
	if d.big == nil && e.big == nil && d.scale == e.scale {
		if s := d.n + e.n; (s > d.n) == (e.n > 0) {
			return Decimal{n: s, scale: d.scale}
		}
	}
	x, y, scale := align(d, e)
	return fromBig(new(big.Int).Add(x, y), int(scale))
}

// Neg flips the sign.
func (d Decimal) Neg() Decimal {
	if d.big == nil && d.n != math.MinInt64 {
		return Decimal{n: -d.n, scale: d.scale}
	}
	return fromBig(new(big.Int).Neg(d.coefficient()), int(d.scale))
}

// Abs drops the sign.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Sub is exact; the result has the larger scale.
func (d Decimal) Sub(e Decimal) Decimal { return d.Add(e.Neg()) }

// Mul is exact; the scales add up.
func (d Decimal) Mul(e Decimal) Decimal {
	return fromBig(new(big.Int).Mul(d.coefficient(), e.coefficient()), int(d.scale+e.scale))
}

// Cmp orders by value: 1.0 and 1.00 are equal.
func (d Decimal) Cmp(e Decimal) int {
	x, y, _ := align(d, e)
	return x.Cmp(y)
}

// Equal compares by value and lets go-cmp compare what holds a Decimal.
func (d Decimal) Equal(e Decimal) bool { return d.Cmp(e) == 0 }

// Round brings the number to scale digits after the point, halves to even.
func (d Decimal) Round(scale int) Decimal {
	s := int32(scale)
	if s == d.scale {
		return d
	}
	if s > d.scale {
		return fromBig(new(big.Int).Mul(d.coefficient(), pow10(s-d.scale)), scale)
	}
	unit := pow10(d.scale - s)
	q, r := new(big.Int).QuoRem(d.coefficient(), unit, new(big.Int))
	switch twice := new(big.Int).Abs(new(big.Int).Lsh(r, 1)); twice.Cmp(unit) {
	case 1:
		q.Add(q, big.NewInt(int64(d.Sign())))
	case 0:
		if q.Bit(0) == 1 {
			q.Add(q, big.NewInt(int64(d.Sign())))
		}
	}
	return fromBig(q, scale)
}

// Float64 is for formats that demand a float on the wire, and for nothing else.
func (d Decimal) Float64() float64 {
	f, _ := strconv.ParseFloat(d.String(), 64)
	return f
}

func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Decimal) UnmarshalText(b []byte) error {
	v, err := ParseDecimal(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// Money is an exact amount of a currency (ISO 4217 code). Positive is money in.
// A missing amount is a nil *Money, never a zero.
type Money struct {
	Amount   Decimal `json:"amount"`
	Currency string  `json:"currency"`
}

// NewMoney is coefficient / 10^scale of the currency.
func NewMoney(coefficient int64, scale int, currency string) Money {
	return Money{NewDecimal(coefficient, scale), currency}
}

// ParseMoney reads a decimal text and a three-letter code.
func ParseMoney(amount, currency string) (Money, error) {
	d, err := ParseDecimal(amount)
	if err != nil {
		return Money{}, err
	}
	if !ValidCurrency(currency) {
		return Money{}, errors.New("fairlead: not an ISO 4217 code")
	}
	return Money{d, currency}, nil
}

// ValidCurrency checks the shape of an ISO 4217 code: three capital letters.
func ValidCurrency(code string) bool {
	if len(code) != 3 {
		return false
	}
	for _, c := range code {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// Neg flips the direction.
func (m Money) Neg() Money { return Money{m.Amount.Neg(), m.Currency} }

// Equal compares value and currency.
func (m Money) Equal(o Money) bool { return m.Currency == o.Currency && m.Amount.Equal(o.Amount) }

// String is "12.30 BRL".
func (m Money) String() string { return m.Amount.String() + " " + m.Currency }
