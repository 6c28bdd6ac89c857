package server_test

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
	"github.com/fairlead-dev/fairlead/server"
)

// overTLS gives the server a public address of https.
func overTLS(c *server.Config) { c.URL = "https://localhost" }

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// routes is every route of the server: what its muxes have, and what the native API
// says of itself. A new one is among them by itself.
func routes(app *apptest.App) (all []operation) {
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
	for _, pattern := range app.Server.Patterns() {
		_, path, found := strings.Cut(pattern, " ")
		if !found {
			path = pattern
		}
		for _, m := range methods { // the wrong ones are answered too
			all = append(all, operation{m, path})
		}
	}
	all = append(all, operations(app)...)
	for _, path := range []string{"/", "/nothing", "/v1/nothing", "//l//x", "/l/../docs", "/l/%00", "/favicon.ico"} {
		all = append(all, operation{"GET", path}, operation{"POST", path})
	}
	return all
}

func TestEveryAnswerOfEveryRouteHasItsHeaders(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, overTLS)
	app.URL = "http://" + app.Server.Listening() // behind the proxy that ends TLS
	_, address := linkFor(app, "anna")
	token := address[strings.LastIndex(address, "/")+1:]
	callers := map[string]func(*http.Request){
		"nobody":   func(*http.Request) {},
		"wrong":    func(r *http.Request) { r.SetBasicAuth(access.DevClientID, "wrong") },
		"a bearer": func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+fairlead.NewToken()) },
		"the app":  func(r *http.Request) { r.SetBasicAuth(access.DevClientID, access.DevSecret) },
		"a frame": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Dest", "iframe")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Header.Set("Origin", "https://localhost")
		},
	}
	all := routes(app)
	if len(all) < 500 {
		t.Fatalf("only %d routes were found", len(all))
	}
	statuses := map[int]int{}
	for _, op := range all {
		for who, call := range callers {
			for _, filled := range []string{"x", token} {
				path := wildcard.ReplaceAllString(strings.ReplaceAll(op.path, "{$}", ""), filled)
				for _, body := range []string{"", "{}", "token=" + url.QueryEscape(token)} {
					if body != "" && op.method != "POST" {
						continue
					}
					r := httptest.NewRequest(op.method, "/", strings.NewReader(body))
					r.URL, r.RequestURI, r.Host, r.RemoteAddr = mustParse(t, path), path, "localhost", "127.0.0.1:9"
					kind := "application/json"
					if strings.HasPrefix(body, "token") {
						kind = "application/x-www-form-urlencoded"
					}
					r.Header.Set("Content-Type", kind)
					call(r)
					w := httptest.NewRecorder()
					app.Server.Handler().ServeHTTP(w, r)
					statuses[w.Code]++
					checkHeaders(t, who+": "+op.method+" "+path, w)
					if op.method == "TRACE" && w.Code < http.StatusBadRequest {
						t.Errorf("%s: TRACE %s answered %d", who, path, w.Code)
					}
				}
			}
		}
	}
	for _, want := range []int{200, 204, 303, 307, 400, 401, 404, 405, 422} {
		if statuses[want] == 0 {
			t.Errorf("nothing answered %d: %v", want, statuses)
		}
	}
	huge := httptest.NewRequest("POST", "/v1/links", strings.NewReader("\""+strings.Repeat("x", 2<<20)+"\""))
	huge.Host, huge.RemoteAddr = "localhost", "127.0.0.1:9"
	callers["the app"](huge)
	huge.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	app.Server.Handler().ServeHTTP(w, huge)
	if checkHeaders(t, "a body that is too large", w); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("it answered %d", w.Code)
	}
	foreign := httptest.NewRequest("GET", "http://evil.example/v1/links", nil)
	w = httptest.NewRecorder()
	app.Server.Handler().ServeHTTP(w, foreign)
	if checkHeaders(t, "a foreign host", w); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("a foreign host got %d", w.Code)
	}
}

func mustParse(t *testing.T, path string) *url.URL {
	t.Helper()
	u, err := url.ParseRequestURI(path)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// checkHeaders holds one answer to what every answer has.
func checkHeaders(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	for name, want := range map[string][]string{
		"Strict-Transport-Security":    {"max-age=63072000; includeSubDomains"},
		"X-Content-Type-Options":       {"nosniff"},
		"Cross-Origin-Opener-Policy":   {"same-origin", "unsafe-none"},
		"Cross-Origin-Resource-Policy": {"same-origin", "cross-origin"},
		"Referrer-Policy":              {"no-referrer", "same-origin"},
	} {
		if !slices.Contains(want, h.Get(name)) || len(h.Values(name)) != 1 {
			t.Errorf("%s (%d): %s is %q", what, w.Code, name, h.Values(name))
		}
	}
	csp := h.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors ") || !strings.Contains(csp, "base-uri 'none'") {
		t.Errorf("%s (%d): the policy is %q", what, w.Code, csp)
	}
	if !strings.Contains(h.Get("Permissions-Policy"), "camera=()") {
		t.Errorf("%s (%d): the permissions are %q", what, w.Code, h.Get("Permissions-Policy"))
	}
	_, path, _ := strings.Cut(what, "/")
	path = "/" + path
	if h.Get("Cross-Origin-Opener-Policy") == "unsafe-none" && !strings.HasPrefix(path, "/sandbox/") {
		t.Errorf("%s: whoever opened it keeps a hold on it", what)
	}
	script := strings.HasPrefix(path, "/sdk/") || strings.HasSuffix(path, "-initialize.js")
	if (h.Get("Cross-Origin-Resource-Policy") == "cross-origin") != (script && w.Code < 400) {
		t.Errorf("%s (%d): other sites load it: %v", what, w.Code, h.Get("Cross-Origin-Resource-Policy"))
	}
}

func TestWithoutTLSNoBrowserIsToldToInsistOnIt(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	response, err := http.Get(app.URL + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("a server on plain http says %q", got)
	}
}
