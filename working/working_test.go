package working_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/working"
)

// start is where frozen clocks stand.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const patience = time.Minute

// fixture is a store with one frozen sandbox tenant, one whose time flows, and a
// live one.
type fixture struct {
	t                     *testing.T
	store                 store.Store
	frozen, flowing, live fairlead.TenantID
	log                   *logBuffer
}

// logBuffer is a log that tests read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "test.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f := &fixture{t: t, store: s, frozen: "ten_frozen", flowing: "ten_flowing", live: "ten_live", log: &logBuffer{}}
	f.update(func(tx *store.Tx) error {
		for _, tenant := range []fairlead.Tenant{
			{ID: f.frozen, Name: "frozen", Environment: fairlead.Sandbox, Frozen: start, Created: start},
			{ID: f.flowing, Name: "flowing", Environment: fairlead.Sandbox, Created: start},
			{ID: f.live, Name: "live", Environment: fairlead.Live, Created: start},
		} {
			if err := tx.Tenants.Put(&tenant); err != nil {
				return err
			}
		}
		return nil
	})
	return f
}

func (f *fixture) update(fn func(*store.Tx) error) {
	f.t.Helper()
	if err := f.store.Update(context.Background(), fn); err != nil {
		f.t.Fatal(err)
	}
}

// due enqueues collect work of a tenant.
func (f *fixture) due(tenant fairlead.TenantID, key string, at time.Time) {
	f.t.Helper()
	f.dueWork(fairlead.Work{Kind: fairlead.CollectWork, Key: key, Tenant: tenant, Due: at})
}

func (f *fixture) dueWork(w fairlead.Work) {
	f.t.Helper()
	f.update(func(tx *store.Tx) error { return tx.Work.Due(w) })
}

// now is the tenant's time.
func (f *fixture) now(tenant fairlead.TenantID) (now time.Time) {
	f.t.Helper()
	err := f.store.View(context.Background(), func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		now = t.Time(fairlead.RealClock())
		return err
	})
	if err != nil {
		f.t.Error(err)
	}
	return now
}

// row is the tenant's earliest row within years, and whether there is one.
func (f *fixture) row(tenant fairlead.TenantID) (w fairlead.Work, found bool) {
	f.t.Helper()
	err := f.store.View(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.Work.Upcoming(tenant, start.AddDate(100, 0, 0), 1)
		if len(rows) > 0 {
			w, found = rows[0], true
		}
		return err
	})
	if err != nil {
		f.t.Error(err)
	}
	return w, found
}

func (f *fixture) parked(tenant fairlead.TenantID) (list []fairlead.Work) {
	f.t.Helper()
	err := f.store.View(context.Background(), func(tx *store.Tx) (err error) {
		list, err = tx.Work.Parked(tenant, 0)
		return err
	})
	if err != nil {
		f.t.Error(err)
	}
	return list
}

func (f *fixture) working(o working.Options) *working.Working {
	o.Store, o.Log = f.store, slog.New(slog.NewTextHandler(f.log, nil))
	if o.Owner == "" {
		o.Owner = "node"
	}
	return working.New(o)
}

// run starts a node and returns how to stop it; it is stopped at the end anyway.
func (f *fixture) run(w *working.Working) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				f.t.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			f.t.Error("Run did not end")
		}
	})
	f.t.Cleanup(stop)
	return stop
}

// until polls.
func (f *fixture) until(what string, ok func() bool) {
	f.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			f.t.Fatalf("waited in vain for: %s", what)
		}
	}
}

func done(context.Context, fairlead.Work) (store.WorkResult, error) { return store.WorkResult{}, nil }

func TestDueWorkIsDoneAndGone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	got := make(chan fairlead.Work, 1)
	w.Handle(fairlead.CollectWork, func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		got <- work
		return store.WorkResult{}, nil
	})
	f.run(w)
	f.due(f.live, "con_1", time.Now())
	select {
	case work := <-got:
		if work.Key != "con_1" || work.Tenant != f.live || work.Attempt != 1 {
			t.Errorf("handed %+v", work)
		}
	case <-time.After(patience):
		t.Fatal("nothing was run")
	}
	f.until("the row to go", func() bool { _, found := f.row(f.live); return !found })
}

