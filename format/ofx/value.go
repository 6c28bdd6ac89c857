package ofx

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// parseAmount reads an amount: a sign, digits and one decimal point or comma. Groups
// of thousands, which the format forbids, are read where they can't be mistaken:
// both signs occur, or one of them more than once.
func parseAmount(s string) (fairlead.Decimal, bool) {
	s = strings.TrimSpace(s)
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	mark := byte(0)
	switch {
	case points == 0 && commas == 0, points == 1 && commas == 0:
	case points == 0 && commas == 1:
		s = strings.Replace(s, ",", ".", 1)
	case commas == 0:
		mark = '.'
	case points == 0:
		mark = ','
	case strings.LastIndexByte(s, '.') > strings.LastIndexByte(s, ','):
		mark = ','
	default:
		mark = '.'
	}
	if mark != 0 {
		var ok bool
		if s, ok = ungroup(s, mark); !ok {
			return fairlead.Decimal{}, false
		}
	}
	d, err := fairlead.ParseDecimal(s)
	return d, err == nil
}

// ungroup takes the marks of thousands out of s, if they stand where they must.
func ungroup(s string, mark byte) (string, bool) {
	other := byte('.')
	if mark == '.' {
		other = ','
	}
	whole, fraction, _ := strings.Cut(s, string(other))
	groups := strings.Split(whole, string(mark))
	if first := len(strings.TrimLeft(groups[0], "+-")); first < 1 || first > 3 {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", false
		}
	}
	if strings.IndexByte(fraction, mark) >= 0 || strings.IndexByte(fraction, other) >= 0 {
		return "", false
	}
	s = strings.Join(groups, "")
	if fraction != "" {
		s += "." + fraction
	}
	return s, true
}

// parseStamp reads YYYYMMDD[HHMM[SS[.XXX]]][[offset[:name]]].
func parseStamp(s string) (Stamp, bool) {
	s = strings.TrimSpace(s)
	zone := ""
	if i := strings.IndexByte(s, '['); i >= 0 {
		zone = strings.TrimSuffix(s[i+1:], "]")
		s = strings.TrimSpace(s[:i])
	}
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	digits, rest := s[:n], s[n:]
	if n != 8 && n != 12 && n != 14 || !fraction(rest) {
		return Stamp{}, false
	}
	field := func(from, to int) int {
		if to > n {
			return 0
		}
		v, _ := strconv.Atoi(digits[from:to])
		return v
	}
	year, month, day := field(0, 4), field(4, 6), field(6, 8)
	hour, minute, second := field(8, 10), field(10, 12), field(12, 14)
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if year < 1900 || year > 2200 || t.Month() != time.Month(month) || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return Stamp{}, false
	}
	offset, ok := parseZone(zone)
	if !ok {
		return Stamp{}, false
	}
	return Stamp{Day: fairlead.DateOf(t), At: t.Add(-offset), Clock: n > 8}, true
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

// amount reads an optional amount; one that can't be understood is left out with a warning.
func (b *builder) amount(n *node, name string) *fairlead.Decimal {
	text := n.value(name)
	if text == "" {
		return nil
	}
	d, ok := parseAmount(text)
	if !ok {
		b.warn(n.wrong(BadValue, name, "is not an amount"))
		return nil
	}
	return &d
}

// needAmount reads an amount without which a row says nothing.
func needAmount(n *node, name string) (fairlead.Decimal, *Error) {
	text := n.value(name)
	if text == "" {
		return fairlead.Decimal{}, n.wrong(Missing, name, "is missing or empty")
	}
	d, ok := parseAmount(text)
	if !ok {
		return d, n.wrong(BadValue, name, "must be an amount: a sign, digits and one decimal point or comma")
	}
	return d, nil
}

// stamp reads an optional date. Zeros are how some banks write none.
func (b *builder) stamp(n *node, name string) Stamp {
	text := n.value(name)
	if text == "" || strings.Trim(text, "0") == "" {
		return Stamp{}
	}
	s, ok := parseStamp(text)
	if !ok {
		b.warn(n.wrong(BadValue, name, "is not a date"))
	}
	return s
}

// needStamp reads a date without which a row can't be placed.
func needStamp(n *node, name string) (Stamp, *Error) {
	text := n.value(name)
	if text == "" {
		return Stamp{}, n.wrong(Missing, name, "is missing or empty")
	}
	s, ok := parseStamp(text)
	if !ok {
		return s, n.wrong(BadValue, name, "must be a day of the calendar, written YYYYMMDD with an optional time")
	}
	return s, nil
}
