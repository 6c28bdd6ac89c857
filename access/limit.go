package access

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/ratelimit"
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
)

// Admit lets a request in. from is the client's address; check finds out who is
// calling (ByClient, BySecret, ByToken). RateLimited, with RetryAfter: the address
// has shown too many wrong credentials lately, or the application has used up
// what it may ask.
func (a *Access) Admit(from string, check func() (Caller, error)) (Caller, error) {
	wall := a.clock()
	address := ratelimit.Network(from)
	if wait := a.wrong.Wait(address, wall); wait > 0 {
		return Caller{}, limited("Too many wrong credentials came from this address.", wait)
	}
	c, err := check()
	if err != nil {
		if fairlead.Is(err, fairlead.Unauthenticated) {
			a.wrong.Take(address, wall)
		}
		return Caller{}, err
	}
	if wait := a.requests.Take(string(c.Tenant.ID)+" "+string(c.Application.ID), wall); wait > 0 {
		return Caller{}, limited("The application asks too much at once.", wait)
	}
	return c, nil
}

// Allow counts a request that makes something for whoever has an address, without
// credentials. from is the client's address. RateLimited, with RetryAfter: too
// many came from there lately.
func (a *Access) Allow(from string) error {
	if wait := a.unknown.Take(ratelimit.Network(from), a.clock()); wait > 0 {
		return limited("Too much was asked from this address.", wait)
	}
	return nil
}

func limited(detail string, wait time.Duration) error {
	return &fairlead.Error{Kind: fairlead.RateLimited, Detail: detail, RetryAfter: wait}
}
