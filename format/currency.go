package format

import (
	"strings"

	"golang.org/x/text/currency"

	"github.com/fairlead-dev/fairlead"
)

// Currency is the ISO 4217 code that a text stands for: a code in capital or small
// letters, its number, or what banks write instead ("BRC", "R$", "EURO"). It is "" where
// that is none.
func Currency(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	if code, ok := currencyNames[s]; ok {
		return code
	}
	if !fairlead.ValidCurrency(s) || s == "XXX" || s == "XTS" {
		return ""
	}
	if _, err := currency.ParseISO(s); err != nil && !newCurrencies[s] {
		return ""
	}
	return s
}

// newCurrencies are younger than the list that golang.org/x/text has.
var newCurrencies = set("MRU SLE STN UYW VED VES XCG ZWG")

// CurrencyName is what banks write instead of a code: "" where it is nothing of that kind.
func CurrencyName(s string) string { return currencyNames[strings.ToUpper(strings.TrimSpace(s))] }

// currencyNames are what banks write instead of a code; several currencies have some of
// them, which name none.
var currencyNames = map[string]string{
	"BRC": "BRL", "R$": "BRL", "REAL": "BRL", "REAIS": "BRL", "BRR": "BRL", "986": "BRL", "BR": "BRL",
	"US$": "USD", "USS": "USD", "840": "USD", "US": "USD", "DOLAR": "USD",
	"EURO": "EUR", "EUROS": "EUR", "€": "EUR", "978": "EUR", "EU": "EUR",
	"£": "GBP", "UKP": "GBP", "STG": "GBP", "826": "GBP", "GB": "GBP",
	"RMB": "CNY", "156": "CNY", "NIS": "ILS", "SFR": "CHF", "756": "CHF", "CAN": "CAD", "124": "CAD", "036": "AUD", "A$": "AUD", "C$": "CAD",
	"484": "MXN", "MXP": "MXN", "NTD": "TWD", "392": "JPY", "¥": "", "$": "", "RUR": "RUB",
}
