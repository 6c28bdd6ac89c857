package page

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/ratelimit"
)

// A person answers a question every few seconds; a machine that guesses does
// not. Each link takes 30 answers at once and then one every two seconds; each
// client, over all its links, ten times that.
const (
	answersAtOnce    = 30
	answersPerSecond = 0.5
	clientFactor     = 10
)

// limits bounds how fast a client may answer. The institution's own lock, and the
// link's bound of wrong answers, hold across nodes.
type limits struct {
	now                fairlead.Clock
	perLink, perClient *ratelimit.Limiter
}

func newLimits(now fairlead.Clock) *limits {
	return &limits{
		now:       now,
		perLink:   ratelimit.New(answersPerSecond, answersAtOnce),
		perClient: ratelimit.New(answersPerSecond*clientFactor, answersAtOnce*clientFactor),
	}
}

// allow takes one answer of the client's at the link from both allowances, or
// refuses with RateLimited. link is an id, or a word for what is no link: nothing
// that a client may choose. One whose own allowance is spent leaves no name behind.
func (l *limits) allow(client, link string) error {
	now := l.now()
	client = ratelimit.Network(client)
	wait := l.perClient.Wait(client, now)
	if wait == 0 {
		wait = l.perLink.Take(client+" "+link, now)
	}
	if wait == 0 {
		wait = l.perClient.Take(client, now)
	}
	if wait > 0 {
		return &fairlead.Error{Kind: fairlead.RateLimited, Detail: "Too many answers in a short time.", RetryAfter: max(wait, time.Second)}
	}
	return nil
}
