package collecting

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// collectionLife is how long (tenant time) an ended collection is stored. What it
	// brought stays; of the collection itself nobody reads after that.
	collectionLife = 90 * 24 * time.Hour
	// prunePage is how many one transaction reads.
	prunePage = 200
)

// Prune deletes a tenant's collections that ended 90 days ago, with the file of an
// upload, and those of disconnected connections, which never end. It is due about
// hourly.
func (c *Collecting) Prune(ctx context.Context, tenant fairlead.TenantID) error {
	wall := c.o.Clock()
	for after := ""; ; {
		var page, old []fairlead.Collection
		err := c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, old, err = prunable(tx, tenant, after, wall)
			return err
		})
		for _, col := range old {
			if err == nil && col.File != nil {
				err = c.o.Bucket.Delete(ctx, col.File.Blob) // first: nothing names it afterwards
			}
		}
		if err == nil && len(old) > 0 {
			err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
				for _, col := range old {
					if err := lifecycle.DeleteCollection(tx, col); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("collecting: pruning collections: %w", err)
		}
		// Ids sort by creation: after one that is young there are only young ones.
		if len(page) < prunePage || len(old) == 0 {
			return nil
		}
		after = string(page[len(page)-1].ID)
	}
}

// prunable reads a page of collections, and which of them are over.
func prunable(tx *store.Tx, tenant fairlead.TenantID, after string, wall time.Time) (page, old []fairlead.Collection, err error) {
	_, now, err := lifecycle.TenantNow(tx, tenant, wall)
	if err != nil {
		return nil, nil, err
	}
	if page, err = tx.Collections.List(tenant, store.Query{After: after, Limit: prunePage}); err != nil {
		return nil, nil, err
	}
	for _, col := range page {
		over := !col.Ended.IsZero() && now.Sub(col.Ended) > collectionLife
		if col.Ended.IsZero() {
			conn, err := tx.Connections.Get(tenant, string(col.Connection))
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				return nil, nil, err
			}
			over = err != nil || conn.Status == fairlead.ConnectionDisconnected
		}
		if over {
			old = append(old, col)
		}
	}
	return page, old, nil
}
