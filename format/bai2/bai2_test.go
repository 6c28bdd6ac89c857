package bai2_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/bai2"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

func TestReportsOfBanksAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, bai2.Format, "testdata")
}

func FuzzBAI2(f *testing.F) { formattest.Fuzz(f, bai2.Format, "testdata") }

const (
	file    = "01,A,B,240105,0630,1,80,,2/\n"
	group   = "02,B,A,1,240104,,USD,2/\n"
	account = "03,1,USD,010,100,,/\n"
	row     = "16,399,1,0,,,X\n"
)

func TestHostileFilesCostNoMoreThanTheirSize(t *testing.T) {
	for name, of := range map[string]func(n int) string{
		"rows":             func(n int) string { return file + group + account + strings.Repeat(row, n) },
		"groups":           func(n int) string { return file + strings.Repeat(group, n) },
		"accounts":         func(n int) string { return file + group + strings.Repeat(account, n) },
		"files":            func(n int) string { return strings.Repeat(file, n) },
		"balances":         func(n int) string { return file + group + account + strings.Repeat("88,015,1,,/\n", n) },
		"one record":       func(n int) string { return file + group + "03,1,USD" + strings.Repeat(",015,1,,", n) },
		"distributions":    func(n int) string { return file + group + account + "16,399,1,D,999999999" + strings.Repeat(",1,1", n) },
		"fields of D":      func(n int) string { return file + group + strings.Repeat(account+"16,399,1,D,999999999999,1\n", n/4) },
		"text":             func(n int) string { return file + group + account + row + strings.Repeat("88,MORE\n", n) },
		"lines":            func(n int) string { return file + strings.Repeat("\r", 10*n) },
		"unknown records":  func(n int) string { return file + group + account + strings.Repeat("55,\n", n) },
		"no line endings":  func(n int) string { return strings.ReplaceAll(file, "\n", "") + strings.Repeat("88,", n) },
		"continued header": func(n int) string { return file + strings.Repeat("88,1,2,3/\n", n) },
	} {
		t.Run(name, func(t *testing.T) {
			formattest.Linear(t, bai2.Format, func(n int) []byte { return []byte(of(n)) }, 40_000)
		})
	}
}

func TestMoreRowsAccountsAndTextThanTheLimitsAreRefused(t *testing.T) {
	t.Parallel()
	var accounts strings.Builder
	for i := range format.MaxAccounts + 1 {
		fmt.Fprintf(&accounts, "03,%d,USD/\n49,0,2/\n", i)
	}
	for name, data := range map[string]string{
		"rows":     file + group + account + strings.Repeat(row, format.MaxRows+1),
		"accounts": file + group + accounts.String(),
		"lines":    file + group + "03,1,USD/\n" + strings.Repeat("88,015,1,,/\n", 10_001),
		"text":     file + group + account + row + strings.Repeat("88,"+strings.Repeat("X", 70)+"\n", format.MaxText/70+1),
	} {
		_, err := formattest.Read(bai2.Format, format.Input{Data: []byte(data)})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.TooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOpeningBalanceAndRowsMakeTheClosingBalanceOfADay(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/previous-day.bai")
	if err != nil {
		t.Fatal(err)
	}
	var sum fairlead.Decimal
	for _, it := range formattest.Items(t, bai2.Format, format.Input{Data: data}) {
		switch {
		case it.Warning != nil:
			t.Errorf("a warning: %v", it.Warning)
		case it.Transaction != nil:
			sum = sum.Add(it.Transaction.Amount.Amount)
		case it.Account != nil:
			opening, _ := fairlead.ParseDecimal(it.Account.Extra["bai2.opening_balance"].(string))
			if got := opening.Add(sum); !got.Equal(it.Account.Balances.Current.Amount) {
				t.Errorf("the rows lead to %s", got)
			}
		}
	}
}

// TestAnAmountThatIsLostOrChangedIsNoticed changes each amount and leaves out each row of a
// report in which everything agrees.
func TestAnAmountThatIsLostOrChangedIsNoticed(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/several-groups-and-currencies.bai")
	if err != nil {
		t.Fatal(err)
	}
	differs := func(s string) (n int) {
		for _, it := range formattest.Items(t, bai2.Format, format.Input{Data: []byte(s)}) {
			if it.Warning != nil && it.Warning.Kind == format.Differs {
				n++
			}
		}
		return n
	}
	whole := string(data)
	if differs(whole) != 0 {
		t.Fatal("the case itself differs")
	}
	rows := regexp.MustCompile(`(?m)^16,\d+,(\d+),.*\n`).FindAllStringSubmatchIndex(whole, -1)
	if len(rows) < 4 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, at := range rows {
		if differs(whole[:at[0]]+whole[at[1]:]) == 0 || differs(whole[:at[2]]+"9"+whole[at[2]:]) == 0 {
			t.Errorf("the row at byte %d is lost or changed without a word", at[0])
		}
	}
}

func TestOtherFilesAreNotTakenForBAI2(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "01,", "01,02,03,04,05,06\n", "01/02/2024,SHOP,-5.00\n", "01,Jan,2024,SHOP,-5.00,USD,x,y\n", "11210004180200051332240301\n"} {
		if bai2.Format.Detect([]byte(s)) {
			t.Errorf("%q is taken for BAI2", s)
		}
	}
}
