package sqlstore_test

import (
	"context"
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
	migrated := freshDatabase(t, server)
	if err := sqlstore.Migrate(t.Context(), migrated); err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, func(t *testing.T) store.Store {
		return openStore(t, copyOf(t, server, migrated), sqlstore.Options{Connections: 4})
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

// freshDatabase makes an empty database, whose language sorts differently from
// bytes where the server has such a one, and drops it after the test.
func freshDatabase(t testing.TB, server string) string {
	return makeDatabase(t, server, " TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", " TEMPLATE template0 ENCODING 'UTF8'")
}

// copyOf copies a database that nobody uses.
func copyOf(t testing.TB, server, address string) string {
	from, err := url.Parse(address)
	if err != nil {
		t.Fatal("the database to copy has no address")
	}
	return makeDatabase(t, server, " TEMPLATE "+strings.TrimPrefix(from.Path, "/"))
}

// makeDatabase makes a database in the first of the ways that works.
func makeDatabase(t testing.TB, server string, ways ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connecting to the test server: %v", err)
	}
	defer admin.Close(ctx)
	name := strings.ToLower(fairlead.NewID("fairlead_test", time.Now()))
	for _, way := range ways {
		if _, err = admin.Exec(ctx, "CREATE DATABASE "+name+way); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatalf("making a database: %v", err)
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
		t.Fatal("FAIRLEAD_TEST_POSTGRES is no address")
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
