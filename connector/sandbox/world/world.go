// Package world is a small country of make-believe people: who they are, what
// they earn, spend, owe and hold, day by day.
//
// Everything is a pure function of a key (seed, tenant, institution, user name)
// and a calendar day; there is no clock, no global dice and no state but a
// bounded shelf of derived years, which may be forgotten at any time. A year's
// opening balances are given in closed form, so that any month of any account
// can be made without the history before it, and every year is closed so that
// it meets the opening of the next: balances always add up.
//
// It knows nothing of connectors, logins or the shapes of any API.
package world

import "sync"

// shelfSize bounds how many derived years are kept. One year of an ordinary
// customer is about a thousand entries.
const shelfSize = 64

// World makes customers and keeps a shelf of their most recently used years.
type World struct {
	mu    sync.Mutex
	years map[shelfKey]*shelved
	tick  uint64
}

type shelfKey struct {
	customer Key
	year     int
}

type shelved struct {
	once sync.Once
	year *Year
	used uint64
}

// New makes an empty world; two worlds give the same people.
func New() *World { return &World{years: map[shelfKey]*shelved{}} }

// year gives a customer's year, derived once while it stays on the shelf.
func (w *World) year(c *Customer, y int) *Year {
	w.mu.Lock()
	key := shelfKey{c.book, y}
	s := w.years[key]
	if s == nil {
		s = &shelved{}
		w.years[key] = s
	}
	w.tick++
	s.used = w.tick
	if len(w.years) > shelfSize {
		w.drop()
	}
	w.mu.Unlock()
	s.once.Do(func() { s.year = c.simulate(y) })
	return s.year
}

// drop forgets the year that was used longest ago.
func (w *World) drop() {
	var oldest shelfKey
	least := ^uint64(0)
	for k, s := range w.years {
		if s.used < least {
			oldest, least = k, s.used
		}
	}
	delete(w.years, oldest)
}
