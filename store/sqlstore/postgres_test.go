package sqlstore_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/store/storetest"
)

func TestPostgresIsAStore(t *testing.T) {
	t.Parallel()
	server := postgresServer(t)
	storetest.Run(t, func(t *testing.T) store.Store {
		return openStore(t, freshDatabase(t, server), sqlstore.Options{Migrate: true, Connections: 4})
	})
}

// postgresServer is where databases can be made, or the end of the test.
func postgresServer(t testing.TB) string {
	server := os.Getenv("FAIRLEAD_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("FAIRLEAD_TEST_POSTGRES is not set: in CI the PostgreSQL tests must run")
		}
		t.Skip("FAIRLEAD_TEST_POSTGRES is not set: it names a PostgreSQL server where databases can be made")
	}
	return server
}

// freshDatabase makes a database, whose language sorts differently from bytes
// where the server has such a one, and drops it after the test.
func freshDatabase(t testing.TB, server string) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connecting to the test server: %v", err)
	}
	defer admin.Close(ctx)
	name := "fairlead_" + strings.ToLower(strings.TrimPrefix(fairlead.NewID("test", time.Now()), "test_"))
	create := "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'"
	if _, err := admin.Exec(ctx, create+" LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"); err != nil {
		if _, err := admin.Exec(ctx, create); err != nil {
			t.Fatalf("making a database: %v", err)
		}
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		admin, err := pgx.Connect(ctx, server)
		if err == nil {
			defer admin.Close(ctx)
			_, err = admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		}
		if err != nil {
			t.Errorf("dropping the database: %v", err)
		}
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(fmt.Errorf("FAIRLEAD_TEST_POSTGRES is no address"))
	}
	address.Path = "/" + name
	return address.String()
}

func openStore(t testing.TB, address string, opts sqlstore.Options) store.Store {
	t.Helper()
	s, err := sqlstore.Open(context.Background(), address, opts)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}
