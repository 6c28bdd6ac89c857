package sqlstore

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// notes are what dialects store for themselves.
type notes struct{ tx *tx }

func noteRow(tenant fairlead.TenantID, dialect, key string) engine.Row {
	return engine.Row{Table: "notes", Scope: string(tenant), ID: dialect + "\x00" + key}
}

func scanNote(row engine.Scanner) (n fairlead.Note, err error) {
	err = row.Scan(&n.Tenant, &n.Dialect, &n.Key, &n.Version, (*[]byte)(&n.Value))
	return n, err
}

const noteColumns = "SELECT tenant, dialect, key, version, value FROM notes "

func (t notes) Get(tenant fairlead.TenantID, dialect, key string) (fairlead.Note, error) {
	n, found, err := one(t.tx, scanNote, noteColumns+"WHERE tenant = $1 AND dialect = $2 AND key = $3", string(tenant), dialect, key)
	if err != nil {
		return n, err
	}
	t.tx.Races.Saw(noteRow(tenant, dialect, key), n.Version)
	if !found {
		t.tx.Races.Missed("notes")
		return n, fairlead.Errorf(fairlead.NotFound, "There is no such note.")
	}
	return n, nil
}

func (t notes) Put(n *fairlead.Note) error {
	if n.Tenant == "" || n.Dialect == "" || n.Key == "" || !json.Valid(n.Value) {
		return internal("a note without a tenant, a dialect, a key or a JSON value")
	}
	return t.tx.swap(noteRow(n.Tenant, n.Dialect, n.Key), "note", &n.Version,
		func() (int64, error) {
			return t.tx.Exec("INSERT INTO notes (tenant, dialect, key, version, value) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING",
				string(n.Tenant), n.Dialect, n.Key, string(n.Value))
		},
		func() (int64, error) {
			return t.tx.Exec("UPDATE notes SET value = $4, version = version + 1 WHERE tenant = $1 AND dialect = $2 AND key = $3 AND version = $5",
				string(n.Tenant), n.Dialect, n.Key, string(n.Value), n.Version)
		})
}

// lastRune is greater than whatever may follow a prefix.
const lastRune = "\U0010FFFF"

func (t notes) List(tenant fairlead.TenantID, dialect, prefix, after string, limit int) ([]fairlead.Note, error) {
	return all(t.tx, scanNote, noteColumns+`WHERE tenant = $1 AND dialect = $2 AND key >= $3 AND key < $4 AND key > $5 ORDER BY key`+limitTo(6),
		string(tenant), dialect, prefix, prefix+lastRune, after, store.PageSize(limit, 100, 1000))
}

func (t notes) Delete(tenant fairlead.TenantID, dialect, key string) error {
	_, err := t.tx.Exec("DELETE FROM notes WHERE tenant = $1 AND dialect = $2 AND key = $3", string(tenant), dialect, key)
	return err
}

// Next counts in the row, unless transactions share a commit: those count in memory, and
// the last number is written at the end of all.
func (t notes) Next(tenant fairlead.TenantID, dialect, counter string) (int64, error) {
	if t.tx.Batch == nil {
		return t.tx.Returning(`INSERT INTO note_counters (tenant, dialect, counter, n) VALUES ($1, $2, $3, 1)
			ON CONFLICT (tenant, dialect, counter) DO UPDATE SET n = note_counters.n + 1 RETURNING n`, string(tenant), dialect, counter)
	}
	if err := t.tx.Writable(); err != nil {
		return 0, err
	}
	c := engine.Counter{Tenant: string(tenant), Dialect: dialect, Name: counter}
	n, counted := t.tx.Outbox.Counters[c]
	if !counted {
		n, counted = t.tx.Batch.Counters[c]
	}
	if !counted {
		var err error
		n, err = number(t.tx, "SELECT n FROM note_counters WHERE tenant = $1 AND dialect = $2 AND counter = $3", c.Tenant, c.Dialect, c.Name)
		if err != nil {
			return 0, err
		}
	}
	t.tx.Outbox.Count(c, n+1)
	return n + 1, nil
}

// writeCounters writes the numbers that were given last.
func (tx *tx) writeCounters() error {
	for c, n := range tx.Outbox.Counters {
		_, err := tx.Exec(`INSERT INTO note_counters (tenant, dialect, counter, n) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant, dialect, counter) DO UPDATE SET n = excluded.n`, c.Tenant, c.Dialect, c.Name, n)
		if err != nil {
			return err
		}
	}
	return nil
}
