package fairlead_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/fairlead-dev/fairlead"

// layer is one row of the import policy. A package belongs to the first row
// whose pattern it matches; a package without a row fails.
type layer struct {
	packages []string // folder, or folder/... for all below it
	may      []string // of our own packages, beyond its own subtree
	never    []string // of any packages
	because  string
}

var policy = []layer{
	{[]string{"."}, nil, []string{"net/http", "database/sql"}, "nouns are facts and rules: whoever imports them must not get I/O with them"},
	{[]string{"format"}, []string{"."}, []string{"net/http", "database/sql", "os"}, "a port is a contract"},
	{[]string{"format/reader"}, []string{".", "format/..."}, []string{"net/http", "database/sql", "os"}, "puts the formats together"},
	{[]string{"format/formattest"}, []string{".", "format"}, []string{"net/http", "database/sql"}, "what the tests of formats share"},
	{[]string{"format/..."}, []string{".", "format"}, []string{"net/http", "database/sql", "os"}, "formats are bytes in, values out, usable on their own"},
	{[]string{"guard"}, []string{"."}, []string{"database/sql"}, "the outbound guard is used by every dialler and knows none of them; which addresses are public is a noun's to say"},
	{[]string{"ratelimit"}, nil, []string{"net/http", "database/sql"}, "token buckets by key: it is handed keys and times, and knows neither callers nor links"},
	{[]string{"securitylog"}, nil, []string{"net/http", "database/sql"}, "what an operator sees of attacks: it is handed ids and addresses, and knows neither callers nor requests"},
	{[]string{"jsonform"}, nil, []string{"net/http", "database/sql"}, "writes stored JSON in another form: it is handed texts and types, and knows no noun"},
	{[]string{"wakeup"}, nil, []string{"net/http", "database/sql"}, "wakes who waits for a key, and knows nothing of ours"},
	{[]string{"store", "vault", "bucket"}, []string{"."}, []string{"net/http", "database/sql"}, "a port is a contract; ports do not know one another"},
	{[]string{"connector"}, []string{"."}, []string{"database/sql"}, "a port is a contract; it names net/http only for the guarded client it hands out"},
	{[]string{"store/..."}, []string{".", "store"}, []string{"net/http"}, "an implementation knows its own port"},
	{[]string{"vault/..."}, []string{".", "vault"}, []string{"net/http", "database/sql"}, "an implementation knows its own port"},
	{[]string{"bucket/..."}, []string{".", "bucket"}, []string{"database/sql"}, "an implementation knows its own port"},
	{[]string{"connector/simulated"}, []string{".", "connector"}, []string{"net/http", "database/sql"}, "a port is a contract"},
	{[]string{"connector/kit"}, []string{".", "connector"}, []string{"database/sql"}, "what connectors share"},
	{[]string{"connector/..."}, []string{".", "connector", "connector/kit", "connector/simulated", "connector/connectortest", "format/..."}, []string{"database/sql"}, "a connector knows its port, the kit and formats; never a sibling, never a store"},
	{[]string{"lifecycle"}, []string{".", "store"}, []string{"net/http", "database/sql"}, "what verbs share: pure deeds inside one transaction"},
	{[]string{"sealing"}, []string{".", "vault", "bucket"}, []string{"net/http", "database/sql"}, "what verbs share: sealing what belongs to somebody, outside any transaction"},
	{[]string{"directory"}, []string{".", "store", "connector"}, []string{"net/http", "database/sql"}, "what verbs share: which institutions there are to choose from"},
	{[]string{"directory/directorytest"}, []string{".", "store"}, []string{"net/http", "database/sql"}, "directories as long as those of large services, for tests and measurements"},
	{[]string{"access", "linking", "consenting", "erasing", "collecting", "reading", "working", "simulating", "notes", "rewrapping", "providing", "measuring"}, []string{".", "store", "vault", "bucket", "connector", "connector/simulated", "directory", "lifecycle", "sealing", "ratelimit", "wakeup", "jsonform", "securitylog"}, []string{"net/http", "database/sql"}, "verbs know nouns, ports and the floor they share, never one another, so that each can be read alone"},
	{[]string{"operating"}, []string{".", "store", "vault", "lifecycle", "sealing", "ratelimit", "securitylog"}, []string{"database/sql"}, "a verb as the others; it names net/http only for the guarded client that speaks to the OpenID Connect provider, which it is handed"},
	{[]string{"notifying/..."}, []string{".", "store", "vault", "guard", "lifecycle", "sealing", "wakeup"}, []string{"database/sql"}, "the one verb that speaks HTTP, outwards and guarded"},
	{[]string{"dialect/dialecttest"}, []string{"./..."}, nil, "runs the whole application; only external tests of dialects import it"},
	{[]string{"dialect"}, []string{".", "dialect", "access", "linking", "consenting", "erasing", "collecting", "providing", "reading", "notifying", "simulating", "notes", "securitylog"}, []string{"database/sql"}, "a dialect is handed the verbs and nothing else"},
	{[]string{"dialect/..."}, []string{".", "dialect", "access", "linking", "consenting", "erasing", "collecting", "providing", "reading", "notifying", "simulating", "notes", "securitylog", "jsonform", "connector", "connector/simulated", "format/..."}, []string{"database/sql"}, "a dialect is handed the verbs and nothing else, and may write a format; never a sibling"},
	{[]string{"web/page/ownpath"}, []string{".", "linking"}, []string{"database/sql"}, "addresses of the page's own origin, made of ids alone"},
	{[]string{"web/style"}, nil, []string{"database/sql"}, "what pages are made of: it knows nothing of what they show"},
	{[]string{"web/page"}, []string{".", "linking", "consenting", "reading", "ratelimit", "web/style"}, []string{"database/sql"}, "the page shows what linking says"},
	{[]string{"web/console"}, []string{".", "access", "linking", "consenting", "erasing", "collecting", "providing", "reading", "notifying", "simulating", "notes", "measuring", "operating", "connector", "connector/simulated", "ratelimit", "web/style"}, []string{"database/sql"}, "the console is handed the verbs, as a dialect is, and nothing below them"},
	{[]string{"web/download"}, []string{".", "reading"}, []string{"database/sql"}, "documents are reading's"},
	{[]string{"web/sdk/..."}, nil, []string{"database/sql"}, "the script stands alone"},
	{[]string{"client"}, []string{"."}, []string{"database/sql"}, "what others import: it brings nothing but nouns"},
	{[]string{"docs", "packages"}, nil, []string{"net/http", "database/sql"}, "the texts of the guides"},
	{[]string{"web/docs"}, nil, []string{"database/sql"}, "pages made of texts and a description that it is handed: it knows no API of ours"},
	{[]string{"server", "bench/...", "web/browsertest", "packages/installtest", "docs/docscheck", "cmd/...", "apptest/...", "examples/..."}, []string{"./..."}, nil, "edges put everything together"},
}

