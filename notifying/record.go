package notifying

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// keepAttempts bounds the log of one notice.
	keepAttempts = 100
	// recordTime bounds the writing of what came of attempts.
	recordTime = 10 * time.Second
)

// tried is what came of an attempt.
type tried struct {
	attempt fairlead.Attempt
	after   time.Duration // Retry-After of the answer
	drop    string        // there was nothing to send or nobody to send to: why
}

// good tells whether the receiver accepted.
func (t tried) good() bool { return t.attempt.Status >= 200 && t.attempt.Status < 300 }

// made tells whether there is an outcome yet.
func (t tried) made() bool { return !t.attempt.At.IsZero() || t.drop != "" }

// disables tells whether the answer disables the endpoint.
func (t *telling) disables() bool {
	return t.result.attempt.Status == http.StatusGone && t.notice.Destination.Retry.GoneDisable && t.notice.Destination.Endpoint != ""
}

// batch is what one transaction records: bodies that are to be sent, and what
// came of attempts, in the order in which they ended.
type batch struct {
	bodies, ended []*telling
}

// record writes a batch, with all that follows: the notices' states, their next
// attempts and the endpoints' health. It tells whether an endpoint was disabled.
func (n *Notifying) record(ctx context.Context, tenant fairlead.TenantID, b batch) (disabled bool, err error) {
	// What was sent can't be unsent: a run that is being stopped still records it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	wall := n.clock()
	err = n.update(ctx, func(tx *store.Tx) error {
		for _, t := range b.bodies {
			if err := recordBody(tx, t); err != nil {
				return err
			}
		}
		owner, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		w := writer{tx: tx, now: owner.Time(wall), endpoints: map[fairlead.EndpointID]*fairlead.Endpoint{}}
		for _, t := range b.ended {
			if err := w.record(t); err != nil {
				return err
			}
		}
		disabled = w.disabled
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("notifying: recording %d attempts: %w", len(b.ended), err)
	}
	for _, t := range b.bodies {
		t.notice, t.moot = t.recorded, t.recorded.ID == "" || triedSince(t.notice, t.recorded)
	}
	for _, t := range b.ended {
		n.report(t.recorded, t.result)
	}
	return disabled, nil
}

// waiting changes a notice that is as it was read, or else as it is by now. The
// zero notice tells that it waits no more.
func waiting(tx *store.Tx, read fairlead.Delivery, change func(*fairlead.Delivery)) (fairlead.Delivery, error) {
	notice := read
	change(&notice)
	err := tx.Deliveries.Put(notice.Tenant, &notice)
	if !fairlead.Is(err, fairlead.Conflict) {
		return notice, err
	}
	notice, err = tx.Deliveries.Get(read.Tenant, string(read.ID))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && notice.State != fairlead.DeliveryWaiting {
		return fairlead.Delivery{}, nil
	}
	if err != nil {
		return notice, err
	}
	change(&notice)
	return notice, tx.Deliveries.Put(notice.Tenant, &notice)
}

// recordBody keeps a body, unless there is one.
func recordBody(tx *store.Tx, t *telling) (err error) {
	t.recorded, err = waiting(tx, t.notice, func(n *fairlead.Delivery) {
		if len(n.Body) == 0 {
			n.Body = t.sealed
		}
	})
	return err
}

// writer records attempts in one transaction.
type writer struct {
	tx        *store.Tx
	now       time.Time                                  // tenant time
	endpoints map[fairlead.EndpointID]*fairlead.Endpoint // as they are by now; nil: there is none
	disabled  bool                                       // one was
}

func (w *writer) record(t *telling) (err error) {
	t.recorded, err = waiting(w.tx, t.notice, func(n *fairlead.Delivery) {
		follow(n, t.result, w.now)
		if len(n.Body) == 0 && n.State == fairlead.DeliveryWaiting {
			n.Body = t.sealed
		}
	})
	if err != nil || t.recorded.ID == "" {
		return err
	}
	return w.health(t.recorded, t.result)
}

// follow is the policy: what becomes of a notice after an attempt.
func follow(notice *fairlead.Delivery, result tried, now time.Time) {
	notice.Next = time.Time{}
	if result.drop != "" {
		notice.State = fairlead.DeliveryDropped
		return
	}
	if notice.First.IsZero() {
		notice.First = now
	}
	notice.Attempts = append(notice.Attempts, result.attempt)
	made := len(notice.Attempts)
	if most := max(keepAttempts, len(notice.Destination.Retry.Delays)+1); made > most {
		notice.Attempts = notice.Attempts[made-most:]
	}
	policy := notice.Destination.Retry
	switch {
	case result.good():
		notice.State = fairlead.DeliveryDelivered
	case result.attempt.Status == http.StatusGone && policy.GoneDisable:
		notice.State = fairlead.DeliveryFailed
	default:
		next, again := nextAttempt(policy, made, notice.First, now, result.after, string(notice.ID))
		if !again {
			notice.State = fairlead.DeliveryFailed
			return
		}
		notice.Next = next
	}
}

// health keeps since when an endpoint has accepted nothing, and disables one that
// says it is gone. It writes only when something changes.
func (w *writer) health(notice fairlead.Delivery, result tried) (err error) {
	id := notice.Destination.Endpoint
	if id == "" || result.drop != "" {
		return nil
	}
	endpoint, ok := w.endpoints[id]
	if !ok {
		if endpoint, err = about(w.tx.Endpoints, notice.Tenant, string(id)); err != nil {
			return err
		}
		w.endpoints[id] = endpoint
	}
	if endpoint == nil {
		return nil
	}
	gone := result.attempt.Status == http.StatusGone && notice.Destination.Retry.GoneDisable
	switch {
	case result.good() && !endpoint.Failing.IsZero():
		endpoint.Failing = time.Time{}
	case !result.good() && (endpoint.Failing.IsZero() || gone && endpoint.Disabled == ""):
		if endpoint.Failing.IsZero() {
			endpoint.Failing = w.now
		}
		if gone && endpoint.Disabled == "" {
			endpoint.Disabled, w.disabled = "gone", true
		}
	default:
		return nil
	}
	return w.tx.Endpoints.Put(notice.Tenant, endpoint)
}

// report logs and counts an ended attempt. Addresses are left out: a vendor's
// may carry what is nobody else's business.
func (n *Notifying) report(notice fairlead.Delivery, result tried) {
	if notice.ID == "" {
		return
	}
	a := result.attempt
	level, what := slog.LevelWarn, "a notice was not accepted"
	more := []any{"status", a.Status, "error", a.Error, "next", notice.Next}
	switch {
	case result.drop != "":
		level, what, more = slog.LevelInfo, "a notice was dropped", []any{"why", result.drop}
	case result.good():
		level, what, more = slog.LevelDebug, "a notice was delivered", []any{"status", a.Status, "took", a.Duration}
	}
	if ctx := context.Background(); n.log.Enabled(ctx, level) {
		n.log.With("notice", notice.ID, "event", notice.Event, "dialect", notice.Destination.Dialect, "state", notice.State).Log(ctx, level, what, more...)
	}
	if n.observe != nil {
		n.observe(AttemptEnded{Dialect: notice.Destination.Dialect, State: notice.State, Status: a.Status, Took: a.Duration})
	}
}
