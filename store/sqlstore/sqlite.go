package sqlstore

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/fairlead-dev/fairlead"
)

const (
	// readers is how many Views run at once.
	readers = 8
	// oldestSQLite is the first version whose write-ahead log is known to be sound.
	oldestSQLite = "3.51.3"
)

// sqlite is one database file: one writer, which commits for everybody, and
// several readers, which wait for the disk only where they saw what is not durable yet.
type sqlite struct {
	lock    io.Closer
	write   *sql.DB
	read    *sql.DB
	writer  *writer
	readers chan *sqliteConn
	tables  *catalogue
	shelves *shelves
	wake    *wake
	births  birthOrder
	closed  chan struct{}
	closing sync.Once
}

var _ engine = (*sqlite)(nil)

func openSQLite(ctx context.Context, file string, opts Options) (_ engine, err error) {
	shelves := newShelves()
	tables := newCatalogue(shelves)
	tables.presented = newTokenShelf()
	e := &sqlite{tables: tables, shelves: shelves, wake: newWake(), readers: make(chan *sqliteConn, readers), closed: make(chan struct{})}
	defer func() {
		if err != nil {
			e.release()
		}
	}()
	if e.lock, err = Lock(file); err != nil {
		return nil, err
	}
	if err := create(file); err != nil {
		return nil, err
	}
	if e.write, err = sql.Open("sqlite", sqliteAddress(file, "journal_mode(wal)", "synchronous(normal)", "cache_size(-16384)", "journal_size_limit(67108864)", "wal_autocheckpoint(2000)", "secure_delete(fast)")); err != nil {
		return nil, unavailable("opening the database", err)
	}
	if e.read, err = sql.Open("sqlite", sqliteAddress(file, "query_only(1)", "cache_size(-8192)")); err != nil {
		return nil, unavailable("opening the database", err)
	}
	if err := checkSQLite(ctx, e.write); err != nil {
		return nil, err
	}
	p, err := provider(goose.DialectSQLite3, e.write, clustered)
	if err != nil {
		return nil, internal("reading migrations: %w", err)
	}
	if err := prepare(ctx, p, opts.Migrate); err != nil {
		return nil, err
	}
	return e, e.start(ctx)
}

// clustered keeps the small rows of a table in the tree of its primary key.
func clustered(schema string) string {
	return strings.ReplaceAll(schema, "); -- clustered\n", ") WITHOUT ROWID;\n")
}

// start takes the connections that are kept until the end.
func (e *sqlite) start(ctx context.Context) error {
	var database string // as SQLite calls it, whatever links lead there
	if err := e.write.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&database); err != nil {
		return unavailable("connecting", err)
	}
	c, err := newSQLiteConn(ctx, e.write)
	if err != nil {
		return unavailable("connecting", err)
	}
	for n := range readers {
		r, err := newSQLiteConn(ctx, e.read)
		if err != nil {
			c.close()
			for range n {
				(<-e.readers).close()
			}
			return unavailable("connecting", err)
		}
		e.readers <- r
	}
	e.writer = newWriter(c, e, database)
	if err := e.writer.syncer.sync(); err != nil { // the migrations
		e.writer.stop()
		return err
	}
	return nil
}

// create makes the file for its owner alone; the log beside it follows.
func create(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return unavailable("opening the database", err)
	}
	return f.Close()
}

// sqliteAddress is what the driver opens.
func sqliteAddress(file string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "temp_store(memory)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// checkSQLite refuses an engine that is too old, and a file system on which a
// write-ahead log can't be had.
func checkSQLite(ctx context.Context, db *sql.DB) error {
	var version, mode string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return unavailable("opening the database", err)
	}
	if older(version, oldestSQLite) {
		return internal("SQLite %s is older than %s", version, oldestSQLite)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return unavailable("opening the database", err)
	}
	if mode != "wal" {
		return internal("the journal is %q where a write-ahead log is needed", mode)
	}
	return nil
}

