package linking

import (
	"context"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// openLinks is the key of the work that looks for a tenant's links whose time is
	// over: one row, due when the next of them is.
	openLinks = "links"
	// expirePage is how many links one transaction makes due.
	expirePage = 100
)

// Expire is the handler of ExpireWork; the key is openLinks, a link or a consent.
func (l *Linking) Expire(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	switch {
	case w.Key == openLinks:
		return l.sweepLinks(ctx, w.Tenant)
	case strings.HasPrefix(w.Key, "lnk_"):
		return l.expireLink(ctx, place{tenantID: w.Tenant, linkID: fairlead.LinkID(w.Key)})
	case strings.HasPrefix(w.Key, "cns_"):
		return l.expireConsent(ctx, w.Tenant, fairlead.ConsentID(w.Key))
	}
	return store.WorkResult{}, nil
}

// sweepLinks makes the end of each link whose time is over a piece of work of its
// own, so that one which can't be ended holds no other up. Most links end before,
// and cost none.
func (l *Linking) sweepLinks(ctx context.Context, tenant fairlead.TenantID) (out store.WorkResult, err error) {
	for swept := expirePage; swept == expirePage; {
		wall := l.o.Clock()
		err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
			t, err := tx.Tenants.Get(tenant)
			if err != nil {
				return err
			}
			now := t.Time(wall)
			page, err := tx.Links.Expiring(tenant, now, expirePage)
			if err != nil {
				return err
			}
			for _, link := range page {
				link.ExpiryQueued = link.Expires
				if err := tx.Links.Put(tenant, &link); err != nil {
					return err
				}
				if err := tx.Work.Due(fairlead.Work{Kind: fairlead.ExpireWork, Key: string(link.ID), Tenant: tenant, Due: now}); err != nil {
					return err
				}
			}
			swept = len(page)
			out.Again, err = tx.Links.NextExpiry(tenant)
			return err
		})
		if err != nil {
			return store.WorkResult{}, in("looking for links whose time is over", err)
		}
	}
	return out, nil
}

// expireLink ends a link that was left open. One whose person is at a bank has
// been given more time.
func (l *Linking) expireLink(ctx context.Context, p place) (store.WorkResult, error) {
	sc, err := l.look(ctx, p)
	if fairlead.Is(err, fairlead.NotFound) {
		return store.WorkResult{}, nil
	}
	if err != nil || sc.link.Status != fairlead.LinkOpen {
		return store.WorkResult{}, err
	}
	if sc.now.Before(sc.link.Expires) {
		return store.WorkResult{Again: sc.link.Expires}, nil
	}
	if c := sc.link.Conversation; c != nil && sc.real.Before(c.Busy) {
		return store.WorkResult{Again: sc.now.Add(c.Busy.Sub(sc.real))}, nil // a turn is in flight
	}
	_, _, err = l.end(ctx, p, ending{status: fairlead.LinkExpired})
	return store.WorkResult{}, err
}

// expireConsent warns before a consent's end, and ends it.
func (l *Linking) expireConsent(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConsentID) (out store.WorkResult, err error) {
	wall := l.o.Clock()
	err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
		out = store.WorkResult{}
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		now := t.Time(wall)
		c, err := tx.Consents.Get(tenant, string(id))
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil || c.Status != fairlead.ConsentAuthorised || c.Expires.IsZero() {
			return err
		}
		switch {
		case !now.Before(c.Expires):
			return l.endConsent(tx, c, now)
		case now.Before(c.Expires.Add(-warning)):
			out.Again = c.Expires.Add(-warning)
			return nil
		}
		out.Again = c.Expires
		if !c.Warned.IsZero() || c.GrantedAt.After(c.Expires.Add(-warning)) { // one so short is not worth a warning
			return nil
		}
		c.Warned = now
		if err := tx.Consents.Put(tenant, &c); err != nil {
			return err
		}
		return l.tellConsent(tx, c, fairlead.EventConsentExpiring, now)
	})
	return out, in("expiring a consent", err)
}

// endConsent ends a consent by its time; the connection that stands on it needs
// the person.
func (l *Linking) endConsent(tx *store.Tx, c fairlead.Consent, now time.Time) error {
	c.Become(fairlead.ConsentExpired, now)
	c.Reason = fairlead.ConsentEnded
	if err := tx.Consents.Put(c.Tenant, &c); err != nil {
		return err
	}
	if err := l.tellConsent(tx, c, fairlead.EventConsentExpired, now); err != nil {
		return err
	}
	conn, err := tx.Connections.Get(c.Tenant, string(c.Connection))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil || conn.Consent != c.ID || conn.Status == fairlead.ConnectionDisconnected {
		return err
	}
	told := conn.NeedsActionNotified
	problem := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The consent has expired."), "", now)
	conn.Status, conn.Problem, conn.NextRun, conn.NeedsActionNotified = fairlead.ConnectionNeedsAction, &problem, time.Time{}, true
	if err := tx.Connections.Put(c.Tenant, &conn); err != nil || told {
		return err
	}
	return l.o.Publisher.Publish(tx, fairlead.Event{
		Tenant: c.Tenant, Application: conn.Application, Kind: fairlead.EventConnectionNeedsAction, At: now, Link: conn.Link, Connection: conn.ID,
		Consent: c.ID, Institution: conn.Institution, Person: conn.Person, Reference: conn.Reference,
		Status: string(conn.Status), Why: problem.Kind, Actor: problem.Actor,
	})
}

// Prune is the handler of PruneWork whose key is a link: some time after its end
// its sessions, its last secrets and its files go.
func (l *Linking) Prune(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	if !strings.HasPrefix(w.Key, "lnk_") {
		return store.WorkResult{}, nil
	}
	link, err := l.Link(ctx, w.Tenant, fairlead.LinkID(w.Key))
	if fairlead.Is(err, fairlead.NotFound) || link.Status == fairlead.LinkOpen {
		return store.WorkResult{}, nil
	}
	if err != nil {
		return store.WorkResult{}, err
	}
	for _, blob := range link.Uploads {
		if err := l.o.Bucket.Delete(ctx, blob); err != nil {
			return store.WorkResult{}, in("deleting an uploaded file", err)
		}
	}
	err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
		link, err := tx.Links.Get(w.Tenant, w.Key)
		if err != nil {
			return err
		}
		link.Key, link.Result, link.Uploads = nil, nil, nil
		if err := tx.Links.Put(w.Tenant, &link); err != nil {
			return err
		}
		return dropTokens(tx, w.Tenant, w.Key, linkTokens()...)
	})
	return store.WorkResult{}, in("pruning a link", err)
}

// linkTokens are the kinds that open a link's page.
func linkTokens() []fairlead.TokenKind {
	return []fairlead.TokenKind{fairlead.LinkToken, fairlead.PageToken, fairlead.FrameToken, fairlead.OAuthStateToken, fairlead.ContinueToken}
}