func matches(pattern, pkg string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return base == "." || pkg == base || strings.HasPrefix(pkg, base+"/")
	}
	return pattern == pkg
}

// rowOf is a package's row and the pattern that named it.
func rowOf(pkg string) (row layer, pattern string, ok bool) {
	for _, l := range policy {
		for _, p := range l.packages {
			if matches(p, pkg) {
				return l, p, true
			}
		}
	}
	return layer{}, "", false
}

// allowed reports whether pkg, in row l, may import our own package target.
func allowed(l layer, pkg, target string) bool {
	if target == pkg || strings.HasPrefix(target, pkg+"/") && pkg != "." {
		return true
	}
	for _, m := range l.may {
		if matches(m, target) {
			return true
		}
	}
	// A package below an implementation (connector/sandbox/world) belongs to it,
	// both ways; one implementation never knows its sibling.
	top := func(p string) string {
		parts := strings.SplitN(p, "/", 3)
		return strings.Join(parts[:min(2, len(parts))], "/")
	}
	return strings.Contains(pkg, "/") && top(pkg) == top(target)
}

// TestImportsGoDownOnly holds the tree to its layers. Test files are held to the
// bans too, but may import more of our own: the real things instead of mocks. A
// pattern that names no package any more fails, too.
func TestImportsGoDownOnly(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || path == "tools") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		used[checkFile(t, path)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range policy {
		for _, p := range l.packages {
			if !used[p] {
				t.Errorf("the import policy has %q, and no package is of it", p)
			}
		}
	}
}

// checkFile checks one file and returns the pattern that its package belongs to.
func checkFile(t *testing.T, path string) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	pkg := filepath.ToSlash(filepath.Dir(path))
	row, pattern, ok := rowOf(pkg)
	if !ok {
		t.Errorf("%s: package %q has no row in the import policy", path, pkg)
		return ""
	}
	isTest := strings.HasSuffix(path, "_test.go")
	if isGenerator(path) {
		return pattern
	}
	for _, spec := range file.Imports {
		target, _ := strconv.Unquote(spec.Path.Value)
		for _, ban := range row.never {
			if target == ban && !isTest {
				t.Errorf("%s imports %s: %s", path, target, row.because)
			}
		}
		own, ours := strings.CutPrefix(target, module)
		if !ours || isTest {
			continue
		}
		own = strings.TrimPrefix(own, "/")
		if own == "" {
			own = "."
		}
		if !allowed(row, pkg, own) {
			t.Errorf("%s imports %s: %s", path, own, row.because)
		}
	}
	return pattern
}

// isGenerator reports whether the file is a program for go generate, outside every build.
func isGenerator(path string) bool {
	b, err := os.ReadFile(path)
	return err == nil && strings.HasPrefix(string(b), "//go:build ignore")
}
