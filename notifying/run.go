package notifying

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// recordPage is how many outcomes one transaction records.
	recordPage = 128
	// recordPause is how long outcomes gather while posts go on.
	recordPause = 10 * time.Millisecond
)

// run is one run over a lane. Three work on it: tell reads what waits into the
// window; up to mostPosts posters take what is ready, the first of each stream and
// the retries, and post it; the recorder writes what ended, many in one
// transaction, while posts go on.
//
// The next of a stream is posted when the outcome of the one before it is known,
// not when it is written. Outcomes are written in the order in which they became
// known, and after a failure none: a crash repeats the end of a stream, in order,
// and passes nothing over.
type run struct {
	n      *Notifying
	work   fairlead.Work
	ctx    context.Context
	cancel context.CancelFunc
	until  time.Time
	stir   chan struct{} // tell is to look around
	write  chan struct{} // there is something to record
	crew   sync.WaitGroup

	mu        sync.Mutex
	window    window
	free      sync.Cond  // a poster may find something to do
	ended     []*telling // to be recorded
	bodies    []*telling // to be kept before they are sent
	posters   int
	posting   int       // of them
	retrying  int       // of those
	recording bool      // a transaction is under way
	wrote     time.Time // when the last one ended
	closing   bool      // nothing is begun any more
	dry       bool      // because the lane is empty
	halted    bool      // until it is recorded that a receiver is gone
	failure   error
	renewed   time.Time // what was loaded before is loaded again
}

func (n *Notifying) newRun(ctx context.Context, w fairlead.Work, until time.Time) *run {
	r := &run{n: n, work: w, until: until, stir: make(chan struct{}, 1), write: make(chan struct{}, 1), window: newWindow()}
	r.free.L = &r.mu
	r.ctx, r.cancel = context.WithCancel(ctx)
	return r
}

// poke never blocks: one waiting signal says it all.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// tell tells until the lane is empty, the turn is over, or it fails.
func (r *run) tell(ctx context.Context) (store.Outcome, error) {
	var recorder sync.WaitGroup
	recorder.Go(r.recordAll)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		hint, stop := r.n.hints.next(r.work.Tenant), r.ctx.Done() // before looking, so that none is missed
		wait, closing, over := r.step()
		if over {
			break
		}
		if closing { // only ends are waited for
			hint, stop = nil, nil
		}
		if wait <= pollSoon { // what is hinted at is seen anyway
			hint = nil
		}
		timer.Reset(wait)
		select {
		case <-r.stir:
		case <-hint:
			r.mu.Lock()
			r.window.hurry(time.Now())
			r.mu.Unlock()
		case <-timer.C:
		case <-stop:
		}
	}
	r.crew.Wait()
	close(r.write)
	recorder.Wait()
	switch {
	case r.failure != nil:
		return store.Outcome{}, r.failure
	case r.dry: // what comes now makes the row due again
		return store.Outcome{Again: r.window.nextRetry}, nil
	case ctx.Err() != nil:
		return store.Outcome{}, fmt.Errorf("notifying: telling %s: %w", r.work.Key, context.Cause(ctx))
	}
	return store.Outcome{Again: r.work.Due}, nil
}

// step looks around: it reads if it is time, and tells how long to wait for
// something to happen.
func (r *run) step() (wait time.Duration, closing, over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	switch w := &r.window; {
	case r.closing:
	case r.failure != nil, r.ctx.Err() != nil, now.After(r.until):
		r.close()
	case w.empty() && w.dry:
		r.dry = true
		r.close()
	case w.wants(now):
		r.read(now)
		return 0, false, false
	default:
		if wait = w.look.Sub(now); wait <= 0 { // it is full: who takes something says so
			wait = pollLate
		}
		return wait, false, false
	}
	recorded := r.failure != nil || len(r.ended)+len(r.bodies) == 0
	return time.Second, true, r.posting == 0 && recorded && !r.recording
}

// close lets nothing begin any more.
func (r *run) close() {
	r.closing = true
	poke(r.write)
	r.free.Broadcast()
}

// fail ends the run: what was not recorded is told again.
func (r *run) fail(err error) {
	if r.failure == nil {
		r.failure = err
	}
	for _, t := range r.bodies {
		t.kept <- err
	}
	r.bodies = nil
	r.cancel()
	poke(r.stir)
}

// read reads a page into the window and sets posters to work. It holds the lock,
// but not while it reads.
func (r *run) read(now time.Time) {
	ask := r.window.ask(now)
	r.mu.Unlock()
	p, err := r.page(ask)
	r.mu.Lock()
	if err != nil {
		r.window.reading = false
		if r.ctx.Err() != nil { // it is being stopped, which is no failure
			return
		}
		r.fail(fmt.Errorf("notifying: reading what waits for %s: %w", r.work.Key, err))
		return
	}
	r.window.answer(p, ask, now)
	r.hire()
}

