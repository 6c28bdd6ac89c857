package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
)

func TestMain(m *testing.M) {
	api.DisableConfigDir()
	os.Exit(m.Run())
}

func TestPapersSayWhatTheirGoldenFileSays(t *testing.T) {
	t.Parallel()
	formattest.Cases(t, Format, "testdata")
}

func FuzzPapers(f *testing.F) { formattest.Fuzz(f, Format, "testdata") }

// paper is a PDF of lines of text, each page a list of them.
func paper(info string, pages ...[]string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n")
	kids := ""
	for i, lines := range pages {
		var ops strings.Builder
		ops.WriteString("BT /F 10 Tf 50 800 Td 12 TL\n")
		for _, l := range lines {
			fmt.Fprintf(&ops, "(%s) Tj T*\n", strings.NewReplacer("(", `\(`, ")", `\)`).Replace(l))
		}
		ops.WriteString("ET")
		fmt.Fprintf(&b, "%d 0 obj <</Type/Page/Parent 2 0 R/Contents %d 0 R>> endobj\n", 10+2*i, 11+2*i)
		fmt.Fprintf(&b, "%d 0 obj <</Length %d>> stream\n%s\nendstream endobj\n", 11+2*i, ops.Len(), ops.String())
		kids += fmt.Sprintf("%d 0 R ", 10+2*i)
	}
	fmt.Fprintf(&b, "2 0 obj <</Type/Pages/Kids[%s]/Count %d/Resources<</Font<</F 3 0 R>>>>>> endobj\n", kids, len(pages))
	b.WriteString("3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>> endobj\n")
	fmt.Fprintf(&b, "4 0 obj <<%s>> endobj\ntrailer <</Root 1 0 R/Info 4 0 R>>\n%%%%EOF\n", info)
	return []byte(b.String())
}

func document(t *testing.T, data []byte) *format.Document {
	t.Helper()
	items := formattest.Items(t, Format, format.Input{Name: "in/paper.pdf", Data: data})
	return items[len(items)-1].Document
}

func TestOnlyWhatAPaperPrintsForCertainIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		lines []string
		want  string // kind form year ending period
	}{
		{"a form with its control number", []string{"OMB No. 1545-0112", "Form 1099-INT 2025", "Account number XXXXXX4821"}, "tax_form 1099-INT 2025 4821 –"},
		{"a form by calendar year", []string{"OMB No. 1545-0110", "Form 1099-DIV (Rev. January 2024)", "For calendar year 20 25"}, "tax_form 1099-DIV 2025  –"},
		{"two years", []string{"OMB No. 1545-0112", "Form 1099-INT 2025", "For calendar year 2024"}, "tax_form 1099-INT 0  –"},
		{"a control number of another form", []string{"OMB No. 1545-0112", "Form 1099-DIV 2025"}, "other  0  –"},
		{"two forms of one number", []string{"OMB No. 1545-0112", "Form 1099-INT 2025", "OMB No. 1545-0110", "Form 1099-DIV 2025"}, "tax_form 1099 2025  –"},
		{"forms of two numbers", []string{"OMB No. 1545-0112", "Form 1099-INT 2025", "OMB No. 1545-0747", "Form 5498 2025"}, "other  0  –"},
		{"a letter that speaks of a form", []string{"Dear customer,", "Form 1099-INT 2025 will reach you in January."}, "other  0  –"},
		{"a letter that speaks of a statement", []string{"Dear customer,", "Your account statement is ready now."}, "other  0  –"},
		{"a statement", []string{"Account statement", "Statement period 06/01/2026 - 06/30/2026", "Account ending in 1234"}, "statement  0 1234 2026-06-01–2026-06-30"},
		{"days that may be read in two ways", []string{"Account statement", "Statement period 06/01/2026 - 07/01/2026"}, "statement  0  –"},
		{"two accounts", []string{"Account statement", "Account ending in 1234", "Account ending in 5678"}, "statement  0  –"},
		{"a year of a certificate", []string{"Certificado de retenciones", "A\xf1o gravable 2025"}, "tax_form certificado-de-retenciones 2025  –"},
		{"amounts", []string{"Total 1,234.56", "Balance 99.00"}, "other  0  –"},
	} {
		d := document(t, paper("", c.lines))
		period := "–"
		if !d.Period.From.IsZero() {
			period = d.Period.From.String() + "–" + d.Period.To.String()
		}
		if got := fmt.Sprintf("%s %s %d %s %s", d.Kind, d.Form, d.TaxYear, d.Fields["accountEnding"].Value, period); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
		if len(d.Data) == 0 || d.SHA256 == "" || d.FileName != "paper.pdf" || d.MediaType != "application/pdf" {
			t.Errorf("%s: the document lacks what it is: %s %s", c.what, d.FileName, d.MediaType)
		}
	}
}

