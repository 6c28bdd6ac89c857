package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestAnOperatorMakesListsAndRevokesATokenOfAProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	id := app.Linked("harbor", "good", "good")
	var c struct{ Person string }
	app.Call("GET", "/connections/"+id, nil, &c)
	code, out, errOut := command(t, "simplefin", "token", "create", c.Person, "--name", "Ledger", "--connections", id, "--data", dir)
	if code != 0 || !strings.Contains(out, "for Ledger") || !regexp.MustCompile(`token   [A-Za-z0-9+/=]{60,}`).MatchString(out) {
		t.Fatalf("create answered %d\n%s%s", code, out, errOut)
	}
	token := regexp.MustCompile(`stk_[0-9a-z]+`).FindString(out)
	code, out, errOut = command(t, "simplefin", "token", "list", "--data", dir)
	if code != 0 || !strings.Contains(out, token) || !strings.Contains(out, "unclaimed") || !strings.Contains(out, "never") {
		t.Errorf("list answered %d\n%s%s", code, out, errOut)
	}
	if code, out, errOut = command(t, "simplefin", "token", "revoke", token, "--data", dir); code != 0 || !strings.Contains(out, "Revoked token "+token) {
		t.Errorf("revoke answered %d\n%s%s", code, out, errOut)
	}
	if code, out, _ = command(t, "simplefin", "token", "list", c.Person, "--data", dir); code != 0 || !strings.Contains(out, "revoked") {
		t.Errorf("after revoking list answered %d\n%s", code, out)
	}
	if code, out, _ = command(t, "audit", "--data", dir); code != 0 || !strings.Contains(out, "setup_token.create") || !strings.Contains(out, "setup_token.revoke") || !strings.Contains(out, "operator") {
		t.Errorf("the audit trail says\n%s", out)
	}
	for _, args := range [][]string{
		{"create", "nobody"},
		{"create", c.Person, "--tenant", "nobody"},
		{"create", c.Person, "--connections", "con_none"},
		{"create", c.Person, "--life", "1s"},
		{"revoke", "stk_none"},
		{"list", "nobody"},
	} {
		code, _, errOut := command(t, append(append([]string{"simplefin", "token"}, args...), "--data", dir)...)
		if code != 1 || errOut == "" || strings.Contains(errOut, "nternal") {
			t.Errorf("%v answered %d: %s", args, code, errOut)
		}
	}
}
