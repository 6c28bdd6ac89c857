package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// scrubbing lets those who want a scrub at the same time share one.
type scrubbing struct {
	mu    sync.Mutex
	begun time.Time // the last one that ended well
}

// Scrub has the server take the dead rows out of the tables that hold wrapped keys.
// What its own write-ahead log, its archive and its replicas still have is the
// operator's.
func (d *Database) Scrub(ctx context.Context) error {
	wanted := time.Now()
	d.scrubbing.mu.Lock()
	defer d.scrubbing.mu.Unlock()
	if d.scrubbing.begun.After(wanted) {
		return nil
	}
	begun := time.Now()
	if _, err := d.pool.db.ExecContext(ctx, "VACUUM (SKIP_LOCKED) connections, links, persons"); err != nil {
		return engine.Unavailable("vacuuming", err)
	}
	d.scrubbing.begun = begun
	return nil
}
