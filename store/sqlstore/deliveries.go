package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// deliveries is the table of deliveries, and the queues in which they wait.
type deliveries struct{ table[fairlead.Delivery] }

// Put leaves the delivery of an event that is appended in this transaction to the
// outbox: the event's sequence is known at the end.
func (t deliveries) Put(tenant fairlead.TenantID, n *fairlead.Delivery) error {
	if n.Version > 0 || n.Sequence > 0 || !t.tx.appends(n.Event) {
		return t.table.Put(tenant, n)
	}
	if err := t.check(tenant, n); err != nil {
		return err
	}
	if err := t.tx.Writable(); err != nil {
		return err
	}
	deferred := *n
	t.tx.Outbox.Deliveries = append(t.tx.Outbox.Deliveries, &deferred)
	t.tx.OnUndo(func() { n.Version = 0 })
	n.Version = 1
	return nil
}

const waitingDelivery = "SELECT version, body FROM deliveries WHERE tenant = $1 AND queue = $2"

func (t deliveries) FirstAttempts(tenant fairlead.TenantID, queue string, after fairlead.Delivery, limit int) ([]fairlead.Delivery, error) {
	return t.read(waitingDelivery+" AND sequence IS NOT NULL AND (sequence, id) > ($3, $4) ORDER BY sequence, id"+limitTo(5),
		string(tenant), queue, after.Sequence, string(after.ID), store.PageSize(limit, 100, 1000))
}

func (t deliveries) Retries(tenant fairlead.TenantID, queue string, until time.Time, limit int) ([]fairlead.Delivery, error) {
	return t.read(waitingDelivery+" AND retry <= $3 ORDER BY retry, id"+limitTo(4),
		string(tenant), queue, micros(until), store.PageSize(limit, 100, 1000))
}

func (t deliveries) NextRetry(tenant fairlead.TenantID, queue string) (next time.Time, err error) {
	at, found, err := one(t.tx, scanNumber,
		"SELECT retry FROM deliveries WHERE tenant = $1 AND queue = $2 AND retry IS NOT NULL ORDER BY retry LIMIT 1", string(tenant), queue)
	if err == nil && found {
		next = fromMicros(at)
	}
	return next, err
}
