package working_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/working"
)

// runLog is a handler that notes when each row ran, by the tenant's clock.
type runLog struct {
	f       *fixture
	tenant  fairlead.TenantID
	mu      sync.Mutex
	entries []string
	running int
	overlap bool
}

func (d *runLog) handler(every map[string]time.Duration) working.Handler {
	return func(_ context.Context, w fairlead.Work) (store.WorkResult, error) {
		d.mu.Lock()
		d.running++
		d.overlap = d.overlap || d.running > 1
		d.mu.Unlock()
		entry := fmt.Sprintf("%s %s", d.f.now(d.tenant).Sub(start).Round(time.Second), w.Key)
		d.mu.Lock()
		d.entries = append(d.entries, entry)
		d.running--
		d.mu.Unlock()
		if again := every[w.Key]; again > 0 {
			return store.WorkResult{Again: w.Due.Add(again)}, nil
		}
		return store.WorkResult{}, nil
	}
}

func TestAdvancingRunsEachPieceOfWorkAtItsOwnInstant(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d := &runLog{f: f, tenant: f.frozen}
	w := f.working(working.Options{})
	w.Handle(fairlead.CollectWork, d.handler(map[string]time.Duration{"b": 90 * time.Minute}))
	f.due(f.frozen, "late", start.Add(5*time.Hour))
	f.due(f.frozen, "a", start.Add(2*time.Hour))
	f.due(f.frozen, "b", start.Add(time.Hour))
	f.due(f.frozen, "beyond", start.Add(5*time.Hour+time.Microsecond))
	f.due(f.flowing, "another tenant's", start)
	now, ran, err := w.Advance(t.Context(), f.frozen, start.Add(5*time.Hour))
	if err != nil || !now.Equal(start.Add(5*time.Hour)) || !f.now(f.frozen).Equal(now) {
		t.Fatalf("Advance = %s, %v; the clock shows %s", now, err, f.now(f.frozen))
	}
	want := []string{"1h0m0s b", "2h0m0s a", "2h30m0s b", "4h0m0s b", "5h0m0s late"}
	if !slices.Equal(d.entries, want) || ran != len(want) {
		t.Errorf("%d runs: %q, want %q", ran, d.entries, want)
	}
}

func TestAdvancingMovesAClockThatFlows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	var at []time.Duration
	began := f.now(f.flowing)
	w.Handle(fairlead.CollectWork, func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		at = append(at, f.now(f.flowing).Sub(work.Due))
		return store.WorkResult{Again: work.Due.Add(24 * time.Hour)}, nil
	})
	f.due(f.flowing, "daily", began.Add(24*time.Hour))
	now, ran, err := w.Advance(t.Context(), f.flowing, began.Add(240*time.Hour))
	if err != nil || ran != 10 || now.Before(began.Add(240*time.Hour)) {
		t.Fatalf("Advance = %s, %d, %v; want 10 runs", now, ran, err)
	}
	for i, late := range at {
		if late < 0 || late > time.Hour {
			t.Errorf("run %d was %s after its due", i, late)
		}
	}
	// It flows on from there.
	f.until("the clock to flow", func() bool { return f.now(f.flowing).After(now) })
}

