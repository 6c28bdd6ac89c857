package sqlstore

import (
	"cmp"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// One order of tenants, and of work, everywhere prevents two transactions from waiting
// for one another's rows.

// flush writes what waits for the end: counters, work, audit, and events with their
// deliveries.
func (tx *tx) flush() error {
	if err := tx.writeCounters(); err != nil {
		return err
	}
	if err := tx.writeWork(); err != nil {
		return err
	}
	if err := tx.writeAudit(); err != nil {
		return err
	}
	return tx.writeEvents()
}

// writeWork enqueues what this transaction, and those that share its commit, have
// made due so far.
func (tx *tx) writeWork() error {
	if batch := tx.Batch; batch != nil {
		pending := batch.Work
		batch.Work = nil
		err := tx.OnBehalf(func() error {
			wake, err := tx.enqueueAll(pending)
			batch.Wake = batch.Wake || wake
			return err
		})
		if err != nil {
			return err
		}
	}
	pending := tx.Outbox.Work
	tx.Outbox.Work = nil
	wake, err := tx.enqueueAll(pending)
	tx.Outbox.Wake = tx.Outbox.Wake || wake
	return err
}

// enqueueAll reports whether any of it may be due.
func (tx *tx) enqueueAll(pending []engine.PendingWork) (wake bool, err error) {
	for _, w := range mergeWork(pending) {
		due, err := tx.enqueue(w)
		if err != nil {
			return wake, err
		}
		wake = wake || due
	}
	return wake, nil
}

// mergeWork is every piece once, with its earliest due and latest concurrency key:
// many a transaction makes the same work due that others do (a receiver's queue, a
// tenant's expiring links).
func mergeWork(pending []engine.PendingWork) []engine.PendingWork {
	slices.SortStableFunc(pending, func(a, b engine.PendingWork) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	merged := pending[:0]
	for _, w := range pending {
		if n := len(merged) - 1; n >= 0 && merged[n].Tenant == w.Tenant && merged[n].Kind == w.Kind && merged[n].Key == w.Key {
			if merged[n].Due.Before(w.Due) {
				w.Due = merged[n].Due
			}
			w.NotYet = w.NotYet && merged[n].NotYet
			merged[n] = w
			continue
		}
		merged = append(merged, w)
	}
	return merged
}

// writeAudit chains each entry to the one before. Reading the tail by an upsert
// locks it, also when it is the tenant's first. Work comes before the audit, as a
// Cancel inside the transaction has it.
func (tx *tx) writeAudit() error {
	entries := tx.Outbox.Audit
	slices.SortStableFunc(entries, func(a, b fairlead.AuditEntry) int { return cmp.Compare(a.Tenant, b.Tenant) })
	for len(entries) > 0 {
		own := ofOneTenant(entries, func(e fairlead.AuditEntry) fairlead.TenantID { return e.Tenant })
		entries = entries[len(own):]
		if err := tx.chainAudit(own); err != nil {
			return err
		}
	}
	return nil
}

// writeEvents gives each event its sequence, and its deliveries theirs. The tenant's
// counter row stays locked until the commit, so that no later sequence can be seen
// before.
func (tx *tx) writeEvents() error {
	events := tx.Outbox.Events
	sequences := make(map[fairlead.EventID]int64, len(events))
	slices.SortStableFunc(events, func(a, b *fairlead.Event) int { return cmp.Compare(a.Tenant, b.Tenant) })
	for len(events) > 0 {
		own := ofOneTenant(events, func(e *fairlead.Event) fairlead.TenantID { return e.Tenant })
		events = events[len(own):]
		last, err := tx.Returning(`INSERT INTO event_feeds (tenant, n) VALUES ($1, $2)
			ON CONFLICT (tenant) DO UPDATE SET n = event_feeds.n + excluded.n RETURNING n`, string(own[0].Tenant), len(own))
		if err != nil {
			return err
		}
		for i, e := range own {
			e.Sequence = last - int64(len(own)) + int64(i) + 1
			if err := tx.insertEvent(e); err != nil {
				return err
			}
			sequences[e.ID] = e.Sequence
		}
	}
	for _, d := range tx.Outbox.Deliveries {
		d.Sequence, d.Version = sequences[d.Event], 0
		if err := (table[fairlead.Delivery]{tx, tx.tables.deliveries}).Put(d.Tenant, d); err != nil {
			return err
		}
	}
	return nil
}

// ofOneTenant is the head of a list that is sorted by tenant.
func ofOneTenant[T any](list []T, tenant func(T) fairlead.TenantID) []T {
	n := 1
	for n < len(list) && tenant(list[n]) == tenant(list[0]) {
		n++
	}
	return list[:n]
}
