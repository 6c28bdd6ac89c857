package ofx

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// stamp is a date with what is known of its time.
type stamp struct {
	day   fairlead.Date // as the institution wrote it, in its own zone
	at    time.Time     // UTC; a date without a zone counts as UTC, as the specification has it
	clock bool          // a time of day was given
}

func (s stamp) isZero() bool { return s.day.IsZero() }

// parseStamp reads YYYYMMDD[HH[MM[SS[.XXX]]]][[offset[:name]]], and days with marks
// between year, month and day where these can't be mistaken.
func parseStamp(s string) (stamp, bool) {
	s = trim(s)
	zone := ""
	if i := strings.IndexByte(s, '['); i >= 0 {
		zone = strings.TrimSuffix(s[i+1:], "]")
		s = trim(s[:i])
	}
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n < len(s) && n <= 4 {
		return markedDay(s)
	}
	rest := s[n:]
	switch {
	case n == 8 && rest != "" && (rest[0] == ' ' || rest[0] == 'T'):
		rest = "" // a time with marks: the day will do
	case n == 10 && len(rest) > 2 && rest[0] == ':' && rest[1] >= '0' && rest[1] <= '9':
		n, rest = 8, ""
	case n == 17 && rest == "": // milliseconds without a point
		n = 14
	case rest != "" && (rest[0] == '-' || rest[0] == '+') && len(rest) == 5 && strings.Trim(rest[1:], "0123456789") == "":
		zone, rest = rest[:3]+":"+rest[3:], ""
	}
	if n != 8 && n != 10 && n != 12 && n != 14 || !fraction(rest) {
		return stamp{}, false
	}
	day, ok := dayOf(digits(s[0:4]), digits(s[4:6]), digits(s[6:8]))
	if !ok {
		return stamp{}, false
	}
	var hour, minute, second int
	if n >= 10 {
		hour = digits(s[8:10])
	}
	if n >= 12 {
		minute = digits(s[10:12])
	}
	if n == 14 {
		second = digits(s[12:14])
	}
	offset, ok := parseZone(zone)
	endOfDay := hour == 24 && minute == 0 && second == 0
	if !ok || hour > 23 && !endOfDay || minute > 59 || second > 60 { // 60: a leap second
		return stamp{}, false
	}
	t := time.Date(day.Year, day.Month, day.Day, hour, minute, second, 0, time.UTC)
	return stamp{day: day, at: t.Add(-offset), clock: n > 8}, true
}

func digits(s string) (n int) {
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// dayOf is a day of the calendar.
func dayOf(year, month, day int) (fairlead.Date, bool) {
	if year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 {
		return fairlead.Date{}, false
	}
	if day > 28 {
		if t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC); t.Day() != day {
			return fairlead.Date{}, false
		}
	}
	return fairlead.Date{Year: year, Month: time.Month(month), Day: day}, true
}

// markedDay reads "2024-01-31", "30/06/2025" and "30.06.2025". A day and a month that
// might be the other way round are no day.
func markedDay(s string) (stamp, bool) {
	s, _, _ = strings.Cut(s, " ")
	s, _, _ = strings.Cut(s, "T")
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return stamp{}, false
	}
	var v [3]int
	for i, p := range parts {
		if len(p) > 4 || strings.Trim(p, "0123456789") != "" {
			return stamp{}, false
		}
		v[i] = digits(p)
	}
	year, month, day := v[0], v[1], v[2]
	if len(parts[2]) == 4 {
		year, month, day = v[2], v[1], v[0]
		if strings.IndexByte(s, '.') < 0 && day <= 12 && month <= 12 && day != month {
			return stamp{}, false
		}
		if month > 12 {
			month, day = day, month
		}
	} else if len(parts[0]) != 4 {
		return stamp{}, false
	}
	d, ok := dayOf(year, month, day)
	return stamp{day: d, at: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)}, ok
}

