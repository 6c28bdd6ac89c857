package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"regexp"

	driver "modernc.org/sqlite"
)

// sqliteConn is one connection with the statements it has met.
type sqliteConn struct {
	conn  *sql.Conn
	known map[string]*sql.Stmt
}

// mostStatements bounds what a connection remembers; the SQL of this package
// has a few hundred texts.
const mostStatements = 1000

func newSQLiteConn(ctx context.Context, db *sql.DB) (*sqliteConn, error) {
	c, err := db.Conn(ctx)
	return &sqliteConn{conn: c, known: map[string]*sql.Stmt{}}, err
}

// parameter is $N, which SQLite takes for a name; ?N is its number.
var parameter = regexp.MustCompile(`\$(\d+)`)

// statement prepares a text once. Statements run under their own context: one
// that could end would cost a goroutine each, and must not abort a commit.
func (c *sqliteConn) statement(query string) (*sql.Stmt, error) {
	if st, ok := c.known[query]; ok {
		return st, nil
	}
	if len(c.known) >= mostStatements {
		for text, st := range c.known {
			st.Close()
			delete(c.known, text)
		}
	}
	st, err := c.conn.PrepareContext(context.Background(), parameter.ReplaceAllString(query, "?$1"))
	if err != nil {
		return nil, sqliteFailed("preparing", err)
	}
	c.known[query] = st
	return st, nil
}

func (c *sqliteConn) exec(query string, args ...any) (int64, error) {
	st, err := c.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := st.Exec(args...)
	if err != nil {
		return 0, sqliteFailed("writing", err)
	}
	return result.RowsAffected()
}

func (c *sqliteConn) query(query string, args ...any) (*sql.Rows, error) {
	st, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	rows, err := st.Query(args...)
	if err != nil {
		return nil, sqliteFailed("reading", err)
	}
	return rows, nil
}

func (c *sqliteConn) fault(doing string, err error) error { return sqliteFailed(doing, err) }

func (c *sqliteConn) close() {
	for _, st := range c.known {
		st.Close()
	}
	c.conn.Close()
}

// sqliteFailed separates what the machine refuses (a full disk, a locked or
// unreadable file) from what we did wrong.
func sqliteFailed(doing string, err error) error {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		switch e.Code() & 0xff {
		case 5, 6, 10, 13, 14: // busy, locked, input or output, full, can't open
			return unavailable(doing, err)
		}
	}
	return internal("%s: %w", doing, err)
}
