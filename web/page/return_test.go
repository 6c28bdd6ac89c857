package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestWhatABankAddsToItsReturnIsNoAnswerOfThePerson(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "farol"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit()
	elsewhere := a.Visit(p.At.String()) // a browser that never left here
	elsewhere.Submit("user", "good", "password", "good")
	for range 4 {
		if strings.HasPrefix(elsewhere.At.Path, "/sandbox/") {
			elsewhere.Submit()
		}
	}
	elsewhere.Go(elsewhere.At.String() + "&cancel=1&gave_up=1")
	says(t, elsewhere, "Are you connecting an account")
	said := url.Values{}
	for name, values := range elsewhere.At.Query() {
		said[name] = values
	}
	if !strings.Contains(elsewhere.Page, `formaction="/l/return?gave_up=1"`) {
		t.Errorf("the page has no way to say no:\n%s", elsewhere.Page)
	}
	refused, text := get(t, newClient(t), "POST", a.URL+"/l/return?gave_up=1", said, map[string]string{"Sec-Fetch-Site": "same-origin"})
	if refused.StatusCode != http.StatusOK || !strings.Contains(text, "Nothing was connected") {
		t.Errorf("saying no answered %d:\n%s", refused.StatusCode, text)
	}
	p.Go(a.URL + "/l/" + id)
	says(t, p, "Continue at Banco Farol")
	elsewhere.Submit()
	p.Go(a.URL + "/l/" + id)
	finish(t, p)
	says(t, p, "All done")
}