// fraction accepts what may follow the seconds: ".258", and ":258" that some write.
func fraction(s string) bool {
	if s == "" {
		return true
	}
	if s[0] != '.' && s[0] != ':' || len(s) > 7 {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

// zones are the names that come without an offset ("[-:EST]").
var zones = map[string]time.Duration{
	"EST": -5 * time.Hour, "EDT": -4 * time.Hour, "CST": -6 * time.Hour, "CDT": -5 * time.Hour, "MST": -7 * time.Hour,
	"MDT": -6 * time.Hour, "PST": -8 * time.Hour, "PDT": -7 * time.Hour, "BRT": -3 * time.Hour, "GMT": 0, "UTC": 0,
}

// parseZone reads "-5:EST", "+5.5", "-03:EST", "0:GMT", "-3:30". The offset counts, not the name.
func parseZone(s string) (time.Duration, bool) {
	if s == "" {
		return 0, true
	}
	offset, name, _ := strings.Cut(s, ":")
	bare := strings.TrimLeft(offset, "+-")
	if bare == "" {
		return zones[strings.ToUpper(name)], true
	}
	if letter(bare[0]) && bare == offset { // a name alone; the day counts, whatever its zone
		return zones[strings.ToUpper(bare)], true
	}
	hours, err := strconv.ParseFloat(bare, 64)
	if err != nil || hours < 0 || hours > 14 || len(offset)-len(bare) > 1 {
		return 0, false
	}
	d := time.Duration(hours * float64(time.Hour)).Round(time.Minute)
	if m, err := strconv.Atoi(name); err == nil && len(name) == 2 && m < 60 {
		d += time.Duration(m) * time.Minute
	}
	if offset[0] == '-' {
		d = -d
	}
	return d, true
}

// decimal reads the amount of an element. Where the text alone does not show what its
// mark stands for, the file's other amounts do. A quantity has no currency.
func (r *reader) decimal(i int, currency string) (fairlead.Decimal, bool) {
	n := &r.nodes[i]
	var mark byte
	if format.UnclearAmount(n.text) {
		mark = r.mark(n.tag.name)
		if mark == 0 && currency == "" && strings.IndexByte(n.text, '.') >= 0 {
			mark = '.' // as the specification has it
		}
	}
	d, err := format.ParseAmount(n.text, mark, currency)
	return d, err == nil
}

// amounts are the elements that show how a file writes its decimals.
var amounts = [...]string{"TRNAMT", "BALAMT", "TOTAL", "MKTVAL", "UNITPRICE", "UNITS", "AVAILCASH", "COMMISSION"}

// mark finds out which mark the decimals of an element stand behind: the file is gone
// over once, and only where an amount needs it. What other amounts of that element show
// counts before what all show.
func (r *reader) mark(name string) byte {
	if r.marks == nil {
		r.marks = make(map[string]byte, len(amounts)+1)
		var all format.Decimals
		for _, a := range amounts {
			var own format.Decimals
			open := "<" + a + ">"
			for rest := r.text; ; {
				at := strings.Index(rest, open)
				if at < 0 {
					break
				}
				rest = rest[at+len(open):]
				text := rest
				if end := strings.IndexAny(text[:min(len(text), maxTag)], "<\r\n"); end >= 0 {
					text = text[:end]
					own.Note(trim(text))
					all.Note(trim(text))
				}
			}
			r.marks[a] = own.Mark()
		}
		r.marks[""] = all.Mark()
	}
	if m := r.marks[name]; m != 0 {
		return m
	}
	return r.marks[""]
}

// optional reads an amount that may be missing; one that can't be understood is left
// out with a warning.
func (r *reader) optional(i int, name, currency string) (*fairlead.Decimal, error) {
	c := r.child(i, name)
	if c < 0 || r.nodes[c].text == "" {
		return nil, nil
	}
	d, ok := r.decimal(c, currency)
	if !ok {
		return nil, r.warn(r.wrong(format.BadValue, r.nodes[c].at, name, "is not an amount: it was left out"))
	}
	return &d, nil
}

// needed reads an amount without which a row says nothing.
func (r *reader) needed(i int, name, currency string) (fairlead.Decimal, *format.Error) {
	c := r.child(i, name)
	if c < 0 || r.nodes[c].text == "" {
		return fairlead.Decimal{}, r.wrongIn(i, format.Missing, name, "is missing or empty: the row was left out")
	}
	d, ok := r.decimal(c, currency)
	if !ok {
		return d, r.wrong(format.BadValue, r.nodes[c].at, name, "must be an amount: a sign, digits and one decimal point or comma: the row was left out")
	}
	return d, nil
}

// stamp reads an optional date. Zeros are how some banks write none.
func (r *reader) stamp(i int, name string) (stamp, error) {
	c := r.child(i, name)
	if c < 0 {
		return stamp{}, nil
	}
	return r.stampOf(c)
}

func (r *reader) stampOf(c int) (stamp, error) {
	n := &r.nodes[c]
	if strings.Trim(n.text, "0") == "" {
		return stamp{}, nil
	}
	s, ok := parseStamp(n.text)
	if !ok {
		return s, r.warn(r.wrong(format.BadValue, n.at, n.tag.name, "is not a date: it was left out"))
	}
	return s, nil
}
