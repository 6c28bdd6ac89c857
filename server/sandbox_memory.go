package server

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// memory is the sandbox's kv.Store: notes of a dialect that does not exist. What a
// make-believe bank remembers may name somebody who is not, so that it is sealed.
type memory struct {
	store store.Store
	vault vault.Root
}

const memoryDialect = sealing.MemoryNotes

// Load returns nil for a missing key.
func (m memory) Load(ctx context.Context, tenant fairlead.TenantID, key string) ([]byte, error) {
	n, err := m.note(ctx, tenant, key)
	if err != nil {
		return nil, err
	}
	return m.open(n)
}

// note reads what is stored; one with Version 0 where there is nothing.
func (m memory) note(ctx context.Context, tenant fairlead.TenantID, key string) (n fairlead.Note, err error) {
	err = m.store.View(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.Notes.Get(tenant, memoryDialect, key)
		if fairlead.Is(err, fairlead.NotFound) {
			n, err = fairlead.Note{Tenant: tenant, Dialect: memoryDialect, Key: key}, nil
		}
		return err
	})
	return n, err
}

// open is the value of a note, nil where there is none.
func (m memory) open(n fairlead.Note) ([]byte, error) {
	if n.Version == 0 {
		return nil, nil
	}
	var sealed fairlead.Sealed
	if err := json.Unmarshal(n.Value, &sealed); err != nil {
		return nil, err
	}
	value, err := m.vault.OpenRoot(sealing.MemoryLocation(n.Tenant, n.Key), sealed)
	if err != nil {
		return nil, err
	}
	return append([]byte{}, value...), nil
}

// Save replaces old by value, or is Conflict.
func (m memory) Save(ctx context.Context, tenant fairlead.TenantID, key string, old, value []byte) error {
	n, err := m.note(ctx, tenant, key)
	if err != nil {
		return err
	}
	present, err := m.open(n)
	if err != nil {
		return err
	}
	faster := fairlead.Errorf(fairlead.Conflict, "Somebody else was faster.")
	if (n.Version == 0) != (old == nil) || !bytes.Equal(present, old) {
		return faster
	}
	if value != nil {
		sealed, err := m.vault.SealRoot(sealing.MemoryLocation(tenant, key), value)
		if err != nil {
			return err
		}
		if n.Value, err = json.Marshal(sealed); err != nil {
			return err
		}
	}
	return m.store.Update(ctx, func(tx *store.Tx) error {
		if value != nil {
			put := n
			return tx.Notes.Put(&put)
		}
		switch now, err := tx.Notes.Get(tenant, memoryDialect, key); {
		case fairlead.Is(err, fairlead.NotFound), err == nil && now.Version != n.Version:
			return faster
		case err != nil:
			return err
		}
		return tx.Notes.Delete(tenant, memoryDialect, key)
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
