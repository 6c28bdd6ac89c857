package storetest

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func tenantTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ATenantIsFoundByItsIDAndItsName": tenantsAreFound,
		"ATenantsNameIsUniqueOnTheServer": tenantNames,
		"TenantsArePagedAndCompared":      tenantPages,
	}
}

func tenantsAreFound(t *testing.T, f *fixture) {
	want := fairlead.Tenant{
		ID: "ten_1", Name: "shop", Environment: fairlead.Sandbox, Seed: "seed",
		Offset: 36 * time.Hour, Frozen: noon, Created: noon,
	}
	f.update(func(tx *store.Tx) error { return tx.Tenants.Put(&want) })
	same(t, "by id", read(f, func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.Get("ten_1") }), want)
	same(t, "by name", read(f, func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.ByName("shop") }), want)
	for _, get := range []func(*store.Tx) (fairlead.Tenant, error){
		func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.Get("shop") },
		func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.ByName("ten_1") },
	} {
		f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
			_, err := get(tx)
			return err
		})
	}
}

func tenantNames(t *testing.T, f *fixture) {
	second := fairlead.Tenant{ID: "ten_2", Name: string(ours)}
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Tenants.Put(&second) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(theirs)
		if err != nil {
			return err
		}
		tenant.Name = string(ours)
		return tx.Tenants.Put(&tenant)
	})
}

func tenantPages(t *testing.T, f *fixture) {
	id := func(t fairlead.Tenant) string { return string(t.ID) }
	page := read(f, func(tx *store.Tx) ([]fairlead.Tenant, error) { return tx.Tenants.List("", 1) })
	same(t, "the first page", ids(page, id), "[ten_ours]")
	page = read(f, func(tx *store.Tx) ([]fairlead.Tenant, error) { return tx.Tenants.List("ten_ours", 0) })
	same(t, "the second", ids(page, id), "[ten_theirs]")
	old := page[0]
	f.update(func(tx *store.Tx) error { return tx.Tenants.Put(&page[0]) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Tenants.Put(&old) })
}
