package sqlstore

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
)

// postgres is one database that many nodes share. Update runs at read
// committed: what it changes is kept right by versions and by the rows it
// locks, not by a level of isolation, which would fail every second writer of
// a feed. Where a version was lost on what the same transaction had read, it
// runs again, so that a caller sees what it would see on SQLite.
type postgres struct {
	db     *sql.DB
	tables *catalogue
	wake   *wake
	births birthOrder
	hints  *hints
}

var _ engine = (*postgres)(nil)

const (
	// attempts is how often a transaction runs that lost against others.
	attempts = 12
	// usualConnections is how many there are when Options does not say.
	usualConnections = 16
)

// limits bound every wait on the server's side.
var limits = map[string]string{
	"application_name":                    "fairlead",
	"statement_timeout":                   "30s",
	"lock_timeout":                        "10s",
	"idle_in_transaction_session_timeout": "60s",
}

func openPostgres(ctx context.Context, address string, opts Options) (engine, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil { // its text holds the address, and that a password
		return nil, fairlead.Errorf(fairlead.Invalid, "The PostgreSQL address can't be read.")
	}
	if err := preparePostgres(ctx, config, opts.Migrate); err != nil {
		return nil, err
	}
	for name, value := range limits {
		config.RuntimeParams[name] = value
	}
	e := &postgres{db: stdlib.OpenDB(*config), tables: newCatalogue(nil), wake: newWake()}
	connections := opts.Connections
	if connections <= 0 {
		connections = usualConnections
	}
	e.db.SetMaxOpenConns(connections)
	e.db.SetMaxIdleConns(connections)
	e.hints = startHints(config, e)
	return e, nil
}

// preparePostgres migrates or checks the schema, without the limits that hold
// later, and makes sure that a commit is durable when it is answered.
func preparePostgres(ctx context.Context, config *pgx.ConnConfig, migrate bool) error {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	var durable, encoding string
	if err := db.QueryRowContext(ctx, "SELECT current_setting('synchronous_commit'), current_setting('server_encoding')").Scan(&durable, &encoding); err != nil {
		return postgresFailed("connecting", err)
	}
	if encoding != "UTF8" {
		return fairlead.Errorf(fairlead.Invalid, "The PostgreSQL database has the encoding %s. Make one with UTF8.", encoding)
	}
	if durable == "off" {
		config.RuntimeParams["synchronous_commit"] = "on"
	}
	one, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return internal("making the migration's lock: %w", err)
	}
	p, err := provider(goose.DialectPostgres, db, bytewise, goose.WithSessionLocker(one))
	if err != nil {
		return internal("reading migrations: %w", err)
	}
	return prepare(ctx, p, migrate)
}

var textType = regexp.MustCompile(`\btext\b`)

// bytewise orders every text by its bytes, as SQLite does, whatever language
// the database was made for: pages and prefixes depend on it.
func bytewise(schema string) string { return textType.ReplaceAllString(schema, `text COLLATE "C"`) }

func (e *postgres) view(ctx context.Context, fn func(*session) error) error {
	c, err := e.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	tx, err := c.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return postgresFailed("beginning", err)
	}
	defer tx.Rollback()
	s := &session{conn: postgresConn{tx}, engine: e, tables: e.tables}
	return s.run(fn)
}

// connect waits in the queue for a connection.
func (e *postgres) connect(ctx context.Context) (*sql.Conn, error) {
	c, err := e.db.Conn(ctx)
	if err != nil {
		return nil, postgresFailed("connecting", err)
	}
	return c, nil
}

func (e *postgres) update(ctx context.Context, fn func(*session) error) error {
	c, err := e.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	for n := 1; ; n++ {
		s := &session{engine: e, tables: e.tables, write: true, seen: map[string]int64{}}
		err := e.attempt(context.WithoutCancel(ctx), c, s, fn)
		if err == nil {
			if s.wakes {
				e.wake.signal()
				e.hints.send()
			}
			return nil
		}
		if n == attempts || !(s.raced || lostRace(err) || lostRace(s.err)) {
			return err
		}
		time.Sleep(time.Duration(rand.Int64N(int64(n * n * int(time.Millisecond)))))
	}
}

// attempt runs a transaction once.
func (e *postgres) attempt(ctx context.Context, c *sql.Conn, s *session, fn func(*session) error) error {
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return postgresFailed("beginning", err)
	}
	defer tx.Rollback() // nothing, once it is committed
	s.conn = postgresConn{tx}
	if err := s.run(fn); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		s.takeBack()
		return postgresFailed("committing", err)
	}
	return nil
}

// lostRace tells whether running the transaction again may help: a
// serialization failure, a deadlock, or a unique key taken between our look and our write.
func lostRace(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}

