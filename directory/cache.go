package directory

import (
	"container/list"
	"crypto/sha256"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// maxBytes bounds what is in memory of all tenants' directories; the one that was used
// last stays whatever it takes.
const maxBytes = 192 << 20

// maxTenants bounds how many tenants are in the cache, however little each takes.
const maxTenants = 10_000

// cache has the snapshots of the tenants that were used last. What several of them have
// just so is there once: what a service lists is the same for every tenant.
type cache struct {
	mutex    sync.Mutex
	limit    int
	bytes    int
	tenants  map[fairlead.TenantID]*resident
	order    *list.List // of *resident, the last used first
	listings map[[sha256.Size]byte]*counted[*listing]
	indexes  map[string]*counted[*index]
}

// resident is a tenant in the cache. Its mutex is taken while its snapshot is built, so
// that those who come meanwhile wait instead of building the same.
type resident struct {
	sync.Mutex
	snapshot *snapshot

	tenant  fairlead.TenantID // the rest is the cache's
	element *list.Element
	counted *snapshot
}

// counted is something with the number of snapshots that have it.
type counted[T any] struct {
	value T
	users int
}

func newCache(limit int) *cache {
	return &cache{
		limit: limit, tenants: map[fairlead.TenantID]*resident{}, order: list.New(),
		listings: map[[sha256.Size]byte]*counted[*listing]{}, indexes: map[string]*counted[*index]{},
	}
}

// resident is that of a tenant, which is now the last used.
func (c *cache) resident(tenant fairlead.TenantID) *resident {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	r, ok := c.tenants[tenant]
	if !ok {
		r = &resident{tenant: tenant}
		r.element = c.order.PushFront(r)
		c.tenants[tenant] = r
	}
	c.order.MoveToFront(r.element)
	return r
}

// listing is one that is there with the same institutions, or l.
func (c *cache) listing(l *listing) *listing {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if same, ok := c.listings[l.digest]; ok {
		return same.value
	}
	return l
}

// index is the one that is there under a key, or what build makes.
func (c *cache) index(key string, build func() *index) *index {
	c.mutex.Lock()
	same, ok := c.indexes[key]
	c.mutex.Unlock()
	if ok {
		return same.value
	}
	return build()
}

// store makes a snapshot, which nobody else has yet, that of a resident, and lets go of
// those that were used longest ago while it is all too much.
func (c *cache) store(r *resident, s *snapshot) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.tenants[r.tenant] != r { // it was let go meanwhile
		return
	}
	before := r.counted
	r.counted = s
	for n, l := range s.listings {
		s.listings[n] = use(c, c.listings, l.digest, l, l.bytes)
	}
	s.index = use(c, c.indexes, s.key, s.index, s.index.bytes)
	c.release(before)
	for (c.bytes > c.limit || c.order.Len() > maxTenants) && c.order.Len() > 1 {
		last := c.order.Back().Value.(*resident)
		c.order.Remove(last.element)
		delete(c.tenants, last.tenant)
		c.release(last.counted)
		last.counted = nil
	}
}

// use counts one more snapshot that has a value, which is the one that is there already.
func use[K comparable, T any](c *cache, all map[K]*counted[T], key K, value T, bytes int) T {
	same, ok := all[key]
	if !ok {
		same = &counted[T]{value: value}
		all[key] = same
		c.bytes += bytes
	}
	same.users++
	return same.value
}

// release forgets what only a snapshot had.
func (c *cache) release(s *snapshot) {
	if s == nil {
		return
	}
	for _, l := range s.listings {
		if drop(c.listings, l.digest) {
			c.bytes -= l.bytes
		}
	}
	if drop(c.indexes, s.key) {
		c.bytes -= s.index.bytes
	}
}

// drop counts one snapshot less, and reports whether it was the last.
func drop[K comparable, T any](all map[K]*counted[T], key K) bool {
	same := all[key]
	if same.users--; same.users > 0 {
		return false
	}
	delete(all, key)
	return true
}
