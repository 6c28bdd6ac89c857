package access

import (
	"context"
	"fmt"
	"iter"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// CreateTenant makes an isolation boundary. The name is unique on the server. A
// sandbox derives its ids and its world from seed, its own id too, so that the
// same seed and name give the same tenant anywhere; an empty seed is a random
// one. A live tenant has none.
func (a *Access) CreateTenant(ctx context.Context, name string, env fairlead.Environment, seed string) (fairlead.Tenant, error) {
	if env != fairlead.Sandbox && env != fairlead.Live {
		return fairlead.Tenant{}, fairlead.InvalidField("environment", "unknown", "must be sandbox or live")
	}
	if env == fairlead.Live && seed != "" {
		return fairlead.Tenant{}, fairlead.InvalidField("seed", "exclusive", "is for sandbox tenants only")
	}
	if err := checkName("name", name); err != nil {
		return fairlead.Tenant{}, err
	}
	wall := a.clock()
	t := fairlead.Tenant{ID: fairlead.TenantID(fairlead.NewID("ten", wall)), Name: name, Environment: env, Seed: seed, Created: wall}
	switch {
	case seed != "":
		t.ID = fairlead.TenantID(fairlead.DerivedID("ten", seed, name))
	case env == fairlead.Sandbox:
		t.Seed = fairlead.NewToken()
	}
	return a.addTenant(ctx, t)
}

// addTenant writes a new tenant, unless its name is taken.
func (a *Access) addTenant(ctx context.Context, t fairlead.Tenant) (fairlead.Tenant, error) {
	var made fairlead.Tenant
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		if err := nameFree(tx.Tenants.ByName(t.Name)); err != nil {
			return err
		}
		if before, err := tx.Tenants.Get(t.ID); err == nil && !before.Deleted.IsZero() {
			return fairlead.InvalidField("seed", "exists", "must be another: a tenant of this name and seed was deleted, and its ids are used")
		}
		made = t
		if err := tx.Tenants.Put(&made); err != nil {
			return err
		}
		return audit(ctx, tx, t.ID, t.Created, "tenant.create", string(t.ID))
	})
	if err != nil {
		return fairlead.Tenant{}, fmt.Errorf("access: creating a tenant: %w", err)
	}
	return made, nil
}

// ShareConnections says whose connections the applications of a tenant see. What was
// connected before stays with the application that made it.
func (a *Access) ShareConnections(ctx context.Context, tenant fairlead.TenantID, sharing fairlead.Sharing) (fairlead.Tenant, error) {
	if sharing != fairlead.SharingTenant && sharing != fairlead.SharingApplication {
		return fairlead.Tenant{}, fairlead.InvalidField("connections", "unknown", "must be shared or own")
	}
	wall := a.clock()
	var t fairlead.Tenant
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		t.Sharing = sharing
		if err := tx.Tenants.Put(&t); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, "tenant.update", string(tenant))
	})
	return t, in("changing a tenant", err)
}

// Tenant returns a tenant, or NotFound.
func (a *Access) Tenant(ctx context.Context, id fairlead.TenantID) (t fairlead.Tenant, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Tenants.Get(id)
		return err
	})
	return t, in("reading a tenant", err)
}

// EndTenant marks a tenant as deleted and frees its name. Others have ended its
// applications, persons and providers before: Conflict says that an application is left.
// The row stays, with the audit trail and the work of erasing.
func (a *Access) EndTenant(ctx context.Context, tenant fairlead.TenantID) error {
	wall := a.clock()
	return in("deleting a tenant", a.store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		left, err := tx.Applications.List(tenant, store.Query{Limit: 1})
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return fairlead.Errorf(fairlead.Conflict, "The tenant has an application: try again.")
		}
		t.Name, t.Deleted = string(t.ID), wall
		if err := tx.Tenants.Put(&t); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, "tenant.delete", string(tenant))
	}))
}

// TenantNamed returns the tenant of a name, or NotFound.
func (a *Access) TenantNamed(ctx context.Context, name string) (t fairlead.Tenant, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Tenants.ByName(name); err == nil && !t.Deleted.IsZero() {
			err = fairlead.Errorf(fairlead.NotFound, "The tenant was deleted.")
		}
		return err
	})
	return t, in("reading a tenant", err)
}

// Tenants returns a page of tenants in the order of ids, after one. Limit 0 means 100.
func (a *Access) Tenants(ctx context.Context, after fairlead.TenantID, limit int) (page []fairlead.Tenant, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Tenants.List(after, pageSize(limit))
		return err
	})
	return page, in("listing tenants", err)
}

// AllTenants walks all tenants, in the order of ids. A failure comes as the last pair.
func (a *Access) AllTenants(ctx context.Context) iter.Seq2[fairlead.Tenant, error] {
	return func(yield func(fairlead.Tenant, error) bool) {
		const most = 100
		for after := fairlead.TenantID(""); ; {
			page, err := a.Tenants(ctx, after, most)
			if err != nil {
				yield(fairlead.Tenant{}, err)
				return
			}
			for _, t := range page {
				if after = t.ID; !yield(t, nil) {
					return
				}
			}
			if len(page) < most {
				return
			}
		}
	}
}

// nameFree turns the outcome of a search for a unique name into an error when it found something.
func nameFree[T any](_ T, err error) error {
	switch {
	case err == nil:
		return lifecycle.NameTaken()
	case fairlead.Is(err, fairlead.NotFound):
		return nil
	}
	return err
}

// in says what was being done; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("access: %s: %w", doing, err)
}

// pageSize is how long a page is for which limit was asked: 100 for 0, at most 1000.
func pageSize(limit int) int { return store.PageSize(limit, 100, 1000) }
