package flanks_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// runConnect starts connect.mjs against an application of its own.
func runConnect(t *testing.T) *client {
	t.Helper()
	k := &client{t: t, app: apptest.Start(t)}
	_, k.lines = apptest.Example(t, "connect.mjs", "FLANKS_BASE_URL="+k.app.URL)
	k.here = k.says("listening")["listening"].(string)
	return k
}

func TestTheVendorsPresentExampleWorksWithAnotherBaseURL(t *testing.T) {
	t.Parallel()
	c := runConnect(t)
	p := c.visit("user=ada")
	p.Submit()
	p.Press("choose", "institution", "ins_testbank")
	p.Submit()
	p.Submit("user", "otp", "password", "otp")
	p.Submit("code", "1234")
	c.back(p)
	if connected := c.says("connected"); connected["connected"] != "ada" {
		t.Errorf("the client has %v", connected)
	}
	data := c.says("data")
	types, _ := data["types"].(map[string]any)
	for _, kind := range []string{"Account", "Card", "Investment", "Liability"} {
		if n, _ := types[kind].(float64); n < 1 {
			t.Errorf("the client read no %s: %v", kind, data)
		}
	}
	if n, _ := data["transactions"].(float64); n < 101 || data["label"] != "onboarding" {
		t.Errorf("the client read %v", data)
	}
}

func TestAPersonWhoGivesUpASessionComesBackWithIt(t *testing.T) {
	t.Parallel()
	c := runConnect(t)
	p := c.visit("user=bob")
	p.Submit()
	p.Press("choose", "institution", "ins_puerto")
	p.Submit()
	p.Submit("user", "bob", "password", "INVALID_CREDENTIALS")
	p.Press("leave")
	c.back(p)
	if failed := c.says("failed"); failed["failed"] != "InvalidCredentials" || failed["user"] != "bob" {
		t.Errorf("the client got %v", failed)
	}
}
