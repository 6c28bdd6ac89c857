package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

// command runs a command line inside the test.
func command(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestHelpReadsWellOnEachCommand(t *testing.T) {
	t.Parallel()
	commands := []string{
		"", "dev", "serve", "migrate", "keys", "keys create", "keys rotate", "keys list", "doctor", "audit", "tenant", "tenant create", "tenant list", "tenant set", "tenant delete",
		"app", "app create", "app list", "app keys", "app keys rotate", "app keys create", "app keys list", "app keys revoke", "app set", "app delete",
		"provider", "provider set", "provider list", "provider show", "provider try", "provider refresh", "provider delete", "provider fields",
		"operator", "operator invite", "operator list", "operator disable", "operator reset",
		"listen", "sandbox", "sandbox link", "sandbox clock",
		"sandbox clock advance", "sandbox push", "trigger", "connection", "connection list", "person erase", "link show", "completion", "sandbox push approve", "inspect", "record", "simplefin", "simplefin token", "simplefin token create", "simplefin token list",
		"simplefin token revoke", "version",
	}
	for _, c := range commands {
		code, out, errOut := command(t, append(strings.Fields(c), "--help")...)
		if code != 0 || errOut != "" || !strings.Contains(out, "Usage: fairlead") {
			t.Errorf("%q --help answered %d\n%s%s", c, code, out, errOut)
		}
		for _, line := range strings.Split(out, "\n") {
			if len(line) > 220 {
				t.Errorf("%q --help has a line of %d characters", c, len(line))
			}
		}
	}
}

func TestAWrongCommandLineSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, says string }{
		{"bogus", "bogus"},
		{"devv", `did you mean "dev"`},
		{"app list acme", "--tenant NAME"},
		{"trigger consent.expirin", "did you mean consent.expiring?"},
		{"trigger institution.degraded", "can't be made to happen"},
		{"completion powershell", "bash"},
		{"tenant create", "<name>"},
		{"dev --clock yesterday", "2026-06-01T09:00:00Z"},
		{"dev --addr 0.0.0.0:0", "loopback"},
		{"dev --addr nonsense", "host:port"},
		{"sandbox clock --data /nonexistent", "fairlead dev"},
	} {
		args := strings.Fields(c.line)
		if args[0] == "dev" {
			args = append(args, "--data", t.TempDir())
		}
		code, out, errOut := command(t, args...)
		if code == 0 || !strings.Contains(errOut+out, c.says) {
			t.Errorf("%s answered %d\n%s%s", c.line, code, out, errOut)
		}
	}
}

func TestServeNamesEverythingThatIsMissingAtOnce(t *testing.T) {
	t.Parallel()
	code, _, errOut := command(t, "serve", "--data", t.TempDir())
	for _, want := range []string{"FAIRLEAD_VAULT", "FAIRLEAD_URL", "fairlead keys create"} {
		if code != 1 || !strings.Contains(errOut, want) {
			t.Errorf("%d, does not name %s:\n%s", code, want, errOut)
		}
	}
}

// production makes a keyset and a migrated database, and the flags that name them.
func production(t *testing.T) (flags []string) {
	t.Helper()
	data, keys := t.TempDir(), filepath.Join(t.TempDir(), "keyset.json")
	if code, _, errOut := command(t, "keys", "create", keys); code != 0 {
		t.Fatal(errOut)
	}
	flags = []string{"--data", data, "--vault", "file://" + keys}
	if code, _, errOut := command(t, append([]string{"migrate"}, flags...)...); code != 0 {
		t.Fatal(errOut)
	}
	return flags
}

func with(flags []string, args ...string) []string { return append(args, flags...) }

func TestServeRefusesWhatIsNotSafe(t *testing.T) {
	t.Parallel()
	flags := production(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--url", "http://connect.example.com"}, "plain http"},
		{[]string{"--url", "https://connect.example.com"}, "--tls-ended-by-proxy"},
		{[]string{"--url", "nonsense"}, "FAIRLEAD_URL must look like"},
	} {
		code, _, errOut := command(t, append(with(flags, "serve", "--addr", "127.0.0.1:0"), c.args...)...)
		if code != 1 || !strings.Contains(errOut, c.says) {
			t.Errorf("%v answered %d: %s", c.args, code, errOut)
		}
	}
	inside := t.TempDir()
	if code, _, errOut := command(t, "keys", "create", filepath.Join(inside, "keyset.json")); code != 0 {
		t.Fatal(errOut)
	}
	code, _, errOut := command(t, "serve", "--data", inside, "--url", "http://127.0.0.1:1", "--addr", "127.0.0.1:0")
	if code != 1 || !strings.Contains(errOut, "inside the data folder") {
		t.Errorf("a keyset inside the data folder answered %d: %s", code, errOut)
	}
}

func TestServeRefusesADatabaseOfADevServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	app.Stop()
	keys := filepath.Join(t.TempDir(), "keyset.json")
	if err := os.Rename(filepath.Join(dir, "keyset.json"), keys); err != nil {
		t.Fatal(err)
	}
	code, _, errOut := command(t, "serve", "--data", dir, "--vault", "file://"+keys, "--url", "http://127.0.0.1:1", "--addr", "127.0.0.1:0")
	if code != 1 || !strings.Contains(errOut, "well-known credentials") {
		t.Errorf("it answered %d: %s", code, errOut)
	}
}

