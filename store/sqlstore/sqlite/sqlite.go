// Package sqlite is the engine of one node: a database file with one writer.
//
// It owns the file and its lock, the connections, how Updates share a commit (group
// commit: writer.go), how a commit becomes durable (syncer.go), what a View may have
// seen (view.go) and what is cached (cache.go, row_cache.go). It knows no noun but
// those it caches; tables and their SQL are sqlstore's.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// Database is one file: one writer, which commits for everybody, and several
// readers, which wait for the disk only where they saw what is not durable yet.
type Database struct {
	file    string
	opened  time.Time
	lock    io.Closer
	write   *sql.DB
	read    *sql.DB
	writer  *writer
	readers *readers
	caches  *caches
	wake    engine.Wake
	closed  chan struct{}
	closing sync.Once
}

var _ engine.Engine = (*Database)(nil)

// Open opens a file, which it makes when it is missing. It is Conflict when another
// process has it. What else is wrong names the file.
func Open(ctx context.Context, file string, migrate bool) (_ *Database, err error) {
	d := &Database{
		file: file, opened: time.Now(), caches: newCaches(), wake: engine.NewWake(), readers: newReaders(), closed: make(chan struct{}),
	}
	defer func() {
		if err != nil {
			d.release()
			err = named(file, err)
		}
	}()
	if d.lock, err = lock(file); err != nil {
		return nil, err
	}
	makeRoom(file)
	if err := whole(file); err != nil {
		return nil, err
	}
	if err := d.openFile(ctx, file, migrate); err != nil {
		return nil, err
	}
	return d, d.start(ctx)
}

// start takes the connections that stay open until the end.
func (d *Database) start(ctx context.Context) error {
	var path string // as SQLite calls it, whatever links lead there
	if err := d.write.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		return opening(err)
	}
	c, err := newConn(ctx, d.write)
	if err != nil {
		return opening(err)
	}
	for n := range maxReaders {
		r, err := newConn(ctx, d.read)
		if err != nil {
			c.close()
			for range n {
				d.readers.take().close()
			}
			return opening(err)
		}
		d.readers.put(r)
	}
	d.writer = newWriter(c, d, path)
	if err := d.writer.syncer.sync(); err != nil { // the migrations: what is there can be read
		d.writer.syncer.advance(0, err)
	}
	return nil
}

// Update queues for the writer and waits for the commit.
func (d *Database) Update(ctx context.Context, fn, flush func(*engine.Tx) error) error {
	return d.writer.do(ctx, fn, flush)
}

// Failed is why nothing can be written any more.
func (d *Database) Failed() error { return d.writer.syncer.failed() }

// Wake signals after commits.
func (d *Database) Wake() <-chan struct{} { return d.wake }

// Close waits for what is under way.
func (d *Database) Close() error {
	var err error
	d.closing.Do(func() {
		close(d.closed)
		d.writer.stop()
		for range maxReaders { // every View ends before its connection goes
			<-d.readers.idle
			d.readers.take().close()
		}
		err = d.release()
	})
	return err
}

// release closes what was opened, also when Open failed half-way.
func (d *Database) release() error {
	var errs []error
	for _, db := range []*sql.DB{d.read, d.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if d.lock != nil {
		errs = append(errs, d.lock.Close())
	}
	return errors.Join(errs...)
}
