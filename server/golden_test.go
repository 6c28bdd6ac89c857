package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// random are the ids that nothing derives from: of links, consents and what happens.
var random = regexp.MustCompile(`"(lnk|cns|evt|col|apr)_[0-9a-z]+"`)

// masked takes out of a text what is different each time.
func masked(app *apptest.App, body []byte) string {
	return strings.ReplaceAll(random.ReplaceAllString(string(body), `"$1_…"`), app.URL, "…")
}

// pages are all pages of a list as they came over the wire, masked.
func pages(app *apptest.App, path string) string {
	app.T.Helper()
	var all strings.Builder
	for after, n := "", 0; n < 50; n++ {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		status, body := app.Raw("GET", path+separator+"limit=500&after="+url.QueryEscape(after), nil)
		var page struct {
			Data []json.RawMessage
			Next string
		}
		if err := json.Unmarshal(body, &page); err != nil || status != 200 {
			app.T.Fatalf("%s answered %d: %v", path, status, err)
		}
		all.WriteString(masked(app, body) + "\n")
		if after = page.Next; after == "" || len(page.Data) == 0 {
			break
		}
	}
	return all.String()
}

// everything is all that the application can read of a connection, by address.
func everything(app *apptest.App, con string) map[string]string {
	app.T.Helper()
	all := map[string]string{}
	for _, what := range []string{
		"accounts?numbers=true", "transactions", "bills", "loans", "securities", "holdings", "investment_transactions", "identity", "documents", "changes",
	} {
		all[what] = pages(app, "/connections/"+con+"/"+what)
	}
	_, connection := app.Raw("GET", "/connections/"+con, nil)
	all["connection"] = masked(app, connection)
	for n, d := range apptest.List[paper](app, "/connections/"+con+"/documents") {
		if n%10 != 0 { // some of them tell for all that what is given is what is listed
			continue
		}
		_, content := app.Raw("GET", "/documents/"+d.ID+"/content", nil)
		if sum := digest(content); sum != d.SHA256 {
			app.T.Errorf("%s has the SHA-256 %s, and is said to have %s", d.FileName, sum, d.SHA256)
		}
	}
	return all
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func TestTwoServersWithOneSeedAndClockTellTheSame(t *testing.T) {
	t.Parallel()
	var published []map[string]string
	for _, seed := range []string{"twin", "twin", "other"} {
		app := apptest.Start(t, apptest.Seed(seed), apptest.Frozen(newYear()))
		one := everything(app, app.Linked("harbor", "good+twin", "good"))
		for what, text := range everything(app, app.Linked("farol", "student", "good")) {
			one["farol "+what] = text
		}
		app.Advance("5d")
		app.Stop()
		published = append(published, one)
	}
	for what, text := range published[0] {
		if diff := cmp.Diff(text, published[1][what]); diff != "" {
			t.Errorf("%s differs: %.2000s", what, diff)
		}
		if text == published[2][what] && len(text) > 100 {
			t.Errorf("%s is the same with another seed", what)
		}
	}
}
