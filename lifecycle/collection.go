package lifecycle

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// CollectionPages are what a collection under way has met, in their order.
func CollectionPages(tx *store.Tx, tenant fairlead.TenantID, id fairlead.CollectionID) ([]store.CollectionPage, error) {
	return pagesOf[store.CollectionPage](tx.CollectionPages, tenant, id)
}

// UploadPages are what an upload said of records, in their order.
func UploadPages(tx *store.Tx, tenant fairlead.TenantID, id fairlead.CollectionID) ([]store.UploadPage, error) {
	return pagesOf[store.UploadPage](tx.UploadPages, tenant, id)
}

// pagesOf reads the rows of a table whose ids begin with a collection's.
func pagesOf[T any, N store.Noun[T]](table store.Table[T], tenant fairlead.TenantID, id fairlead.CollectionID) (all []T, err error) {
	own := string(id) + "/"
	q := store.Query{After: own, Limit: 1000}
	for {
		page, err := table.List(tenant, q)
		if err != nil {
			return nil, err
		}
		for i := range page {
			_, q.After, _ = N(&page[i]).Row()
			if !strings.HasPrefix(q.After, own) {
				return all, nil
			}
			all = append(all, page[i])
		}
		if len(page) < q.Limit {
			return all, nil
		}
	}
}

// DeleteCollection deletes a collection, what it said of records, and what it has met where
// it never ended.
func DeleteCollection(tx *store.Tx, c fairlead.Collection) error {
	if c.Ended.IsZero() {
		if err := deletePages[store.CollectionPage](tx.CollectionPages, c); err != nil {
			return err
		}
	}
	if c.Number > 0 {
		if err := deletePages[store.UploadPage](tx.UploadPages, c); err != nil {
			return err
		}
	}
	return tx.Collections.Delete(c.Tenant, string(c.ID))
}

func deletePages[T any, N store.Noun[T]](table store.Table[T], c fairlead.Collection) error {
	pages, err := pagesOf[T, N](table, c.Tenant, c.ID)
	for i := range pages {
		if err == nil {
			_, id, _ := N(&pages[i]).Row()
			err = table.Delete(c.Tenant, id)
		}
	}
	return err
}
