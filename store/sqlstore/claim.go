package sqlstore

import (
	"math"
	"sync"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// claimTurn remembers which tenant was served last, so that the next claim
// begins with the one after it.
type claimTurn struct {
	mu   sync.Mutex
	last fairlead.TenantID
}

// claimer is one claim under way.
type claimer struct {
	s       *session
	ask     store.ClaimRequest
	limit   int
	running map[string]int // by lane, over all nodes; full lanes stand at MaxInt
	picked  []fairlead.Work
}

// line is one tenant's due work, earliest first.
type line struct {
	tenant fairlead.TenantID
	now    int64 // the tenant's own time
	rows   []fairlead.Work
	whole  bool // there is no more than rows
}

// mostExpired bounds what one claim takes back.
const mostExpired = 200

// freeExpired takes back what dead nodes held. Their attempt is fenced off: the
// row has no owner any more. What was cancelled meanwhile goes.
func (c *claimer) freeExpired() error {
	expired, err := all(c.s, scanWork, workColumns+"WHERE owner <> '' AND lease <= $1 ORDER BY lease"+upTo(2)+c.s.engine.skipLocked(),
		instant(c.ask.Now), mostExpired)
	if err != nil {
		return err
	}
	for _, w := range expired {
		if _, err := c.s.exec("DELETE FROM work WHERE "+leaseKey+" AND cancelled = 1", leaseArgs(w)...); err != nil {
			return err
		}
		if _, err := c.s.exec("UPDATE work SET owner = '', lease = 0 WHERE "+leaseKey, leaseArgs(w)...); err != nil {
			return err
		}
	}
	return nil
}

// pick takes one row of each tenant in turn until the limit is reached.
func (c *claimer) pick(turn *claimTurn) error {
	lines, err := c.lines()
	if err != nil || len(lines) == 0 {
		return err
	}
	turn.mu.Lock()
	lines = rotate(lines, turn.last)
	lines = lines[:min(len(lines), c.limit)]
	turn.last = lines[len(lines)-1].tenant
	turn.mu.Unlock()
	quota := (c.limit + len(lines) - 1) / len(lines)
	for i := range lines {
		if err := c.fill(&lines[i], 4*quota+32, c.s.engine.skipLocked()); err != nil {
			return err
		}
	}
	if err := c.deal(lines); err != nil {
		return err
	}
	if err := c.walkLanes(lines); err != nil || len(c.picked) > 0 {
		return err
	}
	return c.wait(lines)
}

// wait stands in line for the first due row, where others hold every row that is
// due: one that is made due again and again is hardly ever free.
func (c *claimer) wait(lines []line) error {
	if !c.s.engine.shared() {
		return nil
	}
	first := lines[:1] // more than one could wait for one another
	if err := c.fill(&first[0], 1, c.s.engine.forUpdate()); err != nil {
		return err
	}
	return c.deal(first)
}

// rotate puts what comes after last first.
func rotate(lines []line, last fairlead.TenantID) []line {
	for i, l := range lines {
		if l.tenant > last {
			return append(append([]line{}, lines[i:]...), lines[:i]...)
		}
	}
	return lines
}

// lines finds the tenants that have something due, each by its own clock: from
// one tenant to the next over the index, whatever lies between. One row of each
// is looked at, in the index's order: with EXISTS PostgreSQL may read them all.
func (c *claimer) lines() ([]line, error) {
	const due = `coalesce(t.clock_frozen, $1 + coalesce(t.clock_offset, 0))`
	query := `WITH RECURSIVE has (tenant) AS (
			SELECT min(tenant) FROM work WHERE parked = ''
			UNION ALL
			SELECT (SELECT min(w.tenant) FROM work w WHERE w.parked = '' AND w.tenant > has.tenant) FROM has WHERE has.tenant IS NOT NULL)
		SELECT has.tenant AS tenant, ` + due + ` AS now FROM has LEFT JOIN tenants t ON t.id = has.tenant
		WHERE has.tenant IS NOT NULL`
	args := []any{instant(c.ask.Now)}
	if c.ask.Tenant != "" {
		query = `SELECT t.id AS tenant, ` + due + ` AS now FROM tenants t WHERE t.id = $2`
		args = append(args, string(c.ask.Tenant))
	}
	lines, err := all(c.s, func(row scanner) (l line, err error) {
		err = row.Scan(&l.tenant, &l.now)
		return l, err
	}, "SELECT tenant, now FROM ("+query+") d WHERE (SELECT w.due FROM work w WHERE w.tenant = d.tenant AND w.parked = '' AND w.owner = '' AND w.due <= d.now ORDER BY w.due LIMIT 1) IS NOT NULL ORDER BY tenant", args...)
	return lines, err
}

const waitingWork = workColumns + "WHERE parked = '' AND owner = '' AND tenant = $1 AND due <= $2"

// fill reads the head of a tenant's line.
func (c *claimer) fill(l *line, window int, locking string) error {
	q := newCondition(waitingWork, string(l.tenant), l.now)
	in(q, "kind", c.ask.Kinds)
	rows, err := all(c.s, scanWork, q.text+" ORDER BY due, kind, key"+q.limit(window)+locking, q.args...)
	l.rows, l.whole = rows, len(rows) < window
	return err
}

// deal goes round the tenants, one row each, while anybody has a row whose lane
// has room.
func (c *claimer) deal(lines []line) error {
	for dealt := true; dealt && len(c.picked) < c.limit; {
		dealt = false
		for i := range lines {
			if len(c.picked) == c.limit {
				break
			}
			took, err := c.take(&lines[i])
			if err != nil {
				return err
			}
			dealt = dealt || took
		}
	}
	return nil
}

// take picks the first row of a line whose lane has room.
func (c *claimer) take(l *line) (bool, error) {
	for len(l.rows) > 0 {
		w := l.rows[0]
		l.rows = l.rows[1:]
		room, err := c.room(w.ConcurrencyKey)
		if err != nil {
			return false, err
		}
		if room > 0 {
			c.claim(w)
			return true, nil
		}
	}
	return false, nil
}

func (c *claimer) claim(w fairlead.Work) {
	w.Owner, w.Attempt = c.ask.Owner, w.Attempt+1
	w.Lease = timeAt(instant(c.ask.Now.Add(c.ask.Lease)))
	c.picked = append(c.picked, w)
	if c.bounded(w.ConcurrencyKey) {
		c.running[w.ConcurrencyKey]++
	}
}

func (c *claimer) bounded(lane string) bool { return lane != "" && c.ask.PerConcurrencyKey > 0 }

// room is how many more may run in a lane. The lane stays ours until the
// commit, so that two nodes never count the same room.
func (c *claimer) room(lane string) (int, error) {
	if !c.bounded(lane) {
		return c.limit, nil
	}
	if _, known := c.running[lane]; !known {
		held, err := c.s.engine.holdLane(c.s, lane)
		if err != nil {
			return 0, err
		}
		n := int64(math.MaxInt32)
		if held {
			if n, err = number(c.s, "SELECT count(*) FROM work WHERE owner <> '' AND lane = $1", lane); err != nil {
				return 0, err
			}
		}
		c.running[lane] = int(n)
	}
	return max(0, c.ask.PerConcurrencyKey-c.running[lane]), nil
}

// walkLanes looks behind a crowd: where the head of a tenant's line was nothing
// but full lanes, it goes from lane to lane over the index.
func (c *claimer) walkLanes(lines []line) error {
	for _, l := range lines {
		if l.whole || len(c.picked) == c.limit {
			continue
		}
		lanes, err := all(c.s, scanText, `WITH RECURSIVE has (lane) AS (
				SELECT min(lane) FROM work WHERE parked = '' AND tenant = $1
				UNION ALL
				SELECT (SELECT min(w.lane) FROM work w WHERE w.parked = '' AND w.tenant = $1 AND w.lane > has.lane) FROM has WHERE has.lane IS NOT NULL)
			SELECT lane FROM has WHERE lane IS NOT NULL AND (SELECT w.due FROM work w
				WHERE w.parked = '' AND w.owner = '' AND w.tenant = $1 AND w.lane = has.lane AND w.due <= $2
				ORDER BY w.due LIMIT 1) IS NOT NULL`, string(l.tenant), l.now)
		if err != nil {
			return err
		}
		for _, lane := range lanes {
			if err := c.walkLane(l, lane); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *claimer) walkLane(l line, lane string) error {
	room, err := c.room(lane)
	room = min(room, c.limit-len(c.picked))
	if err != nil || room == 0 {
		return err
	}
	q := newCondition(waitingWork, string(l.tenant), l.now)
	q.and("lane = ?", lane)
	in(q, "kind", c.ask.Kinds)
	rows, err := all(c.s, scanWork, q.text+" ORDER BY due, kind, key"+q.limit(room+len(c.picked))+c.s.engine.skipLocked(), q.args...)
	for _, w := range rows {
		if len(c.picked) == c.limit || room == 0 || c.has(w) {
			continue
		}
		c.claim(w)
		room--
	}
	return err
}

// has tells whether a row was picked already; rows are marked only at the end.
func (c *claimer) has(w fairlead.Work) bool {
	for _, p := range c.picked {
		if p.Tenant == w.Tenant && p.Kind == w.Kind && p.Key == w.Key {
			return true
		}
	}
	return false
}
