package simplefin_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestASetupTokenIsClaimedOnceAndASecondClaimSaysThatItMayBeCompromised(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "harbor")
	token := p.token(nil)
	if token.Status != "unclaimed" || token.Name != "Budget" {
		t.Errorf("a new token is %+v", token)
	}
	status, first := claim(p.App, token.SetupToken)
	if status != http.StatusOK || !strings.HasPrefix(first, "http://"+token.ID+":") || !strings.HasSuffix(first, "/simplefin") {
		t.Fatalf("the claim answered %d %s", status, first)
	}
	status, again := claim(p.App, token.SetupToken)
	if status != http.StatusForbidden || !strings.HasPrefix(again, "Forbidden") || !strings.Contains(again, "somebody else may have") {
		t.Errorf("the second claim answered %d %s", status, again)
	}
	if now := p.read(token.ID); now.Status != "active" || now.Reused == nil {
		t.Errorf("after a second claim the token is %+v", now)
	}
	if got := programAt(p.App, first).accounts(""); len(got.Accounts) == 0 {
		t.Error("the first claim's address reads nothing")
	}
	if now := p.read(token.ID); now.LastUsed == nil {
		t.Error("nothing says that the token was used")
	}
	unknown := base64.StdEncoding.EncodeToString([]byte(p.URL + "/simplefin/claim/" + strings.Repeat("x", 43)))
	if status, body := claim(p.App, unknown); status != http.StatusForbidden || body != again {
		t.Errorf("an unknown token is answered %d %s, which tells it from a used one", status, body)
	}
}

func TestTwoClaimsAtOnceGiveOneAccessURL(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		p := linked(apptest.Start(t, options...), "ada", "harbor")
		token := p.token(nil)
		var mu sync.Mutex
		answers := map[int]int{}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				status, _ := claim(p.App, token.SetupToken)
				mu.Lock()
				answers[status]++
				mu.Unlock()
			})
		}
		all.Wait()
		if answers[200] != 1 || answers[403] != 7 {
			t.Errorf("eight claims were answered %v", answers)
		}
	})
}

func TestARevokedAndAnExpiredTokenOpenNothing(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "harbor")
	revoked := p.token(nil)
	p.Call("DELETE", "/simplefin_tokens/"+revoked.ID, nil, nil)
	if status, _ := claim(p.App, revoked.SetupToken); status != http.StatusForbidden {
		t.Errorf("a revoked token is claimed with %d", status)
	}
	active := p.token(nil)
	_, address := claim(p.App, active.SetupToken)
	program := programAt(p.App, address)
	program.accounts("?balances-only=1")
	p.Call("DELETE", "/simplefin_tokens/"+active.ID, nil, nil)
	p.Call("DELETE", "/simplefin_tokens/"+active.ID, nil, nil) // again is no error
	if status, _, body := program.get(""); status != http.StatusForbidden || !strings.Contains(string(body), "revoked") {
		t.Errorf("what was revoked is read with %d %s", status, body)
	}
	late := p.token(map[string]any{"expires_in": 3600})
	p.Advance("61m")
	if status, _ := claim(p.App, late.SetupToken); status != http.StatusForbidden {
		t.Errorf("an expired token is claimed with %d", status)
	}
	if now := p.read(late.ID); now.Status != "expired" {
		t.Errorf("an expired token is %s", now.Status)
	}
}

func TestATokenOfOneConnectionEndsWithItAndOneOfAllGoesOn(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := linked(a, "ada", "harbor")
	other := linked(a, "ada", "anchor")
	if other.connection == p.connection {
		t.Fatal("the person has one connection, not two")
	}
	of := func(id string) program { return p.program(map[string]any{"connection_ids": []string{id}}) }
	one, rest, all := of(p.connection), of(other.connection), p.program(nil)
	seen := func(q program) map[string]bool {
		names := map[string]bool{}
		for _, c := range q.accounts("?version=2&balances-only=1").Connections {
			names[c.ID] = true
		}
		return names
	}
	if s := seen(one); len(s) != 1 || !s[p.connection] {
		t.Errorf("a token of one connection reads %v", s)
	}
	if s := seen(all); len(s) != 2 {
		t.Errorf("a token of all reads %v", s)
	}
	p.Call("DELETE", "/connections/"+p.connection, nil, nil)
	if status, _, _ := one.get(""); status != http.StatusForbidden {
		t.Errorf("the token of a connection that has ended is answered %d", status)
	}
	for _, q := range []program{rest, all} {
		if s := seen(q); len(s) != 1 || !s[other.connection] {
			t.Errorf("after one has ended %v is read", s)
		}
	}
}

