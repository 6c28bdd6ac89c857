package installtest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// python is Debian's, which has what builds wheels.
const python = "/usr/bin/python3"

// need skips without a program or folder, and fails instead in CI.
func need(t *testing.T, paths ...string) {
	t.Helper()
	for _, p := range paths {
		_, err := os.Stat(p)
		if !strings.Contains(p, "/") {
			_, err = exec.LookPath(p)
		}
		if err == nil {
			continue
		}
		if apptest.Full() {
			t.Fatalf("%s is missing (scripts/setup installs it), and nothing may be skipped here", p)
		}
		t.Skipf("skipped: %s is missing; scripts/setup installs it", p)
	}
}

// run runs a program in a folder and returns what it prints; input is its standard input as JSON.
func run(t *testing.T, folder string, input any, program string, arguments ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, arguments...)
	cmd.Dir = folder
	if input != nil {
		content, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdin = bytes.NewReader(content)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(arguments, " "), err, out, stderr.Bytes())
	}
	return out
}

// absolute is a path of the tree from anywhere.
func absolute(t *testing.T, path string) string {
	t.Helper()
	p, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// packed packs the npm packages and returns the folder of their tarballs.
func packed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	// In this order: react is compiled against link.
	run(t, absolute(t, ".."), nil, "npm", "pack", "--silent", "--pack-destination", folder, "./link", "./react", "./node")
	return folder
}

// project is an empty npm project with the packages installed from their tarballs, and
// React beside them as an application has it.
func project(t *testing.T) string {
	t.Helper()
	tarballs, folder := packed(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "package.json"), []byte(`{"name":"an-application","private":true,"type":"module"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"install", "--offline", "--silent", "--no-audit", "--no-fund", "--legacy-peer-deps"}
	for _, name := range []string{"link", "react", "node"} {
		arguments = append(arguments, filepath.Join(tarballs, "fairlead-"+name+"-0.1.0.tgz"))
	}
	run(t, folder, nil, "npm", arguments...)
	for _, name := range []string{"react", "react-dom", "scheduler"} {
		if err := os.CopyFS(filepath.Join(folder, "node_modules", name), os.DirFS(absolute(t, "../node_modules/"+name))); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// write copies a file of testdata into a project.
func write(t *testing.T, folder string, names ...string) {
	t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
