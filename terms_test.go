package fairlead_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A word of docs/terms.md's second table, and where code may declare it.
type word struct {
	packages []string // folder, or folder/... for all below it; none: nowhere
	roles    []string // type, func, field, variable; empty: all
}

// TestAWordIsDeclaredOnlyWhereItsMeaningIs reads the words of docs/terms.md that
// have one meaning, and fails on an identifier that gives one of them another: in
// a package or a role that the word's row does not name.
func TestAWordIsDeclaredOnlyWhereItsMeaningIs(t *testing.T) {
	t.Parallel()
	words := readWords(t)
	if len(words) < 20 {
		t.Fatalf("docs/terms.md lists %d words", len(words))
	}
	used := map[string]bool{}
	eachSource(t, func(file string, parsed *ast.File, set *token.FileSet) {
		pkg := filepath.ToSlash(filepath.Dir(file))
		for _, d := range declarations(parsed) {
			name := strings.ToLower(d.name.Name)
			w, listed := words[name]
			if !listed {
				continue
			}
			used[name] = true
			in := slices.ContainsFunc(w.packages, func(p string) bool { return matches(p, pkg) })
			if !in || (len(w.roles) > 0 && !slices.Contains(w.roles, d.role)) {
				t.Errorf("%s: %s %q is not what docs/terms.md says the word means", set.Position(d.name.Pos()), d.role, d.name.Name)
			}
		}
	})
	for name, w := range words {
		if len(w.packages) > 0 && !used[name] {
			t.Errorf("docs/terms.md: nothing declares %q any more", name)
		}
	}
}

// readWords reads the rows `| word | meaning | packages | roles |` below the
// heading "One word, one meaning".
func readWords(t *testing.T) map[string]word {
	t.Helper()
	text, err := os.ReadFile("docs/terms.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "## One word, one meaning")
	if !found {
		t.Fatal("docs/terms.md has no such heading")
	}
	list := func(cell string) []string {
		return strings.FieldsFunc(strings.Trim(cell, " —"), func(r rune) bool { return r == ' ' || r == ',' || r == '`' })
	}
	words := map[string]word{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || strings.Contains(cells[0], "word") || strings.HasPrefix(strings.TrimSpace(cells[0]), "-") {
			continue
		}
		for _, name := range list(cells[0]) {
			words[strings.ToLower(name)] = word{list(cells[2]), list(cells[3])}
		}
	}
	return words
}

// eachSource parses every Go file of ours that is not generated.
func eachSource(t *testing.T, do func(string, *ast.File, *token.FileSet)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules" || name == "tools"):
			return filepath.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_templ.go"), strings.HasSuffix(name, ".gen.go"):
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err == nil {
			do(name, parsed, set)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

type declaration struct {
	name *ast.Ident
	role string
}

// declarations are the names that a file gives to things.
func declarations(file *ast.File) (all []declaration) {
	add := func(role string, names ...*ast.Ident) {
		for _, n := range names {
			all = append(all, declaration{n, role})
		}
	}
	fields := func(role string, list *ast.FieldList) {
		if list != nil {
			for _, f := range list.List {
				add(role, f.Names...)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			add("func", n.Name)
			fields("variable", n.Recv)
		case *ast.FuncType:
			fields("variable", n.Params)
			fields("variable", n.Results)
		case *ast.TypeSpec:
			add("type", n.Name)
		case *ast.StructType:
			fields("field", n.Fields)
		case *ast.InterfaceType:
			fields("func", n.Methods)
		case *ast.ValueSpec:
			add("variable", n.Names...)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					if id, ok := e.(*ast.Ident); ok {
						add("variable", id)
					}
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					add("variable", id)
				}
			}
		}
		return true
	})
	return all
}
