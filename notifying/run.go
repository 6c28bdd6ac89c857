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
	// mostHeld is how many bytes of heavy bodies a run holds before it begins no
	// more until some are recorded; what was begun by then comes on top.
	mostHeld = 32 << 20
)

// run is one run over a lane. Three work on it: tell reads what waits into the
// window; up to mostPosts posters take what is ready, the first of each stream and
// the retries, and post it; the recorder writes what ended, many in one
// transaction, while posts go on.
//
// The next of a stream is posted when the outcome of the one before it is known,
// not when it is written. Outcomes are written in the order in which they became
// known, and none after some that could not be: a crash repeats the end of a
// stream, in order, and passes nothing over. Any other failure only closes the
// run: what is under way ends and is written.
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
	refused   bool      // one more found no room among those of all runs
	held      int       // bytes of heavy bodies under way or ended
	recording bool      // a transaction is under way
	wrote     time.Time // when the last one ended
	closing   bool      // nothing is begun any more
	dry       bool      // because the lane is empty
	halted    bool      // until it is recorded that a receiver is gone
	failure   error     // the first one
	lost      bool      // outcomes could not be recorded: none is any more
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
func (r *run) tell(ctx context.Context) (store.WorkResult, error) {
	own := lane{r.work.Tenant, r.work.Key}
	defer r.n.hints.give(own) // who would wait is gone
	var recorder sync.WaitGroup
	recorder.Go(r.recordAll)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		hint, stop := r.n.hints.next(own), r.ctx.Done() // before looking, so that none is missed
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
		return store.WorkResult{}, r.failure
	case r.dry: // what comes now makes the row due again
		return store.WorkResult{Again: r.window.nextRetry}, nil
	case ctx.Err() != nil:
		return store.WorkResult{}, fmt.Errorf("notifying: telling %s: %w", r.work.Key, context.Cause(ctx))
	}
	return store.WorkResult{Again: r.work.Due}, nil
}

// step looks around: it reads if it is time, and tells how long to wait for
// something to happen.
func (r *run) step() (wait time.Duration, closing, over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	switch w := &r.window; {
	case r.closing:
	case r.ctx.Err() != nil, now.After(r.until):
		r.close()
	case w.empty() && w.dry:
		r.dry = true
		r.close()
	case w.wants(now):
		r.read(now)
		return 0, false, false
	default:
		if r.refused { // there may be room by now
			r.refused = false
			r.hire()
		}
		return w.wait(now), false, false
	}
	recorded := r.lost || len(r.ended)+len(r.bodies) == 0
	return time.Second, true, r.posting == 0 && recorded && !r.recording
}

// close lets nothing begin any more.
func (r *run) close() {
	r.closing = true
	poke(r.write)
	r.free.Broadcast()
}

// fail closes the run, which returns the first error. What is under way ends, and
// is recorded.
func (r *run) fail(err error) {
	if r.failure == nil {
		r.failure = err
	}
	r.close()
	poke(r.stir)
}

// lose ends the run when something could not be recorded: all that is not is told
// again.
func (r *run) lose(err error) {
	r.lost = true
	for _, t := range r.bodies {
		t.kept <- err
	}
	r.bodies = nil
	r.cancel()
	r.fail(err)
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
	if r.closing {
		return
	}
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
		t.rendered = nil
		r.mu.Lock()
		r.end(t, err)
	}
}

// take begins what is ready, if anything may begin.
func (r *run) take() *telling {
	if r.closing || r.halted || r.held >= mostHeld || r.window.ready() == 0 || r.ctx.Err() != nil {
		return nil
	}
	shared := r.posting >= ownPosts
	if shared && !r.n.room.enter() {
		r.refused = true
		return nil
	}
	t := r.window.take(r.retrying < mostRetries)
	if t == nil {
		if shared {
			r.n.room.leave()
		}
		return nil
	}
	r.posting++
	if t.retry {
		r.retrying++
	}
	return t
}

// contain makes an attempt. One that panics has failed: its notice follows its
// policy and holds nothing back.
func (r *run) contain(t *telling) (err error) {
	defer func() {
		if recover() != nil {
			r.n.log.Error("telling a notice panicked", "notice", t.notice.ID, "stack", string(debug.Stack()))
			t.result, t.moot, err = r.n.unmade(), false, nil
		}
	}()
	return r.attempt(t)
}

// end takes note of an attempt, and of who is ready by that.
func (r *run) end(t *telling, err error) {
	if r.posting > ownPosts {
		r.n.room.leave()
	}
	r.posting--
	if t.retry {
		r.retrying--
	}
	r.weigh(t, max(len(t.sealed), len(t.notice.Body)))
	stopped := r.ctx.Err() != nil
	switch {
	case err != nil && !stopped:
		r.fail(err)
	case stopped && (err != nil || t.moot): // nothing is known of it: it stays where it is
	case t.moot:
		r.forget(t)
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

// weigh notes how many bytes of bodies a telling holds, where they are many.
func (r *run) weigh(t *telling, bytes int) {
	if bytes <= heavy {
		bytes = 0
	}
	r.held += bytes - t.weight
	t.weight = bytes
}

// forget lets go of a telling that is recorded, or waits no more.
func (r *run) forget(t *telling) {
	r.weigh(t, 0)
	r.window.forget(t)
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
	if r.lost {
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
	return len(r.bodies) > 0 || len(r.ended) >= recordPage || r.held >= mostHeld || r.closing || r.halted ||
		r.posting+r.window.ready() == 0 || time.Since(r.wrote) >= recordPause
}

// recordSome writes what ended since it last did, in one transaction.
func (r *run) recordSome() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := batch{bodies: r.bodies, ended: r.ended[:min(len(r.ended), recordPage)]}
	if r.lost || len(b.bodies)+len(b.ended) == 0 || !r.pressing() {
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
		r.lose(err)
		return false
	}
	if disabled {
		r.renewed = time.Now()
	}
	blocked := r.halted || r.held >= mostHeld
	if r.halted && !slices.ContainsFunc(r.ended, (*telling).disables) {
		r.halted = false
	}
	for _, t := range b.ended {
		r.forget(t)
	}
	if blocked {
		r.hire()
	}
	poke(r.stir)
	return true
}