func TestKeysOfOneKindGoToTheirOwnHandlers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	var mu sync.Mutex
	var got []string
	as := func(name string) working.Handler {
		return func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, name+" "+work.Key)
			return store.WorkResult{}, nil
		}
	}
	w.Handle(fairlead.PruneWork, as("others"))
	w.HandleKeys(fairlead.PruneWork, "not", as("not"))
	w.HandleKeys(fairlead.PruneWork, "notices", as("notices"))
	for _, key := range []string{"codes", "notes", "notices"} {
		f.dueWork(fairlead.Work{Kind: fairlead.PruneWork, Key: key, Tenant: f.frozen, Due: start})
	}
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if want := []string{"not notes", "notices notices", "others codes"}; !slices.Equal(got, want) {
		t.Errorf("handled %q, want %q", got, want)
	}
}

func TestAPanicIsContainedAndBackedOff(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	w.Handle(fairlead.CollectWork, func(context.Context, fairlead.Work) (store.WorkResult, error) { panic("canary-of-a-panic") })
	f.due(f.frozen, "con_1", start)
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	row, _ := f.row(f.frozen)
	if wait := row.Due.Sub(start); row.Failures != 1 || wait < 800*time.Millisecond || wait > 1200*time.Millisecond {
		t.Errorf("%d failures, due again after %s; want 1, about a second", row.Failures, row.Due.Sub(start))
	}
	if text := f.log.String(); !strings.Contains(text, "panicked") || strings.Contains(text, "canary") {
		t.Errorf("the log must tell of the panic and not its value:\n%s", text)
	}
}

func TestWhatFailsTwelveTimesIsTriedOnceADayAndSaysWhy(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	var at []time.Time
	w.Handle(fairlead.CollectWork, func(context.Context, fairlead.Work) (store.WorkResult, error) {
		at = append(at, f.now(f.frozen))
		return store.WorkResult{}, errors.New("the moon is in the way")
	})
	f.due(f.frozen, "con_1", start)
	now, ran, err := w.Advance(t.Context(), f.frozen, start.AddDate(0, 0, 30))
	if err != nil || ran < 12+28 || ran > 12+30 || !now.Equal(start.AddDate(0, 0, 30)) {
		t.Fatalf("Advance = %s, %d, %v; want the target, 12 runs and one a day", now, ran, err)
	}
	for i := 2; i < len(at); i++ {
		if i < 7 && at[i].Sub(at[i-1]) < 2*at[i-1].Sub(at[i-2]) {
			t.Errorf("delay %d is %s after %s: it must grow", i, at[i].Sub(at[i-1]), at[i-1].Sub(at[i-2]))
		}
	}
	if last := at[len(at)-1].Sub(at[len(at)-2]); last != 24*time.Hour {
		t.Errorf("the last runs are %s apart, want a day", last)
	}
	var list []fairlead.Work
	err = f.store.View(t.Context(), func(tx *store.Tx) (err error) {
		list, err = tx.Work.List(f.frozen, store.WorkQuery{Failing: true})
		return err
	})
	if err != nil || len(list) != 1 || list[0].Parked != "" || list[0].Failures != ran || !strings.HasPrefix(list[0].Error, "internal: ") || !strings.Contains(list[0].Error, "moon") {
		t.Errorf("failing: %+v", list)
	}
}

func TestASuccessForgivesTheFailuresBefore(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	runs := 0
	w.Handle(fairlead.CollectWork, func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		if runs++; runs%3 != 0 {
			return store.WorkResult{}, errors.New("not yet")
		}
		return store.WorkResult{Again: work.Due.Add(time.Hour)}, nil
	})
	f.due(f.frozen, "con_1", start)
	if _, _, err := w.Advance(t.Context(), f.frozen, start.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if list := f.parked(f.frozen); len(list) != 0 || runs < 100 {
		t.Errorf("%d runs, parked %+v; want none parked", runs, list)
	}
}

