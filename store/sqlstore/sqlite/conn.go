package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"regexp"

	driver "modernc.org/sqlite"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// conn is one connection with the statements that it has prepared.
type conn struct {
	db       *sql.Conn
	prepared map[string]*sql.Stmt
}

var _ engine.Conn = (*conn)(nil)

// maxPrepared bounds what a connection remembers; sqlstore has a few hundred texts.
const maxPrepared = 1000

func newConn(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	return &conn{db: c, prepared: map[string]*sql.Stmt{}}, err
}

// parameter is $N, which SQLite takes for a name; ?N is its number.
var parameter = regexp.MustCompile(`\$(\d+)`)

// statement prepares a text once. Statements run under their own context: one that
// could be cancelled would cost a goroutine each, and must not abort a commit.
func (c *conn) statement(query string) (*sql.Stmt, error) {
	if st, ok := c.prepared[query]; ok {
		return st, nil
	}
	if len(c.prepared) >= maxPrepared {
		for text, st := range c.prepared {
			st.Close()
			delete(c.prepared, text)
		}
	}
	st, err := c.db.PrepareContext(context.Background(), parameter.ReplaceAllString(query, "?$1"))
	if err != nil {
		return nil, classify("preparing", err)
	}
	c.prepared[query] = st
	return st, nil
}

func (c *conn) Exec(query string, args ...any) (int64, error) {
	st, err := c.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := st.Exec(args...)
	if err != nil {
		return 0, classify("writing", err)
	}
	return result.RowsAffected()
}

func (c *conn) Query(query string, args ...any) (*sql.Rows, error) {
	st, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	rows, err := st.Query(args...)
	if err != nil {
		return nil, classify("reading", err)
	}
	return rows, nil
}

func (c *conn) Fault(doing string, err error) error { return classify(doing, err) }

func (c *conn) close() {
	for _, st := range c.prepared {
		st.Close()
	}
	c.db.Close()
}

// noRoomForIndex is SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not
// be made as large as it has to be.
const noRoomForIndex = 10 | 19<<8

// classify separates what the machine refuses (a full disk, a locked or unreadable
// file) from what we did wrong.
func classify(doing string, err error) error {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		switch code := e.Code(); code & 0xff {
		case 13: // full
			return engine.StorageFull(doing, err)
		case 11, 26: // corrupt, not a database
			return engine.Damaged(doing, err)
		case 5, 6, 10, 14: // busy, locked, input or output, can't open
			if code == noRoomForIndex {
				return engine.StorageFull(doing, err)
			}
			return engine.Unavailable(doing, err)
		}
	}
	return engine.Internal("%s: %w", doing, err)
}
