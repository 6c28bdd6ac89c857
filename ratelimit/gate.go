package ratelimit

import (
	"context"
	"slices"
	"sync"
	"time"
)

// longestRest bounds how long a Gate rests, however slow whoever was let in was.
const longestRest = 50 * time.Millisecond

// Gate lets so many through at once; whoever waits is served key by key, one of each
// at a time, so that one key's thousand stand behind another's one only once. While
// somebody waits, it rests as long as the one before took: those whom it bounds
// leave half of what they would use to those whom it does not. It is safe for
// concurrent use.
type Gate struct {
	mu      sync.Mutex
	free    int
	waiting map[string][]chan struct{}
	order   []string // keys that wait, next first
}

// NewGate builds a Gate for n at once.
func NewGate(n int) *Gate {
	return &Gate{free: max(n, 1), waiting: map[string][]chan struct{}{}}
}

// Enter waits until the key may pass, or until ctx ends. leave makes room, once.
func (g *Gate) Enter(ctx context.Context, key string) (leave func(), err error) {
	g.mu.Lock()
	if g.free > 0 {
		g.free--
		g.mu.Unlock()
		return g.left(), nil
	}
	mine := make(chan struct{})
	if len(g.waiting[key]) == 0 {
		g.order = append(g.order, key)
	}
	g.waiting[key] = append(g.waiting[key], mine)
	g.mu.Unlock()
	select {
	case <-mine:
		return g.left(), nil
	case <-ctx.Done():
	}
	if !g.withdraw(key, mine) { // it was let in meanwhile
		g.next()
	}
	return func() {}, ctx.Err()
}

// left is what ends a stay that begins now.
func (g *Gate) left() func() {
	began := time.Now()
	return sync.OnceFunc(func() {
		g.mu.Lock()
		crowded := len(g.order) > 0
		g.mu.Unlock()
		if crowded {
			time.AfterFunc(min(time.Since(began), longestRest), g.next)
		} else {
			g.next()
		}
	})
}

// next lets in whoever is next, or makes room.
func (g *Gate) next() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.order) == 0 {
		g.free++
		return
	}
	key := g.order[0]
	g.order = g.order[1:]
	waiters := g.waiting[key]
	close(waiters[0])
	if waiters = waiters[1:]; len(waiters) > 0 {
		g.waiting[key] = waiters
		g.order = append(g.order, key)
	} else {
		delete(g.waiting, key)
	}
}

// withdraw takes somebody out of the wait; false: they were let in.
func (g *Gate) withdraw(key string, mine chan struct{}) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	waiters := g.waiting[key]
	at := slices.Index(waiters, mine)
	if at < 0 {
		return false
	}
	if waiters = slices.Delete(waiters, at, at+1); len(waiters) > 0 {
		g.waiting[key] = waiters
		return true
	}
	delete(g.waiting, key)
	g.order = slices.DeleteFunc(g.order, func(k string) bool { return k == key })
	return true
}
