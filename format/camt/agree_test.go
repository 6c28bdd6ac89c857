package camt_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/camt"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

// asReport makes a report of a statement or a notification: AqBanking reads only camt.052,
// and the entries are built the same in all three.
func asReport(data []byte) []byte {
	for _, names := range [][2]string{
		{"BkToCstmrStmt", "BkToCstmrAcctRpt"},
		{"BkToCstmrDbtCdtNtfctn", "BkToCstmrAcctRpt"},
		{"Stmt>", "Rpt>"},
		{"Ntfctn>", "Rpt>"},
	} {
		data = bytes.ReplaceAll(data, []byte(names[0]), []byte(names[1]))
	}
	return data
}

// differsFromAqBanking says why AqBanking's importer of camt.052.001.02 gives something else.
var differsFromAqBanking = map[string]string{
	"FI_camt_054_sample.xml.xml":    "books the entry that is for information only",
	"bad-entries.xml":               "one bad entry is enough to refuse the file",
	"batches-without-reference.xml": "never divides a batch",
	"cut-off.xml":                   "both refuse it",
	"netherlands-1252-prefixes.xml": "knows no prefixes",
	"no-account.xml":                "takes rows of no account",
	"pages-and-a-copy.xml":          "takes the copy of a page, and not the second document",
	"report-of-a-running-day.xml":   "books the entry that is for information only",
	"utf16-and-escapes.xml":         "knows no UTF-16",
	"version-01.xml":                "knows only IBANs as accounts",
	"version-13.xml":                "knows only IBANs as accounts",
}

func TestAccountsRowsSumsAndDaysAreThoseOfAqBanking(t *testing.T) {
	t.Parallel()
	formattest.Tool(t, "aqbanking-cli")
	agreed := 0
	for _, pattern := range []string{"testdata/published/*.xml", "testdata/invented/*.xml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 7 {
			t.Fatalf("%d files: %v", len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			theirs, ok := formattest.AqBanking(t, "camt", "default", asReport(data))
			var ours map[string]formattest.Tally
			if items, err := formattest.Read(camt.Format, format.Input{Data: data}); err == nil {
				ours = formattest.Tallies(items, func(a *format.Account) string { return a.Names.Number })
			}
			diff := cmp.Diff(theirs, ours)
			why := differsFromAqBanking[filepath.Base(file)]
			switch {
			case (!ok || diff != "") != (why != ""):
				t.Errorf("%s: read %v, expected %q (-AqBanking +reader):\n%s", file, ok, why, diff)
			case why == "":
				agreed++
			}
		}
	}
	if agreed < 5 {
		t.Errorf("only %d files were compared", agreed)
	}
}
