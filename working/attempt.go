package working

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// slowAfter is how many failures in a row are too many to go on as before: with the
	// delays of backoff about eight hours. From then on work is tried once a day, and
	// at once when an operator says so or the server has found its keys or its room
	// again: what failed here is nobody's fault who waits for it.
	slowAfter = 12
	slowEvery = 24 * time.Hour
	// shortWait is the longest wait after the store had no room, or did not answer:
	// that ends for all at once, and is not the work's own failure.
	shortWait = time.Minute
)

var (
	errLost    = errors.New("working: the lease was lost")
	errOverrun = errors.New("working: the attempt took too long")
)

// attempt runs one claimed piece of work and writes how it ended.
func (w *Working) attempt(ctx context.Context, work fairlead.Work) Result {
	began := time.Now()
	bounded, cancel := context.WithTimeoutCause(ctx, w.bound(work.Kind), errOverrun)
	defer cancel()
	leased, lose := context.WithCancelCause(bounded)
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		w.renew(leased, work, lose)
	}()
	outcome, err := w.handle(leased, work)
	cause := context.Cause(leased)
	lose(nil) // ends the renewing
	<-renewing
	result := Lost
	if !errors.Is(cause, errLost) {
		outcome, result = w.judge(ctx, work, outcome, err, cause)
		result = w.finish(ctx, work, outcome, result)
	}
	w.counter.count(work.Tenant)
	if w.o.Observe != nil {
		w.o.Observe(Ended{Kind: work.Kind, Result: result, Took: time.Since(began)})
	}
	return result
}

// renew extends the lease until ctx ends, and cancels the attempt once the lease
// is somebody else's or could not be renewed before it ran out.
func (w *Working) renew(ctx context.Context, work fairlead.Work, lose context.CancelCauseFunc) {
	tick := time.NewTicker(w.o.Lease / 3)
	defer tick.Stop()
	sure := time.Now().Add(w.o.Lease * 2 / 3) // the claim took a moment too
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		requested := time.Now()
		still, err := w.o.Store.Queue().Renew(ctx, w.o.Owner, []fairlead.Work{work}, w.o.Lease)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && len(still) == 0:
			w.o.Log.Warn("a lease was lost", "kind", work.Kind, "key", work.Key)
			lose(errLost)
			return
		case err == nil:
			sure = requested.Add(w.o.Lease)
		case time.Now().After(sure):
			w.o.Log.Error("a lease could not be renewed", "kind", work.Kind, "key", work.Key, "error", err)
			lose(errLost)
			return
		}
	}
}

// handle runs the handler; one that lost a compare-and-swap is run again at once.
func (w *Working) handle(ctx context.Context, work fairlead.Work) (outcome store.WorkResult, err error) {
	do, err := w.handler(work)
	if err != nil {
		return store.WorkResult{}, err
	}
	err = store.Retry(ctx, w.o.Store, func() (err error) {
		outcome, err = w.recoverPanic(ctx, do, work)
		return err
	})
	return outcome, err
}

// recoverPanic runs a handler and turns a panic into an error. The value of a panic
// is logged only when it is the runtime's own: others might hold what must not be printed.
func (w *Working) recoverPanic(ctx context.Context, do Handler, work fairlead.Work) (outcome store.WorkResult, err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		err = fairlead.Errorf(fairlead.Internal, "working: %s work panicked", work.Kind)
		what := fmt.Sprintf("%T", p)
		if e, ok := p.(runtime.Error); ok {
			what = e.Error()
		}
		w.o.Log.Error("work panicked", "kind", work.Kind, "key", work.Key, "tenant", work.Tenant, "panic", what, "stack", string(debug.Stack()))
	}()
	return do(ctx, work)
}

// judge says how an attempt ended: a handler's own outcome is taken as it is, an
// error is backed off and finally tried once a day, an interruption counts for nothing.
func (w *Working) judge(ctx context.Context, work fairlead.Work, outcome store.WorkResult, err, cause error) (store.WorkResult, Result) {
	switch {
	case err == nil && outcome.Park != "":
		return outcome, Parked
	case err == nil && outcome.Failed:
		return outcome, Failed
	case err == nil && !outcome.Again.IsZero():
		return outcome, Again
	case err == nil:
		return outcome, Done
	case ctx.Err() != nil:
		return store.WorkResult{Again: work.Due}, Interrupted
	case errors.Is(cause, errOverrun):
		err = fmt.Errorf("%w: more than %s: %w", errOverrun, w.bound(work.Kind), err)
	}
	fails := work.Failures + 1
	note := []any{"kind", work.Kind, "key", work.Key, "tenant", work.Tenant, "fails", fails, "error", err}
	failed := store.WorkResult{Failed: true, Error: reason(err)}
	wait, result := backoff(work), Failed
	switch kind := fairlead.KindOf(err); {
	case errors.Is(err, errOverrun) && fails < slowAfter: // whatever the end of its time made of what it did
	case !errors.Is(err, errOverrun) && (kind == fairlead.StorageFull || kind == fairlead.Unavailable):
		wait = min(wait, shortWait)
	case fails >= slowAfter:
		wait, result = slowEvery, Slowed
	}
	if result == Slowed {
		w.o.Log.Error("work fails again and again: it is tried once a day", note...)
	} else {
		w.o.Log.Warn("work failed", note...)
	}
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		wait = max(wait, e.RetryAfter)
	}
	failed.Again = w.tenantTime(ctx, work).Add(wait)
	return failed, result
}

// tenantTime is the tenant's present time, or that by which the work went; if it can't be
// read, when the work was due.
func (w *Working) tenantTime(ctx context.Context, work fairlead.Work) time.Time {
	if !work.At.IsZero() {
		return work.At
	}
	now := work.Due
	err := w.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(work.Tenant)
		if err == nil {
			now = t.Time(w.o.Clock())
		}
		return err
	})
	if err != nil {
		w.o.Log.Warn("a tenant's time could not be read", "tenant", work.Tenant, "error", err)
	}
	return now
}

// finish writes the outcome. The run is over, so a caller that went away does
// not stop it; if it can't be written, the lease runs out and the work is done again.
func (w *Working) finish(ctx context.Context, work fairlead.Work, outcome store.WorkResult, result Result) Result {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	var err error
	for pause := 50 * time.Millisecond; ctx.Err() == nil; pause *= 2 {
		err = w.o.Store.Queue().Finish(ctx, work, outcome)
		if err == nil {
			return result
		}
		if fairlead.Is(err, fairlead.Conflict) || pause > time.Second {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	w.o.Log.Warn("the result of work could not be written", "kind", work.Kind, "key", work.Key, "error", err)
	return Lost
}

// backoff is how long failed work waits: 1 s, four times that with each failure
// in a row, at most 2 h, ±20 %. The deviation follows from the row and its count, so
// that rows which failed together part, and a simulation repeats itself.
func backoff(work fairlead.Work) time.Duration {
	const most = 2 * time.Hour
	wait := min(time.Second<<min(work.Failures*2, 20), most)
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s\x00%d", work.Kind, work.Key, work.Failures)
	deviation := float64(h.Sum64()%4001)/10000 - 0.2
	return wait + time.Duration(float64(wait)*deviation)
}

// reason is what an operator reads of failing work.
func reason(err error) string {
	const most = 300
	text := string(fairlead.KindOf(err)) + ": " + err.Error()
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
