package sqlstore

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// tenants is the table of tenants, their clocks as columns: a claim judges what is due
// by them.
type tenants struct{ tx *tx }

const tenantsTable = "tenants"

var scanTenant = scanBody(func(t *fairlead.Tenant) *int64 { return &t.Version })

func tenantRow(id fairlead.TenantID) engine.Row {
	return engine.Row{Table: tenantsTable, ID: string(id)}
}

func (t tenants) found(tenant fairlead.Tenant, found bool, err error) (fairlead.Tenant, error) {
	if err == nil && !found {
		t.tx.Races.Missed(tenantsTable)
		return tenant, fairlead.Errorf(fairlead.NotFound, "There is no such tenant.")
	}
	if err == nil {
		t.tx.Races.Saw(tenantRow(tenant.ID), tenant.Version)
	}
	return tenant, err
}

func (t tenants) Get(id fairlead.TenantID) (fairlead.Tenant, error) {
	tenant, err := t.found(first(cached(t.tx, tenantsTable, scanTenant, "SELECT version, body FROM tenants WHERE id = $1", string(id))))
	if err == nil {
		t.tx.clock = tenant
	}
	return tenant, err
}

func (t tenants) ByName(name string) (fairlead.Tenant, error) {
	return t.found(one(t.tx, scanTenant, "SELECT version, body FROM tenants WHERE name = $1", name))
}

func (t tenants) List(after fairlead.TenantID, limit int) ([]fairlead.Tenant, error) {
	return all(t.tx, scanTenant, "SELECT version, body FROM tenants WHERE id > $1 ORDER BY id"+limitTo(2),
		string(after), store.PageSize(limit, 100, 1000))
}

func (t tenants) Put(tenant *fairlead.Tenant) error {
	if tenant.ID == "" {
		return internal("a tenant without an id")
	}
	if err := t.tx.Writable(); err != nil {
		return err
	}
	body, err := encode(tenant)
	if err != nil {
		return err
	}
	var offset int64
	var frozen any
	if tenant.Environment == fairlead.Sandbox {
		offset = tenant.Offset.Microseconds()
		if !tenant.Frozen.IsZero() {
			frozen = micros(tenant.Frozen)
		}
	}
	t.tx.Outbox.Wake = true // the clock may have moved
	t.tx.Cache.InvalidateTable(tenantsTable)
	return t.tx.swap(tenantRow(tenant.ID), "tenant", &tenant.Version,
		func() (int64, error) {
			return t.tx.Exec(`INSERT INTO tenants (id, name, clock_offset, clock_frozen, version, body)
				VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING`, string(tenant.ID), tenant.Name, offset, frozen, body)
		},
		func() (int64, error) {
			return t.tx.Exec(`UPDATE tenants SET name = $2, clock_offset = $3, clock_frozen = $4, body = $5, version = version + 1
				WHERE id = $1 AND version = $6 AND NOT EXISTS (SELECT 1 FROM tenants o WHERE o.name = $2 AND o.id <> $1)`,
				string(tenant.ID), tenant.Name, offset, frozen, body, tenant.Version)
		})
}
