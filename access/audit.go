package access

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Audit appends an entry to its tenant's trail. ID and At are given when empty.
func (a *Access) Audit(ctx context.Context, entry fairlead.AuditEntry) error {
	if entry.At.IsZero() {
		entry.At = a.clock()
	}
	return in("writing the audit trail", a.store.Update(ctx, func(tx *store.Tx) error { return AuditIn(tx, entry) }))
}

// AuditIn appends an entry inside a caller's transaction, so that it is written
// exactly when what it tells is. At (real time) must be set; ID is given when empty.
func AuditIn(tx *store.Tx, entry fairlead.AuditEntry) error {
	if entry.Tenant == "" || entry.At.IsZero() || entry.Actor == "" || entry.Action == "" {
		return fairlead.Errorf(fairlead.Internal, "access: an audit entry needs a tenant, a time, an actor and an action")
	}
	if entry.ID == "" {
		entry.ID = fairlead.AuditID(fairlead.NewID("aud", entry.At))
	}
	return tx.Audit.Append(entry)
}

// AuditTrail returns a page of a tenant's trail after a sequence. Limit 0 means 100.
func (a *Access) AuditTrail(ctx context.Context, tenant fairlead.TenantID, after int64, limit int) (page []fairlead.AuditEntry, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Audit.After(tenant, after, bound(limit))
		return err
	})
	return page, in("reading the audit trail", err)
}

// note writes this package's own entry in the name of the context's actor.
func note(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, at time.Time, action, subject string) error {
	who, from := fairlead.ActorIn(ctx)
	return AuditIn(tx, fairlead.AuditEntry{Tenant: tenant, At: at, Actor: who, From: from, Action: action, Subject: subject})
}
