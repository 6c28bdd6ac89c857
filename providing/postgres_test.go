package providing_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestEverythingHereHoldsOnPostgreSQLToo(t *testing.T) {
	t.Parallel()
	apptest.AgainOnPostgres(t)
}
