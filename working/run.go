package working

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
)

const (
	sweep      = time.Second      // polling, should a wake signal be lost
	claimLimit = 16               // rows a claim, so that nodes share
	stopLimit  = 2 * time.Second  // for interrupted handlers to return, and to release
	finishTime = 10 * time.Second // to write an outcome
)

// pool runs some kinds of work, a bounded number at once.
type pool struct {
	kinds   []fairlead.WorkKind
	slots   chan struct{}
	wake    chan struct{} // something may be due, or a slot is free
	running sync.WaitGroup
}

// pools are two, so that posts which wait for slow receivers never displace
// other work.
func (w *Working) pools() []*pool {
	deliver, others := w.splitKinds()
	var pools []*pool
	for _, p := range []struct {
		kinds []fairlead.WorkKind
		size  int
	}{{deliver, w.o.Deliveries}, {others, w.o.Workers}} {
		if len(p.kinds) > 0 { // no kinds would mean all
			pools = append(pools, &pool{kinds: p.kinds, slots: make(chan struct{}, p.size), wake: make(chan struct{}, 1)})
		}
	}
	return pools
}

// notify never blocks: one waiting signal says it all.
func (p *pool) notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends: it frees this node's old leases, claims and
// runs, and at the end stops claiming, waits (bounded by Grace), interrupts what
// is left and frees it. Ending by ctx is no error.
func (w *Working) Run(ctx context.Context) error {
	if !w.freeOwn(ctx) {
		return nil
	}
	runs, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	pools := w.pools()
	var claiming sync.WaitGroup
	for _, p := range pools {
		claiming.Go(func() { w.serve(ctx, runs, p) })
	}
	w.signal(ctx, pools)
	claiming.Wait()
	w.drain(pools, interrupt)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	if err := w.o.Store.Queue().Release(last, w.o.Owner); err != nil {
		return fmt.Errorf("working: freeing leases at the stop: %w", err)
	}
	return nil
}

// freeOwn frees what the process before this one held, as soon as the store takes it:
// a full disk is no reason not to start. false: ctx has ended before.
func (w *Working) freeOwn(ctx context.Context) bool {
	for {
		err := w.o.Store.Queue().Release(ctx, w.o.Owner)
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		w.o.Log.Error("this node's leases could not be freed; it is tried again", "error", err)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(sweep):
		}
	}
}

// signal notifies the pools on every wake and sweep until ctx ends.
func (w *Working) signal(ctx context.Context, pools []*pool) {
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	wake := w.o.Store.Queue().Wake()
	for {
		for _, p := range pools {
			p.notify()
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

// serve claims for one pool until ctx ends. Attempts live under runs, so that a
// stop does not interrupt them at once.
func (w *Working) serve(ctx, runs context.Context, p *pool) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		for more := true; more && ctx.Err() == nil; {
			more = w.fill(ctx, runs, p)
		}
	}
}

// fill claims for the free slots and starts what it got. It reports whether there
// may be more to claim at once.
func (w *Working) fill(ctx, runs context.Context, p *pool) (more bool) {
	want := min(cap(p.slots)-len(p.slots), claimLimit)
	if want == 0 {
		return false // whoever ends will notify
	}
	works, err := w.claim(ctx, p.kinds, want)
	if err != nil {
		if ctx.Err() == nil {
			w.o.Log.Error("claiming work failed", "error", err)
		}
		return false // the next sweep tries again
	}
	for _, work := range works {
		p.slots <- struct{}{}
		p.running.Go(func() {
			defer func() { <-p.slots; p.notify() }()
			w.attempt(runs, work)
		})
	}
	return len(works) == want
}

// drain waits for what runs, then interrupts it, then waits a little longer.
func (w *Working) drain(pools []*pool, interrupt func()) {
	ended := make(chan struct{})
	go func() {
		for _, p := range pools {
			p.running.Wait()
		}
		close(ended)
	}()
	for _, patience := range []time.Duration{w.o.Grace, stopLimit} {
		select {
		case <-ended:
			return
		case <-time.After(patience):
			interrupt()
		}
	}
	w.o.Log.Error("work did not end at the stop", "kinds", slices.Concat(kindsOf(pools)...))
}

func kindsOf(pools []*pool) [][]fairlead.WorkKind {
	var kinds [][]fairlead.WorkKind
	for _, p := range pools {
		if len(p.slots) > 0 {
			kinds = append(kinds, p.kinds)
		}
	}
	return kinds
}
