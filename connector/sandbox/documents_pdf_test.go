package sandbox

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// paperOf opens a document as collecting does.
func paperOf(t *testing.T, d connector.Document) []byte {
	t.Helper()
	r, err := d.Open(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", d.FileName, err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestEveryPaperOfEveryoneIsAValidPDF makes every tax form and the last statement
// of every account, and reads them as a tax program does.
func TestEveryPaperOfEveryoneIsAValidPDF(t *testing.T) {
	t.Parallel()
	api.DisableConfigDir()
	for _, name := range shortNames() {
		for _, p := range world.Personas() {
			if p.Empty || p.Bulk > 0 {
				continue
			}
			b := newFixture(t, name)
			s := b.mustLogin(p.Name, "good")
			last := map[string]connector.Document{}
			for _, product := range []fairlead.Product{fairlead.ProductStatements, fairlead.ProductTaxForms} {
				if !b.start.Institution.Offers(product) {
					continue
				}
				for _, d := range b.mustCollect(s, product).Documents {
					key := d.Ref
					if d.Kind == "statement" {
						key = d.AccountRefs[0]
					}
					last[key] = d
				}
			}
			for _, d := range last {
				raw := paperOf(t, d)
				if err := api.Validate(bytes.NewReader(raw), model.NewDefaultConfiguration()); err != nil {
					t.Errorf("%s: %v", d.FileName, err)
				}
				properties, err := api.Properties(bytes.NewReader(raw), model.NewDefaultConfiguration())
				if american := d.Kind == "tax_form" && !strings.HasPrefix(d.Form, "informe"); err != nil || american != (properties["fdxJson"] != "") {
					t.Errorf("%s has the properties %v (%v)", d.FileName, properties, err)
				}
			}
		}
	}
}
