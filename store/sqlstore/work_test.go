package sqlstore_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// TestWorkThatStaysAsItIsIsNotWritten: many events make the same queue and the same
// pruning due.
func TestWorkThatStaysAsItIsIsNotWritten(t *testing.T) {
	t.Parallel()
	address := sqliteURL(t)
	s := openStore(t, address, sqlstore.Options{Migrate: true})
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(address, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	reader, err := db.Conn(t.Context()) // a version is one connection's
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	version := func() (n int64) {
		t.Helper()
		if err := reader.QueryRowContext(t.Context(), "PRAGMA data_version").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	now := time.Now()
	update := func(fn func(*store.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *store.Tx) error {
		return tx.Tenants.Put(&fairlead.Tenant{ID: "ten_1", Name: "a", Environment: fairlead.Live})
	})
	due := func(at time.Time) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			if _, err := tx.Tenants.Get("ten_1"); err != nil { // whose clock says that it is not due yet
				return err
			}
			return tx.Work.Due(fairlead.Work{Tenant: "ten_1", Kind: fairlead.DeliverWork, Key: "whe_1", ConcurrencyKey: "whe_1", Due: at})
		}
	}
	written := func(what string, want bool, fn func(*store.Tx) error) {
		t.Helper()
		before := version()
		update(fn)
		if got := version() != before; got != want {
			t.Errorf("%s: written is %v, want %v", what, got, want)
		}
	}
	written("work that is new", true, due(now.Add(2*time.Hour)))
	written("the same work", false, due(now.Add(2*time.Hour)))
	written("the same work, later", false, due(now.Add(3*time.Hour)))
	written("the same work, earlier", true, due(now.Add(-time.Hour)))
	if claimed, err := s.Queue().Claim(t.Context(), store.ClaimRequest{Owner: "n", Lease: time.Minute, Now: now, Limit: 1}); err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %v, %v", claimed, err)
	}
	written("work that runs", true, due(now))
	written("work that runs and is due again", false, due(now))
}