func TestAdvancingWorksBesideTheWorkersOfTheBackground(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d := &runLog{f: f, tenant: f.frozen}
	handler := d.handler(map[string]time.Duration{"hourly": time.Hour})
	for _, owner := range []string{"one", "two"} {
		w := f.working(working.Options{Owner: owner})
		w.Handle(fairlead.CollectWork, handler)
		f.run(w)
	}
	w := f.working(working.Options{Owner: "three"})
	w.Handle(fairlead.CollectWork, handler)
	f.due(f.frozen, "hourly", start.Add(time.Hour))
	if _, _, err := w.Advance(t.Context(), f.frozen, start.Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if d.overlap || len(d.entries) != 48 || d.entries[0] != "1h0m0s hourly" || d.entries[47] != "48h0m0s hourly" {
		t.Errorf("%d runs (overlapping: %v): %q", len(d.entries), d.overlap, d.entries)
	}
}

func TestTwoAdvancesOfOneClockBothArrive(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d := &runLog{f: f, tenant: f.frozen}
	f.due(f.frozen, "hourly", start.Add(time.Hour))
	var both sync.WaitGroup
	for i, hours := range []time.Duration{10, 30} {
		w := f.working(working.Options{Owner: fmt.Sprint(i)})
		w.Handle(fairlead.CollectWork, d.handler(map[string]time.Duration{"hourly": time.Hour}))
		both.Go(func() {
			_, _, err := w.Advance(context.Background(), f.frozen, start.Add(hours*time.Hour))
			if err != nil && !fairlead.Is(err, fairlead.Invalid) { // the longer may have gone past before the shorter began
				t.Errorf("advancing %d h: %v", hours, err)
			}
		})
	}
	both.Wait()
	if len(d.entries) != 30 || d.overlap {
		t.Errorf("%d runs (overlapping: %v), want 30", len(d.entries), d.overlap)
	}
}

func TestAClockNeitherGoesBackNorMovesWhenItIsLive(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	if _, _, err := w.Advance(t.Context(), f.frozen, start.Add(-time.Second)); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("going back: %v, want Invalid", err)
	}
	if _, _, err := w.Advance(t.Context(), f.live, time.Now().Add(time.Hour)); !fairlead.Is(err, fairlead.Forbidden) {
		t.Errorf("a live tenant: %v, want Forbidden", err)
	}
	if _, _, err := w.Advance(t.Context(), "ten_none", start); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("no tenant: %v, want NotFound", err)
	}
	if !f.now(f.frozen).Equal(start) {
		t.Errorf("the clock moved to %s", f.now(f.frozen))
	}
}

func TestWorkThatIsDueForEverDoesNotHangAnAdvance(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	w.Handle(fairlead.CollectWork, func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		return store.WorkResult{Again: work.Due}, nil
	})
	f.due(f.frozen, "restless", start.Add(time.Minute))
	_, ran, err := w.Advance(t.Context(), f.frozen, start.Add(time.Hour))
	if !fairlead.Is(err, fairlead.Internal) || ran < 100 {
		t.Errorf("Advance = %d runs, %v; want an end with Internal", ran, err)
	}
	if now := f.now(f.frozen); !now.Equal(start.Add(time.Minute)) {
		t.Errorf("the clock shows %s, want where the restless work is", now)
	}
}

func TestAnAdvanceEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	w.Handle(fairlead.CollectWork, func(run context.Context, _ fairlead.Work) (store.WorkResult, error) {
		cancel()
		<-run.Done()
		return store.WorkResult{}, run.Err()
	})
	f.due(f.frozen, "con_1", start.Add(time.Hour))
	if _, _, err := w.Advance(ctx, f.frozen, start.Add(2*time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("Advance: %v, want the caller's end", err)
	}
	row, found := f.row(f.frozen)
	if !found || row.Owner != "" || row.Failures != 0 || !f.now(f.frozen).Equal(start.Add(time.Hour)) {
		t.Errorf("left %+v (%v) at %s; want it free and due at the clock", row, found, f.now(f.frozen))
	}
}

func TestACancelledAdvanceEndsWithWhatRuns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := 0
	w.Handle(fairlead.CollectWork, func(ctx context.Context, work fairlead.Work) (store.WorkResult, error) {
		if ended == 2 {
			cancel()
		}
		if err := ctx.Err(); err != nil {
			return store.WorkResult{}, err
		}
		ended++
		return store.WorkResult{Again: work.Due.AddDate(0, 0, 1)}, nil
	})
	f.due(f.frozen, "con_1", start.AddDate(0, 0, 1))
	_, done, err := w.Advance(ctx, f.frozen, start.AddDate(0, 0, 30))
	if !errors.Is(err, context.Canceled) || done != 3 || ended != 3 {
		t.Errorf("Advance = %d, %v, with %d runs; want that the third came to its end", done, err, ended)
	}
	if now := f.now(f.frozen); !now.Equal(start.AddDate(0, 0, 3)) {
		t.Errorf("the clock stands at %s, want where the last run was due", now)
	}
}

