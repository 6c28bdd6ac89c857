package engine

import "github.com/fairlead-dev/fairlead"

// Outbox is what a transaction writes at its end, so that the rows which order it
// (a feed's counter, a trail's tail, a row of work that many make due) are locked
// only until the commit that follows.
type Outbox struct {
	Work       []PendingWork
	Audit      []fairlead.AuditEntry
	Events     []*fairlead.Event
	Deliveries []*fairlead.Delivery // of those events
	Counters   map[Counter]int64    // the last number that was given of each; only where transactions share a commit
	Wake       bool                 // work may be due after the commit
}

// Counter names one of a dialect's counters.
type Counter struct{ Tenant, Dialect, Name string }

// Count says which number of a counter was given last.
func (o *Outbox) Count(c Counter, n int64) {
	if o.Counters == nil {
		o.Counters = map[Counter]int64{}
	}
	o.Counters[c] = n
}

// PendingWork is work that is to be enqueued.
type PendingWork struct {
	fairlead.Work
	NotYet bool // by its tenant's clock
}

// Add takes over what another one's transaction left to the end of the batch.
func (o *Outbox) Add(other *Outbox) {
	o.Work = append(o.Work, other.Work...)
	o.Audit = append(o.Audit, other.Audit...)
	o.Events = append(o.Events, other.Events...)
	o.Deliveries = append(o.Deliveries, other.Deliveries...)
	for c, n := range other.Counters {
		o.Count(c, n)
	}
}
