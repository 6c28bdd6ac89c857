package qif_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/qif"
)

func TestFilesOfManyProgramsAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, qif.Format, "testdata")
}

// FuzzQIF answers every question, so that the rows are read.
func FuzzQIF(f *testing.F) {
	answered := qif.Format
	answered.Read = func(in format.Input, take func(format.Item) error) error {
		in.Answers = map[string]string{format.AskCurrency: "EUR", format.AskDates: format.DatesDayFirst, format.AskDecimal: ","}
		return qif.Format.Read(in, take)
	}
	formattest.Fuzz(f, answered, "testdata")
}

// answered is QIF with the currency said.
func answered() format.Format {
	f := qif.Format
	f.Read = func(in format.Input, take func(format.Item) error) error {
		in.Answers = map[string]string{format.AskCurrency: "USD"}
		return qif.Format.Read(in, take)
	}
	return f
}

func TestHostileFilesCostNoMoreThanTheirSize(t *testing.T) {
	const head, row = "!Type:Bank\n", "D31/1/2024\nT1.00\nPX\n^\n"
	for name, of := range map[string]func(n int) string{
		"rows":               func(n int) string { return head + strings.Repeat(row, n) },
		"rows without marks": func(n int) string { return head + strings.Repeat("D31/1/2024\nT1.00\n", n) },
		"splits": func(n int) string {
			return head + row + strings.Repeat(row[:17]+strings.Repeat("SA\n$1\n", 50)+"^\n", n/50)
		},
		"texts": func(n int) string {
			return head + strings.Repeat("D31/1/2024\nT1.00\n"+strings.Repeat("MA\n", 50)+"^\n", n/50)
		},
		"entries of one letter":  func(n int) string { return head + strings.Repeat("D\n^\n", n) },
		"sections":               func(n int) string { return strings.Repeat(head, n) },
		"unknown sections":       func(n int) string { return head + row + strings.Repeat("!Type:Zoo\n", n) },
		"one account many times": func(n int) string { return strings.Repeat("!Account\nNA\nTBank\n^\n!Type:Bank\n"+row, n/4) },
		"listed accounts":        func(n int) string { return head + row + "!Account\n" + strings.Repeat("NA\nTBank\n^\n", n) },
		"securities":             func(n int) string { return head + row + "!Type:Security\n" + numbered("NFund %d\nSF%[1]d\n^\n", n) },
		"movements": func(n int) string {
			return "!Type:Invst\n" + numbered("D31/1/2024\nNBuy\nYF%d\nQ1\nT1.00\n^\n", n/4)
		},
		"a number without an end": func(n int) string { return head + "D31/1/2024\nT" + strings.Repeat("1", 20*n) + "\n^\n" },
		"a date without an end":   func(n int) string { return head + "D" + strings.Repeat("1/", 20*n) + "\n^\n" },
		"a line without an end":   func(n int) string { return head + "P" + strings.Repeat("é", 20*n) },
		"carriage returns":        func(n int) string { return head + strings.Repeat("\r", 20*n) },
	} {
		t.Run(name, func(t *testing.T) {
			formattest.Linear(t, answered(), func(n int) []byte { return []byte(of(n)) }, 20_000)
		})
	}
}

func numbered(pattern string, n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, pattern, i)
	}
	return s.String()
}

