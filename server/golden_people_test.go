//go:build !race

// What whole people have is collected and compared in one goroutine, which races with
// nobody: under the race detector it takes minutes, so make check runs it without.

package server_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/google/go-cmp/cmp"
)

// golden is a person in short: what a change of the sandbox's world would change.
type golden struct {
	Connection string          `json:"connection"`
	Accounts   []goldenAccount `json:"accounts"`
	Counts     map[string]int  `json:"counts"`
	Documents  []string        `json:"documents"` // id, SHA-256 and file name
}

type goldenAccount struct {
	Account      json.RawMessage   `json:"account"`
	Transactions int               `json:"transactions"`
	Ends         []json.RawMessage `json:"ends,omitempty"` // the last and the first transaction
}

// inShort describes a connection.
func inShort(app *apptest.App, con string) golden {
	app.T.Helper()
	g := golden{Connection: con, Counts: map[string]int{}}
	for _, a := range apptest.List[json.RawMessage](app, "/connections/"+con+"/accounts?numbers=true") {
		var id struct{ ID string }
		if err := json.Unmarshal(a, &id); err != nil {
			app.T.Fatal(err)
		}
		all := apptest.List[json.RawMessage](app, "/accounts/"+id.ID+"/transactions")
		one := goldenAccount{Account: a, Transactions: len(all)}
		if len(all) > 0 {
			one.Ends = []json.RawMessage{all[0], all[len(all)-1]}
		}
		g.Accounts = append(g.Accounts, one)
	}
	for _, what := range []string{"bills", "loans", "securities", "holdings", "investment_transactions", "identity", "documents"} {
		g.Counts[what] = len(apptest.List[json.RawMessage](app, "/connections/"+con+"/"+what))
	}
	for _, d := range apptest.List[paper](app, "/connections/"+con+"/documents") {
		g.Documents = append(g.Documents, d.ID+" "+d.SHA256+" "+d.FileName)
	}
	return g
}

func TestWholePeopleAreWhatTheyWere(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, apptest.Seed("golden"), apptest.Frozen(newYear()))
	for _, c := range []struct{ institution, user string }{{"harbor", "good"}, {"anchor", "investor"}, {"farol", "business"}, {"puerto", "retiree"}} {
		t.Run(c.institution+" "+c.user, func(t *testing.T) {
			var text bytes.Buffer
			e := json.NewEncoder(&text)
			e.SetIndent("", "  ")
			e.SetEscapeHTML(false)
			if err := e.Encode(inShort(app, app.Linked(c.institution, c.user, "good"))); err != nil {
				t.Fatal(err)
			}
			is := masked(app, text.Bytes())
			path := filepath.Join("testdata", "golden", c.institution+"-"+c.user+".json")
			if *update {
				if err := os.WriteFile(path, []byte(is), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			was, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(was), is); diff != "" {
				t.Errorf("it has changed (if that is meant: go test ./server -run WholePeople -update):\n%.4000s", diff)
			}
		})
	}
}
