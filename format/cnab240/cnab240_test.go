package cnab240_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/cnab240"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

func TestFilesOfBrazilianBanksAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, cnab240.Format, "testdata")
}

func FuzzCNAB240(f *testing.F) { formattest.Fuzz(f, cnab240.Format, "testdata") }

// records of a file of one account with one row.
func records(t testing.TB) (file, lot, detail, trailer string) {
	t.Helper()
	data, err := os.ReadFile("testdata/cut-off.ret")
	if err != nil {
		t.Fatal(err)
	}
	r := strings.Split(string(data), "\r\n")
	whole, err := os.ReadFile("testdata/currency-answered.ret")
	if err != nil {
		t.Fatal(err)
	}
	return r[0] + "\n", r[1] + "\n", r[2] + "\n", strings.Split(string(whole), "\r\n")[3] + "\n"
}

func TestHostileFilesCostNoMoreThanTheirSize(t *testing.T) {
	file, lot, detail, trailer := records(t)
	for name, of := range map[string]func(n int) []byte{
		"rows":             func(n int) []byte { return []byte(file + lot + strings.Repeat(detail, n)) },
		"lots":             func(n int) []byte { return []byte(file + strings.Repeat(lot, n)) },
		"trailers":         func(n int) []byte { return []byte(file + lot + strings.Repeat(trailer, n)) },
		"short records":    func(n int) []byte { return []byte(file + lot + strings.Repeat("00000013\n", n)) },
		"unknown records":  func(n int) []byte { return []byte(file + lot + strings.Repeat("0000001X\n", n)) },
		"carriage returns": func(n int) []byte { return []byte(file + strings.Repeat("\r", 50*n)) },
		"one line":         func(n int) []byte { return []byte(file + lot + strings.Repeat("ã", 50*n)) },
	} {
		t.Run(name, func(t *testing.T) { formattest.Linear(t, cnab240.Format, of, 20_000) })
	}
}

func TestMoreRowsAndAccountsThanTheLimitsAreRefused(t *testing.T) {
	t.Parallel()
	file, lot, detail, trailer := records(t)
	var accounts strings.Builder
	for i := range format.MaxAccounts + 1 {
		number := fmt.Sprintf("%012d", i+1)
		accounts.WriteString(lot[:58] + number + lot[70:] + trailer[:58] + number + trailer[70:])
	}
	for name, data := range map[string]string{
		"accounts": file + accounts.String(),
		"rows":     file + lot + strings.Repeat(strings.TrimRight(detail, " \n")+"\n", format.MaxRows+1),
	} {
		_, err := formattest.Read(cnab240.Format, format.Input{Data: []byte(data)})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.TooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestWhereNothingIsAmissRowsAndOpeningBalanceMakeTheClosingOne holds every case without a
// warning to what its own totals say.
func TestWhereNothingIsAmissRowsAndOpeningBalanceMakeTheClosingOne(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.ret")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases")
	}
	checked := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		items, err := formattest.Read(cnab240.Format, format.Input{Name: file, Data: data})
		formattest.Sound(t, items)
		sums, warned := map[string]fairlead.Decimal{}, err != nil
		for _, it := range items {
			warned = warned || it.Warning != nil
			if it.Transaction != nil {
				sums[it.Transaction.AccountRef] = sums[it.Transaction.AccountRef].Add(it.Transaction.Amount.Amount)
			}
		}
		for _, it := range items {
			if warned || it.Account == nil {
				continue
			}
			opening, err := fairlead.ParseDecimal(it.Account.Extra["cnab240.opening_balance"].(string))
			if err != nil {
				t.Fatal(err)
			}
			if got := opening.Add(sums[it.Account.Key]); !got.Equal(it.Account.Balances.Current.Amount) {
				t.Errorf("%s: the rows lead to %s", file, got)
			}
			checked++
		}
	}
	if checked < 4 {
		t.Errorf("only %d accounts were checked", checked)
	}
}

func TestARowThatIsLostOrChangedIsNoticed(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/bradesco-without-totals.ret")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	for i, l := range lines {
		if len(l) < 240 || l[7] != '3' || bytes.Contains(l, []byte("SALDO DO DIA")) {
			continue
		}
		without := bytes.Join(append(append([][]byte{}, lines[:i]...), lines[i+1:]...), nil)
		changed := bytes.Clone(data)
		at := len(bytes.Join(lines[:i], nil)) + 167
		changed[at] = '0' + (changed[at]-'0'+1)%10
		for name, d := range map[string][]byte{"lost": without, "changed": changed} {
			differs := 0
			for _, it := range formattest.Items(t, cnab240.Format, format.Input{Data: d}) {
				if it.Warning != nil && it.Warning.Kind == format.Differs {
					differs++
				}
			}
			if differs == 0 {
				t.Errorf("the row at line %d is %s without a word", i+1, name)
			}
		}
	}
}

func TestOtherFilesAreNotTakenForCNAB240(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "00100000", "OFXHEADER:100\r\n", "01,A,B,240101,1200,1,80,,2/\n", strings.Repeat("0", 100), "01/02/2024;SALDO;5,00\n"} {
		if cnab240.Format.Detect([]byte(s)) {
			t.Errorf("%q is taken for CNAB240", s)
		}
	}
}
