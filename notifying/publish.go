package notifying

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/notifying/deliver"
	"github.com/fairlead-dev/fairlead/store"
)

// maxDestinations bounds what one dialect may name for one event.
const maxDestinations = 64

// Publish appends an event and routes it, inside the transaction of its cause. The
// caller gives Tenant, Kind and At (tenant time); ID is minted when empty, and
// the store gives Sequence at commit. An event of no application is stored
// and delivered to nobody; one for dialects that none of them needs is not stored.
func (n *Notifying) Publish(tx *store.Tx, e fairlead.Event) error {
	return n.publish(tx, e, newLoader(tx))
}

// PublishKnown is Publish by a caller who holds what the event is about.
func (n *Notifying) PublishKnown(tx *store.Tx, e fairlead.Event, k lifecycle.Known) error {
	l := newLoader(tx)
	l.known = k
	return n.publish(tx, e, l)
}

func (n *Notifying) publish(tx *store.Tx, e fairlead.Event, l *loader) error {
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
		return fmt.Errorf("notifying: storing an event: %w", err)
	}
	n.wakeups.Wake(e.Tenant)
	if _, err := n.route(l, e, need, e.At, nil); err != nil {
		return fmt.Errorf("notifying: routing %s: %w", e.Kind, err)
	}
	return nil
}

// route writes a delivery for each destination of an event that wanted (nil: all)
// accepts, as it leaves it. It returns how many.
func (n *Notifying) route(l *loader, e fairlead.Event, need Load, at time.Time, wanted func(*fairlead.Destination) bool) (int, error) {
	if e.Application == "" || need == Nothing {
		return 0, nil
	}
	tx := l.tx
	c, err := l.context(e, need)
	if fairlead.Is(err, fairlead.NotFound) {
		return 0, nil // the application is gone, and its receivers with it
	}
	if err != nil {
		return 0, err
	}
	c.Note = noted(tx, e.Tenant)
	var all []fairlead.Destination
	for _, r := range n.routers {
		if n.needOf(r, e) == Nothing {
			continue
		}
		for _, d := range n.destinations(r, c) {
			d.Dialect = r.Name()
			if wanted != nil && !wanted(&d) {
				continue
			}
			all = append(all, d)
		}
	}
	count := len(all)
	for i, id := range deliveryIDs(count, at) {
		if err := n.enqueue(tx, id, e, all[i], at); err != nil {
			return i, err
		}
	}
	if count > 0 {
		err = tx.Work.Due(fairlead.Work{Kind: fairlead.PruneWork, Key: PruneKey, Tenant: e.Tenant, Due: at.Add(retention)})
	}
	return count, err
}

// noted reads notes while an event is routed.
func noted(tx *store.Tx, tenant fairlead.TenantID) func(dialect, key string, into any) bool {
	return func(dialect, key string, into any) bool {
		n, err := tx.Notes.Get(tenant, dialect, key)
		return err == nil && json.Unmarshal(n.Value, into) == nil
	}
}

// destinations are those that one dialect names. A panic of its own must not undo
// the cause.
func (n *Notifying) destinations(r Router, c EventContext) (named []fairlead.Destination) {
	defer func() {
		if recover() != nil {
			n.log.Error("routing an event panicked", "dialect", r.Name(), "kind", c.Event.Kind, "event", c.Event.ID, "stack", string(debug.Stack()))
			named = nil
		}
	}()
	named = r.Route(c)
	return named[:min(len(named), maxDestinations)]
}

// deliveryIDs mints ids in their order: a queue goes by the event's sequence and then by
// the id, so that what is sent of one event goes in the order in which it was named.
func deliveryIDs(n int, at time.Time) []fairlead.DeliveryID {
	ids := make([]fairlead.DeliveryID, n)
	for i := range ids {
		ids[i] = fairlead.DeliveryID(fairlead.NewID("dlv", at))
	}
	slices.Sort(ids)
	return ids
}

// enqueue writes one delivery and makes its queue due. The sequence of a new event
// is given at commit; that of a resent one is its own.
func (n *Notifying) enqueue(tx *store.Tx, id fairlead.DeliveryID, e fairlead.Event, to fairlead.Destination, at time.Time) error {
	d := fairlead.Delivery{
		ID: id, Tenant: e.Tenant, Application: e.Application, Event: e.ID,
		Connection: e.Connection, Destination: to, State: fairlead.DeliveryWaiting, Created: at, Next: at,
		Queue: deliver.QueueOf(to), Sequence: e.Sequence,
	}
	if e.Connection == "" {
		d.Link = e.Link
	}
	if err := tx.Deliveries.Put(e.Tenant, &d); err != nil {
		return err
	}
	if e.Sequence == 0 {
		tx.OnCommit(n.engine)
	} else {
		n.engine.Wake(e.Tenant, d.Queue)
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.DeliverWork, Key: d.Queue, Tenant: e.Tenant, ConcurrencyKey: d.Queue, Due: at})
}

// Request is how a dialect has stored data delivered: it publishes EventDataRequested
// with the dialect's own memory (e.Request), and returns the event as it was
// committed. Tenant, Application, Kind, Dialect and At are filled in.
func (n *Notifying) Request(ctx context.Context, app fairlead.Application, dialect string, e fairlead.Event) (fairlead.Event, error) {
	if len(e.Request) > 0 && !json.Valid(e.Request) {
		return fairlead.Event{}, fairlead.Errorf(fairlead.Internal, "notifying: a request's memory must be JSON")
	}
	e.Kind, e.Dialect = fairlead.EventDataRequested, dialect
	e, err := n.publishNow(ctx, app, e)
	if err == nil && e.Sequence == 0 {
		e, err = n.Event(ctx, app.Tenant, e.ID)
	}
	if err != nil {
		return fairlead.Event{}, fmt.Errorf("notifying: requesting data: %w", err)
	}
	return e, nil
}

// publishNow publishes an application's event in a transaction of its own, and returns it
// as it was committed: below store.Atomically it has no sequence yet.
func (n *Notifying) publishNow(ctx context.Context, app fairlead.Application, e fairlead.Event) (fairlead.Event, error) {
	wall := n.clock()
	e.ID = fairlead.EventID(fairlead.NewID("evt", wall))
	e.Tenant, e.Application = app.Tenant, app.ID
	sequence := &numbered{event: e.ID}
	err := n.store.Update(ctx, func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(app.Tenant)
		if err != nil {
			return err
		}
		e.At = tenant.Time(wall)
		tx.OnCommit(sequence)
		return n.Publish(tx, e)
	})
	e.Sequence = sequence.n.Load()
	return e, err
}

// numbered is what sequence an event was given.
type numbered struct {
	event fairlead.EventID
	n     atomic.Int64
}

func (n *numbered) Committed(c store.Committed) {
	for _, e := range c.Events {
		if e.ID == n.event {
			n.n.Store(e.Sequence)
		}
	}
}
