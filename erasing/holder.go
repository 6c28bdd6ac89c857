package erasing

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// alone refuses to erase a person of whom, in a context that may touch one
// application's connections alone, others have something.
func alone(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) error {
	app := fairlead.HolderIn(ctx)
	if app == "" {
		return nil
	}
	others := fairlead.Errorf(fairlead.Conflict, "Other applications of the tenant have connections of this person.")
	for link, err := range linksOf(tx, tenant, id) {
		if err != nil {
			return err
		}
		if link.Application != app && link.Status == fairlead.LinkOpen {
			return others
		}
	}
	for conn, err := range connectionsOf(tx, tenant, id) {
		if err != nil {
			return err
		}
		if conn.Application != app {
			return others
		}
	}
	return nil
}
