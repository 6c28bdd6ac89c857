package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

// scoped makes a key of the dev application with some scopes and returns its secret.
func scoped(app *apptest.App, scopes ...fairlead.AccessScope) string {
	app.T.Helper()
	c := devCaller(app)
	_, secret, err := app.Server.Verbs.Access.CreateKey(context.Background(), c.Tenant.ID, c.Application.ID, access.KeySpec{Scopes: scopes})
	if err != nil {
		app.T.Fatal(err)
	}
	return secret.Reveal()
}

func devCaller(app *apptest.App) access.Caller {
	app.T.Helper()
	c, err := app.Server.Verbs.Access.ByClient(context.Background(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		app.T.Fatal(err)
	}
	return c
}

// bearerOf gets a token of a vendor's API.
func bearerOf(app *apptest.App, dialect, secret string) string {
	app.T.Helper()
	path, body := "/data/v1/auth", map[string]string{"accessKey": access.DevClientID, "secretKey": secret}
	if dialect == "flanks" {
		path, body = "/v0/token", map[string]string{"client_id": access.DevClientID, "client_secret": secret, "grant_type": "client_credentials"}
	}
	status, content := app.Do(app.Request("POST", path, body))
	var answer struct {
		Klavi  string `json:"accessToken"`
		Flanks string `json:"access_token"`
	}
	if err := json.Unmarshal(content, &answer); err != nil || status != 200 {
		app.T.Fatalf("%s answered %d %s", path, status, content)
	}
	return answer.Klavi + answer.Flanks
}

// credentials shows a key as a dialect's callers do.
func credentials(app *apptest.App, r *http.Request, dialect, secret string) *http.Request {
	switch {
	case dialect == "native":
		r.SetBasicAuth(access.DevClientID, secret)
	case r.URL.Path == "/api/token":
		return app.Request(r.Method, r.URL.Path, map[string]string{"api_key": access.DevClientID, "api_secret": secret})
	case dialect == "plaid":
		r.Header.Set("PLAID-CLIENT-ID", access.DevClientID)
		r.Header.Set("PLAID-SECRET", secret)
	case dialect == "taiki":
		r.Header.Set("TAIKI-SECRET", secret)
	default:
		r.Header.Set("Authorization", "Bearer "+bearerOf(app, dialect, secret))
	}
	return r
}

// but is every scope without one.
func but(missing fairlead.AccessScope) []fairlead.AccessScope {
	return slices.DeleteFunc(fairlead.AccessScopes(), func(s fairlead.AccessScope) bool { return s == missing })
}

func TestEveryRouteOfEveryDialectSaysItsScope(t *testing.T) {
	t.Parallel()
	for _, d := range apptest.Start(t).Server.Dialects() {
		dialecttest.EveryRoute(t, d, "GET /docs", "GET /docs/reference.css")
	}
}

func TestEveryOperationRefusesAKeyWithoutItsScopeAndNamesIt(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	own := string(devCaller(app).Application.ID)
	secrets := map[fairlead.AccessScope]string{}
	for _, s := range fairlead.AccessScopes() {
		missing := but(s)
		if s != fairlead.AccessScopeManage { // which is good for one's own application, too
			missing = slices.DeleteFunc(missing, func(s fairlead.AccessScope) bool { return s == fairlead.AccessScopeManage })
		}
		secrets[s] = scoped(app, missing...)
	}
	tried := 0
	for _, d := range app.Server.Dialects() {
		for route, scope := range d.Scopes() {
			if scope == "" {
				continue
			}
			method, path, _ := strings.Cut(route, " ")
			path = strings.NewReplacer("{id}", own, "{key}", "x", "{dialect}", "taiki", "{linkId}", "x", "{consentId}", "x", "{$}", "").Replace(path)
			r := app.Request(method, path, map[string]any{})
			r = credentials(app, r, d.Name(), secrets[scope])
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			tried++
			challenge := response.Header.Get("WWW-Authenticate")
			if response.StatusCode != http.StatusForbidden || !strings.Contains(challenge, `scope="`+string(scope)+`"`) {
				t.Errorf("%s %s without %s answered %d, WWW-Authenticate %q", d.Name(), route, scope, response.StatusCode, challenge)
			}
		}
	}
	if tried < 80 {
		t.Errorf("only %d operations were tried", tried)
	}
}

func TestAnApplicationSeesAndChangesItselfAlone(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	sibling, key, _ := second(app)
	own := string(devCaller(app).Application.ID)
	secret := scoped(app, but(fairlead.AccessScopeManage)...)
	call := func(method, path string, body any) (int, []byte) {
		r := app.Request(method, "/v1"+path, body)
		r.SetBasicAuth(access.DevClientID, secret)
		return app.Do(r)
	}
	for _, c := range []struct{ method, path string }{
		{"GET", ""}, {"PATCH", ""}, {"PATCH", "/settings/taiki"}, {"GET", "/keys"}, {"POST", "/keys"}, {"DELETE", "/keys/" + key},
	} {
		if status, body := call(c.method, "/applications/"+sibling+c.path, map[string]any{}); status != http.StatusNotFound {
			t.Errorf("%s %s of a sibling answered %d %s", c.method, c.path, status, body)
		}
		if c.method == "DELETE" {
			continue
		}
		if status, body := call(c.method, "/applications/"+own+c.path, map[string]any{}); status >= 300 {
			t.Errorf("%s %s of its own answered %d %s", c.method, c.path, status, body)
		}
	}
	if status, body := call("GET", "/applications", nil); status != 200 || strings.Contains(string(body), sibling) || !strings.Contains(string(body), own) {
		t.Errorf("the list answered %d %s", status, body)
	}
	if status, body := call("POST", "/applications", map[string]any{"name": "third"}); status != http.StatusForbidden || !strings.Contains(string(body), "manage") {
		t.Errorf("making another answered %d %s", status, body)
	}
}

func TestAKeyMadeByTheAPIHasNeverMoreThanItsMaker(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	own := string(devCaller(app).Application.ID)
	make := func(secret string, body any) (int, []string, string) {
		r := app.Request("POST", "/v1/applications/"+own+"/keys", body)
		r.SetBasicAuth(access.DevClientID, secret)
		status, answer := app.Do(r)
		var k struct {
			Scopes []string
			Secret string
		}
		json.Unmarshal(answer, &k)
		return status, k.Scopes, k.Secret
	}
	if status, scopes, _ := make(access.DevSecret, map[string]any{}); status != 201 || !slices.Equal(scopes, []string{"read", "link", "collect", "erase"}) {
		t.Errorf("by default: %d %v, want all but manage", status, scopes)
	}
	if status, scopes, _ := make(access.DevSecret, map[string]any{"scopes": []string{"manage", "read"}}); status != 201 || len(scopes) != 2 {
		t.Errorf("with manage requested: %d %v", status, scopes)
	}
	narrow := scoped(app, fairlead.AccessScopeRead, fairlead.AccessScopeLink)
	if status, scopes, _ := make(narrow, map[string]any{}); status != 201 || !slices.Equal(scopes, []string{"read", "link"}) {
		t.Errorf("of a narrow key: %d %v", status, scopes)
	}
	if status, _, _ := make(narrow, map[string]any{"scopes": []string{"erase"}}); status != http.StatusForbidden {
		t.Errorf("a scope that the maker has not: %d", status)
	}
	if status, _, _ := make(narrow, map[string]any{"scopes": []string{"everything"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a scope that does not exist: %d", status)
	}
	var keys struct {
		Data []struct {
			ID     string
			Scopes []string
		}
	}
	app.Call("GET", "/applications/"+own+"/keys", nil, &keys)
	for _, k := range keys.Data {
		if !slices.Contains(k.Scopes, "manage") {
			continue
		}
		r := app.Request("DELETE", "/v1/applications/"+own+"/keys/"+k.ID, nil)
		r.SetBasicAuth(access.DevClientID, narrow)
		if status, body := app.Do(r); status != http.StatusForbidden {
			t.Errorf("revoking a key that may do more answered %d %s", status, body)
		}
	}
}

// oauth posts form fields to one of the addresses of OAuth 2.
func oauth(app *apptest.App, path, secret string, fields url.Values) (int, map[string]any) {
	r := app.Request("POST", "/v1/oauth/"+path, fields.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(access.DevClientID, secret)
	status, body := app.Do(r)
	answer := map[string]any{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &answer); err != nil {
			app.T.Errorf("%s answered %d %s", path, status, body)
		}
	}
	return status, answer
}

func with(app *apptest.App, method, path, token string) int {
	r := app.Request(method, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	status, _ := app.Do(r)
	return status
}

func TestATokenHasTheScopesThatItsRequestNames(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	grant := func(scope string) url.Values {
		return url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
	}
	status, all := oauth(app, "token", access.DevSecret, url.Values{"grant_type": {"client_credentials"}})
	if status != 200 || all["scope"] != "read link collect manage erase" {
		t.Errorf("without scope: %d %v", status, all)
	}
	status, narrow := oauth(app, "token", access.DevSecret, grant("link read"))
	if status != 200 || narrow["scope"] != "read link" {
		t.Fatalf("with scope: %d %v", status, narrow)
	}
	token, _ := narrow["access_token"].(string)
	if status := with(app, "GET", "/v1/connections", token); status != 200 {
		t.Errorf("reading answered %d", status)
	}
	if status := with(app, "DELETE", "/v1/connections/con_x", token); status != http.StatusForbidden {
		t.Errorf("disconnecting answered %d", status)
	}
	reader := scoped(app, fairlead.AccessScopeRead)
	for scope, secret := range map[string]string{"everything": access.DevSecret, "read write": access.DevSecret, "read erase": reader} {
		if status, answer := oauth(app, "token", secret, grant(scope)); status != http.StatusBadRequest || answer["error"] != "invalid_scope" {
			t.Errorf("scope %q: %d %v", scope, status, answer)
		}
	}
}

func TestARevokedTokenIsRefusedAndItsSiblingsLive(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	issue := func() string {
		_, answer := oauth(app, "token", access.DevSecret, url.Values{"grant_type": {"client_credentials"}})
		token, _ := answer["access_token"].(string)
		return token
	}
	one, other := issue(), issue()
	sibling, _, siblingSecret := second(app)
	r := app.Request("POST", "/v1/oauth/revoke", url.Values{"token": {one}, "client_id": {sibling}, "client_secret": {siblingSecret}}.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if status, body := app.Do(r); status != 200 || with(app, "GET", "/v1/connections", one) != 200 {
		t.Errorf("a sibling's revocation answered %d %s, and must change nothing", status, body)
	}
	for range 2 { // the second time there is none any more
		if status, answer := oauth(app, "revoke", access.DevSecret, url.Values{"token": {one}, "token_type_hint": {"access_token"}}); status != 200 || len(answer) != 0 {
			t.Errorf("revoking answered %d %v", status, answer)
		}
	}
	if status := with(app, "GET", "/v1/connections", one); status != http.StatusUnauthorized {
		t.Errorf("the revoked token answered %d", status)
	}
	if status := with(app, "GET", "/v1/connections", other); status != 200 {
		t.Errorf("its sibling answered %d", status)
	}
	if status, answer := oauth(app, "revoke", "wrong", url.Values{"token": {other}}); status != http.StatusUnauthorized || answer["error"] != "invalid_client" {
		t.Errorf("with a wrong secret: %d %v", status, answer)
	}
	if status, answer := oauth(app, "revoke", access.DevSecret, url.Values{}); status != http.StatusBadRequest || answer["error"] != "invalid_request" {
		t.Errorf("without a token: %d %v", status, answer)
	}
}

func TestATokenOfAKlaviClientIsRenewedForADayAtMost(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	token := bearerOf(app, "klavi", access.DevSecret)
	renew := func() int {
		r := app.Request("GET", "/data/v1/refresh", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		status, body := app.Do(r)
		var answer struct {
			AccessToken string `json:"accessToken"`
			ExpireIn    int    `json:"expireIn"`
		}
		if status == 200 {
			if err := json.Unmarshal(body, &answer); err != nil || answer.ExpireIn < 1 || answer.ExpireIn > 1800 {
				t.Errorf("renewing answered %s", body)
			}
			token = answer.AccessToken
		}
		return status
	}
	began := time.Duration(0)
	for began < 23*time.Hour+40*time.Minute {
		app.Advance("20m")
		if began += 20 * time.Minute; renew() != 200 {
			t.Fatalf("after %s it is renewed no more", began)
		}
	}
	app.Advance("19m")
	if status := renew(); status != 200 {
		t.Errorf("a minute before the end it answered %d", status)
	}
	app.Advance("2m")
	if status := renew(); status != http.StatusUnauthorized {
		t.Errorf("after a day it answered %d", status)
	}
}