func TestMoreRowsAccountsAndTextThanTheLimitsAreRefused(t *testing.T) {
	t.Parallel()
	const head, row = "!Type:Bank\n", "D31/1/2024\nT1.00\n^\n"
	for name, data := range map[string]string{
		"rows":       head + strings.Repeat(row, format.MaxRows+1),
		"splits":     head + strings.Repeat("D31/1/2024\nT1.00\n"+strings.Repeat("SA\n", 1000)+"^\n", format.MaxRows/1000+1),
		"accounts":   numbered("!Account\nN%d\nTBank\n^\n!Type:Bank\n"+row, format.MaxAccounts+1),
		"listed":     head + row + "!Account\n" + numbered("N%d\nTBank\n^\n", format.MaxAccounts+1),
		"securities": head + row + "!Type:Security\n" + numbered("NF%d\n^\n", format.MaxRows+1),
		"lines":      head + "D31/1/2024\n" + strings.Repeat("A\n", 10_001),
		"text":       head + "D31/1/2024\nT1.00\nP" + strings.Repeat("X", format.MaxText+1) + "\n^\n",
	} {
		_, err := formattest.Read(answered(), format.Input{Data: []byte(data)})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.TooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestADateIsReadInEverySpelling has one file a date, so that it stands for itself.
func TestADateIsReadInEverySpelling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, order, want string }{
		{"1/ 2'05", "month_first", "2005-01-02"},
		{"1/ 2' 5", "month_first", "2005-01-02"},
		{"1/ 2'5", "day_first", "2005-02-01"},
		{"12/31/99", "", "1999-12-31"},
		{"12/31'04", "", "2004-12-31"},
		{"12/31/69", "", "2069-12-31"},
		{"12/31/70", "", "1970-12-31"},
		{"31.12.2020", "", "2020-12-31"},
		{"1.2.2020", "", "2020-02-01"},
		{"1.2.20", "", "2020-02-01"},
		{"2020-12-31", "", "2020-12-31"},
		{"2020/2/1", "", "2020-02-01"},
		{"15/1'2020", "", "2020-01-15"},
		{"15-01-2020", "", "2020-01-15"},
		{"15 01 2020", "", "2020-01-15"},
		{"5/5/2020", "", "2020-05-05"},
		{"20201231", "", "2020-12-31"},
		{"31122020", "", "2020-12-31"},
		{"12312020", "", "2020-12-31"},
		{"3 Feb 2020", "", "2020-02-03"},
		{"Feb 3, 2020", "", "2020-02-03"},
		{"3-févr.-20", "", "2020-02-03"},
		{"3. März 2020", "", "2020-03-03"},
		{"2 juillet 2020", "", "2020-07-02"},
		{"12/31/2020 23:59:59", "", "2020-12-31"},
		{"2020-12-31T23:59:59", "", "2020-12-31"},
		{"99-12-31", "", "1999-12-31"},
		{"02-03-04", "year_first", "2002-03-04"},
		{"29/02/2024", "", "2024-02-29"},
		{"29/02/2023", "", ""},
		{"31/31/2020", "", ""},
		{"1/2", "day_first", ""},
		{"1/2/3/4", "day_first", ""},
		{"1/2/105", "day_first", ""},
		{"1/2/-5", "day_first", "2005-02-01"},
		{"yesterday", "", ""},
		{"0/0/0", "", ""},
		{"", "", ""},
	} {
		answers := map[string]string{format.AskCurrency: "USD", format.AskDates: c.order}
		items := formattest.Items(t, qif.Format, format.Input{Name: c.text, Data: []byte("!Type:Bank\nD" + c.text + "\nT1.00\n^\n"), Answers: answers})
		got := ""
		for _, it := range items {
			if it.Transaction != nil {
				got = it.Transaction.Booked.String()
			}
		}
		if got != c.want {
			t.Errorf("%q (%s): got %q, want %q", c.text, c.order, got, c.want)
		}
	}
}

func TestTheOrderIsAskedOnlyWhereNothingShowsIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dates, want string }{
		{"1/2/2020 3/4/2020", "asked"},
		{"1/2/2020 1/13/2020", "2020-01-02"},
		{"1/2/2020 13/1/2020", "2020-02-01"},
		{"1/2/2020 1/1/2020 2/2/2020", "asked"},       // unsorted under both
		{"10/2/2020 3/3/2020 4/4/2020", "2020-02-10"}, // Oct 2, Mar 3, Apr 4 is not sorted
		{"2/10/2020 3/3/2020 4/4/2020", "2020-02-10"},
		{"1/2/2020 13/1/2020 1/13/2020", "asked"}, // they contradict each other
		{"1/1/2020 2/2/2020", "2020-01-01"},
		{"2020-12-31 1/2/2020", "asked"},
	} {
		data := "!Type:Bank\n"
		for d := range strings.FieldsSeq(c.dates) {
			data += "D" + d + "\nT1.00\n^\n"
		}
		items, err := formattest.Read(qif.Format, format.Input{Data: []byte(data), Answers: map[string]string{format.AskCurrency: "USD"}})
		got := "asked"
		if e, ok := errors.AsType[*format.Error](err); ok {
			if e.Kind != format.Open || len(e.Questions) != 1 || e.Questions[0].Name != format.AskDates {
				t.Errorf("%s: %v", c.dates, err)
			}
		} else {
			got = items[0].Transaction.Booked.String()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.dates, got, c.want)
		}
	}
}

// TestSplitsMakeTheirRow holds every row with splits of every case to its amount, unless
// a warning says that they differ.
func TestSplitsMakeTheirRow(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.qif")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		items, _ := formattest.Read(answered(), format.Input{Name: file, Data: data})
		formattest.Sound(t, items)
		warned := false
		for _, it := range items {
			if it.Warning != nil {
				warned = true
			}
			if it.Transaction == nil || it.Transaction.Extra["qif.splits"] == nil {
				continue
			}
			var sum fairlead.Decimal
			for _, part := range it.Transaction.Extra["qif.splits"].([]any) {
				text, _ := part.(map[string]any)["amount"].(string)
				d, _ := fairlead.ParseDecimal(text)
				sum = sum.Add(d)
			}
			if !warned && !sum.Equal(it.Transaction.Amount.Amount) {
				t.Errorf("%s: splits of %s for a row of %s", file, sum, it.Transaction.Amount)
			}
			checked++
		}
	}
	if checked == 0 {
		t.Error("no row with splits")
	}
}

func TestOtherFilesAreNotTakenForQIF(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "!", "D1/1/2020\nT1.00\n^\n", "OFXHEADER:100\r\n", "<!DOCTYPE html>", "!important\n", "Date,Amount\n"} {
		if qif.Format.Detect([]byte(s)) {
			t.Errorf("%q is taken for QIF", s)
		}
	}
	for _, s := range []string{"!Type:Bank\n", "\ufeff!type:bank\r\n", "!TYPE:CCard", "!Account\r\n", "!Option:AutoSwitch\n", " \n!Type:Cash\n"} {
		if !qif.Format.Detect([]byte(s)) {
			t.Errorf("%q is not taken for QIF", s)
		}
	}
}
