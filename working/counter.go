package working

import (
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// counter counts what ends here while somebody advances a tenant's clock, and
// wakes them, whoever of this process ran it.
type counter struct {
	mu    sync.Mutex
	runs  map[fairlead.TenantID]int // of tenants that are watched
	watch map[fairlead.TenantID]int // how many watch
	ended chan struct{}             // closed at the next end of a watched tenant's work
}

// begin watches a tenant; end stops that and says how many runs there were.
func (t *counter) begin(tenant fairlead.TenantID) (end func() int) {
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

// count notes an ended run.
func (t *counter) count(tenant fairlead.TenantID) {
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
func (t *counter) next() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}
