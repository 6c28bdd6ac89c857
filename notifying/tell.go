package notifying

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// maxTargets bounds what one dialect may name for one event.
const maxTargets = 64

// Publish appends an event and plans it, inside the transaction of its cause. The
// caller gives Tenant, Kind and At (tenant time); ID is minted when empty, and
// the store gives Sequence at commit. An event of no application is kept and
// told to nobody; one for dialects that none of them needs is not kept.
func (n *Notifying) Publish(tx *store.Tx, e fairlead.Event) error {
	if e.Tenant == "" || e.Kind == "" || e.At.IsZero() {
		return fairlead.Errorf(fairlead.Internal, "notifying: an event needs a tenant, a kind and a time")
	}
	if e.ID == "" {
		e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	}
	need := n.need(e)
	if need == Nothing && e.Kind.ForDialects() {
		return nil
	}
	e.Sequence = 0 // not known before the commit
	if err := tx.Events.Append(e); err != nil {
		return fmt.Errorf("notifying: keeping an event: %w", err)
	}
	n.hints.give(lane{tenant: e.Tenant})
	if _, err := n.plan(tx, e, need, e.At, nil); err != nil {
		return fmt.Errorf("notifying: planning %s: %w", e.Kind, err)
	}
	return nil
}

// need is what the most curious dialect needs of an event.
func (n *Notifying) need(e fairlead.Event) Load {
	need := Nothing
	for _, p := range n.planners {
		need = max(need, n.needOf(p, e))
	}
	return need
}

// plan asks every dialect for the targets of an event and writes a notice for
// each that keep (nil: all) accepts. It returns how many.
func (n *Notifying) plan(tx *store.Tx, e fairlead.Event, need Load, at time.Time, keep func(fairlead.Destination) bool) (int, error) {
	if e.Application == "" || need == Nothing {
		return 0, nil
	}
	h, err := newReader(tx).happening(e, need)
	if fairlead.Is(err, fairlead.NotFound) {
		return 0, nil // the application is gone, and its receivers with it
	}
	if err != nil {
		return 0, err
	}
	count := 0
	for _, p := range n.planners {
		if n.needOf(p, e) == Nothing {
			continue
		}
		for _, target := range n.targets(p, h) {
			target.Dialect = p.Name()
			if keep != nil && !keep(target) {
				continue
			}
			to := laneOf(target)
			if err := enqueue(tx, e, target, to, at); err != nil {
				return count, err
			}
			n.hints.give(lane{e.Tenant, to})
			count++
		}
	}
	if count > 0 {
		err = tx.Work.Due(fairlead.Work{Kind: fairlead.PruneWork, Key: PruneKey, Tenant: e.Tenant, Due: at.Add(keepNotices)})
	}
	return count, err
}

// targets asks one dialect. A panic of its own must not undo the cause.
func (n *Notifying) targets(p Router, h EventContext) (targets []fairlead.Destination) {
	defer func() {
		if recover() != nil {
			n.log.Error("planning an event panicked", "dialect", p.Name(), "kind", h.Event.Kind, "event", h.Event.ID, "stack", string(debug.Stack()))
			targets = nil
		}
	}()
	targets = p.Route(h)
	return targets[:min(len(targets), maxTargets)]
}

// enqueue writes one notice and makes its lane due. The place of a new event's is
// given at commit; that of an event told once more is the event's own.
func enqueue(tx *store.Tx, e fairlead.Event, target fairlead.Destination, to string, at time.Time) error {
	notice := fairlead.Delivery{
		ID: fairlead.DeliveryID(fairlead.NewID("dlv", at)), Tenant: e.Tenant, Application: e.Application, Event: e.ID,
		Connection: e.Connection, Destination: target, State: fairlead.DeliveryWaiting, Created: at, Next: at,
		Queue: to, Sequence: e.Sequence,
	}
	if e.Connection == "" {
		notice.Link = e.Link
	}
	if err := tx.Deliveries.Put(e.Tenant, &notice); err != nil {
		return err
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.DeliverWork, Key: notice.Queue, Tenant: e.Tenant, ConcurrencyKey: notice.Queue, Due: at})
}

// Request is how a dialect asks that stored data be told: it tells EventDataRequested
// with the dialect's own memory (e.Request), and returns the event as it was
// committed. Tenant, Application, Kind, Dialect and At are filled in.
func (n *Notifying) Request(ctx context.Context, app fairlead.Application, dialect string, e fairlead.Event) (fairlead.Event, error) {
	if len(e.Request) > 0 && !json.Valid(e.Request) {
		return fairlead.Event{}, fairlead.Errorf(fairlead.Internal, "notifying: a request's memory must be JSON")
	}
	e.Kind, e.Dialect = fairlead.EventDataRequested, dialect
	told, err := n.tellNow(ctx, app, e)
	if err != nil {
		return fairlead.Event{}, fmt.Errorf("notifying: requesting data: %w", err)
	}
	return told, nil
}

// tellNow tells an application's event in a transaction of its own.
func (n *Notifying) tellNow(ctx context.Context, app fairlead.Application, e fairlead.Event) (told fairlead.Event, err error) {
	wall := n.clock()
	e.ID = fairlead.EventID(fairlead.NewID("evt", wall))
	e.Tenant, e.Application = app.Tenant, app.ID
	err = n.store.Update(ctx, func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(app.Tenant)
		if err != nil {
			return err
		}
		e.At = tenant.Time(wall)
		return n.Publish(tx, e)
	})
	if err != nil {
		return told, err
	}
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		told, err = tx.Events.Get(e.Tenant, e.ID)
		return err
	})
	return told, err
}
