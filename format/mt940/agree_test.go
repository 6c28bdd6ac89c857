package mt940_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/mt940"
)

// differsFromMT940JS says why mt940js gives something else.
var differsFromMT940JS = map[string]string{
	"german-savings-bank.sta": "puts an entry day of January into the year of the value date in December",
}

// statements are all files of testdata that hold statements.
func statements(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"testdata/published/*.sta", "testdata/invented/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) < 15 {
			t.Fatalf("%d files: %v", len(found), err)
		}
		for _, file := range found {
			if filepath.Ext(file) != ".json" {
				files = append(files, file)
			}
		}
	}
	return files
}

func tallies(t *testing.T, file string) map[string]formattest.Tally {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	items, err := formattest.Read(mt940.Format, format.Input{Name: file, Data: data})
	if err != nil {
		return nil
	}
	return formattest.Tallies(items, func(a *format.Account) string { return bare(a.Names.Bank + a.Names.Number) })
}

var (
	marks    = regexp.MustCompile(`[^A-Z0-9]`)
	currency = regexp.MustCompile(`([0-9])(EUR|HUF)$`)
)

// bare is an account's number without marks and without a currency behind it.
func bare(number string) string {
	return currency.ReplaceAllString(marks.ReplaceAllString(strings.ToUpper(number), ""), "$1")
}

// refusedByMT940JS says why mt940js reads a file not at all that is read here.
var refusedByMT940JS = map[string]string{
	"account_identification.sta":            "wants a :28:; there is no statement in it for us either",
	"bad-rows.sta":                          "one bad row is enough",
	"closing-differs.sta":                   "refuses what does not add up, which is a warning here",
	"details_60-63.sta":                     "refuses what does not add up",
	"dutch-angle-fields.sta":                "wants a transaction type without a blank",
	"dutch-number-of-the-message-first.swi": "wants a file to begin with :20:",
	"gv_codes.sta":                          "wants a :62F:",
	"lines-cr-only.sta":                     "knows no line ends of CR alone",
	"malformed_details.sta":                 "refuses what does not add up",
	"mt942-expected.942":                    "knows no MT942",
	"mt942.sta":                             "knows no MT942",
	"multiline.sta":                         "adds the row behind the end of the message to it",
	"no-currency-answered.sta":              "wants a :60F:",
	"no-currency.sta":                       "wants a :60F:",
	"overly_long_details.sta":               "refuses what does not add up",
	"raiffeisen-cmi.sta":                    "refuses what does not add up: rows were taken out of the sample",
	"raphaelm.sta":                          "wants a currency in :62M:",
	"sepa_snippet.sta":                      "refuses what does not add up",
	"sepa_snippet_broken.sta":               "refuses what does not add up",
	"time-of-day-at-line-start.sta":         "takes a time of day for a tag",
	"transaction_details_wrapped.sta":       "takes a time of day for a tag",
	"utf16.sta":                             "knows no UTF-16",
	"whitespace.sta":                        "refuses what does not add up",
	"wrapped_timestamp.sta":                 "takes a time of day for a tag",
}

func TestAccountsRowsSumsAndDaysAreThoseOfMT940JS(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("testdata/mt940js/node_modules/mt940js"); err != nil {
		formattest.Without(t, "mt940js")
	}
	var said map[string]struct {
		Error    string
		Accounts map[string]formattest.Tally
	}
	files := statements(t)
	formattest.Node(t, &said, "testdata/mt940js/tally.mjs", files...)
	agreed := 0
	for _, file := range files {
		theirs, why := said[file], refusedByMT940JS[filepath.Base(file)]
		if (theirs.Error != "") != (why != "") {
			t.Errorf("%s: mt940js says %q, expected was %q", file, theirs.Error, why)
		}
		if theirs.Error != "" {
			continue
		}
		named := make(map[string]formattest.Tally, len(theirs.Accounts))
		for number, tally := range theirs.Accounts {
			named[bare(number)] = tally
		}
		if diff := cmp.Diff(named, tallies(t, file)); (diff != "") != (differsFromMT940JS[filepath.Base(file)] != "") {
			t.Errorf("%s: mt940js and the reader differ (-mt940js +reader):\n%s", file, diff)
		}
		agreed++
	}
	if agreed < 12 {
		t.Errorf("only %d files were compared", agreed)
	}
}

// differsFromAqBanking says why AqBanking's importer gives something else.
var differsFromAqBanking = map[string]string{
	"bad-rows.sta":                  "one bad row is enough to refuse the file",
	"details_60-63.sta":             "wants a reference in :61:",
	"dutch-counterparty.940":        "wants lines of at most 65 letters",
	"gv_codes.sta":                  "wants a reference in :61:",
	"lines-cr-only.sta":             "knows no line ends of CR alone and reads nothing",
	"malformed_details.sta":         "wants a reference in :61:",
	"mt942-expected.942":            "takes an expected debit (ED) for money in",
	"multiline.sta":                 "adds the row behind the end of the message to it",
	"no-currency-answered.sta":      "takes rows without a currency",
	"no-currency.sta":               "takes rows without a currency",
	"overly_long_details.sta":       "wants a reference in :61:",
	"raiffeisen-cmi.sta":            "wants a reference in :61:",
	"raphaelm.sta":                  "wants a reference in :61:",
	"sepa_snippet_broken.sta":       "takes a text under a wrong tag for an account",
	"time-of-day-at-line-start.sta": "takes a time of day for an account",
	"utf16.sta":                     "knows no UTF-16",
	"whitespace.sta":                "wants a reference in :61:",
}

func TestAccountsRowsSumsAndDaysAreThoseOfAqBanking(t *testing.T) {
	t.Parallel()
	formattest.Tool(t, "aqbanking-cli")
	agreed := 0
	for _, file := range statements(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		profile := "SWIFT-MT940"
		if strings.Contains(filepath.Base(file), "942") {
			profile = "SWIFT-MT942"
		}
		theirs, ok := formattest.AqBanking(t, "swift", profile, data)
		named := make(map[string]formattest.Tally, len(theirs))
		for number, tally := range theirs {
			named[bare(number)] = tally
		}
		ours := make(map[string]formattest.Tally)
		for number, tally := range tallies(t, file) {
			ours[number] = tally
		}
		diff := cmp.Diff(named, ours)
		why := differsFromAqBanking[filepath.Base(file)]
		switch {
		case (!ok || diff != "") != (why != ""):
			t.Errorf("%s: read %v, expected %q (-AqBanking +reader):\n%s", file, ok, why, diff)
		case why == "":
			agreed++
		}
	}
	if agreed < 12 {
		t.Errorf("only %d files were compared", agreed)
	}
}
