package linking

import (
	"context"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// RenewalToken is a token for an address that is sent to a person: a template's entry
// that brings it renews the connection and can do nothing else. It stays the same
// until the connection has been renewed, and is dead from then on.
func (l *Linking) RenewalToken(c fairlead.Connection) string {
	return string(c.ID) + "." + l.o.Vault.MAC(c.Tenant, "renewal", string(c.ID), string(c.Link))
}

// renewing turns an entry's renewal token into the connection that it renews.
// Errors: NotFound for a token that is wrong or dead.
func (l *Linking) renewing(ctx context.Context, tenant fairlead.Tenant, e Entry) (Entry, error) {
	if e.Renewal == "" {
		return e, nil
	}
	id, _, _ := strings.Cut(e.Renewal, ".")
	var c fairlead.Connection
	err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Connections.Get(tenant.ID, id)
		return err
	})
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return e, in("finding what is renewed", err)
	}
	if err != nil || c.Status == fairlead.ConnectionDisconnected || !same(e.Renewal, l.RenewalToken(c)) {
		return e, fairlead.Errorf(fairlead.NotFound, "This invitation to renew is over.")
	}
	e.Connection, e.Institution, e.Reference = c.ID, string(c.Institution), ""
	return e, nil
}
