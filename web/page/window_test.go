package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// The window that leads from a frame to an institution shows a page on its way out.
func TestTheWindowOfAFrameHasTheApplicationsColours(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, token, _ := link(a, map[string]any{"institution_id": "farol", "mode": "frame"})
	c := newClient(t)
	entered, text := get(t, c, "POST", a.URL+"/f", url.Values{"token": {token}},
		map[string]string{"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Origin": "http://app.localhost:3000"})
	at, err := url.Parse(entered.Header.Get("Location"))
	if err != nil || entered.StatusCode != http.StatusSeeOther {
		t.Fatalf("entering a frame answered %d: %s", entered.StatusCode, text)
	}
	departed, text := get(t, c, "POST", a.URL+"/l/"+id+"/go", url.Values{"session": {strings.TrimPrefix(at.Path, "/f/")}}, map[string]string{"Origin": a.URL})
	if departed.StatusCode != http.StatusSeeOther {
		t.Fatalf("departing answered %d: %s", departed.StatusCode, text)
	}
	got, _ := get(t, c, "GET", a.URL+"/l/"+id+"/theme.css", nil, nil)
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/css") {
		t.Errorf("the theme: %d, %s", got.StatusCode, got.Header.Get("Content-Type"))
	}
	other, _ := get(t, newClient(t), "GET", a.URL+"/l/"+id+"/theme.css", nil, nil)
	if other.StatusCode != http.StatusUnauthorized {
		t.Errorf("another browser is answered %d", other.StatusCode)
	}
}
