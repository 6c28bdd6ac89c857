package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// links is a drawer that also finds open links by their end.
type links struct{ drawer[fairlead.Link] }

func (d links) Expiring(tenant fairlead.TenantID, until time.Time, limit int) ([]fairlead.Link, error) {
	return all(d.s, scanBody(d.t.version), "SELECT version, body FROM links WHERE tenant = $1 AND expires <= $2 ORDER BY expires, id"+upTo(3),
		string(tenant), instant(until), pageSize(limit, 100, 1000))
}

func (d links) NextExpiry(tenant fairlead.TenantID) (next time.Time, err error) {
	at, found, err := one(d.s, scanNumber, "SELECT expires FROM links WHERE tenant = $1 AND expires IS NOT NULL ORDER BY expires LIMIT 1", string(tenant))
	if err == nil && found {
		next = timeAt(at)
	}
	return next, err
}
