package server

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// anchorEvery is how often the log is told how far the audit trails have come.
const anchorEvery = time.Hour

// auditMAC chains audit entries. It is used by transactions, which come after the
// vault was opened.
func (s *Server) auditMAC(e fairlead.AuditEntry) string { return access.AuditMAC(s.Vault, e) }

// auditCheck checks a tenant's whole trail, against anchors if there are any.
func (s *Server) auditCheck(ctx context.Context, p Params) (any, error) {
	t, err := s.auditedTenant(ctx, p.Tenant)
	if err != nil {
		return nil, err
	}
	return s.Verbs.Access.CheckAudit(ctx, t.ID, p.Anchors...)
}

// logAnchors writes an anchor of each trail that has grown into the log, which is
// stored apart from the database: at the start, every hour and at the end.
func (s *Server) logAnchors(ctx context.Context) {
	logged := map[fairlead.TenantID]int64{}
	ticker := time.NewTicker(anchorEvery)
	defer ticker.Stop()
	for {
		s.logAnchorsOnce(context.WithoutCancel(ctx), logged)
		select {
		case <-ctx.Done():
			s.logAnchorsOnce(context.WithoutCancel(ctx), logged)
			return
		case <-ticker.C:
		}
	}
}

func (s *Server) logAnchorsOnce(ctx context.Context, logged map[fairlead.TenantID]int64) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	write := func(t fairlead.Tenant) error {
		anchor, err := s.Verbs.Access.AuditAnchor(ctx, t.ID)
		if err != nil || anchor.Sequence == 0 || anchor.Sequence == logged[t.ID] {
			return err
		}
		logged[t.ID] = anchor.Sequence
		s.Config.Log.InfoContext(ctx, "audit anchor", "tenant", anchor.Tenant, "sequence", anchor.Sequence, "mac", anchor.MAC,
			"at", anchor.At.Format(time.RFC3339), "signed", anchor.Signed)
		return nil
	}
	err := write(fairlead.Tenant{ID: fairlead.ServerTenant})
	if err == nil {
		err = s.eachTenant(ctx, write)
	}
	if err != nil {
		s.Config.Log.WarnContext(ctx, "an audit anchor could not be written", "kind", fairlead.KindOf(err))
	}
}
