package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// operation is one route of the native API's description.
type operation struct{ method, path string }

// operations reads every route from the server's own description.
func operations(app *apptest.App) (all []operation) {
	status, body := app.Do(app.Request("GET", "/v1/openapi.json", nil))
	var spec struct {
		OpenAPI string
		Paths   map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &spec); err != nil || status != 200 {
		app.T.Fatalf("the description answered %d: %v", status, err)
	}
	if !strings.HasPrefix(spec.OpenAPI, "3.1") {
		app.T.Errorf("the description is of OpenAPI %s", spec.OpenAPI)
	}
	for path, item := range spec.Paths {
		for method := range item {
			all = append(all, operation{strings.ToUpper(method), path})
		}
	}
	if len(all) < 40 {
		app.T.Fatalf("the description has %d routes", len(all))
	}
	return all
}

var parameter = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryRouteRefusesEveryKindOfWrongCredential(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	wrong := map[string]func(*http.Request){
		"none":                  func(*http.Request) {},
		"an empty bearer":       func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") },
		"an unknown bearer":     func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+fairlead.NewToken()) },
		"the secret as bearer":  func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+access.DevSecret) },
		"a wrong secret":        func(r *http.Request) { r.SetBasicAuth(access.DevClientID, "wrong") },
		"an unknown client":     func(r *http.Request) { r.SetBasicAuth("nobody", access.DevSecret) },
		"an empty secret":       func(r *http.Request) { r.SetBasicAuth(access.DevClientID, "") },
		"a link's token":        func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+linkToken(app)) },
		"a scheme nobody knows": func(r *http.Request) { r.Header.Set("Authorization", "Digest abc") },
		"a huge secret":         func(r *http.Request) { r.SetBasicAuth(access.DevClientID, strings.Repeat("x", 20000)) },
	}
	for _, op := range operations(app) {
		if op.path == "/v1/oauth/token" {
			continue
		}
		for name, spoil := range wrong {
			r := app.Request(op.method, parameter.ReplaceAllString(op.path, "x"), map[string]any{})
			spoil(r)
			if status, body := app.Do(r); status != http.StatusUnauthorized {
				t.Errorf("%s %s with %s answered %d %s", op.method, op.path, name, status, body)
			}
		}
	}
}

func linkToken(app *apptest.App) string {
	var link struct{ Token string }
	app.Call("POST", "/links", map[string]string{"person": "p"}, &link)
	return link.Token
}

// other makes a second tenant with an application, and returns its credentials.
func other(t *testing.T, app *apptest.App) (id, secret string) {
	t.Helper()
	ctx := context.Background()
	tenant, err := app.Server.Verbs.Access.CreateTenant(ctx, "other", fairlead.Sandbox, "other")
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Server.Verbs.Access.CreateApplication(ctx, tenant.ID, access.ApplicationSpec{Name: "other"})
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := app.Server.Verbs.Access.CreateKey(ctx, tenant.ID, a.ID, access.KeySpec{})
	if err != nil {
		t.Fatal(err)
	}
	return a.ClientID, key.Reveal()
}

