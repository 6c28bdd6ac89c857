package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
)

// Begin starts the conversation of a link that has nothing to show before it,
// without waiting for the person: its consent exists and the institution awaits
// them when this returns. What the institution refused stands in the link as its
// Problem. Errors: Conflict when the link stands elsewhere.
func (l *Linking) Begin(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error) {
	p := place{tenantID: tenant, linkID: id}
	if err := l.begin(ctx, p); err != nil {
		return fairlead.Link{}, in("beginning a conversation", err)
	}
	sc, err := l.look(ctx, p)
	return sc.link, err
}

// KeyedHash names a person whom an application knows only by a number that
// identifies them to the world: the same for the same number in a tenant, and of
// no use to who reads it.
func (l *Linking) KeyedHash(ctx context.Context, tenant fairlead.TenantID, number string) (string, error) {
	t, err := l.tenantOf(ctx, tenant)
	if err != nil {
		return "", err
	}
	return l.digest(t, "tax", number), nil
}
