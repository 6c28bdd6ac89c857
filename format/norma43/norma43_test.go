package norma43_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/norma43"
)

func TestFilesOfSpanishBanksAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, norma43.Format, "testdata")
}

func FuzzNorma43(f *testing.F) { formattest.Fuzz(f, norma43.Format, "testdata") }

const (
	header  = "112100041802000513322403012403312000000012543379783EJEMPLO                      "
	booking = "22    0418240301240302120402000000000010000000000000000000000000000000000000000000"
	text    = "2301COMPRA                                TIENDA                                "
	other   = "2401840" + "00000000010000"
)

func TestHostileFilesCostNoMoreThanTheirSize(t *testing.T) {
	for name, of := range map[string]func(n int) []byte{
		"rows":           func(n int) []byte { return []byte(header + "\n" + strings.Repeat(booking+"\n", n)) },
		"texts of a row": func(n int) []byte { return []byte(header + "\n" + booking + "\n" + strings.Repeat(text+"\n", n)) },
		"amounts of a row": func(n int) []byte {
			return []byte(header + "\n" + booking + "\n" + strings.Repeat(other+"\n", n))
		},
		"accounts":        func(n int) []byte { return []byte(strings.Repeat(header+"\n", n)) },
		"unknown records": func(n int) []byte { return []byte(header + "\n" + strings.Repeat("99\n", n)) },
		"one line":        func(n int) []byte { return []byte(header + "\n" + booking + strings.Repeat("é", 50*n)) },
		"carriage returns": func(n int) []byte {
			return []byte(header + "\r" + strings.Repeat("\r", 50*n))
		},
		"no line endings": func(n int) []byte { return []byte(header[:80] + strings.Repeat(booking[:80], n)) },
	} {
		t.Run(name, func(t *testing.T) { formattest.Linear(t, norma43.Format, of, 20_000) })
	}
}

func TestMoreRowsAccountsAndTextThanTheLimitsAreRefused(t *testing.T) {
	t.Parallel()
	var accounts strings.Builder
	for i := range format.MaxAccounts + 1 {
		accounts.WriteString(header[:14] + strconv.Itoa(100000+i) + header[20:] + "\n")
	}
	for name, data := range map[string]string{
		"rows":     header + "\n" + strings.Repeat(booking+"\n", format.MaxRows+1),
		"accounts": accounts.String(),
		"text":     header + "\n" + booking + "\n" + strings.Repeat(text+"\n", format.MaxText/76+1),
	} {
		_, err := formattest.Read(norma43.Format, format.Input{Data: []byte(data)})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.TooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestWhereNothingIsAmissRowsAndOpeningBalanceMakeTheClosingOne holds every case without a
// warning to what its own totals say.
func TestWhereNothingIsAmissRowsAndOpeningBalanceMakeTheClosingOne(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.n43")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases")
	}
	checked := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		items, err := formattest.Read(norma43.Format, format.Input{Name: file, Data: data})
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
			opening, err := fairlead.ParseDecimal(it.Account.Extra["norma43.opening_balance"].(string))
			if err != nil {
				t.Fatal(err)
			}
			if got := opening.Add(sums[it.Account.Key]); !got.Equal(it.Account.Balances.Current.Amount) {
				t.Errorf("%s: the rows lead to %s", file, got)
			}
			checked++
		}
	}
	if checked < 5 {
		t.Errorf("only %d accounts were checked", checked)
	}
}

func TestARowThatIsLostOrChangedIsNoticed(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/two-accounts-two-currencies.n43")
	if err != nil {
		t.Fatal(err)
	}
	records := bytes.SplitAfter(data, []byte("\n"))
	for i, r := range records {
		if !bytes.HasPrefix(r, []byte("22")) {
			continue
		}
		without := bytes.Join(append(append([][]byte{}, records[:i]...), records[i+1:]...), nil)
		changed := bytes.Clone(data)
		at := len(bytes.Join(records[:i], nil)) + 41
		changed[at] = '0' + (changed[at]-'0'+1)%10
		for name, d := range map[string][]byte{"lost": without, "changed": changed} {
			differs := 0
			for _, it := range formattest.Items(t, norma43.Format, format.Input{Data: d}) {
				if it.Warning != nil && it.Warning.Kind == format.Differs {
					differs++
				}
			}
			if differs == 0 {
				t.Errorf("the row at line %s is %s without a word", strconv.Itoa(i+1), name)
			}
		}
	}
}

func TestOtherFilesAreNotTakenForNorma43(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "11", "11;2024-01-01;-5,00;EUR\n", "OFXHEADER:100\r\n", "!Type:Bank\nD1/1/2024\n", "01,A,B,240101,1200,1,80,,2/\n",
		"1100000000000000000000000000000000000000000000000000000000000000000000000000000\n",
	} {
		if norma43.Format.Detect([]byte(s)) {
			t.Errorf("%q is taken for Norma 43", s)
		}
	}
}
