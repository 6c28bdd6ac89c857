package deliver

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// maxAttempts bounds the log of one delivery.
	maxAttempts = 100
	// recordTimeout bounds the recording of outcomes.
	recordTimeout = 10 * time.Second
)

// outcome is what came of an attempt.
type outcome struct {
	attempt fairlead.Attempt
	after   time.Duration // Retry-After of the answer
	drop    string        // there was nothing to send or nobody to send to: why
}

// accepted reports whether the receiver did.
func (o outcome) accepted() bool { return o.attempt.Status >= 200 && o.attempt.Status < 300 }

// made reports whether there is an outcome yet.
func (o outcome) made() bool { return !o.attempt.At.IsZero() || o.drop != "" }

// disables reports whether the answer disables the endpoint.
func (a *attempt) disables() bool {
	return a.result.attempt.Status == http.StatusGone && a.delivery.Destination.Retry.GoneDisable && a.delivery.Destination.Endpoint != ""
}

// record writes what came of attempts, in the order in which they ended: the
// deliveries' states, their next attempts and the endpoints' health.
func (e *Engine) record(ctx context.Context, tenant fairlead.TenantID, batch []*attempt) error {
	// What was sent can't be unsent: a run that is being stopped still records it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	wall := e.o.Clock()
	err := e.o.Store.Update(ctx, func(tx *store.Tx) error {
		owner, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		rec := recorder{tx: tx, now: owner.Time(wall), endpoints: map[fairlead.EndpointID]*fairlead.Endpoint{}}
		for _, a := range batch {
			if err := rec.record(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		e.receipts.unstored(batch)
		return fmt.Errorf("deliver: recording %d attempts: %w", len(batch), err)
	}
	e.receipts.stored(batch)
	for _, a := range batch {
		e.report(a.recorded, a.result)
	}
	return nil
}

// change changes a delivery that is as it was read, or else as it is by now. Nil
// says that it waits no more.
func change(tx *store.Tx, read *fairlead.Delivery, change func(*fairlead.Delivery)) (*fairlead.Delivery, error) {
	d := *read
	change(&d)
	err := tx.Deliveries.Put(d.Tenant, &d)
	if !fairlead.Is(err, fairlead.Conflict) {
		return &d, err
	}
	d, err = tx.Deliveries.Get(read.Tenant, string(read.ID))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && d.State != fairlead.DeliveryWaiting {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	change(&d)
	return &d, tx.Deliveries.Put(d.Tenant, &d)
}

// recorder records attempts in one transaction.
type recorder struct {
	tx        *store.Tx
	now       time.Time                                  // tenant time
	endpoints map[fairlead.EndpointID]*fairlead.Endpoint // as they are by now; nil: there is none
}

func (r *recorder) record(a *attempt) (err error) {
	a.recorded, err = change(r.tx, &a.delivery, func(d *fairlead.Delivery) {
		applyPolicy(d, a.result, r.now)
		if len(d.Body) == 0 && d.State == fairlead.DeliveryWaiting {
			d.Body = a.sealed
		}
	})
	if err != nil || a.recorded == nil || a.delivery.Destination.Endpoint == "" || a.result.drop != "" {
		return err
	}
	return r.health(a)
}

// applyPolicy is the policy: what becomes of a delivery after an attempt.
func applyPolicy(d *fairlead.Delivery, result outcome, now time.Time) {
	d.Next = time.Time{}
	if result.drop != "" {
		d.State = fairlead.DeliveryDropped
		return
	}
	if d.First.IsZero() {
		d.First = now
	}
	d.Attempts = append(d.Attempts, result.attempt)
	made := len(d.Attempts)
	if limit := max(maxAttempts, len(d.Destination.Retry.Delays)+1); made > limit {
		d.Attempts = d.Attempts[made-limit:]
	}
	policy := d.Destination.Retry
	switch {
	case result.accepted():
		d.State = fairlead.DeliveryDelivered
	case result.attempt.Status == http.StatusGone && policy.GoneDisable:
		d.State = fairlead.DeliveryFailed
	default:
		next, again := nextAttempt(policy, made, d.First, now, result.after, string(d.ID))
		if !again {
			d.State = fairlead.DeliveryFailed
			return
		}
		d.Next = next
	}
}

// health stores since when an endpoint has accepted nothing, and disables one that
// says it is gone.
func (r *recorder) health(a *attempt) (err error) {
	id := a.delivery.Destination.Endpoint
	endpoint, ok := r.endpoints[id]
	if !ok {
		if endpoint, err = endpointOf(r.tx, a.delivery.Tenant, id); err != nil {
			return err
		}
		r.endpoints[id] = endpoint
	}
	if endpoint == nil {
		return nil
	}
	failing, disabled := endpoint.Failing, endpoint.Disabled
	switch {
	case a.result.accepted():
		endpoint.Failing = time.Time{}
	case failing.IsZero():
		endpoint.Failing = r.now
	}
	if a.disables() {
		endpoint.Disabled = cmp.Or(disabled, "gone")
	}
	if endpoint.Failing.Equal(failing) && endpoint.Disabled == disabled {
		return nil
	}
	return r.tx.Endpoints.Put(a.delivery.Tenant, endpoint)
}

// report logs and counts an ended attempt. Addresses are left out: a vendor's
// may carry what is nobody else's business.
func (e *Engine) report(d *fairlead.Delivery, result outcome) {
	if d == nil {
		return
	}
	a := result.attempt
	level, what := slog.LevelWarn, "a delivery was not accepted"
	more := []any{"status", a.Status, "error", a.Error, "next", d.Next}
	switch {
	case result.drop != "":
		level, what, more = slog.LevelInfo, "a delivery was dropped", []any{"why", result.drop}
	case result.accepted():
		level, what, more = slog.LevelDebug, "a delivery was delivered", []any{"status", a.Status, "took", a.Duration}
	}
	if ctx := context.Background(); e.o.Log.Enabled(ctx, level) {
		e.o.Log.With("delivery", d.ID, "event", d.Event, "dialect", d.Destination.Dialect, "state", d.State).Log(ctx, level, what, more...)
	}
	if e.o.Observe != nil {
		e.o.Observe(AttemptEnded{Dialect: d.Destination.Dialect, State: d.State, Status: a.Status, Took: a.Duration})
	}
}
