package main

import (
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestTheAuditTrailIsPrintedAndItsChainChecked(t *testing.T) {
	t.Parallel()
	flags := production(t)
	for _, args := range [][]string{
		{"tenant", "create", "acme"}, {"app", "create", "acme", "shop"}, {"app", "delete", "acme", "shop"},
	} {
		if code, out, errOut := command(t, with(flags, args...)...); code != 0 {
			t.Fatalf("%v answered %d %s%s", args, code, out, errOut)
		}
	}
	code, out, errOut := command(t, with(flags, "audit", "acme")...)
	for _, want := range []string{"tenant.create", "application.create", "key.create", "application.delete", "operator", "5 entries is whole", "key.revoke"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d, does not say %q:\n%s%s", code, want, out, errOut)
		}
	}
	if code, out, _ := command(t, with(flags, "audit", "acme", "--last", "1")...); code != 0 || strings.Contains(out, "key.create") ||
		!strings.Contains(out, "application.delete") {
		t.Errorf("the last entry is %s", out)
	}
}

func TestAChangedOrMissingAuditEntryBreaksTheChain(t *testing.T) {
	t.Parallel()
	trail := make([]fairlead.AuditEntry, 4)
	previous := ""
	for n := range trail {
		trail[n] = fairlead.AuditEntry{
			ID: "aud_1", Tenant: "ten_1", Sequence: int64(n + 1), At: time.Unix(int64(n), 0).UTC(),
			Actor: "system", Action: "x", Previous: previous,
		}
		previous = trail[n].Hash()
	}
	broken := func(trail []fairlead.AuditEntry) bool {
		var c chain
		for _, e := range trail {
			if c.add(e, 10) != nil {
				return true
			}
		}
		return false
	}
	if broken(trail) {
		t.Error("a whole chain is called broken")
	}
	if !broken(append(append([]fairlead.AuditEntry{}, trail[:1]...), trail[2:]...)) || !broken(trail[1:]) {
		t.Error("a missing entry was not noticed")
	}
	trail[1].Actor = "somebody"
	if !broken(trail) {
		t.Error("a changed entry was not noticed")
	}
}
