package directory

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestTwoWaysToABankAreOneOnlyWhereThatIsCertain(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/banks.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Why     string
		Sources [][]fairlead.Institution
		Banks   []string // ids of one bank, the preferred way first
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Why, func(t *testing.T) {
			t.Parallel()
			var sources []*listing
			for _, list := range c.Sources {
				sources = append(sources, &listing{institutions: list})
			}
			x := newIndex(sources)
			banks := []string{}
			for n, group := range x.groups {
				var names []string
				for _, entry := range group {
					names = append(names, string(x.entries[entry].institution.ID))
					if x.entries[entry].group != int32(n) {
						t.Errorf("%s is of the group %d", names, x.entries[entry].group)
					}
				}
				banks = append(banks, strings.Join(names, " "))
			}
			slices.Sort(banks)
			if !slices.Equal(banks, c.Banks) {
				t.Errorf("the banks are %q, want %q", banks, c.Banks)
			}
		})
	}
}

func TestABanksNameIsWithoutItsLegalForm(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Banco Santander, S.A.": "banco santander", "Deutsche Bank AG": "deutsche bank", "The Bank": "bank", "Bank of America, N.A.": "bank of america",
		"S.A.": "s a", "Inc": "inc", "Banorte S.A.B. de C.V.": "banorte", "Crédit Agricole": "credit agricole", "Ally Financial Inc.": "ally financial",
		"A": "a", "": "", "Sparkasse Mainz": "sparkasse mainz", "Bankinter S/A": "bankinter", "JPMorgan Chase & Co.": "jpmorgan chase",
	} {
		if got := bankName(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	for website, want := range map[string]string{
		"https://www.Chase.com/x": "chase.com", "bank.co.uk": "bank.co.uk", "": "", "https://co.uk": "", "http://127.0.0.1": "", "::": "", "https://[bad": "",
	} {
		if got := hostOf(website); got != want {
			t.Errorf("%q is of %q, want %q", website, got, want)
		}
	}
}