// postgresFailed separates what passes from what we did wrong.
func postgresFailed(doing string, err error) error {
	if errors.Is(err, sql.ErrConnDone) || strings.Contains(err.Error(), "database is closed") {
		return errClosed()
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok { // the network, a context, a server that went away
		return unavailable(doing, err)
	}
	switch e.Code[:2] {
	case "08", "40", "53", "55", "57", "58", "28": // connection, rollback, resources, locks, operator, system, login
		return unavailable(doing, err)
	case "23":
		return &fairlead.Error{Kind: fairlead.Conflict, Detail: "Something unique is taken.", Err: errors.Join(store.ErrStale, fmt.Errorf("sqlstore: %s: %w", doing, err))}
	}
	return internal("%s: %w", doing, err)
}

func (e *postgres) ping(ctx context.Context) error {
	return e.view(ctx, func(s *session) error {
		_, err := number(s, "SELECT count(*) FROM tenants WHERE id = ''")
		return err
	})
}

func (e *postgres) close() error {
	e.hints.stop()
	return e.db.Close()
}

func (e *postgres) woken() *wake       { return e.wake }
func (e *postgres) order() *birthOrder { return &e.births }
func (e *postgres) shared() bool       { return true }

// among: OFFSET 0 keeps the planner from reading a whole connection and
// filtering, which it prefers while it has no statistics of a table that grows.
func (e *postgres) among(columns, conditions, column string, n int) string {
	return fmt.Sprintf("SELECT p.* FROM unnest($%d::text[]) AS m (value) CROSS JOIN LATERAL (SELECT %s FROM records WHERE %s AND %s = m.value OFFSET 0) AS p",
		n, columns, conditions, column)
}

func (e *postgres) list(values []string) any { return values }
func (e *postgres) forUpdate() string        { return " FOR UPDATE" }
func (e *postgres) skipLocked() string       { return " FOR UPDATE SKIP LOCKED" }

// laneLocks is our class of advisory locks.
const laneLocks = 0x6661_6972

func (e *postgres) holdLane(s *session, lane string) (bool, error) {
	held, _, err := one(s, func(row scanner) (held bool, err error) {
		err = row.Scan(&held)
		return held, err
	}, "SELECT pg_try_advisory_xact_lock($1::int, hashtext($2))", laneLocks, lane)
	return held, err
}

const postgresUpsert = `INSERT INTO records (tenant, id, connection, account, kind, ref, twin, day, state, version, position, changed, removed, reason, body, sealed)
	SELECT $1, r.id, $2, r.account, r.kind, r.ref, r.twin, r.day, r.state, 1, $3::bigint + r.n - 1, r.changed, r.removed, r.reason, r.body, r.sealed
	FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bytea[])
		WITH ORDINALITY AS r (id, account, kind, ref, twin, day, state, changed, removed, reason, body, sealed, n)
	ON CONFLICT (tenant, id) DO UPDATE SET ` + recordUpdate

func (e *postgres) writeRecords(s *session, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record, first int64) (int64, error) {
	texts := func(value func(fairlead.Record) string) []string {
		list := make([]string, len(records))
		for i, r := range records {
			list[i] = value(r)
		}
		return list
	}
	numbers := func(value func(fairlead.Record) int64) []int64 {
		list := make([]int64, len(records))
		for i, r := range records {
			list[i] = value(r)
		}
		return list
	}
	sealed := make([][]byte, len(records))
	for i, r := range records {
		if len(r.Sealed) > 0 {
			sealed[i] = r.Sealed
		}
	}
	type R = fairlead.Record
	return s.exec(postgresUpsert, string(tenant), string(c), first,
		texts(func(r R) string { return string(r.ID) }),
		texts(func(r R) string { return string(r.Account) }),
		texts(func(r R) string { return string(r.Kind) }),
		texts(func(r R) string { return r.Ref }),
		numbers(func(r R) int64 { return int64(r.Twin) }),
		texts(func(r R) string { return r.Day.String() }),
		texts(func(r R) string { return r.State }),
		numbers(func(r R) int64 { return instant(r.Changed) }),
		numbers(func(r R) int64 { return flag(r.Removed) }),
		texts(func(r R) string { return r.Reason }),
		texts(func(r R) string { return string(r.Body) }),
		sealed)
}

func (e *postgres) lease(s *session, rows []fairlead.Work) error {
	if len(rows) == 0 {
		return nil
	}
	var tenants, kinds, keys []string
	for _, w := range rows {
		tenants, kinds, keys = append(tenants, string(w.Tenant)), append(kinds, string(w.Kind)), append(keys, w.Key)
	}
	_, err := s.exec(`UPDATE work SET owner = $1, lease = $2, attempt = work.attempt + 1
		FROM unnest($3::text[], $4::text[], $5::text[]) AS p (tenant, kind, key)
		WHERE work.tenant = p.tenant AND work.kind = p.kind AND work.key = p.key`,
		rows[0].Owner, instant(rows[0].Lease), tenants, kinds, keys)
	return err
}

// postgresConn is one transaction; the driver prepares each text once per connection.
type postgresConn struct{ tx *sql.Tx }

func (c postgresConn) exec(query string, args ...any) (int64, error) {
	result, err := c.tx.ExecContext(context.Background(), query, args...)
	if err != nil {
		return 0, postgresFailed("writing", err)
	}
	return result.RowsAffected()
}

func (c postgresConn) query(query string, args ...any) (*sql.Rows, error) {
	rows, err := c.tx.QueryContext(context.Background(), query, args...)
	if err != nil {
		return nil, postgresFailed("reading", err)
	}
	return rows, nil
}

func (c postgresConn) fault(doing string, err error) error { return postgresFailed(doing, err) }
