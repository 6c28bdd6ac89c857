package page_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

func TestEveryPageLeadsToOneThatSaysWhoRunsThisAndHowToStop(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, func(c *server.Config) { c.Operator = "Contabilidade Sorriso & Filhos Ltda." })
	_, _, address := link(a, map[string]any{})
	for language, words := range map[string][]string{
		"en":    {"About Fairlead", "Run by Contabilidade Sorriso & Filhos Ltda.", "How to stop", "check that the address bar shows 127.0.0.1"},
		"pt-BR": {"Sobre o Fairlead", "Operado por Contabilidade Sorriso & Filhos Ltda.", "Como parar", "confira se a barra de endereço mostra 127.0.0.1"},
		"es":    {"Acerca de Fairlead", "Gestionado por Contabilidade Sorriso & Filhos Ltda.", "Cómo dejar de compartir", "la barra de direcciones muestra 127.0.0.1"},
	} {
		p := a.Visit(address + "?lang=" + language)
		if !strings.Contains(p.Page, `<a href="/about?lang=`+language+`" target="_blank" rel="noopener">`) {
			t.Errorf("the page in %s leads to no page beside it that explains it", language)
		}
		said := p.Text()
		p.Go(a.URL + "/about?lang=" + language)
		said += p.Text()
		for _, want := range words {
			if !strings.Contains(said, want) {
				t.Errorf("in %s nothing says %q", language, want)
			}
		}
		if strings.Contains(said, "..") || strings.Contains(said, "{") || p.Status != http.StatusOK {
			t.Errorf("in %s:\n%s", language, said)
		}
	}
}

func TestTheOperatorIsTheDomainWhereNobodySaysMore(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Visit(a.URL + "/about")
	says(t, p, strings.TrimPrefix(a.URL, "http://")+" runs this server")
}

func TestAnApplicationsTermsAndPrivacyAreOnTheWelcomeAndALinkMayNameOthers(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	var apps struct{ Data []struct{ ID string } }
	a.Call("GET", "/applications", nil, &apps)
	path := "/applications/" + apps.Data[0].ID
	var app map[string]any
	a.Call("PATCH", path, map[string]string{"terms_url": "https://sorriso.example/terms", "privacy_url": "https://sorriso.example/privacy"}, &app)
	if app["terms_url"] != "https://sorriso.example/terms" || app["privacy_url"] != "https://sorriso.example/privacy" {
		t.Errorf("the application is %v", app)
	}
	_, _, address := link(a, map[string]any{})
	p := a.Visit(address)
	for _, want := range []string{`href="https://sorriso.example/terms"`, `href="https://sorriso.example/privacy"`} {
		if !strings.Contains(p.Page, want) {
			t.Errorf("the welcome has no %s", want)
		}
	}
	_, _, address = link(a, map[string]any{"privacy_url": "https://sorriso.example/clients"})
	p = a.Visit(address)
	if !strings.Contains(p.Page, "https://sorriso.example/clients") || strings.Contains(p.Page, "sorriso.example/privacy") || !strings.Contains(p.Page, "sorriso.example/terms") {
		t.Error("the link's own privacy notice is not shown instead of the application's")
	}
	for _, bad := range []string{"http://sorriso.example/", "javascript:alert(1)", "https://", "https://a:b@sorriso.example/", "sorriso.example", "https://sorriso.example/a b"} {
		for _, field := range []string{"terms_url", "privacy_url"} {
			if status, body := a.Raw("PATCH", path, map[string]string{field: bad}); status != http.StatusUnprocessableEntity || !strings.Contains(string(body), field) {
				t.Errorf("%s %q of an application: %d %s", field, bad, status, body)
			}
			if status, body := a.Raw("POST", "/links", map[string]string{"person": "ada", field: bad}); status != http.StatusUnprocessableEntity || !strings.Contains(string(body), field) {
				t.Errorf("%s %q of a link: %d %s", field, bad, status, body)
			}
		}
	}
}
