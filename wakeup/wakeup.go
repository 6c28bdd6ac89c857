// Package wakeup wakes those who wait for a key: a condition variable for each
// key, as channels.
//
// A wake-up is a hint and carries nothing: who gets one looks for itself. One that
// comes before Wait is lost, so wait first and look then.
package wakeup

import "sync"

// Keyed wakes all who wait for a key. Its zero value is ready.
type Keyed[K comparable] struct {
	mu      sync.Mutex
	waiting map[K]*waiters
}

type waiters struct {
	woken chan struct{}
	count int
}

// Wait returns a channel that the next Wake of the key closes. Call leave in any
// case, woken or not.
func (k *Keyed[K]) Wait(key K) (woken <-chan struct{}, leave func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w := k.waiting[key]
	if w == nil {
		if k.waiting == nil {
			k.waiting = map[K]*waiters{}
		}
		w = &waiters{woken: make(chan struct{})}
		k.waiting[key] = w
	}
	w.count++
	return w.woken, func() { k.leave(key, w) }
}

func (k *Keyed[K]) leave(key K, w *waiters) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if w.count--; w.count == 0 && k.waiting[key] == w {
		delete(k.waiting, key)
	}
}

// Wake wakes all who wait for the key now.
func (k *Keyed[K]) Wake(key K) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if w := k.waiting[key]; w != nil {
		close(w.woken)
		delete(k.waiting, key)
	}
}
