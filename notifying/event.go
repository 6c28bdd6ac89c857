package notifying

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// EventQuery selects a page of events. Wait holds the answer until there is one.
type EventQuery struct {
	store.EventQuery
	Wait time.Duration // at most 60 s, real time
	// Pass, if not nil, is waited for before each reading of the store, and left after it.
	Pass func(context.Context) (leave func(), err error)
	// Shape, if not nil, is handed a page that is not empty before Pass is left: what is
	// made of it is made in turn, too.
	Shape func([]fairlead.Event)
}

// DeliveryQuery selects a page of deliveries of one endpoint or event, or of the
// whole tenant.
type DeliveryQuery struct {
	Endpoint fairlead.EndpointID
	Event    fairlead.EventID
	Failed   bool // only those whose attempts are used up
	After    fairlead.DeliveryID
	Limit    int
}

const (
	maxWait = 60 * time.Second
	// A wake-up comes from inside the event's transaction, which has yet to commit: who
	// waits reads the store after pollFirst, then after pollFactor times that, and so
	// on up to pollLast, which also sees what another node wrote.
	pollFirst  = 3 * time.Millisecond
	pollFactor = 4
	pollLast   = time.Second
)

// Event returns one event, or NotFound.
func (n *Notifying) Event(ctx context.Context, tenant fairlead.TenantID, id fairlead.EventID) (e fairlead.Event, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		e, err = tx.Events.Get(tenant, id)
		return err
	})
	return e, err
}

// Events returns a page of events in the order of sequence. With Wait it returns
// as soon as there is one, or empty when the time is over, or ctx ends while it waits.
func (n *Notifying) Events(ctx context.Context, tenant fairlead.TenantID, q EventQuery) ([]fairlead.Event, error) {
	wait := time.NewTimer(min(q.Wait, maxWait))
	defer wait.Stop()
	pause := pollLast
	woken, leave := n.wakeups.Wait(tenant)
	defer func() { leave() }()
	for waited := false; ; waited = true {
		page, err := n.eventsPassed(ctx, tenant, q)
		if waited && ctx.Err() != nil {
			return nil, nil
		}
		if err != nil || len(page) > 0 || q.Wait <= 0 {
			return page, err
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-wait.C:
			return nil, nil
		case <-woken:
			leave()
			woken, leave = n.wakeups.Wait(tenant) // before reading, so that none is missed
			pause = pollFirst
			time.Sleep(pause) // many wake-ups are one read
		case <-time.After(pause):
		}
		pause = min(pollFactor*pause, pollLast)
	}
}

// Latest is the sequence of a tenant's newest event; 0 where there is none.
func (n *Notifying) Latest(ctx context.Context, tenant fairlead.TenantID) (sequence int64, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		sequence, err = tx.Events.Last(tenant)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("notifying: reading the newest event: %w", err)
	}
	return sequence, nil
}

// Delivery returns one delivery, or NotFound. Its body stays sealed.
func (n *Notifying) Delivery(ctx context.Context, tenant fairlead.TenantID, id fairlead.DeliveryID) (d fairlead.Delivery, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		d, err = tx.Deliveries.Get(tenant, string(id))
		return err
	})
	return d, err
}

// Body is what a delivery posts, as it would be posted now; nil where there is nothing any
// more. It may hold what an institution gave. Who sees it is on the audit trail.
func (n *Notifying) Body(ctx context.Context, tenant fairlead.TenantID, id fairlead.DeliveryID) (body []byte, err error) {
	wall := n.clock()
	err = n.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Deliveries.Get(tenant, string(id)); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: wall, Action: "delivery.reveal", Subject: string(id)})
	})
	if err == nil {
		body, err = n.engine.Body(ctx, tenant, id)
	}
	if err != nil {
		return nil, fmt.Errorf("notifying: showing a body: %w", err)
	}
	return body, nil
}

func (n *Notifying) eventsPassed(ctx context.Context, tenant fairlead.TenantID, q EventQuery) ([]fairlead.Event, error) {
	if q.Pass != nil {
		leave, err := q.Pass(ctx)
		if err != nil {
			return nil, err
		}
		defer leave()
	}
	page, err := n.events(ctx, tenant, q.EventQuery)
	if err == nil && len(page) > 0 && q.Shape != nil {
		q.Shape(page)
	}
	return page, err
}

func (n *Notifying) events(ctx context.Context, tenant fairlead.TenantID, q store.EventQuery) (page []fairlead.Event, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Events.After(tenant, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notifying: reading events: %w", err)
	}
	return page, nil
}

// Deliveries returns a page of deliveries, newest first. Bodies stay sealed.
func (n *Notifying) Deliveries(ctx context.Context, tenant fairlead.TenantID, query DeliveryQuery) (page []fairlead.Delivery, err error) {
	q := store.Query{After: string(query.After), Limit: query.Limit, Newest: true}
	failed := ""
	if query.Failed {
		failed = store.FailedDelivery
	}
	for key, value := range map[store.Key]string{
		store.ByEndpoint: string(query.Endpoint), store.ByEvent: string(query.Event), store.ByFailure: failed,
	} {
		if value != "" {
			q.Where = append(q.Where, store.By(key, value))
		}
	}
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Deliveries.List(tenant, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notifying: reading deliveries: %w", err)
	}
	return page, nil
}
