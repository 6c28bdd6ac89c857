package access

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/fairlead-dev/fairlead"
)

// Limits bound what one application may ask, and how often one client address
// may show wrong credentials or none: token buckets in real time, of this node
// alone. The zero value is usable.
type Limits struct {
	PerSecond     float64 // requests of one application; 0: 100
	AtOnce        int     // of them, saved up; 0: 1000
	WrongAtOnce   int     // wrong credentials of one address, of which one a second comes back; 0: 50
	UnknownAtOnce int     // requests of one address that shows no credentials, of which one a second comes back; 0: 50
}

const (
	usualPerSecond     = 100
	usualAtOnce        = 1000
	usualWrongAtOnce   = 50
	wrongPerSecond     = 1
	usualUnknownAtOnce = 50
	unknownPerSecond   = 1
	maxBuckets         = 20_000
)

// Admit lets a request in. from is the client's address; check finds out who is
// calling (ByClient, BySecret, ByToken). RateLimited, with RetryAfter: the address
// has shown too many wrong credentials lately, or the application has used up
// what it may ask.
func (a *Access) Admit(from string, check func() (Caller, error)) (Caller, error) {
	wall := a.clock()
	address := network(from)
	if wait := a.wrong.wait(address, wall); wait > 0 {
		return Caller{}, limited("Too many wrong credentials came from this address.", wait)
	}
	c, err := check()
	if err != nil {
		if fairlead.Is(err, fairlead.Unauthenticated) {
			a.wrong.take(address, wall)
		}
		return Caller{}, err
	}
	if wait := a.asked.take(string(c.Tenant.ID)+" "+string(c.Application.ID), wall); wait > 0 {
		return Caller{}, limited("The application asks too much at once.", wait)
	}
	return c, nil
}

// Allow counts a request that makes something for whoever has an address, without
// credentials. from is the client's address. RateLimited, with RetryAfter: too
// many came from there lately.
func (a *Access) Allow(from string) error {
	if wait := a.unknown.take(network(from), a.clock()); wait > 0 {
		return limited("Too much was asked from this address.", wait)
	}
	return nil
}

func limited(detail string, wait time.Duration) error {
	return &fairlead.Error{Kind: fairlead.RateLimited, Detail: detail, RetryAfter: wait}
}

// network is what counts as one client: an IPv4 address, or the /64 that one
// customer of a provider has to himself.
func network(from string) string {
	ip, err := netip.ParseAddr(from)
	if err != nil {
		return from
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// buckets are token buckets by name.
type buckets struct {
	every rate.Limit
	size  int

	mu   sync.Mutex
	held map[string]*rate.Limiter
}

func newBuckets(perSecond float64, size int) *buckets {
	return &buckets{every: rate.Limit(perSecond), size: size, held: map[string]*rate.Limiter{}}
}

// take takes one token, or none and says when there will be one.
func (b *buckets) take(name string, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.held[name]
	if !ok {
		b.makeRoom(now)
		bucket = rate.NewLimiter(b.every, b.size)
		b.held[name] = bucket
	}
	if bucket.AllowN(now, 1) {
		return 0
	}
	return b.until(bucket, now)
}

// wait says when there will be a token, and takes none; 0: there is one.
func (b *buckets) wait(name string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.held[name]
	if !ok || bucket.TokensAt(now) >= 1 {
		return 0
	}
	return b.until(bucket, now)
}

func (b *buckets) until(bucket *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - bucket.TokensAt(now)
	return max(time.Duration(missing/float64(b.every)*float64(time.Second)), time.Millisecond)
}

// makeRoom forgets the buckets that are full again; if none is, all: being full
// must not shut the door on people.
func (b *buckets) makeRoom(now time.Time) {
	if len(b.held) < maxBuckets {
		return
	}
	for name, bucket := range b.held {
		if bucket.TokensAt(now) >= float64(b.size) {
			delete(b.held, name)
		}
	}
	if len(b.held) >= maxBuckets {
		clear(b.held)
	}
}
