package norma43_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/norma43"
)

// differsFromAqBanking says why AqBanking's importer gives something else.
var differsFromAqBanking = map[string]string{
	"bad-rows.n43":              "a wrong count of records is enough to refuse the file",
	"cut-off.n43":               "loses the last row of a file without a record 33",
	"no-texts.n43":              "does not count a header that the bank counts",
	"records-out-of-order.n43":  "adds a row behind a record 33 to the next account",
	"texts-of-five-records.n43": "wants blanks up to column 80",
	"without-line-endings.n43":  "wants line endings",
}

func TestAccountsRowsSumsAndDaysAreThoseOfAqBanking(t *testing.T) {
	t.Parallel()
	formattest.Tool(t, "aqbanking-cli")
	files, err := filepath.Glob("testdata/*.n43")
	if err != nil {
		t.Fatal(err)
	}
	agreed := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		theirs, ok := formattest.AqBanking(t, "q43", "default", data)
		items, _ := formattest.Read(norma43.Format, format.Input{Name: file, Data: data, Answers: map[string]string{format.AskCurrency: "EUR"}})
		ours := formattest.Tallies(items, func(a *format.Account) string { return a.Bank.ID + a.Names.Branch + a.Numbers.Number })
		diff := cmp.Diff(theirs, ours)
		why := differsFromAqBanking[filepath.Base(file)]
		switch {
		case (!ok || diff != "") != (why != ""):
			t.Errorf("%s: read %v, expected %q (-AqBanking +reader):\n%s", file, ok, why, diff)
		case why == "":
			agreed++
		}
	}
	if agreed < 5 {
		t.Errorf("only %d files were compared", agreed)
	}
}
