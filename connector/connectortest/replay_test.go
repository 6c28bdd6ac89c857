package connectortest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/example"
)

// failed is a test that notes how it fails.
type failed struct {
	testing.TB
	said []string
}

func (f *failed) Helper() {}

func (f *failed) Errorf(format string, _ ...any) { f.said = append(f.said, format) }

func (f *failed) Fatalf(format string, _ ...any) {
	f.said = append(f.said, format)
	panic(f)
}

func TestAReplayFailsWhereARequestWasNotRecorded(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "collection.jsonl")
	if err := os.WriteFile(file, []byte(`{"method":"GET","url":"https://bank.example/other","status":200,"content":"{}"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &failed{TB: t}
	func() {
		defer func() {
			if p := recover(); p != nil && p != any(f) {
				panic(p)
			}
		}()
		connectortest.Replay(f, connectortest.Recorded{
			New:      func() connector.Connector { return example.New("https://bank.example") },
			File:     file,
			Session:  connector.Session{Secrets: map[string]fairlead.Secret{}},
			Products: []fairlead.Product{fairlead.ProductAccounts},
		})
	}()
	if !strings.Contains(strings.Join(f.said, "\n"), "was not recorded") {
		t.Errorf("it says %q", f.said)
	}
}
