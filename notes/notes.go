// Package notes is a dialect's private key-value store, and its settings.
//
// It owns the keyed JSON values and counters that each dialect has per tenant
// (vendor ids, reusable objects) and what a vendor's console would configure per
// application: typed fields that a dialect declares, checked before they are
// stored. It knows no dialect and reads no value for itself.
//
// A KV is bound to one dialect's name, so no dialect reads another's notes.
// What identifies people or opens things does not belong here: notes are not sealed.
package notes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	maxKey   = 512       // bytes of a key
	maxValue = 256 << 10 // bytes of a value's JSON
)

// Notes is the verb. It is safe for concurrent use.
type Notes struct {
	store store.Store

	mu       sync.RWMutex
	declared map[string][]Setting
}

// New builds the verb on its port.
func New(s store.Store) *Notes {
	return &Notes{store: s, declared: map[string][]Setting{}}
}

// KV is a dialect's key-value store.
func (n *Notes) KV(dialect string) *KV { return &KV{store: n.store, dialect: dialect} }

// KV is one dialect's key-value store, a tenant at a time.
type KV struct {
	store   store.Store
	dialect string
}

// Get reads a note into a pointer, or NotFound.
func (kv *KV) Get(ctx context.Context, tenant fairlead.TenantID, key string, into any) error {
	if !validKey(key) {
		return fairlead.Errorf(fairlead.NotFound, "There is no such note.")
	}
	var note fairlead.Note
	err := kv.store.View(ctx, func(tx *store.Tx) (err error) {
		note, err = tx.Notes.Get(tenant, kv.dialect, key)
		return err
	})
	if err == nil {
		err = json.Unmarshal(note.Value, into)
	}
	return in("reading a note", err)
}

// Put writes a note, whether there is one of this key or not.
func (kv *KV) Put(ctx context.Context, tenant fairlead.TenantID, key string, value any) error {
	text, err := encode(key, value)
	if err != nil {
		return err
	}
	return in("writing a note", kv.store.Update(ctx, func(tx *store.Tx) error {
		note, err := tx.Notes.Get(tenant, kv.dialect, key)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: tenant, Dialect: kv.dialect, Key: key, Value: text, Version: note.Version})
	}))
}

// Add writes a note that must not exist yet: Conflict when it does.
func (kv *KV) Add(ctx context.Context, tenant fairlead.TenantID, key string, value any) error {
	text, err := encode(key, value)
	if err != nil {
		return err
	}
	return in("adding a note", kv.store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Notes.Get(tenant, kv.dialect, key)
		switch {
		case err == nil:
			return fairlead.Errorf(fairlead.Conflict, "It exists already.")
		case !fairlead.Is(err, fairlead.NotFound):
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: tenant, Dialect: kv.dialect, Key: key, Value: text})
	}))
}

// List returns a page of the notes whose key begins with prefix, in the order of
// keys, after one. Limit 0 means 100, at most 1000.
func (kv *KV) List(ctx context.Context, tenant fairlead.TenantID, prefix, after string, limit int) (page []fairlead.Note, err error) {
	err = kv.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Notes.List(tenant, kv.dialect, prefix, after, store.PageSize(limit, 100, 1000))
		return err
	})
	return page, in("listing notes", err)
}

