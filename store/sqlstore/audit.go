package sqlstore

import (
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
)

// audit keeps each tenant's chained trail.
type audit struct{ s *session }

func (d audit) Append(e fairlead.AuditEntry) error {
	if e.Tenant == "" {
		return internal("an audit entry without a tenant")
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	d.s.audit = append(d.s.audit, e)
	return nil
}

type auditTail struct {
	sequence int64
	hash     string
}

func scanTail(row scanner) (t auditTail, err error) {
	err = row.Scan(&t.sequence, &t.hash)
	return t, err
}

// flushAudit chains each entry to the one before. Reading the tail by an upsert
// locks it, also when it is the tenant's first.
func (s *session) flushAudit() error {
	for _, tenant := range tenantsOf(s.audit, func(e fairlead.AuditEntry) fairlead.TenantID { return e.Tenant }) {
		tail, _, err := one(s, scanTail, `INSERT INTO audit_tails (tenant, sequence, hash) VALUES ($1, 0, '')
			ON CONFLICT (tenant) DO UPDATE SET sequence = audit_tails.sequence RETURNING sequence, hash`, string(tenant))
		if err != nil {
			return err
		}
		for _, e := range s.audit {
			if e.Tenant != tenant {
				continue
			}
			e.Sequence, e.Previous = tail.sequence+1, tail.hash
			body, err := encode(e)
			if err != nil {
				return err
			}
			if _, err := s.exec("INSERT INTO audit (tenant, sequence, body) VALUES ($1, $2, $3)", string(tenant), e.Sequence, body); err != nil {
				return err
			}
			tail = auditTail{e.Sequence, e.Hash()}
		}
		if _, err := s.exec("UPDATE audit_tails SET sequence = $2, hash = $3 WHERE tenant = $1", string(tenant), tail.sequence, tail.hash); err != nil {
			return err
		}
	}
	return nil
}

func scanAudit(row scanner) (e fairlead.AuditEntry, err error) {
	var body []byte
	if err := row.Scan(&body); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("a body is not an audit entry: %w", err)
	}
	return e, nil
}

func (d audit) After(tenant fairlead.TenantID, sequence int64, limit int) ([]fairlead.AuditEntry, error) {
	return all(d.s, scanAudit, "SELECT body FROM audit WHERE tenant = $1 AND sequence > $2 ORDER BY sequence"+upTo(3),
		string(tenant), sequence, pageSize(limit, 100, 1000))
}
