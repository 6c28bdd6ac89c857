// Package browsertest holds what only a real browser can show: link.js and the
// hosted page between two sites, with scripts and without. It drives Chromium by
// Node; where either is missing the tests are skipped, and in CI they fail.
package browsertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// result is what a script prints of one scenario.
type result struct {
	Name  string
	Error string
}

// run lets Node run a script of scenarios and reports each as a test.
func run(t *testing.T, script string, config any) {
	t.Helper()
	need(t)
	input, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	count := 0
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var r result
		if json.Unmarshal(lines.Bytes(), &r) != nil || r.Name == "" {
			continue
		}
		count++
		t.Run(strings.ReplaceAll(r.Name, " ", "_"), func(t *testing.T) {
			if r.Error != "" {
				t.Error(r.Error)
			}
		})
	}
	if err != nil || count == 0 {
		t.Errorf("%s: %v, %d scenarios\n%s", script, err, count, stderr.String())
	}
}

// need skips without Node, Chromium or the packages, and fails instead in CI.
func need(t *testing.T) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath("node"); err != nil {
		missing = "node is not installed"
	} else if _, err := exec.LookPath("chromium"); err != nil && os.Getenv("CHROMIUM") == "" {
		missing = "chromium is not installed, and CHROMIUM names none"
	} else if _, err := os.Stat(filepath.Join("node_modules", "playwright-core")); err != nil {
		missing = "run `npm ci` in web/browsertest first"
	}
	if missing == "" {
		return
	}
	if apptest.Full() {
		t.Fatal(missing + ", and nothing may be skipped here")
	}
	t.Skip("skipped: " + missing)
}

// host is an application of another site: its backend gets links, its page has a
// strict policy. The policy names what its query adds.
func host(t *testing.T, a *apptest.App) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		request := map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		request["person"], request["mode"] = "ada", "frame"
		status, body := a.Raw("POST", "/links", request)
		w.WriteHeader(status)
		w.Write(body)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		page, err := os.ReadFile("testdata/host.html")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		frames := a.URL
		if r.URL.Query().Has("noframes") {
			frames = "'none'"
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+a.URL+"; style-src 'self'; connect-src 'self'; "+
			"frame-src "+frames+"; form-action "+a.URL)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Query().Has("nocharset") { // a browser takes such a page for windows-1252
			w.Header().Set("Content-Type", "text/html")
			page = bytes.Replace(page, []byte(`<meta charset="utf-8">`), nil, 1)
		}
		w.Write(bytes.ReplaceAll(page, []byte("{{API}}"), []byte(a.URL)))
	})
	mux.Handle("GET /", http.FileServer(http.Dir("testdata")))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return "http://app.localhost:" + port
}

// links is an endpoint of no site: how a script of scenarios calls the API.
func links(t *testing.T, a *apptest.App) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request any
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		status, body := a.Raw(r.Method, r.URL.RequestURI(), request)
		w.WriteHeader(status)
		w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestLinkJSBetweenTwoSites(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "frame.mjs", map[string]string{"api": a.URL, "host": host(t, a), "links": links(t, a)})
}

func TestTheHostedPageInABrowser(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "page.mjs", map[string]string{"api": a.URL, "links": links(t, a)})
}

func TestWhatAPersonDecidesOnTheHostedPage(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "choice.mjs", map[string]string{"api": a.URL, "links": links(t, a)})
}
