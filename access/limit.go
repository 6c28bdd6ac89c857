package access

import (
	"cmp"
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// Limits bound what one application may ask, and how often one client address
// may show wrong credentials or none: token buckets in real time, of this node
// alone. An IPv6 /64 is one client; a /48, which one customer may have, is four. The
// zero value is usable.
type Limits struct {
	PerSecond     float64 // requests of one application; 0: 100
	AtOnce        int     // of them, saved up; 0: 1000
	UnderWay      int     // of them that are not answered yet, streams among them; 0: 400 beside Streams
	WrongAtOnce   int     // wrong credentials of one address, of which one a second comes back; 0: 50
	Streams       int     // streams of events and long polls that one application holds open; 0: 100
	UnknownAtOnce int     // requests of one address that shows no credentials, of which one a second comes back; 0: 50
}

const (
	usualPerSecond     = 100
	usualAtOnce        = 1000
	usualUnderWay      = 400
	usualWrongAtOnce   = 50
	wrongPerSecond     = 1
	usualUnknownAtOnce = 50
	unknownPerSecond   = 1
	// siteShare is how many clients' worth the neighbours of an IPv6 /48 have together.
	siteShare = 4
)

// Admit lets a request in. from is the client's address; check finds out who is
// calling (ByClient, BySecret, ByToken). The request is under way until ctx ends.
// RateLimited, with RetryAfter: the address has shown too many wrong credentials
// lately, or the application has used up what it may ask, or it or its tenant waits for
// as many answers as it may at once: each holds a connection open.
func (a *Access) Admit(ctx context.Context, from string, check func() (Caller, error)) (Caller, error) {
	wall := a.clock()
	client, site := ratelimit.Client(from)
	if wait := max(a.wrong.Wait(client, wall), a.wrongSites.Wait(site, wall)); wait > 0 {
		a.report(ctx, securitylog.LimitReached, securitylog.Entry{From: from, Limit: "credentials"})
		return Caller{}, limited("Too many wrong credentials came from this address.", wait)
	}
	c, err := check()
	if err != nil {
		if fairlead.Is(err, fairlead.Unauthenticated) {
			a.CountWrong(ctx, from)
		}
		return Caller{}, err
	}
	who := securitylog.Entry{From: from, Tenant: string(c.Tenant.ID), Application: string(c.Application.ID), Key: string(c.Key)}
	securitylog.Know(ctx, who)
	if wait := a.requests.Take(string(c.Tenant.ID)+" "+string(c.Application.ID), wall); wait > 0 {
		who.Limit = "application"
		a.report(ctx, securitylog.LimitReached, who)
		return Caller{}, limited("The application asks too much at once.", wait)
	}
	if err := a.enter(ctx, c, who); err != nil {
		return Caller{}, err
	}
	if c.unused {
		a.firstUse(ctx, c, wall)
	}
	a.uses.add(c, wall)
	return c, nil
}

// CountWrong counts wrong credentials of an address as Admit does: for what a caller who
// was let in has sent besides, and that is as dear to check and as worth guessing.
func (a *Access) CountWrong(ctx context.Context, from string) {
	wall := a.clock()
	client, site := ratelimit.Client(from)
	a.wrong.Take(client, wall)
	a.wrongSites.Take(site, wall)
	a.report(ctx, securitylog.AuthenticationFailed, securitylog.Entry{From: from})
}

// enter counts a request that is under way until ctx, its own, ends.
func (a *Access) enter(ctx context.Context, c Caller, who securitylog.Entry) error {
	most := cmp.Or(a.options.Limits.UnderWay, usualUnderWay+cmp.Or(a.options.Limits.Streams, usualStreams))
	leave, full := a.unanswered.Take(
		ratelimit.Share{Name: "application", Key: string(c.Tenant.ID) + " " + string(c.Application.ID), Most: most},
		ratelimit.Share{Name: "tenant", Key: string(c.Tenant.ID), Most: tenantShare * most},
	)
	if full != "" {
		who.Limit = "requests under way"
		a.report(ctx, securitylog.LimitReached, who)
		return limited("Too many requests of the "+full+" are waiting for their answers.", holdAgain)
	}
	context.AfterFunc(ctx, leave)
	return nil
}

// report reports an event to the security log, if there is one.
func (a *Access) report(ctx context.Context, event securitylog.Event, e securitylog.Entry) {
	a.options.Security.Report(ctx, event, e)
}

// firstUse remembers when a key was used first. That it cannot be written hinders
// nobody: the next request tries again.
func (a *Access) firstUse(ctx context.Context, c Caller, wall time.Time) {
	first := false
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		first = false
		key, err := tx.Keys.Get(c.Tenant.ID, string(c.Key))
		if err != nil || !key.FirstUsed.IsZero() {
			return err
		}
		key.FirstUsed, first = wall, true
		return tx.Keys.Put(c.Tenant.ID, &key)
	})
	if err == nil && first {
		a.report(ctx, securitylog.KeyFirstUsed, securitylog.Entry{
			Tenant: string(c.Tenant.ID), Application: string(c.Application.ID), Key: string(c.Key),
		})
	}
}

// Allow counts a request that makes something for whoever has an address, without
// credentials. from is the client's address. RateLimited, with RetryAfter: too
// many came from there lately.
func (a *Access) Allow(ctx context.Context, from string) error {
	client, site := ratelimit.Client(from)
	wall := a.clock()
	if wait := max(a.unknown.Take(client, wall), a.unknownSites.Take(site, wall)); wait > 0 {
		a.report(ctx, securitylog.LimitReached, securitylog.Entry{From: from, Limit: "unknown"})
		return limited("Too much was asked from this address.", wait)
	}
	return nil
}

func limited(detail string, wait time.Duration) error {
	return &fairlead.Error{Kind: fairlead.RateLimited, Detail: detail, RetryAfter: wait}
}
