package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/fairlead-dev/fairlead"
)

// migrations are plain SQL, one set for both engines, numbered by their names
// and never changed once they were released.
//
//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the database that url names up to date. What is up to date
// already is left alone.
func Migrate(ctx context.Context, url string) error {
	e, err := open(ctx, url, Options{Migrate: true})
	if err != nil {
		return err
	}
	return e.close()
}

// provider reads the embedded files, each through write, which gives an engine
// what only it needs.
func provider(dialect goose.Dialect, db *sql.DB, write func(string) string, opts ...goose.ProviderOption) (*goose.Provider, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []*goose.Migration
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s has no number: %w", name, err)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		up := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, write(string(text)))
			return err
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil))
	}
	opts = append(opts, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	return goose.NewProvider(dialect, db, nil, opts...)
}

// prepare migrates when asked to, and else refuses a database of another age.
func prepare(ctx context.Context, p *goose.Provider, migrate bool) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return unavailable("reading the schema's version", err)
	}
	switch {
	case current > target:
		return fairlead.Errorf(fairlead.Conflict, "The database has schema %d, newer than this program's %d. Run the program that wrote it, or a newer one.", current, target)
	case current == target:
		return nil
	case !migrate:
		return fairlead.Errorf(fairlead.Conflict, "The database has schema %d and needs %d. Bring it up to date first: fairlead migrate.", current, target)
	}
	if _, err := p.Up(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
		return internal("migrating: %w", err)
	}
	return nil
}
