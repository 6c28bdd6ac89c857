package sqlite

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

const (
	// scrubTries is how often a scrub tries, while readers look at what was there before.
	scrubTries = 50
	scrubPause = 100 * time.Millisecond
)

// Scrub brings the write-ahead log into the database file and empties it: what was
// erased is overwritten there (secure_delete), and until then the log has it still.
func (d *Database) Scrub(ctx context.Context) error {
	for range scrubTries {
		var busy, pages, moved int
		if err := d.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
			return classify("emptying the log", err)
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-d.closed:
			return engine.Closed()
		case <-ctx.Done():
			return engine.Cancelled(ctx)
		case <-time.After(scrubPause):
		}
	}
	return engine.Unavailable("emptying the log", context.DeadlineExceeded)
}
