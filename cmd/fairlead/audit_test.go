package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestTheAuditTrailIsPrintedAndItsChainChecked(t *testing.T) {
	t.Parallel()
	flags := production(t)
	for _, args := range [][]string{
		{"tenant", "create", "acme"}, {"app", "create", "shop"}, {"app", "delete", "shop"},
	} {
		if code, out, errOut := command(t, with(flags, args...)...); code != 0 {
			t.Fatalf("%v answered %d %s%s", args, code, out, errOut)
		}
	}
	code, out, errOut := command(t, with(flags, "audit")...)
	for _, want := range []string{"tenant.create", "application.create", "key.create", "application.delete", "operator", "5 entries is whole", "key.revoke"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d, does not say %q:\n%s%s", code, want, out, errOut)
		}
	}
	if code, out, _ := command(t, with(flags, "audit", "--last", "1")...); code != 0 || strings.Contains(out, "key.create") ||
		!strings.Contains(out, "application.delete") {
		t.Errorf("the last entry is %s", out)
	}
}

func TestAnAnchorOfTheAuditTrailIsExportedAndHeldAgainstItLater(t *testing.T) {
	t.Parallel()
	flags := production(t)
	run := func(want int, args ...string) string {
		t.Helper()
		code, out, errOut := command(t, with(flags, args...)...)
		if code != want {
			t.Fatalf("%v answered %d %s%s", args, code, out, errOut)
		}
		return out + errOut
	}
	run(0, "tenant", "create", "acme")
	anchor := run(0, "audit", "--anchor")
	var a fairlead.AuditAnchor
	if err := json.Unmarshal([]byte(anchor), &a); err != nil || a.Sequence != 1 || a.MAC == "" || a.Signed == "" {
		t.Fatalf("the anchor is %s (%v)", anchor, err)
	}
	run(0, "app", "create", "shop")
	file := filepath.Join(t.TempDir(), "anchors")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(anchor)
	if out := run(0, "audit", "--against", file); !strings.Contains(out, "goes on from the anchor") {
		t.Errorf("held against its anchor the trail is %s", out)
	}
	a.Sequence = 2
	forged, _ := json.Marshal(a)
	write(string(forged))
	if out := run(1, "audit", "--against", file); !strings.Contains(out, "was changed") {
		t.Errorf("a forged anchor answers %s", out)
	}
}
