package server

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// pruneEvery is how often stale tokens and stored answers are swept, in real time.
const pruneEvery = time.Hour

// prune sweeps what has no work row of its own to end it: tokens, stored answers and
// collections, which are too many for one each. Several nodes may do it at once.
func (s *Server) prune(ctx context.Context) error {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := s.eachTenant(ctx, func(t fairlead.Tenant) error {
			for _, prune := range []func(context.Context, fairlead.TenantID) error{s.Verbs.Access.Prune, s.Verbs.Collecting.Prune} {
				if err := prune(ctx, t.ID); err != nil && ctx.Err() == nil { // no reason to leave out the others
					s.Config.Log.ErrorContext(ctx, "pruning failed", "tenant", t.ID, "error", err)
				}
			}
			return ctx.Err()
		})
		for _, err := range []error{err, s.Operating.Prune(ctx)} {
			if err != nil && ctx.Err() == nil {
				s.Config.Log.ErrorContext(ctx, "pruning failed", "error", err)
			}
		}
	}
}

// storeUsesEvery is how often the last use of keys is stored, in real time.
const storeUsesEvery = time.Minute

// storeUses stores now and then, and at the end, when keys were used last.
func (s *Server) storeUses(ctx context.Context) {
	ticker := time.NewTicker(storeUsesEvery)
	defer ticker.Stop()
	store := func(ctx context.Context) {
		if err := s.Verbs.Access.StoreUses(ctx); err != nil && ctx.Err() == nil {
			s.Config.Log.ErrorContext(ctx, "storing the last use of keys failed", "error", err)
		}
	}
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			store(last)
			return
		case <-ticker.C:
			store(ctx)
		}
	}
}

// eachTenant walks all tenants, until one of them fails.
func (s *Server) eachTenant(ctx context.Context, do func(fairlead.Tenant) error) error {
	for t, err := range s.Verbs.Access.AllTenants(ctx) {
		if err != nil {
			return err
		}
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}
