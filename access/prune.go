package access

import (
	"context"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// pruneBatch is how many rows one transaction removes.
const pruneBatch = 200

// expiredFor is how long an expired token is remembered, so that what it opened is
// answered as expired, and not as unknown.
const expiredFor = 30 * 24 * time.Hour

// Prune removes what is over in a tenant: expired access tokens, tokens whose key
// is gone, stored answers older than a day, and any token that expired a month
// ago. It is due about hourly.
func (a *Access) Prune(ctx context.Context, tenant fairlead.TenantID) error {
	if err := a.pruneResponses(ctx, tenant); err != nil {
		return in("pruning stored answers", err)
	}
	applications := store.Pages(ctx, a.store, func(tx *store.Tx) store.Table[fairlead.Application] { return tx.Applications },
		tenant, store.Query{Limit: pruneBatch})
	for page, err := range applications {
		if err != nil {
			return in("pruning tokens", err)
		}
		for _, app := range page {
			if err := a.pruneTokens(ctx, tenant, app.ID); err != nil {
				return in("pruning tokens", err)
			}
		}
	}
	wall := a.clock()
	return in("pruning tokens", a.repeat(ctx, func(tx *store.Tx) (bool, error) {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return false, err
		}
		dropped, err := tx.Tokens.Prune(tenant, now.Add(-expiredFor), pruneBatch)
		return dropped == pruneBatch, err
	}))
}

// pruneTokens removes an application's dead access tokens.
func (a *Access) pruneTokens(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID) error {
	wall := a.clock()
	return a.repeat(ctx, func(tx *store.Tx) (bool, error) {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return false, err
		}
		keys, err := keysOf(tx, tenant, app)
		if err != nil {
			return false, err
		}
		live := make(map[fairlead.KeyID]bool, len(keys))
		for _, k := range keys {
			live[k.ID] = k.Live(wall)
		}
		return dropTokens(tx, tenant, app, func(t fairlead.Token) bool {
			var g grant
			return t.Live(now) && json.Unmarshal(t.State, &g) == nil && live[g.Key]
		})
	})
}

// dropTokens removes one batch of an application's access tokens, except those that stay.
func dropTokens(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID, stays func(fairlead.Token) bool) (more bool, err error) {
	tokens, err := tx.Tokens.Of(tenant, fairlead.AccessToken, string(app))
	if err != nil {
		return false, err
	}
	dropped := 0
	for _, t := range tokens {
		if stays != nil && stays(t) {
			continue
		}
		if dropped == pruneBatch {
			return true, nil
		}
		if err := tx.Tokens.Delete(fairlead.AccessToken, t.Name); err != nil {
			return false, err
		}
		dropped++
	}
	return false, nil
}

// pruneResponses walks the stored answers and removes the old ones.
func (a *Access) pruneResponses(ctx context.Context, tenant fairlead.TenantID) error {
	old := a.clock().Add(-responseLife)
	after := ""
	return a.repeat(ctx, func(tx *store.Tx) (bool, error) {
		page, err := tx.SavedResponses.List(tenant, store.Query{After: after, Limit: pruneBatch})
		if err != nil {
			return false, err
		}
		if err := dropResponses(tx, tenant, page, old); err != nil {
			return false, err
		}
		if len(page) < pruneBatch {
			return false, nil
		}
		after = page[len(page)-1].ID
		return true, nil
	})
}

// dropResponses removes those of a page that are older than an instant.
func dropResponses(tx *store.Tx, tenant fairlead.TenantID, page []store.SavedResponse, old time.Time) error {
	for _, r := range page {
		if r.Created.After(old) {
			continue
		}
		if err := tx.SavedResponses.Delete(tenant, r.ID); err != nil {
			return err
		}
	}
	return nil
}
