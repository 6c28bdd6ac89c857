package sqlite

import "sync"

// readers are the connections of Views. Who looks takes the one that was used last: it has
// statements prepared and pages cached, and those that are needed only where many look at
// once hold little.
type readers struct {
	idle  chan struct{} // as many as there are in stack
	mu    sync.Mutex
	stack []*conn
}

// maxReaders is how many Views run at once.
const maxReaders = 8

func newReaders() *readers { return &readers{idle: make(chan struct{}, maxReaders)} }

// take gives the one that was used last, after a receive from idle.
func (r *readers) take() *conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	return c
}

func (r *readers) put(c *conn) {
	r.mu.Lock()
	r.stack = append(r.stack, c)
	r.mu.Unlock()
	r.idle <- struct{}{}
}
