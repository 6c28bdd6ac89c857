package paper_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/paper"
)

var (
	update = flag.Bool("update", false, "write the golden texts anew")
	dump   = flag.String("dump", "", "a folder to leave the papers in, to look at them")
)

func TestMain(m *testing.M) {
	api.DisableConfigDir()
	flag.Parse()
	os.Exit(m.Run())
}

func render(t *testing.T, p renderer) []byte {
	t.Helper()
	b, err := p.Render()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// printed is what poppler reads on a paper: a line each, runs of spaces made
// one, and a form feed between pages and at the end.
func printed(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1" {
			t.Fatal("pdftotext of poppler-utils is not installed")
		}
		t.Skip("pdftotext of poppler-utils is not installed: the papers' text is not read")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-layout", "-enc", "UTF-8", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("pdftotext:", err)
	}
	var lines []string
	for _, l := range strings.Split(string(out), "\n") {
		if strings.Contains(l, "\f") { // stands before a page's first line
			lines = append(lines, "\f")
		}
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

func TestEveryPaperReadsAsItsGoldenText(t *testing.T) {
	t.Parallel()
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pdf := render(t, p)
			if *dump != "" {
				if err := os.WriteFile(filepath.Join(*dump, name+".pdf"), pdf, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, file := printed(t, pdf), filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEveryPaperIsAValidPDFAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pdf := render(t, p)
			conf := model.NewDefaultConfiguration()
			conf.Offline = true
			if err := api.Validate(bytes.NewReader(pdf), conf); err != nil {
				t.Error("pdfcpu:", err)
			}
			if !bytes.Equal(pdf, render(t, p)) {
				t.Error("the same values gave other bytes")
			}
		})
	}
}

func TestEveryPageOfEveryPaperSaysSample(t *testing.T) {
	t.Parallel()
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pages := strings.Split(strings.TrimSuffix(printed(t, render(t, p)), "\f"), "\f")
			for n, page := range pages {
				if !strings.Contains(page, "SAMPLE — not a real document") {
					t.Errorf("page %d of %d is not marked", n+1, len(pages))
				}
			}
		})
	}
}

// TestAmericanFormsCarryTheirFDXData reads the properties back the way a tax
// program does.
func TestAmericanFormsCarryTheirFDXData(t *testing.T) {
	t.Parallel()
	for name, p := range papers() {
		form, american := p.(interface{ FDX() ([]byte, error) })
		if !american {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			properties, err := api.Properties(bytes.NewReader(render(t, p)), model.NewDefaultConfiguration())
			if err != nil {
				t.Fatal(err)
			}
			if properties["fdxVersion"] != paper.FDXVersion || properties["fdxSoftwareId"] != paper.SoftwareID {
				t.Errorf("properties: %v", properties)
			}
			want, err := form.FDX()
			if err != nil {
				t.Fatal(err)
			}
			if properties["fdxJson"] != string(want) {
				t.Errorf("fdxJson is %s, not %s", properties["fdxJson"], want)
			}
			var indented bytes.Buffer
			if err := json.Indent(&indented, want, "", "\t"); err != nil {
				t.Fatal(err)
			}
			indented.WriteByte('\n')
			golden(t, name+".json", indented.Bytes())
			if bytes.Contains(want, []byte("900123456")) {
				t.Error("the recipient's whole tax id is in it")
			}
		})
	}
}

// TestABrokersSumsAreThoseOfItsSales adds up what the machine reads and looks
// for it in what people read.
func TestABrokersSumsAreThoseOfItsSales(t *testing.T) {
	t.Parallel()
	body, err := b1099().FDX()
	if err != nil {
		t.Fatal(err)
	}
	var form struct {
		Tax1099B struct {
			SecurityDetails []struct {
				SalesPrice, CostBasis  json.Number
				WashSaleLossDisallowed json.Number
			}
		}
	}
	if err := json.Unmarshal(body, &form); err != nil {
		t.Fatal(err)
	}
	var proceeds, cost, gain fairlead.Decimal
	for _, s := range form.Tax1099B.SecurityDetails {
		got, paid := decimal(t, s.SalesPrice), decimal(t, s.CostBasis)
		proceeds, cost, gain = proceeds.Add(got), cost.Add(paid), gain.Add(got).Sub(paid)
		if s.WashSaleLossDisallowed != "" {
			gain = gain.Add(decimal(t, s.WashSaleLossDisallowed))
		}
	}
	if proceeds.String() != "12209.73" || cost.String() != "7742.30" || gain.String() != "4498.43" {
		t.Errorf("the sales come to %s, %s and %s", proceeds, cost, gain)
	}
	text := printed(t, render(t, b1099()))
	for _, want := range []string{"$12,209.73", "$7,742.30", "$11.57", "$4,486.86"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not printed", want)
		}
	}
}