// hire sees to it that somebody takes what is ready.
func (r *run) hire() {
	ready := r.window.ready()
	for r.posters < mostPosts && r.posters-r.posting < ready {
		r.posters++
		r.crew.Go(r.post)
	}
	if ready == 1 {
		r.free.Signal()
	} else if ready > 1 {
		r.free.Broadcast()
	}
}

// post is a poster: it takes what is ready until the run closes.
func (r *run) post() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		t := r.take()
		for t == nil && !r.closing {
			r.free.Wait()
			t = r.take()
		}
		if t == nil {
			return
		}
		r.mu.Unlock()
		err := r.contain(t)
		r.mu.Lock()
		r.end(t, err)
	}
}

// take begins what is ready, if anything may begin.
func (r *run) take() *telling {
	if r.closing || r.halted || r.ctx.Err() != nil {
		return nil
	}
	t := r.window.take(r.retrying < mostRetries)
	if t == nil {
		return nil
	}
	r.posting++
	if t.retry {
		r.retrying++
	}
	return t
}

// contain makes an attempt and turns a panic into an error.
func (r *run) contain(t *telling) (err error) {
	defer func() {
		if recover() != nil {
			r.n.log.Error("telling a notice panicked", "notice", t.notice.ID, "stack", string(debug.Stack()))
			err = fairlead.Errorf(fairlead.Internal, "notifying: telling a notice panicked")
		}
	}()
	return r.attempt(t)
}

// end takes note of an attempt, and of who is ready by that.
func (r *run) end(t *telling, err error) {
	r.posting--
	if t.retry {
		r.retrying--
	}
	stopped := r.ctx.Err() != nil
	switch {
	case err != nil && !stopped:
		r.fail(err)
	case stopped && (err != nil || t.moot): // nothing is known of it: it stays where it is
	case t.moot:
		r.window.forget(t)
		r.window.leave(t)
	default:
		r.ended = append(r.ended, t)
		r.halted = r.halted || t.disables()
		r.window.leave(t)
		if !r.recording && r.pressing() {
			poke(r.write)
		}
	}
	if r.window.ready() > 1 { // one is this poster's
		r.hire()
	}
	if r.closing || stopped || r.window.empty() || r.window.wants(time.Now()) {
		poke(r.stir)
	}
}

// stale tells whether a telling must be brought up to date before it is sent.
func (r *run) stale(t *telling) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return t.loaded.IsZero() || time.Since(t.loaded) > fresh || t.loaded.Before(r.renewed)
}

// keep has the recorder keep a body, and waits for that.
func (r *run) keep(t *telling) error {
	t.kept = make(chan error, 1)
	r.mu.Lock()
	if r.failure != nil {
		defer r.mu.Unlock()
		return r.failure
	}
	r.bodies = append(r.bodies, t)
	r.mu.Unlock()
	poke(r.write)
	return <-t.kept
}

// recordAll is the recorder: it writes what there is, until the run is over.
func (r *run) recordAll() {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for open := true; open; {
		for r.recordSome() {
			pause.Reset(recordPause)
		}
		select {
		case _, open = <-r.write:
		case <-pause.C:
		}
	}
}

// pressing tells whether what ended is to be recorded now: while posts go on, a
// little gathers first.
func (r *run) pressing() bool {
	return len(r.bodies) > 0 || len(r.ended) >= recordPage || r.closing || r.halted ||
		r.posting+r.window.ready() == 0 || time.Since(r.wrote) >= recordPause
}

// recordSome writes what ended since it last did, in one transaction.
func (r *run) recordSome() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := batch{bodies: r.bodies, ended: r.ended[:min(len(r.ended), recordPage)]}
	if r.failure != nil || len(b.bodies)+len(b.ended) == 0 || !r.pressing() {
		return false
	}
	r.bodies, r.ended = nil, r.ended[len(b.ended):]
	r.recording = true
	r.mu.Unlock()
	disabled, err := r.n.record(r.ctx, r.work.Tenant, b)
	r.mu.Lock()
	r.recording, r.wrote = false, time.Now()
	for _, t := range b.bodies {
		t.kept <- err
	}
	if err != nil {
		r.fail(err)
		return false
	}
	if disabled {
		r.renewed = time.Now()
	}
	if r.halted && !slices.ContainsFunc(r.ended, (*telling).disables) {
		r.halted = false
		r.hire()
	}
	for _, t := range b.ended {
		r.window.forget(t)
	}
	poke(r.stir)
	return true
}
