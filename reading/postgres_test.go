package reading_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// onPostgres names the variable under which the tests of this package run on
// PostgreSQL instead of SQLite.
const onPostgres = "FAIRLEAD_TEST_ON_POSTGRES"

// address is that of a new, empty database of a test.
func address(t testing.TB, folder string) string {
	t.Helper()
	if os.Getenv(onPostgres) != "" {
		return apptest.Postgres(t)
	}
	return "sqlite://" + filepath.Join(folder, "fairlead.db")
}

func TestEverythingHereHoldsOnPostgreSQLToo(t *testing.T) {
	t.Parallel()
	if os.Getenv(onPostgres) != "" {
		return // this is that
	}
	apptest.Postgres(t) // skips where there is none
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.timeout=10m", "-test.parallel=4")
	again.Env = append(os.Environ(), onPostgres+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
