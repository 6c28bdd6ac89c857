package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/sandbox/hub"
	"github.com/fairlead-dev/fairlead/server"
)

func TestAProviderIsSetShownTriedRefreshedAndDeletedWithTheServerRunning(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	apptest.Start(t, apptest.Data(folder))
	takesCommands(t, folder)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(hub.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	do := func(wantCode int, want string, args ...string) string {
		t.Helper()
		args = append([]string{"provider"}, append(args, "--data", folder)...)
		code, out, errOut := command(t, args...)
		if code != wantCode || !strings.Contains(out+errOut, want) || strings.Contains(out+errOut, hub.Secret) {
			t.Errorf("%v answered %d\n%s%s", args, code, out, errOut)
		}
		return out + errOut
	}
	do(0, "client_id", "fields", "estuary")
	do(1, "provider fields", "fields", "nobody")
	do(0, "There is no provider", "list")
	do(1, "`fairlead provider set estuary --tenant dev`", "show", "estuary")
	do(1, "fields.client_id is required (in the sandbox: ", "set", "estuary", "--secret-file", "secret="+secret)
	do(1, "--secret-env", "set", "estuary", "client_id="+hub.ClientID, "secret="+hub.LiveSecret)
	do(1, "does not know this client id and secret", "set", "estuary", "client_id=nobody", "--secret-file", "secret="+secret)
	do(1, "Plaid can't be reached from this server at the moment", "set", "plaid", "client_id=made-up", "--secret-file", "secret="+secret, "--base", "http://127.0.0.1:1")
	do(0, "The keys of Estuary work", "set", "estuary", "client_id="+hub.ClientID, "--secret-file", "secret="+secret)
	do(0, "Estuary answers", "try", "estuary")
	do(0, "10 of 10", "list")
	do(0, "••••"+hub.Secret[len(hub.Secret)-4:], "show", "estuary")
	do(0, "read anew", "refresh", "estuary")
	do(0, "keys of Estuary work", "set", "estuary", "countries=US,CA") // the stored secret stays
	do(0, "US,CA", "show", "estuary")
	code, out, _ := command(t, "doctor", "--data", folder)
	if !strings.Contains(out, "dev/estuary: sandbox, it answers, 10 of 10 slots left, return address registered") {
		t.Errorf("the doctor answered %d\n%s", code, out)
	}
	do(0, "Deleted the provider", "delete", "estuary")
	do(0, "There is no provider", "list")
}

func TestASecretIsNeverTakenFromTheCommandLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	apptest.Start(t, apptest.Data(folder))
	takesCommands(t, folder)
	code, out, errOut := command(t, "provider", "set", "estuary", "--data", folder, "client_id="+hub.ClientID, "secret=typed-canary")
	if code != 1 || !strings.Contains(errOut, "--secret-file secret=PATH") || strings.Contains(out+errOut, "typed-canary") {
		t.Errorf("it answered %d\n%s%s", code, out, errOut)
	}
}

func TestAProviderIsReadWithoutARunningServer(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a := apptest.Start(t, apptest.Data(folder), apptest.Estuary())
	for range 200 {
		if _, out, _ := command(t, "provider", "list", "--data", folder); strings.Contains(out, "estuary") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	a.Stop()
	code, out, errOut := command(t, "provider", "show", "estuary", "--data", folder)
	if code != 0 || !strings.Contains(out, "10 of 10") {
		t.Errorf("it answered %d\n%s%s", code, out, errOut)
	}
}

func TestTheDoctorNamesWhatIsWrongWithAProvider(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	of := func(change func(*fairlead.Provider)) server.ShownProvider {
		p := fairlead.Provider{Connector: "plaid", Environment: fairlead.Live, Slots: fairlead.Slots{Limit: 10, Used: []string{"a"}}, Redirect: "registered"}
		p.Directory.Refreshed, p.Directory.Institutions = now.Add(-5*time.Hour), 11000
		change(&p)
		return server.ShownProvider{Provider: p, TenantName: "acme", Title: "Plaid"}
	}
	for name, c := range map[string]struct {
		change func(*fairlead.Provider)
		wrong  bool
		says   string
	}{
		"all is well": {func(*fairlead.Provider) {}, false, "acme/plaid: live, it answers, 9 of 10 slots left, return address registered, 11000 institutions, read 5 hours ago"},
		"keys refused": {func(p *fairlead.Provider) {
			p.Problem = &fairlead.Problem{Kind: fairlead.Unauthenticated, Actor: fairlead.ActorOperator, Detail: "The keys are wrong."}
		}, true, "fairlead provider set plaid"},
		"no slot left":     {func(p *fairlead.Provider) { p.Slots.Limit = 1 }, false, "0 of 1 slots left"},
		"quota used up":    {func(p *fairlead.Provider) { p.ResetsAt = now.Add(time.Hour) }, false, "no more calls until 2026-11-30 13:00 UTC"},
		"keys expired":     {func(p *fairlead.Provider) { p.KeysExpire = now.Add(-time.Hour) }, true, "expired on"},
		"keys end soon":    {func(p *fairlead.Provider) { p.KeysExpire = now.Add(time.Hour) }, false, "expire on"},
		"redirect missing": {func(p *fairlead.Provider) { p.Redirect = "missing" }, true, "/l/return"},
		"directory old":    {func(p *fairlead.Provider) { p.Directory.Refreshed = now.Add(-100 * time.Hour) }, true, "is old"},
		"directory failed": {func(p *fairlead.Provider) { p.Directory.Problem = &fairlead.Problem{Detail: "It did not answer."} }, true, "It did not answer."},
	} {
		f := providerFinding(of(c.change), now)
		text := f.found + f.mend
		if f.wrong != nil {
			text += f.wrong.Error()
		}
		if (f.wrong != nil) != c.wrong || !strings.Contains(text, c.says) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// takesCommands waits until a server that was just started does.
func takesCommands(t *testing.T, folder string) {
	t.Helper()
	for range 500 {
		if code, _, _ := command(t, "provider", "list", "--data", folder); code == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the server takes no commands")
}
