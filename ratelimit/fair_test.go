package ratelimit_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/ratelimit"
)

func TestASlotIsOfEveryShareOrOfNone(t *testing.T) {
	t.Parallel()
	var s ratelimit.Slots
	app := func(id string) ratelimit.Share { return ratelimit.Share{Name: "application", Key: id, Most: 2} }
	tenant := ratelimit.Share{Name: "tenant", Key: "t", Most: 3}
	first, full := s.Take(app("a"), tenant)
	_, _ = s.Take(app("a"), tenant)
	if full != "" {
		t.Fatalf("the first is refused: %s", full)
	}
	if _, full := s.Take(app("a"), tenant); full != "application" {
		t.Errorf("the third of two: %q", full)
	}
	if _, full := s.Take(app("b"), tenant); full != "" {
		t.Errorf("another application's first: %q", full)
	}
	if _, full := s.Take(app("b"), tenant); full != "tenant" {
		t.Errorf("the fourth of a tenant's three: %q", full)
	}
	first()
	first() // no second slot comes free by it
	if _, full := s.Take(app("b"), tenant); full != "" {
		t.Errorf("after one was given back: %q", full)
	}
	if _, full := s.Take(app("c"), tenant); full != "tenant" {
		t.Errorf("one given back made two free: %q", full)
	}
}

func TestAThousandOfOneKeyStandBehindAnothersOneOnlyOnce(t *testing.T) {
	t.Parallel()
	gate := ratelimit.NewGate(1)
	hold, err := gate.Enter(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var served []string
	var all sync.WaitGroup
	enter := func(key string) {
		began := make(chan struct{})
		all.Go(func() {
			close(began)
			leave, err := gate.Enter(t.Context(), key)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			served = append(served, key)
			mu.Unlock()
			leave()
		})
		<-began
	}
	for range 1000 {
		enter("greedy")
	}
	time.Sleep(50 * time.Millisecond) // all wait by now
	enter("modest")
	time.Sleep(50 * time.Millisecond)
	hold()
	all.Wait()
	if len(served) != 1001 || (served[0] != "modest" && served[1] != "modest") {
		t.Errorf("of %d served the modest one was not among the first two: %v", len(served), served[:2])
	}
}

func TestWhoGivesUpWaitingTakesNobodysPlace(t *testing.T) {
	t.Parallel()
	gate := ratelimit.NewGate(2)
	for round := range 200 {
		var all sync.WaitGroup
		for n := range 20 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n%3)*time.Millisecond)
				defer cancel()
				if leave, err := gate.Enter(ctx, fmt.Sprint(n%4)); err == nil {
					time.Sleep(time.Duration(round%2) * time.Millisecond)
					leave()
				}
			})
		}
		all.Wait()
	}
	for range 2 { // both are free again
		if _, err := gate.Enter(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := gate.Enter(ctx, "x"); err == nil {
		t.Error("a third was let in")
	}
}

func TestAnIPv6NetworkIsOneClientAndItsNeighboursOneSite(t *testing.T) {
	t.Parallel()
	for from, want := range map[string][2]string{
		"192.0.2.7":               {"192.0.2.7", "192.0.2.7"},
		"::ffff:192.0.2.7":        {"192.0.2.7", "192.0.2.7"},
		"2001:db8:1:2:3:4:5:6":    {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"2001:db8:1:2:3:4:5:6%e0": {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"no address":              {"no address", "no address"},
	} {
		if client, site := ratelimit.Client(from); client != want[0] || site != want[1] {
			t.Errorf("%s is of %s and %s", from, client, site)
		}
	}
}
