package browsertest

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestReactPlaidLinkWithItsScriptFromHere(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "plaid.mjs", map[string]any{
		"api": a.URL, "app": plaidApplication(t, a), "script": a.URL + "/plaid/link/v2/stable/link-initialize.js", "routed": []string{"cdn.plaid.com"},
	})
}

func TestTheOfficialNodeClientWithAnotherBaseURL(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	run(t, "plaid_client.mjs", map[string]string{"base": a.URL + "/plaid", "clientID": access.DevClientID, "secret": access.DevSecret})
}

// plaidApplication is an application with a page of React, and a backend that makes link
// tokens and exchanges public ones.
func plaidApplication(t *testing.T, a *apptest.App) string {
	t.Helper()
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{"testdata/plaid.jsx"}, Bundle: true, Format: api.FormatIIFE, Define: map[string]string{"process.env.NODE_ENV": `"production"`},
	})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors[0].Text)
	}
	plaid := func(w http.ResponseWriter, path string, body map[string]any) {
		body["client_id"], body["secret"] = access.DevClientID, access.DevSecret
		r := a.Request(http.MethodPost, "/plaid"+path, body)
		r.Header.Del("Authorization")
		status, answer := a.Do(r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		w.Write(answer)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		plaid(w, "/link/token/create", map[string]any{
			"client_name": "React", "language": "en", "country_codes": []string{"US"}, "products": []string{"auth"}, "user": map[string]string{"client_user_id": "ada"},
		})
	})
	mux.HandleFunc("POST /exchange", func(w http.ResponseWriter, r *http.Request) {
		body := map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		plaid(w, "/item/public_token/exchange", body)
	})
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		io.Copy(w, bytes.NewReader(built.OutputFiles[0].Contents))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Application</title><div id="root"></div><script src="/page.js"></script></html>`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return "http://app.localhost:" + port
}
