package qif

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// written is a date as it stands: three numbers, of which is known as much as it shows.
type written struct {
	parts  [3]int
	digits [3]int // of each part
	month  int    // index of a part that is a month's name; -1: none
	quote  bool   // an apostrophe before the year: Quicken's mark for years from 2000 on
	dotted bool   // points between the parts
}

// scan splits a date into its parts: "1/ 2'05", "31.12.2020", "2020-12-31", "3-Jan-20".
func scan(s string) (w written, ok bool) {
	w.month = -1
	n, dots := 0, 0
	for i := 0; i < len(s); {
		start := i
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
			if i-start == 8 && n == 0 {
				return compact(s[start:i])
			}
			if n == 3 {
				return w, strings.HasPrefix(s[start-1:], " ") || s[start-1] == 'T' // a time of day
			}
			if i-start > 4 {
				return w, false
			}
			w.parts[n], _ = strconv.Atoi(s[start:i])
			w.digits[n] = i - start
			n++
		case isLetter(c):
			for i < len(s) && isLetter(s[i]) {
				i++
			}
			if n == 3 && s[start:i] == "T" {
				continue
			}
			m := months[monthKey(s[start:i])]
			if m == 0 || n == 3 || w.month >= 0 {
				return w, false
			}
			w.parts[n], w.digits[n], w.month = m, 2, n
			n++
		default:
			switch {
			case c == '\'' && n == 2:
				w.quote = true
			case c == '.':
				dots++
			case c != '/' && c != '-' && c != ' ' && c != ',' && c != ':' && c != '\'':
				return w, false
			}
			i++
		}
	}
	w.dotted = dots >= 2
	return w, n == 3
}

// compact reads eight digits: the year first, where that gives a day, and else last.
func compact(s string) (w written, ok bool) {
	w.month = -1
	n, _ := strconv.Atoi(s)
	if y, m, d := n/10000, n/100%100, n%100; y >= 1900 && y < 2100 && m >= 1 && m <= 12 && d >= 1 && d <= 31 {
		w.parts, w.digits = [3]int{y, m, d}, [3]int{4, 2, 2}
		return w, true
	}
	w.parts, w.digits = [3]int{n / 1000000, n / 10000 % 100, n % 10000}, [3]int{2, 2, 4}
	return w, true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }

// certain reports whether the date needs no order.
func (w written) certain() bool { return w.month >= 0 || w.digits[0] == 4 }

// day is the day that the date is under an order.
func (w written) day(order string) (fairlead.Date, bool) {
	p := w.parts
	year, month, day := 2, 1, 0
	switch {
	case w.month == 0:
		month, day = 0, 1
	case w.digits[0] == 4 || w.month < 0 && order == format.DatesYearFirst:
		year, month, day = 0, 1, 2
	case w.month < 0 && order == format.DatesMonthFirst:
		month, day = 0, 1
	}
	y := p[year]
	switch {
	case w.digits[year] == 4:
	case w.digits[year] > 2:
		return fairlead.Date{}, false
	case w.quote && year == 2, y < 70: // Quicken is of the 1980s
		y += 2000
	default:
		y += 1900
	}
	d := fairlead.Date{Year: y, Month: time.Month(p[month]), Day: p[day]}
	return d, p[month] >= 1 && p[month] <= 12 && y >= 1900 && fairlead.DateOf(d.Time()) == d
}

// monthKey is what months are found by: three letters, and four of June and July in French.
func monthKey(s string) string {
	s = strings.ToLower(s)
	if strings.HasPrefix(s, "juin") || strings.HasPrefix(s, "juil") {
		return s[:4]
	}
	runes := []rune(s)
	return string(runes[:min(3, len(runes))])
}

var months = map[string]int{
	"jan": 1, "ene": 1, "gen": 1, "feb": 2, "fev": 2, "fév": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "abr": 4, "avr": 4,
	"may": 5, "mai": 5, "mei": 5, "mag": 5, "maj": 5, "jun": 6, "juin": 6, "giu": 6, "jul": 7, "juil": 7, "lug": 7,
	"aug": 8, "ago": 8, "aoû": 8, "aou": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "ott": 10,
	"nov": 11, "dec": 12, "dez": 12, "dic": 12, "déc": 12,
}
