package lifecycle

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// CollectionPages are what a collection under way has met, in their order.
func CollectionPages(tx *store.Tx, tenant fairlead.TenantID, id fairlead.CollectionID) (all []store.CollectionPage, err error) {
	own := string(id) + "/"
	q := store.Query{After: own, Limit: 1000}
	for {
		page, err := tx.CollectionPages.List(tenant, q)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			if !strings.HasPrefix(p.ID, own) {
				return all, nil
			}
			all = append(all, p)
		}
		if len(page) < q.Limit {
			return all, nil
		}
		q.After = page[len(page)-1].ID
	}
}

// DeleteCollection deletes a collection, and what it has met where it never ended.
func DeleteCollection(tx *store.Tx, c fairlead.Collection) error {
	if c.Ended.IsZero() {
		pages, err := CollectionPages(tx, c.Tenant, c.ID)
		if err != nil {
			return err
		}
		for _, p := range pages {
			if err := tx.CollectionPages.Delete(c.Tenant, p.ID); err != nil {
				return err
			}
		}
	}
	return tx.Collections.Delete(c.Tenant, string(c.ID))
}
