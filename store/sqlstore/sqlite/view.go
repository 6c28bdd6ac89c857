package sqlite

import (
	"context"
	"database/sql"
	"sync/atomic"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// View runs fn on a reader. What it saw must not be gone after a power cut, whatever
// fn made of it: so it waits until the last commit that it may have seen is durable.
func (d *Database) View(ctx context.Context, fn func(*engine.Tx) error) error {
	lastSeenCommit, err := d.view(ctx, fn)
	if durable := d.writer.syncer.wait(ctx, lastSeenCommit); err == nil {
		err = durable
	}
	return err
}

// view runs fn, and once more without the caches where they were stale.
func (d *Database) view(ctx context.Context, fn func(*engine.Tx) error) (lastSeenCommit int64, err error) {
	if ctx.Err() != nil {
		return 0, engine.Cancelled(ctx)
	}
	var c *conn
	select {
	case <-d.closed:
		return 0, engine.Closed()
	case <-ctx.Done():
		return 0, engine.Cancelled(ctx)
	case <-d.readers.idle:
		c = d.readers.take()
	}
	defer d.readers.put(c)
	snapshot, err := d.tryView(c, fn, false)
	if snapshot.stale {
		snapshot, err = d.tryView(c, fn, true)
	}
	return snapshot.cache.lastSeenCommit, err
}

func (d *Database) tryView(c *conn, fn func(*engine.Tx) error, noCache bool) (snapshot *lazySnapshot, err error) {
	snapshot = &lazySnapshot{conn: c, cache: d.caches.forView(noCache), commits: &d.writer.syncer.visible}
	tx := &engine.Tx{Conn: snapshot, Cache: snapshot.cache}
	ended := false
	defer func() {
		if !ended { // fn ended its goroutine: the connection is another's from here on
			snapshot.end()
		}
	}()
	err = tx.Run(fn)
	ended = true
	if end := snapshot.end(); err == nil {
		err = end
	}
	return snapshot, err
}

// lazySnapshot is a reader's connection. Its transaction begins with the first
// statement: what is cached needs none.
type lazySnapshot struct {
	*conn
	cache   *cacheView
	commits *atomic.Int64
	stale   bool // what was used of the caches is not what the snapshot has
}

func (l *lazySnapshot) Query(query string, args ...any) (*sql.Rows, error) {
	if l.cache.snapshot {
		return l.conn.Query(query, args...)
	}
	if _, err := l.Exec("BEGIN"); err != nil {
		return nil, err
	}
	l.cache.snapshot = true
	rows, err := l.conn.Query(query, args...) // takes the snapshot
	l.cache.lastSeenCommit = l.commits.Load()
	if err == nil && l.cache.stale() {
		l.stale = true
		rows.Close()
		return nil, engine.Internal("a table changed before the snapshot was taken")
	}
	return rows, err
}

func (l *lazySnapshot) end() error {
	if !l.cache.snapshot {
		return nil
	}
	_, err := l.Exec("ROLLBACK")
	return err
}