func TestAnAdvanceRunsAtOnceWhatIsDueWithinAnHourAndTouchesNothingInCommon(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	var meeting sync.WaitGroup
	meeting.Add(3)
	var mu sync.Mutex
	at, clocks := map[string]time.Duration{}, map[string]time.Duration{}
	w.Handle(fairlead.CollectWork, func(ctx context.Context, work fairlead.Work) (store.WorkResult, error) {
		if strings.HasPrefix(work.Key, "met") {
			meeting.Done()
			meeting.Wait() // for ever, where they ran one by one
		}
		now := f.now(f.frozen)
		mu.Lock()
		defer mu.Unlock()
		clocks[work.Key] = now.Sub(start)
		if at[work.Key] = clocks[work.Key]; !work.At.IsZero() {
			at[work.Key] = work.At.Sub(start)
		}
		return store.WorkResult{}, nil
	})
	w.SideBySide(fairlead.CollectWork, func(work fairlead.Work) bool { return work.Key != "alone" })
	f.due(f.frozen, "met 1", start.Add(time.Hour))
	f.due(f.frozen, "met 2", start.Add(90*time.Minute))
	f.due(f.frozen, "met 3", start.Add(119*time.Minute))
	f.due(f.frozen, "an hour later", start.Add(2*time.Hour))
	f.due(f.frozen, "alone", start.Add(2*time.Hour+time.Minute))
	f.due(f.frozen, "behind it", start.Add(2*time.Hour+2*time.Minute))
	_, ran, err := w.Advance(t.Context(), f.frozen, start.Add(5*time.Hour))
	if err != nil || ran != 6 {
		t.Fatalf("Advance = %d runs, %v", ran, err)
	}
	wantAt := map[string]time.Duration{
		"met 1": time.Hour, "met 2": 90 * time.Minute, "met 3": 119 * time.Minute,
		"an hour later": 2 * time.Hour, "alone": 2*time.Hour + time.Minute, "behind it": 2*time.Hour + 2*time.Minute,
	}
	wantClocks := map[string]time.Duration{
		"met 1": time.Hour, "met 2": time.Hour, "met 3": time.Hour,
		"an hour later": 2 * time.Hour, "alone": 2*time.Hour + time.Minute, "behind it": 2*time.Hour + 2*time.Minute,
	}
	if !maps.Equal(at, wantAt) || !maps.Equal(clocks, wantClocks) {
		t.Errorf("ran at %v while the clock stood at %v", at, clocks)
	}
}

func TestWorkOfAnotherKindKeepsItsPlaceBetweenWhatRunsSideBySide(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	d := &runLog{f: f, tenant: f.frozen}
	w.Handle(fairlead.CollectWork, d.handler(nil))
	w.Handle(fairlead.ExpireWork, d.handler(nil))
	w.SideBySide(fairlead.CollectWork, func(fairlead.Work) bool { return true })
	f.due(f.frozen, "before", start.Add(time.Hour))
	f.dueWork(fairlead.Work{Kind: fairlead.ExpireWork, Key: "between", Tenant: f.frozen, Due: start.Add(61 * time.Minute)})
	f.due(f.frozen, "after", start.Add(62*time.Minute))
	if _, _, err := w.Advance(t.Context(), f.frozen, start.Add(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1h0m0s before", "1h1m0s between", "1h2m0s after"}; !slices.Equal(d.entries, want) {
		t.Errorf("ran %q, want %q", d.entries, want)
	}
}

func TestWhatFailsAheadOfTheClockIsTriedAgainByItsOwnTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.working(working.Options{})
	var mu sync.Mutex
	dues := map[string][]time.Duration{}
	w.Handle(fairlead.CollectWork, func(_ context.Context, work fairlead.Work) (store.WorkResult, error) {
		mu.Lock()
		defer mu.Unlock()
		dues[work.Key] = append(dues[work.Key], work.Due.Sub(start))
		if len(dues[work.Key]) == 1 {
			return store.WorkResult{}, errors.New("not yet")
		}
		return store.WorkResult{}, nil
	})
	w.SideBySide(fairlead.CollectWork, func(fairlead.Work) bool { return true })
	f.due(f.frozen, "first", start.Add(time.Hour))
	f.due(f.frozen, "ahead", start.Add(100*time.Minute))
	if _, _, err := w.Advance(t.Context(), f.frozen, start.Add(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	for key, first := range map[string]time.Duration{"first": time.Hour, "ahead": 100 * time.Minute} {
		if got := dues[key]; len(got) != 2 || got[0] != first || got[1] <= first || got[1] > first+2*time.Second {
			t.Errorf("%s was due at %v, want %v and a second later", key, got, first)
		}
	}
}
