package page

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	cldr "golang.org/x/text/message"

	"github.com/fairlead-dev/fairlead"
)

// minus is what stands before an amount below zero. A hyphen, which CLDR has for these
// languages, is skipped by screen readers.
const minus = "\u2212"

// money is an amount with the currency's symbol by CLDR, in the pattern of the
// language. No digit is cut: there are as many decimals as the currency has, or more
// where the amount has more.
func (t *translator) money(m fairlead.Money) string {
	symbol, decimals := t.currency(m.Currency)
	amount := m.Amount.Abs()
	if amount.Scale() < decimals {
		amount = amount.Round(decimals)
	}
	text := t.text("money.pattern", "symbol", symbol, "amount", t.decimal(amount.String()))
	if last, _ := utf8.DecodeLastRuneInString(symbol); unicode.IsLetter(last) {
		// A symbol of letters stands apart from the digits in every pattern.
		text = strings.Replace(text, symbol+t.decimal(amount.String()), symbol+"\u00a0"+t.decimal(amount.String()), 1)
	}
	if m.Amount.Sign() < 0 {
		return minus + text
	}
	return text
}

// currency is the symbol of a currency in the language, and how many decimals it has. A
// code that CLDR does not know stands for itself, and has as many as the amount.
func (t *translator) currency(code string) (symbol string, decimals int) {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return code, 0
	}
	decimals, _ = currency.Standard.Rounding(unit)
	return cldr.NewPrinter(language.Make(t.language)).Sprint(currency.Symbol(unit)), decimals
}

// number is a whole number with the groups of the language.
func (t *translator) number(n int) string {
	if n < 0 {
		return minus + t.decimal(strconv.Itoa(-n))
	}
	return t.decimal(strconv.Itoa(n))
}

// decimal writes a number without a sign, of digits and at most one point, with the
// separators of the language. Where a lone digit would stand before the first
// separator, a language may do without any (CLDR: minimumGroupingDigits).
func (t *translator) decimal(number string) string {
	whole, fraction, hasFraction := strings.Cut(number, ".")
	if least, _ := strconv.Atoi(t.text("number.least")); len(whole) >= 3+least {
		whole = grouped(whole, t.text("number.group"))
	}
	if !hasFraction {
		return whole
	}
	return whole + t.text("number.decimal") + fraction
}

// grouped puts a separator before every third digit from the end.
func grouped(digits, separator string) string {
	var out strings.Builder
	for n, c := range digits {
		if n > 0 && (len(digits)-n)%3 == 0 {
			out.WriteString(separator)
		}
		out.WriteRune(c)
	}
	return out.String()
}

// day is a day by CLDR's medium pattern: short, and never to be mistaken for another
// as one of figures alone is.
func (t *translator) day(d fairlead.Date) string {
	return t.text("date.medium", "day", strconv.Itoa(d.Day), "month", t.text("month.short."+strconv.Itoa(int(d.Month))), "year", strconv.Itoa(d.Year))
}

// days is a span of days; "" where neither end is known.
func (t *translator) days(from, to fairlead.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero() || from == to:
		return t.day(from)
	case from.IsZero():
		return t.day(to)
	}
	return t.text("date.range", "from", t.day(from), "to", t.day(to))
}
