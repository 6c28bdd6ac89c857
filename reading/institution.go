package reading

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// Search finds institutions.
type Search = connector.Search

// Institutions finds institutions of the tenant's environment.
func (r *Reading) Institutions(ctx context.Context, tenant fairlead.TenantID, s Search) ([]fairlead.Institution, error) {
	env, err := r.environment(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return r.o.Registry.Search(env, s)
}

// Institution returns an institution of the tenant's environment by id, short
// name or a public code that is its alone, or NotFound.
func (r *Reading) Institution(ctx context.Context, tenant fairlead.TenantID, name string) (fairlead.Institution, error) {
	env, err := r.environment(ctx, tenant)
	if err != nil {
		return fairlead.Institution{}, err
	}
	return r.o.Registry.Institution(env, name)
}

func (r *Reading) environment(ctx context.Context, tenant fairlead.TenantID) (fairlead.Environment, error) {
	var t fairlead.Tenant
	err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Tenants.Get(tenant)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading: reading a tenant: %w", err)
	}
	return t.Environment, nil
}
