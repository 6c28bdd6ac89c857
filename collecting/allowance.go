package collecting

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Allowance is how often a connection may be collected yet while nobody is there.
type Allowance struct {
	Calls int           // within Every; 0: calls are not counted
	Every time.Duration // the span of the quota
	Left  int           // calls that may be made now
	Frees time.Time     // when the oldest call that counts leaves the span, tenant time; zero: none counts
	Until time.Time     // until then the institution or its provider takes no calls, tenant time; zero: it does
}

// Allowance reads what is left of a connection's quota.
func (c *Collecting) Allowance(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) (a Allowance, err error) {
	var conn fairlead.Connection
	var now time.Time
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if _, now, err = lifecycle.TenantNow(tx, tenant, c.o.Clock()); err != nil {
			return err
		}
		if conn, err = tx.Connections.Get(tenant, string(id)); err == nil {
			err = conn.Found(ctx)
		}
		if err == nil {
			a.Until, err = resetOf(tx, conn, now, c.o.Clock())
		}
		return err
	})
	if err != nil {
		return Allowance{}, fmt.Errorf("collecting: reading a quota: %w", err)
	}
	of, err := c.o.Directory.Connector(conn.Connector)
	if err != nil || of.Describe().Quota == nil {
		return a, nil // a connector that this program has no more counts nothing
	}
	q := of.Describe().Quota
	a.Calls, a.Every = q.Calls, q.Every
	counted := counting(conn, *q, now)
	a.Left = max(q.Calls-len(counted), 0)
	if len(counted) > 0 {
		a.Frees = counted[0].Add(q.Every)
	}
	return a, nil
}
