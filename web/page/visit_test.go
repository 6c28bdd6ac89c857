package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestALinkForOneVisitBelongsToTheBrowserThatOpenedIt(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor", "one_visit": true})
	mine := newClient(t)
	first, _ := get(t, mine, "GET", address, nil, nil)
	if first.StatusCode != http.StatusSeeOther {
		t.Fatalf("opening it answered %d", first.StatusCode)
	}
	for language, want := range map[string]string{"en": "This link was opened elsewhere", "pt-BR": "Este link foi aberto em outro lugar", "es": "Este enlace se abrió en otro lugar"} {
		response, text := get(t, newClient(t), "GET", address, nil, map[string]string{"Accept-Language": language})
		if response.StatusCode != http.StatusGone || !strings.Contains(text, want) || len(response.Cookies()) > 0 || strings.Contains(text, "Harbor") {
			t.Errorf("another browser (%s) got %d with %d cookies:\n%s", language, response.StatusCode, len(response.Cookies()), text)
		}
	}
	again, _ := get(t, mine, "GET", address, nil, nil)
	if again.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != "/l/"+id || len(again.Cookies()) > 0 {
		t.Errorf("the same browser got %d to %q, with %d cookies", again.StatusCode, again.Header.Get("Location"), len(again.Cookies()))
	}
	if page, text := get(t, mine, "GET", a.URL+"/l/"+id, nil, nil); page.StatusCode != http.StatusOK || !strings.Contains(text, "Connect your accounts") {
		t.Errorf("the first browser is out: %d", page.StatusCode)
	}
}

func TestAnotherBrowserSeesThatALinkIsFinishedAndNoMore(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor", "redirect_url": "http://127.0.0.1:9/back"})
	other := newClient(t)
	get(t, other, "GET", address, nil, nil)
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "good", "password", "good")
	finish(t, p)
	if !strings.Contains(p.ReturnURL(), "code=") {
		t.Fatalf("the session that finished is not led back:\n%s", p.Text())
	}
	response, text := get(t, other, "GET", a.URL+"/l/"+id, nil, nil)
	if response.StatusCode != http.StatusOK || !strings.Contains(text, "This link is finished") {
		t.Errorf("another browser sees %d:\n%s", response.StatusCode, text)
	}
	for _, secret := range []string{"code=", "127.0.0.1:9", "Harbor"} {
		if strings.Contains(text, secret) {
			t.Errorf("another browser sees %q", secret)
		}
	}
	for _, action := range []string{"finish", "leave"} {
		response, text := get(t, other, "POST", a.URL+"/l/"+id+"/"+action, url.Values{}, map[string]string{"Sec-Fetch-Site": "same-origin"})
		to := response.Header.Get("Location")
		_, text2 := get(t, other, "GET", a.URL+to, nil, nil)
		if strings.Contains(text+text2, "code=") {
			t.Errorf("after %s another browser sees the code", action)
		}
	}
}

func TestThePortalsCookieIsNotWhatStoodInItsAddress(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id := a.Linked("harbor", "good", "good")
	var c struct{ Person string }
	a.Call("GET", "/connections/"+id, nil, &c)
	var portal struct{ URL string }
	a.Call("POST", "/persons/"+url.PathEscape(c.Person)+"/portal", map[string]any{}, &portal)
	token := portal.URL[strings.LastIndex(portal.URL, "/")+1:]
	looked, _ := get(t, newClient(t), "HEAD", portal.URL, nil, nil)
	if looked.StatusCode != http.StatusNoContent || len(looked.Cookies()) > 0 {
		t.Errorf("looking whether it is there answered %d", looked.StatusCode)
	}
	var values []string
	for range 2 {
		entered, _ := get(t, newClient(t), "GET", portal.URL, nil, nil)
		if entered.StatusCode != http.StatusSeeOther || entered.Header.Get("Location") != "/me" {
			t.Fatalf("entering answered %d to %q", entered.StatusCode, entered.Header.Get("Location"))
		}
		for _, k := range entered.Cookies() {
			values = append(values, k.Value)
		}
	}
	if len(values) != 2 || values[0] == token || values[0] == values[1] {
		t.Errorf("two entries got %d cookies; one is the address's token or both are the same", len(values))
	}
	response, _ := get(t, newClient(t), "GET", a.URL+"/me", nil, map[string]string{"Cookie": "fl-me-=" + token})
	if response.StatusCode == http.StatusOK {
		t.Error("the address's token is good as a session")
	}
}
