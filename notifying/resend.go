package notifying

import (
	"context"
	"fmt"
	"slices"
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

// ResendRequest says what of an application is delivered once more, and to whom.
type ResendRequest struct {
	Application fairlead.Application
	Events      []fairlead.EventID  // those, in this order; else
	From, To    time.Time           // all of a span of tenant time: From is included, To is not, and a zero one is open
	Endpoint    fairlead.EndpointID // only what goes to this endpoint
	Address     string              // only what goes to this address
	// Instead is an address that gets it in place of the endpoint, whose secret signs.
	Instead string
}

// to is whom a request has events delivered to; it may lead a destination elsewhere.
func (r ResendRequest) to() func(*fairlead.Destination) bool {
	return func(d *fairlead.Destination) bool {
		if r.Endpoint != "" && d.Endpoint != r.Endpoint || r.Address != "" && d.Address != r.Address {
			return false
		}
		if r.Instead != "" {
			d.Address, d.Endpoint = r.Instead, ""
		}
		return true
	}
}

// maxSelected is how many events one request may name.
const maxSelected = 500

// ResendMany delivers events of an application once more, in their order. It returns the
// number of new deliveries. A span of more than 10 000 events is TooLarge, before anything
// is resent; an event of another application is NotFound; an address that the application
// may not have webhooks at is Invalid.
func (n *Notifying) ResendMany(ctx context.Context, r ResendRequest) (int, error) {
	if r.Instead != "" {
		if r.Endpoint == "" {
			return 0, fairlead.InvalidField("endpoint", "required", "must say whose deliveries go to the other address")
		}
		if err := n.engine.CheckAddress(r.Application, r.Instead); err != nil {
			return 0, addressRefused("instead", err)
		}
	}
	if len(r.Events) == 0 {
		return n.resendSpan(ctx, r)
	}
	if len(r.Events) > maxSelected {
		return 0, fairlead.Errorf(fairlead.TooLarge, "At most %d events can be named.", maxSelected)
	}
	all := make([]fairlead.Event, 0, len(r.Events))
	for _, id := range r.Events {
		e, err := n.Event(ctx, r.Application.Tenant, id)
		if err != nil {
			return 0, fmt.Errorf("notifying: resending events: %w", err)
		}
		if e.Application != r.Application.ID {
			return 0, fairlead.Errorf(fairlead.NotFound, "The application has no such event.")
		}
		all = append(all, e)
	}
	count := 0
	for page := range slices.Chunk(all, resendPage) {
		made, err := n.again(ctx, r.Application.Tenant, page, r.to())
		if count += made; err != nil {
			return count, fmt.Errorf("notifying: resending events: %w", err)
		}
	}
	return count, nil
}

// resendSpan is ResendMany of a span.
func (n *Notifying) resendSpan(ctx context.Context, r ResendRequest) (int, error) {
	tenant := r.Application.Tenant
	q := store.EventQuery{Application: r.Application.ID, From: r.From, To: r.To}
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
		made, err := n.again(ctx, tenant, page, r.to())
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
	ctx context.Context, tenant fairlead.TenantID, events []fairlead.Event, wanted func(*fairlead.Destination) bool,
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
