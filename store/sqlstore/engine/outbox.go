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
	Wake       bool                 // work may be due after the commit
}

// PendingWork is work that is to be enqueued.
type PendingWork struct {
	fairlead.Work
	NotYet bool // by its tenant's clock
}

// Add takes over what another one's transaction left to the end of the batch.
func (o *Outbox) Add(other *Outbox) {
	o.Work = append(o.Work, other.Work...)
	o.Events = append(o.Events, other.Events...)
	o.Deliveries = append(o.Deliveries, other.Deliveries...)
}
