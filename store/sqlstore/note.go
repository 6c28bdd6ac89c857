package sqlstore

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// notes is the dialects' private memory.
type notes struct{ s *session }

func notePlace(tenant fairlead.TenantID, dialect, key string) string {
	return "notes\x00" + string(tenant) + "\x00" + dialect + "\x00" + key
}

func scanNote(row scanner) (n fairlead.Note, err error) {
	err = row.Scan(&n.Tenant, &n.Dialect, &n.Key, &n.Version, (*[]byte)(&n.Value))
	return n, err
}

const noteColumns = "SELECT tenant, dialect, key, version, value FROM notes "

func (d notes) Get(tenant fairlead.TenantID, dialect, key string) (fairlead.Note, error) {
	n, found, err := one(d.s, scanNote, noteColumns+"WHERE tenant = $1 AND dialect = $2 AND key = $3", string(tenant), dialect, key)
	if err != nil {
		return n, err
	}
	d.s.saw(notePlace(tenant, dialect, key), "note", n.Version)
	if !found {
		return n, fairlead.Errorf(fairlead.NotFound, "There is no such note.")
	}
	return n, nil
}

func (d notes) Put(n *fairlead.Note) error {
	if n.Tenant == "" || n.Dialect == "" || n.Key == "" || !json.Valid(n.Value) {
		return internal("a note without a tenant, a dialect, a key or a JSON value")
	}
	return d.s.swap(&n.Version, notePlace(n.Tenant, n.Dialect, n.Key), "note",
		func() (int64, error) {
			return d.s.exec("INSERT INTO notes (tenant, dialect, key, version, value) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING",
				string(n.Tenant), n.Dialect, n.Key, string(n.Value))
		},
		func() (int64, error) {
			return d.s.exec("UPDATE notes SET value = $4, version = version + 1 WHERE tenant = $1 AND dialect = $2 AND key = $3 AND version = $5",
				string(n.Tenant), n.Dialect, n.Key, string(n.Value), n.Version)
		})
}

// lastRune is greater than whatever may follow a prefix.
const lastRune = "\U0010FFFF"

func (d notes) List(tenant fairlead.TenantID, dialect, prefix, after string, limit int) ([]fairlead.Note, error) {
	return all(d.s, scanNote, noteColumns+`WHERE tenant = $1 AND dialect = $2 AND key >= $3 AND key < $4 AND key > $5 ORDER BY key`+upTo(6),
		string(tenant), dialect, prefix, prefix+lastRune, after, pageSize(limit, 100, 1000))
}

func (d notes) Delete(tenant fairlead.TenantID, dialect, key string) error {
	_, err := d.s.exec("DELETE FROM notes WHERE tenant = $1 AND dialect = $2 AND key = $3", string(tenant), dialect, key)
	return err
}

func (d notes) Next(tenant fairlead.TenantID, dialect, counter string) (int64, error) {
	return d.s.bump(`INSERT INTO note_counters (tenant, dialect, counter, n) VALUES ($1, $2, $3, 1)
		ON CONFLICT (tenant, dialect, counter) DO UPDATE SET n = note_counters.n + 1 RETURNING n`, string(tenant), dialect, counter)
}
