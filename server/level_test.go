package server_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// growing are the tables that docs/reliability.md says grow for good or until
// somebody is erased: what was collected, what was told, who did what.
var growing = map[string]bool{
	"records": true, "record_versions": true, "events": true, "audit": true,
	"saved_responses": true, // by real time: their pruning has a test of its own
}

// rowsOf counts the rows of each table that is to end level.
func rowsOf(t *testing.T, file string) map[string]int {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	counts := map[string]int{}
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if growing[name] {
			continue
		}
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[name] = n
	}
	if err := tables.Err(); err != nil || len(counts) < 15 {
		t.Fatalf("%d tables, %v", len(counts), err)
	}
	return counts
}

func TestWhatNobodyCanUseAnyMoreEndsLevel(t *testing.T) {
	t.Parallel()
	endsLevel(t, false)
}

func TestSoakWhatNobodyCanUseAnyMoreEndsLevelBesideDailyCollections(t *testing.T) {
	if os.Getenv("FAIRLEAD_SOAK") == "" {
		t.Skip("set FAIRLEAD_SOAK=1")
	}
	endsLevel(t, true)
}

// endsLevel lives the same 130 days three times, with links, visits and portals, and
// compares how many rows are left after each.
func endsLevel(t *testing.T, collecting bool) {
	data := t.TempDir()
	app := apptest.Start(t, apptest.Data(data), apptest.Frozen(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	receiver := apptest.NewReceiver(t)
	app.Call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL}, nil)
	con := app.Linked("harbor", "student", "good")
	if !collecting {
		app.Call("DELETE", "/connections/"+con, nil, nil)
	}
	persons := apptest.List[struct{ ID string }](app, "/persons")
	cycle := func() map[string]int {
		for n := range 6 {
			var link struct{ ID, URL string }
			app.Call("POST", "/links", map[string]any{"person": fmt.Sprint("p", n), "hints": map[string]string{"email": "a@b.example"}}, &link)
			app.Visit(link.URL)
			if n%2 == 0 { // the others expire
				app.Call("POST", "/links/"+link.ID+"/cancel", nil, nil)
			}
		}
		var portal struct{ URL string }
		app.Call("POST", "/persons/"+persons[0].ID+"/portal", nil, &portal)
		app.Visit(portal.URL)
		app.Advance("130d")
		tenant := devCaller(app).Tenant.ID
		for _, prune := range []func(context.Context, fairlead.TenantID) error{app.Server.Verbs.Access.Prune, app.Server.Verbs.Collecting.Prune} {
			if err := prune(t.Context(), tenant); err != nil {
				t.Fatal(err)
			}
		}
		return rowsOf(t, filepath.Join(data, "fairlead.db"))
	}
	cycle()
	before := cycle()
	for table, n := range cycle() {
		if n > before[table]+before[table]/20 { // a month has not always as many days with news
			t.Errorf("%s had %d rows, and has %d after another 130 days", table, before[table], n)
		}
	}
	t.Log(before)
}
