package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// inProcess is a connector.Memory that dies with the process: for tests, and for
// whoever uses the sandbox as a library.
type inProcess struct {
	mu     sync.Mutex
	values map[fairlead.TenantID]map[string][]byte
}

// NewMemory makes an empty memory in this process.
func NewMemory() connector.Memory {
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

// recall reads a remembered value; false where there is none.
func recall[T any](ctx context.Context, m connector.Memory, tenant fairlead.TenantID, key string) (T, bool, error) {
	var v T
	raw, err := m.Load(ctx, tenant, key)
	if err != nil || raw == nil {
		return v, false, err
	}
	return v, true, json.Unmarshal(raw, &v)
}

// amend changes a remembered value, again where somebody else was quicker. change
// sees the zero value where there is none; false from it leaves all as it is.
func amend[T any](ctx context.Context, m connector.Memory, tenant fairlead.TenantID, key string, change func(*T) bool) error {
	var err error
	for range 8 {
		var old, next []byte
		if old, err = m.Load(ctx, tenant, key); err != nil {
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
		if err = m.Save(ctx, tenant, key, old, next); !fairlead.Is(err, fairlead.Conflict) {
			return err
		}
	}
	return err
}

// remember writes a value, whatever was there.
func remember[T any](ctx context.Context, m connector.Memory, tenant fairlead.TenantID, key string, v T) error {
	return amend(ctx, m, tenant, key, func(is *T) bool {
		*is = v
		return true
	})
}

// forget removes a remembered value.
func forget(ctx context.Context, m connector.Memory, tenant fairlead.TenantID, key string) error {
	old, err := m.Load(ctx, tenant, key)
	if err != nil || old == nil {
		return err
	}
	if err = m.Save(ctx, tenant, key, old, nil); fairlead.Is(err, fairlead.Conflict) {
		return nil
	}
	return err
}

// tidyAtOnce bounds how many values one sweep looks at.
const tidyAtOnce = 50

// tidy forgets values under a prefix whose "expires" has passed.
func tidy(ctx context.Context, m connector.Memory, tenant fairlead.TenantID, prefix string, now time.Time) error {
	keys, err := m.List(ctx, tenant, prefix)
	if err != nil {
		return err
	}
	for _, k := range keys[:min(len(keys), tidyAtOnce)] {
		v, there, err := recall[struct {
			Expires time.Time `json:"expires"`
		}](ctx, m, tenant, k)
		if err == nil && there && now.After(v.Expires) {
			err = forget(ctx, m, tenant, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
