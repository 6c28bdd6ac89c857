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
			_, err := tx.ExecContext(ctx, rewrite(string(text)))
			return err
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil))
	}
	opts = append(opts, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	return goose.NewProvider(dialect, db, nil, opts...)
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
