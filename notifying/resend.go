package notifying

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// resendPage is how many events are routed anew in one transaction.
	resendPage = 25
	// maxResend is how many events one range may hold.
	maxResend = 10_000
)

// Resend delivers an event once more: new deliveries, with ids of their own, to
// whoever the dialects name now. It returns how many.
func (n *Notifying) Resend(ctx context.Context, tenant fairlead.TenantID, id fairlead.EventID) (int, error) {
	e, err := n.Event(ctx, tenant, id)
	if err != nil {
		return 0, fmt.Errorf("notifying: resending an event: %w", err)
	}
	count, err := n.again(ctx, tenant, []fairlead.Event{e}, nil)
	if err != nil {
		return 0, fmt.Errorf("notifying: resending an event: %w", err)
	}
	return count, nil
}

// ResendRange delivers an application's events of a span of tenant time once more,
// in their order; from is included, to is not, and a zero one is open. endpoint
// or address, if given, narrows to one receiver. It returns the number of new
// deliveries. More than 10 000 events are TooLarge, before anything is resent.
func (n *Notifying) ResendRange(
	ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, from, to time.Time, endpoint fairlead.EndpointID, address string,
) (int, error) {
	wanted := func(t fairlead.Destination) bool {
		return (endpoint == "" || t.Endpoint == endpoint) && (address == "" || t.Address == address)
	}
	q := store.EventQuery{Application: app, From: from, To: to}
	last, err := n.lastOf(ctx, tenant, q)
	if err != nil {
		return 0, err
	}
	count := 0
	for q.Limit = resendPage; ; {
		page, err := n.events(ctx, tenant, q)
		if err != nil {
			return count, err
		}
		for len(page) > 0 && page[len(page)-1].Sequence > last { // came in since: delivered already
			page = page[:len(page)-1]
		}
		if len(page) == 0 {
			return count, nil
		}
		made, err := n.again(ctx, tenant, page, wanted)
		count += made
		if err != nil {
			return count, fmt.Errorf("notifying: resending events: %w", err)
		}
		q.Sequence = page[len(page)-1].Sequence
	}
}

// lastOf returns the last sequence of a range, or TooLarge.
func (n *Notifying) lastOf(ctx context.Context, tenant fairlead.TenantID, q store.EventQuery) (last int64, err error) {
	q.Limit = 1000
	for events := 0; ; {
		page, err := n.events(ctx, tenant, q)
		if err != nil || len(page) == 0 {
			return last, err
		}
		if events += len(page); events > maxResend {
			return 0, fairlead.Errorf(fairlead.TooLarge, "The range holds more than %d events. Ask for a shorter one.", maxResend)
		}
		last = page[len(page)-1].Sequence
		q.Sequence = last
	}
}

// again routes events anew in one transaction.
func (n *Notifying) again(
	ctx context.Context, tenant fairlead.TenantID, events []fairlead.Event, wanted func(fairlead.Destination) bool,
) (count int, err error) {
	wall := n.clock()
	err = n.store.Update(ctx, func(tx *store.Tx) error {
		count = 0
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		for _, e := range events {
			made, err := n.route(newLoader(tx), e, n.need(e), t.Time(wall), wanted)
			if err != nil {
				return err
			}
			count += made
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return count, nil
}
