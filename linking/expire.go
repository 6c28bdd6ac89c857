package linking

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// OpenLinks is the key of the work that looks for a tenant's links whose time is
	// over: one row, due when the next of them is.
	OpenLinks = "links"
	// expirePage is how many links one transaction makes due.
	expirePage = 100
	// turnWait is how long the end of a link waits for the turn that is in flight,
	// before it is due again.
	turnWait = time.Second
)

// Expire is the handler of ExpireWork whose key is OpenLinks or a link.
func (l *Linking) Expire(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	if w.Key == OpenLinks {
		return l.expireLinks(ctx, w.Tenant)
	}
	return l.expireLink(ctx, w.Tenant, fairlead.LinkID(w.Key))
}

// expireLinks makes the end of each link whose time is over a piece of work of its
// own, so that one which can't be ended holds no other up. Most links end before,
// and cost none.
func (l *Linking) expireLinks(ctx context.Context, tenant fairlead.TenantID) (out store.WorkResult, err error) {
	for queued := expirePage; queued == expirePage; {
		wall := l.o.Clock()
		err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
			_, now, err := lifecycle.TenantNow(tx, tenant, wall)
			if err != nil {
				return err
			}
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
			queued = len(page)
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
func (l *Linking) expireLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (store.WorkResult, error) {
	v, err := l.openLink(ctx, tenant, id, "")
	if fairlead.Is(err, fairlead.NotFound) {
		return store.WorkResult{}, nil
	}
	if err != nil || v.link.Status != fairlead.LinkOpen {
		return store.WorkResult{}, err
	}
	if v.now.Before(v.link.Expires) {
		return store.WorkResult{Again: v.link.Expires}, nil
	}
	if c := v.link.Conversation; c != nil && v.wall.Before(c.Busy) {
		// A turn is in flight, in real time: where the tenant's clock is being advanced,
		// no time of it would pass until then.
		select {
		case <-ctx.Done():
		case <-time.After(min(c.Busy.Sub(v.wall), turnWait)):
		}
		return store.WorkResult{Again: v.now.Add(c.Busy.Sub(v.wall))}, nil
	}
	_, _, err = v.end(ctx, ending{})
	return store.WorkResult{}, err
}