func TestAnOperatorMakesATenantAnApplicationAndNewKeys(t *testing.T) {
	t.Parallel()
	flags := production(t)
	steps := []struct {
		args []string
		says string
	}{
		{[]string{"tenant", "create", "acme"}, "Created tenant acme"},
		{[]string{"tenant", "list"}, "acme"},
		{[]string{"app", "create", "shop", "--tenant", "acme", "--company", "Acme Ltd", "--origins", "https://shop.example"}, "client secret"},
		{[]string{"app", "list", "--tenant", "acme"}, "Acme Ltd"},
		{[]string{"app", "keys", "rotate", "shop"}, "client secret"},
		{[]string{"app", "keys", "create", "shop", "--scopes", "link,read"}, "(read link)"},
		{[]string{"app", "keys", "list", "shop"}, "read link collect manage erase"},
		{[]string{"tenant", "set", "acme", "connections=own"}, "are own"},
		{[]string{"app", "set", "shop", "redirects=shop.example,app.example", "accent=#0a6b4f", "terms=https://shop.example/terms", "privacy=https://shop.example/privacy", "taiki.webhook_url=https://shop.example/hook"}, "Changed."},
		{[]string{"keys", "list"}, "yes"},
		{[]string{"keys", "rotate", "add"}, "Added key"},
		{[]string{"keys", "rotate", "promote"}, "seals from now on"},
		{[]string{"keys", "rotate", "rewrap"}, "Re-wrapped"},
		{[]string{"keys", "rotate", "retire"}, "Retired key"},
		{[]string{"app", "keys", "rotate", "shop"}, "client secret"},
	}
	for _, s := range steps {
		code, out, errOut := command(t, with(flags, s.args...)...)
		if code != 0 || !strings.Contains(out, s.says) {
			t.Fatalf("%v answered %d\n%s%s", s.args, code, out, errOut)
		}
	}
	for _, s := range []struct {
		args []string
		says string
	}{
		{[]string{"tenant", "create", "acme"}, "name"},
		{[]string{"app", "create", "shop", "--tenant", "nobody"}, "nobody"},
		{[]string{"app", "set", "shop", "colour=red"}, "colour"},
		{[]string{"app", "set", "shop", "taiki.webhook_url=ftp://x"}, "webhook_url"},
		{[]string{"app", "set", "shop", "terms=http://shop.example/terms"}, "terms_url"},
	} {
		if code, out, errOut := command(t, with(flags, s.args...)...); code != 1 || !strings.Contains(errOut, s.says) {
			t.Errorf("%v answered %d\n%s%s", s.args, code, out, errOut)
		}
	}
}

func TestCommandsReachARunningServerByItsSocket(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	app.Call("GET", "/connections", nil, nil)
	app.Until("the socket is there", func() bool { _, err := os.Stat(server.SocketPath(dir)); return err == nil })
	if code, out, errOut := command(t, "tenant", "create", "beside", "--environment", "sandbox", "--data", dir); code != 0 {
		t.Fatalf("%d %s%s", code, out, errOut)
	}
	if code, out, _ := command(t, "tenant", "list", "--data", dir); code != 0 || !strings.Contains(out, "beside") || !strings.Contains(out, "dev") {
		t.Errorf("%d %s", code, out)
	}
	if code, _, errOut := command(t, "dev", "--data", dir, "--addr", "127.0.0.1:0"); code != 1 || !strings.Contains(errOut, "fairlead.db") {
		t.Errorf("a second server on the same folder answered %d %s", code, errOut)
	}
}

func TestDoctorSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	t.Parallel()
	code, out, _ := command(t, "doctor", "--data", t.TempDir(), "--addr", "127.0.0.1:0")
	for _, want := range []string{"WRONG  keys", "fairlead keys create", "WRONG  database", "fairlead migrate", "WRONG  address", "FAIRLEAD_URL"} {
		if code != 1 || !strings.Contains(out, want) {
			t.Errorf("%d, does not say %q:\n%s", code, want, out)
		}
	}
	flags := production(t)
	code, out, errOut := command(t, with(flags, "doctor", "--url", "http://127.0.0.1:8080", "--addr", "127.0.0.1:0")...)
	if code != 0 || !strings.Contains(out, "All is well.") {
		t.Errorf("a sound installation answered %d:\n%s%s", code, out, errOut)
	}
}

func TestTheSandboxIsControlledFromTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	if err := app.Server.WriteDevFile(); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := command(t, "sandbox", "link", "--institution", "harbor", "--user", "good", "--wait", "--data", dir)
	if code != 0 || !strings.Contains(out, "status      active") {
		t.Fatalf("%d %s%s", code, out, errOut)
	}
	code, out, errOut = command(t, "sandbox", "clock", "advance", "30d", "--data", dir)
	if code != 0 || !strings.Contains(out, "pieces of work were done") {
		t.Errorf("%d %s%s", code, out, errOut)
	}
	if code, out, errOut = command(t, "sandbox", "push", "--data", dir); code != 0 {
		t.Errorf("%d %s%s", code, out, errOut)
	}
	code, _, errOut = command(t, "sandbox", "link", "--institution", "harbor", "--password", "WRONG_PASSWORD", "--data", dir)
	if code != 1 || !strings.Contains(errOut, "refused user name or password") || !strings.Contains(errOut, "person must act") {
		t.Errorf("a wrong password answered %d %s", code, errOut)
	}
}
