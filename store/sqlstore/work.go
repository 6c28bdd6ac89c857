package sqlstore

import (
	"cmp"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// work enqueues in the transaction of its cause. A row waits while its owner is
// empty; it runs, or its node died, while it is not.
type work struct{ s *session }

func scanWork(row scanner) (w fairlead.Work, err error) {
	var due, lease int64
	err = row.Scan(&w.Tenant, &w.Kind, &w.Key, &w.ConcurrencyKey, &due, &w.Attempt, &w.Owner, &lease, &w.Parked, &w.Failures)
	w.Due = timeAt(due)
	if lease != 0 {
		w.Lease = timeAt(lease)
	}
	return w, err
}

const workColumns = "SELECT tenant, kind, key, lane, due, attempt, owner, lease, parked, fails FROM work "

// Due enqueues. It is written at the end of the transaction, or when somebody
// looks at the work before.
func (d work) Due(w fairlead.Work) error {
	if w.Tenant == "" || w.Kind == "" || w.Key == "" {
		return internal("work without a tenant, a kind or a key")
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	d.s.dues = append(d.s.dues, due{w, d.s.notYet(w)})
	return nil
}

// due is work that is to be enqueued; later tells that it is not due yet.
type due struct {
	fairlead.Work
	later bool
}

// dues is work that is to be enqueued, in the order asked.
type dues []due

// each is every piece once, with its earliest due and latest lane: many a
// transaction makes the same due that others do (a receiver's lane, a tenant's
// expiring links). One order everywhere keeps two transactions from waiting for
// one another.
func (d dues) each() dues {
	slices.SortStableFunc(d, func(a, b due) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	once := d[:0]
	for _, w := range d {
		if n := len(once) - 1; n >= 0 && once[n].Tenant == w.Tenant && once[n].Kind == w.Kind && once[n].Key == w.Key {
			if once[n].Due.Before(w.Due) {
				w.Due = once[n].Due
			}
			w.later = w.later && once[n].later
			once[n] = w
			continue
		}
		once = append(once, w)
	}
	return once
}

// flushDues enqueues what this transaction, and those that share it, have made due
// so far.
func (s *session) flushDues() error {
	if s.later != nil {
		others, wrote := s.later.dues, s.wrote
		s.later.dues = nil
		wakes, err := s.enqueueAll(others)
		if err != nil {
			return err
		}
		s.wrote, s.later.wakes = wrote, s.later.wakes || wakes // theirs may stay when this one fails
	}
	own := s.dues
	s.dues = nil
	wakes, err := s.enqueueAll(own)
	s.wakes = s.wakes || wakes
	return err
}

// enqueueAll tells whether any of it may be due.
func (s *session) enqueueAll(d dues) (wakes bool, err error) {
	for _, w := range d.each() {
		waits, err := s.enqueue(w.Work)
		if err != nil {
			return wakes, err
		}
		wakes = wakes || waits && !w.later
	}
	return wakes, nil
}

// enqueue writes a due row and tells whether it waits: one that runs is due again
// when its run ends, which wakes by itself. What was given up is taken up again:
// somebody wants it anew.
func (s *session) enqueue(w fairlead.Work) (waits bool, err error) {
	n, err := s.bump(`INSERT INTO work (tenant, kind, key, lane, due, attempt, owner, lease, parked, fails, again, cancelled)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, '', 0, NULL, 0)
		ON CONFLICT (tenant, kind, key) DO UPDATE SET
			lane = CASE WHEN work.owner <> '' THEN work.lane ELSE excluded.lane END,
			due = CASE WHEN work.owner <> '' THEN work.due
				WHEN work.parked = '' AND work.due < excluded.due THEN work.due ELSE excluded.due END,
			again = CASE WHEN work.owner = '' THEN work.again
				WHEN work.again < excluded.due THEN work.again ELSE excluded.due END,
			fails = CASE WHEN work.parked <> '' THEN 0 ELSE work.fails END,
			parked = '', cancelled = 0
		RETURNING CASE WHEN owner = '' THEN 1 ELSE 0 END`,
		string(w.Tenant), string(w.Kind), w.Key, w.ConcurrencyKey, instant(w.Due))
	return n == 1, err
}

// notYet tells that work is not due yet by its tenant's clock, as far as this
// transaction has looked at it: nobody need be woken, for each sweep looks anew.
func (s *session) notYet(w fairlead.Work) bool {
	return s.clock.ID == w.Tenant && w.Due.After(s.clock.Time(time.Now()))
}

func (d work) Cancel(tenant fairlead.TenantID, kind fairlead.WorkKind, key string) error {
	if err := d.s.flushDues(); err != nil {
		return err
	}
	if _, err := d.s.exec("DELETE FROM work WHERE tenant = $1 AND kind = $2 AND key = $3 AND owner = ''", string(tenant), string(kind), key); err != nil {
		return err
	}
	_, err := d.s.exec("UPDATE work SET again = NULL, cancelled = 1 WHERE tenant = $1 AND kind = $2 AND key = $3", string(tenant), string(kind), key)
	return err
}

func (d work) Earliest(tenant fairlead.TenantID, until time.Time) (fairlead.Work, error) {
	if err := d.s.flushDues(); err != nil {
		return fairlead.Work{}, err
	}
	w, found, err := one(d.s, scanWork, workColumns+"WHERE tenant = $1 AND parked = '' AND due <= $2 ORDER BY due, kind, key LIMIT 1",
		string(tenant), instant(until))
	if err == nil && !found {
		err = fairlead.Errorf(fairlead.NotFound, "Nothing is due.")
	}
	return w, err
}

func (d work) Parked(tenant fairlead.TenantID, limit int) ([]fairlead.Work, error) {
	if err := d.s.flushDues(); err != nil {
		return nil, err
	}
	return all(d.s, scanWork, workColumns+"WHERE tenant = $1 AND parked <> '' ORDER BY kind, key"+upTo(2), string(tenant), pageSize(limit, 100, 1000))
}
