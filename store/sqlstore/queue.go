package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// queue is the work table as workers see it: a work queue with leases.
type queue struct{ s *sqlStore }

func (q queue) Claim(ctx context.Context, r store.ClaimRequest) ([]fairlead.Work, error) {
	var claimed []fairlead.Work
	err := q.s.update(ctx, func(tx *tx) (err error) {
		claimed, err = tx.claim(r, &q.s.rotation)
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// claim leases what is due; rotation: which tenant is served next, nil where it is one
// tenant's work.
func (tx *tx) claim(r store.ClaimRequest, rotation *rotation) ([]fairlead.Work, error) {
	if r.Owner == "" || r.Lease <= 0 {
		return nil, internal("a claim without an owner or a lease")
	}
	if err := tx.writeWork(); err != nil {
		return nil, err
	}
	now, err := tx.sql.Now(tx.Tx)
	if err != nil {
		return nil, err
	}
	c := claim{tx: tx, r: r, now: now, limit: store.PageSize(r.Limit, 16, 500), running: map[string]int{}}
	if err := c.freeExpired(); err != nil {
		return nil, err
	}
	if err := c.pick(rotation); err != nil {
		return nil, err
	}
	return c.picked, tx.sql.Lease(tx.Tx, c.picked)
}

// leaseKey is the row of one lease that still runs.
const leaseKey = "tenant = $1 AND kind = $2 AND key = $3 AND owner = $4 AND attempt = $5"

func leaseArgs(w fairlead.Work, more ...any) []any {
	return append([]any{string(w.Tenant), string(w.Kind), w.Key, w.Owner, w.Attempt}, more...)
}

func (q queue) Renew(ctx context.Context, owner string, leased []fairlead.Work, lease time.Duration) ([]fairlead.Work, error) {
	var renewed []fairlead.Work
	err := q.s.update(ctx, func(tx *tx) error {
		renewed = nil
		now, err := tx.sql.Now(tx.Tx)
		if err != nil {
			return err
		}
		until := now + lease.Microseconds()
		for _, w := range leased {
			w.Owner = owner
			n, err := tx.Exec("UPDATE work SET lease = $6 WHERE "+leaseKey, leaseArgs(w, until)...)
			if err != nil {
				return err
			}
			if n == 1 {
				w.Lease = fromMicros(until)
				renewed = append(renewed, w)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return renewed, nil
}

// meanwhile is what others did to a row while it ran.
type meanwhile struct {
	again     sql.NullInt64
	cancelled bool
}

func scanMeanwhile(row engine.Scanner) (m meanwhile, err error) {
	err = row.Scan(&m.again, &m.cancelled)
	return m, err
}

func (q queue) Finish(ctx context.Context, w fairlead.Work, result store.WorkResult) error {
	return q.s.update(ctx, func(tx *tx) error {
		if err := tx.writeWork(); err != nil {
			return err
		}
		m, found, err := one(tx, scanMeanwhile, "SELECT again, cancelled FROM work WHERE "+leaseKey+tx.sql.ForUpdate(), leaseArgs(w)...)
		if err != nil {
			return err
		}
		if !found {
			return fairlead.Errorf(fairlead.Conflict, "The lease on this work was lost.")
		}
		tx.Outbox.Wake = tx.Outbox.Wake || w.ConcurrencyKey != "" || m.again.Valid // its key has room, or it runs again
		return tx.finish(w, result, m)
	})
}

// finish: parking wins, then a cancel; of what the run and what others want next, the
// earlier.
func (tx *tx) finish(w fairlead.Work, result store.WorkResult, m meanwhile) error {
	failures := "0"
	if result.Failed {
		failures = "failures + 1"
	}
	free := "UPDATE work SET owner = '', lease = 0, again = NULL, cancelled = 0, error = $6, failures = " + failures
	if result.Park != "" {
		_, err := tx.Exec(free+", parked = $7 WHERE "+leaseKey, leaseArgs(w, result.Error, result.Park)...)
		return err
	}
	next := m.again
	if !result.Again.IsZero() && !m.cancelled {
		if own := micros(result.Again); !next.Valid || own < next.Int64 {
			next = sql.NullInt64{Int64: own, Valid: true}
		}
	}
	if !next.Valid {
		_, err := tx.Exec("DELETE FROM work WHERE "+leaseKey, leaseArgs(w)...)
		return err
	}
	_, err := tx.Exec(free+", due = $7 WHERE "+leaseKey, leaseArgs(w, result.Error, next.Int64)...)
	return err
}

func (q queue) Release(ctx context.Context, owner string) error {
	return q.s.update(ctx, func(tx *tx) error {
		tx.Outbox.Wake = true
		if err := tx.writeWork(); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM work WHERE owner <> '' AND owner = $1 AND cancelled = 1", owner); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE work SET owner = '', lease = 0 WHERE owner <> '' AND owner = $1", owner)
		return err
	})
}

func (q queue) Wake() <-chan struct{} { return q.s.engine.Wake() }
