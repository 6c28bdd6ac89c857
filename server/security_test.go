package server_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/server"
)

// canary marks every value that somebody sends; none may be in a line.
const securityCanary = "canary-3b9e"

func TestEverySecurityEventHasItsLineAndItsCountAndNoValue(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	me := devCaller(app)
	sibling, _, _ := second(app)
	basic := func(method, path, secret string, body any) *http.Request {
		r := app.Request(method, path, body)
		r.SetBasicAuth(access.DevClientID, secret)
		return r
	}
	narrow := scoped(app, fairlead.AccessScopeRead, fairlead.AccessScopeLink)
	var token string
	var recovery []string
	signIn := func(password, code string) {
		app.Server.Operating.SignIn(t.Context(), operating.Credentials{
			Email: "owner@example.com", Password: fairlead.NewSecret(password), Code: fairlead.NewSecret(code),
		}, operatorFrom)
	}
	for _, c := range []struct {
		event  securitylog.Event
		fields []string
		do     func()
	}{
		{securitylog.AuthenticationFailed, []string{"from=127.0.0.1"}, func() {
			app.Do(basic("GET", "/v1/links?q="+securityCanary, securityCanary, nil))
		}},
		{securitylog.KeyFirstUsed, []string{"key=key_", "application=" + string(me.Application.ID)}, func() {
			app.Do(basic("GET", "/v1/links", narrow, nil))
		}},
		{securitylog.ScopeMissing, []string{"scope=erase", `route="DELETE /v1/connections/{id}"`, "request_id=req_"}, func() {
			app.Do(basic("DELETE", "/v1/connections/"+securityCanary, narrow, nil))
		}},
		{securitylog.AccessRefused, []string{"subject=" + sibling}, func() {
			app.Do(basic("GET", "/v1/applications/"+sibling, narrow, nil))
		}},
		{securitylog.UnknownID, []string{`route="GET /v1/connections/{id}"`, "tenant=" + string(me.Tenant.ID)}, func() {
			app.Do(basic("GET", "/v1/connections/"+securityCanary, narrow, nil))
		}},
		{securitylog.KeyCreated, []string{"subject=key_"}, func() {
			app.Do(basic("POST", "/v1/applications/"+string(me.Application.ID)+"/keys", narrow, map[string]any{}))
		}},
		{securitylog.KeyRotated, []string{"subject=key_"}, func() {
			app.Server.Verbs.Access.RotateKey(t.Context(), me.Tenant.ID, me.Application.ID, 1<<50)
		}},
		{securitylog.KeyRevoked, []string{"subject=key_"}, func() {
			k, _, _ := app.Server.Verbs.Access.CreateKey(t.Context(), me.Tenant.ID, me.Application.ID, access.KeySpec{})
			app.Server.Verbs.Access.RevokeKey(t.Context(), me.Tenant.ID, me.Application.ID, k.ID)
		}},
		{securitylog.TokenRevoked, []string{"application=" + string(me.Application.ID)}, func() {
			_, answer := oauth(app, "token", access.DevSecret, url.Values{"grant_type": {"client_credentials"}})
			token, _ = answer["access_token"].(string)
			oauth(app, "revoke", access.DevSecret, url.Values{"token": {token}})
		}},
		{securitylog.CodeReplayed, []string{"subject=lnk_"}, func() {
			var made struct{ Code string }
			app.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor"}, &made)
			for range 2 {
				app.Do(basic("POST", "/v1/links/exchange", access.DevSecret, map[string]string{"code": made.Code}))
			}
		}},
		{securitylog.IdempotencyReplayed, []string{`route="POST /v1/links"`}, func() {
			for range 2 {
				r := basic("POST", "/v1/links", access.DevSecret, map[string]string{"person": securityCanary})
				r.Header.Set("Idempotency-Key", securityCanary)
				app.Do(r)
			}
		}},
		{securitylog.StateRefused, []string{"from=127.0.0.1"}, func() {
			app.Do(app.Request("GET", "/l/return?state="+securityCanary+"&code="+securityCanary, nil))
		}},
		{securitylog.OperatorChanged, []string{"subject=ope_", "from=127.0.0.1"}, func() {
			_, _, recovery = firstOperator(t, app, securityCanary+" walks the dog")
		}},
		{securitylog.OperatorSignedIn, []string{"subject=ope_", "from=127.0.0.1"}, func() {
			signIn(securityCanary+" walks the dog", recovery[0])
		}},
		{securitylog.OperatorLocked, []string{"subject=ope_"}, func() {
			for range 10 {
				signIn(securityCanary, securityCanary)
			}
		}},
		{securitylog.ServerError, []string{"status=502", "request_id=req_"}, func() {
			server.Provoke(app.Server, http.StatusBadGateway)
		}},
		{securitylog.LimitReached, []string{"limit=credentials"}, func() {
			server.ReportLimit(app.Server)
		}},
	} {
		before := app.Log.String()
		c.do()
		line := lineOf(strings.TrimPrefix(app.Log.String(), before), c.event)
		if line == "" {
			t.Errorf("%s has no line", c.event)
		}
		for _, f := range c.fields {
			if !strings.Contains(line, "security."+f) {
				t.Errorf("%s: the line has no %s: %s", c.event, f, line)
			}
		}
	}
	for line := range strings.Lines(app.Log.String()) {
		if strings.Contains(line, "security.") && (strings.Contains(line, securityCanary) || token != "" && strings.Contains(line, token) || strings.Contains(line, narrow)) {
			t.Errorf("a value is in %s", line)
		}
	}
	metrics := metricsOf(t, app)
	document, err := os.ReadFile("../docs/security-log.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range securitylog.Events() {
		if !regexp.MustCompile(`fairlead_security_events_total\{event="` + string(e) + `"\} [1-9]`).MatchString(metrics) {
			t.Errorf("%s is not counted", e)
		}
		if !strings.Contains(string(document), "| `"+string(e)+"` |") {
			t.Errorf("%s is not documented", e)
		}
	}
}

// lineOf is the line of an event.
func lineOf(log string, event securitylog.Event) string {
	for line := range strings.Lines(log) {
		if strings.Contains(line, "security.event="+string(event)+" ") || strings.HasSuffix(strings.TrimSpace(line), "security.event="+string(event)) {
			return line
		}
	}
	return ""
}

func metricsOf(t *testing.T, app *apptest.App) string {
	t.Helper()
	response, err := http.Get(app.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
