package page

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/fairlead-dev/fairlead"
)

// A person answers a question every few seconds; a machine that guesses does
// not. Each link takes 30 answers at once and then one every two seconds; each
// client, over all its links, ten times that.
const (
	answersAtOnce = 30
	answerEvery   = 2 * time.Second
	clientFactor  = 10
	maxBuckets    = 20_000
)

// limiter counts answers by name. It lives in this process: with n nodes a
// client may do n times as much, and the institution's own lock still holds.
type limiter struct {
	now     fairlead.Clock
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimiter(now fairlead.Clock) *limiter {
	return &limiter{now: now, buckets: map[string]*rate.Limiter{}}
}

// allow takes one answer of the client's at the link from both allowances, or
// refuses with RateLimited.
func (l *limiter) allow(client, link string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.buckets) >= maxBuckets {
		l.sweep(now)
	}
	perLink := l.bucket("l "+client+" "+link, answersAtOnce, answerEvery)
	perClient := l.bucket("c "+client, answersAtOnce*clientFactor, answerEvery/clientFactor)
	if perLink.AllowN(now, 1) && perClient.AllowN(now, 1) {
		return nil
	}
	return &fairlead.Error{Kind: fairlead.RateLimited, Detail: "Too many answers in a short time.", RetryAfter: answerEvery}
}

func (l *limiter) bucket(name string, burst int, every time.Duration) *rate.Limiter {
	b, ok := l.buckets[name]
	if !ok {
		b = rate.NewLimiter(rate.Every(every), burst)
		l.buckets[name] = b
	}
	return b
}

// sweep forgets who has been quiet long enough to have the full allowance again;
// if nobody has, everybody: being full must not shut the door on people.
func (l *limiter) sweep(now time.Time) {
	for name, b := range l.buckets {
		if b.TokensAt(now) >= float64(b.Burst()) {
			delete(l.buckets, name)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}