func TestDataOfTaxFormsThatIsDamagedIsAWarning(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{", "[]", `{"version":"V6.0"}`, `{"tax1099Int":3}`} {
		items := formattest.Items(t, Format, format.Input{Name: "x.pdf", Data: paper("/fdxJson("+body+")", []string{"x"})})
		if len(items) != 2 || items[0].Warning == nil || items[1].Document.Kind != kindOther {
			t.Errorf("%s: %+v", body, items)
		}
	}
	d := document(t, paper(`/fdxJson({"forms":[{"taxW2":{"taxYear":2024,"wages":1e2,"corrected":true}},{"tax1098E":{"taxYear":2024}}]})`, []string{"x"}))
	if d.Kind != kindTaxForm || d.Form != "" || d.TaxYear != 2024 || d.Revision != 1 || d.Fields["W-2.wages"].Value != "1e2" {
		t.Errorf("%+v", d)
	}
}

func written(t *testing.T, do func(in *bytes.Reader, out *bytes.Buffer) error) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "1099-int.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := do(bytes.NewReader(data), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAPaperIsReadHoweverItIsStored(t *testing.T) {
	t.Parallel()
	encrypted := func(c *model.Configuration) []byte {
		c.Offline = true
		return written(t, func(in *bytes.Reader, out *bytes.Buffer) error { return api.Encrypt(in, out, c) })
	}
	for what, data := range map[string][]byte{
		"in streams of objects": written(t, func(in *bytes.Reader, out *bytes.Buffer) error {
			c := model.NewDefaultConfiguration()
			c.WriteObjectStream, c.WriteXRefStream, c.Offline = true, true, true
			return api.Optimize(in, out, c)
		}),
		"RC4 for everybody":     encrypted(model.NewRC4Configuration("", "owner", 128)),
		"AES 128 for everybody": encrypted(model.NewAESConfiguration("", "owner", 128)),
		"AES 256 for everybody": encrypted(model.NewAESConfiguration("", "owner", 256)),
	} {
		d := document(t, data)
		if d.Form != "1099-INT" || d.TaxYear != 2025 || d.Fields["interestIncome"].Value != "1284.37" {
			t.Errorf("%s: %s %s of %d with %d fields", what, d.Kind, d.Form, d.TaxYear, len(d.Fields))
		}
		f, _ := open(data)
		if text := strings.Join(f.text(), "\n"); !strings.Contains(text, "Form 1099-INT 2025") {
			t.Errorf("%s: its text is %.200q", what, text)
		}
	}
	for what, c := range map[string]*model.Configuration{
		"RC4": model.NewRC4Configuration("secret", "owner", 128), "AES 128": model.NewAESConfiguration("secret", "owner", 128),
		"AES 256": model.NewAESConfiguration("secret", "owner", 256),
	} {
		_, err := formattest.Read(Format, format.Input{Name: "x.pdf", Data: encrypted(c)})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Locked {
			t.Errorf("%s behind a password: %v", what, err)
		}
	}
}

func TestAPaperThatIsCutOffIsRefused(t *testing.T) {
	t.Parallel()
	data := paper("", []string{"x"})
	_, err := formattest.Read(Format, format.Input{Name: "x.pdf", Data: data[:len(data)/2]})
	if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Truncated {
		t.Errorf("%v", err)
	}
}

func deflated(b []byte) string {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, _ = z.Write(b)
	z.Close()
	return out.String()
}