func TestAnAttemptThatOverrunsIsEnded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{Bounds: map[fairlead.WorkKind]time.Duration{fairlead.CollectWork: 10 * time.Millisecond}})
	w.Handle(fairlead.CollectWork, func(ctx context.Context, _ fairlead.Work) (store.WorkResult, error) {
		<-ctx.Done()
		return store.WorkResult{}, ctx.Err()
	})
	f.due(f.frozen, "con_1", start)
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	if row, _ := f.row(f.frozen); row.Failures != 1 {
		t.Errorf("%d failures, want 1", row.Failures)
	}
	if !strings.Contains(f.log.String(), "took too long") {
		t.Errorf("the log does not say why:\n%s", f.log)
	}
}

func TestALostCompareAndSwapIsTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	runs := 0
	w.Handle(fairlead.CollectWork, func(context.Context, fairlead.Work) (store.WorkResult, error) {
		if runs++; runs < 3 {
			return store.WorkResult{}, fmt.Errorf("writing: %w", &fairlead.Error{Kind: fairlead.Conflict, Detail: "Somebody was faster.", Err: store.ErrStale})
		}
		return store.WorkResult{}, nil
	})
	f.due(f.frozen, "con_1", start)
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	if _, found := f.row(f.frozen); found || runs != 3 {
		t.Errorf("%d runs, row left: %v; want 3 and none", runs, found)
	}
}

func TestALeaseIsRenewedWhileItsWorkRuns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const lease = 1500 * time.Millisecond // long against a stall of a busy machine
	var running, most, runs atomic.Int32
	slow := func(context.Context, fairlead.Work) (store.WorkResult, error) {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		runs.Add(1)
		first, _ := f.row(f.live)
		f.until("the lease to be extended past its own end", func() bool {
			row, found := f.row(f.live)
			return found && row.Lease.Sub(first.Lease) > lease
		})
		return store.WorkResult{}, nil
	}
	f.due(f.live, "con_1", time.Now())
	for _, owner := range []string{"one", "two"} {
		w := f.working(working.Options{Owner: owner, Lease: lease})
		w.Handle(fairlead.CollectWork, slow)
		f.run(w)
	}
	f.until("the row to go", func() bool { _, found := f.row(f.live); return !found })
	if most.Load() != 1 || runs.Load() != 1 {
		t.Errorf("%d runs, %d at once; want one", runs.Load(), most.Load())
	}
}

func TestALostLeaseEndsTheRunAndItCannotSettle(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{Lease: 60 * time.Millisecond, Workers: 1}) // so that it can't take the row again itself
	began, ended := make(chan struct{}, 1), make(chan struct{}, 1)
	w.Handle(fairlead.CollectWork, func(ctx context.Context, _ fairlead.Work) (store.WorkResult, error) {
		began <- struct{}{}
		<-ctx.Done()
		ended <- struct{}{}
		return store.WorkResult{}, nil // too late: this must not remove the row
	})
	f.due(f.live, "con_1", time.Now())
	stop := f.run(w)
	<-began
	// Somebody else takes the row, as a node would after an expired lease.
	if err := f.store.Queue().Release(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	taken, err := f.store.Queue().Claim(t.Context(), store.ClaimRequest{Owner: "other", Now: time.Now(), Lease: time.Hour, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the run was not cancelled")
	}
	stop()
	if row, found := f.row(f.live); len(taken) != 1 || !found || row.Owner != "other" {
		t.Errorf("the row is %+v (%v), want it still with the other", row, found)
	}
}

func TestAStopWaitsForWhatRuns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	began, release := make(chan struct{}), make(chan struct{})
	w.Handle(fairlead.CollectWork, func(ctx context.Context, _ fairlead.Work) (store.WorkResult, error) {
		close(began)
		<-release
		return store.WorkResult{}, ctx.Err()
	})
	f.due(f.live, "con_1", time.Now())
	stop := f.run(w)
	<-began
	time.AfterFunc(10*time.Millisecond, func() { close(release) })
	stop()
	if _, found := f.row(f.live); found {
		t.Error("the work was interrupted, want it finished")
	}
}

