package deliver

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// maxArrivals is how many deliveries wait in memory for one run, and allArrivals for
	// those of a node: what comes then is read from the queue.
	maxArrivals = 2048
	allArrivals = 4096
)

// arrival is a delivery that was committed just now, and its event: a run that has read
// all before it need not read them.
type arrival struct {
	delivery *fairlead.Delivery
	event    *fairlead.Event
}

// inbox is how a run hears of what is committed into its queue while it runs.
type inbox struct {
	signal chan struct{}
	mu     sync.Mutex
	news   news
}

// news is what a run has not heard yet.
type news struct {
	arrivals  []arrival // in the order of commits
	missed    bool      // more came than is here: the queue must be read
	committed bool      // something was committed: the queue is to be read now
	soon      bool      // something is about to be
	yield     bool      // somebody waits for the run to end
}

// inboxes are those of the runs of a node.
type inboxes struct {
	mu       sync.Mutex
	of       map[queue]*inbox
	yielding map[fairlead.TenantID]time.Time // when a tenant's runs were asked to end
	arrivals atomic.Int64                    // in all
}

// open makes the inbox of a run. What was committed before can be read.
func (i *inboxes) open(q queue) (box *inbox, leave func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.of == nil {
		i.of = map[queue]*inbox{}
	}
	box = &inbox{signal: make(chan struct{}, 1)}
	box.news.yield = time.Since(i.yielding[q.tenant]) < yieldFor
	i.of[q] = box
	return box, func() {
		i.mu.Lock()
		if i.of[q] == box { // else a run that lost its lease ends
			delete(i.of, q)
		}
		i.mu.Unlock()
		i.take(box, func([]arrival) bool { return true })
	}
}

// change changes what a run has not heard yet. It never waits for the run.
func (i *inboxes) change(q queue, apply func(*news)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if box := i.of[q]; box != nil {
		box.change(apply)
	}
}

func (b *inbox) change(apply func(*news)) {
	b.mu.Lock()
	apply(&b.news)
	b.mu.Unlock()
	select {
	case b.signal <- struct{}{}:
	default:
	}
}

// take takes the news; the arrivals only if those are wanted.
func (i *inboxes) take(box *inbox, wanted func([]arrival) bool) news {
	box.mu.Lock()
	defer box.mu.Unlock()
	taken := box.news
	box.news = news{}
	if taken.missed || wanted(taken.arrivals) {
		i.arrivals.Add(-int64(len(taken.arrivals)))
	} else {
		taken.arrivals, box.news.arrivals = nil, taken.arrivals
	}
	return taken
}

// Committed hands the runs what was committed into their queues.
func (e *Engine) Committed(c store.Committed) {
	at := 0
	for _, d := range c.Deliveries {
		for n := 0; n < len(c.Events) && c.Events[at].ID != d.Event; n++ { // they stand in the same order
			at = (at + 1) % len(c.Events)
		}
		e.inboxes.change(queue{d.Tenant, d.Queue}, func(n *news) {
			switch {
			case !c.Ordered:
				n.committed = true
			case n.missed || len(n.arrivals) == maxArrivals || e.inboxes.arrivals.Load() >= allArrivals:
				n.missed = true
			default:
				n.arrivals = append(n.arrivals, arrival{d, c.Events[at]})
				e.inboxes.arrivals.Add(1)
			}
		})
	}
}

// Wake says that something which is there already is about to be committed into a queue
// once more. It is a hint from inside the transaction, which may yet fail.
func (e *Engine) Wake(tenant fairlead.TenantID, name string) {
	e.inboxes.change(queue{tenant, name}, func(n *news) { n.soon = true })
}

// yieldFor is how long runs of a tenant that begin after a Yield do not stay either.
const yieldFor = time.Second

// Yield says that somebody waits until nothing of a tenant's is under way: its runs, and
// those that begin within a second, end as soon as their queues are empty.
func (e *Engine) Yield(tenant fairlead.TenantID) {
	i := &e.inboxes
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(i.yielding, func(_ fairlead.TenantID, at time.Time) bool { return now.Sub(at) > yieldFor })
	if i.yielding == nil {
		i.yielding = map[fairlead.TenantID]time.Time{}
	}
	i.yielding[tenant] = now
	for q, box := range i.of {
		if q.tenant == tenant {
			box.change(func(n *news) { n.yield = true })
		}
	}
}
