package mt940

import (
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// balance is a :60a:, :62a: or :64: with its sign.
type balance struct {
	fairlead.Money
	day  fairlead.Date
	line int
}

// readBalance reads C180417HUF25170637,10. The currency may be missing.
func readBalance(s string) (*balance, bool) {
	if len(s) < 8 || s[0] != 'C' && s[0] != 'D' {
		return nil, false
	}
	day, ok := readDay(s[1:7])
	if !ok {
		return nil, false
	}
	b := &balance{day: day}
	rest := s[7:]
	if len(rest) > 3 && fairlead.ValidCurrency(rest[:3]) {
		b.Currency, rest = rest[:3], strings.TrimSpace(rest[3:])
	}
	if b.Amount, ok = readAmount(rest); !ok {
		return nil, false
	}
	if s[0] == 'D' {
		b.Amount = b.Amount.Neg()
	}
	return b, true
}

// readAmount reads digits with one comma. Some banks write a point: it is taken where one
// or two digits behind it leave no doubt that it is the decimal mark.
func readAmount(s string) (fairlead.Decimal, bool) {
	if s == "" || len(s) > 40 || !isDigit(s[0]) && s[0] != ',' {
		return fairlead.Decimal{}, false
	}
	mark := strings.IndexAny(s, ",.")
	if mark >= 0 {
		behind := s[mark+1:]
		if s[mark] == '.' && (len(behind) < 1 || len(behind) > 2) {
			return fairlead.Decimal{}, false
		}
		s = s[:mark]
		if s == "" {
			s = "0"
		}
		if behind != "" {
			s += "." + behind
		}
	}
	d, err := fairlead.ParseDecimal(s)
	return d, err == nil
}

// amountLength is how much of a text is an amount.
func amountLength(s string) int {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == ',' || s[i] == '.') {
		i++
	}
	return i
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// readDay reads YYMMDD.
func readDay(s string) (fairlead.Date, bool) {
	if len(s) != 6 {
		return fairlead.Date{}, false
	}
	year, ok := digits(s[:2])
	if !ok {
		return fairlead.Date{}, false
	}
	if year += 2000; year >= 2080 {
		year -= 100
	}
	return readMonthDay(year, s[2:])
}

// readMonthDay reads MMDD of a year. The 29th and 30th of February are its last day.
func readMonthDay(year int, s string) (fairlead.Date, bool) {
	month, ok := digits(s[:2])
	day, ok2 := digits(s[2:])
	if !ok || !ok2 || month < 1 || month > 12 || day < 1 {
		return fairlead.Date{}, false
	}
	d := fairlead.Date{Year: year, Month: time.Month(month), Day: day}
	if month == 2 && (day == 29 || day == 30) {
		return fairlead.Date{Year: year, Month: time.January, Day: 31}.AddMonths(1), true
	}
	return d, fairlead.DateOf(d.Time()) == d
}

// entryDay reads MMDD in the year that brings it closest to the value date.
func entryDay(value fairlead.Date, s string) (fairlead.Date, bool) {
	var best fairlead.Date
	distance := time.Duration(-1)
	for year := value.Year - 1; year <= value.Year+1; year++ {
		d, ok := readMonthDay(year, s)
		if !ok {
			continue
		}
		if gap := d.Time().Sub(value.Time()).Abs(); distance < 0 || gap < distance {
			best, distance = d, gap
		}
	}
	return best, distance >= 0
}

// total is a :90D: or :90C:.
type total struct {
	fairlead.Money
	count int
	line  int
}

// readTotal reads 1EUR2,30.
func readTotal(s string) (*total, bool) {
	i := 0
	for i < len(s) && i < 6 && isDigit(s[i]) {
		i++
	}
	t := &total{}
	var ok bool
	if t.count, ok = digits(s[:i]); !ok || len(s) < i+4 || !fairlead.ValidCurrency(s[i:i+3]) {
		return nil, false
	}
	t.Currency = s[i : i+3]
	t.Amount, ok = readAmount(s[i+3:])
	return t, ok
}

// noReference reports whether a reference says that there is none.
func noReference(s string) bool {
	switch strings.ToUpper(s) {
	case "NONREF", "NOREF", "NOTPROVIDED", "NONE", "KREF+", "EREF", "PREF", "MARF":
		return true
	}
	return strings.Trim(s, "0-. /") == ""
}

// counter reports whether a reference is a small number with nothing but a prefix, which
// begins anew in the next file: "17", "0001", "TRN-3".
func counter(s string) bool {
	prefix := strings.TrimRight(s, "0123456789")
	number := strings.TrimLeft(s[len(prefix):], "0")
	return len(number) <= 6 && !strings.ContainsAny(prefix, "0123456789")
}
