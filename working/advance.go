package working

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// More runs of one row than these, at one instant or within a minute of the
	// tenant's time, say that it makes itself due for ever.
	maxRunsPerInstant = 2000
	maxRunsPerMinute  = 50_000
	// minPause and maxPause bound the pauses while somebody else runs a row.
	minPause = 2 * time.Millisecond
	maxPause = 50 * time.Millisecond
	// cancelGrace is what a run is given to end when its advance is cancelled.
	cancelGrace = 2 * time.Second
)

// Advance moves a sandbox tenant's clock: it takes the earliest due work up to
// the target, sets the clock to it, runs it to its end, and repeats; when nothing
// is left it sets the clock to the target. Rows that other workers took are
// waited for. It returns the tenant's time then and how many runs ended on this
// node meanwhile, whichever of its workers did them.
//
// Live tenants are Forbidden, and going back is Invalid. It ends with ctx, but what
// runs just then is given a moment to come to its end; what was done by then stays
// done, and the clock stands where it came to.
func (w *Working) Advance(ctx context.Context, tenant fairlead.TenantID, to time.Time) (now time.Time, done int, err error) {
	to = to.UTC().Truncate(time.Microsecond)
	if err := w.mayMove(ctx, tenant, to); err != nil {
		return time.Time{}, 0, fmt.Errorf("working: advancing a clock: %w", err)
	}
	end := w.counter.begin(tenant)
	defer func() { done = end() }()
	c := clockRunner{w: w, tenant: tenant, seen: map[string]*runCount{}}
	for {
		if err := ctx.Err(); err != nil {
			return time.Time{}, 0, fmt.Errorf("working: advancing a clock: %w", err)
		}
		h, err := w.reach(ctx, tenant, to)
		if err != nil {
			return h.now, 0, fmt.Errorf("working: advancing a clock: %w", err)
		}
		if h.quiet {
			return h.now, 0, nil
		}
		if err := c.runOne(ctx, h.work); err != nil {
			return h.now, 0, fmt.Errorf("working: advancing a clock: %w", err)
		}
	}
}

// Quiet runs or waits for all that is due by a tenant's present time, and
// returns when nothing is.
func (w *Working) Quiet(ctx context.Context, tenant fairlead.TenantID) error {
	c := clockRunner{w: w, tenant: tenant, seen: map[string]*runCount{}}
	for {
		var work fairlead.Work
		wall := w.o.Clock()
		err := w.o.Store.View(ctx, func(tx *store.Tx) error {
			t, err := tx.Tenants.Get(tenant)
			if err != nil {
				return fmt.Errorf("working: reading a tenant: %w", err)
			}
			work, _, err = earliest(tx, tenant, t.Time(wall))
			return err
		})
		if err != nil || work.Kind == "" {
			return err
		}
		if err := c.runOne(ctx, work); err != nil {
			return fmt.Errorf("working: waiting for quiet: %w", err)
		}
	}
}

// mayMove refuses what Tenant.Move refuses, before anything is done.
func (w *Working) mayMove(ctx context.Context, tenant fairlead.TenantID, to time.Time) error {
	wall := w.o.Clock()
	return w.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		return t.Move(to, wall)
	})
}

// horizon is what lies before a tenant's clock, up to a target.
type horizon struct {
	tenant fairlead.Tenant
	now    time.Time
	work   fairlead.Work // the earliest
	quiet  bool          // there is none
	goal   time.Time     // where the clock is to go: when work is due, or the target
}

func readHorizon(tx *store.Tx, id fairlead.TenantID, to, wall time.Time) (h horizon, err error) {
	if h.tenant, err = tx.Tenants.Get(id); err != nil {
		return h, err
	}
	h.now, h.goal = h.tenant.Time(wall), to
	if h.work, h.quiet, err = earliest(tx, id, to); err == nil && !h.quiet {
		h.goal = h.work.Due
	}
	return h, err
}

