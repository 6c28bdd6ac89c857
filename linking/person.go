package linking

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Person returns a person by id or by the application's own reference, or NotFound.
func (l *Linking) Person(ctx context.Context, tenant fairlead.TenantID, name string) (p fairlead.Person, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if strings.HasPrefix(name, "per_") {
			p, err = tx.Persons.Get(tenant, name)
			return err
		}
		p, err = tx.Persons.Find(tenant, store.By(store.ByReference, name))
		return err
	})
	return p, in("reading a person", err)
}

// PersonDetails opens what identifies a person to the world. NotFound when there
// is no such person; empty when nothing was said.
func (l *Linking) PersonDetails(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (fairlead.PersonDetails, error) {
	p, err := l.Person(ctx, tenant, string(id))
	if err != nil {
		return fairlead.PersonDetails{}, err
	}
	d, err := l.detailsOf(p)
	return d, in("opening a person's details", err)
}

func (l *Linking) detailsOf(p fairlead.Person) (d fairlead.PersonDetails, err error) {
	if len(p.Details) == 0 {
		return d, nil
	}
	plain, err := l.o.Vault.Open(p.Key, personOwner(p), p.Details)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(plain, &d)
}

func (l *Linking) sealDetails(p fairlead.Person, d fairlead.PersonDetails) (fairlead.Sealed, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	return l.o.Vault.Seal(p.Key, personOwner(p), plain)
}
