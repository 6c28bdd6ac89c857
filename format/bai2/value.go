package bai2

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// day reads YYMMDD, and YYYYMMDD of BTR3.
func day(s string) (fairlead.Date, bool) {
	if len(s) == 6 {
		s = "20" + s
	}
	if len(s) != 8 || !format.Digits(s) {
		return fairlead.Date{}, false
	}
	n, _ := strconv.Atoi(s)
	d := fairlead.Date{Year: n / 10000, Month: time.Month(n / 100 % 100), Day: n % 100}
	return d, d.Month > 0 && d.Year >= 1900 && fairlead.DateOf(d.Time()) == d
}

// instant is a day with a clock of HHMM, which is in the bank's zone, whichever that is.
// 2400 and 9999 are the end of the day.
func instant(d fairlead.Date, clock string) time.Time {
	if len(clock) != 4 || !format.Digits(clock) {
		return d.Time()
	}
	n, _ := strconv.Atoi(clock)
	h, m := n/100, n%100
	if h > 23 || m > 59 {
		h, m = 23, 59
	}
	return d.Time().Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
}

// number reads an amount as it stands, without its decimals, for the sums of the
// trailers.
func number(s string) (fairlead.Decimal, bool) {
	d, err := fairlead.ParseDecimal(s)
	return d, err == nil
}

// money gives an amount the decimals of its currency, unless it has a point.
func money(d fairlead.Decimal, currency string) *fairlead.Money {
	if d.Scale() == 0 {
		d = d.Mul(fairlead.NewDecimal(1, scale(currency)))
	}
	return &fairlead.Money{Amount: d, Currency: currency}
}

// scale is how many decimals amounts of a currency have (ISO 4217).
func scale(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// routing reports whether an id is an ABA routing number: nine digits that weigh a
// multiple of ten under 3, 7, 1.
func routing(s string) bool {
	if len(s) != 9 || !format.Digits(s) || strings.Trim(s, "0") == "" {
		return false
	}
	sum := 0
	for i := range len(s) {
		sum += int(s[i]-'0') * [3]int{3, 7, 1}[i%3]
	}
	return sum%10 == 0
}
