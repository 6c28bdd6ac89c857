package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// maxKnown is how many connections of a person a connector is shown.
const maxKnown = 50

// knownConnections reads the connections of the link's person at its institution. A link
// of a template has none but that which it renews: whose it is, its address claims.
func (v *Visit) knownConnections() (out []connector.KnownConnection, err error) {
	var found []fairlead.Connection
	err = v.l.o.Store.View(context.Background(), func(tx *store.Tx) error {
		all, err := tx.Connections.List(v.tenant.ID, store.Query{
			Where: []store.Match{store.By(store.ByPerson, string(v.link.Person))}, Limit: 1000,
		})
		found = nil
		for _, c := range all {
			if v.mayJoin(c) && len(found) < maxKnown {
				found = append(found, c)
			}
		}
		return err
	})
	if err != nil {
		return nil, in("reading the person's connections", err)
	}
	for _, c := range found {
		secrets, err := v.l.sealer.Secrets(c)
		if err != nil {
			return nil, err
		}
		out = append(out, connector.KnownConnection{ID: c.ID, Accounts: c.Accounts, Secrets: secrets})
	}
	return out, nil
}

// mayJoin reports whether a login of the link may go on with a connection.
func (v *Visit) mayJoin(c fairlead.Connection) bool {
	switch {
	case c.Person != v.link.Person || c.Institution != v.link.Institution || c.Status == fairlead.ConnectionDisconnected:
		return false
	case c.ID == v.link.Spec.Connection:
		return true
	case v.link.Template != "" && v.link.Reference != "":
		return false
	}
	return v.tenant.Sharing != fairlead.SharingApplication || c.Application == v.link.Application
}

// known reads the connection that a connector goes on with, or NotFound.
func (v *Visit) known(tx *store.Tx, id fairlead.ConnectionID) (fairlead.Connection, error) {
	c, err := tx.Connections.Get(v.tenant.ID, string(id))
	if err == nil && !v.mayJoin(c) {
		return fairlead.Connection{}, fairlead.Errorf(fairlead.NotFound, "There is no such connection.")
	}
	return c, err
}
