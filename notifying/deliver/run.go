package deliver

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// maxBytes is how many bytes of bodies wait to be recorded before no more posts
// begin; those of the posts under way come on top.
const maxBytes = 32 << 20

// run is one run over a queue. One goroutine owns it: loop. It hands attempts to
// workers, pages to read to a reader and outcomes to record to a recorder, one of
// the latter two at a time, and hears from them by channels.
//
// The next of a group is posted when the outcome of the one before it is known, not
// when it is recorded. Outcomes are recorded in the order in which they became
// known, and none after some that could not be: a crash repeats the end of a group,
// in order, and passes nothing over. Any other failure only closes the run: what is
// under way ends and is recorded.
type run struct {
	*Engine
	work  fairlead.Work
	ctx   context.Context
	until time.Time

	todo     chan *attempt
	done     chan *attempt
	pages    chan page
	recorded chan recorded

	inbox     *inbox
	buffer    buffer
	linger    time.Duration // after something was there
	active    time.Time     // when something was
	reading   bool
	workers   int // that were started
	posting   int
	underway  map[*attempt]time.Time // those that are posting, and since when
	usual     time.Duration          // that a post took lately
	retrying  int                    // of those that are posting
	ended     []*attempt             // to be recorded
	bytes     int                    // of their bodies, and of those that are being recorded
	recording bool
	paused    bool // until it is recorded that a receiver is gone
	closing   bool // nothing is begun any more
	lost      bool // outcomes could not be recorded: none is any more
	result    store.WorkResult
	err       error // the first one
}

func newRun(ctx context.Context, e *Engine, w fairlead.Work, until time.Time, linger time.Duration) *run {
	return &run{
		Engine: e, work: w, ctx: ctx, until: until, buffer: newBuffer(linger > 0), linger: linger, active: time.Now(),
		result: store.WorkResult{Again: w.Due}, underway: map[*attempt]time.Time{},
		todo: make(chan *attempt, maxPosts), done: make(chan *attempt, maxPosts), pages: make(chan page, 1), recorded: make(chan recorded, 1),
	}
}

// loop runs until the queue is empty, the turn is over, or it fails.
func (r *run) loop() {
	defer close(r.todo)
	var leave func()
	r.inbox, leave = r.inboxes.open(queue{r.work.Tenant, r.work.Key})
	defer leave()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		r.begin(now)
		if r.over() {
			r.receipts.unstored(r.ended) // what ended while the last batch could not be recorded
			return
		}
		var news, stop <-chan struct{} // only ends are waited for when it is closing
		if !r.closing {
			news, stop = r.inbox.signal, r.ctx.Done()
		}
		timer.Reset(r.buffer.wait(now))
		select {
		case a := <-r.done:
			r.end(a)
			for len(r.done) > 0 {
				r.end(<-r.done)
			}
		case p := <-r.pages:
			r.take(p)
		case done := <-r.recorded:
			r.onRecorded(done)
		case <-news:
		case <-timer.C:
		case <-stop:
		}
	}
}

// begin begins all that may begin now.
func (r *run) begin(now time.Time) {
	switch {
	case r.closing:
	case r.ctx.Err() != nil:
		r.fail(fmt.Errorf("deliver: delivering to %s: %w", r.work.Key, context.Cause(r.ctx)))
	case now.After(r.until):
		r.closing = true
	}
	if !r.closing && !r.reading {
		r.read(now)
	}
	for a := r.next(); a != nil; a = r.next() {
		r.posting++
		r.underway[a] = time.Now()
		if a.retry {
			r.retrying++
		}
		if r.workers < r.posting {
			r.workers++
			go r.worker()
		}
		r.todo <- a
	}
	if len(r.ended) > 0 && !r.recording && !r.lost { // more gather meanwhile
		r.recording = true
		batch := r.ended
		r.ended = nil
		go func() { r.recorded <- recorded{batch, r.record(r.ctx, r.work.Tenant, batch)} }()
	}
}

// read begins to load what has arrived, or else to read the queue, if it is time. It is
// heard of arrivals only between two readings: those that a reading has met are known by
// their places.
func (r *run) read(now time.Time) {
	n := r.inboxes.take(r.inbox, r.buffer.wantsArrivals)
	if n.yield {
		r.buffer.lingers = false
	}
	q := query{arrivals: r.buffer.hear(n, now)}
	switch {
	case len(q.arrivals) > 0:
	case r.buffer.wants(now):
		q = r.buffer.query(now)
	default:
		return
	}
	r.reading = true
	go func() { r.pages <- r.page(q) }()
}