func TestAStopInterruptsWhatDoesNotEndAndAnotherNodeDoesIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{Grace: time.Millisecond})
	began := make(chan struct{})
	w.Handle(fairlead.CollectWork, func(ctx context.Context, _ fairlead.Work) (store.WorkResult, error) {
		close(began)
		<-ctx.Done()
		return store.WorkResult{}, ctx.Err()
	})
	f.due(f.live, "con_1", time.Now())
	stop := f.run(w)
	<-began
	stop()
	row, found := f.row(f.live)
	if !found || row.Owner != "" || row.Failures != 0 {
		t.Fatalf("after the stop: %+v (%v); want it free, without a failure", row, found)
	}
	next := f.working(working.Options{Owner: "next"})
	next.Handle(fairlead.CollectWork, done)
	f.run(next)
	f.until("the other node to do it", func() bool { _, found := f.row(f.live); return !found })
}

func TestANodeThatComesBackFreesWhatItHeld(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.due(f.live, "con_1", time.Now())
	// Killed after its claim: the lease is an hour long.
	if _, err := f.store.Queue().Claim(t.Context(), store.ClaimRequest{Owner: "node", Now: time.Now(), Lease: time.Hour, Limit: 1}); err != nil {
		t.Fatal(err)
	}
	w := f.working(working.Options{})
	w.Handle(fairlead.CollectWork, done)
	f.run(w)
	f.until("the work to be done", func() bool { _, found := f.row(f.live); return !found })
}

func TestWhatIsEnqueuedWhileItRunsRunsAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	runs := 0
	w.Handle(fairlead.CollectWork, func(context.Context, fairlead.Work) (store.WorkResult, error) {
		if runs++; runs == 1 {
			f.due(f.frozen, "con_1", start)
		}
		return store.WorkResult{}, nil
	})
	f.due(f.frozen, "con_1", start)
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	if runs != 2 {
		t.Errorf("%d runs, want 2", runs)
	}
}

func TestSlowDeliveriesDoNotHoldBackOtherWork(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{Workers: 1, Deliveries: 3})
	release := make(chan struct{})
	defer close(release)
	var slow atomic.Int32
	w.Handle(fairlead.DeliverWork, func(context.Context, fairlead.Work) (store.WorkResult, error) {
		slow.Add(1)
		<-release
		return store.WorkResult{}, nil
	})
	collected := make(chan struct{})
	w.Handle(fairlead.CollectWork, func(context.Context, fairlead.Work) (store.WorkResult, error) {
		close(collected)
		return store.WorkResult{}, nil
	})
	for i := range 5 {
		f.dueWork(fairlead.Work{Kind: fairlead.DeliverWork, Key: fmt.Sprint(i), Tenant: f.live, ConcurrencyKey: fmt.Sprint(i), Due: time.Now()})
	}
	f.run(w)
	f.until("the deliveries to fill their pool", func() bool { return slow.Load() == 3 })
	f.due(f.live, "con_1", time.Now())
	select {
	case <-collected:
	case <-time.After(patience):
		t.Error("the collection waited for the deliveries")
	}
}