// Delete removes notes, all of them or none; a missing one is no error.
func (kv *KV) Delete(ctx context.Context, tenant fairlead.TenantID, keys ...string) error {
	keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !validKey(key) })
	return in("deleting notes", kv.store.Update(ctx, func(tx *store.Tx) error {
		for _, key := range keys {
			if err := tx.Notes.Delete(tenant, kv.dialect, key); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Next counts up a named counter and returns it: 1, 2, 3 … A number is never
// given twice.
func (kv *KV) Next(ctx context.Context, tenant fairlead.TenantID, counter string) (number int64, err error) {
	err = kv.store.Update(ctx, func(tx *store.Tx) (err error) {
		number, err = tx.Notes.Next(tenant, kv.dialect, counter)
		return err
	})
	return number, in("counting", err)
}

// Number gives a thing the vendor's kind of number, for vendors that number what
// we name: always the same for the same id, 1, 2, 3 … within a kind ("user").
func (kv *KV) Number(ctx context.Context, tenant fairlead.TenantID, kind, id string) (number int64, err error) {
	key := "number/" + kind + "/" + id
	if !validKey(key) {
		return 0, invalidKey()
	}
	err = kv.Get(ctx, tenant, key, &number)
	if !fairlead.Is(err, fairlead.NotFound) {
		return number, err
	}
	back, err := json.Marshal(id)
	if err != nil {
		return 0, fmt.Errorf("notes: numbering: %w", err)
	}
	err = kv.store.Update(ctx, func(tx *store.Tx) error {
		note, err := tx.Notes.Get(tenant, kv.dialect, key)
		if err == nil { // somebody was faster
			return json.Unmarshal(note.Value, &number)
		}
		if !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		if number, err = tx.Notes.Next(tenant, kv.dialect, kind); err != nil {
			return err
		}
		if err := tx.Notes.Put(&fairlead.Note{Tenant: tenant, Dialect: kv.dialect, Key: key, Value: strconv.AppendInt(nil, number, 10)}); err != nil {
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: tenant, Dialect: kv.dialect, Key: numbered(kind, number), Value: back})
	})
	return number, in("numbering", err)
}

// Numbered is the id that Number gave a number to, or NotFound.
func (kv *KV) Numbered(ctx context.Context, tenant fairlead.TenantID, kind string, number int64) (id string, err error) {
	err = kv.Get(ctx, tenant, numbered(kind, number), &id)
	return id, err
}

// numbered is the key that leads from a number back to its id.
func numbered(kind string, number int64) string {
	return "numbered/" + kind + "/" + strconv.FormatInt(number, 10)
}

// Read reads a note as a value of its type, or NotFound.
func Read[T any](ctx context.Context, kv *KV, tenant fairlead.TenantID, key string) (value T, err error) {
	err = kv.Get(ctx, tenant, key, &value)
	return value, err
}

// Change changes a note in one transaction; a missing one begins as the zero
// value. change may be called more than once; its error ends it and is returned.
func Change[T any](ctx context.Context, kv *KV, tenant fairlead.TenantID, key string, change func(*T) error) (T, error) {
	var value T
	err := kv.store.Update(ctx, func(tx *store.Tx) error {
		value = *new(T)
		note, err := tx.Notes.Get(tenant, kv.dialect, key)
		switch {
		case err == nil:
			if err := json.Unmarshal(note.Value, &value); err != nil {
				return err
			}
		case !fairlead.Is(err, fairlead.NotFound):
			return err
		}
		if err := change(&value); err != nil {
			return err
		}
		text, err := encode(key, value)
		if err != nil {
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: tenant, Dialect: kv.dialect, Key: key, Value: text, Version: note.Version})
	})
	if err != nil {
		return *new(T), in("changing a note", err)
	}
	return value, nil
}

// encode is a value's JSON, if key and value have a size that is stored.
func encode(key string, value any) (json.RawMessage, error) {
	if !validKey(key) {
		return nil, invalidKey()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("notes: encoding: %w", err)
	}
	if len(text) > maxValue {
		return nil, fairlead.Errorf(fairlead.TooLarge, "This is more than can be kept.")
	}
	return text, nil
}

// validKey reports whether a key can be stored: dialects make them of what callers send.
func validKey(key string) bool {
	return key != "" && len(key) <= maxKey && utf8.ValidString(key) && !strings.Contains(key, "\x00")
}

func invalidKey() error {
	return fairlead.Errorf(fairlead.Invalid, "The name is empty, too long or not text.")
}

// in says what was being done; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("notes: %s: %w", doing, err)
}
