package notifying

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// keepAttempts bounds the log of one notice.
const keepAttempts = 100

// tried is what came of an attempt.
type tried struct {
	attempt fairlead.Attempt
	after   time.Duration // Retry-After of the answer
	drop    string        // there was nothing to send or nobody to send to: why
}

// good tells whether the receiver accepted.
func (t tried) good() bool { return t.attempt.Status >= 200 && t.attempt.Status < 300 }

// record writes what came of an attempt, in one transaction with what follows
// from it: the notice's state, the next attempt, the line moving on, and the
// endpoint's health.
func (n *Notifying) record(ctx context.Context, t telling, result tried) error {
	var notice fairlead.Notice
	// What was sent can't be unsent: a run that is being stopped still records it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	body, err := n.toRepeat(t, result)
	if err != nil {
		return fmt.Errorf("notifying: recording an attempt of %s: %w", t.notice.ID, err)
	}
	real := n.clock()
	err = n.update(ctx, func(tx *store.Tx) (err error) {
		if err := leave(tx, t.notice.Tenant, t.place); err != nil {
			return err
		}
		notice, err = tx.Notices.Get(t.notice.Tenant, string(t.notice.ID))
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil || notice.State != fairlead.NoticeWaiting {
			return err
		}
		tenant, err := tx.Tenants.Get(notice.Tenant)
		if err != nil {
			return err
		}
		now := tenant.Time(real)
		follow(&notice, result, now)
		if len(notice.Body) == 0 && notice.State == fairlead.NoticeWaiting {
			notice.Body = body
		}
		if err := tx.Notices.Put(notice.Tenant, &notice); err != nil {
			return err
		}
		if notice.State == fairlead.NoticeWaiting {
			err = tx.Work.Due(fairlead.Work{
				Kind: fairlead.DeliverWork, Key: string(notice.ID), Tenant: notice.Tenant, Lane: laneOf(notice.Target), Due: notice.Next,
			})
			if err != nil {
				return err
			}
		}
		return health(tx, notice, result, now)
	})
	if err != nil {
		return fmt.Errorf("notifying: recording an attempt of %s: %w", t.notice.ID, err)
	}
	n.report(notice, result)
	return nil
}

// toRepeat seals a derived body that may have to be sent once more.
func (n *Notifying) toRepeat(t telling, result tried) (fairlead.Sealed, error) {
	if t.rendered == nil || result.good() {
		return nil, nil
	}
	return n.vault.SealRoot(vault.Owner{Tenant: t.notice.Tenant, ID: string(t.notice.ID)}, t.rendered)
}

// follow is the policy: what becomes of a notice after an attempt.
func follow(notice *fairlead.Notice, result tried, now time.Time) {
	notice.Next = time.Time{}
	if result.drop != "" {
		notice.State = fairlead.NoticeDropped
		return
	}
	if notice.First.IsZero() {
		notice.First = now
	}
	notice.Attempts = append(notice.Attempts, result.attempt)
	made := len(notice.Attempts)
	if most := max(keepAttempts, len(notice.Target.Retry.Delays)+1); made > most {
		notice.Attempts = notice.Attempts[made-most:]
	}
	policy := notice.Target.Retry
	switch {
	case result.good():
		notice.State = fairlead.NoticeDelivered
	case result.attempt.Status == http.StatusGone && policy.GoneDisable:
		notice.State = fairlead.NoticeFailed
	default:
		next, again := nextAttempt(policy, made, notice.First, now, result.after, string(notice.ID))
		if !again {
			notice.State = fairlead.NoticeFailed
			return
		}
		notice.Next = next
	}
}

// health keeps since when an endpoint has accepted nothing, and disables one that
// says it is gone. It writes only when something changes.
func health(tx *store.Tx, notice fairlead.Notice, result tried, now time.Time) error {
	if notice.Target.Endpoint == "" || result.drop != "" {
		return nil
	}
	endpoint, err := about(tx.Endpoints, notice.Tenant, string(notice.Target.Endpoint))
	if err != nil || endpoint == nil {
		return err
	}
	gone := result.attempt.Status == http.StatusGone && notice.Target.Retry.GoneDisable
	switch {
	case result.good() && !endpoint.Failing.IsZero():
		endpoint.Failing = time.Time{}
	case !result.good() && (endpoint.Failing.IsZero() || gone):
		if endpoint.Failing.IsZero() {
			endpoint.Failing = now
		}
		if gone && endpoint.Disabled == "" {
			endpoint.Disabled = "gone"
		}
	default:
		return nil
	}
	return tx.Endpoints.Put(notice.Tenant, endpoint)
}

// report logs and counts an ended attempt. Addresses are left out: a vendor's
// may carry what is nobody else's business.
func (n *Notifying) report(notice fairlead.Notice, result tried) {
	if notice.ID == "" {
		return
	}
	a := result.attempt
	note := []any{"notice", notice.ID, "event", notice.Event, "dialect", notice.Target.Dialect, "state", notice.State}
	switch {
	case result.drop != "":
		n.log.Info("a notice was dropped", append(note, "why", result.drop)...)
	case result.good():
		n.log.Debug("a notice was delivered", append(note, "status", a.Status, "took", a.Duration)...)
	default:
		n.log.Warn("a notice was not accepted", append(note, "status", a.Status, "error", a.Error, "next", notice.Next)...)
	}
	if n.observe != nil {
		n.observe(Told{Dialect: notice.Target.Dialect, State: notice.State, Status: a.Status, Took: a.Duration})
	}
}
