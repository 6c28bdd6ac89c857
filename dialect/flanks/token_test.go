package flanks_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// issued is what a grant gives.
type issued struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// grant asks for a token as the dev application, or with what body has in its place.
func (c client) grant(body map[string]string) (status int, got issued) {
	c.app.T.Helper()
	whole := map[string]string{"client_id": "dev", "client_secret": "dev-secret", "username": "api@customer.example", "password": "dev-secret"}
	maps.Copy(whole, body)
	status, text := c.app.Do(c.app.Request("POST", "/v0/token", whole))
	if err := json.Unmarshal(text, &got); err != nil {
		c.app.T.Fatalf("a token: %d %s", status, text)
	}
	return status, got
}

// second makes another application with a key of some scopes (nil: all).
func (c client) second(scopes ...fairlead.AccessScope) (id, key, secret string) {
	c.app.T.Helper()
	var made, k struct{ ID, Secret string }
	c.app.Call("POST", "/applications", map[string]string{"name": "second"}, &made)
	body := map[string]any{}
	if scopes != nil {
		body["scopes"] = scopes
	}
	c.app.Call("POST", "/applications/"+made.ID+"/keys", body, &k)
	return made.ID, k.ID, k.Secret
}

func TestARefreshTokenIsGoodOnceHoweverManyUseItAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := client{app: apptest.Start(t, options...)}
		_, got := c.grant(map[string]string{"grant_type": "password"})
		counts := c.atOnce(16, func(int) (string, any) {
			return "/v0/token", map[string]string{"client_id": "dev", "client_secret": "dev-secret", "grant_type": "refresh_token", "refresh_token": got.Refresh}
		})
		if counts[200] != 1 || counts[403] != 15 {
			t.Errorf("16 refreshes with one token answered %v", counts)
		}
	})
}

func TestTokensOfTheOlderGrantEndWithTheirKeyAndHaveItsScopes(t *testing.T) {
	t.Parallel()
	c := client{app: apptest.Start(t)}
	id, key, secret := c.second(fairlead.AccessScopeRead)
	theirs := map[string]string{"client_id": id, "client_secret": secret, "password": secret, "grant_type": "password"}
	status, first := c.grant(theirs)
	if status != 200 {
		t.Fatalf("a grant with a password of its own answers %d", status)
	}
	if status, _ := c.grant(map[string]string{"client_id": id, "client_secret": secret, "grant_type": "password"}); status != 403 {
		t.Errorf("with another application's secret as the password: %d", status)
	}
	if status, _ := c.grant(map[string]string{"grant_type": "refresh_token", "refresh_token": first.Refresh}); status != 403 {
		t.Errorf("another application's refresh token answers %d", status)
	}
	if status, _ := c.grant(map[string]string{"grant_type": "refresh_token", "refresh_token": first.Access}); status != 403 {
		t.Errorf("an access token refreshes: %d", status)
	}
	theirs["grant_type"], theirs["refresh_token"] = "refresh_token", first.Refresh
	status, renewed := c.grant(theirs)
	if status != 200 {
		t.Fatalf("a refusal has spent the token: %d", status)
	}
	for name, token := range map[string]string{"the first": first.Access, "the renewed": renewed.Access} {
		one := client{c.app, token}
		if status, _ := one.raw("POST", "/v0/links/list-links", nil); status != 200 {
			t.Errorf("%s token reads: %d", name, status)
		}
		if status, _ := one.raw("POST", "/v0/links/create-link", map[string]string{"redirect_uri": "http://127.0.0.1:9/back"}); status != 403 {
			t.Errorf("%s token of a key that may only read makes a link: %d", name, status)
		}
	}
	if status, _ := (client{c.app, renewed.Refresh}).raw("POST", "/v0/links/list-links", nil); status != 401 {
		t.Errorf("a refresh token opens the API: %d", status)
	}
	c.app.Call("DELETE", "/applications/"+id+"/keys/"+key, nil, nil)
	theirs["refresh_token"] = renewed.Refresh
	if status, _ := c.grant(theirs); status != 403 {
		t.Errorf("after its key a refresh token answers %d", status)
	}
	if status, _ := (client{c.app, renewed.Access}).raw("POST", "/v0/links/list-links", nil); status != 401 {
		t.Errorf("after its key a token answers %d", status)
	}
}

func TestWhatTheNewerCallsKeepSecretIsFoundNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := client{app: apptest.Start(t, apptest.Data(dir))}
	id, _, secret := c.second()
	theirs := map[string]string{"client_id": id, "client_secret": secret, "username": "canary-user-5c1e", "password": secret, "grant_type": "password"}
	_, got := c.grant(theirs)
	theirs["grant_type"], theirs["refresh_token"] = "refresh_token", got.Refresh
	_, renewed := c.grant(theirs)
	c.token = renewed.Access
	var made struct {
		Session struct {
			ID  string `json:"session_id"`
			URL string
		}
	}
	c.call("POST", "/connect/v2/sessions/create-session", map[string]any{"configuration": map[string]any{"connector_id": "esp:testbank"}}, &made)
	keys, err := c.app.Server.Verbs.Access.RequestKeys(t.Context(), "", func() (fairlead.Secret, error) { return fairlead.NewSecret("canary-key-77d0"), nil })
	if err != nil || len(keys) != 1 {
		t.Fatalf("the keys: %v", err)
	}
	secrets := map[string]string{
		"the username": "canary-user-5c1e", "the secret": secret, "an access token": got.Access, "a refresh token": got.Refresh,
		"a renewed token": renewed.Access, "the next refresh token": renewed.Refresh, "a session's address": filepath.Base(made.Session.URL),
		"a private key": keys[0].Private.Reveal(),
	}
	p := c.app.Visit(made.Session.URL)
	p.Submit()
	p.Submit("user", "empty", "password", "good")
	trail, err := c.app.Server.Verbs.Access.AuditTrail(t.Context(), devTenant(t, c.app), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	audit, err := json.Marshal(trail)
	if err != nil || !strings.Contains(string(audit), `"token.spend"`) {
		t.Errorf("the trail does not say that a refresh token was spent: %s (%v)", audit, err)
	}
	c.app.Stop()
	in := map[string]string{"the log": c.app.Log.String(), "the audit trail": string(audit)}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		in[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, value := range secrets {
		if value == "" {
			t.Errorf("there is no %s to look for", what)
		}
		for where, text := range in {
			if strings.Contains(text, value) {
				t.Errorf("%s is in %s", what, where)
			}
		}
	}
}

// devTenant is the tenant of the dev application.
func devTenant(t *testing.T, app *apptest.App) fairlead.TenantID {
	t.Helper()
	dev, err := app.Server.Verbs.Access.ApplicationByClientID(t.Context(), access.DevClientID)
	if err != nil {
		t.Fatal(err)
	}
	return dev.Tenant.ID
}
