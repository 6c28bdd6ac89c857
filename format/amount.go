package format

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// Errors of ParseAmount. They hold nothing of the text.
var (
	ErrAmount  = errors.New("format: not an amount")
	ErrUnclear = errors.New("format: an amount whose mark may stand for decimals or for thousands")
)

// maxAmount bounds the bytes of an amount's text.
const maxAmount = 128

// ParseAmount reads an amount as people and banks write it: "1.650,00", "R$ 5.326,43",
// "1'234.50", "-.50", "12,30-", "(5.00)", "−7", "1 234,56 €", "1.234,56D".
//
// The decimal is ',' or '.', or 0 to find out. It decides only where the text alone
// does not: one mark with exactly three digits behind it. Where nobody knows, these
// are thousands in a currency of two decimals or none, and decimals in one of three;
// without a currency the text is ErrUnclear.
//
// A sign of a currency in the text must be one of the currency, if that is given. A
// trailing C or CR is money in, D or DR money out.
func ParseAmount(s string, decimal byte, currency string) (fairlead.Decimal, error) {
	if d, ok := plainAmount(s); ok {
		return d, nil
	}
	a, ok := splitAmount(s, currency)
	if !ok {
		return fairlead.Decimal{}, ErrAmount
	}
	mark, ok := a.mark(decimal, currency)
	if !ok {
		return fairlead.Decimal{}, ErrUnclear
	}
	digits, ok := a.canonical(mark)
	if !ok {
		return fairlead.Decimal{}, ErrAmount
	}
	d, err := fairlead.ParseDecimal(digits)
	if err != nil {
		return fairlead.Decimal{}, ErrAmount
	}
	return d, nil
}

// plainAmount reads what needs no thought: a sign, up to 17 digits and a point that has
// another number of digits than three behind it.
func plainAmount(s string) (fairlead.Decimal, bool) {
	i, negative := 0, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		i, negative = 1, s[0] == '-'
	}
	first, point := i, -1
	var n int64
	if len(s)-i > 18 || i == len(s) {
		return fairlead.Decimal{}, false
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
		case c == '.' && point < 0 && i > first:
			point = i
		default:
			return fairlead.Decimal{}, false
		}
	}
	scale := 0
	if point >= 0 {
		scale = len(s) - point - 1
	}
	if scale == 3 && s[first] != '0' && point-first <= 3 || point == len(s)-1 {
		return fairlead.Decimal{}, false
	}
	if negative {
		n = -n
	}
	return fairlead.NewDecimal(n, scale), true
}

// amount is a text without sign and currency: digits, '.', ',', '\” and ' '.
type amount struct {
	body     string
	negative bool
}

// splitAmount takes sign and currency off a text.
func splitAmount(s, currency string) (a amount, ok bool) {
	if len(s) > maxAmount {
		return a, false
	}
	s = strings.TrimSpace(normalMarks(s))
	signs := 0
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s, a.negative, signs = strings.TrimSpace(s[1:len(s)-1]), true, 1
	}
	named := 0
	for s != "" {
		rest, negative, signed := cutSign(s)
		if signed {
			signs++
			s, a.negative = rest, negative
			continue
		}
		rest, code, found := cutCurrency(s)
		if !found {
			break
		}
		if named++; code != "" && currency != "" && code != currency && !(code == "$" && dollarLike(currency)) && !(code == "kr" && crownLike(currency)) {
			return a, false
		}
		s = rest
	}
	if s == "" || signs > 1 || named > 2 {
		return a, false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && c != '.' && c != ',' && c != '\'' && c != ' ' {
			return a, false
		}
	}
	a.body = s
	return a, strings.ContainsAny(s, "0123456789")
}

// marks writes the many minus signs, blanks and apostrophes as one each.
var marks = strings.NewReplacer(
	"\u2212", "-", "\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\ufe63", "-", "\uff0d", "-",
	"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2007", " ", "\u2019", "'", "\u02bc", "'", "\u00b4", "'", "`", "'", "\t", " ",
)

