package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page"
)

// vendor serves the page with a vendor's spelling of a static link's address.
func vendor(t *testing.T, a *apptest.App) string {
	t.Helper()
	p, err := page.New(page.Options{Linking: a.Server.Verbs.Linking, BaseURL: "http://127.0.0.1", EntryURLs: []linking.EntryURL{{
		Path: "/vendor", Entry: func(q url.Values) (linking.Entry, error) {
			return linking.Entry{Template: q.Get("token"), Reference: q.Get("user")}, nil
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	p.Mount(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAStaticLinkMakesNothingUntilSomebodySaysGo(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	who, err := a.Server.Verbs.Access.ByClient(t.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		t.Fatal(err)
	}
	template, err := a.Server.Verbs.Linking.CreateTemplate(t.Context(), who.Application, linking.TemplateRequest{
		Name: "static", Spec: fairlead.Spec{Institution: "ins_harbor", Presentation: fairlead.Presentation{Theme: fairlead.Theme{Accent: "#aa0044"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	made := func() int {
		links, err := a.Server.Verbs.Linking.Links(t.Context(), who.Tenant.ID, who.Application.ID, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(links)
	}
	address := vendor(t, a) + "/vendor"
	c := newClient(t)
	for range 3 {
		response, text := get(t, c, "GET", address+"?user=ada&token="+template.Token, nil, nil)
		if response.StatusCode != http.StatusOK || len(response.Cookies()) > 0 || !strings.Contains(text, "/l/static/accent-aa0044.css") {
			t.Fatalf("the preview answered %d with %d cookies:\n%s", response.StatusCode, len(response.Cookies()), text)
		}
		if hidden := regexp.MustCompile(`name="(token|user)" value="[^"]+"`).FindAllString(text, -1); len(hidden) != 4 {
			t.Errorf("the two forms, to go on and to give up, carry %v", hidden)
		}
	}
	if made() != 0 {
		t.Fatalf("looking made %d links", made())
	}
	// Of what the address brings nothing gives up: those are the vendor's own.
	posted := url.Values{"token": {template.Token}, "user": {"ada"}, "lang": {"es"}, "cancel": {"1"}, "gave_up": {"1"}}
	response, _ := get(t, c, "POST", address, posted, map[string]string{"Sec-Fetch-Site": "same-origin"})
	at := response.Header.Get("Location")
	if response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/l/lnk_") || made() != 1 {
		t.Fatalf("saying go answered %d to %s and made %d links", response.StatusCode, at, made())
	}
	_, text := get(t, c, "GET", strings.TrimSuffix(address, "/vendor")+at, nil, nil)
	if !strings.Contains(text, "Qué compartes de Harbor Bank") {
		t.Errorf("the next page is:\n%s", text)
	}
	if response, _ = get(t, c, "POST", address+"?gave_up=1", posted, map[string]string{"Sec-Fetch-Site": "same-origin"}); made() != 2 {
		t.Fatalf("giving up answered %d and made %d links", response.StatusCode, made())
	}
	links, err := a.Server.Verbs.Linking.Links(t.Context(), who.Tenant.ID, who.Application.ID, "", 100)
	exits := slices.ContainsFunc(links, func(l fairlead.Link) bool {
		return l.Status == fairlead.LinkExited && l.Reason == "" && l.Reference == "ada"
	})
	if err != nil || !exits || !strings.HasPrefix(response.Header.Get("Location"), "/l/lnk_") {
		t.Errorf("giving up answered %d to %s (%v)", response.StatusCode, response.Header.Get("Location"), err)
	}
	response, _ = get(t, c, "GET", address+"?token=unknown", nil, nil)
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown static link answered %d", response.StatusCode)
	}
	pause := func(x *fairlead.Template) error { x.Active = false; return nil }
	if _, err := a.Server.Verbs.Linking.ChangeTemplate(t.Context(), who.Application, template.Token, pause); err != nil {
		t.Fatal(err)
	}
	response, text = get(t, c, "GET", address+"?token="+template.Token, nil, nil)
	if response.StatusCode != http.StatusGone || !strings.Contains(text, "paused") {
		t.Errorf("a paused static link answered %d:\n%s", response.StatusCode, text)
	}
}