// over reports whether nothing is under way any more.
func (r *run) over() bool {
	return r.closing && !r.reading && r.posting == 0 && !r.recording && (r.lost || len(r.ended) == 0)
}

// next is the next attempt, if one may begin.
func (r *run) next() *attempt {
	if r.closing || r.paused || r.posting >= r.mostPosts() || r.bytes >= r.o.Bytes || !r.buffer.ready(r.retrying < maxRetries) {
		return nil
	}
	if r.posting >= ownPosts {
		select {
		case r.shared <- struct{}{}:
		default: // it is tried again when something happens, or at the next look
			return nil
		}
	}
	return r.buffer.take(r.retrying < maxRetries)
}

// mostPosts is how many posts may be under way: more for a slow receiver.
func (r *run) mostPosts() int {
	if r.posting < fewPosts {
		return fewPosts
	}
	took := r.usual
	for _, began := range r.underway {
		took = max(took, time.Since(began))
	}
	return min(fewPosts+int(took/slowPost), maxPosts)
}

func (r *run) worker() {
	for a := range r.todo {
		a.err = r.recoverPanic(a)
		r.done <- a
	}
}

// recoverPanic makes an attempt. One that panics has failed: its delivery follows
// its policy and holds nothing back.
func (r *run) recoverPanic(a *attempt) (err error) {
	defer func() {
		if recover() != nil {
			r.o.Log.Error("delivering panicked", "delivery", a.delivery.ID, "stack", string(debug.Stack()))
			a.result, err = r.failedAttempt(), nil
		}
	}()
	return r.attempt(r.ctx, a)
}

// end takes in an attempt that ended.
func (r *run) end(a *attempt) {
	if r.posting > ownPosts {
		<-r.shared
	}
	r.posting--
	r.usual += (time.Since(r.underway[a]) - r.usual) / 8
	delete(r.underway, a)
	if a.retry {
		r.retrying--
	}
	stopped := r.ctx.Err() != nil
	if stopped && !a.result.accepted() { // ours, not the receiver's: it stays where it is
		return
	}
	if a.err != nil && !stopped {
		r.fail(a.err)
	}
	switch {
	case a.result.made():
		r.ended = append(r.ended, a)
		r.bytes += a.bytes()
		r.paused = r.paused || a.disables()
		r.buffer.remove(a)
	case a.err == nil: // it waits no more
		r.buffer.remove(a)
		delete(r.buffer.known, a.delivery.ID)
	}
}

// take takes in a page that was read.
func (r *run) take(p page) {
	r.reading = false
	switch {
	case r.closing:
	case p.err != nil && r.ctx.Err() == nil:
		r.fail(fmt.Errorf("deliver: reading what waits for %s: %w", r.work.Key, p.err))
	case p.err == nil:
		now := time.Now()
		if r.buffer.add(p, now) > 0 {
			r.active = now
		} else if p.query.all && !(r.buffer.lingers && now.Before(r.active.Add(r.linger))) { // what comes now makes the work due again
			r.closing, r.result = true, store.WorkResult{Again: p.nextRetry}
		}
	}
}

// recorded is what the recorder did.
type recorded struct {
	batch []*attempt
	err   error
}

// onRecorded takes in that a batch is recorded. One that could not be closes the run:
// what is under way ends, as what a receiver accepts by then is still owed to the store.
func (r *run) onRecorded(done recorded) {
	r.recording = false
	if done.err != nil {
		r.lost = true
		r.fail(done.err)
		return
	}
	if r.paused { // what was loaded before is not up to date
		r.buffer.expire()
	}
	r.paused = slices.ContainsFunc(r.ended, (*attempt).disables)
	for _, a := range done.batch {
		r.bytes -= a.bytes()
		delete(r.buffer.known, a.delivery.ID)
	}
}

// fail closes the run, whose result is the first error.
func (r *run) fail(err error) {
	r.closing = true
	if r.err == nil {
		r.result, r.err = store.WorkResult{}, err
	}
}
