package ofx_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

var update = flag.Bool("update", false, "write the golden files anew")

// outcome is what a file gives, as the golden files keep it.
type outcome struct {
	Error    string         `json:"error,omitempty"`
	Kind     ofx.Kind       `json:"kind,omitempty"`
	Header   *ofx.Header    `json:"header,omitempty"`
	Numbers  map[string]any `json:"numbers,omitempty"` // of accounts, by name
	Warnings []string       `json:"warnings,omitempty"`
	Import   *ofx.Import    `json:"import,omitempty"`
}

func read(src []byte) (*ofx.File, ofx.Import, error) {
	f, err := ofx.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, ofx.Import{}, err
	}
	i, err := ofx.Convert(f)
	return f, i, err
}

func outcomeOf(src []byte) outcome {
	f, i, err := read(src)
	if err != nil {
		e, _ := errors.AsType[*ofx.Error](err)
		return outcome{Error: err.Error(), Kind: e.Kind}
	}
	o := outcome{Header: &f.Header, Import: &i, Numbers: map[string]any{}}
	for _, a := range i.Accounts {
		o.Numbers[a.Name] = a.Numbers
	}
	for _, w := range f.Warnings {
		o.Warnings = append(o.Warnings, w.Error())
	}
	return o
}

func TestOwnCasesGiveWhatTheirGoldenFilesSay(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*.ofx")
	if len(files) == 0 {
		t.Fatal("there are no cases")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(outcomeOf(src), "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".ofx") + ".json"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(bytes.TrimSpace(want)), string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// realFolder finds the real files, or skips.
func realFolder(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "ofx")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("real files are missing: %v", err)
		}
		t.Skipf("real files are missing: %v", err)
	}
	return dir
}

// expectations reads testdata/real.txt: file → word → value.
func expectations(t *testing.T) map[string]map[string]string {
	t.Helper()
	src, err := os.ReadFile("testdata/real.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for line := range strings.Lines(string(src)) {
		texts := strings.Fields(line)
		if len(texts) == 0 || texts[0] == "#" {
			continue
		}
		m := map[string]string{}
		for _, w := range texts[1:] {
			k, v, _ := strings.Cut(w, "=")
			m[k] = v
		}
		all[texts[0]] = m
	}
	return all
}