func decimal(t *testing.T, n json.Number) fairlead.Decimal {
	t.Helper()
	d, err := fairlead.ParseDecimal(n.String())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestARecipientsTaxIDIsMaskedOnTheFace(t *testing.T) {
	t.Parallel()
	for name, p := range papers() {
		text := printed(t, render(t, p))
		for _, id := range []string{"900123456", "900-12-3456", "52998224725", "529.982.247-25", "00000014Z"} {
			if strings.Contains(text, id) {
				t.Errorf("%s prints %s", name, id)
			}
		}
	}
	if !strings.Contains(printed(t, render(t, int1099())), "XXX-XX-3456") {
		t.Error("the last four digits are not there")
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

func refused(t *testing.T, p renderer) {
	t.Helper()
	var e *fairlead.Error
	if _, err := p.Render(); !errors.As(err, &e) || e.Kind != fairlead.Invalid {
		t.Errorf("it was not refused as invalid: %v", err)
	}
}

// TestAStrangeTextSpoilsNoPaper: descriptions come from anywhere.
func TestAStrangeTextSpoilsNoPaper(t *testing.T) {
	t.Parallel()
	for _, strange := range []string{`(unclosed \`, "two\nlines", "\x01\x00\x7f", "snow ☃ and 漢字", strings.Repeat("W", 400), "", "%PDF-1.4 endobj trailer"} {
		s := checking()
		s.Lines[1].Text, s.Holder.Name, s.Account, s.Holder.Address.Lines[0], s.Bank.Name = strange, strange, strange, strange, strange
		f := nec1099()
		f.Payer.Name, f.Recipient.Family, f.Ref = strange, strange, strange
		for _, p := range []renderer{s, f} {
			pdf := render(t, p)
			if err := api.Validate(bytes.NewReader(pdf), model.NewDefaultConfiguration()); err != nil {
				t.Errorf("%q: %v", strange, err)
			}
			if text := printed(t, pdf); !strings.Contains(text, "SAMPLE — not a real document") || !strings.Contains(text, "Page 1 of 1") {
				t.Errorf("%q: the foot of the page is gone", strange)
			}
		}
	}
}

func TestAStatementThatDoesNotAddUpIsRefused(t *testing.T) {
	t.Parallel()
	s := checking()
	s.Closing = usd(1)
	refused(t, s)
}

func TestAPaperWithTwoCurrenciesIsRefused(t *testing.T) {
	t.Parallel()
	s := checking()
	s.Lines[0].Amount.Currency = "EUR"
	refused(t, s)
	f := int1099()
	f.InterestIncome = &fairlead.Money{Amount: fairlead.NewDecimal(1, 2), Currency: "EUR"}
	refused(t, f)
}

func TestAPaperWithoutItsDatesIsRefused(t *testing.T) {
	t.Parallel()
	s := checking()
	s.Issued = fairlead.Date{}
	refused(t, s)
	f := int1099()
	f.TaxYear = 0
	refused(t, f)
}

func TestAStatementOfHundredsOfLinesKeepsThemAll(t *testing.T) {
	t.Parallel()
	text := printed(t, render(t, long()))
	if n := strings.Count(text, "POINT OF SALE"); n != 400 {
		t.Errorf("%d of 400 lines", n)
	}
	if !strings.Contains(text, "Page 1 of 9") || !strings.Contains(text, "Page 9 of 9") {
		t.Error("the pages are not numbered 1 to 9")
	}
}

// TestNoPageHoldsOnlyTheEnd: what sums up a table stands with a row of it, however
// many rows there are.
func TestNoPageHoldsOnlyTheEnd(t *testing.T) {
	t.Parallel()
	cardPage := card()
	for n := 34; n < 52; n++ {
		for kind, s := range map[string]paper.Statement{"account": long(), "card": cardPage} {
			lines := long().Lines[:n]
			s.Lines, s.Closing = lines, s.Opening
			for _, l := range lines {
				s.Closing.Amount = s.Closing.Amount.Add(l.Amount.Amount)
			}
			pages := strings.Split(strings.TrimSuffix(printed(t, render(t, s)), "\f"), "\f")
			for i, page := range pages {
				if i > 0 && !strings.Contains(page, "POINT OF SALE") {
					t.Errorf("%s of %d lines: page %d of %d holds only\n%s", kind, n, i+1, len(pages), page)
				}
			}
		}
	}
}
