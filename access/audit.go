package access

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// AuditTrail returns a page of a tenant's trail after a sequence. Limit 0 means 100.
func (a *Access) AuditTrail(ctx context.Context, tenant fairlead.TenantID, after int64, limit int) (page []fairlead.AuditEntry, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Audit.After(tenant, after, pageSize(limit))
		return err
	})
	return page, in("reading the audit trail", err)
}

// audit writes this package's own entry, at a real time, in the name of the context's actor.
func audit(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, at time.Time, action, subject string) error {
	return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: at, Action: action, Subject: subject})
}