func TestEveryRealFileGivesItsRowsOrAnErrorThatSaysWhereAndWhy(t *testing.T) {
	t.Parallel()
	dir := realFolder(t)
	want := expectations(t)
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.ofx*"))
	if len(files) != len(want) {
		t.Errorf("there are %d real files, and expectations of %d", len(files), len(want))
	}
	for _, file := range files {
		name := filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file)))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expected, ok := want[name]
			if !ok {
				t.Fatal("testdata/real.txt has no line for this file")
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(expected, summary(t, src)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// summary says of a file what real.txt says.
func summary(t *testing.T, src []byte) map[string]string {
	t.Helper()
	m := map[string]string{}
	f, i, err := read(src)
	if err != nil {
		e, ok := errors.AsType[*ofx.Error](err)
		if !ok || e.Reason == "" {
			t.Fatalf("not a typed error with a reason: %v", err)
		}
		m["error"] = string(e.Kind)
		set(m, "element", e.Element, e.Element != "")
		set(m, "line", strconv.Itoa(e.Line), e.Line > 0 && e.Kind != ofx.Refused || e.Element == "STMTTRNRS")
		set(m, "column", strconv.Itoa(e.Column), m["line"] != "" && e.Kind != ofx.Truncated)
		set(m, "status", strconv.Itoa(e.Status), e.Status != 0)
		set(m, "profile", "yes", f != nil && f.Profile != nil)
		return m
	}
	count := func(name string, n int) { set(m, name, strconv.Itoa(n), n > 0) }
	count("accounts", len(i.Accounts))
	count("listed", len(i.Listed))
	count("transactions", len(i.Transactions))
	count("movements", len(i.InvestmentTransactions))
	count("holdings", len(i.Holdings))
	count("securities", len(i.Securities))
	count("warnings", len(f.Warnings))
	var sum, moved, value fairlead.Decimal
	for _, x := range i.Transactions {
		sum = sum.Add(x.Amount.Amount)
	}
	for _, x := range i.InvestmentTransactions {
		moved = moved.Add(x.Amount.Amount)
	}
	for _, x := range i.Holdings {
		value = value.Add(x.Value.Amount)
	}
	set(m, "sum", short(sum), len(i.Transactions) > 0)
	set(m, "moved", short(moved), len(i.InvestmentTransactions) > 0)
	set(m, "value", short(value), len(i.Holdings) > 0)
	return m
}

func set(m map[string]string, name, value string, is bool) {
	if is {
		m[name] = value
	}
}

// short writes a sum as the files write amounts: without zeros after the second digit.
func short(d fairlead.Decimal) string {
	for d.Scale() > 2 && d.Round(d.Scale()-1).Equal(d) {
		d = d.Round(d.Scale() - 1)
	}
	return d.String()
}

func TestNoErrorOrValueHoldsWhatASecretElementSaid(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/login-request.ofx")
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Replace(src, []byte("</SONRQ>"), []byte("<SONRS><STATUS><CODE>0</STATUS><USERKEY>canary-key"), 1)
	for _, s := range [][]byte{src, bad} {
		f, _, err := read(s)
		reason := fmt.Sprintf("%+v %v", f, err)
		if strings.Contains(reason, "canary") {
			t.Errorf("a secret came out: %s", reason)
		}
	}
}

func TestAnErrorNeverRepeatsWhatTheFileSaid(t *testing.T) {
	t.Parallel()
	for _, index := range []string{"<DTPOSTED>20240105", "<TRNAMT>-1.00"} {
		src := strings.Replace(statement(1), index, index[:strings.IndexByte(index, '>')+1]+"canary", 1)
		_, _, err := read([]byte(src))
		if e, ok := errors.AsType[*ofx.Error](err); !ok || e.Kind != ofx.BadValue || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", index, err)
		}
	}
}

func TestAReaderThatFailsIsNotABadFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	_, err := ofx.Parse(failing{broken})
	e, ok := errors.AsType[*ofx.Error](err)
	if !ok || e.Kind != ofx.Unread || !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestTheSameAccountHasTheSameRefInEveryFile(t *testing.T) {
	t.Parallel()
	_, january, err := read([]byte(statement(3)))
	if err != nil {
		t.Fatal(err)
	}
	_, february, err := read([]byte(strings.ReplaceAll(statement(5), "202401", "202402")))
	if err != nil {
		t.Fatal(err)
	}
	if january.Accounts[0].Ref != february.Accounts[0].Ref {
		t.Error("the ref changed from one month to the next")
	}
	_, savings, err := read([]byte(strings.ReplaceAll(statement(3), "CHECKING", "SAVINGS")))
	if err != nil {
		t.Fatal(err)
	}
	if january.Accounts[0].Ref == savings.Accounts[0].Ref {
		t.Error("two accounts of one number but of different types have one ref")
	}
	if shown, _ := json.Marshal(january); strings.Contains(string(shown), "000123456789") {
		t.Error("the account number is shown")
	}
}

func TestHostileFilesAreRefusedByLimits(t *testing.T) {
	t.Parallel()
	nested := strings.Builder{}
	for i := range 100 {
		fmt.Fprintf(&nested, "<A%d>", i)
	}
	cases := map[string]string{
		"depth":    "<OFX>" + nested.String(),
		"elements": "<OFX><BANKMSGSRSV1>" + strings.Repeat("<A><B>", 200_000),
		"text":     "<OFX><MEMO>" + strings.Repeat("a", 20<<10) + "</OFX>",
		"pieces":   "<OFX><MEMO>" + strings.Repeat("a<![CDATA[b]]>", 20<<10) + "</OFX>",
		"rows":     strings.Replace(statement(1), "</BANKTRANLIST>", strings.Repeat("<STMTTRN><DTPOSTED>20240101<TRNAMT>1</STMTTRN>", ofx.MaxRows)+"</BANKTRANLIST>", 1),
		"bytes":    "<OFX>" + strings.Repeat(" ", ofx.MaxBytes),
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		_, _, err := read([]byte(cases[name]))
		if e, ok := errors.AsType[*ofx.Error](err); !ok || e.Kind != ofx.TooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestHostileFilesTakeLinearTime(t *testing.T) {
	t.Parallel()
	for name, piece := range map[string]string{
		"open brackets": "<", "tags without end": "<a ", "ampersands": "&", "comments": "<!-- -->", "end tags": "</STMTTRN>",
		"carriage returns": "\r", "entities": "&#65;", "unknown values": "<X>1", "warnings": "<SONRS><DTSERVER>x</SONRS>",
	} {
		src := "<OFX><BANKMSGSRSV1><X>" + strings.Repeat(piece, (2<<20)/len(piece)) // ends, or this test never does
		if _, _, err := read([]byte(src)); err == nil {
			t.Errorf("%s: was accepted", name)
		}
	}
}

// statement is a well-formed file with n rows.
func statement(n int) string {
	var b strings.Builder
	b.WriteString("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20240201</SONRS></SIGNONMSGSRSV1>\n" +
		"<BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>121000248<ACCTID>000123456789<ACCTTYPE>CHECKING</BANKACCTFROM>\n" +
		"<BANKTRANLIST><DTSTART>20240101<DTEND>20240131\n")
	for i := range n {
		fmt.Fprintf(&b, "<STMTTRN>\n<TRNTYPE>DEBIT\n<DTPOSTED>202401%02d120000.000[-5:EST]\n<TRNAMT>-%d.00\n<FITID>2024010100%08d\n<NAME>GROCERY STORE #%d\n<MEMO>POS PURCHASE; GROCERY STORE &amp; MORE #%d, SPRINGFIELD IL\n</STMTTRN>\n", 5+i%20, 1+i%90, i*7, i, i)
	}
	b.WriteString("</BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20240131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")
	return b.String()
}

// BenchmarkParse reads a file of about six megabytes.
func BenchmarkParse(b *testing.B) {
	src := []byte(statement(32_000))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ofx.Parse(bytes.NewReader(src)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConvert(b *testing.B) {
	f, err := ofx.Parse(strings.NewReader(statement(32_000)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ofx.Convert(f); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzRead holds what is true of any bytes at all: no panic, an error is typed and
// has a reason, and an import fits together and can be written as JSON.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/*.ofx", "../../../shared/data/ofx/*/*.ofx*"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			if src, err := os.ReadFile(file); err == nil {
				f.Add(src)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		_, i, err := read(src)
		if err != nil {
			if e, ok := errors.AsType[*ofx.Error](err); !ok || e.Reason == "" || e.Kind == "" {
				t.Fatalf("not a typed error with a reason: %v", err)
			}
			return
		}
		accounts := map[string]bool{}
		for _, a := range i.Accounts {
			if a.Ref == "" || accounts[a.Ref] || !fairlead.ValidCurrency(a.Currency) {
				t.Fatalf("account %+v", a)
			}
			accounts[a.Ref] = true
		}
		refs := map[string]bool{}
		for _, x := range i.Transactions {
			key := x.AccountRef + "\x00" + x.Ref
			if !accounts[x.AccountRef] || x.Booked.IsZero() || x.Ref != "" && refs[key] && x.State != fairlead.TransactionRemoved {
				t.Fatalf("transaction %+v", x)
			}
			refs[key] = true
		}
		if _, err := json.Marshal(i); err != nil {
			t.Fatal(err)
		}
	})
}
