package console

import (
	"cmp"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// maxLogoFile is the most bytes of a logo: as a data: URI it has at most 64 KiB.
const maxLogoFile = 48 << 10

const (
	accentHint = "The colour of the main button, as #rrggbb. Its ink is chosen so that it can be read. Empty: the usual blue."
	logoHint   = "PNG, JPEG, GIF, WebP or SVG of at most 48 KiB; square ones fit best."
)

// logo is the file that a form brings, as a data: URI; "": it brings none.
func (v *view) logo() (string, error) {
	file, _, err := v.r.FormFile("logo")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxLogoFile+1))
	switch {
	case err != nil:
		return "", err
	case len(content) == 0:
		return "", nil
	case len(content) > maxLogoFile:
		return "", fairlead.InvalidField("logo", "range", "must have at most 48 KiB")
	}
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	if kind == "text/xml" || kind == "text/plain" { // in which a drawing is not recognized; what it is is checked with the application
		kind = "image/svg+xml"
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(content), nil
}

// previewAddress is where the page is shown as the form has it.
func (v *view) previewAddress(a fairlead.Application) string {
	q := url.Values{"accent": {v.value("accent", a.Theme.Accent)}, "company_name": {v.value("company_name", a.CompanyName)}}
	return v.app(a, "preview") + "?" + q.Encode()
}

// preview shows the first page of a link of the application, with the accent and the name
// of the query.
func (c *Console) preview(v *view, a fairlead.Application) error {
	theme := a.Theme
	if q := v.r.URL.Query(); q.Has("accent") {
		theme.Accent = q.Get("accent")
	}
	return c.o.Preview(v.w, v.r, linking.Screen{
		Stage: fairlead.StageWelcome, Company: cmp.Or(v.query("company_name"), a.CompanyName), Theme: theme, Language: "en",
		Sandbox: v.tenant.Environment == fairlead.Sandbox, Presentation: fairlead.Presentation{TermsURL: a.TermsURL, PrivacyURL: a.PrivacyURL}, Now: v.now,
	})
}
