package table

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

var roles = []role{
	roleDate, roleValueDate, roleAmount, roleMoneyIn, roleMoneyOut, roleFee, roleFlag, roleDescription, rolePayee, rolePayer,
	rolePayeeAccount, roleBalance, roleCurrency, roleReference, roleAccount, roleType, roleState, roleImpact, roleCategory, roleForeign,
	roleForeignCurrency, roleRate, roleCheck, roleCard, roleInstalment, rolePart, roleProduct,
}

func TestEveryLayoutNamesColumnsThatItsHeadersHave(t *testing.T) {
	t.Parallel()
	if len(layouts()) < 24 {
		t.Fatalf("%d layouts", len(layouts()))
	}
	for _, l := range layouts() {
		var all []string
		for _, h := range l.folded {
			all = append(all, h...)
		}
		for r, columns := range l.Columns {
			if !slices.Contains(roles, r) {
				t.Errorf("%s: no role %q", l.Name, r)
			}
			for _, c := range columns {
				if len(l.Headers) > 0 && !l.More && !slices.Contains(all, nameOf(c)) {
					t.Errorf("%s: no header has %q", l.Name, c)
				}
			}
		}
		if l.Bank == "" || len(l.Columns[roleDate]) == 0 || len(l.Columns[roleAmount])+len(l.Columns[roleMoneyIn]) == 0 || len(l.Headers)+len(l.Shape) == 0 {
			t.Errorf("%s: lacks its bank, days, amounts or header", l.Name)
		}
		if l.Dates != "" && orderOf(l.Dates) == 0 || l.Decimal != "" && l.Decimal != "," && l.Decimal != "." || l.Currency != "" && !fairlead.ValidCurrency(l.Currency) {
			t.Errorf("%s: dates, decimal or currency is none", l.Name)
		}
		if kind := fairlead.AccountKind(l.Kind); kind != "" && kind != fairlead.AccountCard && kind != fairlead.AccountDepository {
			t.Errorf("%s: kind of account %q", l.Name, kind)
		}
	}
}

func TestNoTwoLayoutsAreRecognisedByOneHeader(t *testing.T) {
	t.Parallel()
	for _, l := range layouts() {
		for i, h := range l.Headers {
			for j := range h {
				h[j], _, _ = strings.Cut(h[j], "#2")
			}
			if found := recognise(h); found != l {
				t.Errorf("header %d of %s is that of another", i+1, l.Name)
			}
		}
	}
}

func TestEveryLayoutHasACase(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*.golden.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	used := map[string]bool{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var g struct {
			Items []struct{ Account *struct{ Layout string } }
		}
		if err := json.Unmarshal(data, &g); err != nil {
			t.Fatal(err)
		}
		for _, it := range g.Items {
			if it.Account != nil {
				used[it.Account.Layout] = true
			}
		}
	}
	for _, l := range layouts() {
		if !used[l.Name] {
			t.Errorf("no case is read by %s", l.Name)
		}
	}
}

func TestDaysAreReadAsBanksWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-01-31": "2024-01-31", "2024-01-31T10:20:30Z": "2024-01-31", "2024/1/5": "2024-01-05", "20240131": "2024-01-31", "31.01.2024": "2024-01-31",
		"31. 1. 2024": "2024-01-31", "31/01/24": "2024-01-31", "1-2-2024 10:00": "2024-02-01", "31 Jan 2024": "2024-01-31", "31-jan-24": "2024-01-31",
		"Jan 31, 2024": "2024-01-31", "31 de janeiro de 2024": "2024-01-31", "5 mar. 2024": "2024-03-05", "31012024": "2024-01-31",
		"1 août 2024": "2024-08-01", "3 września 2024": "2024-09-03", "01/02/2024 às 10h": "", "29/02/2023": "", "31/04/2024": "", "12/2024": "",
		"1.234,56": "", "1.234.567": "", "10:20:30": "", "99999999": "", "12345678": "", "May": "", "2024": "", "1/2/3/4": "", "": "",
		dayMark + "2024-01-31 10:00:00": "2024-01-31", numberMark + "20240131": "2024-01-31", numberMark + "45322": "",
	} {
		got := ""
		if w, ok := readDay(text); ok {
			if d, ok := w.in(dayFirst); ok {
				got = d.String()
			}
		}
		if got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestNumbersOfAWorkbookAreShownAsExcelDoes(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"0.30000000000000004": "0.3", "-3.3000000000000003": "-3.3", "1E3": "1000", "1.1000000000000001E-2": "0.011", "1234567.8900000001": "1234567.89",
		"100": "100", "0.1": "0.1", "99999999999999.99": "100000000000000", "NaN": "", "1E300": "", "abc": "", "": "", "-": "",
	} {
		if got, _ := shown(stored); got != want {
			t.Errorf("%q is shown as %q, not %q", stored, got, want)
		}
	}
	for _, c := range []struct {
		serial, want string
		from1904     bool
	}{
		{"1", "1900-01-01", false},
		{"59", "1900-02-28", false},
		{"61", "1900-03-01", false},
		{"45322", "2024-01-31", false},
		{"45322.5", "2024-01-31 12:00:00", false},
		{"43860", "2024-01-31", true},
		{"0", "", false},
		{"-5", "", false},
		{"x", "", false},
	} {
		if got, _ := dayOf(c.serial, c.from1904); got != c.want {
			t.Errorf("day %s is %q, not %q", c.serial, got, c.want)
		}
	}
}
