package deliver

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Body is what a delivery posts: as it was stored, or rendered as for an attempt now. nil:
// there is nothing, or it can't be made.
func (e *Engine) Body(ctx context.Context, tenant fairlead.TenantID, id fairlead.DeliveryID) ([]byte, error) {
	var a *attempt
	err := e.o.Store.View(ctx, func(tx *store.Tx) error {
		d, err := tx.Deliveries.Get(tenant, string(id))
		if err != nil {
			return err
		}
		loaded, err := e.loader(tx).loadAll([]fairlead.Delivery{d}, true, time.Now())
		if err == nil {
			a = loaded[0]
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(a.delivery.Body) > 0:
		return e.openBody(a), nil
	case a.message.Render == nil:
		return nil, nil
	}
	return e.render(ctx, a), nil
}
