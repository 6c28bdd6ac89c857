package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// lanes is the drawer of notices, and the lines in which they wait.
type lanes struct{ drawer[fairlead.Delivery] }

// Put keeps the notice of an event that was told in this transaction for its end,
// when the event's sequence is known.
func (d lanes) Put(tenant fairlead.TenantID, n *fairlead.Delivery) error {
	if n.Version > 0 || n.Sequence > 0 || !d.s.tells(n.Event) {
		return d.drawer.Put(tenant, n)
	}
	if err := d.check(tenant, n); err != nil {
		return err
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	later := *n
	d.s.notices = append(d.s.notices, &later)
	d.s.undo = append(d.s.undo, func() { n.Version = 0 })
	n.Version = 1
	return nil
}

const waitingNotice = "SELECT version, body FROM notices WHERE tenant = $1 AND lane = $2"

func (d lanes) FirstAttempts(tenant fairlead.TenantID, lane string, after fairlead.Delivery, limit int) ([]fairlead.Delivery, error) {
	return all(d.s, scanBody(d.t.version), waitingNotice+" AND place IS NOT NULL AND (place, id) > ($3, $4) ORDER BY place, id"+upTo(5),
		string(tenant), lane, after.Sequence, string(after.ID), pageSize(limit, 100, 1000))
}

func (d lanes) Retries(tenant fairlead.TenantID, lane string, until time.Time, limit int) ([]fairlead.Delivery, error) {
	return all(d.s, scanBody(d.t.version), waitingNotice+" AND retry <= $3 ORDER BY retry, id"+upTo(4),
		string(tenant), lane, instant(until), pageSize(limit, 100, 1000))
}

func (d lanes) NextRetry(tenant fairlead.TenantID, lane string) (next time.Time, err error) {
	at, found, err := one(d.s, scanNumber, "SELECT retry FROM notices WHERE tenant = $1 AND lane = $2 AND retry IS NOT NULL ORDER BY retry LIMIT 1",
		string(tenant), lane)
	if err == nil && found {
		next = timeAt(at)
	}
	return next, err
}
