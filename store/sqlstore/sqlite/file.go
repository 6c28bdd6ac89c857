package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
	"github.com/fairlead-dev/fairlead/store/sqlstore/schema"
)

// oldestSQLite is the first version whose write-ahead log is known to be sound.
const oldestSQLite = "3.51.3"

// The page caches of a connection, in KiB of pages. A page takes twice its size: the
// allocator's sizes are powers of two, and each page has a header. Larger ones made nothing
// faster: what is not in them is in the operating system's, and a reader's is emptied by
// every commit.
const (
	writerCache = "cache_size(-4096)"
	readerCache = "cache_size(-2048)"
)

// openFile opens the pools of the writer and of the readers, and migrates or checks
// the schema.
func (d *Database) openFile(ctx context.Context, file string, migrate bool) (err error) {
	if d.write, err = sql.Open("sqlite", address(file, "journal_mode(wal)", "synchronous(normal)", writerCache,
		"journal_size_limit(67108864)", "wal_autocheckpoint(2000)", "secure_delete(on)")); err != nil {
		return opening(err)
	}
	if d.read, err = sql.Open("sqlite", address(file, "query_only(1)", readerCache)); err != nil {
		return opening(err)
	}
	if err := checkVersion(ctx, d.write); err != nil {
		return err
	}
	err = schema.Prepare(ctx, goose.DialectSQLite3, d.write, migrate, clustered)
	if _, ok := errors.AsType[*driver.Error](err); ok {
		return opening(err)
	}
	return err
}

// clustered stores the small rows of a table in the tree of its primary key.
func clustered(text string) string {
	return strings.ReplaceAll(text, "); -- clustered\n", ") WITHOUT ROWID;\n")
}

// opening is why a database could not be opened.
func opening(err error) error {
	if err := classify("opening the database", err); !fairlead.Is(err, fairlead.Internal) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return engine.StorageFull("opening the database", err)
	}
	return engine.Unavailable("opening the database", err)
}

// named says which file it is that can't be opened, and why.
func named(file string, err error) error {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		return err
	}
	out := *e
	switch {
	case errors.Is(err, store.ErrDamaged):
		out.Detail = fmt.Sprintf("The database file %s is damaged: restore it from a backup.", file)
	case e.Kind == fairlead.StorageFull:
		out.Detail = fmt.Sprintf("There is no room to open the database file %s: free some on its disk.", file)
	case e.Kind == fairlead.Unavailable:
		out.Detail = fmt.Sprintf("The database file %s can't be opened.", file)
	}
	return &out
}

// address is what the driver opens.
func address(file string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "temp_store(memory)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// checkVersion refuses a SQLite that is too old, and a file system on which a
// write-ahead log can't be had.
func checkVersion(ctx context.Context, db *sql.DB) error {
	var version, mode string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return opening(err)
	}
	if older(version, oldestSQLite) {
		return engine.Internal("SQLite %s is older than %s", version, oldestSQLite)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return opening(err)
	}
	if mode != "wal" {
		return engine.Internal("the journal is %q where a write-ahead log is needed", mode)
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
