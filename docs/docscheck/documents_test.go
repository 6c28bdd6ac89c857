package docscheck_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/web/docs"
)

const root = "../.."

// patterns are the documents whose blocks are run.
var patterns = []string{"*.md", "docs/*.md", "docs/guides/*.md", "dialect/*/README.md", "web/sdk/README.md", "packages/*/README.md", "client/README.md"}

// documents are the paths of all of them, below the root of the tree.
func documents(t *testing.T) (all []string) {
	t.Helper()
	for _, p := range patterns {
		found, err := filepath.Glob(filepath.Join(root, p))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, filepath.ToSlash(rel))
		}
	}
	if len(all) < 30 {
		t.Fatalf("there are %d documents", len(all))
	}
	return all
}

// languages are what a block may be.
var languages = []string{"sh", "js", "jsx", "ts", "python", "go", "html", "json"}

// fences are a document's blocks, each of which is run, compared or excused.
func fences(t *testing.T, document string) []docs.Fence {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, document))
	if err != nil {
		t.Fatal(err)
	}
	all := docs.Fences(text)
	for i, f := range all {
		reason, illustrative := f.Info["illustrative"]
		_, output := f.Info["output"]
		switch {
		case illustrative && len(reason) < 10:
			t.Errorf("%s:%d: a block that is not run says why", document, f.Row)
		case output && i == 0:
			t.Errorf("%s:%d: there is no block whose output this could be", document, f.Row)
		case !illustrative && !output && !slices.Contains(languages, f.Language):
			t.Errorf("%s:%d: a block of %q is neither run nor compared nor excused", document, f.Row, f.Language)
		}
	}
	return all
}

// TestEveryBlockOfEveryDocumentIsRunComparedOrExcused reads all documents.
func TestEveryBlockOfEveryDocumentIsRunComparedOrExcused(t *testing.T) {
	t.Parallel()
	count := 0
	for _, document := range documents(t) {
		for _, f := range fences(t, document) {
			if _, illustrative := f.Info["illustrative"]; !illustrative {
				count++
			}
		}
	}
	if count < 40 {
		t.Errorf("no more than %d blocks are run", count)
	}
}

// TestEveryCommandAndProgramOfTheDocumentsRuns runs each document.
func TestEveryCommandAndProgramOfTheDocumentsRuns(t *testing.T) {
	t.Parallel()
	for _, document := range documents(t) {
		all := fences(t, document)
		if !slices.ContainsFunc(all, func(f docs.Fence) bool { _, no := f.Info["illustrative"]; return !no }) {
			continue
		}
		t.Run(strings.ReplaceAll(document, "/", "_"), func(t *testing.T) {
			t.Parallel()
			newRun(t, document, all).all()
		})
	}
}
