package cnab240

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// day reads DDMMYYYY.
func day(s string) (fairlead.Date, bool) {
	if len(s) != 8 || !format.Digits(s) {
		return fairlead.Date{}, false
	}
	n, _ := strconv.Atoi(s)
	d := fairlead.Date{Year: n % 10000, Month: time.Month(n / 10000 % 100), Day: n / 1000000}
	return d, d.Month > 0 && d.Year >= 1900 && fairlead.DateOf(d.Time()) == d
}

// unsigned reads an amount of 18 digits, the last two of them decimals.
func unsigned(s string) (fairlead.Decimal, bool) {
	s = strings.TrimSpace(s)
	if !format.Digits(s) || len(s) > 18 {
		return fairlead.Decimal{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return fairlead.NewDecimal(n, 2), err == nil
}

// signed reads an amount before its D or C. A zero needs neither.
func signed(amount, direction string) (fairlead.Decimal, bool) {
	d, ok := unsigned(amount)
	switch {
	case !ok:
		return d, false
	case direction == "C" || direction == "c" || d.IsZero():
		return d, true
	case direction == "D" || direction == "d":
		return d.Neg(), true
	}
	return d, false
}

// bare is a number without the zeros it is filled up with.
func bare(s string) string { return strings.TrimLeft(strings.TrimSpace(s), "0") }

// branchOf is a branch in its four digits: the field has five.
func branchOf(s string) string {
	s = strings.TrimSpace(s)
	if len(s) == 5 && s[0] == '0' {
		return s[1:]
	}
	return s
}

// currencyOf reads the code of a lot. The real is written in many ways; what else is
// no code of ISO 4217 is "".
func currencyOf(s string) string {
	switch s = strings.ToUpper(strings.TrimSpace(s)); s {
	case "", "BRL", "BRC", "R$", "REA", "RS", "986", "790", "009", "09", "9", "000", "00":
		return "BRL"
	}
	if fairlead.ValidCurrency(s) {
		return s
	}
	return ""
}

// transferKind is which of its transfers Brazil calls a row.
func transferKind(description string) string {
	for word := range strings.FieldsFuncSeq(description, func(r rune) bool { return r < '0' || r > '9' && r < 'A' }) {
		switch strings.ToUpper(word) {
		case "PIX":
			return "pix"
		case "TED":
			return "ted"
		}
	}
	return "transfer"
}
