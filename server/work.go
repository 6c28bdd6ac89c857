package server

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// parked lists work that was given up, in all tenants: something for an operator to look at.
func (s *Server) parked(ctx context.Context, _ Params) (any, error) {
	parked := []fairlead.Work{}
	err := s.eachTenant(ctx, func(t fairlead.Tenant) error {
		var some []fairlead.Work
		err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
			some, err = tx.Work.Parked(t.ID, 100)
			return err
		})
		parked = append(parked, some...)
		return err
	})
	return parked, err
}

// eachTenant walks all tenants, until one of them fails.
func (s *Server) eachTenant(ctx context.Context, do func(fairlead.Tenant) error) error {
	for after := fairlead.TenantID(""); ; {
		page, err := s.Verbs.Access.Tenants(ctx, after, 100)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, t := range page {
			if err := do(t); err != nil {
				return err
			}
			after = t.ID
		}
	}
}

// pruneEvery is how often stale tokens and stored answers are swept, in real time.
const pruneEvery = time.Hour

// keepPruned sweeps what has no work row of its own to end it: access tokens and
// stored answers, which are too many for one each. Several nodes may do it at once.
func (s *Server) keepPruned(ctx context.Context) error {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := s.eachTenant(ctx, func(t fairlead.Tenant) error {
			if err := s.pruneTenant(ctx, t); err != nil && ctx.Err() == nil { // no reason to leave out the others
				s.Config.Log.ErrorContext(ctx, "pruning failed", "tenant", t.ID, "error", err)
			}
			return ctx.Err()
		})
		if err != nil && ctx.Err() == nil {
			s.Config.Log.ErrorContext(ctx, "pruning failed", "error", err)
		}
	}
}

// tokensKept is how long an expired token is remembered, so that what it opened
// can still be told to have expired, and not to never have been.
const tokensKept = 30 * 24 * time.Hour

// pruneTenant sweeps one tenant.
func (s *Server) pruneTenant(ctx context.Context, t fairlead.Tenant) error {
	if err := s.Verbs.Access.Prune(ctx, t.ID); err != nil {
		return err
	}
	const page = 500
	before := t.Time(fairlead.RealClock()).Add(-tokensKept)
	for {
		var gone int
		err := s.Store.Update(ctx, func(tx *store.Tx) (err error) {
			gone, err = tx.Tokens.Prune(t.ID, before, page)
			return err
		})
		if err != nil || gone < page {
			return err
		}
	}
}
