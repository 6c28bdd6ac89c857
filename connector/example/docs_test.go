package example_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEachPieceOfCodeInTheWalkThroughIsInTheTree holds docs/connectors.md to code that
// compiles and is tested.
func TestEachPieceOfCodeInTheWalkThroughIsInTheTree(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/connectors.md")
	if err != nil {
		t.Fatal(err)
	}
	var tree strings.Builder
	for _, pattern := range []string{"*.go", "../simplefin/*.go", "../../server/wire.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s names no file (%v)", pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			tree.Write(text)
		}
	}
	pieces := regexp.MustCompile("(?s)```go[^\n]*\n(.*?)\n```").FindAllStringSubmatch(string(doc), -1)
	if len(pieces) < 10 {
		t.Errorf("the walk-through has only %d pieces of code", len(pieces))
	}
	for _, p := range pieces {
		if !strings.Contains(tree.String(), p[1]) {
			first, _, _ := strings.Cut(p[1], "\n")
			t.Errorf("what begins with %q is not in the tree as it stands in the walk-through", first)
		}
	}
}
