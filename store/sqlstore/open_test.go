package sqlstore_test

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

func TestOpenRefusesAnAddressThatIsNoStore(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "sqlite://", "sqlite:///a.db?mode=memory", "mysql://x", "/a.db",
		"postgres://%zz:secret@host/x", "postgres://u:secret@h:port/x",
	} {
		_, err := sqlstore.Open(t.Context(), address, sqlstore.Options{})
		if !fairlead.Is(err, fairlead.Invalid) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q gave %v", address, err)
		}
	}
}

func TestAPathMayHoldAnything(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "with space & %41 é", "a#b.db")
	address := "sqlite://" + strings.NewReplacer("%", "%25", "#", "%23").Replace(file)
	openStore(t, address, sqlstore.Options{Migrate: true}).Close()
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
}

func TestASecondOpenOfAFileIsRefusedByName(t *testing.T) {
	t.Parallel()
	address := sqliteURL(t)
	first := openStore(t, address, sqlstore.Options{Migrate: true})
	_, err := sqlstore.Open(t.Context(), address, sqlstore.Options{})
	file := strings.TrimPrefix(address, "sqlite://")
	if !fairlead.Is(err, fairlead.Conflict) || !strings.Contains(err.Error(), file+".lock") {
		t.Fatalf("the second Open gave %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatalf("closing twice: %v", err)
	}
	openStore(t, address, sqlstore.Options{}).Close()
}

func TestASecondProcessIsRefusedAndLearnsWhoHasTheFile(t *testing.T) {
	t.Parallel()
	address := sqliteURL(t)
	defer openStore(t, address, sqlstore.Options{Migrate: true}).Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), childAddress+"="+address)
	out, err := child.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "is in use by process") {
		t.Fatalf("the second process said %q, %v", out, err)
	}
}

func TestOpenRefusesADatabaseThatWasNotMigrated(t *testing.T) {
	t.Parallel()
	refusesUnmigrated(t, sqliteURL(t))
}

func TestOpenRefusesAPostgresDatabaseThatWasNotMigrated(t *testing.T) {
	t.Parallel()
	refusesUnmigrated(t, freshDatabase(t, postgresServer(t)))
}

func refusesUnmigrated(t *testing.T, address string) {
	if _, err := sqlstore.Open(t.Context(), address, sqlstore.Options{}); !fairlead.Is(err, fairlead.Conflict) {
		t.Fatalf("Open gave %v", err)
	}
	for range 2 {
		if err := sqlstore.Migrate(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	}
	openStore(t, address, sqlstore.Options{}).Close()
	writeVersion(t, address, 99999)
	for _, migrate := range []bool{false, true} {
		_, err := sqlstore.Open(t.Context(), address, sqlstore.Options{Migrate: migrate})
		if !fairlead.Is(err, fairlead.Conflict) || !strings.Contains(err.Error(), "newer") {
			t.Fatalf("Open of a newer database gave %v", err)
		}
	}
}

// writeVersion makes the database as if a later program had migrated it.
func writeVersion(t *testing.T, address string, version int) {
	driver := "pgx"
	if file, ok := strings.CutPrefix(address, "sqlite://"); ok {
		driver, address = "sqlite", file
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)", version, true); err != nil {
		t.Fatal(err)
	}
}

func TestAPostgresServerThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, err := sqlstore.Open(ctx, "postgres://u:secret@127.0.0.1:1/x", sqlstore.Options{})
	if !fairlead.Is(err, fairlead.Unavailable) || strings.Contains(err.Error(), "secret") {
		t.Fatalf("Open gave %v", err)
	}
}

// TestNodesOfPostgresWakeOneAnother: what one enqueues, another is woken for.
func TestNodesOfPostgresWakeOneAnother(t *testing.T) {
	t.Parallel()
	address := freshDatabase(t, postgresServer(t))
	one := openStore(t, address, sqlstore.Options{Migrate: true})
	defer one.Close()
	other := openStore(t, address, sqlstore.Options{})
	defer other.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	woken := func() {
		select {
		case <-other.Queue().Wake():
		case <-ctx.Done():
			t.Fatal("the other node was not woken")
		}
	}
	woken() // once it listens
	if err := one.Update(ctx, func(tx *store.Tx) error { return writeCause(tx, "per_1") }); err != nil {
		t.Fatal(err)
	}
	woken()
}
