package table

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// isAmount reports whether a cell is an amount, whatever its mark stands for.
func isAmount(cell string) bool {
	if cell == "" || cell[0] == dayMark[0] {
		return false
	}
	if cell[0] == numberMark[0] {
		return true
	}
	if len(cell) > 48 || !numeric(cell) {
		return false
	}
	_, err := format.ParseAmount(cell, '.', "")
	return err == nil
}

// numeric reports whether a text has digits, and no more letters than a currency.
func numeric(cell string) bool {
	letters, digits := 0, 0
	for _, c := range []byte(cell) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		}
	}
	return digits > 0 && letters <= 5
}

// readAmount reads a cell that is an amount.
func readAmount(cell string, decimal byte) (fairlead.Decimal, error) {
	if cell != "" && cell[0] == numberMark[0] {
		return fairlead.ParseDecimal(cell[1:])
	}
	return format.ParseAmount(cell, decimal, "")
}

// hasSignOf reports whether an amount has no currency's sign, or one that the currency has.
func hasSignOf(cell string, decimal byte, currency string) bool {
	if last := cell[len(cell)-1]; last >= '0' && last <= '9' && (cell[0] <= '9' || cell[0] == numberMark[0]) && cell[0] != '$' {
		return true
	}
	if sign := signOf(cell); sign != "" && sign != currency {
		return false
	}
	_, err := format.ParseAmount(cell, decimal, currency)
	return err == nil
}

// signs are how amounts name their currency, and codes by what they stand for. A sign
// that several currencies have is none.
var signs = [...]struct{ sign, code string }{
	{"R$", "BRL"},
	{"US$", "USD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"zł", "PLN"},
	{"Kč", "CZK"},
	{"CHF", "CHF"},
	{"EUR", "EUR"},
	{"USD", "USD"},
	{"GBP", "GBP"},
	{"BRL", "BRL"},
	{"PLN", "PLN"},
	{"SEK", "SEK"},
	{"NOK", "NOK"},
	{"DKK", "DKK"},
	{"CAD", "CAD"},
	{"AUD", "AUD"},
	{"MXN", "MXN"},
	{"JPY", "JPY"},
	{"INR", "INR"},
}

// signOf is the currency that an amount names.
func signOf(cell string) string {
	if cell == "" || cell[0] <= 2 {
		return ""
	}
	last := cell[len(cell)-1]
	if (cell[0] >= '0' && cell[0] <= '9' || cell[0] == '-' && len(cell) > 1 && cell[1] <= '9') && last >= '0' && last <= '9' {
		return ""
	}
	for _, s := range signs {
		if strings.Contains(cell, s.sign) {
			return s.code
		}
	}
	return ""
}

// currencyCode reads a cell that names a currency.
func currencyCode(cell string) string {
	code := strings.ToUpper(strings.TrimSpace(plain(cell)))
	if name := format.CurrencyName(code); name != "" {
		return name
	}
	if fairlead.ValidCurrency(code) {
		return code
	}
	return signOf(cell)
}