func TestNoRouteGivesAnythingOfAnotherTenant(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, apptest.Estuary())
	estuary(t, app) // there is one
	client, secret := other(t, app)
	con := app.Linked("harbor", "good", "good")
	var (
		connection struct {
			PersonID      string `json:"person_id"`
			LinkID        string `json:"link_id"`
			ApplicationID string `json:"application_id"`
			ConsentID     string `json:"consent_id"`
		}
		endpoint struct{ ID string }
		first    = func(path string) string {
			var page struct{ Data []struct{ ID string } }
			app.Call("GET", path+"?limit=1", nil, &page)
			return page.Data[0].ID
		}
	)
	app.Call("GET", "/connections/"+con, nil, &connection)
	app.Call("POST", "/webhook_endpoints", map[string]string{"url": "http://127.0.0.1:9/x"}, &endpoint)
	ids := []string{
		con, connection.PersonID, connection.LinkID, connection.ApplicationID, endpoint.ID,
		first("/connections/" + con + "/accounts"), first("/connections/" + con + "/transactions"),
		first("/connections/" + con + "/documents"), first("/events"), first("/providers"),
		first("/applications/" + connection.ApplicationID + "/keys"),
	}
	bodies := map[string]any{
		"/v1/webhook_endpoints/{id}": map[string]any{"disabled": true}, "/v1/applications/{id}": map[string]any{"company_name": "x"},
		"/v1/applications/{id}/settings/{dialect}": map[string]any{}, "/v1/sandbox/approvals/{id}": map[string]any{"approve": true},
		"/v1/applications/{id}/keys": map[string]any{}, "/v1/links/{id}/cancel": nil, "/v1/providers/{id}": map[string]any{"priority": 1},
	}
	tried := 0
	for _, op := range operations(app) {
		if !strings.Contains(op.path, "{id}") || strings.Contains(op.path, "institutions") {
			continue
		}
		for _, id := range ids {
			path := strings.NewReplacer("{id}", id, "{key}", ids[len(ids)-1], "{dialect}", "taiki").Replace(op.path)
			var sent any
			if op.method == http.MethodPost || op.method == http.MethodPatch {
				sent = bodies[op.path]
			}
			r := app.Request(op.method, path, sent)
			r.SetBasicAuth(client, secret)
			status, body := app.Do(r)
			tried++
			if status != http.StatusNotFound {
				t.Errorf("%s %s of another tenant answered %d %s", op.method, path, status, body)
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d combinations were tried", tried)
	}
	for _, list := range []string{"/v1/links", "/v1/persons", "/v1/connections", "/v1/events", "/v1/webhook_endpoints", "/v1/applications"} {
		r := app.Request("GET", list, nil)
		r.SetBasicAuth(client, secret)
		if status, body := app.Do(r); status != 200 || strings.Contains(string(body), con) || strings.Contains(string(body), connection.ApplicationID) {
			t.Errorf("%s of another tenant answered %d %s", list, status, body)
		}
	}
}

func TestABearerTokenOfOneDialectIsNoGoodInAnother(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	caller, err := app.Server.Verbs.Access.ByClient(context.Background(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := app.Server.Verbs.Access.IssueToken(context.Background(), caller, "elsewhere", 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	r := app.Request("GET", "/v1/connections", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if status, _ := app.Do(r); status != http.StatusUnauthorized {
		t.Errorf("it answered %d", status)
	}
}

func TestOAuthGivesATokenHoweverTheCredentialsAreSent(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	form := "grant_type=client_credentials"
	requests := map[string]*http.Request{
		"form":  app.Request("POST", "/v1/oauth/token", form+"&client_id=dev&client_secret=dev-secret"),
		"basic": app.Request("POST", "/v1/oauth/token", form),
		"json":  app.Request("POST", "/v1/oauth/token", `{"grant_type":"client_credentials","client_id":"dev","client_secret":"dev-secret"}`),
	}
	requests["form"].Header.Set("Content-Type", "application/x-www-form-urlencoded")
	requests["basic"].Header.Set("Content-Type", "application/x-www-form-urlencoded")
	requests["basic"].SetBasicAuth("dev", "dev-secret")
	for name, r := range requests {
		status, body := app.Do(r)
		var token struct {
			AccessToken string `json:"access_token"`
			TokenType   string `json:"token_type"`
			ExpiresIn   int    `json:"expires_in"`
		}
		if err := json.Unmarshal(body, &token); err != nil || status != 200 || token.TokenType != "Bearer" || token.ExpiresIn != 1800 {
			t.Errorf("%s: %d %s", name, status, body)
			continue
		}
		use := app.Request("GET", "/v1/connections", nil)
		use.Header.Set("Authorization", "Bearer "+token.AccessToken)
		if status, _ := app.Do(use); status != 200 {
			t.Errorf("%s: the token answered %d", name, status)
		}
		app.Advance("31m")
		again := app.Request("GET", "/v1/connections", nil)
		again.Header.Set("Authorization", "Bearer "+token.AccessToken)
		if status, _ := app.Do(again); status != http.StatusUnauthorized {
			t.Errorf("%s: after its life the token answered %d", name, status)
		}
	}
}

func TestAnIdempotencyKeyGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	post := func(key, body string) (int, string) {
		r := app.Request("POST", "/v1/links", body)
		r.SetBasicAuth("dev", "dev-secret")
		r.Header.Set("Idempotency-Key", key)
		status, answer := app.Do(r)
		return status, string(answer)
	}
	status, first := post("k1", `{"person":"anna"}`)
	if status != 201 {
		t.Fatalf("%d %s", status, first)
	}
	if status, again := post("k1", `{"person":"anna"}`); status != 201 || again != first {
		t.Errorf("the same key answered %d %s, first it was %s", status, again, first)
	}
	if status, _ := post("k1", `{"person":"ben"}`); status != http.StatusConflict {
		t.Errorf("the same key with another body answered %d", status)
	}
	if _, other := post("k2", `{"person":"anna"}`); other == first {
		t.Error("another key gave the same answer")
	}
}

func TestErrorsNameTheFieldAndNeverRepeatWhatWasSent(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	const canary = "canary-7d1f"
	for _, c := range []struct{ method, path, body, field string }{
		{"POST", "/links", `{}`, "person"},
		{"POST", "/links", fmt.Sprintf(`{"person":"a","redirect_url":"ftp://%s"}`, canary), "redirect_url"},
		{"POST", "/links", fmt.Sprintf(`{"person":"a","products":["%s"]}`, canary), "products"},
		{"POST", "/links", fmt.Sprintf(`{"person":"a","institution_id":"%s"}`, canary), "institution_id"},
		{"POST", "/links", fmt.Sprintf(`{"person":["%s"]}`, canary), "person"},
		{"POST", "/links", fmt.Sprintf(`{"person":"a","%s":1}`, canary), ""},
		{"POST", "/links", `{"person":"a","expires_in":"` + canary + `"}`, "expires_in"},
		{"POST", "/links", canary, ""},
		{"GET", "/connections/" + canary, "", ""},
		{"GET", "/events?after=" + canary, "", "after"},
		{"GET", "/events?type=" + canary, "", "type"},
		{"POST", "/webhook_endpoints", fmt.Sprintf(`{"url":"http://%s.example"}`, canary), "url"},
		{"POST", "/sandbox/clock/advance", fmt.Sprintf(`{"by":"%s"}`, canary), "by"},
	} {
		status, body := app.Raw(c.method, c.path, nilIfEmpty(c.body))
		var p struct {
			Type, Title, Kind string
			Status            int
			Fields            []fairlead.Field
			RequestID         string `json:"request_id"`
		}
		if err := json.Unmarshal(body, &p); err != nil || p.Status != status || p.Kind == "" || p.RequestID == "" || status < 400 || status > 499 {
			t.Errorf("%s %s %s answered %d %s", c.method, c.path, c.body, status, body)
			continue
		}
		if strings.Contains(string(body), canary) && c.path != "/links" || strings.Contains(strings.ReplaceAll(string(body), `"name":"`+canary, ""), canary) {
			t.Errorf("%s %s repeats what was sent: %s", c.method, c.path, body)
		}
		named := c.field == ""
		for _, f := range p.Fields {
			named = named || strings.Contains(f.Name, c.field)
		}
		if !named {
			t.Errorf("%s %s does not name %s: %s", c.method, c.path, c.field, body)
		}
	}
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func TestABodyOverItsCapIsRefused(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	status, body := app.Raw("POST", "/links", `{"person":"`+strings.Repeat("x", 2<<20)+`"}`)
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("it answered %d %s", status, body)
	}
}
