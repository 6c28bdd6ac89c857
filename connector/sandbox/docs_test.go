package sandbox

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/sandbox.md anew")

func TestTheDocsAreUpToDate(t *testing.T) {
	const path = "../../docs/sandbox.md"
	want, err := docs()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(path)
	if err != nil || string(is) != want {
		t.Errorf("docs/sandbox.md is not what the tables say (run go generate ./connector/sandbox): %v", err)
	}
}
