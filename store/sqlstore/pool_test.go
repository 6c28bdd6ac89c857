package sqlstore_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// TestCallersWaitWherePostgresGivesFewerConnections: the server gives five, the pool
// may have sixteen, and thirty-two want one at once.
func TestCallersWaitWherePostgresGivesFewerConnections(t *testing.T) {
	t.Parallel()
	address := freshDatabase(t, postgresServer(t))
	if err := sqlstore.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	admin, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(t.Context())
	role := strings.ToLower(fairlead.NewID("few", time.Now()))
	for _, statement := range []string{
		"CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 5",
		"GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role,
	} {
		if _, err := admin.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		admin, err := pgx.Connect(t.Context(), address)
		if err == nil {
			admin.Exec(t.Context(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
			admin.Close(t.Context())
		}
	})
	as, err := url.Parse(address)
	if err != nil {
		t.Fatal("no address")
	}
	as.User = url.User(role)
	s := openStore(t, as.String(), sqlstore.Options{Connections: 16})
	defer s.Close()
	var callers sync.WaitGroup
	for i := range 32 {
		callers.Go(func() {
			for n := range 5 {
				if err := s.Update(t.Context(), func(tx *store.Tx) error {
					p := fairlead.Person{ID: fairlead.PersonID(fmt.Sprintf("per_%d_%d", i, n)), Tenant: "ten_1", Reference: fmt.Sprint(i, n)}
					return tx.Persons.Put("ten_1", &p)
				}); err != nil {
					t.Errorf("a caller was refused: %v", err)
				}
			}
		})
	}
	callers.Wait()
}
