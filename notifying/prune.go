package notifying

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// PruneKey is the key of this package's PruneWork. It comes with a tenant's first
	// delivery and goes when there is none left.
	PruneKey = "deliveries"
	// retention is how long (tenant time) a delivery is stored, body and all.
	retention = 30 * 24 * time.Hour
	prunePage = 200
)

// Prune is the handler of PruneWork under PruneKey: it deletes a tenant's deliveries
// that are older than 30 days and comes back when the next one will be.
func (n *Notifying) Prune(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	for {
		if err := ctx.Err(); err != nil {
			return store.WorkResult{}, err
		}
		wall := n.clock()
		var next time.Time
		var full bool
		err := n.store.Update(ctx, func(tx *store.Tx) (err error) {
			next, full, err = prunePart(tx, w.Tenant, wall)
			return err
		})
		if err != nil {
			return store.WorkResult{}, fmt.Errorf("notifying: pruning deliveries: %w", err)
		}
		if !full {
			return store.WorkResult{Again: next}, nil
		}
	}
}

// prunePart deletes up to a page. next is when the oldest that stays is due, zero
// when none is left; full says that there is more to delete at once. Ids sort by
// creation, so the oldest come first.
func prunePart(tx *store.Tx, tenant fairlead.TenantID, wall time.Time) (next time.Time, full bool, err error) {
	t, err := tx.Tenants.Get(tenant)
	if err != nil {
		return next, false, err
	}
	old := t.Time(wall).Add(-retention)
	page, err := tx.Deliveries.List(tenant, store.Query{Limit: prunePage})
	if err != nil {
		return next, false, err
	}
	for _, d := range page {
		if d.Created.After(old) {
			return d.Created.Add(retention), false, nil
		}
		if err := tx.Deliveries.Delete(tenant, string(d.ID)); err != nil {
			return next, false, err
		}
	}
	return next, len(page) == prunePage, nil
}
