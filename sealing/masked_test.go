package sealing_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/sealing"
)

func TestANumberInANameThatLiesOpenIsMasked(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"march.ofx":                                 "march.ofx",
		"statement_2024-03.csv":                     "statement_2024-03.csv",
		"DE89370400440532013000.sta":                "DE••••••••••••••••3000.sta",
		"1099 of 123-45-6789.pdf":                   "•••• of •••-••-6789.pdf",
		"ada@example.org.pdf":                       "•••@example.org.pdf",
		"0f8fad5b-d9cb-469f-a165-70867728950e.json": "••••••••-••••-••••-••••-••••••••••••.••••",
		"": "",
	} {
		if got := sealing.Masked(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