// reach reads the earliest work up to the target and moves the clock to it,
// or to the target when there is none: then it is quiet. A clock that flowed past
// by itself is left alone.
func (w *Working) reach(ctx context.Context, tenant fairlead.TenantID, to time.Time) (h horizon, err error) {
	wall := w.o.Clock()
	err = w.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		h, err = readHorizon(tx, tenant, to, wall)
		return err
	})
	for err == nil && h.goal.After(h.now) {
		err = w.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			// Read once more, so that what came in between is not passed over.
			if h, err = readHorizon(tx, tenant, to, wall); err != nil || !h.goal.After(h.now) {
				return err
			}
			if err := h.tenant.Move(h.goal, wall); err != nil {
				return err
			}
			h.now = h.goal
			return tx.Tenants.Put(&h.tenant)
		})
		if fairlead.Is(err, fairlead.Conflict) { // another advance was faster: read again
			h.now, err = time.Time{}, ctx.Err()
		}
	}
	return h, err
}

// earliest is Work.Earliest with "none" distinguished from errors.
func earliest(tx *store.Tx, tenant fairlead.TenantID, until time.Time) (work fairlead.Work, none bool, err error) {
	work, err = tx.Work.Earliest(tenant, until)
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Work{}, true, nil
	}
	return work, false, err
}

// clockRunner runs one tenant's due work row by row.
type clockRunner struct {
	w      *Working
	tenant fairlead.TenantID
	seen   map[string]*runCount
	last   fairlead.Work // waited for
	pause  time.Duration
}

// runCount counts the runs of one row at one instant, and within a minute, of the
// tenant's time. A row that serves many, as a receiver's queue does, may well be due
// at many instants.
type runCount struct {
	since, at time.Time
	attempt   int
	inMinute  int // since
	atInstant int // at
}

// runOne runs one due row of the tenant, or waits a moment while others run them.
func (c *clockRunner) runOne(ctx context.Context, work fairlead.Work) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := c.w.handler(work); err != nil {
		return err
	}
	ended, leave := c.w.counter.ended.Wait(c.tenant)
	defer leave()
	if c.w.o.Yield != nil {
		c.w.o.Yield(c.tenant)
	}
	claimed, err := c.claim(ctx, work.Kind)
	if err != nil {
		return err
	}
	if len(claimed) == 0 { // somebody else runs it, or its concurrency key is busy
		if work != c.last {
			c.last, c.pause = work, 0
		}
		if err := c.count(work, false); err != nil {
			return err
		}
		return c.wait(ctx, ended)
	}
	c.pause = 0
	runs, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(cancelGrace, interrupt) })()
	for _, mine := range claimed {
		c.w.attempt(runs, mine)
		if err := c.count(mine, true); err != nil {
			return err
		}
	}
	return nil
}

// claim takes the earliest due row of what a kind is claimed with, or one of the
// others where those are all taken.
func (c *clockRunner) claim(ctx context.Context, first fairlead.WorkKind) ([]fairlead.Work, error) {
	mine, others := c.w.splitKinds()
	if first != fairlead.DeliverWork {
		mine, others = others, mine
	}
	claimed, err := c.w.claim(ctx, c.tenant, mine, 1)
	if err != nil || len(claimed) > 0 || len(others) == 0 { // no kinds would mean all
		return claimed, err
	}
	return c.w.claim(ctx, c.tenant, others, 1)
}

// count refuses a row that makes itself due again at the same instant for ever.
// A run of somebody else's is known by a new attempt.
func (c *clockRunner) count(work fairlead.Work, ran bool) error {
	key := string(work.Kind) + " " + work.Key
	s := c.seen[key]
	if s == nil || work.Due.Sub(s.since) > time.Minute {
		s = &runCount{since: work.Due, attempt: work.Attempt}
		c.seen[key] = s
	}
	if !ran && s.attempt == work.Attempt {
		return nil
	}
	if !work.Due.Equal(s.at) {
		s.at, s.atInstant = work.Due, 0
	}
	s.attempt = work.Attempt
	s.inMinute++
	s.atInstant++
	if s.inMinute > maxRunsPerMinute || s.atInstant > maxRunsPerInstant {
		return fairlead.Errorf(fairlead.Internal, "working: %s work makes itself due again without end", work.Kind)
	}
	return nil
}

// wait pauses until a run of this process ends, or for a moment, a little longer
// each time in a row, because another node may run it.
func (c *clockRunner) wait(ctx context.Context, ended <-chan struct{}) error {
	c.pause = min(max(c.pause*2, minPause), maxPause)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-ended:
		return nil
	case <-time.After(c.pause):
		return nil
	}
}
