package collecting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// Institutions and services say how often they may be called. What was called is counted in
// the connection before each call, so that neither a crash nor a restart forgets it, and
// until when no more calls are taken is stored with whom it concerns.

// errQuota is under the refusal of a call that was not made: it would exceed the quota.
var errQuota = errors.New("collecting: the connection's quota is used up")

// clocksApart is how far the clocks of nodes may be apart.
const clocksApart = 5 * time.Minute

// attendedFor is how long somebody who requested a collection is taken to wait for it.
const attendedFor = 15 * time.Minute

// attended reports whether a person requested the collection and waits.
func (r *run) attended() bool {
	if r.awaited {
		return true
	}
	switch r.col.Cause {
	case fairlead.CauseFirst:
		return r.conn.Failures == 0 && r.now.Sub(r.col.Started) < attendedFor // later tries are the schedule's
	case fairlead.CauseRequested, fairlead.CauseRelink:
		return r.now.Sub(r.col.Started) < attendedFor
	}
	return false
}

// count is Session.Count for a connector with a quota.
func (r *run) count(q connector.Quota) func(context.Context) error {
	attended := r.attended()
	return func(ctx context.Context) error {
		var wait time.Duration
		now := r.tenant.Time(r.o.Clock())
		err := r.o.Store.Update(ctx, func(tx *store.Tx) error {
			conn, err := r.fresh(tx)
			if err != nil {
				return err
			}
			if wait = spend(&conn, q, attended, now); wait > 0 {
				return nil
			}
			return tx.Connections.Put(r.tenant.ID, &conn)
		})
		if err != nil {
			return fmt.Errorf("collecting: counting a call: %w", err)
		}
		if wait > 0 {
			return &fairlead.Error{
				Kind: fairlead.SlowDown, Detail: "The calls that may be made for this connection are used up for now.", RetryAfter: wait, Err: errQuota,
			}
		}
		return nil
	}
}

// spend counts a call, or says how long to wait until it may be made. Calls that have left
// the span, and those of a clock that was ahead, are forgotten.
func spend(conn *fairlead.Connection, q connector.Quota, attended bool, now time.Time) (wait time.Duration) {
	if attended && !q.Attended {
		return 0
	}
	calls := counting(*conn, q, now)
	if over := len(calls) - q.Calls; over >= 0 && !attended {
		return calls[over].Add(q.Every).Sub(now)
	}
	conn.Calls = append(calls, now)
	return 0
}

// counting are the calls of a connection that count in a quota now, oldest first.
func counting(conn fairlead.Connection, q connector.Quota, now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(conn.Calls), func(at time.Time) bool {
		return !at.After(now.Add(-q.Every)) || at.After(now.Add(clocksApart))
	})
}

// pace is how far apart unattended tries are at least, so that they are spread over the
// span of a quota; 0: there is none.
func (r *run) pace() time.Duration {
	if r.source.connector == nil {
		return 0
	}
	if q := r.source.connector.Describe().Quota; q != nil && q.Calls > 0 {
		return q.Every / time.Duration(q.Calls)
	}
	return 0
}

// resets is until when no more calls are taken.
type resets struct {
	connection time.Time // tenant time
	provider   time.Time // real time
}

func (r resets) isZero() bool { return r == resets{} }

// resetsBy is what the problems of a page say of that.
func (r *run) resetsBy(partial []connector.PartialProblem) (out resets) {
	for _, p := range partial {
		out.note(p.Err, r.now, r.o.Clock())
	}
	return out
}

// note adds what an error says. A call that we did not make ourselves is no refusal.
func (r *resets) note(err error, now, wall time.Time) {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind != fairlead.SlowDown || e.RetryAfter <= 0 || errors.Is(err, errQuota) {
		return
	}
	after := min(e.RetryAfter, fairlead.MaxRetryAfter)
	if e.Provider {
		r.provider = latest(r.provider, wall.Add(after).Truncate(time.Microsecond)) // as finely as work knows its due
		return
	}
	r.connection = latest(r.connection, now.Add(after).Truncate(time.Microsecond))
}

// apply writes it to the connection, which the caller writes, and to its provider.
func (r resets) apply(tx *store.Tx, conn *fairlead.Connection) error {
	if r.connection.After(conn.ResetsAt) {
		conn.ResetsAt, conn.ResetsByProvider = r.connection, false
	}
	if r.provider.IsZero() {
		return nil
	}
	provider, err := tx.Providers.Find(conn.Tenant, store.By(store.ByConnector, conn.Connector))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil || !r.provider.After(provider.ResetsAt) {
		return err
	}
	provider.ResetsAt = r.provider
	return tx.Providers.Put(conn.Tenant, &provider)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// resetOf is until when no calls are taken for a connection, by itself or by its provider,
// in tenant time; zero: they are. Connections of one provider go on one after the other.
func resetOf(tx *store.Tx, conn fairlead.Connection, now, wall time.Time) (time.Time, error) {
	until := time.Time{}
	if conn.ResetsAt.After(now) {
		until = conn.ResetsAt
	}
	provider, err := tx.Providers.Find(conn.Tenant, store.By(store.ByConnector, conn.Connector))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return until, err
	}
	left := provider.ResetsAt.Sub(wall)
	switch {
	case conn.ResetsByProvider && provider.ResetsAt.IsZero():
		return time.Time{}, nil // the operator has seen to it since
	case left > 0:
		until = latest(until, now.Add(left))
	}
	return until, nil
}

// mustWait reports whether a collection of the cause makes calls that nobody's new login
// allows.
func mustWait(cause fairlead.Cause) bool {
	switch cause {
	case fairlead.CauseSchedule, fairlead.CauseRequested, fairlead.CauseUpdated:
		return true
	}
	return false
}

// postpone says in the connection until when nothing is collected.
func (r *run) postpone(ctx context.Context, until time.Time) error {
	if r.conn.ResetsAt.Equal(until) && r.conn.NextRun.Equal(until) {
		return nil
	}
	return r.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := r.fresh(tx)
		if err != nil {
			return err
		}
		if !conn.ResetsAt.Equal(until) {
			conn.ResetsAt, conn.ResetsByProvider = until, true
		}
		conn.NextRun = until
		return tx.Connections.Put(r.tenant.ID, &conn)
	})
}

// retryAt refuses a request to collect now, with the time from which on it may be made.
func retryAt(until, now time.Time) error {
	return &fairlead.Error{
		Kind: fairlead.RateLimited, RetryAfter: until.Sub(now),
		Detail: "The institution takes no more requests until " + until.UTC().Format(time.RFC3339) + ".",
	}
}
