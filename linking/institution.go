package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

type Search = connector.Search

func (l *Linking) Institutions(ctx context.Context, tenant fairlead.TenantID, s Search) ([]fairlead.Institution, error) {
	t, err := l.tenantOf(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return l.o.Registry.Search(t.Environment, s)
}

func (l *Linking) Institution(ctx context.Context, tenant fairlead.TenantID, name string) (fairlead.Institution, error) {
	t, err := l.tenantOf(ctx, tenant)
	if err != nil {
		return fairlead.Institution{}, err
	}
	return l.o.Registry.Institution(t.Environment, name)
}
