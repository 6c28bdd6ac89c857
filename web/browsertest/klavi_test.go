package browsertest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// TestAPageThatFramesAKlaviLinkIsToldWhatThePersonDoes runs what a partner's page of
// another site hears, and what one hears that is none of the application's.
func TestAPageThatFramesAKlaviLinkIsToldWhatThePersonDoes(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "klavi.mjs", map[string]string{"api": a.URL, "host": embedder(t, a), "accessKey": access.DevClientID, "secretKey": access.DevSecret})
}

// embedder is a partner's site: a page with an empty frame, and one to come back to.
func embedder(t *testing.T, a *apptest.App) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/done" {
			w.Write([]byte("<!doctype html><title>Done</title><h1>Obrigado!</h1>"))
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-src 'self' "+a.URL)
		w.Write([]byte(`<!doctype html><title>A partner</title><iframe name="klavi" width="420" height="720"></iframe>`))
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return "http://app.localhost:" + port
}
