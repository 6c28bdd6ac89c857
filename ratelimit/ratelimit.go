// Package ratelimit bounds how often something may happen for each of many keys, how
// much of it at once, and in which order those who wait are served.
//
// It owns token buckets (Limiter), slots (Slots) and a fair gate (Gate) by key, in the memory of this process: with n nodes a key
// may do n times as much. It does not own what a key is (a client's address, an
// application, a link), nor what is said to whoever is refused.
package ratelimit

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxBuckets bounds the memory of one Limiter.
const maxBuckets = 20_000

// Limiter is a token bucket for each key, all of one rate and one burst. It is
// safe for concurrent use.
type Limiter struct {
	perSecond rate.Limit
	burst     int

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// New builds a Limiter: burst tokens at once, then so many per second.
func New(perSecond float64, burst int) *Limiter {
	return &Limiter{perSecond: rate.Limit(perSecond), burst: burst, buckets: map[string]*rate.Limiter{}}
}

// Take takes one token of the key's; where there is none it takes none and says
// when there will be one.
func (l *Limiter) Take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[key]
	if !ok {
		l.makeRoom(now)
		bucket = rate.NewLimiter(l.perSecond, l.burst)
		l.buckets[key] = bucket
	}
	if bucket.AllowN(now, 1) {
		return 0
	}
	return l.until(bucket, now)
}

// Wait says when there will be a token of the key's, and takes none; 0: there is one.
func (l *Limiter) Wait(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[key]
	if !ok || bucket.TokensAt(now) >= 1 {
		return 0
	}
	return l.until(bucket, now)
}

func (l *Limiter) until(bucket *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - bucket.TokensAt(now)
	return max(time.Duration(missing/float64(l.perSecond)*float64(time.Second)), time.Millisecond)
}

// makeRoom forgets the buckets that are full again; if none is, all: being full
// must not lock people out.
func (l *Limiter) makeRoom(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for key, bucket := range l.buckets {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}
