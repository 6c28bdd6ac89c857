package norma43

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// day reads YYMMDD. Cuaderno 43 is of the 1980s: years from 80 are of the last century.
func day(s string) (fairlead.Date, bool) {
	if len(s) != 6 || !format.Digits(s) {
		return fairlead.Date{}, false
	}
	n, _ := strconv.Atoi(s)
	d := fairlead.Date{Year: 2000 + n/10000, Month: time.Month(n / 100 % 100), Day: n % 100}
	if d.Year >= 2080 {
		d.Year -= 100
	}
	return d, d.Month > 0 && fairlead.DateOf(d.Time()) == d
}

// signed reads an amount without a point beside its key. A zero needs no key.
func signed(key, amount string) (fairlead.Decimal, bool) {
	amount = strings.TrimSpace(amount)
	if !format.Digits(amount) || len(amount) > 18 {
		return fairlead.Decimal{}, false
	}
	n, err := strconv.ParseInt(amount, 10, 64)
	switch {
	case err != nil:
		return fairlead.Decimal{}, false
	case key == "2", n == 0:
		return fairlead.NewDecimal(n, 2), true
	case key == "1":
		return fairlead.NewDecimal(-n, 2), true
	}
	return fairlead.Decimal{}, false
}

// accountDigits are the two check digits of a CCC: one over bank and branch, one
// over the account's number.
func accountDigits(bank, branch, number string) string {
	return string([]byte{weighed("00" + bank + branch), weighed(number)})
}

// weighed is the check digit of ten digits: modulo 11 under the powers of two.
func weighed(ten string) byte {
	sum, weight := 0, 1
	for i := range len(ten) {
		sum += int(ten[i]-'0') * weight
		weight = weight * 2 % 11
	}
	switch d := 11 - sum%11; d {
	case 11:
		return '0'
	case 10:
		return '1'
	default:
		return byte('0' + d)
	}
}

// iban is the Spanish IBAN of a CCC of twenty digits: ISO 13616, modulo 97 with the
// letters E and S as 14 and 28.
func iban(ccc string) string {
	rest := 0
	for _, c := range []byte(ccc + "142800") {
		rest = (rest*10 + int(c-'0')) % 97
	}
	check := strconv.Itoa(98 - rest)
	if len(check) == 1 {
		check = "0" + check
	}
	return "ES" + check + ccc
}
