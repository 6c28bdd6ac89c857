// Package kv is what make-believe banks remember of their own: consents, tokens,
// approvals, locked logins.
//
// It owns the contract of that memory, one that lies in this process, and reading and
// changing values as JSON. It does not know what the values mean. The server backs the
// contract with its store, so that kill -9 loses nothing.
package kv

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Store holds small values by tenant and key.
type Store interface {
	// Load returns nil, nil for a missing key.
	Load(ctx context.Context, tenant fairlead.TenantID, key string) ([]byte, error)
	// Save stores value if what is there still equals old (nil: missing), or
	// returns fairlead.Conflict. A nil value deletes.
	Save(ctx context.Context, tenant fairlead.TenantID, key string, old, value []byte) error
	// List returns the keys with a prefix, in order, at most 1000.
	List(ctx context.Context, tenant fairlead.TenantID, prefix string) ([]string, error)
}

// inProcess is a Store that dies with the process: for tests, and for whoever uses the
// sandbox as a library.
type inProcess struct {
	mu     sync.Mutex
	values map[fairlead.TenantID]map[string][]byte
}

// InProcess makes an empty store in this process.
func InProcess() Store {
	return &inProcess{values: map[fairlead.TenantID]map[string][]byte{}}
}

func (m *inProcess) Load(_ context.Context, tenant fairlead.TenantID, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.values[tenant][key]), nil
}

func (m *inProcess) Save(_ context.Context, tenant fairlead.TenantID, key string, old, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	is, there := m.values[tenant][key]
	if there != (old != nil) || !bytes.Equal(is, old) {
		return fairlead.Errorf(fairlead.Conflict, "The value has changed meanwhile.")
	}
	if value == nil {
		delete(m.values[tenant], key)
		return nil
	}
	if m.values[tenant] == nil {
		m.values[tenant] = map[string][]byte{}
	}
	m.values[tenant][key] = bytes.Clone(value)
	return nil
}

func (m *inProcess) List(_ context.Context, tenant fairlead.TenantID, prefix string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []string
	for k := range m.values[tenant] {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys[:min(len(keys), 1000)], nil
}

// Get reads a value; false where there is none.
func Get[T any](ctx context.Context, s Store, tenant fairlead.TenantID, key string) (T, bool, error) {
	var v T
	raw, err := s.Load(ctx, tenant, key)
	if err != nil || raw == nil {
		return v, false, err
	}
	return v, true, json.Unmarshal(raw, &v)
}

// Update changes a value by compare-and-swap, again where somebody else was quicker.
// change sees the zero value where there is none; false from it leaves all as it is.
func Update[T any](ctx context.Context, s Store, tenant fairlead.TenantID, key string, change func(*T) bool) error {
	var err error
	for range 8 {
		var old, next []byte
		if old, err = s.Load(ctx, tenant, key); err != nil {
			return err
		}
		var v T
		if old != nil {
			if err = json.Unmarshal(old, &v); err != nil {
				return err
			}
		}
		if !change(&v) {
			return nil
		}
		if next, err = json.Marshal(v); err != nil {
			return err
		}
		if err = s.Save(ctx, tenant, key, old, next); !fairlead.Is(err, fairlead.Conflict) {
			return err
		}
	}
	return err
}

// Put writes a value, whatever was there.
func Put[T any](ctx context.Context, s Store, tenant fairlead.TenantID, key string, v T) error {
	return Update(ctx, s, tenant, key, func(is *T) bool {
		*is = v
		return true
	})
}

// Delete removes a value; one that is changing meanwhile stays.
func Delete(ctx context.Context, s Store, tenant fairlead.TenantID, key string) error {
	old, err := s.Load(ctx, tenant, key)
	if err != nil || old == nil {
		return err
	}
	if err = s.Save(ctx, tenant, key, old, nil); fairlead.Is(err, fairlead.Conflict) {
		return nil
	}
	return err
}

// sweepLimit bounds how many values one sweep reads.
const sweepLimit = 50

// DeleteExpired deletes some of the values under a prefix whose "expires" has passed.
func DeleteExpired(ctx context.Context, s Store, tenant fairlead.TenantID, prefix string, now time.Time) error {
	keys, err := s.List(ctx, tenant, prefix)
	if err != nil {
		return err
	}
	for _, k := range keys[:min(len(keys), sweepLimit)] {
		v, there, err := Get[struct {
			Expires time.Time `json:"expires"`
		}](ctx, s, tenant, k)
		if err == nil && there && now.After(v.Expires) {
			err = Delete(ctx, s, tenant, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
