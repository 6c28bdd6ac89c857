package sqlstore

import (
	"github.com/fairlead-dev/fairlead"
)

// tenants keeps tenants, their clocks as columns: a claim judges what is due by them.
type tenants struct{ s *session }

func tenantVersion(t *fairlead.Tenant) *int64 { return &t.Version }

func tenantPlace(id fairlead.TenantID) string { return "tenants\x00" + string(id) }

func (d tenants) found(t fairlead.Tenant, found bool, err error) (fairlead.Tenant, error) {
	if err == nil && !found {
		d.s.saw("", "tenant", 0)
		return t, fairlead.Errorf(fairlead.NotFound, "There is no such tenant.")
	}
	if err == nil {
		d.s.saw(tenantPlace(t.ID), "tenant", t.Version)
	}
	return t, err
}

func (d tenants) Get(id fairlead.TenantID) (fairlead.Tenant, error) {
	t, err := d.found(oneNoun(d.s, d.s.tables.tenants, tenantVersion, "SELECT version, body FROM tenants WHERE id = $1", string(id)))
	if err == nil {
		d.s.clock = t
	}
	return t, err
}

func (d tenants) ByName(name string) (fairlead.Tenant, error) {
	return d.found(one(d.s, scanBody(tenantVersion), "SELECT version, body FROM tenants WHERE name = $1", name))
}

func (d tenants) List(after fairlead.TenantID, limit int) ([]fairlead.Tenant, error) {
	return all(d.s, scanBody(tenantVersion), "SELECT version, body FROM tenants WHERE id > $1 ORDER BY id"+upTo(2),
		string(after), pageSize(limit, 100, 1000))
}

func (d tenants) Put(t *fairlead.Tenant) error {
	if t.ID == "" {
		return internal("a tenant without an id")
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	body, err := encode(t)
	if err != nil {
		return err
	}
	var offset int64
	var frozen any
	if t.Environment == fairlead.Sandbox {
		offset = t.Offset.Microseconds()
		if !t.Frozen.IsZero() {
			frozen = instant(t.Frozen)
		}
	}
	d.s.wakes = true // the clock may have moved
	d.s.tables.tenants.written()
	return d.s.swap(&t.Version, tenantPlace(t.ID), "tenant",
		func() (int64, error) {
			return d.s.exec(`INSERT INTO tenants (id, name, clock_offset, clock_frozen, version, body)
				VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING`, string(t.ID), t.Name, offset, frozen, body)
		},
		func() (int64, error) {
			return d.s.exec(`UPDATE tenants SET name = $2, clock_offset = $3, clock_frozen = $4, body = $5, version = version + 1
				WHERE id = $1 AND version = $6 AND NOT EXISTS (SELECT 1 FROM tenants o WHERE o.name = $2 AND o.id <> $1)`,
				string(t.ID), t.Name, offset, frozen, body, t.Version)
		})
}
