package access

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// KeyedHash names a person whom an application knows only by a number that
// identifies them to the world: the same for the same number in a tenant, and of
// no use to who reads it.
func (a *Access) KeyedHash(ctx context.Context, tenant fairlead.TenantID, number string) (string, error) {
	t, err := a.Tenant(ctx, tenant)
	if err != nil {
		return "", err
	}
	return sealing.Digest(a.vault, t, "tax", number), nil
}
