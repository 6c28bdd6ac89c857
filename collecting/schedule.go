package collecting

import (
	"hash/fnv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// scheduleEvery is how often a connection is collected by itself.
	scheduleEvery = 24 * time.Hour
	// rested is how long before its time of the day a connection may have been collected, so
	// that it is not again at that time.
	rested = 6 * time.Hour
	// jitter spreads the connections of an institution over an hour.
	jitter = time.Hour
)

// backOff is how long to wait after so many passing problems in a row.
var backOff = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// How a collection ended, as its event says.
const (
	collectionComplete = "complete" // every product was read
	collectionPartial  = "partial"  // some were
	collectionFailed   = "failed"   // none was
)

// verdict is what a whole collection came to.
type verdict struct {
	status                  string
	why                     *fairlead.Problem // the first problem, that of the login before all
	login                   *fairlead.Problem // nothing can be read until somebody acts
	passing                 *fairlead.Problem // the first that passes by itself
	pace                    time.Duration     // the least between unattended tries; 0: there is no quota
	added, changed, removed int
}

func (v verdict) changes() int { return v.added + v.changed + v.removed }

// judge sums a collection up.
func judge(col fairlead.Collection, login *fairlead.Problem) verdict {
	v := verdict{status: collectionComplete, login: login}
	read := 0
	for _, p := range fairlead.Products() {
		c, ran := col.Products[p]
		if !ran {
			continue
		}
		v.added, v.changed, v.removed = v.added+c.Added, v.changed+c.Changed, v.removed+c.Removed
		switch {
		case c.Problem == nil && len(c.Partial) > 0:
			read++
			v.status = collectionPartial
			v.why = worse(v.why, c.Partial)
		case c.Problem == nil:
			read++
		case c.Problem.Kind == fairlead.Unsupported || c.Problem.Kind == fairlead.Forbidden:
		default:
			v.status = collectionPartial
			if v.why == nil {
				v.why = c.Problem
			}
			if c.Problem.Passing() && (v.passing == nil || c.Problem.RetryAfter.After(v.passing.RetryAfter)) {
				v.passing = c.Problem
			}
		}
	}
	if login != nil {
		v.status, v.why = collectionPartial, login
	}
	if v.status == collectionPartial && read == 0 {
		v.status = collectionFailed
	}
	return v
}

// worse is the problem that says why, and of those of a part the first that somebody must act on.
func worse(why *fairlead.Problem, partial []fairlead.Problem) *fairlead.Problem {
	for i := range partial {
		if why == nil || why.Actor == fairlead.ActorNobody && partial[i].Actor != fairlead.ActorNobody {
			why = &partial[i]
		}
	}
	return why
}

// events are those of the collection itself.
func (v verdict) events(conn fairlead.Connection, now time.Time) []fairlead.Event {
	finished := lifecycle.ConnectionEvent(conn, fairlead.EventCollectionFinished, now)
	finished.Status, finished.Counts = v.status, map[string]int{"added": v.added, "changed": v.changed, "removed": v.removed}
	changed := finished
	changed.Kind = fairlead.EventRecordsChanged
	if v.why != nil {
		finished.Why, finished.Actor = v.why.Kind, v.why.Actor
	}
	if v.changes() == 0 {
		return []fairlead.Event{finished}
	}
	return []fairlead.Event{finished, changed}
}

// next is how a connection stands after a collection, and what comes next.
type next struct {
	action    *fairlead.Problem // somebody must act; status and problem follow from it
	status    fairlead.ConnectionStatus
	problem   *fairlead.Problem
	recovered bool              // its need for action was published, and is over
	part      *fairlead.Problem // of a part of it, which is to be published
	failures  int               // passing problems in a row
	scheduled time.Time         // when it is collected by itself; zero: not at all
	due       time.Time         // when its work is; zero: not at all
}

