// Package storetest is the specification of store.Store, as tests that every
// implementation runs: Run calls open for a fresh, empty and migrated store per
// test.
//
// It owns what a store promises to the rest of the server: compare-and-swap,
// isolation of tenants, durable and grouped commits, the order of feeds, leases.
// It does not test what only one implementation has (files, servers, kill -9):
// those tests live beside it.
package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Run checks a store against the whole specification.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	suite := []struct {
		name  string
		tests map[string]func(*testing.T, *fixture)
	}{
		{"Tables", tableTests()},
		{"Transactions", transactionTests()},
		{"Atomically", atomicTests()},
		{"Tenants", tenantTests()},
		{"Tokens", tokenTests()},
		{"Notes", noteTests()},
		{"Institutions", institutionTests()},
		{"Records", recordTests()},
		{"Events", eventTests()},
		{"Deliveries", deliveryTests()},
		{"Audit", auditTests()},
		{"Scrub", scrubTests()},
		{"Work", workTests()},
		{"Leases", leaseTests()},
	}
	for _, group := range suite {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			for name, test := range group.tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, newFixture(t, open(t)))
				})
			}
		})
	}
}

// noon is the real time of all tests.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// ours and theirs are two tenants that never meet.
const (
	ours   = fairlead.TenantID("ten_ours")
	theirs = fairlead.TenantID("ten_theirs")
)

// fixture is a store with two tenants in it.
type fixture struct {
	t *testing.T
	store.Store
}

func newFixture(t *testing.T, s store.Store) *fixture {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	f := &fixture{t, s}
	f.update(func(tx *store.Tx) error {
		for _, id := range []fairlead.TenantID{ours, theirs} {
			if err := tx.Tenants.Put(&fairlead.Tenant{ID: id, Name: string(id), Environment: fairlead.Live, Created: noon}); err != nil {
				return err
			}
		}
		return nil
	})
	return f
}

// update must succeed.
func (f *fixture) update(fn func(*store.Tx) error) {
	f.t.Helper()
	if err := f.Update(f.t.Context(), fn); err != nil {
		f.t.Fatalf("Update: %v", err)
	}
}

// view must succeed.
func (f *fixture) view(fn func(*store.Tx) error) {
	f.t.Helper()
	if err := f.View(f.t.Context(), fn); err != nil {
		f.t.Fatalf("View: %v", err)
	}
}

// refuses expects an Update to fail with a kind.
func (f *fixture) refuses(kind fairlead.ErrorKind, fn func(*store.Tx) error) {
	f.t.Helper()
	if err := f.Update(f.t.Context(), fn); !fairlead.Is(err, kind) {
		f.t.Fatalf("Update gave %v, want %s", err, kind)
	}
}

// read returns what fn reads in a View.
func read[T any](f *fixture, fn func(*store.Tx) (T, error)) T {
	f.t.Helper()
	var v T
	f.view(func(tx *store.Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	return v
}

// atOnce runs n functions side by side and waits for all.
func atOnce(n int, fn func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { fn(i) })
	}
	all.Wait()
}

// same compares by what is printed, which every value here has.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Fatalf("%s is %s, want %s", what, g, w)
	}
}

// ids names things, in their order.
func ids[T any](list []T, id func(T) string) []string {
	names := []string{}
	for _, v := range list {
		names = append(names, id(v))
	}
	return names
}

// within ends a wait that should never be long.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}
