package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// links is a table that also finds open links by their end.
type links struct{ table[fairlead.Link] }

func (t links) Expiring(tenant fairlead.TenantID, until time.Time, limit int) ([]fairlead.Link, error) {
	return t.read("SELECT version, body FROM links WHERE tenant = $1 AND expires <= $2 ORDER BY expires, id"+limitTo(3),
		string(tenant), micros(until), store.PageSize(limit, 100, 1000))
}

func (t links) NextExpiry(tenant fairlead.TenantID) (next time.Time, err error) {
	at, found, err := one(t.tx, scanNumber,
		"SELECT expires FROM links WHERE tenant = $1 AND expires IS NOT NULL ORDER BY expires LIMIT 1", string(tenant))
	if err == nil && found {
		next = fromMicros(at)
	}
	return next, err
}
