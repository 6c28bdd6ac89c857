package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// queue is the work table as workers see it.
type queue struct {
	engine engine
	turn   *claimTurn
}

func (q queue) Claim(ctx context.Context, ask store.ClaimRequest) ([]fairlead.Work, error) {
	if ask.Owner == "" || ask.Lease <= 0 {
		return nil, internal("a claim without an owner or a lease")
	}
	var claimed []fairlead.Work
	err := q.engine.update(ctx, func(s *session) error {
		if err := s.flushDues(); err != nil {
			return err
		}
		c := claimer{s: s, ask: ask, limit: pageSize(ask.Limit, 16, 500), running: map[string]int{}}
		if err := c.freeExpired(); err != nil {
			return err
		}
		if err := c.pick(q.turn); err != nil {
			return err
		}
		claimed = c.picked
		return s.engine.lease(s, claimed)
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// leaseKey is the row of one lease that is still held.
const leaseKey = "tenant = $1 AND kind = $2 AND key = $3 AND owner = $4 AND attempt = $5"

func leaseArgs(w fairlead.Work, more ...any) []any {
	return append([]any{string(w.Tenant), string(w.Kind), w.Key, w.Owner, w.Attempt}, more...)
}

func (q queue) Renew(ctx context.Context, owner string, held []fairlead.Work, until time.Time) ([]fairlead.Work, error) {
	var kept []fairlead.Work
	err := q.engine.update(ctx, func(s *session) error {
		kept = nil
		for _, w := range held {
			w.Owner = owner
			n, err := s.exec("UPDATE work SET lease = $6 WHERE "+leaseKey, leaseArgs(w, instant(until))...)
			if err != nil {
				return err
			}
			if n == 1 {
				w.Lease = until
				kept = append(kept, w)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

// leased is what happened to a row while it ran.
type leased struct {
	again     sql.NullInt64
	cancelled bool
}

func scanLeased(row scanner) (l leased, err error) {
	err = row.Scan(&l.again, &l.cancelled)
	return l, err
}

func (q queue) Settle(ctx context.Context, w fairlead.Work, outcome store.WorkResult) error {
	return q.engine.update(ctx, func(s *session) error {
		if err := s.flushDues(); err != nil {
			return err
		}
		l, held, err := one(s, scanLeased, "SELECT again, cancelled FROM work WHERE "+leaseKey+s.engine.forUpdate(), leaseArgs(w)...)
		if err != nil {
			return err
		}
		if !held {
			return fairlead.Errorf(fairlead.Conflict, "The lease on this work was lost.")
		}
		s.wakes = s.wakes || w.ConcurrencyKey != "" || l.again.Valid // a place in the lane is free, or it runs again
		return settle(s, w, outcome, l)
	})
}

// settle: parking wins, then a cancel; of what the run and what others want
// next, the earlier.
func settle(s *session, w fairlead.Work, outcome store.WorkResult, l leased) error {
	fails := "0"
	if outcome.Failed {
		fails = "fails + 1"
	}
	free := "UPDATE work SET owner = '', lease = 0, again = NULL, cancelled = 0, fails = " + fails
	if outcome.Park != "" {
		_, err := s.exec(free+", parked = $6 WHERE "+leaseKey, leaseArgs(w, outcome.Park)...)
		return err
	}
	next := l.again
	if !outcome.Again.IsZero() && !l.cancelled {
		if own := instant(outcome.Again); !next.Valid || own < next.Int64 {
			next = sql.NullInt64{Int64: own, Valid: true}
		}
	}
	if !next.Valid {
		_, err := s.exec("DELETE FROM work WHERE "+leaseKey, leaseArgs(w)...)
		return err
	}
	_, err := s.exec(free+", due = $6 WHERE "+leaseKey, leaseArgs(w, next.Int64)...)
	return err
}

func (q queue) Release(ctx context.Context, owner string) error {
	return q.engine.update(ctx, func(s *session) error {
		s.wakes = true
		if err := s.flushDues(); err != nil {
			return err
		}
		if _, err := s.exec("DELETE FROM work WHERE owner <> '' AND owner = $1 AND cancelled = 1", owner); err != nil {
			return err
		}
		_, err := s.exec("UPDATE work SET owner = '', lease = 0 WHERE owner <> '' AND owner = $1", owner)
		return err
	})
}

func (q queue) Wake() <-chan struct{} { return q.engine.woken().c }
