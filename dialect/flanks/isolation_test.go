package flanks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/flanks"
)

// belongings are things of the dev application, of each kind that a call can name.
type belongings struct{ link, code, session, connection, product, transaction string }

const ownLabel = "canary-label-31f7"

func (c client) belongings() (b belongings) {
	c.app.T.Helper()
	b.link = c.link()
	end := returned(c.app.T.(*testing.T), c.walk("token="+b.link+"&bank=puerto", "empty", "good"))
	b.code, b.connection = end.Get("code"), c.linked("owner", fairlead.ProductAccounts, fairlead.ProductTransactions)
	var made struct {
		Session struct {
			ID string `json:"session_id"`
		}
	}
	c.call("POST", "/connect/v2/sessions/create-session", map[string]any{"configuration": map[string]any{}}, &made)
	b.session = made.Session.ID
	one := map[string]any{"credentials_token": b.connection}
	b.product, b.transaction = c.list("account", one)[0]["_id"].(string), c.list("data", one)[0]["_id"].(string)
	labels := map[string]string{"mark": ownLabel}
	c.call("POST", "/aggregation/v2/set-product-labels", map[string]any{"product_id": b.product, "labels": labels}, nil)
	c.call("POST", "/aggregation/v2/set-transaction-labels", map[string]any{"transaction_id": b.transaction, "labels": labels}, nil)
	return b
}

// calls are a body for each route that names what belongs to somebody.
func (b belongings) calls() map[string]any {
	link := map[string]any{"token": b.link, "name": "taken over"}
	session := map[string]any{"configuration": map[string]any{"connection_id": b.connection}}
	things := map[string]any{"query": map[string]any{"connection_id_in": []string{b.connection}}}
	labels := map[string]string{"mark": "of another"}
	return map[string]any{
		"POST /v0/links/list-links":                   nil,
		"POST /v0/links/create-link":                  map[string]any{"redirect_uri": "http://127.0.0.1:9/back"},
		"POST /v0/links/edit-link":                    link,
		"POST /v0/links/delete-link":                  link,
		"POST /v0/links/pause-link":                   link,
		"POST /v0/links/resume-link":                  link,
		"GET /v0/platform/link":                       nil,
		"POST /v0/platform/link":                      map[string]any{"code": b.code},
		"GET /v0/bank/available":                      nil,
		"POST /connect/v2/connectors/list-connectors": nil,
		"POST /connect/v2/sessions/create-session":    session,
		"POST /v2/connect/sessions":                   session,
		"POST /connect/v2/sessions/list-sessions":     map[string]any{"query": map[string]any{"session_id_in": []string{b.session}}},
		"POST /aggregation/v2/list-products":          things,
		"POST /aggregation/v2/list-transactions":      things,
		"POST /aggregation/v2/set-product-labels":     map[string]any{"product_id": b.product, "labels": labels},
		"POST /aggregation/v2/set-transaction-labels": map[string]any{"transaction_id": b.transaction, "labels": labels},
	}
}

// walk calls every route as somebody who knows all of these names, and tells which
// answers hold one of them.
func (b belongings) walk(t *testing.T, c client) (leaks map[string]string) {
	t.Helper()
	calls, leaks := b.calls(), map[string]string{}
	for pattern, scope := range flanks.New(c.app.Server.Verbs).Scopes() {
		if scope == "" {
			continue
		}
		body, named := calls[pattern]
		method, path, _ := strings.Cut(strings.TrimSuffix(pattern, "{$}"), " ")
		if strings.HasPrefix(path, "/v0/bank/credentials") {
			body, named = map[string]any{"credentials_token": b.connection, "force": "reset", "ignore_data_error": true}, true
		}
		if path == "/v0/bank/credentials/list" {
			body = nil
		}
		if !named {
			t.Errorf("%s is not tried", pattern)
		}
		status, text := c.raw(method, path, body)
		for _, name := range []string{b.link, b.code, b.session, b.connection, b.product, b.transaction, ownLabel} {
			if strings.Contains(string(text), name) {
				leaks[pattern] = string(text)
			}
		}
		if status >= 500 {
			t.Errorf("%s answers %d %s", pattern, status, text)
		}
	}
	return leaks
}

