// Package world is a small country of make-believe people: who they are, what
// they earn, spend, owe and hold, day by day.
//
// Everything is a pure function of a key (seed, tenant, institution, user name)
// and a calendar day; there is no clock, no global RNG and no state but a
// bounded cache of derived years, which may be forgotten at any time. A year's
// opening balances are given in closed form, so that any month of any account
// can be made without the history before it, and every year is closed so that
// it meets the opening of the next: balances always add up.
//
// It knows nothing of connectors, logins or the shapes of any API.
package world

import "sync"

// cacheSize bounds how many derived years are cached. One year of an ordinary
// customer is about a thousand entries.
const cacheSize = 64

// memoSize bounds how many results are remembered of what is reckoned anew at every fetch
// although it hardly ever changes. Then all are forgotten.
const memoSize = 1024

// World makes customers and caches their most recently used years.
type World struct {
	mu        sync.Mutex
	years     map[cacheKey]*cached
	tick      uint64
	histories memo[historyKey, *replay]
	costs     memo[costKey, int64]
	forms     memo[formsKey, []TaxForm]
}

// memo remembers results by what they follow from. They are not to be changed.
type memo[K comparable, V any] struct {
	mu      sync.Mutex
	results map[K]V
}

func (m *memo[K, V]) get(key K, reckon func() V) V {
	m.mu.Lock()
	result, known := m.results[key]
	m.mu.Unlock()
	if known {
		return result
	}
	result = reckon()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.results == nil || len(m.results) >= memoSize {
		m.results = map[K]V{}
	}
	m.results[key] = result
	return result
}

type cacheKey struct {
	customer Key
	year     int
}

type cached struct {
	once sync.Once
	year *Year
	used uint64
}

// New makes an empty world; two worlds give the same people.
func New() *World { return &World{years: map[cacheKey]*cached{}} }

// year gives a customer's year, derived once while it stays in the cache.
func (w *World) year(c *Customer, y int) *Year {
	w.mu.Lock()
	key := cacheKey{c.ledger, y}
	s := w.years[key]
	if s == nil {
		s = &cached{}
		w.years[key] = s
	}
	w.tick++
	s.used = w.tick
	if len(w.years) > cacheSize {
		w.drop()
	}
	w.mu.Unlock()
	s.once.Do(func() { s.year = c.simulate(y) })
	return s.year
}

// drop forgets the year that was used longest ago.
func (w *World) drop() {
	var oldest cacheKey
	least := ^uint64(0)
	for k, s := range w.years {
		if s.used < least {
			oldest, least = k, s.used
		}
	}
	delete(w.years, oldest)
}