// plan decides what comes after a collection: at once one that waits, after a
// back-off another try when a problem passes by itself, tomorrow's otherwise. A
// connection that needs somebody is never scheduled: a wrong password tried again
// locks people out.
func plan(conn fairlead.Connection, cause fairlead.Cause, v verdict, now time.Time) next {
	n := next{status: conn.Status, problem: conn.Problem}
	switch {
	case cause == fairlead.CauseUndo: // nobody was called: it stands as it stood
	case v.login != nil && cause != fairlead.CauseUpload:
		n.action, n.status = v.login, fairlead.ConnectionNeedsAction
	case v.status == collectionFailed: // nothing came: the connection stands as it stood
		if !anyReady(conn) {
			p := *v.why
			p.Product = ""
			n.problem = &p
		} else if n.problem != nil && n.problem.Actor == fairlead.ActorOperator {
			n.problem = nil // we got as far as the institution
		}
	default:
		part, stood := conn.InPart(), conn.Status != fairlead.ConnectionNeedsAction
		n.status, n.problem, n.recovered = fairlead.ConnectionActive, nil, conn.NeedsActionNotified && (part == nil || !stood)
		if part != nil && !(conn.NeedsActionNotified && stood) {
			n.part = part
		}
	}
	stopped := n.status == fairlead.ConnectionNeedsAction && (v.login != nil || v.passing == nil)
	switch {
	case stopped && len(conn.Waiting) > 0:
		n.due = now // what waits still runs: a file, or a login that was renewed meanwhile
		return n
	case stopped:
		return n
	case len(conn.Waiting) > 0:
		n.scheduled, n.failures = now, conn.Failures
	case conn.Uploaded:
		n.failures = conn.Failures
	case v.passing == nil:
		n.scheduled = nextDaily(conn, now)
	default:
		n.scheduled = now.Add(max(backOff[min(conn.Failures, len(backOff)-1)], v.pace))
		if v.passing.RetryAfter.After(n.scheduled) {
			n.scheduled = v.passing.RetryAfter
		}
		n.failures = conn.Failures + 1
	}
	if conn.ResetsAt.After(n.scheduled) && !conn.Uploaded {
		n.scheduled = conn.ResetsAt
	}
	n.due = n.scheduled
	return n
}

// apply does what is planned to the connection, which the caller writes.
func (n next) apply(tx *store.Tx, conn *fairlead.Connection, now time.Time) (events []fairlead.Event, err error) {
	conn.Status, conn.Problem = n.status, n.problem
	if n.action != nil {
		if events, err = lifecycle.NeedAction(tx, conn, *n.action); err != nil {
			return nil, err
		}
	}
	if n.recovered {
		conn.NeedsActionNotified = false
		events = append(events, lifecycle.ConnectionEvent(*conn, fairlead.EventConnectionRecovered, now))
	}
	if n.part != nil {
		conn.NeedsActionNotified = true
		e := lifecycle.ConnectionEvent(*conn, fairlead.EventConnectionNeedsAction, now)
		e.Why, e.Actor = n.part.Kind, n.part.Actor
		events = append(events, e)
	}
	conn.Failures, conn.NextRun = n.failures, n.scheduled
	if n.due.IsZero() {
		return events, tx.Work.Cancel(conn.Tenant, fairlead.CollectWork, string(conn.ID))
	}
	return events, due(tx, *conn, n.due)
}

func anyReady(conn fairlead.Connection) bool {
	for _, s := range conn.Products {
		if s.Status == fairlead.ProductReady {
			return true
		}
	}
	return false
}

// due makes the connection's work due.
func due(tx *store.Tx, conn fairlead.Connection, at time.Time) error {
	return tx.Work.Due(fairlead.Work{
		Kind: fairlead.CollectWork, Key: string(conn.ID), Tenant: conn.Tenant, ConcurrencyKey: string(conn.Institution), Due: at,
	})
}

// nextDaily is when a connection is collected by itself after a collection has ended. Each has
// its own time of the day, which is up to an hour before that of its making: it does not move
// with how long collections take or when somebody requests one, and connections that were
// made together stay together.
func nextDaily(conn fairlead.Connection, now time.Time) time.Time {
	ofDay := conn.Created.Sub(conn.Created.Truncate(scheduleEvery)) - spread(conn.ID)
	next := now.Truncate(scheduleEvery).Add(ofDay)
	for next.Before(now.Add(rested)) {
		next = next.Add(scheduleEvery)
	}
	return next
}

// spread is the connection's own part of the jitter, always the same.
func spread(id fairlead.ConnectionID) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(id))
	return time.Duration(h.Sum32()>>16) * (jitter >> 16)
}
