package working

import (
	"sync"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/wakeup"
)

// counter counts what ends here while somebody advances a tenant's clock, and
// wakes them, whoever of this process ran it.
type counter struct {
	mu    sync.Mutex
	runs  map[fairlead.TenantID]int // of tenants that are watched
	watch map[fairlead.TenantID]int // how many watch
	ended wakeup.Keyed[fairlead.TenantID]
}

// begin watches a tenant; end stops that and says how many runs there were.
func (t *counter) begin(tenant fairlead.TenantID) (end func() int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watch == nil {
		t.runs, t.watch = map[fairlead.TenantID]int{}, map[fairlead.TenantID]int{}
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
	t.ended.Wake(tenant)
}
