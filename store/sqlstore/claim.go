package sqlstore

import (
	"math"
	"sync"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// rotation remembers which tenant was served last, so that the next claim begins with
// the one after it.
type rotation struct {
	mu   sync.Mutex
	last fairlead.TenantID
}

// next are the tenants whose turn it is, of those that have something due.
func (r *rotation) next(due []dueWork, limit int) []dueWork {
	r.mu.Lock()
	defer r.mu.Unlock()
	due = rotate(due, r.last)
	due = due[:min(len(due), limit)]
	r.last = due[len(due)-1].tenant
	return due
}

// claim is one under way.
type claim struct {
	tx      *tx
	r       store.ClaimRequest
	now     int64 // by the clock of leases
	limit   int
	running map[string]int // by concurrency key, over all nodes; MaxInt32 where another claim has the key
	picked  []fairlead.Work
}

// dueWork is what one tenant has due, earliest first.
type dueWork struct {
	tenant   fairlead.TenantID
	now      int64 // the tenant's own time
	rows     []fairlead.Work
	complete bool // there is no more than rows
}

// maxExpired bounds how many leases one claim ends.
const maxExpired = 200

// freeExpired ends the leases of dead nodes. Their attempt is fenced off: the row has
// no owner any more. What was cancelled meanwhile goes.
func (c *claim) freeExpired() error {
	expired, err := all(c.tx, scanWork, workColumns+"WHERE owner <> '' AND lease <= $1 ORDER BY lease"+limitTo(2)+c.tx.sql.SkipLocked(),
		c.now, maxExpired)
	if err != nil {
		return err
	}
	for _, w := range expired {
		if _, err := c.tx.Exec("DELETE FROM work WHERE "+leaseKey+" AND cancelled = 1", leaseArgs(w)...); err != nil {
			return err
		}
		if _, err := c.tx.Exec("UPDATE work SET owner = '', lease = 0 WHERE "+leaseKey, leaseArgs(w)...); err != nil {
			return err
		}
	}
	return nil
}

// pick takes one row of each tenant after another until the limit is reached. r is nil
// where the work is one tenant's.
func (c *claim) pick(r *rotation) error {
	due, err := c.tenantsWithDueWork()
	if err != nil || len(due) == 0 {
		return err
	}
	if r != nil {
		due = r.next(due, c.limit)
	}
	quota := (c.limit + len(due) - 1) / len(due)
	for i := range due {
		if err := c.fill(&due[i], 4*quota+32, c.tx.sql.SkipLocked()); err != nil {
			return err
		}
	}
	if err := c.roundRobin(due); err != nil {
		return err
	}
	if err := c.pickByKey(due); err != nil || len(c.picked) > 0 {
		return err
	}
	return c.waitForFirst(due)
}

// waitForFirst waits for the lock of the first due row, where others hold every row
// that is due: one that is made due again and again is hardly ever free.
func (c *claim) waitForFirst(due []dueWork) error {
	if !c.tx.sql.Shared() {
		return nil
	}
	head := due[:1] // more than one could wait for one another
	if err := c.fill(&head[0], 1, c.tx.sql.ForUpdate()); err != nil {
		return err
	}
	return c.roundRobin(head)
}

// rotate puts what comes after last first.
func rotate(due []dueWork, last fairlead.TenantID) []dueWork {
	for i, d := range due {
		if d.tenant > last {
			return append(append([]dueWork{}, due[i:]...), due[:i]...)
		}
	}
	return due
}

// tenantsWithDueWork finds the tenants that have something due, each by its own clock,
// by a skip scan: from one tenant to the next over the index, whatever lies between.
// One row of each is read, in the index's order: with EXISTS PostgreSQL may read all.
func (c *claim) tenantsWithDueWork() ([]dueWork, error) {
	const now = `coalesce(t.clock_frozen, $1 + coalesce(t.clock_offset, 0))`
	query := `WITH RECURSIVE has (tenant) AS (
			SELECT min(tenant) FROM work WHERE parked = ''
			UNION ALL
			SELECT (SELECT min(w.tenant) FROM work w WHERE w.parked = '' AND w.tenant > has.tenant) FROM has WHERE has.tenant IS NOT NULL)
		SELECT has.tenant AS tenant, ` + now + ` AS now FROM has LEFT JOIN tenants t ON t.id = has.tenant
		WHERE has.tenant IS NOT NULL`
	args := []any{micros(c.r.Now)}
	if c.r.Tenant != "" {
		query = `SELECT t.id AS tenant, ` + now + ` AS now FROM tenants t WHERE t.id = $2`
		args = append(args, string(c.r.Tenant))
		if !c.r.Until.IsZero() {
			query = `SELECT own.tenant AS tenant, CASE WHEN own.now < $3 THEN $3 ELSE own.now END AS now FROM (` + query + `) own`
			args = append(args, micros(c.r.Until))
		}
	}
	return all(c.tx, func(row engine.Scanner) (d dueWork, err error) {
		err = row.Scan(&d.tenant, &d.now)
		return d, err
	}, "SELECT tenant, now FROM ("+query+`) d WHERE (SELECT w.due FROM work w
		WHERE w.tenant = d.tenant AND w.parked = '' AND w.owner = '' AND w.due <= d.now
		ORDER BY w.due LIMIT 1) IS NOT NULL ORDER BY tenant`, args...)
}

const waitingWork = workColumns + "WHERE parked = '' AND owner = '' AND tenant = $1 AND due <= $2"

// fill reads the first of a tenant's due work.
func (c *claim) fill(d *dueWork, n int, locking string) error {
	w := newWhere(waitingWork, string(d.tenant), d.now)
	andOneOf(w, "kind", c.r.Kinds)
	rows, err := all(c.tx, scanWork, w.text+" ORDER BY due, kind, key"+w.limit(n)+locking, w.args...)
	d.rows, d.complete = rows, len(rows) < n
	return err
}

// roundRobin takes one row of each tenant, again and again, while anybody has a row
// whose concurrency key has room.
func (c *claim) roundRobin(due []dueWork) error {
	for more := true; more && len(c.picked) < c.limit; {
		more = false
		for i := range due {
			if len(c.picked) == c.limit {
				break
			}
			took, err := c.takeFirst(&due[i])
			if err != nil {
				return err
			}
			more = more || took
		}
	}
	return nil
}

// takeFirst takes a tenant's first row whose concurrency key has room.
func (c *claim) takeFirst(d *dueWork) (bool, error) {
	for len(d.rows) > 0 {
		w := d.rows[0]
		d.rows = d.rows[1:]
		room, err := c.room(w.ConcurrencyKey)
		if err != nil {
			return false, err
		}
		if room > 0 {
			c.take(w)
			return true, nil
		}
	}
	return false, nil
}

func (c *claim) take(w fairlead.Work) {
	w.Owner, w.Attempt = c.r.Owner, w.Attempt+1
	w.Lease = fromMicros(c.now + c.r.Lease.Microseconds())
	c.picked = append(c.picked, w)
	if c.bounded(w.ConcurrencyKey) {
		c.running[w.ConcurrencyKey]++
	}
}

func (c *claim) bounded(key string) bool { return key != "" && c.r.PerConcurrencyKey > 0 }

// room is how many more may run of a concurrency key. The key is locked until the
// commit, so that two nodes never count the same room.
func (c *claim) room(key string) (int, error) {
	if !c.bounded(key) {
		return c.limit, nil
	}
	if _, known := c.running[key]; !known {
		locked, err := c.tx.sql.LockKey(c.tx.Tx, key)
		if err != nil {
			return 0, err
		}
		n := int64(math.MaxInt32)
		if locked {
			if n, err = number(c.tx, "SELECT count(*) FROM work WHERE owner <> '' AND concurrency_key = $1", key); err != nil {
				return 0, err
			}
		}
		c.running[key] = int(n)
	}
	return max(0, c.r.PerConcurrencyKey-c.running[key]), nil
}

// pickByKey reads past a crowd: where a tenant's first rows were nothing but full
// concurrency keys, it goes from key to key over the index.
func (c *claim) pickByKey(due []dueWork) error {
	for _, d := range due {
		if d.complete || len(c.picked) == c.limit {
			continue
		}
		keys, err := all(c.tx, scanText, `WITH RECURSIVE has (key) AS (
				SELECT min(concurrency_key) FROM work WHERE parked = '' AND tenant = $1
				UNION ALL
				SELECT (SELECT min(w.concurrency_key) FROM work w WHERE w.parked = '' AND w.tenant = $1 AND w.concurrency_key > has.key)
					FROM has WHERE has.key IS NOT NULL)
			SELECT key FROM has WHERE key IS NOT NULL AND (SELECT w.due FROM work w
				WHERE w.parked = '' AND w.owner = '' AND w.tenant = $1 AND w.concurrency_key = has.key AND w.due <= $2
				ORDER BY w.due LIMIT 1) IS NOT NULL`, string(d.tenant), d.now)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := c.pickOfKey(d, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *claim) pickOfKey(d dueWork, key string) error {
	room, err := c.room(key)
	room = min(room, c.limit-len(c.picked))
	if err != nil || room == 0 {
		return err
	}
	w := newWhere(waitingWork, string(d.tenant), d.now)
	w.and("concurrency_key = ?", key)
	andOneOf(w, "kind", c.r.Kinds)
	rows, err := all(c.tx, scanWork, w.text+" ORDER BY due, kind, key"+w.limit(room+len(c.picked))+c.tx.sql.SkipLocked(), w.args...)
	for _, row := range rows {
		if len(c.picked) == c.limit || room == 0 || c.has(row) {
			continue
		}
		c.take(row)
		room--
	}
	return err
}

// has reports whether a row was picked already; rows are leased only at the end.
func (c *claim) has(w fairlead.Work) bool {
	for _, p := range c.picked {
		if p.Tenant == w.Tenant && p.Kind == w.Kind && p.Key == w.Key {
			return true
		}
	}
	return false
}
