package ofx_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

// kindOf reads and gives the kind of the error, or "".
func kindOf(t testing.TB, src string) format.Kind {
	t.Helper()
	err := ofx.Format.Read(format.Input{Data: []byte(src)}, func(format.Item) error { return nil })
	e, ok := errors.AsType[*format.Error](err)
	if err != nil && (!ok || e.Kind == "" || e.Reason == "") {
		t.Fatalf("not a typed error with a reason: %v", err)
	}
	if err == nil {
		return ""
	}
	return e.Kind
}

func TestHostileFilesAreRefusedByLimits(t *testing.T) {
	t.Parallel()
	nested, accounts, listed := strings.Builder{}, strings.Builder{}, strings.Builder{}
	for i := range 100 {
		fmt.Fprintf(&nested, "<A%d>", i)
	}
	for i := range format.MaxAccounts + 1 {
		fmt.Fprintf(&accounts, "<STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>%d</BANKACCTFROM></STMTRS>", i)
		fmt.Fprintf(&listed, "<ACCTINFO><BANKACCTINFO><BANKACCTFROM><ACCTID>%d</BANKACCTFROM></BANKACCTINFO></ACCTINFO>", i)
	}
	rows := func(row string) string {
		return strings.Replace(statement(1), "</BANKTRANLIST>", strings.Repeat(row, format.MaxRows)+"</BANKTRANLIST>", 1)
	}
	form := "<TAX1099MSGSRSV1><TAX1099TRNRS><TAX1099RS>" + strings.Repeat("<TAX1099B_V100><TAXYEAR>2023<EXTDBINFO_V100>"+
		strings.Repeat("<PROCDET_V100><DTSALE>1</PROCDET_V100>", 1000)+"</EXTDBINFO_V100></TAX1099B_V100>", 300)
	cases := map[string]string{
		"depth":           "<OFX>" + nested.String(),
		"elements":        "<OFX><BANKMSGSRSV1><STMTRS><STMTTRN>" + strings.Repeat("<A><B>1", 200_000),
		"text":            "<OFX><MEMO>" + strings.Repeat("a", 20<<10) + "</OFX>",
		"pieces":          "<OFX><MEMO>" + strings.Repeat("a<![CDATA[b]]>", 20<<10) + "</OFX>",
		"rows":            rows("<STMTTRN><DTPOSTED>20240101<TRNAMT>1</STMTTRN>"),
		"bad rows":        rows("<STMTTRN><DTPOSTED>x<TRNAMT>1</STMTTRN>"),
		"corrections":     rows("<STMTTRN><DTPOSTED>20240101<TRNAMT>1<FITID>1<CORRECTFITID>1</STMTTRN>"),
		"accounts":        "<OFX><BANKMSGSRSV1>" + accounts.String() + "</BANKMSGSRSV1></OFX>",
		"listed accounts": "<OFX><SIGNUPMSGSRSV1>" + listed.String() + "</SIGNUPMSGSRSV1></OFX>",
		"in one list":     "<OFX><SIGNUPMSGSRSV1><ACCTINFO>" + strings.NewReplacer("<ACCTINFO>", "", "</ACCTINFO>", "").Replace(listed.String()) + "</ACCTINFO></SIGNUPMSGSRSV1></OFX>",
		"tax forms":       "<OFX>" + form,
		"bytes":           "<OFX>" + strings.Repeat(" ", format.MaxBytes),
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		if kind := kindOf(t, cases[name]); kind != format.TooLarge {
			t.Errorf("%s: got %q", name, kind)
		}
	}
}

