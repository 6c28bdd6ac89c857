package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/fairlead-dev/fairlead/apptest"
)

// objects reads what a list prints with --json.
func objects(t *testing.T, args ...string) (rows []map[string]any) {
	t.Helper()
	code, out, errOut := command(t, append(args, "--json")...)
	if code != 0 || json.Unmarshal([]byte(out), &rows) != nil {
		t.Fatalf("%v --json answered %d\n%s%s", args, code, out, errOut)
	}
	return rows
}

func TestEveryListPrintsJSON(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	app := apptest.Start(t, apptest.Data(folder))
	takesCommands(t, folder)
	if err := app.Server.WriteDevFile(); err != nil {
		t.Fatal(err)
	}
	id := app.Linked("harbor", "good", "good")
	for _, c := range []struct{ line, key, want string }{
		{"tenant list", "name", "dev"},
		{"app list", "company", "Ledgerly"},
		{"app keys list dev", "ends_in", "cret"},
		{"connection list", "id", id},
		{"work list --all", "kind", "collect"},
		{"audit", "who", "operator"},
		{"provider list", "", ""},
		{"provider fields", "name", "estuary"},
		{"simplefin token list", "", ""},
		{"sandbox push list", "", ""},
		{"trigger", "event", "consent.expiring"},
		{"keys list --vault file://" + filepath.Join(folder, "keyset.json"), "key", ""},
	} {
		args := strings.Fields(c.line)
		if c.line == "audit" { // which has an entry of the operator's only once there was one
			command(t, "app", "set", "dev", "company=Ledgerly", "--data", folder)
		}
		rows := objects(t, append(args, "--data", folder)...)
		if c.want != "" && !slices.ContainsFunc(rows, func(r map[string]any) bool { return r[c.key] == c.want }) {
			t.Errorf("%s has no row whose %s is %s: %v", c.line, c.key, c.want, rows)
		}
	}
}

// pain: a failure's reference on the page led nowhere.
func TestAFailedLinkIsFoundByTheReferenceOfItsPage(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	app := apptest.Start(t, apptest.Data(folder))
	takesCommands(t, folder)
	var made struct {
		LinkID string `json:"link_id"`
	}
	app.Call("POST", "/sandbox/links", map[string]string{"institution_id": "harbor", "user": "secretive", "password": "LOCKED", "person": "anna"}, &made)
	code, out, errOut := command(t, "link", "show", made.LinkID, "--data", folder)
	for _, want := range []string{"anna", "Harbor Bank", "failed", "locked", "unlocks it there", "who acts     person", "link.failed", "link=" + made.LinkID} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("it answered %d and does not say %q\n%s%s", code, want, out, errOut)
		}
	}
	if strings.Contains(out, "secretive") || strings.Contains(out, "LOCKED") {
		t.Errorf("it says what was typed:\n%s", out)
	}
	if code, _, errOut := command(t, "link", "show", "lnk_nobody", "--data", folder); code != 1 || !strings.Contains(errOut, "There is no link lnk_nobody") {
		t.Errorf("an unknown one answered %d %s", code, errOut)
	}
}

func TestAPersonIsErasedOnlyWhenThatIsSure(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	app := apptest.Start(t, apptest.Data(folder))
	takesCommands(t, folder)
	id := app.Linked("harbor", "good", "good")
	code, _, errOut := command(t, "person", "erase", "good", "--data", folder)
	if code != 1 || !strings.Contains(errOut, "1 open connection") || !strings.Contains(errOut, "can't be undone") || !strings.Contains(errOut, "--yes") {
		t.Errorf("unsure it answered %d\n%s", code, errOut)
	}
	if rows := objects(t, "connection", "list", "--person", "good", "--data", folder); len(rows) != 1 || rows[0]["status"] == "disconnected" {
		t.Fatalf("it has done something: %v", rows)
	}
	code, out, errOut := command(t, "person", "erase", "good", "--yes", "--data", folder)
	if code != 0 || !strings.Contains(out, "Erased good") {
		t.Errorf("sure it answered %d\n%s%s", code, out, errOut)
	}
	if rows := objects(t, "connection", "list", "--data", folder); len(rows) != 1 || rows[0]["id"] != id || rows[0]["status"] != "disconnected" {
		t.Errorf("the connection stands as %v", rows)
	}
	if code, _, errOut := command(t, "person", "erase", "good", "--yes", "--data", folder); code != 1 || !strings.Contains(errOut, `no person named "good"`) {
		t.Errorf("once more it answered %d %s", code, errOut)
	}
}

func TestADeletedTenantIsGoneAndItsTrailStays(t *testing.T) {
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
	id := ""
	do(0, "Created", "tenant", "create", "acme")
	do(0, "Created", "tenant", "create", "other")
	do(1, "there are 2 tenants: say which with --tenant (", "app", "create", "shop")
	do(0, "client secret", "app", "create", "shop", "--tenant", "acme")
	do(1, "1 application, 0 persons", "tenant", "delete", "acme")
	for _, row := range objects(t, with(flags, "tenant", "list")...) {
		if row["name"] == "acme" {
			id = row["id"].(string)
		}
	}
	do(0, "Deleted tenant acme", "tenant", "delete", "acme", "--yes")
	if out := do(0, "other", "tenant", "list"); strings.Contains(out, "acme") {
		t.Errorf("it is listed:\n%s", out)
	}
	do(1, `no tenant named "acme"`, "app", "list", "--tenant", "acme")
	do(1, "no tenant named", "app", "create", "shop", "--tenant", id)
	do(0, "tenant.delete", "audit", "--tenant", id)
	do(0, "Created tenant acme", "tenant", "create", "acme")
}

