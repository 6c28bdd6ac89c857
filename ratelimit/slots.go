package ratelimit

import "sync"

// Share is one of the bounds that somebody who holds something counts against.
type Share struct {
	Name string // says which one was full: "application"
	Key  string // whose: an application's id
	Most int    // that may be held at once
}

// Slots bounds how many of something each of many keys holds at once. Its memory is
// what is held. It is safe for concurrent use; the zero value is usable.
type Slots struct {
	mu    sync.Mutex
	taken map[Share]int
}

// Take takes a slot of every share, or none: full then names the share that has
// none left. release gives them back; more than once is no harm.
func (s *Slots) Take(shares ...Share) (release func(), full string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, share := range shares {
		if s.taken[counted(share)] >= share.Most {
			return func() {}, share.Name
		}
	}
	if s.taken == nil {
		s.taken = map[Share]int{}
	}
	for _, share := range shares {
		s.taken[counted(share)]++
	}
	return sync.OnceFunc(func() { s.give(shares) }), ""
}

// give gives slots back, and forgets who holds nothing.
func (s *Slots) give(shares []Share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, share := range shares {
		key := counted(share)
		if s.taken[key]--; s.taken[key] <= 0 {
			delete(s.taken, key)
		}
	}
}

// counted is what a share is counted under: its bound may differ from call to call.
func counted(s Share) Share { return Share{Name: s.Name, Key: s.Key} }
