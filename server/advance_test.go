package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

// TestAnAdvanceSideBySideComesToWhatOneByOneComesTo lets the same days pass twice in two
// applications of one seed, of which one runs one collection at a time: what is stored of
// each connection, when it was collected, and what was published about it and in which
// order, are the same.
func TestAnAdvanceSideBySideComesToWhatOneByOneComesTo(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			oneByOne := liveThrough(t, seed, func(c *server.Config) { c.Workers = 1 })
			sideBySide := liveThrough(t, seed)
			if names := slices.Sorted(maps.Keys(oneByOne)); len(names) < 4 {
				t.Fatalf("only %q were linked", names)
			}
			if diff := cmp.Diff(oneByOne, sideBySide); diff != "" {
				t.Errorf("side by side it is otherwise (-one by one +side by side):\n%s", diff)
			}
		})
	}
}

// lives are whom the seeds choose from: some of them fail, are asked to act, or have odd data.
var lives = []struct{ institution, password string }{
	{"harbor", "good"},
	{"anchor", "good"},
	{"farol", "good"},
	{"puerto", "good"},
	{"testbank", "good"},
	{"farol", "REMOVED"},
	{"harbor", "PRODUCT_FAILS_bills"},
	{"testbank", "DOWN_MIDWAY"},
	{"anchor", "PASSWORD_CHANGED"},
	{"puerto", "CORRECTED"},
	{"harbor", "NOT_READY_5000"},
	{"farol", "REVOKED_AT_BANK"},
	{"testbank", "DUPLICATE_POSTED"},
}

// liveThrough has persons link within a few hours, lets days pass, requests a collection
// now and then, and returns the story of each connection.
func liveThrough(t *testing.T, seed uint64, options ...apptest.Option) map[string][]string {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 13))
	begin := time.Date(2026, 4, 27, 6, 0, 0, 0, time.UTC)
	app := apptest.Start(t, append(options, apptest.Seed(fmt.Sprint("advance-", seed)), apptest.Frozen(begin))...)
	receiver := apptest.NewReceiver(t)
	app.Call("POST", "/webhook_endpoints", map[string]any{"url": receiver.URL + "/hook"}, nil)
	ids := map[string]string{}
	var names []string
	for n := range 5 {
		who := lives[random.IntN(len(lives))]
		name := fmt.Sprint(n, " ", who.institution, " ", who.password)
		ids[name] = app.Linked(who.institution, fmt.Sprint("good+", n%2), who.password)
		names = append(names, name)
		app.Advance(fmt.Sprint(1+random.IntN(40), "m"))
	}
	for range 3 {
		app.Advance(fmt.Sprint(20+random.IntN(60), "h"))
		requested := ids[names[random.IntN(len(names))]]
		app.Raw("POST", "/connections/"+requested+"/collect", nil) // some need a person first
	}
	app.Advance("36h")
	stories := map[string][]string{}
	for name, id := range ids {
		stories[name] = storyOf(app, receiver, fairlead.ConnectionID(id))
	}
	app.Stop()
	return stories
}

// random ids are of no account; what is sealed has been sealed anew.
var (
	randomID = regexp.MustCompile(`\b(col|evt|dlv|lnk|req|cns)_[0-9a-z]+`)
	sealed   = regexp.MustCompile(`"(blob|key|secrets|sequence|timestamp)":("[^"]*"|[0-9]+|\{[^}]*\})`)
)

func plainly(v any) string {
	content, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return sealed.ReplaceAllString(randomID.ReplaceAllString(string(content), "${1}_"), `"$1":0`)
}

// storyOf is all that there is of a connection: itself, its records in the order of their
// feed with every version, its collections, its work, its events and their deliveries.
func storyOf(app *apptest.App, receiver *apptest.Receiver, id fairlead.ConnectionID) (story []string) {
	app.T.Helper()
	add := func(what string, v any) { story = append(story, what+" "+plainly(v)) }
	for _, list := range []string{"accounts", "transactions", "bills", "loans", "holdings", "documents"} {
		for _, one := range apptest.List[json.RawMessage](app, "/connections/"+string(id)+"/"+list) {
			add(list, one)
		}
	}
	err := app.Server.Store.View(app.T.Context(), func(tx *store.Tx) error {
		tenants, err := tx.Tenants.List("", 1)
		if err != nil {
			return err
		}
		tenant := tenants[0].ID
		conn, err := tx.Connections.Get(tenant, string(id))
		if err != nil {
			return err
		}
		add("connection", conn)
		collections, err := tx.Collections.List(tenant, store.Query{Where: []store.Match{store.By(store.ByConnection, string(id))}, Limit: 1000})
		if err != nil {
			return err
		}
		slices.SortFunc(collections, func(a, b fairlead.Collection) int { return a.Started.Compare(b.Started) })
		for _, c := range collections {
			add("collection", c)
		}
		for position, more := int64(0), true; more; {
			page, err := tx.Records.Changes(tenant, id, position, 1000)
			if err != nil {
				return err
			}
			for _, rec := range page {
				rec.Sealed, rec.Digest = nil, 0 // under keys of its own
				position = rec.Position
				add("record", rec)
				if rec.Version > 1 {
					versions, err := tx.Records.Versions(tenant, rec.ID)
					if err != nil {
						return err
					}
					for _, v := range versions {
						v.Sealed, v.Digest = nil, 0
						add("version", v)
					}
				}
			}
			more = len(page) > 0
		}
		events, err := tx.Events.After(tenant, store.EventQuery{Subject: string(id), Limit: 1000})
		if err != nil {
			return err
		}
		for _, e := range events {
			e.Sequence = 0
			add("event", e)
		}
		work, err := tx.Work.List(tenant, store.WorkQuery{Key: string(id)})
		for _, w := range work {
			w.Attempt = 0 // a lost compare-and-swap may cost one
			add("work", w)
		}
		return err
	})
	if err != nil {
		app.T.Fatal(err)
	}
	for _, post := range receiver.Got() {
		if strings.Contains(string(post.Body), string(id)) {
			add("post", json.RawMessage(post.Body))
		}
	}
	return story
}
