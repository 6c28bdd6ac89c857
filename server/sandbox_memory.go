package server

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// memory is the sandbox's kv.Store: notes of a dialect that does not exist.
type memory struct{ store store.Store }

const memoryDialect = "sandbox-memory"

// Load returns nil for a missing key.
func (m memory) Load(ctx context.Context, tenant fairlead.TenantID, key string) (value []byte, err error) {
	err = m.store.View(ctx, func(tx *store.Tx) error {
		n, err := tx.Notes.Get(tenant, memoryDialect, key)
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(n.Value, &value)
	})
	return value, err
}

// Save replaces old by value, or is Conflict.
func (m memory) Save(ctx context.Context, tenant fairlead.TenantID, key string, old, value []byte) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return m.store.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.Notes.Get(tenant, memoryDialect, key)
		switch {
		case fairlead.Is(err, fairlead.NotFound):
			n = fairlead.Note{Tenant: tenant, Dialect: memoryDialect, Key: key}
		case err != nil:
			return err
		}
		var present []byte
		if n.Version > 0 {
			if err := json.Unmarshal(n.Value, &present); err != nil {
				return err
			}
		}
		if (n.Version == 0) != (old == nil) || !bytes.Equal(present, old) {
			return fairlead.Errorf(fairlead.Conflict, "Somebody else was faster.")
		}
		if value == nil {
			return tx.Notes.Delete(tenant, memoryDialect, key)
		}
		n.Value = body
		return tx.Notes.Put(&n)
	})
}

// List returns the keys with a prefix, in order.
func (m memory) List(ctx context.Context, tenant fairlead.TenantID, prefix string) (keys []string, err error) {
	err = m.store.View(ctx, func(tx *store.Tx) error {
		notes, err := tx.Notes.List(tenant, memoryDialect, prefix, "", 1000)
		keys = nil
		for _, n := range notes {
			keys = append(keys, n.Key)
		}
		return err
	})
	return keys, err
}
