package table

import (
	"strings"
	"time"
	"unicode"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// dayOrder is a set of orders that a day's parts may stand in.
type dayOrder uint8

const (
	dayFirst dayOrder = 1 << iota
	monthFirst
	yearFirst
	anyOrder = dayFirst | monthFirst | yearFirst
)

// orderOf is the order by its name in the port, or 0.
func orderOf(name string) dayOrder {
	switch name {
	case format.DatesDayFirst:
		return dayFirst
	case format.DatesMonthFirst:
		return monthFirst
	case format.DatesYearFirst:
		return yearFirst
	}
	return 0
}

// written is a day as it is written: three parts in the order of the text, or in order
// of year, month and day where the text leaves no doubt.
type written struct {
	parts [3]int
	clear bool
	dots  bool // between the parts: nobody writes the month first so
}

// orders says which orders give a day of the calendar.
func (w written) orders() (o dayOrder) {
	if w.clear {
		return anyOrder
	}
	for _, order := range [...]dayOrder{dayFirst, monthFirst} {
		if _, ok := w.in(order); ok {
			o |= order
		}
	}
	return o
}

// in is the day in an order; ok is false for one that no calendar has.
func (w written) in(order dayOrder) (fairlead.Date, bool) {
	y, m, d := w.parts[0], w.parts[1], w.parts[2]
	if !w.clear {
		switch order {
		case monthFirst:
			m, d, y = w.parts[0], w.parts[1], w.parts[2]
		case yearFirst:
		default:
			d, m, y = w.parts[0], w.parts[1], w.parts[2]
		}
		if y < 100 {
			y += 2000
			if y >= 2070 {
				y -= 100
			}
		}
	}
	if y < 1900 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31 {
		return fairlead.Date{}, false
	}
	if d > 28 && time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Day() != d {
		return fairlead.Date{}, false
	}
	return fairlead.Date{Year: y, Month: time.Month(m), Day: d}, true
}

// readDay reads a cell that is a day, perhaps with a time behind it.
func readDay(cell string) (w written, ok bool) {
	if cell == "" || len(cell) > 40 {
		return w, false
	}
	s := plain(cell)
	if cell[0] == numberMark[0] && len(s) != 8 {
		return w, false // of eight digits: 20240131 as a number
	}
	if c := s[0]; c < '0' || c > '9' {
		return readNamed(s)
	}
	first, n1 := digits(s)
	rest := s[n1:]
	if n1 == 8 {
		w.parts, w.clear = [3]int{first / 10000, first / 100 % 100, first % 100}, true
		if _, ok := w.in(0); !ok {
			w.parts, w.clear = [3]int{first / 1000000, first / 10000 % 100, first % 10000}, false
			if _, ok := w.in(dayFirst); !ok {
				return w, false
			}
		}
		return w, time24(rest)
	}
	if n1 > 4 || n1 == 3 || rest == "" {
		return w, false
	}
	sep := rest[0]
	if sep != '/' && sep != '-' && sep != '.' {
		return readNamed(s)
	}
	second, n2 := digits(strings.TrimLeft(rest[1:], " "))
	rest = strings.TrimLeft(rest[1:], " ")[n2:]
	if n2 == 0 {
		return readNamed(s)
	}
	if n2 > 2 || rest == "" || rest[0] != sep {
		return w, false
	}
	rest = strings.TrimLeft(rest[1:], " ")
	third, n3 := digits(rest)
	if n3 == 0 || n3 == 3 || n3 > 4 || n1 == 4 && n3 > 2 || !time24(rest[n3:]) {
		return w, false
	}
	w = written{parts: [3]int{first, second, third}, clear: n1 == 4, dots: sep == '.'}
	return w, w.orders() != 0 || n1 <= 2 && n3 <= 2 && plausible(w)
}

// plausible reports whether two digits each may be year, month and day.
func plausible(w written) bool { _, ok := w.in(yearFirst); return ok }

// digits reads leading digits, eight at most.
func digits(s string) (value, n int) {
	for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
		value = value*10 + int(s[n]-'0')
		n++
	}
	return value, n
}

// time24 reports whether what stands behind a day is nothing, or a time.
func time24(s string) bool {
	s = strings.TrimLeft(s, " ,T")
	if s == "" {
		return true
	}
	h, n := digits(s)
	if n == 0 || n > 2 || h > 24 || len(s) < n+3 || s[n] != ':' {
		return strings.Trim(s, ".") == ""
	}
	for _, c := range s {
		if (c < '0' || c > '9') && !strings.ContainsRune(":.,+- ZzAaPpMmUTGC", c) {
			return false
		}
	}
	return true
}

// readNamed reads days whose month is a word: "5 Jan 2024", "Jan 5, 2024", "05-Jan-24",
// "5 de janeiro de 2024".
func readNamed(s string) (w written, ok bool) {
	day, month, year, fields := 0, 0, -1, 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			v, n := digits(s[i:])
			if i += n; fields >= 3 {
				return w, year >= 0 && time24(s[i-n:])
			}
			if day == 0 && n <= 2 {
				day = v
			} else if month > 0 && year < 0 && (n == 2 || n == 4) {
				year = v
			} else {
				return w, false
			}
			fields++
		case c < 0x80 && !unicode.IsLetter(rune(c)):
			if !strings.ContainsRune(" -/.,", rune(c)) {
				return w, false
			}
			i++
		default:
			end := i
			for end < len(s) && (s[end] >= 0x80 || unicode.IsLetter(rune(s[end]))) {
				end++
			}
			word := fold(s[i:end])
			i = end
			if m := monthNames[word]; m > 0 && month == 0 {
				month = m
				fields++
			} else if word != "de" && word != "of" && word != "del" {
				return w, false
			}
		}
		if fields == 3 && w.parts[0] == 0 {
			if year < 0 || month == 0 || day == 0 {
				return w, false
			}
			if year < 100 {
				year += 2000
			}
			w = written{parts: [3]int{year, month, day}, clear: true}
		}
	}
	if !w.clear {
		return w, false
	}
	_, ok = w.in(0)
	return w, ok
}

// monthNames are the months' names and how banks shorten them, folded.
var monthNames = func() map[string]int {
	m := map[string]int{}
	for _, names := range [...]string{
		"january february march april may june july august september october november december",
		"jan feb mar apr may jun jul aug sep oct nov dec",
		"janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
		"jan fev mar abr mai jun jul ago set out nov dez",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ene feb mar abr may jun jul ago sept oct nov dic",
		"januar februar marz april mai juni juli august september oktober november dezember",
		"janner feb mrz apr mai jun jul aug sep okt nov dez",
		"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
		"janv fevr mars avr mai juin juil aout sept oct nov dec",
		"januari februari maart april mei juni juli augustus september oktober november december",
		"jan feb mrt apr mei jun jul aug sep okt nov dec",
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"gen feb mar apr mag giu lug ago set ott nov dic",
		"stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
		"sty lut mar kwi maj cze lip sie wrz paz lis gru",
		"januari februari mars april maj juni juli augusti september oktober november december",
	} {
		for i, name := range strings.Fields(names) {
			m[name] = i + 1
		}
	}
	return m
}()
