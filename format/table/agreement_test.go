package table_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/table"
)

// TestHledgerReadsTheSameRows compares days and amounts with those that hledger reads from
// the same cases by rules of its own.
func TestHledgerReadsTheSameRows(t *testing.T) {
	t.Parallel()
	rules, err := filepath.Glob("testdata/hledger/*.rules")
	if err != nil || len(rules) < 4 {
		t.Fatalf("%d rules: %v", len(rules), err)
	}
	if _, err := exec.LookPath("hledger"); err != nil {
		t.Fatal("hledger is not installed: run scripts/setup")
	}
	for _, rule := range rules {
		name := strings.TrimSuffix(filepath.Base(rule), ".rules")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata/cases", name)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var ours []string
			for _, it := range formattest.Items(t, table.Format, format.Input{Name: name, Data: data}) {
				if tx := it.Transaction; tx != nil {
					ours = append(ours, tx.Booked.String()+" "+tx.Amount.Amount.Round(2).String())
				}
			}
			theirs := hledger(t, file, rule)
			slices.Sort(ours)
			slices.Sort(theirs)
			if !slices.Equal(ours, theirs) || len(ours) == 0 {
				t.Errorf("hledger reads %v, we %v", theirs, ours)
			}
		})
	}
}

// hledger gives the day and amount of every row.
func hledger(t *testing.T, file, rules string) (rows []string) {
	t.Helper()
	out, err := exec.Command("hledger", "-f", "csv:"+file, "--rules-file", rules, "register", "account", "-O", "csv").CombinedOutput()
	if err != nil {
		t.Fatalf("hledger: %v\n%s", err, out)
	}
	records, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil || len(records) == 0 {
		t.Fatalf("what hledger writes is no CSV: %v\n%s", err, out)
	}
	day, amount := slices.Index(records[0], "date"), slices.Index(records[0], "amount")
	for _, r := range records[1:] {
		d, err := fairlead.ParseDecimal(r[amount])
		if err != nil {
			d, err = format.ParseAmount(r[amount], '.', "")
		}
		if err != nil {
			t.Fatalf("hledger's amount is none: %v", err)
		}
		rows = append(rows, r[day]+" "+d.Round(2).String())
	}
	return rows
}
