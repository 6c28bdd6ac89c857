package keyset

import (
	"crypto/sha256"
	"sync"

	"github.com/fairlead-dev/fairlead/vault"
)

// maxCached bounds how many unwrapped keys stay in memory.
const maxCached = 1024

// cache keeps data keys that were unwrapped lately. Its names cover the owner,
// so that a key asked for in another's name is unwrapped anew, and refused.
type cache struct {
	mu   sync.Mutex
	keys map[[sha256.Size]byte]*dataKey
}

func cacheName(key vault.WrappedKey, owner vault.Owner) [sha256.Size]byte {
	return sha256.Sum256(framed(string(key), string(owner.Tenant), owner.ID))
}

func (c *cache) get(name [sha256.Size]byte) *dataKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keys[name]
}

// put remembers a key, and forgets some other when there are too many.
func (c *cache) put(name [sha256.Size]byte, k *dataKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = make(map[[sha256.Size]byte]*dataKey)
	}
	if len(c.keys) >= maxCached {
		for stored := range c.keys {
			delete(c.keys, stored)
			break
		}
	}
	c.keys[name] = k
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.keys)
}
