package notifying

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// EventQuery asks for a page of events. Wait holds the answer until there is one.
type EventQuery struct {
	store.EventQuery
	Wait time.Duration // at most 60 s, real time
}

// DeliveryQuery asks for a page of notices of one endpoint or event, or of
// the whole tenant.
type DeliveryQuery struct {
	Endpoint fairlead.EndpointID
	Event    fairlead.EventID
	After    fairlead.DeliveryID
	Limit    int
}

const (
	mostWait = 60 * time.Second
	// pollNet is how often a waiting ask looks into the store whatever happens:
	// another node may have written.
	pollNet = time.Second
	// pollEager is when it looks after a hint, as the event's transaction has yet to
	// commit; then after pollSlower times that, and so on up to pollNet.
	pollEager  = 3 * time.Millisecond
	pollSlower = 4
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
// as soon as there is one, or empty when the time is over.
func (n *Notifying) Events(ctx context.Context, tenant fairlead.TenantID, ask EventQuery) ([]fairlead.Event, error) {
	wait := time.NewTimer(min(ask.Wait, mostWait))
	defer wait.Stop()
	pause := pollNet
	for {
		hint := n.hints.next(lane{tenant: tenant}) // before looking, so that none is missed
		page, err := n.events(ctx, tenant, ask.EventQuery)
		if err != nil || len(page) > 0 || ask.Wait <= 0 {
			return page, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-wait.C:
			return nil, nil
		case <-hint:
			pause = pollEager
			time.Sleep(pause) // a burst of hints is one look
		case <-time.After(pause):
		}
		pause = min(pollSlower*pause, pollNet)
	}
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

// Deliveries returns a page of notices, newest first. Bodies stay sealed.
func (n *Notifying) Deliveries(ctx context.Context, tenant fairlead.TenantID, ask DeliveryQuery) (page []fairlead.Delivery, err error) {
	q := store.Query{After: string(ask.After), Limit: ask.Limit, Newest: true}
	for key, value := range map[store.Key]string{
		store.ByEndpoint: string(ask.Endpoint), store.ByEvent: string(ask.Event),
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
		return nil, fmt.Errorf("notifying: reading notices: %w", err)
	}
	return page, nil
}

// hints tell those who wait for a tenant's events, or for what goes into one of its
// lanes, that some is about to be committed. It is a hint from inside the
// transaction, which may yet fail: who gets it looks into the store, often at first.
type hints struct {
	mu      sync.Mutex
	waiting map[lane]chan struct{}
}

// next is closed at the next hint of a lane.
func (h *hints) next(of lane) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	c, ok := h.waiting[of]
	if !ok {
		if h.waiting == nil {
			h.waiting = map[lane]chan struct{}{}
		}
		c = make(chan struct{})
		h.waiting[of] = c
	}
	return c
}

// give releases all who wait.
func (h *hints) give(of lane) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c, ok := h.waiting[of]; ok {
		close(c)
		delete(h.waiting, of)
	}
}
