package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/store/storetest"
)

func TestSQLiteIsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		return openStore(t, sqliteURL(t), sqlstore.Options{Migrate: true})
	})
}

// sqliteURL names a database that is not there yet.
func sqliteURL(t testing.TB) string {
	return "sqlite://" + filepath.Join(t.TempDir(), "data", "fairlead.db")
}
