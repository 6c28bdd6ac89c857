package page_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/web/page"
)

// elsewhere spells paths that a careless redirect follows off its origin.
var elsewhere = []string{
	"..%2f%5cevil.example/x", "..%2f..%2f%5cevil.example%2flogin.html/x", "%2f%2fevil.example/x", "%5c%5cevil.example/x", "..%2f%2fevil.example/x",
	"%2e%2e%2f%5cevil.example/x", "https:%2f%2fevil.example/x", "..%5c%5cevil.example/x", "%09%2f%2fevil.example/x", "x%0d%0aLocation:%20https:%2f%2fevil.example/x",
	"%2fevil.example/..%2f..", "..%2f%5cevil.example/go", "..%2f%5cevil.example/state", "..%2f%5cevil.example", "%5cevil.example%2f..%2f/x/y", "@evil.example/x",
}

func TestNoPathOfARequestIsRedirectedTo(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	inside := newClient(t)
	get(t, inside, "GET", address, nil, nil)
	check := func(c *http.Client, method, path string) {
		t.Helper()
		response, _ := get(t, c, method, a.URL+path, map[string]url.Values{"GET": nil, "POST": {}}[method], map[string]string{"Sec-Fetch-Site": "same-origin"})
		to := response.Header.Get("Location")
		if to == "" {
			return
		}
		if to != "/l/"+id && !strings.HasPrefix(to, "/l/"+id+"?") {
			t.Errorf("%s %s leads to %q", method, path, to)
		}
	}
	for _, path := range elsewhere {
		for _, base := range []string{"/l/", "/f/", "/l/" + id + "/", "/me/"} {
			for _, method := range []string{"GET", "POST"} {
				for query := range strings.SplitSeq("|?frame=1|?lang=es&frame=1", "|") {
					check(newClient(t), method, base+path+query)
					check(inside, method, base+path+query)
				}
			}
		}
	}
	response, _ := get(t, inside, "GET", a.URL+"/l/"+id+"/answer", nil, nil)
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/l/"+id {
		t.Errorf("an action's address looked at answered %d to %q", response.StatusCode, response.Header.Get("Location"))
	}
}

// reads counts what is read of a body.
type reads struct {
	io.Reader
	n int
}

func (r *reads) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n += n
	return n, err
}

func (r *reads) Close() error { return nil }

func TestABodyOfAStrangerIsNotEvenRead(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p, err := page.New(page.Options{Linking: a.Server.Verbs.Linking, Dev: true, BaseURL: a.URL})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	p.Mount(mux)
	id, _, _ := link(a, map[string]any{"institution_id": "harbor"})
	for _, base := range []string{"/f/AAAA", "/f/" + strings.Repeat("A", 43), "/f/" + strings.Repeat("A", 28<<10), "/l/" + id, "/l/x"} {
		for _, action := range []string{"upload", "answer", "accounts", "agree", "begin", "nothing", "phone", strings.Repeat("x", 9000)} {
			body := &reads{Reader: strings.NewReader(strings.Repeat("--x\r\n\r\n\r\n", 100_000))}
			r := httptest.NewRequest("POST", base+"/"+action, body)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			r.Header.Set("Sec-Fetch-Dest", "iframe")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.AddCookie(&http.Cookie{Name: "fl-link-" + id, Value: strings.Repeat("B", 43)})
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if body.n > 0 || w.Code != http.StatusUnauthorized {
				t.Errorf("%.20s/%.20s: %d bytes were read, and it answered %d", base, action, body.n, w.Code)
			}
		}
	}
}

func TestEveryPartOfAFormCounts(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "ins_statement", "stages": []string{"conversation"}})
	c := newClient(t)
	get(t, c, "GET", address, nil, nil)
	for name, part := range map[string]string{
		"nameless": "--x\r\n\r\n\r\n", "of one name": "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n",
		"hidden": "--x\r\nContent-Disposition: form-data; name=\"_a\"\r\n\r\n\r\n",
	} {
		body := &reads{Reader: strings.NewReader(strings.Repeat(part, 200_000) + "--x--\r\n")}
		r, err := http.NewRequestWithContext(t.Context(), "POST", a.URL+"/l/"+id+"/upload", body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		response, err := c.Do(r)
		if err != nil {
			continue // hung up in the middle of it
		}
		response.Body.Close()
		if to, err := url.Parse(response.Header.Get("Location")); err != nil || to.Query().Get("note") != "large" {
			t.Errorf("%s parts: %d, to %q", name, response.StatusCode, response.Header.Get("Location"))
		}
	}
}