func TestTheTenantOfDevIsNotDeleted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	apptest.Start(t, apptest.Data(folder))
	takesCommands(t, folder)
	if code, _, errOut := command(t, "tenant", "delete", "dev", "--yes", "--data", folder); code != 1 || !strings.Contains(errOut, "delete the data folder") {
		t.Errorf("it answered %d %s", code, errOut)
	}
}

// pain: a misspelt variable is ignored.
func TestAMisspeltVariableIsReported(t *testing.T) {
	t.Parallel()
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	got := unknownVariables(parser.Model.Node, []string{
		"FAIRLEAD_ADRR=127.0.0.1:1", "FAIRLEAD_ADDR=127.0.0.1:1", "PATH=/bin", "FAIRLEAD_TEST_FULL=1", "FAIRLEAD_COLOUR_OF_THE_SKY=blue",
	})
	want := []string{
		"there is no setting FAIRLEAD_ADRR: did you mean FAIRLEAD_ADDR?",
		"there is no setting FAIRLEAD_COLOUR_OF_THE_SKY: `fairlead serve --help` names each",
	}
	if !slices.Equal(got, want) {
		t.Errorf("it reports %q", got)
	}
}

// built runs the built program with an environment of its own.
func built(t *testing.T, environ []string, args ...string) (code int, out string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), environ...)
	said, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(said)
}

func TestTheProgramReportsAMisspeltVariableAndTheDoctorNamesIt(t *testing.T) {
	t.Parallel()
	misspelt := []string{"FAIRLEAD_VAULTS=file:///x"}
	if code, out := built(t, misspelt, "inspect", "/dev/null"); !strings.Contains(out, "there is no setting FAIRLEAD_VAULTS: did you mean FAIRLEAD_VAULT?") {
		t.Errorf("it answered %d %s", code, out)
	}
	if code, out := built(t, misspelt, "doctor", "--data", t.TempDir(), "--addr", "127.0.0.1:0"); code != 1 || !strings.Contains(out, "WRONG  environment") || !strings.Contains(out, "FAIRLEAD_VAULT?") {
		t.Errorf("the doctor answered %d\n%s", code, out)
	}
}

func TestTheVersionSaysWhatAReportNeeds(t *testing.T) {
	t.Parallel()
	migrations, err := filepath.Glob("../../store/sqlstore/schema/*.sql")
	if err != nil || len(migrations) == 0 {
		t.Fatal(migrations, err)
	}
	schema := fmt.Sprintf("schema %d,", len(migrations))
	for _, args := range [][]string{{"--version"}, {"version"}} {
		code, out, errOut := command(t, args...)
		if code != 0 || !strings.HasPrefix(out, "fairlead ") || !strings.Contains(out, "commit ") || !strings.Contains(out, schema) || errOut != "" || strings.Count(out, "\n") != 1 {
			t.Errorf("%v answered %d %q %s", args, code, out, errOut)
		}
	}
}

func TestCommandsFlagsAndValuesAreCompleted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words []string
		want  []string
		not   string
	}{
		{[]string{"ten"}, []string{"tenant"}, "app"},
		{[]string{"tenant", ""}, []string{"create", "list", "set", "delete"}, "rotate"},
		{[]string{"app", "keys", "r"}, []string{"revoke", "rotate"}, "create"},
		{[]string{"--data", "x", "app", "li"}, []string{"list"}, "set"},
		{[]string{"app", "list", "--te"}, []string{"--tenant"}, "--json"},
		{[]string{"tenant", "create", "acme", "--environment", ""}, []string{"live", "sandbox"}, "--seed"},
		{[]string{"completion", ""}, []string{"bash", "zsh", "fish"}, "dev"},
		{[]string{"completion", "f"}, []string{"fish"}, "bash"},
	} {
		code, out, _ := command(t, append([]string{"__complete"}, c.words...)...)
		var got []string
		for line := range strings.Lines(out) {
			word, _, _ := strings.Cut(line, "\t")
			got = append(got, strings.TrimSpace(word))
		}
		for _, want := range c.want {
			if code != 0 || !slices.Contains(got, want) || slices.Contains(got, c.not) {
				t.Errorf("%q is completed by %q", c.words, got)
			}
		}
	}
}

func TestBashCompletesByTheScript(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("skipped: bash is not installed")
	}
	script := `source <("$0" completion bash); COMP_WORDS=("$0" app keys r); COMP_CWORD=3; _fairlead; echo "${COMPREPLY[*]}"`
	out, err := exec.CommandContext(t.Context(), "bash", "-c", script, path).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "revoke rotate" {
		t.Errorf("it completes %q (%v)", out, err)
	}
}
