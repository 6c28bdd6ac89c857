package working

import (
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// tally counts what ends here while somebody advances a tenant's clock, and
// wakes them, whoever of this process ran it.
type tally struct {
	mu    sync.Mutex
	runs  map[fairlead.TenantID]int // of tenants that are watched
	watch map[fairlead.TenantID]int // how many watch
	ended chan struct{}             // closed at the next end of a watched tenant's work
}

// begin watches a tenant; the answer ends it and tells how many runs there were.
func (t *tally) begin(tenant fairlead.TenantID) (end func() int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watch == nil {
		t.runs, t.watch, t.ended = map[fairlead.TenantID]int{}, map[fairlead.TenantID]int{}, make(chan struct{})
	}
	t.watch[tenant]++
	before := t.runs[tenant]
	return func() int {
		t.mu.Lock()
		defer t.mu.Unlock()
		runs := t.runs[tenant] - before
		if t.watch[tenant]--; t.watch[tenant] == 0 {
			delete(t.watch, tenant)
			delete(t.runs, tenant)
		}
		return runs
	}
}

// count tells of an ended run.
func (t *tally) count(tenant fairlead.TenantID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watch[tenant] == 0 {
		return
	}
	t.runs[tenant]++
	close(t.ended)
	t.ended = make(chan struct{})
}

// next is closed when the next run of a watched tenant ends; nil while none is watched.
func (t *tally) next() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}