// hostile are inputs that have made readers slow, each as what comes before, what is
// repeated, and what is behind it.
var hostile = map[string][3]string{
	"open brackets":       {"<OFX><BANKMSGSRSV1><X>", "<", ""},
	"tags without end":    {"<OFX><BANKMSGSRSV1><X>", "<a ", ""},
	"ampersands":          {"<OFX><BANKMSGSRSV1><X>", "&", ""},
	"comments":            {"<OFX><BANKMSGSRSV1><X>", "<!-- -->", ""},
	"end tags":            {"<OFX><BANKMSGSRSV1><X>", "</STMTTRN>", ""},
	"carriage returns":    {"<OFX><BANKMSGSRSV1><X>", "\r", ""},
	"entities":            {"<OFX><BANKMSGSRSV1><X>", "&#65;", ""},
	"entity declarations": {"<?xml version=\"1.0\"?><!DOCTYPE x [", "<!ENTITY a \"&b;&b;&b;\">", "]><OFX></OFX>"},
	"unknown values":      {"<OFX><BANKMSGSRSV1><X>", "<X>1", ""},
	"nested tags":         {"<OFX><BANKMSGSRSV1>", "<A><B><C></A>", ""},
	"answers":             {"<OFX><BANKMSGSRSV1><X>", "<SONRS><DTSERVER>x</SONRS>", ""},
	"children of a list":  {"<OFX><SIGNUPMSGSRSV1><ACCTINFO><DESC>x", "<A>1", "</ACCTINFO></SIGNUPMSGSRSV1></OFX>"},
	"services of a list":  {"<OFX><SIGNUPMSGSRSV1><ACCTINFO>", "<CCACCTINFO><CCACCTFROM><ACCTID>1</CCACCTFROM></CCACCTINFO>", "<DESC>x</ACCTINFO></SIGNUPMSGSRSV1></OFX>"},
	"one account again":   {"<OFX><SIGNUPMSGSRSV1>", "<ACCTINFO><CCACCTINFO><CCACCTFROM><ACCTID>1</CCACCTFROM></CCACCTINFO></ACCTINFO>", "</SIGNUPMSGSRSV1></OFX>"},
	"words in a memo":     {"<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1<MEMO>a <B1> <B2> <B3> c</MEMO></STMTTRN>", ""},
	"line breaks":         {"<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1<MEMO>a<BR/>b<BR/>c<BR/>d</MEMO></STMTTRN>", ""},
	"rows of no currency": {"<OFX><BANKMSGSRSV1><STMTRS><BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1,650</STMTTRN>", "</STMTRS></BANKMSGSRSV1></OFX>"},
	"unclear amounts":     {"<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1,650</STMTTRN>", ""},
	"values of a row":     {"<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1" + unknowns(30) + "</STMTTRN>", ""},
	"bad rows of a line":  {"<OFX>\n<BANKMSGSRSV1><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>x<TRNAMT>1</STMTTRN>", ""},
	"memos of a row":      {"<OFX><BANKMSGSRSV1><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1" + strings.Repeat("<MEMO>a", 90_000) + "</STMTTRN>", ""},
	"empty statements":    {"<OFX><BANKMSGSRSV1>", "<STMTRS><CURDEF>USD</STMTRS>", ""},
	"positions":           {"<OFX><INVSTMTMSGSRSV1><INVSTMTRS><CURDEF>USD<INVACCTFROM><ACCTID>1</INVACCTFROM><INVPOSLIST>", "<POSMF><INVPOS><SECID><UNIQUEID>1</SECID><UNITS>1.125<MKTVAL>1</INVPOS></POSMF>", ""},
}

func unknowns(n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, "<X%d>v", i)
	}
	return s.String()
}

func TestHostileFilesTakeLinearTime(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		h := hostile[name]
		src := h[0] + strings.Repeat(h[1], max(1, (1<<20)/len(h[1]))) + h[2]
		took := formattest.CPU(t, func() { kindOf(t, src) })
		formattest.Costs(t, name, len(src), took)
	}
}

func TestWhatAHostileFileAllocatesGrowsNoFasterThanItself(t *testing.T) {
	measure := func(src string) uint64 {
		data := []byte(src)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_ = ofx.Format.Read(format.Input{Data: data}, func(format.Item) error { return nil })
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		h := hostile[name]
		const size = 256 << 10
		once := measure(h[0] + strings.Repeat(h[1], size/len(h[1])) + h[2])
		twice := measure(h[0] + strings.Repeat(h[1], 2*size/len(h[1])) + h[2])
		if float64(twice) > 2.5*float64(once)+64<<10 {
			t.Errorf("%s: twice the size takes %d bytes instead of %d", name, twice, once)
		}
	}
}

func TestNoErrorOrValueHoldsWhatASecretElementSaid(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/cases/login-request.ofx")
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(statement(1), "<SONRS>", "<SONRS><USERKEY>canary-key<SESSCOOKIE>canary", 1)
	for _, s := range []string{string(src), bad} {
		items, err := formattest.Read(ofx.Format, format.Input{Data: []byte(s)})
		for _, it := range items {
			if shown := fmt.Sprintf("%+v %+v %+v", it.Account, it.Transaction, it.Warning); strings.Contains(shown, "canary") {
				t.Errorf("a secret came out: %s", shown)
			}
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("a secret came out: %v", err)
		}
	}
}

func TestAnErrorNeverRepeatsWhatTheFileSaid(t *testing.T) {
	t.Parallel()
	for _, index := range []string{"<DTPOSTED>20240105", "<TRNAMT>-1.00", "<DTSTART>20240101", "<BALAMT>100.00", "<CURDEF>USD"} {
		src := strings.Replace(statement(1), index, index[:strings.IndexByte(index, '>')+1]+"canary", 1)
		items, err := formattest.Read(ofx.Format, format.Input{Data: []byte(src)})
		found := err != nil
		for _, it := range items {
			if it.Warning != nil {
				found = true
				err = errors.Join(err, it.Warning)
			}
		}
		if !found || strings.Contains(err.Error(), "canary") || strings.Contains(format.Sentence(&format.Error{Reason: err.Error()}), "canary") {
			t.Errorf("%s: %v", index, err)
		}
	}
}

func TestWhoeverTakesCanStop(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	n := 0
	err := ofx.Format.Read(format.Input{Data: []byte(statement(10))}, func(format.Item) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if err != enough || n != 3 {
		t.Errorf("got %v after %d items", err, n)
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

// BenchmarkRead reads a file of about ten megabytes.
func BenchmarkRead(b *testing.B) {
	src := []byte(statement(54_000))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := ofx.Format.Read(format.Input{Data: src}, func(format.Item) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
