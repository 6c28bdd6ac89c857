package installtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/fairlead-dev/fairlead/apptest"
)

// browse renders and links on an application's page, with the newest React in everything
// and with the one before it in what an application cannot do without.
func browse(t *testing.T, a *apptest.App, folder string) {
	t.Helper()
	playwright := absolute(t, "../../web/browsertest/node_modules/playwright-core")
	need(t, playwright, "chromium", absolute(t, "../node_modules/react-18"))
	write(t, folder, "app.jsx", "plain.js", "server.mjs", "react.mjs")
	run(t, folder, nil, "node", "server.mjs") // imports and renders without a browser
	bundle(t, folder, "built", nil)
	bundle(t, folder, "built-18", map[string]string{"react": absolute(t, "../node_modules/react-18"), "react-dom": absolute(t, "../node_modules/react-dom-18")})
	scenarios(t, run(t, folder, map[string]string{"application": application(t, a, folder), "url": a.URL, "playwright": playwright}, "node", "react.mjs"))
}

func bundle(t *testing.T, folder, out string, alias map[string]string) {
	t.Helper()
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(folder, "app.jsx"), filepath.Join(folder, "plain.js")}, Bundle: true, Outdir: filepath.Join(folder, out), Write: true,
		Format: api.FormatIIFE, JSX: api.JSXAutomatic, Alias: alias, AbsWorkingDir: folder,
	})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors[0].Text)
	}
}

// application serves the project's page, and makes links as its backend.
func application(t *testing.T, a *apptest.App, folder string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		status, body := a.Raw("POST", "/links", map[string]any{"person": "ada", "mode": "frame", "institution_id": "harbor"})
		w.WriteHeader(status)
		w.Write(body)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		// Nothing but frames of the server and forms to it: the packages bring link.js themselves.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; frame-src "+a.URL+"; form-action "+a.URL)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		script := "built/app.js"
		switch {
		case r.URL.Query().Has("plain"):
			script = "built/plain.js"
		case r.URL.Query().Has("eighteen"):
			script = "built-18/app.js"
		}
		w.Write([]byte(`<!doctype html><html lang="en"><meta charset="utf-8"><title>An application</title><link rel="icon" href="data:,"><main id="app"></main><script src="/` + script + `"></script>`))
	})
	for _, built := range []string{"built", "built-18"} {
		mux.Handle("GET /"+built+"/", http.FileServer(http.Dir(folder)))
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return "http://app.localhost:" + port
}

// scenarios reports what a script prints, a line of JSON for each, as tests.
func scenarios(t *testing.T, out []byte) {
	t.Helper()
	count := 0
	for scanner := bufio.NewScanner(bytes.NewReader(out)); scanner.Scan(); count++ {
		var r struct{ Name, Error string }
		if err := json.Unmarshal(scanner.Bytes(), &r); err != nil {
			t.Fatalf("%q: %v", scanner.Bytes(), err)
		}
		t.Run(r.Name, func(t *testing.T) {
			if r.Error != "" {
				t.Error(r.Error)
			}
		})
	}
	if count == 0 {
		t.Error("no scenario was run")
	}
}
