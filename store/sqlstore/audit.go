package sqlstore

import (
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// audit is each tenant's chained trail.
type audit struct{ tx *tx }

func (a audit) Append(e fairlead.AuditEntry) error {
	if e.Tenant == "" {
		return internal("an audit entry without a tenant")
	}
	if err := a.tx.Writable(); err != nil {
		return err
	}
	a.tx.Outbox.Audit = append(a.tx.Outbox.Audit, e)
	return nil
}

type auditTail struct {
	sequence int64
	mac      string
}

func scanTail(row engine.Scanner) (t auditTail, err error) {
	err = row.Scan(&t.sequence, &t.mac)
	return t, err
}

// chainAudit writes entries of one tenant.
func (tx *tx) chainAudit(entries []fairlead.AuditEntry) error {
	tenant := string(entries[0].Tenant)
	tail, _, err := one(tx, scanTail, `INSERT INTO audit_tails (tenant, sequence, mac) VALUES ($1, 0, '')
		ON CONFLICT (tenant) DO UPDATE SET sequence = audit_tails.sequence RETURNING sequence, mac`, tenant)
	if err != nil {
		return err
	}
	for _, e := range entries {
		e.Sequence, e.Previous = tail.sequence+1, tail.mac
		e.MAC = tx.mac(e)
		body, err := encode(e)
		if err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO audit (tenant, sequence, body) VALUES ($1, $2, $3)", tenant, e.Sequence, body); err != nil {
			return err
		}
		tail = auditTail{e.Sequence, e.MAC}
	}
	_, err = tx.Exec("UPDATE audit_tails SET sequence = $2, mac = $3 WHERE tenant = $1", tenant, tail.sequence, tail.mac)
	return err
}

func scanAudit(row engine.Scanner) (e fairlead.AuditEntry, err error) {
	var body []byte
	if err := row.Scan(&body); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("a body is not an audit entry: %w", err)
	}
	return e, nil
}

func (a audit) After(tenant fairlead.TenantID, sequence int64, limit int) ([]fairlead.AuditEntry, error) {
	return all(a.tx, scanAudit, "SELECT body FROM audit WHERE tenant = $1 AND sequence > $2 ORDER BY sequence"+limitTo(3),
		string(tenant), sequence, store.PageSize(limit, 100, 1000))
}

func (a audit) Last(tenant fairlead.TenantID) (fairlead.AuditEntry, error) {
	e, _, err := one(a.tx, scanAudit, "SELECT body FROM audit WHERE tenant = $1 ORDER BY sequence DESC LIMIT 1", string(tenant))
	return e, err
}
