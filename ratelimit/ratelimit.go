// Package ratelimit bounds how often something may happen for each of many keys, how
// much of it at once, and in which order those who wait are served.
//
// It owns token buckets (Limiter), slots (Slots) and a fair gate (Gate) by key, in the memory of this process: with n nodes a key
// may do n times as much. It does not own what a key is (a client's address, an
// application, a link), nor what is said to whoever is refused. Of a key it
// remembers a hash, whatever its length, and no longer than its bucket takes to fill.
package ratelimit

import (
	"hash/maphash"
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
	fills     time.Duration // how long an empty bucket takes
	seed      maphash.Seed  // nobody outside can make two keys share a bucket

	mu      sync.Mutex
	buckets map[uint64]*rate.Limiter
	sweeps  time.Time // when those that are full again are forgotten next
}

// New builds a Limiter: burst tokens at once, then so many per second.
func New(perSecond float64, burst int) *Limiter {
	fills := time.Duration(float64(burst) / perSecond * float64(time.Second))
	return &Limiter{
		perSecond: rate.Limit(perSecond), burst: burst, fills: max(fills, time.Second), seed: maphash.MakeSeed(), buckets: map[uint64]*rate.Limiter{},
	}
}

// Take takes one token of the key's; where there is none it takes none and says
// when there will be one.
func (l *Limiter) Take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := maphash.String(l.seed, key)
	bucket, ok := l.buckets[name]
	if !ok {
		l.makeRoom(now)
		bucket = rate.NewLimiter(l.perSecond, l.burst)
		l.buckets[name] = bucket
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
	bucket, ok := l.buckets[maphash.String(l.seed, key)]
	if !ok || bucket.TokensAt(now) >= 1 {
		return 0
	}
	return l.until(bucket, now)
}

// Len is how many keys are remembered.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buckets)
}

func (l *Limiter) until(bucket *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - bucket.TokensAt(now)
	return max(time.Duration(missing/float64(l.perSecond)*float64(time.Second)), time.Millisecond)
}

// makeRoom forgets the buckets that are full again, as often as one fills, and
// whenever there is no room. If none is, those go that miss least, and then any
// few: being full must not lock people out, nor let everybody begin anew.
func (l *Limiter) makeRoom(now time.Time) {
	if len(l.buckets) < maxBuckets && now.Before(l.sweeps) {
		return
	}
	l.sweeps = now.Add(l.fills)
	l.forget(now, float64(l.burst))
	if len(l.buckets) < maxBuckets {
		return
	}
	l.forget(now, float64(l.burst)-1)
	if len(l.buckets) < maxBuckets {
		return
	}
	for name := range l.buckets {
		if len(l.buckets) <= maxBuckets*9/10 { // not one by one: looking at all of them costs
			return
		}
		delete(l.buckets, name)
	}
}

// forget drops the buckets that hold so many tokens.
func (l *Limiter) forget(now time.Time, tokens float64) {
	for name, bucket := range l.buckets {
		if bucket.TokensAt(now) >= tokens {
			delete(l.buckets, name)
		}
	}
}
