package linking

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits bounds how fast one client may answer, on this node. The bound of wrong
// answers is the link's and holds across nodes.
type limits struct {
	mu      sync.Mutex
	clients map[string]*rate.Limiter
}

const (
	answersPerSecond = 2
	answersAtOnce    = 60
	maxClients       = 10_000
)

// allow spends one answer of the client, at a real time.
func (l *limits) allow(client string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clients == nil {
		l.clients = map[string]*rate.Limiter{}
	}
	c, known := l.clients[client]
	if !known {
		if len(l.clients) >= maxClients {
			l.forget(now)
		}
		c = rate.NewLimiter(answersPerSecond, answersAtOnce)
		l.clients[client] = c
	}
	return c.AllowN(now, 1)
}

// forget drops the clients that have nothing to remember, or all when everybody is busy.
func (l *limits) forget(now time.Time) {
	for name, c := range l.clients {
		if c.TokensAt(now) >= answersAtOnce {
			delete(l.clients, name)
		}
	}
	if len(l.clients) >= maxClients {
		clear(l.clients)
	}
}
