// Package sqlstore keeps everything in SQLite (one node) or PostgreSQL (many).
//
// It owns the tables, their migrations and all SQL; nothing above it knows a
// statement. One SQL text, written once per noun, runs on both engines: a
// table[T] says which keys a noun is searched by, and a drawer[T] is that table
// inside one transaction. sqlite.go and postgres.go hold what differs: how a
// transaction begins and commits, how lists are passed, how rows are skipped
// when another node holds them, and how nodes wake one another.
//
// The flow: Open → engine; Update → session (on SQLite several share a commit:
// sqlite_writer.go) → drawers → flush (work, audit, events and their notices, as
// the last statements) → commit → sync → wake.
package sqlstore

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Options change how a database is opened.
type Options struct {
	// Migrate brings an empty or older database up to date first.
	Migrate bool
	// Connections bounds the PostgreSQL connections; 0 means 16.
	Connections int
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
	return &sqlStore{engine: e}, nil
}

func open(ctx context.Context, address string, opts Options) (engine, error) {
	file, isFile, err := place(address)
	if err != nil {
		return nil, err
	}
	if isFile {
		return openSQLite(ctx, file, opts)
	}
	return openPostgres(ctx, address, opts)
}

// place tells which engine an address means, and the file for SQLite.
func place(address string) (file string, isFile bool, err error) {
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

// engine is what differs between SQLite and PostgreSQL.
type engine interface {
	// view and update run fn in a transaction; update commits durably.
	view(ctx context.Context, fn func(*session) error) error
	update(ctx context.Context, fn func(*session) error) error
	ping(ctx context.Context) error
	close() error
	woken() *wake
	order() *birthOrder

	// shared tells that others may write while a transaction runs.
	shared() bool
	// among reads columns of the records that fit conditions and whose column is
	// in the list that parameter n holds, by one look into the index for each;
	// list makes such a parameter.
	among(columns, conditions, column string, n int) string
	list(values []string) any
	// forUpdate and skipLocked end a SELECT that locks what it reads.
	forUpdate() string
	skipLocked() string
	// holdLane keeps other claimers out of a lane until the transaction ends,
	// or tells that one is in it.
	holdLane(s *session, lane string) (bool, error)
	// writeRecords upserts a page in one statement; the first gets the position
	// first. It returns how many rows it wrote.
	writeRecords(s *session, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record, first int64) (int64, error)
	// lease claims waiting rows for their Owner until their Lease.
	lease(s *session, rows []fairlead.Work) error
}

type sqlStore struct {
	engine engine
	turn   claimTurn
}

var _ store.Store = (*sqlStore)(nil)

func (s *sqlStore) View(ctx context.Context, fn func(*store.Tx) error) error {
	return s.engine.view(ctx, func(se *session) error { return fn(se.tx()) })
}

func (s *sqlStore) Update(ctx context.Context, fn func(*store.Tx) error) error {
	return s.engine.update(ctx, func(se *session) error { return fn(se.tx()) })
}

func (s *sqlStore) Queue() store.Queue { return queue{s.engine, &s.turn} }

func (s *sqlStore) Ping(ctx context.Context) error { return s.engine.ping(ctx) }

func (s *sqlStore) Close() error { return s.engine.close() }

// unavailable says that the database cannot do it now.
func unavailable(doing string, err error) error {
	return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "The database is not available.", Err: fmt.Errorf("sqlstore: %s: %w", doing, err)}
}

// internal is our own mistake.
func internal(format string, args ...any) error {
	return &fairlead.Error{Kind: fairlead.Internal, Err: fmt.Errorf("sqlstore: "+format, args...)}
}
