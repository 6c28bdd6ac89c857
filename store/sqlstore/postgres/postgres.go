// Package postgres is the engine of many nodes that share one database.
//
// It owns the connections and their limits, how a transaction that lost against
// others runs again, the statements that PostgreSQL wants written its own way
// (statements.go), and how nodes wake one another (notify.go). Tables and their SQL are sqlstore's.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
	"github.com/fairlead-dev/fairlead/store/sqlstore/schema"
)

// Database is one database that many nodes share. Update runs at read committed:
// what it changes is protected by versions and by the rows it locks, not by a level
// of isolation, which would fail every second writer of a feed. Where a version was
// lost on what the same transaction had read, it runs again, so that a caller sees
// what it would see on SQLite.
type Database struct {
	pool     *pool
	wake     engine.Wake
	notifier *notifier

	scrubbing scrubbing
}

var _ engine.Engine = (*Database)(nil)

const (
	// maxAttempts is how often a transaction runs that lost against others.
	maxAttempts = 12
	// defaultConnections is how many there are when nobody says.
	defaultConnections = 16
)

// limits bound every wait on the server's side.
var limits = map[string]string{
	"application_name":                    "fairlead",
	"statement_timeout":                   "30s",
	"lock_timeout":                        "10s",
	"idle_in_transaction_session_timeout": "60s",
}

// Open opens the database at an address, with so many connections (0: the usual).
func Open(ctx context.Context, address string, connections int, migrate bool) (*Database, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil { // its text holds the address, and that a password
		return nil, fairlead.Errorf(fairlead.Invalid, "The PostgreSQL address can't be read.")
	}
	if err := prepare(ctx, config, migrate); err != nil {
		return nil, err
	}
	for name, value := range limits {
		config.RuntimeParams[name] = value
	}
	if connections <= 0 {
		connections = defaultConnections
	}
	d := &Database{pool: newPool(stdlib.OpenDB(*config), connections), wake: engine.NewWake()}
	d.notifier = startNotifier(config, d)
	return d, nil
}

// prepare migrates or checks the schema, without the limits that hold later, and
// makes sure that a commit is durable when it is answered.
func prepare(ctx context.Context, config *pgx.ConnConfig, migrate bool) error {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	var durable, encoding string
	connecting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := db.QueryRowContext(connecting, "SELECT current_setting('synchronous_commit'), current_setting('server_encoding')").Scan(&durable, &encoding); err != nil {
		return classify("connecting", err)
	}
	if encoding != "UTF8" {
		return fairlead.Errorf(fairlead.Invalid, "The PostgreSQL database has the encoding %s. Make one with UTF8.", encoding)
	}
	if durable == "off" {
		config.RuntimeParams["synchronous_commit"] = "on"
	}
	one, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return engine.Internal("making the migration's lock: %w", err)
	}
	return schema.Prepare(ctx, goose.DialectPostgres, db, migrate, bytewise, goose.WithSessionLocker(one))
}

var textType = regexp.MustCompile(`\btext\b`)

// bytewise orders every text by its bytes, as SQLite does, whatever language
// the database was made for: pages and prefixes depend on it.
func bytewise(text string) string { return textType.ReplaceAllString(text, `text COLLATE "C"`) }

// View runs fn at repeatable read.
func (d *Database) View(ctx context.Context, fn func(*engine.Tx) error) error {
	c, w, err := d.pool.take(ctx)
	if err != nil {
		return err
	}
	defer d.pool.giveBack(c, w)
	sqlTx, err := c.BeginTx(w, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return w.classify("beginning", err)
	}
	defer sqlTx.Rollback()
	w.answered()
	tx := &engine.Tx{Conn: conn{sqlTx, w}, Cache: engine.NoCache{}}
	return tx.Run(fn)
}

// Update runs fn and flush, again where they lost a race. A caller that leaves does not
// stop it once it has begun; a server that does not answer does, and then nobody knows
// whether a commit under way was made.
func (d *Database) Update(ctx context.Context, fn, flush func(*engine.Tx) error) error {
	c, w, err := d.pool.take(ctx)
	if err != nil {
		return err
	}
	defer d.pool.giveBack(c, w)
	for n := 1; ; n++ {
		tx := &engine.Tx{Write: true, Cache: engine.NoCache{}, Races: engine.NewRaces()}
		err := attempt(w, c, tx, fn, flush)
		if err == nil {
			tx.Committed(false)
			if tx.Outbox.Wake {
				d.wake.Signal()
				d.notifier.notify()
			}
			return nil
		}
		if n == maxAttempts || !(tx.Races.Lost() || lostRace(err) || lostRace(tx.Err())) {
			return err
		}
		time.Sleep(time.Duration(rand.Int64N(int64(n * n * int(time.Millisecond)))))
	}
}

// attempt runs a transaction once.
func attempt(w *watch, c *sql.Conn, tx *engine.Tx, fn, flush func(*engine.Tx) error) error {
	sqlTx, err := c.BeginTx(w, nil)
	if err != nil {
		return w.classify("beginning", err)
	}
	defer sqlTx.Rollback() // nothing, once it is committed
	w.answered()
	tx.Conn = conn{sqlTx, w}
	if err := tx.Run(fn, flush); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		tx.Undo()
		return w.classify("committing", err)
	}
	w.answered()
	return nil
}

// lostRace reports whether running the transaction again may help: a serialization
// failure, a deadlock, or a unique key that was taken between our read and our write.
func lostRace(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}

// classify separates what passes from what we did wrong.
func classify(doing string, err error) error {
	if errors.Is(err, sql.ErrConnDone) || strings.Contains(err.Error(), "database is closed") {
		return engine.Closed()
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok { // the network, a context, a server that went away
		return engine.Unavailable(doing, err)
	}
	if e.Code == "53100" {
		return engine.StorageFull(doing, err)
	}
	switch e.Code[:2] {
	case "08", "40", "53", "55", "57", "58", "28": // connection, rollback, resources, locks, operator, system, login
		return engine.Unavailable(doing, err)
	case "23":
		return &fairlead.Error{Kind: fairlead.Conflict, Detail: "Something unique is taken.", Err: fmt.Errorf("%w: postgres: %s: %w", store.ErrStale, doing, err)}
	}
	return engine.Internal("%s: %w", doing, err)
}

// Wake signals after commits, here and on other nodes.
func (d *Database) Wake() <-chan struct{} { return d.wake }

// Failed: whatever failed here, the server may do again.
func (d *Database) Failed() error { return nil }

// Check finds nothing: the server has its own checksums.
func (d *Database) Check(context.Context) error { return nil }

// Close ends the notifier first: it uses the pool.
func (d *Database) Close() error {
	d.notifier.stop()
	return d.pool.db.Close()
}

// conn is one transaction; the driver prepares each text once per connection.
type conn struct {
	tx *sql.Tx
	w  *watch
}

func (c conn) Exec(query string, args ...any) (int64, error) {
	result, err := c.tx.ExecContext(c.w, query, args...)
	if err != nil {
		return 0, c.w.classify("writing", err)
	}
	c.w.answered()
	return result.RowsAffected()
}

func (c conn) Query(query string, args ...any) (*sql.Rows, error) {
	rows, err := c.tx.QueryContext(c.w, query, args...)
	if err != nil {
		return nil, c.w.classify("reading", err)
	}
	c.w.answered()
	return rows, nil
}

func (c conn) Fault(doing string, err error) error { return c.w.classify(doing, err) }
