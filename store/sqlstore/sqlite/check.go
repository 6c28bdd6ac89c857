package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// header is the beginning of every SQLite file; see https://sqlite.org/fileformat.html
const (
	header     = "SQLite format 3\x00"
	headerSize = 100
)

// whole finds at once what a look at the beginning of a file can find: that it is no
// database, or that it was cut. A log beside it may hold what is missing.
func whole(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return opening(err)
	}
	defer f.Close()
	var b [headerSize]byte
	n, err := io.ReadFull(f, b[:])
	switch {
	case n == 0:
		return nil // new
	case err != nil:
		return engine.Damaged("opening the database", fmt.Errorf("it has %d bytes", n))
	case string(b[:len(header)]) != header:
		return engine.Damaged("opening the database", errors.New("it does not begin as a SQLite database does"))
	}
	info, err := f.Stat()
	if err != nil {
		return opening(err)
	}
	if log, err := os.Stat(file + "-wal"); err == nil && log.Size() > 0 {
		return nil
	}
	page := int64(binary.BigEndian.Uint16(b[16:]))
	if page == 1 {
		page = 64 << 10
	}
	if want := page * int64(binary.BigEndian.Uint32(b[28:])); info.Size() < want {
		return engine.Damaged("opening the database", fmt.Errorf("it was cut: of %d bytes there are %d", want, info.Size()))
	}
	return nil
}

// Check reads through all pages. It takes a connection of its own, and a snapshot
// that keeps the log from being begun anew meanwhile.
func (d *Database) Check(ctx context.Context) error {
	c, err := d.read.Conn(ctx)
	if err != nil {
		return opening(err)
	}
	defer c.Close()
	var found string
	if err := c.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return named(d.file, classify("checking", err))
	}
	if found != "ok" {
		return named(d.file, engine.Damaged("checking", errors.New(found)))
	}
	return nil
}
