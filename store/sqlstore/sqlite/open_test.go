package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/store/sqlstore/sqlite"
)

// newStore is a store on a new file.
func newStore(t *testing.T) (store.Store, *sqlite.Database) {
	return openStore(t, filepath.Join(t.TempDir(), "data", "fairlead.db"), true)
}

func openStore(t *testing.T, file string, migrate bool) (store.Store, *sqlite.Database) {
	t.Helper()
	d, err := sqlite.Open(t.Context(), file, migrate)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return sqlstore.New(d), d
}
