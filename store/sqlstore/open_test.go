package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

func TestADatabaseOfTheReleaseBeforeIsBroughtUpToDateWithAllThatItHas(t *testing.T) {
	t.Parallel()
	upgradesFromTwo(t, sqliteURL(t))
}

func TestAPostgresDatabaseOfTheReleaseBeforeIsBroughtUpToDateWithAllThatItHas(t *testing.T) {
	t.Parallel()
	upgradesFromTwo(t, freshDatabase(t, postgresServer(t)))
}

// fromFive takes back what schemas 6 and 7 changed in a database, as if it had never been there.
func fromFive(t *testing.T, address string) {
	for _, statement := range []string{
		"DROP TABLE operators", "DROP INDEX deliveries_failure", "ALTER TABLE deliveries DROP COLUMN failure",
		"DROP INDEX connections_status", "DELETE FROM goose_db_version WHERE version_id IN (6, 7)",
	} {
		execute(t, address, statement)
	}
}

// fromFour takes back what schema 5 changed too.
func fromFour(t *testing.T, address string) {
	fromFive(t, address)
	for _, statement := range []string{
		"DROP INDEX tokens_subject", "CREATE INDEX tokens_subject ON tokens (tenant, kind, subject, created)",
		"ALTER TABLE templates ADD COLUMN token text", "CREATE UNIQUE INDEX templates_token ON templates (tenant, token)",
		"UPDATE records SET ref_hash = 7 WHERE ref <> ''",
		"DELETE FROM goose_db_version WHERE version_id = 5",
	} {
		execute(t, address, statement)
	}
}

func TestTokensOfADatabaseBeforeKnownOnesAreFoundAsBefore(t *testing.T) {
	t.Parallel()
	findsOldTokens(t, sqliteURL(t))
}

func TestTokensOfAPostgresDatabaseBeforeKnownOnesAreFoundAsBefore(t *testing.T) {
	t.Parallel()
	findsOldTokens(t, freshDatabase(t, postgresServer(t)))
}

// findsOldTokens has a link's token and a template's as the release before stored them.
func findsOldTokens(t *testing.T, address string) {
	const tenant = fairlead.TenantID("ten_1")
	expires := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	opens := fairlead.Token{Kind: fairlead.LinkToken, Name: "one", Tenant: tenant, Subject: "lnk_1", Expires: expires}
	template := fairlead.Template{ID: "lkt_1", Tenant: tenant, Application: "app_1", Token: "t", Name: "n"}
	leads := fairlead.Token{Kind: fairlead.TemplateToken, Name: "two", Tenant: tenant, Subject: "lkt_1"}
	s := openStore(t, address, sqlstore.Options{Migrate: true})
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.Tokens.Put(&opens), tx.Tokens.Put(&leads), tx.Templates.Put(tenant, &template))
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	fromFour(t, address)
	execute(t, address, "UPDATE templates SET token = 't'")
	s = openStore(t, address, sqlstore.Options{Migrate: true})
	defer s.Close()
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		of, err := tx.Tokens.Of(tenant, fairlead.LinkToken, "lnk_1")
		if err == nil && (len(of) != 1 || of[0].Name != "one") {
			t.Errorf("the link is opened by %+v", of)
		}
		found, getErr := tx.Tokens.Get(fairlead.TemplateToken, "two")
		if getErr == nil && found.Subject != "lkt_1" {
			t.Errorf("the template's token leads to %q", found.Subject)
		}
		still, templateErr := tx.Templates.Get(tenant, "lkt_1")
		if templateErr == nil && still.Token != "t" {
			t.Errorf("the template became %+v", still)
		}
		n, pruneErr := tx.Tokens.Prune(tenant, expires.Add(time.Second), 10)
		if pruneErr == nil && n != 1 {
			t.Errorf("%d tokens were pruned", n)
		}
		return errors.Join(err, getErr, templateErr, pruneErr)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fromThree takes from a database what schemas 4 and 5 added, as if it had never been there.
func fromThree(t *testing.T, address string) {
	fromFour(t, address)
	for _, statement := range []string{
		"DROP INDEX records_ref_hash", "DROP INDEX records_by_account", "ALTER TABLE records DROP COLUMN ref_hash", "ALTER TABLE records DROP COLUMN digest",
		"CREATE INDEX records_ref ON records (tenant, connection, kind, ref)",
		"CREATE INDEX records_by_account ON records (tenant, account, kind, day, id) WHERE removed = 0",
		"DELETE FROM goose_db_version WHERE version_id = 4",
	} {
		execute(t, address, statement)
	}
}

