package sqlstore

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// work enqueues in the transaction of its cause. A row waits while its owner is
// empty; it runs, or its node died, while it is not.
type work struct{ s *session }

func scanWork(row scanner) (w fairlead.Work, err error) {
	var due, lease int64
	err = row.Scan(&w.Tenant, &w.Kind, &w.Key, &w.Lane, &due, &w.Attempt, &w.Owner, &lease, &w.Parked, &w.Fails)
	w.Due = timeAt(due)
	if lease != 0 {
		w.Lease = timeAt(lease)
	}
	return w, err
}

const workColumns = "SELECT tenant, kind, key, lane, due, attempt, owner, lease, parked, fails FROM work "

// Due enqueues. What was given up is taken up again: somebody wants it anew.
func (d work) Due(w fairlead.Work) error {
	if w.Tenant == "" || w.Kind == "" || w.Key == "" {
		return internal("work without a tenant, a kind or a key")
	}
	if !d.s.notYet(w) {
		d.s.wakes = true
	}
	if d.s.dues.stands(w) {
		return d.s.writable()
	}
	_, err := d.s.exec(`INSERT INTO work (tenant, kind, key, lane, due, attempt, owner, lease, parked, fails, again, cancelled)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, '', 0, NULL, 0)
		ON CONFLICT (tenant, kind, key) DO UPDATE SET
			lane = CASE WHEN work.owner <> '' THEN work.lane ELSE excluded.lane END,
			due = CASE WHEN work.owner <> '' THEN work.due
				WHEN work.parked = '' AND work.due < excluded.due THEN work.due ELSE excluded.due END,
			again = CASE WHEN work.owner = '' THEN work.again
				WHEN work.again < excluded.due THEN work.again ELSE excluded.due END,
			fails = CASE WHEN work.parked <> '' THEN 0 ELSE work.fails END,
			parked = '', cancelled = 0`,
		string(w.Tenant), string(w.Kind), w.Key, w.Lane, instant(w.Due))
	if err == nil {
		d.s.dues.made(w)
	}
	return err
}

// dues is what a transaction made due itself, and when: to make it due again, no
// earlier and in the same lane, changes nothing. Whatever else it does to work
// ends that.
type dues map[workKey]due

type workKey struct {
	tenant fairlead.TenantID
	kind   fairlead.WorkKind
	key    string
}

type due struct {
	lane string
	at   int64
}

func (d dues) stands(w fairlead.Work) bool {
	was, ok := d[workKey{w.Tenant, w.Kind, w.Key}]
	return ok && was.lane == w.Lane && was.at <= instant(w.Due)
}

func (d dues) made(w fairlead.Work) {
	if d != nil {
		d[workKey{w.Tenant, w.Kind, w.Key}] = due{w.Lane, instant(w.Due)}
	}
}

// notYet tells that work is not due yet by its tenant's clock, as far as this
// transaction has looked at it: nobody need be woken, for each sweep looks anew.
func (s *session) notYet(w fairlead.Work) bool {
	return s.clock.ID == w.Tenant && w.Due.After(s.clock.Time(time.Now()))
}

func (d work) Cancel(tenant fairlead.TenantID, kind fairlead.WorkKind, key string) error {
	delete(d.s.dues, workKey{tenant, kind, key})
	if _, err := d.s.exec("DELETE FROM work WHERE tenant = $1 AND kind = $2 AND key = $3 AND owner = ''", string(tenant), string(kind), key); err != nil {
		return err
	}
	_, err := d.s.exec("UPDATE work SET again = NULL, cancelled = 1 WHERE tenant = $1 AND kind = $2 AND key = $3", string(tenant), string(kind), key)
	return err
}

func (d work) Earliest(tenant fairlead.TenantID, until time.Time) (fairlead.Work, error) {
	w, found, err := one(d.s, scanWork, workColumns+"WHERE tenant = $1 AND parked = '' AND due <= $2 ORDER BY due, kind, key LIMIT 1",
		string(tenant), instant(until))
	if err == nil && !found {
		err = fairlead.Errorf(fairlead.NotFound, "Nothing is due.")
	}
	return w, err
}

func (d work) Parked(tenant fairlead.TenantID, limit int) ([]fairlead.Work, error) {
	return all(d.s, scanWork, workColumns+"WHERE tenant = $1 AND parked <> '' ORDER BY kind, key"+upTo(2), string(tenant), pageSize(limit, 100, 1000))
}
