package reading

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/store"
)

// Search says which institutions are wanted.
type Search = directory.Search

// FoundInstitutions are a page of a search.
type FoundInstitutions = directory.Found

// Institutions finds institutions that the tenant offers, as SearchInstitutions does.
func (r *Reading) Institutions(ctx context.Context, tenant fairlead.TenantID, s Search) ([]fairlead.Institution, error) {
	found, err := r.SearchInstitutions(ctx, tenant, s)
	return found.Institutions, err
}

// SearchInstitutions finds a page of the institutions that the tenant offers: those that
// connectors describe and those that its providers reach.
func (r *Reading) SearchInstitutions(ctx context.Context, tenant fairlead.TenantID, s Search) (found FoundInstitutions, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err == nil {
			found, err = r.o.Directory.Search(tx, t, s)
		}
		return err
	})
	return found, err
}

// Institution returns an institution of the tenant by id, short name or a public code
// that is its alone, or NotFound. One that its provider lists no more is found by its id.
func (r *Reading) Institution(ctx context.Context, tenant fairlead.TenantID, name string) (fairlead.Institution, error) {
	var i fairlead.Institution
	err := r.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err == nil {
			i, err = r.o.Directory.Institution(tx, t, name)
		}
		return err
	})
	return i, err
}