func TestRecordsOfAnOlderDatabaseAreFoundByTheirRefs(t *testing.T) {
	t.Parallel()
	findsOldRefs(t, sqliteURL(t), fromThree, 0)
	findsOldRefs(t, sqliteURL(t), fromFour, 1)
}

func TestRecordsOfAnOlderPostgresDatabaseAreFoundByTheirRefs(t *testing.T) {
	t.Parallel()
	findsOldRefs(t, freshDatabase(t, postgresServer(t)), fromThree, 0)
	findsOldRefs(t, freshDatabase(t, postgresServer(t)), fromFour, 1)
}

// findsOldRefs has more records than the migration reads at once, of which some are erased.
func findsOldRefs(t *testing.T, address string, takeBack func(*testing.T, string), digest uint64) {
	const tenant, rows = fairlead.TenantID("ten_1"), 1201
	s := openStore(t, address, sqlstore.Options{Migrate: true})
	var records []fairlead.Record
	for n := range rows {
		records = append(records, fairlead.Record{
			ID: fairlead.RecordID(fmt.Sprintf("txn_%04d", n)), Tenant: tenant, Connection: "con_1", Account: "acc_1", Kind: fairlead.TransactionRecord,
			Ref: fmt.Sprintf("ref-%d", n), Body: []byte("{}"), Digest: 1,
		})
	}
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		for page := range slices.Chunk(records, 1000) {
			if err := tx.Records.Upsert(tenant, "con_1", page); err != nil {
				return err
			}
		}
		_, err := tx.Records.Erase(tenant, "con_1", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	takeBack(t, address)
	s = openStore(t, address, sqlstore.Options{Migrate: true})
	defer s.Close()
	err = s.View(t.Context(), func(tx *store.Tx) error {
		found, err := tx.Records.Match(tenant, "con_1", fairlead.TransactionRecord, "acc_1", []string{"ref-0", "ref-1", "ref-700", "ref-1200"})
		if err == nil && (len(found) != 3 || found[0].ID != "txn_0001" || found[2].ID != "txn_0700" || found[0].Digest != digest) {
			t.Errorf("found %+v", found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// upgradesFromTwo takes from a database what schemas 3 to 5 added, as if it had never
// been there, and opens it again.
func upgradesFromTwo(t *testing.T, address string) {
	const tenant = fairlead.TenantID("ten_1")
	old := fairlead.Connection{ID: "con_1", Tenant: tenant, Institution: "ins_1", Status: fairlead.ConnectionActive}
	s := openStore(t, address, sqlstore.Options{Migrate: true})
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Connections.Put(tenant, &old) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fromThree(t, address)
	for _, statement := range []string{
		"DROP INDEX connections_upstream", "ALTER TABLE connections DROP COLUMN upstream", "DROP TABLE institutions", "DROP TABLE providers", "DROP TABLE setup_tokens",
		"DELETE FROM goose_db_version WHERE version_id = 3",
	} {
		execute(t, address, statement)
	}
	if _, err := sqlstore.Open(t.Context(), address, sqlstore.Options{}); !fairlead.Is(err, fairlead.Conflict) {
		t.Fatalf("opened without a migration: %v", err)
	}
	s = openStore(t, address, sqlstore.Options{Migrate: true})
	defer s.Close()
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Connections.Get(tenant, "con_1")
		if err != nil {
			return err
		}
		c.Upstream = "item-1"
		if err := tx.Connections.Put(tenant, &c); err != nil {
			return err
		}
		if err := tx.Providers.Put(tenant, &fairlead.Provider{ID: "prv_1", Tenant: tenant, Connector: "plaid"}); err != nil {
			return err
		}
		_, err = tx.Institutions.Put(tenant, []fairlead.Institution{{ID: "plaid_1", Provider: "prv_1"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Connections.Find(tenant, store.By(store.ByUpstream, "item-1"))
		if err == nil && (c.ID != old.ID || c.Status != old.Status) {
			t.Errorf("the connection became %+v", c)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// writeVersion makes the database as if a later program had migrated it.
func writeVersion(t *testing.T, address string, version int) {
	execute(t, address, "INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)", version, true)
}

// execute runs a statement of its own in a database that nobody uses.
func execute(t *testing.T, address, statement string, args ...any) {
	t.Helper()
	driver := "pgx"
	if file, ok := strings.CutPrefix(address, "sqlite://"); ok {
		driver, address = "sqlite", file
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement, args...); err != nil {
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
