package format_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/format"
)

func TestACurrencyIsTheCodeThatItsWriterMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"EUR": "EUR", " usd ": "USD", "BRC": "BRL", "brc": "BRL", "R$": "BRL", "986": "BRL", "Euro": "EUR", "€": "EUR", "VES": "VES", "SLE": "SLE", "MXP": "MXN",
		"": "", "$": "", "¥": "", "XXX": "", "XTS": "", "ABC": "", "EURX": "", "ÉUR": "",
	} {
		if got := format.Currency(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
