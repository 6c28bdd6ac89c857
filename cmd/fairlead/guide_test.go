package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestTheRecipeOfTheGuideRunsAsPasted runs every command of docs/sandbox.md's
// recipe for CI in one shell, on a port of its own.
func TestTheRecipeOfTheGuideRunsAsPasted(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if apptest.Full() {
				t.Fatal(err)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(guide), "## Testing your integration in CI")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1)
	if !found || len(blocks) < 3 {
		t.Fatalf("the guide has %d blocks of commands", len(blocks))
	}
	script := "set -euo pipefail\n"
	for _, b := range blocks {
		script += b[1]
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"+strings.ReplaceAll(script, "127.0.0.1:8080", address))
	shell.Env = append(os.Environ(), "PATH="+filepath.Dir(path)+":"+os.Getenv("PATH"), "FAIRLEAD_ADDR="+address, "TMPDIR="+t.TempDir())
	shell.WaitDelay = 10 * time.Second
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"connection_status":"active"`, "status      active", "2027-03-16T00:00:00Z"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}
