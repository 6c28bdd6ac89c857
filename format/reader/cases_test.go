package reader

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// ofxCase is an import of files in testdata/ofx, made after public reports of bugs, and
// what is right: for each account currency, rows, pending rows, what came in and went
// out, the current balance with its day, and the holdings; then texts that rows have,
// and fields with warnings.
type ofxCase struct {
	files    string
	accounts []string
	texts    []string
	warnings string
}

var ofxCases = []ofxCase{
	{"03-thousands-comma-no-cents", []string{"GBP 1+0 1650 0 500.00@2024-01-31 0"}, nil, ""},
	{"08-balance-rows", []string{"BRL 1+0 0.00 -50.00 950.00@2024-01-31 0"}, nil, ""},
	{"09-blank-amount-row", []string{"BRL 2+0 35.00 -20.00 500.00@2024-01-31 0"}, nil, "TRNAMT"},
	{"20-fitid-restarts-prefixed-a 20-fitid-restarts-prefixed-b", []string{"USD 4+0 0.00 -20.25 500.00@2023-09-30 0"}, nil, ""},
	{"21-fitid-reused-by-bank-a 21-fitid-reused-by-bank-b", []string{"USD 4+0 0.00 -148.09 500.00@2023-06-30 0"}, []string{"GARAGE", "AIRLINE"}, ""},
	{"22-installments-a 22-installments-b 22-installments-c", []string{"BRL 3+0 0.00 -272.28 -500.00@2024-01-31 0"}, nil, ""},
	{"23-fitid-changes-a 23-fitid-changes-b", []string{"USD 3+0 0.00 -68.40 500.00@2024-01-31 0"}, nil, ""},
	{"28-pending-then-posted-a", []string{"USD 0+1 - - -500.00@2024-01-31 0"}, nil, ""},
	{"28-pending-then-posted-a 28-pending-then-posted-b", []string{"USD 1+0 0.00 -42.00 -500.00@2024-01-31 0"}, nil, ""},
	{"29-older-after-newer-a 29-older-after-newer-b", []string{"USD 2+0 0.00 -3.00 900.00@2024-03-31 0"}, nil, ""},
	{"38-utf16-no-bom", []string{"EUR 1+0 0.00 -10.00 500.00@2024-01-31 0"}, []string{"GOOGLE *SVCS é"}, ""},
	{"41-charset-1251", []string{"RUB 1+0 0.00 -10.00 500.00@2024-01-31 0"}, []string{"Магазин Радуга"}, ""},
	{"45-br-in-memo", []string{"AUD 1+0 0.00 -10.00 500.00@2024-01-31 0"}, []string{"Cash amount $10.00 Date 23 Feb 2020 Card XXXX"}, ""},
	{"57-several-currencies-one-id", []string{"USD 1+0 2752.32 0.00 2752.32@2024-01-31 0", "EUR 1+0 1000.00 0.00 1000.00@2024-01-31 0"}, nil, ""},
	{"59-no-account-id", []string{"MXN 1+0 0.00 -1000.00 500.00@2024-01-31 0"}, nil, "ACCTID"},
	{"60-currency-brc", []string{"BRL 1+0 0.00 -1.00 500.00@2024-01-31 0"}, nil, ""},
	{"71-k401-zero-balances", []string{"USD 0+0 - - - 1"}, nil, ""},
	{"73-reversed-buy", []string{"USD 2+0 1907.20 -1908.45 - 0"}, nil, ""},
	{"76-loan", []string{"USD 1+0 0.00 -1200.00 -150000.00@2024-01-31 0"}, nil, ""},
	{"78-zipped.zip", []string{"USD 2+0 0.00 -50.00 500.00@2024-01-31 0"}, nil, ""},
	{"80-acctid-varies-a 80-acctid-varies-b", []string{"BRL 2+0 0.00 -9.00 500.00@2024-01-31 0"}, nil, ""},
}

func inputs(t testing.TB, files string) (in []format.Input) {
	t.Helper()
	for _, name := range strings.Fields(files) {
		if filepath.Ext(name) == "" {
			name += ".ofx"
		}
		data, err := os.ReadFile(filepath.Join("testdata", "ofx", name))
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, format.Input{Name: name, Data: data})
	}
	return in
}

// inWords are an import's accounts as ofxCase has them.
func inWords(imp *Import) (all []string) {
	or := func(m *fairlead.Money) string {
		if m == nil {
			return "-"
		}
		return m.Amount.String()
	}
	for _, s := range imp.Summaries() {
		b := or(s.Account.Balances.Current)
		if b != "-" {
			b += "@" + fairlead.DateOf(s.Account.Balances.AsOf).String()
		}
		all = append(all, fmt.Sprintf("%s %d+%d %s %s %s %d", s.Account.Currency, s.Rows+s.Movements, s.Pending, or(s.In), or(s.Out), b, s.Holdings))
	}
	return all
}

func TestFilesOfPublicReportsAreReadRightInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, c := range ofxCases {
		t.Run(c.files, func(t *testing.T) {
			t.Parallel()
			in := inputs(t, c.files)
			for range 2 {
				c.check(t, in)
				slices.Reverse(in)
			}
			if len(c.accounts) == 1 { // every file once more is no more than once
				c.check(t, append(slices.Clone(in), in...))
			}
		})
	}
}

func (c ofxCase) check(t *testing.T, in []format.Input) {
	t.Helper()
	imp, err := Read(t.Context(), in...)
	if err != nil {
		t.Fatal(err)
	}
	if got := inWords(imp); !slices.Equal(got, c.accounts) {
		t.Errorf("accounts\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.accounts, "\n"))
	}
	all := strings.Join(rowsOf(imp), "\n")
	for _, text := range c.texts {
		if !strings.Contains(all, text) {
			t.Errorf("no row has %q:\n%s", text, all)
		}
	}
	fields := map[string]bool{}
	for _, w := range imp.Warnings {
		fields[w.Field] = true
	}
	if c.warnings == "" && len(fields) > 0 || c.warnings != "" && !fields[c.warnings] {
		t.Errorf("warnings %v, want %q", imp.Warnings, c.warnings)
	}
}

// eachSample gives a file of every format, as its own tests have it, and the format that
// it is of.
func eachSample(t testing.TB, do func(of string, in format.Input)) {
	t.Helper()
	for _, f := range Formats() {
		var files []string
		for _, pattern := range []string{"*", "*/*"} {
			found, err := filepath.Glob(filepath.Join("..", f.Name, "testdata", pattern))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, found...)
		}
		for _, path := range files {
			base := filepath.Base(path)
			if info, err := os.Stat(path); err != nil || info.IsDir() || strings.HasSuffix(base, ".json") || filepath.Ext(base) == ".md" || strings.HasPrefix(base, "LICENSE") || strings.Contains(path, "testdata/fuzz") {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if f.Detect(data[:min(len(data), headSize)]) {
				do(f.Name, format.Input{Name: base, Data: data})
			}
		}
	}
}

func TestAFileOfOneFormatIsTakenForNoOther(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	eachSample(t, func(of string, in format.Input) {
		seen[of]++
		if imp, _ := Read(t.Context(), in); imp.Files[0].Format != of {
			t.Errorf("%s of %s is taken for %s", in.Name, of, imp.Files[0].Format)
		}
	})
	for _, f := range Formats() {
		if seen[f.Name] == 0 {
			t.Errorf("no file of %s was tried", f.Name)
		}
	}
}

func FuzzFilesAndArchives(f *testing.F) {
	n := map[string]int{}
	eachSample(f, func(of string, in format.Input) {
		if n[of]++; n[of] < 4 && len(in.Data) < 16<<10 {
			f.Add(in.Data, in.Data, "EUR")
			f.Add(gzipped(f, in.Data), zipped(f, in.Name, string(in.Data)), "")
		}
	})
	f.Fuzz(func(t *testing.T, a, b []byte, currency string) {
		answers := map[string]string{"currency": currency}
		imp, err := Read(t.Context(), format.Input{Name: "a", Data: a, Answers: answers}, format.Input{Name: "b", Data: b})
		if _, typed := errors.AsType[*format.Error](err); err != nil && !typed {
			t.Fatalf("an error without a type: %v", err)
		}
		refs := map[string]bool{}
		for _, a := range imp.Accounts {
			if a.Ref == "" || refs[a.Ref] {
				t.Fatalf("an account without a ref of its own: %+v", a)
			}
			refs[a.Ref] = true
		}
		for tx := range imp.Transactions.All() {
			if !refs[tx.AccountRef] {
				t.Fatalf("a row of no account: %+v", tx)
			}
		}
		imp.Summaries()
		twice, err2 := Read(t.Context(), format.Input{Name: "a", Data: bytes.Clone(a), Answers: answers}, format.Input{Name: "a", Data: a, Answers: answers})
		once, err1 := Read(t.Context(), format.Input{Name: "a", Data: a, Answers: answers})
		if err1 == nil && err2 == nil && named(once) && once.Transactions.Len() != twice.Transactions.Len() {
			t.Fatalf("%d rows of one file are %d of the file twice", once.Transactions.Len(), twice.Transactions.Len())
		}
	})
}

// named reports whether the accounts of an import can be known again.
func named(imp *Import) bool {
	return !slices.ContainsFunc(imp.Accounts, func(a format.Account) bool { return a.Names.Same(a.Names) != format.Certain })
}
