package console_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// answer is what the console answered.
type answer struct {
	status int
	header http.Header
	page   string
}

// desk is an operator at a browser.
type desk struct {
	*apptest.App
}

func sit(a *apptest.App) desk { return desk{a} }

// get opens a page of the dev tenant: "/events".
func (d desk) get(path string) answer { return d.send(http.MethodGet, path, nil, "same-origin") }

// post sends a form of a page of the dev tenant.
func (d desk) post(path string, form url.Values) answer {
	return d.send(http.MethodPost, path, form, "same-origin")
}

// send does not follow redirects.
func (d desk) send(method, path string, form url.Values, site string) answer {
	d.T.Helper()
	return d.sendBody(method, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded", site)
}

func (d desk) sendBody(method, path string, body io.Reader, kind, site string) answer {
	d.T.Helper()
	r, err := http.NewRequest(method, d.URL+"/console/t/dev"+path, body)
	if err != nil {
		d.T.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", site)
	r.Header.Set("Content-Type", kind)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		d.T.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		d.T.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// shows fails the test unless the page was answered, and has every text.
func (d desk) shows(got answer, texts ...string) {
	d.T.Helper()
	if got.status != http.StatusOK {
		d.T.Fatalf("the page was answered with %d:\n%s", got.status, got.page)
	}
	for _, text := range texts {
		if !strings.Contains(got.page, text) {
			d.T.Errorf("the page does not show %q:\n%s", text, got.page)
		}
	}
}

// leads fails the test unless the form was answered by leading to a page of the tenant.
func (d desk) leads(got answer, path string) {
	d.T.Helper()
	if to := got.header.Get("Location"); got.status != http.StatusSeeOther || to != "/console/t/dev"+path {
		d.T.Fatalf("the form was answered with %d to %q, want %q:\n%s", got.status, to, path, got.page)
	}
}

// refuses fails the test unless the form is shown again with the reason at the field.
func (d desk) refuses(got answer, field, reason string) {
	d.T.Helper()
	at := strings.Index(got.page, `id="w-`+field+`"`)
	if got.status != http.StatusUnprocessableEntity || at < 0 || !strings.Contains(got.page[at:], reason) {
		d.T.Errorf("%s was answered with %d, want %q at the field:\n%s", field, got.status, reason, got.page)
	}
}

func TestTheConsoleOpensAtTheOnlyTenant(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	page := a.Visit(a.URL + "/console")
	if page.At.Path != "/console/t/dev" || page.Status != http.StatusOK {
		t.Fatalf("it opened %s with %d", page.At, page.Status)
	}
	if !strings.Contains(page.Text(), "everybody on this machine is let in") {
		t.Errorf("it does not say that nobody signs in:\n%s", page.Text())
	}
}

func TestPagesOfTheConsoleAreNeitherStoredNorFramedNorFedByOthers(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	for _, path := range []string{"", "/events", "/audit", "/nothing"} {
		got := d.get(path)
		policy := got.header.Get("Content-Security-Policy")
		if path == "/nothing" {
			continue
		}
		if !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be stored: %q", path, got.header.Get("Cache-Control"))
		}
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	if got := d.send(http.MethodPost, "/audit/check", nil, "cross-site"); got.status != http.StatusForbidden {
		t.Errorf("it was answered with %d:\n%s", got.status, got.page)
	}
}

func TestATenantThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	if page := a.Visit(a.URL + "/console/t/nobody/events"); page.Status != http.StatusNotFound {
		t.Errorf("it was answered with %d", page.Status)
	}
}