func TestAConcurrencyKeyRunsABoundedNumberAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{PerConcurrencyKey: 2})
	var running, most, runs atomic.Int32
	barrier := make(chan struct{}, 2)
	w.Handle(fairlead.CollectWork, func(context.Context, fairlead.Work) (store.WorkResult, error) {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		barrier <- struct{}{} // both of the key stay until two are in
		if len(barrier) == 2 {
			<-barrier
			<-barrier
		}
		runs.Add(1)
		return store.WorkResult{}, nil
	})
	for i := range 12 {
		f.dueWork(fairlead.Work{Kind: fairlead.CollectWork, Key: fmt.Sprint(i), Tenant: f.live, ConcurrencyKey: "sick", Due: time.Now()})
	}
	f.run(w)
	f.until("all to run", func() bool { return runs.Load() == 12 })
	if most.Load() > 2 {
		t.Errorf("%d at once, want at most 2", most.Load())
	}
}

func TestAReceiversQueueIsServedForOneTenantAtATime(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var running, most atomic.Int32
	var mu sync.Mutex
	ran := map[fairlead.TenantID]int{}
	wake := func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		mu.Lock()
		defer mu.Unlock()
		if ran[work.Tenant]++; ran[work.Tenant] < 10 {
			return store.WorkResult{Again: work.Due}, nil
		}
		return store.WorkResult{}, nil
	}
	for _, tenant := range []fairlead.TenantID{f.frozen, f.flowing, f.live} {
		f.dueWork(fairlead.Work{Kind: fairlead.DeliverWork, Key: "hooks.example", ConcurrencyKey: "hooks.example", Tenant: tenant, Due: start})
	}
	for _, owner := range []string{"one", "two"} {
		w := f.working(working.Options{Owner: owner})
		w.Handle(fairlead.DeliverWork, wake)
		w.Handle(fairlead.CollectWork, done)
		f.run(w)
	}
	w := f.working(working.Options{Owner: "three"}) // while a clock is advanced, too
	w.Handle(fairlead.DeliverWork, wake)
	w.Handle(fairlead.CollectWork, done)
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	f.until("all turns", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return ran[f.frozen] >= 10 && ran[f.flowing] >= 10 && ran[f.live] >= 10
	})
	if most.Load() != 1 {
		t.Errorf("%d at once, want one", most.Load())
	}
}

func TestWorkWithoutAHandlerIsLeftAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	w.Handle(fairlead.CollectWork, done)
	f.dueWork(fairlead.Work{Kind: fairlead.PruneWork, Key: "x", Tenant: f.frozen, Due: start})
	if _, _, err := w.Advance(t.Context(), f.frozen, start.Add(time.Hour)); !fairlead.Is(err, fairlead.Internal) {
		t.Errorf("Advance over work that nothing handles: %v, want Internal", err)
	}
	if row, found := f.row(f.frozen); !found || row.Attempt != 0 {
		t.Errorf("the row is %+v (%v), want it untouched", row, found)
	}
}

func TestEveryEndedAttemptIsObserved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var mu sync.Mutex
	seen := map[working.Result]int{}
	w := f.working(working.Options{Observe: func(e working.Ended) {
		mu.Lock()
		defer mu.Unlock()
		if e.Kind != fairlead.CollectWork || e.Took <= 0 {
			t.Errorf("observed %+v", e)
		}
		seen[e.Result]++
	}})
	w.Handle(fairlead.CollectWork, func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		switch work.Key {
		case "again":
			return store.WorkResult{Again: work.Due.Add(time.Hour)}, nil
		case "failed":
			return store.WorkResult{}, errors.New("no")
		case "parked":
			return store.WorkResult{Park: "enough"}, nil
		}
		return store.WorkResult{}, nil
	})
	for _, key := range []string{"done", "again", "failed", "parked"} {
		f.due(f.frozen, key, start)
	}
	if err := w.Quiet(t.Context(), f.frozen); err != nil {
		t.Fatal(err)
	}
	for _, r := range []working.Result{working.Done, working.Again, working.Failed, working.Parked} {
		if seen[r] != 1 {
			t.Errorf("%s was observed %d times, want once", r, seen[r])
		}
	}
	if list := f.parked(f.frozen); len(list) != 1 || list[0].Parked != "enough" {
		t.Errorf("parked: %+v", list)
	}
}
