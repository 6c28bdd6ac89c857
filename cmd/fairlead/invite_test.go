package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
)

// printed is what a command prints, piece by piece.
type printed chan string

func (p printed) Write(b []byte) (int, error) {
	p <- string(b)
	return len(b), nil
}

func TestServePrintsTheAddressOfTheFirstOperator(t *testing.T) {
	t.Parallel()
	flags := production(t)
	ctx, stop := context.WithCancel(t.Context())
	out, errOut, ended := make(printed, 16), &safeBuffer{}, make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--url", "http://127.0.0.1:1", "--addr", "127.0.0.1:0"}, flags...), out, errOut)
	}()
	select {
	case text := <-out:
		if !regexp.MustCompile(`\n  http://127\.0\.0\.1:1/console/invitation/[A-Za-z0-9_-]{43}\n`).MatchString(text) {
			t.Errorf("it printed %s", text)
		}
	case code := <-ended:
		t.Fatalf("it ended with %d %s", code, errOut)
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("it ended with %d %s", code, errOut)
	}
}

func TestOperatorsAreInvitedListedDisabledAndReset(t *testing.T) {
	t.Parallel()
	flags := production(t)
	do := func(wantCode int, want string, args ...string) string {
		t.Helper()
		code, out, errOut := command(t, with(flags, args...)...)
		if code != wantCode || !strings.Contains(out+errOut, want) {
			t.Errorf("%v answered %d, want %d and %q\n%s%s", args, code, wantCode, want, out, errOut)
		}
		return out
	}
	do(0, "There is no operator.", "operator", "list")
	do(0, "Created", "tenant", "create", "acme")
	address := regexp.MustCompile(`https://connect\.example\.com/console/invitation/[A-Za-z0-9_-]{43}`)
	at := []string{"--url", "https://connect.example.com"}
	for _, args := range [][]string{
		append([]string{"operator", "invite", "Olga@Example.com", "--name", "Olga", "--role", "owner"}, at...),
		append([]string{"operator", "invite", "dora@example.com", "--role", "developer", "--tenant", "acme"}, at...),
		append([]string{"operator", "reset", "olga@example.com"}, at...),
	} {
		if out := do(0, "shown this once", args...); !address.MatchString(out) {
			t.Errorf("%v printed %s", args, out)
		}
	}
	do(0, "Disabled dora@example.com", "operator", "disable", "dora@example.com")
	for email, want := range map[string]map[string]any{
		"olga@example.com": {"name": "Olga", "role": "owner", "status": "invited", "signed_in_at": nil},
		"dora@example.com": {"name": "dora", "role": "developer", "status": "disabled"},
	} {
		found := false
		for _, row := range objects(t, with(flags, "operator", "list")...) {
			if row["email"] != email {
				continue
			}
			found = true
			for key, value := range want {
				if row[key] != value {
					t.Errorf("%s of %s is %v, want %v", key, email, row[key], value)
				}
			}
		}
		if !found {
			t.Errorf("%s is not listed", email)
		}
	}
	if out := do(0, "operator.invite", "audit", "--tenant=-"); !strings.Contains(out, "operator.reset") || !strings.Contains(out, "is whole") {
		t.Errorf("the server's own trail is %s", out)
	}
	do(1, "is an operator's already", "operator", "invite", "olga@example.com", "--role", "owner")
	do(1, "must be an e-mail address", "operator", "invite", "olga", "--role", "owner")
	do(1, "must name a tenant", "operator", "invite", "sam@example.com", "--role", "support")
	do(1, `no tenant named "nobody"`, "operator", "invite", "sam@example.com", "--role", "support", "--tenant", "nobody")
	do(1, `no operator named "nobody@example.com"`, "operator", "disable", "nobody@example.com")
	do(2, "role", "operator", "invite", "sam@example.com", "--role", "boss")
	do(1, `no operator named "nobody@example.com"`, "operator", "reset", "nobody@example.com")
}
