package dialecttest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// spoken are the folders and files in which a vendor may be named: the dialects, what
// shows, measures or tests them, and the one list that wires them.
var spoken = []string{
	"dialect", "examples", "bench", "docs", "web/browsertest", "apptest/looptest", "web/docs", "server/wire.go",
	"client/types.gen.go", "packages/node/src/generated",
} // generated: they say what docs/openapi.json says

// connected are the folders in which connectors may name the service that they reach.
const connected = "connector/"

// protocol are the files that may name SimpleFIN, which is an open protocol: whoever
// operates the server or shares accounts makes the tokens that its programs read with.
var protocol = []string{
	"cmd/fairlead/main.go", "cmd/fairlead/simplefin.go", "server/admin.go", "server/admin_simplefin.go", "setup_token.go", "consenting/setup_token.go",
	"client/api.go", "packages/node/src/client.ts", "packages/node/src/types.ts",
	"web/page/page.go", "web/page/program.go", "web/page/viewmodel.go", "web/page/messages/en.json", "web/page/messages/es.json", "web/page/messages/pt-BR.json",
}

// mayName says whether a file may name a vendor: its connector and the tests' stand-in for
// its service do, and the files of an open protocol.
func mayName(file, vendor string) bool {
	vendor = strings.ToLower(vendor)
	return strings.HasPrefix(file, connected+vendor+"/") || vendor == "simplefin" && slices.Contains(protocol, file)
}

// TestNoVendorIsNamedOutsideItsDialect keeps the core straight: a vendor's word in
// it would be a rule that only one vendor needs.
func TestNoVendorIsNamedOutsideItsDialect(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	vendors := vendorsOf(t, filepath.Join(root, "dialect"))
	named := regexp.MustCompile(`(?i)` + strings.Join(vendors, "|"))
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		at = filepath.ToSlash(at)
		switch {
		case slices.Contains(spoken, at) && d.IsDir(), d.Name() == "node_modules", d.IsDir() && d.Name() == "dist", at != "." && d.IsDir() && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir(), slices.Contains(spoken, at), strings.HasSuffix(at, "_test.go"):
			return nil
		case !slices.Contains([]string{".go", ".templ", ".js", ".ts", ".css", ".sql", ".json", ".tmpl", ".html", ".mjs"}, filepath.Ext(at)):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(text), "\n") {
			for _, word := range named.FindAllString(line, -1) {
				if !mayName(at, word) && !strings.Contains(path, "testdata") {
					t.Errorf("%s:%d names %s", at, n+1, word)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// vendorsOf are the dialects that are somebody else's.
func vendorsOf(t *testing.T, folder string) (vendors []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "native" && e.Name() != "dialecttest" {
			vendors = append(vendors, e.Name())
		}
	}
	if len(vendors) < 3 {
		t.Fatalf("found only %v", vendors)
	}
	return vendors
}
