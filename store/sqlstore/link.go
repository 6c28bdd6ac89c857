package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// links is a drawer that also finds open links by their end.
type links struct{ drawer[fairlead.Link] }

func (d links) Expiring(tenant fairlead.TenantID, until time.Time, after fairlead.Link, limit int) ([]fairlead.Link, error) {
	from := int64(0)
	if !after.Expires.IsZero() {
		from = instant(after.Expires)
	}
	return all(d.s, scanBody(d.t.version), `SELECT version, body FROM links
		WHERE tenant = $1 AND expires <= $2 AND (expires, id) > ($3, $4) ORDER BY expires, id`+upTo(5),
		string(tenant), instant(until), from, string(after.ID), pageSize(limit, 100, 1000))
}

func (d links) NextExpiry(tenant fairlead.TenantID, after time.Time) (next time.Time, err error) {
	at, found, err := one(d.s, scanNumber, "SELECT expires FROM links WHERE tenant = $1 AND expires > $2 ORDER BY expires LIMIT 1",
		string(tenant), instant(after))
	if err == nil && found {
		next = timeAt(at)
	}
	return next, err
}