func normalMarks(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '`' || s[i] == '\t' {
			return marks.Replace(s)
		}
	}
	return s
}

// cutSign takes one sign off either end.
func cutSign(s string) (rest string, negative, found bool) {
	switch {
	case s[0] == '-' || s[0] == '+':
		return strings.TrimSpace(s[1:]), s[0] == '-', true
	case s[len(s)-1] == '-' || s[len(s)-1] == '+':
		return strings.TrimSpace(s[:len(s)-1]), s[len(s)-1] == '-', true
	}
	for _, word := range [...]string{"DR", "CR", "D", "C"} {
		before, found := cutSuffixFold(s, word)
		before = strings.TrimSpace(before)
		if found && before != "" && (before[len(before)-1] >= '0' && before[len(before)-1] <= '9') {
			return before, word[0] == 'D', true
		}
	}
	return s, false, false
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if len(s) < len(suffix) || !strings.EqualFold(s[len(s)-len(suffix):], suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

// currencySigns are what stands before or behind an amount, the longer before the shorter.
// A sign that several currencies have names none.
var currencySigns = [...]struct{ sign, code string }{
	{"US$", "USD"},
	{"R$", "BRL"},
	{"A$", "AUD"},
	{"C$", "CAD"},
	{"NZ$", "NZD"},
	{"HK$", "HKD"},
	{"S$", "SGD"},
	{"MX$", "MXN"},
	{"S/.", "PEN"},
	{"S/", "PEN"},
	{"$", "$"},
	{"€", "EUR"},
	{"£", ""},
	{"¥", ""},
	{"₹", "INR"},
	{"₽", "RUB"},
	{"₺", "TRY"},
	{"₴", "UAH"},
	{"₪", "ILS"},
	{"₩", "KRW"},
	{"Kč", "CZK"},
	{"zł", "PLN"},
	{"kr.", "kr"},
	{"kr", "kr"},
	{"Fr.", "CHF"},
	{"SFr.", "CHF"},
	{"Rs.", ""},
	{"Rs", ""},
	{"Ft", "HUF"},
	{"lei", "RON"},
	{"р.", "RUB"},
	{"руб.", "RUB"},
}

// cutCurrency takes the sign or code of a currency off either end.
func cutCurrency(s string) (rest, code string, found bool) {
	for _, c := range currencySigns {
		if len(s) >= len(c.sign) && strings.EqualFold(s[:len(c.sign)], c.sign) {
			return strings.TrimSpace(s[len(c.sign):]), c.code, true
		}
		if before, ok := cutSuffixFold(s, c.sign); ok {
			return strings.TrimSpace(before), c.code, true
		}
	}
	if len(s) > 3 {
		if code := strings.ToUpper(s[:3]); fairlead.ValidCurrency(code) && !isLetter(s[3]) {
			return strings.TrimSpace(s[3:]), code, true
		}
		if code := strings.ToUpper(s[len(s)-3:]); fairlead.ValidCurrency(code) && !isLetter(s[len(s)-4]) {
			return strings.TrimSpace(s[:len(s)-3]), code, true
		}
	}
	return s, "", false
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf }

// dollarLike reports whether a currency is written with '$'.
func dollarLike(currency string) bool {
	switch currency {
	case "USD", "BRL", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "UYU", "TWD", "DOP", "BSD", "BBD", "BZD", "JMD", "TTD", "XCD", "FJD", "NAD", "GYD", "SRD", "CUP":
		return true
	}
	return false
}

func crownLike(currency string) bool {
	switch currency {
	case "SEK", "NOK", "DKK", "ISK", "CZK":
		return true
	}
	return false
}

// mark says which mark the decimals stand behind: 0 where there are none.
func (a amount) mark(decimal byte, currency string) (mark byte, ok bool) {
	mark, clear := a.shown()
	switch {
	case clear:
		return mark, true
	case decimal != 0:
		if decimal == mark {
			return mark, true
		}
		return 0, true
	case currency == "":
		return 0, false
	case threeDecimals(currency):
		return mark, true
	}
	return 0, true
}

// shown says which mark the decimals stand behind as far as the text alone shows it. If
// it is not clear, there is one mark, and it is that or thousands.
func (a amount) shown() (mark byte, clear bool) {
	point, comma := strings.LastIndexByte(a.body, '.'), strings.LastIndexByte(a.body, ',')
	last := max(point, comma)
	if last < 0 {
		return 0, true
	}
	mark = a.body[last]
	if strings.IndexByte(a.body, mark) != last {
		return 0, true // more than once: thousands
	}
	if point >= 0 && comma >= 0 || strings.ContainsAny(a.body, "' ") {
		return mark, true
	}
	whole, behind := last, len(a.body)-last-1
	return mark, behind != 3 || whole == 0 || whole > 3 || a.body[0] == '0'
}

func threeDecimals(currency string) bool {
	switch currency {
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return true
	}
	return false
}

// canonical writes the amount with one point, if its thousands stand where they must.
func (a amount) canonical(mark byte) (string, bool) {
	whole, fraction := a.body, ""
	if mark != 0 {
		at := strings.LastIndexByte(a.body, mark)
		whole, fraction = a.body[:at], a.body[at+1:]
	}
	if strings.ContainsAny(fraction, "., '") {
		return "", false
	}
	out := make([]byte, 0, len(a.body)+2)
	if a.negative {
		out = append(out, '-')
	}
	group, groups, short, separator := 0, 0, false, byte(0)
	for i := range len(whole) {
		c := whole[i]
		if c >= '0' && c <= '9' {
			out, group = append(out, c), group+1
			continue
		}
		if c == mark || separator != 0 && c != separator || group == 0 || group > 3 || groups > 0 && group == 1 {
			return "", false
		}
		short = short || groups > 0 && group == 2
		separator, group, groups = c, 0, groups+1
	}
	// Groups are of three; in India all but the last are of two.
	if groups > 0 && (group != 3 || short && !a.lakhs(whole, separator)) {
		return "", false
	}
	if fraction != "" {
		if whole == "" {
			out = append(out, '0')
		}
		out = append(append(out, '.'), fraction...)
	}
	return string(out), true
}

// lakhs reports whether the groups are of two digits, and the last of three.
func (a amount) lakhs(whole string, separator byte) bool {
	groups := strings.Split(whole, string(separator))
	if separator != ',' || len(groups[0]) > 2 {
		return false
	}
	for _, g := range groups[1 : len(groups)-1] {
		if len(g) != 2 {
			return false
		}
	}
	return true
}

// UnclearAmount reports whether the text alone does not show what its mark stands for, so
// that the file's other amounts are to be seen first.
func UnclearAmount(s string) bool {
	if _, ok := plainAmount(s); ok {
		return false
	}
	a, ok := splitAmount(s, "")
	if !ok {
		return false
	}
	_, clear := a.shown()
	return !clear
}

// Decimals counts what the amounts of a file show about the mark of its decimals.
type Decimals struct {
	points, commas int
}

// Note adds an amount's text.
func (d *Decimals) Note(text string) {
	a, ok := splitAmount(text, "")
	if !ok {
		return
	}
	mark, clear := a.shown()
	switch {
	case !clear:
	case mark == '.':
		d.points++
	case mark == ',':
		d.commas++
	case strings.IndexByte(a.body, ',') >= 0: // thousands
		d.points++
	case strings.IndexByte(a.body, '.') >= 0:
		d.commas++
	}
}

// Mark is the mark that decimals stand behind, or 0 where no amount shows it or they differ.
func (d *Decimals) Mark() byte {
	switch {
	case d.points > 0 && d.commas == 0:
		return '.'
	case d.commas > 0 && d.points == 0:
		return ','
	}
	return 0
}
