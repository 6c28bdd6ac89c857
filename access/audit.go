package access

import (
	"context"
	"crypto/hmac"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// What the vault's MAC keys of a tenant are for.
const (
	auditPurpose  = "audit"
	anchorPurpose = "audit-anchor"
)

// AuditMAC is what a store chains audit entries with: whoever writes in the database
// has no key to it.
func AuditMAC(v vault.Vault, e fairlead.AuditEntry) string {
	return v.MAC(e.Tenant, auditPurpose, e.Text())
}

// AuditTrail returns a page of a tenant's trail after a sequence. Limit 0 means 100.
func (a *Access) AuditTrail(ctx context.Context, tenant fairlead.TenantID, after int64, limit int) (page []fairlead.AuditEntry, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Audit.After(tenant, after, pageSize(limit))
		return err
	})
	return page, in("reading the audit trail", err)
}

// RecordExport writes into a tenant's trail that who acts in the context exports it.
func (a *Access) RecordExport(ctx context.Context, tenant fairlead.TenantID) error {
	wall := a.clock()
	return in("exporting an audit trail", a.store.Update(ctx, func(tx *store.Tx) error {
		return audit(ctx, tx, tenant, wall, "audit.export", string(tenant))
	}))
}

// CheckAudit reads a tenant's whole trail and checks that nothing in it was changed,
// removed or inserted, and that it goes on from the anchors. It returns an anchor of
// now. Conflict says where the trail is broken. Without an anchor it cannot be seen
// that the newest entries, or all of them, were cut off.
func (a *Access) CheckAudit(ctx context.Context, tenant fairlead.TenantID, anchors ...fairlead.AuditAnchor) (fairlead.AuditAnchor, error) {
	for _, anchor := range anchors {
		if anchor.Tenant != tenant || !hmac.Equal([]byte(anchor.Signed), []byte(a.vault.MAC(tenant, anchorPurpose, anchor.Text()))) {
			return fairlead.AuditAnchor{}, fairlead.Errorf(fairlead.Invalid, "The anchor is not of this tenant's trail, or was changed.")
		}
	}
	now := fairlead.AuditAnchor{Tenant: tenant}
	for {
		if err := passes(anchors, now); err != nil {
			return now, err
		}
		page, err := a.AuditTrail(ctx, tenant, now.Sequence, 1000)
		if err != nil {
			return now, err
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if e.Sequence != now.Sequence+1 || e.Tenant != tenant || e.Previous != now.MAC || !hmac.Equal([]byte(e.MAC), []byte(AuditMAC(a.vault, e))) {
				return now, fairlead.Errorf(fairlead.Conflict,
					"The audit trail is broken at entry %d: it was changed, or entries are missing before it.", now.Sequence+1)
			}
			now.Sequence, now.MAC = e.Sequence, e.MAC
			if err := passes(anchors, now); err != nil {
				return now, err
			}
		}
	}
	for _, anchor := range anchors {
		if anchor.Sequence > now.Sequence {
			return now, fairlead.Errorf(fairlead.Conflict, "The audit trail ends at entry %d, and had %d at %s: the newest were cut off.",
				now.Sequence, anchor.Sequence, anchor.At.Format(time.RFC3339))
		}
	}
	return a.sign(now), nil
}

// passes compares the anchors of a sequence with the entry that has it.
func passes(anchors []fairlead.AuditAnchor, at fairlead.AuditAnchor) error {
	for _, anchor := range anchors {
		if anchor.Sequence == at.Sequence && anchor.MAC != at.MAC {
			return fairlead.Errorf(fairlead.Conflict, "Entry %d of the audit trail is another than at %s: the trail was replaced.",
				at.Sequence, anchor.At.Format(time.RFC3339))
		}
	}
	return nil
}

// AuditAnchor says how far a tenant's trail has come, without checking it.
func (a *Access) AuditAnchor(ctx context.Context, tenant fairlead.TenantID) (fairlead.AuditAnchor, error) {
	now := fairlead.AuditAnchor{Tenant: tenant}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		last, err := tx.Audit.Last(tenant)
		now.Sequence, now.MAC = last.Sequence, last.MAC
		return err
	})
	if err != nil {
		return now, fmt.Errorf("access: reading the end of an audit trail: %w", err)
	}
	return a.sign(now), nil
}

func (a *Access) sign(anchor fairlead.AuditAnchor) fairlead.AuditAnchor {
	anchor.At = a.clock().UTC().Truncate(time.Second)
	anchor.Signed = a.vault.MAC(anchor.Tenant, anchorPurpose, anchor.Text())
	return anchor
}

// audit writes this package's own entry, at a real time, in the name of the context's actor.
func audit(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, at time.Time, action, subject string) error {
	return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: at, Action: action, Subject: subject})
}
