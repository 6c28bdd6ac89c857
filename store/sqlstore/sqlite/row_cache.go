package sqlite

import (
	"slices"
	"sync"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// rowCache caches rows of tables that are read by their keys again and again while
// others of them are written all the time: tokens, people, links. So a write does not
// empty it, as it empties a tableCache: each row goes by itself, as soon as the writer
// touches it.
//
// The epoch counts the batches that ended. A row that was read in an epoch and is
// still here was not written since: a View that began in that epoch or later sees it
// so, and the writer does.
type rowCache struct {
	mu      sync.Mutex
	epoch   int64
	bytes   int
	entries map[engine.Row]rowEntry
	written map[engine.Row]bool // by the batch under way
	pruned  bool                // it deleted who knows which
}

type rowEntry struct {
	epoch          int64
	lastSeenCommit int64 // by whoever read it from the table
	value          any
	bytes          int
}

// maxRows and maxRowBytes are how much is cached before all of it is dropped.
const (
	maxRows     = 10_000
	maxRowBytes = 4 << 20
)

func newRowCache() *rowCache {
	return &rowCache{entries: map[engine.Row]rowEntry{}, written: map[engine.Row]bool{}}
}

// now is the epoch in which a View begins.
func (c *rowCache) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch
}

func (v *cacheView) Row(row engine.Row) (any, bool) {
	if v.noCache && !v.snapshot {
		return nil, false
	}
	c := v.caches.rows
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[row]
	if !ok || !v.write && e.epoch > v.rowEpoch {
		return nil, false
	}
	if !v.snapshot {
		v.usedRows = append(v.usedRows, row)
	}
	v.lastSeenCommit = max(v.lastSeenCommit, e.lastSeenCommit)
	return e.value, true
}

// StoreRow remembers a row that was read from its table, unless it may have been
// written since.
func (v *cacheView) StoreRow(row engine.Row, value any, bytes int) {
	c := v.caches.rows
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pruned || c.written[row] || !v.write && c.epoch != v.rowEpoch {
		return
	}
	c.remove(row)
	if len(c.entries) >= maxRows || c.bytes+bytes > maxRowBytes {
		clear(c.entries)
		c.bytes = 0
	}
	if bytes <= maxRowBytes {
		c.entries[row] = rowEntry{c.epoch, v.lastSeenCommit, value, bytes}
		c.bytes += bytes
	}
}

func (c *rowCache) remove(row engine.Row) {
	if e, ok := c.entries[row]; ok {
		c.bytes -= e.bytes
		delete(c.entries, row)
	}
}

// valid reports whether rows that a View used are as its snapshot has them.
func (c *rowCache) valid(used []engine.Row, epoch int64) bool {
	if len(used) == 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return !slices.ContainsFunc(used, func(row engine.Row) bool {
		e, cached := c.entries[row]
		return !cached || e.epoch > epoch
	})
}

func (v *cacheView) InvalidateRow(row engine.Row) {
	c := v.caches.rows
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(row)
	c.written[row] = true
}

func (v *cacheView) InvalidateRows() {
	c := v.caches.rows
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
	c.bytes = 0
	c.pruned = true
}

// endBatch comes when what the batch wrote is committed, or rolled back.
func (c *rowCache) endBatch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.written)
	c.pruned = false
	c.epoch++
}