// unharmed checks that a walk of somebody else's has changed nothing.
func (b belongings) unharmed(t *testing.T, c client) {
	t.Helper()
	var links struct {
		Items []struct{ Token, Name string }
	}
	c.call("POST", "/v0/links/list-links", nil, &links)
	if len(links.Items) != 1 || links.Items[0].Token != b.link || links.Items[0].Name == "taken over" {
		t.Errorf("the links are %+v", links)
	}
	if s := c.status(b.connection); s.ResetToken != nil || s.Blocked {
		t.Errorf("the status is %+v", s)
	}
	c.exchange(b.code)
	for path, id := range map[string]string{"products": b.product, "transactions": b.transaction} {
		items, _ := c.everything("/aggregation/v2/list-"+path, map[string]any{strings.TrimSuffix(path, "s") + "_id_in": []string{id}})
		if text, _ := json.Marshal(items); !strings.Contains(string(text), ownLabel) || strings.Contains(string(text), "of another") {
			t.Errorf("of %s there are %s", path, text)
		}
	}
}

func TestNobodyElsesTokenFindsOrChangesAnything(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	verb := c.app.Server.Verbs.Access
	if _, err := verb.ShareConnections(t.Context(), devTenant(t, c.app), fairlead.SharingApplication); err != nil {
		t.Fatal(err)
	}
	b := c.belongings()
	id, _, secret := c.second()
	_, sibling := c.grant(map[string]string{"client_id": id, "client_secret": secret, "grant_type": "client_credentials"})
	tenant, err := verb.CreateTenant(t.Context(), "elsewhere", fairlead.Sandbox, "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	app, err := verb.CreateApplication(t.Context(), tenant.ID, access.ApplicationSpec{Name: "elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	_, theirs, err := verb.CreateKey(t.Context(), tenant.ID, app.ID, access.KeySpec{})
	if err != nil {
		t.Fatal(err)
	}
	_, stranger := c.grant(map[string]string{"client_id": string(app.ID), "client_secret": theirs.Reveal(), "grant_type": "client_credentials"})
	for name, token := range map[string]string{"a sibling": sibling.Access, "a stranger": stranger.Access} {
		if token == "" {
			t.Fatalf("%s has no token", name)
		}
		for pattern, text := range b.walk(t, client{c.app, token}) {
			t.Errorf("%s is answered at %s: %.300s", name, pattern, text)
		}
	}
	b.unharmed(t, c)
}

// Connections are the tenant's, unless it says otherwise; everything else is the
// application's all the same.
func TestASiblingSeesConnectionsAndNoLabelsSessionsLinksOrCodes(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	b := c.belongings()
	id, _, secret := c.second()
	_, sibling := c.grant(map[string]string{"client_id": id, "client_secret": secret, "grant_type": "client_credentials"})
	other := client{c.app, sibling.Access}
	for _, path := range []string{"products", "transactions"} {
		status, text := other.raw("POST", "/aggregation/v2/list-"+path, map[string]any{"query": map[string]any{"connection_id_in": []string{b.connection}}})
		if status != 200 || !strings.Contains(string(text), b.connection) || strings.Contains(string(text), ownLabel) {
			t.Errorf("the %s answer %d %.300s", path, status, text)
		}
	}
	other.call("POST", "/aggregation/v2/set-product-labels", map[string]any{"product_id": b.product, "labels": map[string]string{"mark": "of another"}}, nil)
	for pattern, body := range b.calls() {
		method, path, _ := strings.Cut(pattern, " ")
		if !strings.Contains(path, "link") && !strings.Contains(path, "list-sessions") {
			continue
		}
		_, text := other.raw(method, path, body)
		for _, name := range []string{b.link, b.code, b.session} {
			if strings.Contains(string(text), name) {
				t.Errorf("%s answers %s", pattern, text)
			}
		}
	}
	b.unharmed(t, c)
}
