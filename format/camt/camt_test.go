package camt_test

import (
	"os"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/camt"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

func TestPublishedSamplesAreRead(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, camt.Format, "testdata/published")
}

func TestInventedMessagesAreRead(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, camt.Format, "testdata/invented")
}

// rowsOf reads a file and gives its rows by what tells them apart in another file: account,
// Ref, day and amount.
func rowsOf(t *testing.T, file string) map[string]*fairlead.Transaction {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]*fairlead.Transaction)
	for _, it := range formattest.Items(t, camt.Format, format.Input{Name: file, Data: data}) {
		if r := it.Transaction; r != nil {
			rows[strings.Join([]string{r.AccountRef, r.Ref, r.Booked.String(), r.Amount.String()}, " ")] = r
		}
	}
	return rows
}

// A statement may have a batch as a sum and a notification what it is made of, or the
// other way round: the money is in both, and must be known as the same.
func TestAnEntryIsTheSameRowInAStatementAndInANotification(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		statement, notification string
		shared                  int // entries that are in both
	}{
		{"testdata/invented/switzerland-053-sum.xml", "testdata/invented/switzerland-054-details.xml", 1},
		{"testdata/published/FI_camt_053_sample.xml.xml", "testdata/published/FI_camt_054_sample.xml.xml", 4},
	} {
		statement, notification, shared := rowsOf(t, c.statement), rowsOf(t, c.notification), 0
		for key, r := range notification {
			if r.Ref == "" {
				t.Errorf("%s: a row without a Ref: %s", c.notification, key)
			}
			if statement[key] != nil {
				shared++
			}
		}
		if shared != c.shared {
			t.Errorf("%s has %d rows of %s, want %d", c.notification, shared, c.statement, c.shared)
		}
	}
}

func TestADividedBatchIsTheSameMoney(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/published/FI_camt_054_sample.xml.xml")
	if err != nil {
		t.Fatal(err)
	}
	for answer, rows := range map[string]int{"": 5, camt.BatchesWhole: 5, camt.BatchesDivided: 11} {
		items := formattest.Items(t, camt.Format, format.Input{Data: data, Answers: map[string]string{camt.AskBatches: answer}})
		tally := formattest.Tallies(items, func(a *format.Account) string { return a.Names.Number })["FI7433010001222090"]
		if tally.Rows != rows || tally.Sum != "269.95" {
			t.Errorf("%q: %d rows of %s, want %d of 269.95", answer, tally.Rows, tally.Sum, rows)
		}
	}
}

func TestStatementsOfOtherFormatsAreNotRecognised(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "BkToCstmrStmt", ":20:STARTUMS\n:25:1/2\n", "<OFX><BkToCstmr></OFX>", "<html><body>BkToCstmrStmt</body></html>",
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn/></Document>`,
	} {
		if camt.Format.Detect([]byte(text)) {
			t.Errorf("recognised: %q", text)
		}
	}
}
