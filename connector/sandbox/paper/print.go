package paper

import (
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Language is what a paper is written in: en, pt-BR or es.
type Language string

const (
	English    Language = "en"
	Portuguese Language = "pt-BR"
	Spanish    Language = "es"
)

// digits writes a number with its thousands apart: 1,234.56 or 1.234,56.
func (l Language) digits(d fairlead.Decimal) string {
	group, point := ".", ","
	if l == English {
		group, point = ",", "."
	}
	whole, fraction, has := strings.Cut(d.Abs().String(), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if has {
		whole += point + fraction
	}
	if d.Sign() < 0 {
		return "-" + whole
	}
	return whole
}

// quantity writes a number without the zeros that its end does not need.
func (l Language) quantity(d fairlead.Decimal) string { return l.digits(trimmed(d, 0)) }

// price writes a price to two digits, and to more only where they are not zero.
func (l Language) price(m fairlead.Money) string {
	return l.cents(fairlead.Money{Amount: trimmed(m.Amount, 2), Currency: m.Currency})
}

// trimmed drops zeros at the end, down to a scale.
func trimmed(d fairlead.Decimal, scale int) fairlead.Decimal {
	for d.Scale() > scale && d.Round(d.Scale()-1).Equal(d) {
		d = d.Round(d.Scale() - 1)
	}
	return d
}

// cents is an amount without its currency, to at least two digits.
func (l Language) cents(m fairlead.Money) string {
	if m.Amount.Scale() < 2 {
		m.Amount = m.Amount.Round(2)
	}
	return l.digits(m.Amount)
}

// money is an amount with its currency: -$1,234.56, R$ 1.234,56, 1.234,56 €.
func (l Language) money(m fairlead.Money) string {
	bare := l.cents(m)
	if l == Spanish {
		return bare + " " + symbol(m.Currency)
	}
	if bare, minus := strings.CutPrefix(bare, "-"); minus {
		return "-" + symbolBefore(m.Currency) + bare
	}
	return symbolBefore(m.Currency) + bare
}

func symbol(currency string) string {
	switch currency {
	case "USD":
		return "$"
	case "BRL":
		return "R$"
	case "EUR":
		return "€"
	}
	return currency
}

func symbolBefore(currency string) string {
	if s := symbol(currency); s == "$" {
		return s
	}
	return symbol(currency) + " "
}

// maybe is an amount with its currency, or nothing.
func (l Language) maybe(m *fairlead.Money) string {
	if m == nil {
		return ""
	}
	return l.money(*m)
}

// day writes a date: 01/31/2026 in English, 31/01/2026 elsewhere.
func (l Language) day(d fairlead.Date) string {
	switch {
	case d.IsZero():
		return ""
	case l == English:
		return fmt.Sprintf("%02d/%02d/%04d", d.Month, d.Day, d.Year)
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

// long writes a date in words.
func (l Language) long(d fairlead.Date) string {
	switch l {
	case English:
		return fmt.Sprintf("%s %d, %d", d.Month, d.Day, d.Year)
	case Portuguese:
		return fmt.Sprintf("%d de %s de %d", d.Day, strings.Fields("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro")[d.Month-1], d.Year)
	}
	return fmt.Sprintf("%d de %s de %d", d.Day, strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")[d.Month-1], d.Year)
}

// tag names the language in the PDF's catalogue.
func (l Language) tag() string {
	switch l {
	case Portuguese:
		return "pt-BR"
	case Spanish:
		return "es-ES"
	}
	return "en-US"
}

// oneCurrency refuses amounts of other currencies than the paper's.
func oneCurrency(currency string, amounts ...fairlead.Money) error {
	for _, m := range amounts {
		if m.Currency != currency {
			return fairlead.Errorf(fairlead.Invalid, "A paper in %s has an amount in %s.", currency, m.Currency)
		}
	}
	return nil
}

func sum(currency string, amounts []fairlead.Money) fairlead.Money {
	total := fairlead.NewMoney(0, 2, currency)
	for _, m := range amounts {
		total.Amount = total.Amount.Add(m.Amount)
	}
	return total
}
