package access

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// KeyedHash names a person whom an application knows only by a number that
// identifies them to the world: the same for the same number in a tenant, and of
// no use to who reads it.
func (a *Access) KeyedHash(tenant fairlead.Tenant, number string) string {
	return sealing.Digest(a.vault, tenant, "tax", number)
}
