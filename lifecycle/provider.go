package lifecycle

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// SpendSlots notes on a tenant's provider what of its slots was used up, by the service's
// own names. A name that is there already counts once. Without a provider of the connector
// there is nothing to note it on, and no error.
func SpendSlots(tx *store.Tx, tenant fairlead.TenantID, connector string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	p, err := tx.Providers.Find(tenant, store.By(store.ByConnector, connector))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !p.Slots.Spend(names...) {
		return nil
	}
	return tx.Providers.Put(tenant, &p)
}
