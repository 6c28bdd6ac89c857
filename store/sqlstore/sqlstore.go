// Package sqlstore stores everything in SQLite (one node) or PostgreSQL (many).
//
// It owns the tables and the SQL that both engines run, written once for each noun.
// It does not own how a transaction begins, commits and becomes durable, nor what is
// cached: that is an engine's (store/sqlstore/sqlite, store/sqlstore/postgres), behind
// the contract in store/sqlstore/engine. The schema is in store/sqlstore/schema.
//
// The way of a link that is stored: Update → engine → fn, with a tx as the tables of
// a store.Tx (tx.go) → table[T].Put, by the SQL that its definition gave (table.go,
// tables.go) → the outbox: work, audit, events and their deliveries, which are written
// last (outbox.go) → commit → wake.
package sqlstore

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
	"github.com/fairlead-dev/fairlead/store/sqlstore/postgres"
	"github.com/fairlead-dev/fairlead/store/sqlstore/sqlite"
)

// Options change how a database is opened.
type Options struct {
	// Migrate brings an empty or older database up to date first.
	Migrate bool
	// Connections bounds the PostgreSQL connections; 0 means 16.
	Connections int
	// AuditMAC is the keyed digest that audit entries are chained with. Without it the
	// chain is not keyed: whoever writes in the database can write it anew.
	AuditMAC func(fairlead.AuditEntry) string
}

// Open opens the database that url names: sqlite:///absolute/path,
// sqlite://relative/path or postgres://…. It is Conflict when another process
// has the SQLite file, or when the database was not migrated or is newer than
// this program; Unavailable when it does not answer.
func Open(ctx context.Context, url string, opts Options) (store.Store, error) {
	e, err := open(ctx, url, opts)
	if err != nil {
		return nil, err
	}
	s := New(e).(*sqlStore)
	if opts.AuditMAC != nil {
		s.auditMAC = opts.AuditMAC
	}
	return s, nil
}

// Migrate brings the database that url names up to date. What is up to date
// already is left alone.
func Migrate(ctx context.Context, url string) error {
	e, err := open(ctx, url, Options{Migrate: true})
	if err != nil {
		return err
	}
	return e.Close()
}

func open(ctx context.Context, address string, opts Options) (engine.Engine, error) {
	file, isFile, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	if isFile {
		return orNil(sqlite.Open(ctx, file, opts.Migrate))
	}
	return orNil(postgres.Open(ctx, address, opts.Connections, opts.Migrate))
}

// orNil makes no engine of a nil pointer.
func orNil[E engine.Engine](e E, err error) (engine.Engine, error) {
	if err != nil {
		return nil, err
	}
	return e, nil
}

// parseAddress reports which engine an address means, and the file for SQLite.
func parseAddress(address string) (file string, isFile bool, err error) {
	if path, ok := strings.CutPrefix(address, "sqlite://"); ok {
		file, err := url.PathUnescape(path)
		if err != nil || file == "" || strings.ContainsAny(path, "?#") {
			return "", false, fairlead.Errorf(fairlead.Invalid, "A SQLite address is sqlite:///absolute/path or sqlite://relative/path, without options.")
		}
		return file, true, nil
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return "", false, nil
	}
	return "", false, fairlead.Errorf(fairlead.Invalid, "A store's address begins with sqlite:// or postgres://.")
}

type sqlStore struct {
	engine   engine.Engine
	tables   *tables
	created  createdSequence
	rotation rotation
	auditMAC func(fairlead.AuditEntry) string
}

var _ store.Store = (*sqlStore)(nil)

// New makes a store of an engine whose schema is up to date.
func New(e engine.Engine) store.Store {
	return &sqlStore{engine: e, tables: newTables(), auditMAC: unkeyed}
}

// unkeyed is a digest for who has no key.
func unkeyed(e fairlead.AuditEntry) string { return fairlead.TokenHash(e.Text()) }

func (s *sqlStore) View(ctx context.Context, fn func(*store.Tx) error) error {
	if u := store.UnitOf(ctx); u != nil {
		return u.View(ctx, s.view, fn)
	}
	return s.view(ctx, fn)
}

func (s *sqlStore) Update(ctx context.Context, fn func(*store.Tx) error) error {
	if u := store.UnitOf(ctx); u != nil {
		return u.Update(ctx, s.begin, fn)
	}
	return s.begin(ctx, fn)
}

func (s *sqlStore) view(ctx context.Context, fn func(*store.Tx) error) error {
	return s.engine.View(ctx, func(e *engine.Tx) error { return fn(s.tx(e).store()) })
}

func (s *sqlStore) begin(ctx context.Context, fn func(*store.Tx) error) error {
	return s.update(ctx, func(tx *tx) error { return fn(tx.store()) })
}

// update runs fn, and writes its outbox when the engine flushes.
func (s *sqlStore) update(ctx context.Context, fn func(*tx) error) error {
	return s.engine.Update(ctx, func(e *engine.Tx) error { return fn(s.tx(e)) }, func(e *engine.Tx) error { return s.tx(e).flush() })
}

func (s *sqlStore) Queue() store.Queue { return queue{s} }

func (s *sqlStore) Ping(ctx context.Context) error {
	err := s.engine.View(ctx, func(e *engine.Tx) error {
		_, err := number(s.tx(e), "SELECT count(*) FROM tenants WHERE id = ''")
		return err
	})
	return cmp.Or(err, s.engine.Failed())
}

func (s *sqlStore) Scrub(ctx context.Context) error { return s.engine.Scrub(ctx) }

func (s *sqlStore) Check(ctx context.Context) error { return s.engine.Check(ctx) }

func (s *sqlStore) Close() error { return s.engine.Close() }

// internal is our own mistake.
func internal(format string, args ...any) error { return engine.Internal(format, args...) }
