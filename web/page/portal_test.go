package page

import (
	"html"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
)

func TestConnectionsOfFilesAreCalledByTheirNewestFile(t *testing.T) {
	t.Parallel()
	for language, want := range map[string][2]string{
		"en":    {"Uploaded statement: ", "no data from files"},
		"es":    {"Extracto subido: ", "sin datos de archivos"},
		"pt-BR": {"Extrato enviado: ", "sem dados de arquivos"},
	} {
		text := portalText(t, language, map[fairlead.ConnectionID][]imported{
			"con_1": {{name: "march.ofx"}, {name: "february.ofx"}}, "con_2": {{name: "card.csv"}}, "con_3": {}, "con_4": nil,
		})
		for _, part := range []string{want[0] + "march.ofx</h2>", want[0] + "card.csv</h2>", want[1]} {
			if strings.Count(text, part) != 1 {
				t.Errorf("in %s %q does not stand there once", language, part)
			}
		}
		if strings.Contains(text, want[0]+"february.ofx") {
			t.Errorf("in %s a connection is called by an older file", language)
		}
	}
}

func TestWhereUploadsAreNotKnownTheAccountsAreCounted(t *testing.T) {
	t.Parallel()
	text := portalText(t, "en", nil)
	if strings.Contains(text, "no data from files") || strings.Count(text, "1 account<")+strings.Count(text, "1 account ") != 4 {
		t.Error("accounts of connections whose uploads are not known are not counted")
	}
}

// portalText is the person's own page of four connections that are fed by files.
func portalText(t *testing.T, language string, uploads map[fairlead.ConnectionID][]imported) string {
	t.Helper()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	file := fairlead.Institution{ID: "ins_statement", Name: "Upload a statement", Logins: []fairlead.LoginKind{fairlead.LoginFile}}
	shown := consenting.Portal{Application: fairlead.Application{Name: "Moneda"}}
	for _, id := range []fairlead.ConnectionID{"con_1", "con_2", "con_3", "con_4"} {
		shown.Connections = append(shown.Connections, consenting.PortalConnection{
			Connection: fairlead.Connection{ID: id, Uploaded: true}, Institution: file, Accounts: 1,
		})
	}
	r, w := httptest.NewRequest("GET", "/me?lang="+language, nil), httptest.NewRecorder()
	v := portal{p.portalView(r, shown), shown, nil, uploads}
	if err := shares(v, "title").Render(r.Context(), w); err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(w.Body.String())
}
