package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func atomicTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"TheUpdatesOfARequestAreOneTransaction":       requestIsOne,
		"ARequestThatFailsLeavesNothing":              requestFails,
		"ARequestWhoseUpdateFailsIsRolledBack":        requestRolledBack,
		"ARequestThatPanicsHoldsNobodyUp":             requestPanics,
		"ARequestThatWroteNothingStoresItsLast":       requestWithoutUpdate,
		"ManyRequestsAmongFailuresAreEachWholeOrGone": requestsAmongFailures,
	}
}

// named writes a person of a name, with an event.
func named(id, name string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		p := person(id, name)
		if err := tx.Persons.Put(ours, &p); err != nil {
			return err
		}
		return tx.Events.Append(event("evt_"+id, ours))
	}
}

func requestIsOne(t *testing.T, f *fixture) {
	err := store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
		for _, id := range []string{"per_1", "per_2"} {
			if err := f.Update(ctx, named(id, id)); err != nil {
				return nil, err
			}
			err := f.View(ctx, func(tx *store.Tx) error {
				_, err := tx.Persons.Get(ours, id)
				return err
			})
			if err != nil {
				t.Errorf("the request does not see %s: %v", id, err)
			}
			same(t, "the persons that others see", f.people(ours), "[]")
		}
		err := f.View(ctx, func(tx *store.Tx) error {
			_, err := tx.Persons.Get(ours, "per_9")
			return err
		})
		if !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("a person who is not there: %v", err)
		}
		return named("per_3", "per_3"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the persons", f.people(ours), "[per_1 per_2 per_3]")
	events := f.eventsAfter(ours, store.EventQuery{Limit: 10})
	same(t, "the events", ids(events, eventID), "[evt_per_1 evt_per_2 evt_per_3]")
}

func requestFails(t *testing.T, f *fixture) {
	no := errors.New("no")
	err := store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
		if err := f.Update(ctx, named("per_1", "ada")); err != nil {
			t.Error(err)
		}
		return nil, no
	})
	if !errors.Is(err, no) {
		t.Errorf("failed with %v", err)
	}
	err = store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
		return func(*store.Tx) error { return no }, f.Update(ctx, named("per_1", "ada"))
	})
	if !errors.Is(err, no) {
		t.Errorf("its last failed with %v", err)
	}
	same(t, "the persons", f.people(ours), "[]")
}

func requestRolledBack(t *testing.T, f *fixture) {
	no := errors.New("no")
	err := store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
		if err := f.Update(ctx, named("per_1", "ada")); err != nil {
			t.Error(err)
		}
		if err := f.Update(ctx, func(*store.Tx) error { return no }); !errors.Is(err, no) {
			t.Errorf("the second failed with %v", err)
		}
		if err := f.Update(ctx, named("per_2", "bob")); !errors.Is(err, no) {
			t.Errorf("after that: %v", err)
		}
		return named("per_3", "eve"), nil
	})
	if !errors.Is(err, store.ErrRolledBack) || !errors.Is(err, no) {
		t.Errorf("failed with %v", err)
	}
	same(t, "the persons", f.people(ours), "[]")
}

func requestPanics(t *testing.T, f *fixture) {
	func() {
		defer func() { recover() }()
		store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
			if err := f.Update(ctx, named("per_1", "ada")); err != nil {
				t.Error(err)
			}
			panic("no")
		})
	}()
	err := store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
		if err := f.Update(ctx, named("per_1", "ada")); err != nil {
			t.Error(err)
		}
		f.Update(ctx, func(*store.Tx) error { panic("inside") })
		return named("per_2", "bob"), nil
	})
	if !errors.Is(err, store.ErrRolledBack) {
		t.Errorf("failed with %v", err)
	}
	f.update(named("per_3", "eve"))
	same(t, "the persons", f.people(ours), "[per_3]")
}

func requestWithoutUpdate(t *testing.T, f *fixture) {
	err := store.Atomically(t.Context(), f, func(context.Context) (func(*store.Tx) error, error) { return named("per_1", "ada"), nil })
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the persons", f.people(ours), "[per_1]")
}

// requestsAmongFailures has the engine run transactions again: each request still is
// whole, with what it said last.
func requestsAmongFailures(t *testing.T, f *fixture) {
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() {
			a, b, c := fmt.Sprintf("per_%02d_a", n), fmt.Sprintf("per_%02d_b", n), fmt.Sprintf("per_%02d_c", n)
			if n%4 == 3 { // writes, and fails
				f.Update(t.Context(), func(tx *store.Tx) error {
					return errors.Join(named(a, a)(tx), errors.New("no"))
				})
				return
			}
			err := store.Atomically(t.Context(), f, func(ctx context.Context) (func(*store.Tx) error, error) {
				return named(c, c), errors.Join(f.Update(ctx, named(a, a)), f.Update(ctx, named(b, b)))
			})
			if err != nil {
				t.Errorf("request %d: %v", n, err)
			}
		})
	}
	all.Wait()
	if people := f.people(ours); len(people) != 90 {
		t.Errorf("%d persons, want 90: %v", len(people), people)
	}
}
