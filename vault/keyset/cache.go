package keyset

import (
	"bytes"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead/vault"
)

const (
	maxCached = 1024             // unwrapped keys in memory
	maxAge    = 10 * time.Minute // of one, used or not: what was erased on another node is gone from here by then
)

// cache keeps the data keys that were unwrapped lately, one for an owner. A key that
// is asked for in another's name is unwrapped anew, and refused.
type cache struct {
	mu    sync.Mutex
	keys  map[vault.Owner]cachedKey
	sweep *time.Timer // set while there is anything to grow old
}

type cachedKey struct {
	wrapped vault.WrappedKey
	key     *dataKey
	since   time.Time
}

func (c *cache) get(owner vault.Owner, wrapped vault.WrappedKey) *dataKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, known := c.keys[owner]; known && bytes.Equal(k.wrapped, wrapped) {
		return k.key
	}
	return nil
}

// put remembers a key, and forgets some other when there are too many.
func (c *cache) put(owner vault.Owner, wrapped vault.WrappedKey, k *dataKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = make(map[vault.Owner]cachedKey)
	}
	if _, known := c.keys[owner]; !known && len(c.keys) >= maxCached {
		for stored := range c.keys {
			delete(c.keys, stored)
			break
		}
	}
	c.keys[owner] = cachedKey{bytes.Clone(wrapped), k, time.Now()}
	if c.sweep == nil {
		c.sweep = time.AfterFunc(maxAge, c.dropOld)
	}
}

// dropOld forgets the keys that are too old, and comes again when the next one is.
func (c *cache) dropOld() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, next := time.Now(), time.Duration(-1)
	for owner, k := range c.keys {
		left := maxAge - now.Sub(k.since)
		if left <= 0 {
			delete(c.keys, owner)
		} else if next < 0 || left < next {
			next = left
		}
	}
	if c.sweep = nil; next >= 0 {
		c.sweep = time.AfterFunc(next, c.dropOld)
	}
}

// forget drops an owner's key.
func (c *cache) forget(owner vault.Owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.keys, owner)
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.keys)
}
