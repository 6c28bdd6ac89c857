package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// Search finds institutions.
type Search = connector.Search

// Institutions finds institutions of the tenant's environment.
func (l *Linking) Institutions(ctx context.Context, tenant fairlead.TenantID, s Search) ([]fairlead.Institution, error) {
	t, err := l.tenantOf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return l.o.Registry.Search(t.Environment, s)
}

// Institution returns an institution of the tenant's environment by id, short
// name or a public code that is its alone, or NotFound.
func (l *Linking) Institution(ctx context.Context, tenant fairlead.TenantID, name string) (fairlead.Institution, error) {
	t, err := l.tenantOf(ctx, tenant)
	if err != nil {
		return fairlead.Institution{}, err
	}
	return l.o.Registry.Institution(t.Environment, name)
}

// candidates is what a link lets the person choose from.
func (l *Linking) candidates(env fairlead.Environment, spec fairlead.Spec) []fairlead.Institution {
	return l.o.Registry.Candidates(env, spec)
}
