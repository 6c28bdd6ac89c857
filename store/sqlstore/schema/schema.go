// Package schema holds the tables, as migrations in plain SQL, and brings a
// database up to date. One set of files serves both engines, numbered by their names
// and never changed once they were released.
package schema

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

//go:embed *.sql
var migrations embed.FS

// Prepare migrates when asked to, and else refuses a database of another version. Each
// file goes through rewrite, which gives an engine what only it needs.
func Prepare(ctx context.Context, dialect goose.Dialect, db *sql.DB, migrate bool, rewrite func(string) string, opts ...goose.ProviderOption) error {
	p, err := provider(dialect, db, rewrite, opts...)
	if err != nil {
		return engine.Internal("reading migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return engine.Unavailable("reading the schema's version", err)
	}
	switch {
	case current > target:
		return fairlead.Errorf(fairlead.Conflict,
			"The database has schema %d, newer than this program's %d. Run the program that wrote it, or a newer one.", current, target)
	case current == target:
		return nil
	case !migrate:
		return fairlead.Errorf(fairlead.Conflict,
			"The database has schema %d and needs %d. Bring it up to date first: fairlead migrate.", current, target)
	}
	if _, err := p.Up(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
		return engine.Internal("migrating: %w", err)
	}
	return nil
}

func provider(dialect goose.Dialect, db *sql.DB, rewrite func(string) string, opts ...goose.ProviderOption) (*goose.Provider, error) {
	names, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return nil, err
	}
	var steps []*goose.Migration
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s has no number: %w", name, err)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		up := func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, rewrite(string(text))); err != nil {
				return err
			}
			if fill := fills[version]; fill != nil {
				return fill(ctx, tx)
			}
			return nil
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil))
	}
	opts = append(opts, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	return goose.NewProvider(dialect, db, nil, opts...)
}

// fills are what a migration does to the rows that are there, where SQL can't.
var fills = map[int64]func(context.Context, *sql.Tx) error{4: fillRefHashes, 5: fillRefHashes}

// fillRefHashes gives records of before their ref_hash: they had none, or one by which
// those of an account lay apart.
func fillRefHashes(ctx context.Context, tx *sql.Tx) error {
	const page = 500
	set, err := tx.PrepareContext(ctx, "UPDATE records SET ref_hash = $3 WHERE tenant = $1 AND id = $2")
	if err != nil {
		return err
	}
	defer set.Close()
	for last, more := (fairlead.Record{}), true; more; {
		found, err := readRefs(ctx, tx, last, page)
		if err != nil {
			return err
		}
		for _, r := range found {
			if r.Ref == "" { // erased
				continue
			}
			if _, err := set.ExecContext(ctx, string(r.Tenant), string(r.ID), engine.RefHash(r)); err != nil {
				return err
			}
		}
		if more = len(found) == page; more {
			last = found[page-1]
		}
	}
	return nil
}

// readRefs reads a page of records as far as their ref_hash needs it.
func readRefs(ctx context.Context, tx *sql.Tx, after fairlead.Record, page int) (found []fairlead.Record, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT tenant, id, connection, account, kind, ref FROM records
		WHERE (tenant, id) > ($1, $2) ORDER BY tenant, id LIMIT $3`, string(after.Tenant), string(after.ID), page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r fairlead.Record
		if err := rows.Scan(&r.Tenant, &r.ID, &r.Connection, &r.Account, &r.Kind, &r.Ref); err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// Latest is the schema that this program reads and writes.
func Latest() (version int64) {
	names, _ := fs.Glob(migrations, "*.sql")
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			version = max(version, n)
		}
	}
	return version
}
