package working

import (
	"context"
	"fmt"
	"sync"
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
	// sideBySide is how far apart in the tenant's time is what an advance runs at once, and
	// maxUpcoming how much of what is due it looks at for that.
	sideBySide  = time.Hour
	maxUpcoming = 64
	// cancelGrace is what a run is given to end when its advance is cancelled.
	cancelGrace = 2 * time.Second
)

// Advance moves a sandbox tenant's clock: it takes the earliest due work up to
// the target, sets the clock to it, runs it to its end, and repeats; when nothing
// is left it sets the clock to the target. Rows that other workers took are
// waited for. It returns the tenant's time then and how many runs ended on this
// node meanwhile, whichever of its workers did them.
//
// Of a kind that may run side by side (SideBySide), what is due within the same hour, and
// with nothing else due in between, runs at once: the clock stands at the earliest, and
// each piece goes by its own due (Work.At).
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
	c := newClockRunner(w, tenant)
	for {
		s, err := c.step(ctx, to)
		if err == nil && s.quiet {
			return s.now, 0, nil
		}
		if err == nil {
			err = c.run(ctx, s)
		}
		if err != nil {
			return s.now, 0, fmt.Errorf("working: advancing a clock: %w", err)
		}
	}
}

// Quiet runs or waits for all that is due by a tenant's present time, and
// returns when nothing is.
func (w *Working) Quiet(ctx context.Context, tenant fairlead.TenantID) error {
	c := newClockRunner(w, tenant)
	for {
		s, err := c.step(ctx, time.Time{})
		if err == nil && !s.quiet {
			err = c.run(ctx, s)
		}
		if err != nil {
			return fmt.Errorf("working: waiting for quiet: %w", err)
		}
		if s.quiet {
			return nil
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

// clockRunner runs one tenant's due work step by step.
type clockRunner struct {
	w      *Working
	tenant fairlead.TenantID
	seen   map[string]*runCount
	last   fairlead.Work // waited for
	pause  time.Duration
}

func newClockRunner(w *Working, tenant fairlead.TenantID) *clockRunner {
	return &clockRunner{w: w, tenant: tenant, seen: map[string]*runCount{}}
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

// step is where a tenant's clock has come, and what runs there.
type step struct {
	now     time.Time
	quiet   bool            // nothing is due any more
	first   fairlead.Work   // the earliest that is due, whoever runs it
	claimed []fairlead.Work // leased to be run here
	ended   <-chan struct{} // a run of the tenant's has ended since
	leave   func()          // waits no more for ended
}

// step moves the clock to the earliest work that is due up to a target, or to the target
// when there is none: then it is quiet. A clock that flowed past by itself is left alone,
// and so is it where the target is zero, which means the present. The work is leased in
// the same transaction.
func (c *clockRunner) step(ctx context.Context, to time.Time) (s step, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		ended, leave := c.w.counter.ended.Wait(c.tenant)
		if c.w.o.Yield != nil {
			c.w.o.Yield(c.tenant)
		}
		wall := c.w.o.Clock()
		err = c.w.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			s, err = c.move(tx, to, wall)
			return err
		})
		s.ended, s.leave = ended, leave
		if err == nil && !s.quiet {
			return s, nil
		}
		leave()
		if !fairlead.Is(err, fairlead.Conflict) { // another advance was faster: read again
			return s, err
		}
	}
}

func (c *clockRunner) move(tx *store.Tx, to, wall time.Time) (s step, err error) {
	t, err := tx.Tenants.Get(c.tenant)
	if err != nil {
		return s, fmt.Errorf("reading a tenant: %w", err)
	}
	s.now = t.Time(wall)
	if to.IsZero() {
		to = s.now
	}
	upcoming, err := tx.Work.Upcoming(c.tenant, to, maxUpcoming)
	if err != nil {
		return s, err
	}
	goal := to
	if s.quiet = len(upcoming) == 0; !s.quiet {
		s.first = upcoming[0]
		goal = s.first.Due
	}
	if goal.After(s.now) {
		if err := t.Move(goal, wall); err != nil {
			return s, err
		}
		if err := tx.Tenants.Put(&t); err != nil {
			return s, err
		}
		s.now = goal
	}
	if s.quiet {
		return s, nil
	}
	if _, err := c.w.handler(s.first); err != nil {
		return s, err
	}
	s.claimed, err = c.claim(tx, upcoming)
	for i, mine := range s.claimed {
		if mine.Due.After(s.now) {
			s.claimed[i].At = mine.Due
		}
	}
	return s, err
}

// claim takes what may run side by side with the earliest due row, or that row alone, or,
// where those that are like it are all taken, one of the others.
func (c *clockRunner) claim(tx *store.Tx, upcoming []fairlead.Work) ([]fairlead.Work, error) {
	lease := func(kinds []fairlead.WorkKind, limit int, until time.Time) ([]fairlead.Work, error) {
		r := c.w.claimRequest(kinds, limit)
		r.Tenant, r.Until = c.tenant, until
		return tx.Work.Claim(r)
	}
	first := upcoming[0]
	if beside := c.w.besideFirst(upcoming); len(beside) > 1 {
		claimed, err := lease([]fairlead.WorkKind{first.Kind}, min(len(beside), c.w.o.Workers), beside[len(beside)-1].Due)
		if err != nil || len(claimed) > 0 {
			return claimed, err
		}
	}
	mine, others := c.w.splitKinds()
	if first.Kind != fairlead.DeliverWork {
		mine, others = others, mine
	}
	claimed, err := lease(mine, 1, time.Time{})
	if err != nil || len(claimed) > 0 || len(others) == 0 { // no kinds would mean all
		return claimed, err
	}
	return lease(others, 1, time.Time{})
}

// besideFirst are the first of what is due, in its order, that may run at once.
func (w *Working) besideFirst(upcoming []fairlead.Work) []fairlead.Work {
	first := upcoming[0]
	n := 0
	for n < len(upcoming) && upcoming[n].Kind == first.Kind && upcoming[n].Due.Before(first.Due.Add(sideBySide)) && w.independent(upcoming[n]) {
		n++
	}
	if w.o.Workers == 1 {
		n = min(n, 1)
	}
	return upcoming[:n]
}

// independent reports whether a piece of work may run beside others of its kind.
func (w *Working) independent(work fairlead.Work) bool {
	may := w.beside[work.Kind]
	return may != nil && may(work)
}

// run runs what a step has leased, or waits a moment while others run what is due.
func (c *clockRunner) run(ctx context.Context, s step) error {
	defer s.leave()
	if len(s.claimed) == 0 { // somebody else runs it, or its concurrency key is busy
		if s.first != c.last {
			c.last, c.pause = s.first, 0
		}
		if err := c.count(s.first, false); err != nil {
			return err
		}
		return c.wait(ctx, s.ended)
	}
	c.pause = 0
	runs, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(cancelGrace, interrupt) })()
	c.attemptAll(runs, s.claimed)
	for _, mine := range s.claimed {
		if err := c.count(mine, true); err != nil {
			return err
		}
	}
	return nil
}

// attemptAll runs pieces of work side by side. What was leased with them by chance, due
// at the same instant, and may not, follows one by one.
func (c *clockRunner) attemptAll(ctx context.Context, claimed []fairlead.Work) {
	if len(claimed) == 1 {
		c.w.attempt(ctx, claimed[0])
		return
	}
	var beside sync.WaitGroup
	var alone []fairlead.Work
	for _, mine := range claimed {
		if !c.w.independent(mine) {
			alone = append(alone, mine)
			continue
		}
		beside.Go(func() { c.w.attempt(ctx, mine) })
	}
	beside.Wait()
	for _, mine := range alone {
		c.w.attempt(ctx, mine)
	}
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
