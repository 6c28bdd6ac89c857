package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// work enqueues in the transaction of its cause. A row waits while its owner is
// empty; it runs, or its node died, while it is not.
type work struct{ tx *tx }

func scanWork(row engine.Scanner) (w fairlead.Work, err error) {
	var due, lease int64
	err = row.Scan(&w.Tenant, &w.Kind, &w.Key, &w.ConcurrencyKey, &due, &w.Attempt, &w.Owner, &lease, &w.Parked, &w.Failures, &w.Error)
	w.Due = fromMicros(due)
	if lease != 0 {
		w.Lease = fromMicros(lease)
	}
	return w, err
}

const workColumns = "SELECT tenant, kind, key, concurrency_key, due, attempt, owner, lease, parked, failures, error FROM work "

// Due enqueues. It is written with the outbox, or when the transaction reads work
// before.
func (t work) Due(w fairlead.Work) error {
	if w.Tenant == "" || w.Kind == "" || w.Key == "" {
		return internal("work without a tenant, a kind or a key")
	}
	if err := t.tx.Writable(); err != nil {
		return err
	}
	t.tx.Outbox.Work = append(t.tx.Outbox.Work, engine.PendingWork{Work: w, NotYet: t.tx.notYet(w)})
	return nil
}

// enqueue writes a row and reports whether it waits and may be due: one that runs is due
// again when its run ends, which wakes by itself. A parked one is no longer parked:
// somebody wants it anew. A row that stays as it is and wakes nobody is not written: a
// receiver's queue, or a tenant's pruning, that many events make due.
func (tx *tx) enqueue(w engine.PendingWork) (wake bool, err error) {
	n, err := tx.Returning(`INSERT INTO work (tenant, kind, key, concurrency_key, due, attempt, owner, lease, parked, failures, error, again, cancelled)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, '', 0, '', NULL, 0)
		ON CONFLICT (tenant, kind, key) DO UPDATE SET
			concurrency_key = CASE WHEN work.owner <> '' THEN work.concurrency_key ELSE excluded.concurrency_key END,
			due = CASE WHEN work.owner <> '' THEN work.due
				WHEN work.parked = '' AND work.due < excluded.due THEN work.due ELSE excluded.due END,
			again = CASE WHEN work.owner = '' THEN work.again
				WHEN work.again < excluded.due THEN work.again ELSE excluded.due END,
			failures = CASE WHEN work.parked <> '' THEN 0 ELSE work.failures END,
			parked = '', cancelled = 0
		WHERE work.parked <> '' OR work.cancelled <> 0
			OR CASE WHEN work.owner = '' THEN $6 = 0 OR work.due > excluded.due OR work.concurrency_key <> excluded.concurrency_key
				ELSE work.again IS NULL OR work.again > excluded.due END
		RETURNING CASE WHEN owner = '' THEN 1 ELSE 0 END`,
		string(w.Tenant), string(w.Kind), w.Key, w.ConcurrencyKey, micros(w.Due), engine.Flag(w.NotYet))
	return n == 1 && !w.NotYet, err
}

// notYet reports that work is not due yet by its tenant's clock, as far as this
// transaction has read it: nobody need be woken, for each sweep reads it anew.
func (tx *tx) notYet(w fairlead.Work) bool {
	return tx.clock.ID == w.Tenant && w.Due.After(tx.clock.Time(time.Now()))
}

func (t work) Cancel(tenant fairlead.TenantID, kind fairlead.WorkKind, key string) error {
	if err := t.tx.writeWork(); err != nil {
		return err
	}
	if _, err := t.tx.Exec("DELETE FROM work WHERE tenant = $1 AND kind = $2 AND key = $3 AND owner = ''", string(tenant), string(kind), key); err != nil {
		return err
	}
	_, err := t.tx.Exec("UPDATE work SET again = NULL, cancelled = 1 WHERE tenant = $1 AND kind = $2 AND key = $3", string(tenant), string(kind), key)
	return err
}

func (t work) Upcoming(tenant fairlead.TenantID, until time.Time, limit int) ([]fairlead.Work, error) {
	if err := t.tx.writeWork(); err != nil {
		return nil, err
	}
	return all(t.tx, scanWork, workColumns+"WHERE tenant = $1 AND parked = '' AND due <= $2 ORDER BY due, kind, key"+limitTo(3),
		string(tenant), micros(until), store.PageSize(limit, 100, 1000))
}

func (t work) Claim(r store.ClaimRequest) ([]fairlead.Work, error) {
	if r.Tenant == "" {
		return nil, internal("a claim inside a transaction without a tenant")
	}
	if err := t.tx.Writable(); err != nil {
		return nil, err
	}
	return t.tx.claim(r, nil)
}

func (t work) Parked(tenant fairlead.TenantID, limit int) ([]fairlead.Work, error) {
	if err := t.tx.writeWork(); err != nil {
		return nil, err
	}
	return all(t.tx, scanWork, workColumns+"WHERE tenant = $1 AND parked <> '' ORDER BY kind, key"+limitTo(2), string(tenant), store.PageSize(limit, 100, 1000))
}

func (t work) List(tenant fairlead.TenantID, q store.WorkQuery) ([]fairlead.Work, error) {
	if err := t.tx.writeWork(); err != nil {
		return nil, err
	}
	w := newWhere(workColumns+"WHERE tenant = $1", string(tenant))
	if q.Kind != "" {
		w.and("kind = ?", string(q.Kind))
	}
	if q.Key != "" {
		w.and("key = ?", q.Key)
	}
	if q.Failing {
		w.text += " AND (failures > 0 OR parked > '')"
	}
	if q.After.Kind != "" {
		w.and("kind >= ?", string(q.After.Kind))
		w.args = append(w.args, q.After.Key)
		w.text += " AND (kind > " + w.parameter(1) + " OR key > " + w.parameter(0) + ")"
	}
	query := w.text + " ORDER BY kind, key" + w.limit(store.PageSize(q.Limit, 100, 1000))
	return all(t.tx, scanWork, query, w.args...)
}
