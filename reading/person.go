package reading

import (
	"context"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// Person reads a person by id or by the application's own reference, or NotFound.
func (r *Reading) Person(ctx context.Context, tenant fairlead.TenantID, name string) (p fairlead.Person, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if strings.HasPrefix(name, "per_") {
			p, err = tx.Persons.Get(tenant, name)
			return err
		}
		p, err = tx.Persons.Find(tenant, store.By(store.ByReference, name))
		return err
	})
	if err != nil {
		return p, fmt.Errorf("reading: reading a person: %w", err)
	}
	return p, nil
}

// PersonDetails opens what identifies a person to the world. NotFound when there
// is no such person; empty when nothing was said.
func (r *Reading) PersonDetails(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (fairlead.PersonDetails, error) {
	p, err := r.Person(ctx, tenant, string(id))
	if err != nil {
		return fairlead.PersonDetails{}, err
	}
	return sealing.Sealer{Vault: r.o.Vault}.Details(p)
}