// hostile are files made to cost much, by their size.
func hostile() map[string]func(n int) []byte {
	const (
		page = "1 0 obj <</Pages 2 0 R>> endobj 2 0 obj <</Kids[5 0 R]>> endobj 5 0 obj <</Contents 6 0 R/Resources 7 0 R>> endobj\n"
		end  = "\ntrailer <</Root 1 0 R>>"
	)
	repeated := func(before, s, after string) func(n int) []byte {
		return func(n int) []byte { return []byte("%PDF-1.4\n" + before + strings.Repeat(s, n/len(s)) + after + end) }
	}
	return map[string]func(n int) []byte{
		"objects":            repeated(page, "1 0 obj ", ""),
		"many objects":       func(n int) []byte { return []byte("%PDF-1.4\n" + page + numbered(n) + end) },
		"arrays in arrays":   repeated(page, "1 0 obj [", ""),
		"dictionaries":       repeated("", "9 0 obj <</XRef", page),
		"trailers":           repeated(page, "trailer <<", ""),
		"ends of streams":    repeated(page, "endstream ", ""),
		"streams":            repeated(page, "stream ", ""),
		"streams of nothing": repeated(page, "8 0 obj <</Type/ObjStm/N 9/First 9>> stream ", ""),
		"a tree in circles":  repeated("1 0 obj <</Pages 2 0 R>> endobj 2 0 obj <</Kids[", "2 0 R ", "]>> endobj"),
		"a bomb": func(n int) []byte {
			bomb := deflated(bytes.Repeat([]byte("BT /F 1 Tf (x) Tj ET\n"), n*3))
			return []byte("%PDF-1.4\n" + page + "6 0 obj <</Filter/FlateDecode>> stream\n" + bomb + "\nendstream endobj" + end)
		},
		"a bomb in a bomb": func(n int) []byte {
			bomb := deflated([]byte(deflated(make([]byte, n*60))))
			return []byte("%PDF-1.4\n" + page + "6 0 obj <</Filter[/FlateDecode/FlateDecode]>> stream\n" + bomb + "\nendstream endobj" + end)
		},
		"drawings in themselves": func(n int) []byte {
			do := strings.Repeat("/X Do ", n/12)
			return []byte("%PDF-1.4\n" + page + "7 0 obj <</XObject<</X 8 0 R>>>> endobj 6 0 obj <<>> stream\n" + do +
				"\nendstream endobj 8 0 obj <</Subtype/Form>> stream\n" + do + "\nendstream endobj" + end)
		},
		"ranges of letters": func(n int) []byte {
			return []byte("%PDF-1.4\n" + page + "7 0 obj <</Font<</F<</Subtype/Type0/ToUnicode 8 0 R>>>>>> endobj 6 0 obj <<>> stream\nBT /F 1 Tf (x) Tj ET\nendstream endobj" +
				" 8 0 obj <<>> stream\nx " + strings.Repeat("<0000><ffff><00410042> endbfrange ", n/34) + "\nendstream endobj" + end)
		},
		"widths": func(n int) []byte {
			return []byte("%PDF-1.4\n" + page + "7 0 obj <</Font<</F<</Subtype/Type0/DescendantFonts[<</W[" + strings.Repeat("0 65535 1 ", n/10) +
				"]>>]>>>>>> endobj 6 0 obj <<>> stream\nBT /F 1 Tf (x) Tj ET\nendstream endobj" + end)
		},
		"fonts again and again": func(n int) []byte {
			return []byte("%PDF-1.4\n" + page + "7 0 obj <</Font<</F<</Subtype/Type0/DescendantFonts[<</W[0 65535 1]>>]>>>>>> endobj 6 0 obj <<>> stream\n" +
				strings.Repeat("/F 1 Tf ", n/8) + "\nendstream endobj" + end)
		},
		"text": func(n int) []byte { return paper("", []string{strings.Repeat("x", n)}) },
		"property": func(n int) []byte {
			return paper("/fdxJson("+`{"tax1099Int":{"a":[`+strings.Repeat("1,", n/2)+`1]}})`, []string{"x"})
		},
		"nested property": func(n int) []byte {
			return paper("/fdxJson("+`{"tax1099Int":`+strings.Repeat("[", n)+`)`, []string{"x"})
		},
		"control numbers": func(n int) []byte {
			return paper("", []string{strings.Repeat("OMB No. 1545-0112 Form 1099-INT ", n/32)})
		},
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := 10; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d 0 obj[]", i)
	}
	return b.String()
}

func TestNoPaperCostsMoreThanItsSizeAllows(t *testing.T) {
	for what, of := range hostile() {
		data := of(1 << 20)
		took := formattest.CPU(t, func() { _, _ = formattest.Read(Format, format.Input{Name: "x.pdf", Data: data}) })
		formattest.Costs(t, what, len(data), took)
		formattest.Linear(t, Format, of, 128<<10)
	}
}