func TestErasingThePersonEndsTheirTokens(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "harbor")
	unclaimed, program := p.token(nil), p.program(nil)
	p.Call("DELETE", "/persons/"+p.id, nil, nil)
	if status, _ := claim(p.App, unclaimed.SetupToken); status != http.StatusForbidden {
		t.Errorf("a token of an erased person is claimed with %d", status)
	}
	if status, _, _ := program.get(""); status != http.StatusForbidden {
		t.Errorf("a program of an erased person is answered %d", status)
	}
	if left := apptest.List[setupToken](p.App, "/simplefin_tokens"); len(left) != 0 {
		t.Errorf("%d tokens of an erased person are left", len(left))
	}
}

func TestNothingIsReadWithoutTheRightCredentials(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	ada, bob := linked(a, "ada", "harbor"), linked(a, "bob", "harbor")
	of := ada.program(nil)
	for _, s := range of.accounts("?version=2").Connections {
		if s.ID == bob.connection {
			t.Error("a token of one person reads another's connection")
		}
	}
	theirs := bob.program(nil)
	mixed := *of.address
	password, _ := theirs.address.User.Password()
	mixed.User = nil
	for name, credentials := range map[string][2]string{
		"another's password": {of.address.User.Username(), password}, "none": {"", ""}, "a wrong one": {of.address.User.Username(), strings.Repeat("x", 43)},
		"a key of an application": {"dev", "dev-secret"},
	} {
		r, err := http.NewRequest("GET", mixed.String()+"/accounts", nil)
		if err != nil {
			t.Fatal(err)
		}
		if credentials[0] != "" {
			r.SetBasicAuth(credentials[0], credentials[1])
		}
		if status, body := a.Do(r); status != http.StatusForbidden || !strings.Contains(string(body), `"errors":["`) {
			t.Errorf("%s is answered %d %s", name, status, body)
		}
	}
	password, _ = of.address.User.Password()
	for _, secret := range []string{password, ada.token(nil).SetupToken} {
		if strings.Contains(a.Log.String(), secret) {
			t.Error("the log has a secret")
		}
	}
}

func TestAProgramThatReadsTooOftenIsAskedToWait(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "harbor")
	hasty, other := p.program(nil), p.program(nil)
	for n := range 200 {
		status, header, body := hasty.get("?version=2&balances-only=1&account=none")
		if status == http.StatusOK {
			continue
		}
		if status != http.StatusTooManyRequests || header.Get("Retry-After") == "" || !strings.Contains(string(body), "make fewer requests") || n < 100 {
			t.Errorf("request %d is answered %d %s", n, status, body)
		}
		other.accounts("") // another program's reading is its own
		return
	}
	t.Error("a program reads as often as it likes")
}

func TestATokenIsMadeOnlyOfThePersonsOwnConnections(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	ada, bob := linked(a, "ada", "harbor"), linked(a, "bob", "harbor")
	for name, c := range map[string]struct {
		body  map[string]any
		want  int
		field string
	}{
		"another's connection": {map[string]any{"person": "ada", "connection_ids": []string{bob.connection}}, 422, "connection_ids.0"},
		"the same twice":       {map[string]any{"person": "ada", "connection_ids": []string{ada.connection, ada.connection}}, 422, "connection_ids.1"},
		"nobody":               {map[string]any{"person": "nobody"}, 404, ""},
		"no person":            {map[string]any{}, 422, "person"},
		"a name with a line":   {map[string]any{"person": "ada", "name": "a\nb"}, 422, "name"},
		"too long a life":      {map[string]any{"person": "ada", "expires_in": 7776001}, 422, "expires_in"},
	} {
		status, body := a.Raw("POST", "/simplefin_tokens", c.body)
		if status != c.want || !strings.Contains(string(body), c.field) {
			t.Errorf("%s is answered %d %s", name, status, body)
		}
	}
}