// older compares dotted versions.
func older(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range min(len(a), len(b)) {
		x, _ := strconv.Atoi(a[i])
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return len(a) < len(b)
}

func (e *sqlite) view(ctx context.Context, fn func(*session) error) error {
	upTo, err := e.glance(ctx, fn)
	// What was seen must not be gone after a power cut, whatever fn made of it.
	if durable := e.writer.syncer.wait(ctx, upTo); err == nil {
		err = durable
	}
	return err
}

// glance runs fn on a reader; upTo is the last commit that fn may have seen.
func (e *sqlite) glance(ctx context.Context, fn func(*session) error) (upTo int64, err error) {
	if ctx.Err() != nil {
		return 0, waiting(ctx)
	}
	var c *sqliteConn
	select {
	case <-e.closed:
		return 0, errClosed()
	case <-ctx.Done():
		return 0, waiting(ctx)
	case c = <-e.readers:
	}
	defer func() { e.readers <- c }()
	s, err := e.look(c, fn, false)
	if s.moved {
		s, err = e.look(c, fn, true)
	}
	return s.upTo, err
}

// look runs fn on a snapshot.
func (e *sqlite) look(c *sqliteConn, fn func(*session) error, strict bool) (s *session, err error) {
	s = &session{engine: e, tables: e.tables, turns: e.shelves.turns(), tokenTurn: e.tables.presented.now(), strict: strict}
	v := &snapshot{sqliteConn: c, e: e, s: s}
	s.conn = v
	ended := false
	defer func() {
		if !ended { // fn ended its goroutine: the connection is another's from here on
			v.end()
		}
	}()
	err = s.run(fn)
	ended = true
	if end := v.end(); err == nil {
		err = end
	}
	return s, err
}

// snapshot is a reader's connection. Its transaction begins with the first
// statement: what is on the shelves needs none.
type snapshot struct {
	*sqliteConn
	e     *sqlite
	s     *session
	begun bool
}

func (v *snapshot) query(query string, args ...any) (*sql.Rows, error) {
	if v.begun {
		return v.sqliteConn.query(query, args...)
	}
	if _, err := v.exec("BEGIN"); err != nil {
		return nil, err
	}
	v.begun = true
	rows, err := v.sqliteConn.query(query, args...) // takes the snapshot
	v.s.upTo = v.e.writer.syncer.begun.Load()
	if err == nil && (v.s.shelved && v.s.turns != v.e.shelves.turns() || !v.e.tables.presented.stands(v.s)) {
		v.s.moved = true
		rows.Close()
		return nil, internal("a table changed before the snapshot stood")
	}
	return rows, err
}

func (v *snapshot) end() error {
	if !v.begun {
		return nil
	}
	_, err := v.exec("ROLLBACK")
	return err
}

func (e *sqlite) update(ctx context.Context, fn func(*session) error) error {
	return e.writer.do(ctx, fn)
}

func (e *sqlite) ping(ctx context.Context) error {
	return e.view(ctx, func(s *session) error {
		_, err := number(s, "SELECT count(*) FROM tenants WHERE id = ''")
		return err
	})
}

func errClosed() error {
	return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "The server is stopping."}
}

func (e *sqlite) close() error {
	var err error
	e.closing.Do(func() {
		close(e.closed)
		e.writer.stop()
		for range readers { // every View ends before its connection goes
			c := <-e.readers
			c.close()
		}
		err = e.release()
	})
	return err
}

// release closes what was opened, also when Open failed half-way.
func (e *sqlite) release() error {
	var errs []error
	for _, db := range []*sql.DB{e.read, e.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if e.lock != nil {
		errs = append(errs, e.lock.Close())
	}
	return errors.Join(errs...)
}

func (e *sqlite) woken() *wake       { return e.wake }
func (e *sqlite) order() *birthOrder { return &e.births }
func (e *sqlite) shared() bool       { return false }

func (e *sqlite) among(columns, conditions, column string, n int) string {
	return fmt.Sprintf("SELECT %s FROM records WHERE %s AND %s IN (SELECT value FROM json_each($%d))", columns, conditions, column, n)
}

func (e *sqlite) list(values []string) any {
	b, _ := json.Marshal(values) // strings always encode
	return string(b)
}

// One writer: nobody else holds a row or a lane.
func (e *sqlite) forUpdate() string                       { return "" }
func (e *sqlite) skipLocked() string                      { return "" }
func (e *sqlite) holdLane(*session, string) (bool, error) { return true, nil }

const sqliteUpsert = `INSERT INTO records (tenant, id, connection, account, kind, ref, twin, day, state, version, position, changed, removed, reason, body, sealed)
	SELECT $1, value->>0, $2, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, 1, $3 + key, value->>7, value->>8, value->>9, value->>10, unhex(value->>11)
	FROM jsonb_each($4) WHERE true
	ON CONFLICT (tenant, id) DO UPDATE SET ` + recordUpdate

// recordUpdate is what an upsert changes in a record that is there already.
const recordUpdate = `account = excluded.account, kind = excluded.kind, ref = excluded.ref, twin = excluded.twin, day = excluded.day,
	state = excluded.state, version = records.version + 1, position = excluded.position, changed = excluded.changed,
	removed = excluded.removed, reason = excluded.reason, body = excluded.body, sealed = excluded.sealed
	WHERE records.connection = excluded.connection`

func (e *sqlite) writeRecords(s *session, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record, first int64) (int64, error) {
	rows := make([][12]any, len(records))
	for i, r := range records {
		rows[i] = [12]any{r.ID, r.Account, r.Kind, r.Ref, r.Twin, r.Day.String(), r.State, instant(r.Changed), flag(r.Removed), r.Reason, string(r.Body), nil}
		if len(r.Sealed) > 0 {
			rows[i][11] = hex.EncodeToString(r.Sealed)
		}
	}
	page, err := json.Marshal(rows)
	if err != nil {
		return 0, internal("encoding records: %w", err)
	}
	return s.exec(sqliteUpsert, string(tenant), string(c), first, string(page))
}

func (e *sqlite) lease(s *session, rows []fairlead.Work) error {
	for _, w := range rows {
		if _, err := s.exec("UPDATE work SET owner = $4, attempt = $5, lease = $6 WHERE tenant = $1 AND kind = $2 AND key = $3",
			leaseArgs(w, instant(w.Lease))...); err != nil {
			return err
		}
	}
	return nil
}
