package collecting

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// scheduleEvery is how often a connection is collected by itself.
const scheduleEvery = 24 * time.Hour

// jitter spreads the connections of an institution over an hour.
const jitter = time.Hour

// backOff is how long to wait after so many passing problems in a row.
var backOff = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// How a collection ended, as its event tells.
const (
	readWhole   = "complete" // every product was read
	readPartly  = "partial"  // some were
	readNothing = "failed"   // none was
)

// problem describes an error met at the institution.
func (r *run) problem(err error, p fairlead.Product) fairlead.Problem {
	problem := fairlead.NewProblem(err, p, r.now)
	if e, ok := errors.AsType[*fairlead.Error](err); ok && e.RetryAfter > 0 {
		problem.RetryAfter = r.now.Add(e.RetryAfter)
	}
	if held := r.conn.Products[p].Problem; held != nil && held.Kind == problem.Kind {
		problem.Since = held.Since
	}
	return problem
}

// stopsAll tells whether the problem is one of the login, not of one product:
// asking for the next product would try the same login again.
func stopsAll(k fairlead.ErrorKind) bool {
	switch k {
	case fairlead.RejectedLogin, fairlead.Locked, fairlead.RejectedChallenge, fairlead.ChallengeExpired, fairlead.ConsentEnded, fairlead.ActionNeeded:
		return true
	}
	return false
}

// failed records what kept one product from being read. What is held stays.
func (r *run) failed(ctx context.Context, p fairlead.Product, err error) error {
	problem := r.problem(err, p)
	r.o.Log.WarnContext(ctx, "a product could not be collected", "connection", r.conn.ID, "product", p, "kind", problem.Kind)
	if problem.Kind == fairlead.NotReady && r.now.Sub(r.col.Started) < waitAtMost {
		wait := time.Minute
		if !problem.RetryAfter.IsZero() {
			wait = max(problem.RetryAfter.Sub(r.now), time.Second)
		}
		if r.waits == 0 || wait < r.waits {
			r.waits = wait
		}
		return nil // the product has not ended: its place stands
	}
	if stopsAll(problem.Kind) {
		problem.Product = ""
		r.fatal = &problem
	}
	return r.update(ctx, nil, func(_ *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		state, tally := conn.Products[p], col.Products[p]
		state.Cursor = ""
		if col.Cause != fairlead.CauseUpload || state.LastGood.IsZero() { // a bad file spoils nothing that is there
			state.Problem, state.Status = &problem, fairlead.ProductFailed
			if problem.Kind == fairlead.Unsupported || problem.Kind == fairlead.Forbidden {
				state.Status = fairlead.ProductUnavailable
			}
		}
		tally.Problem, tally.Ended = &problem, true
		conn.Products[p], col.Products[p] = state, tally
		return nil, nil
	})
}

// end closes the collection, says how the connection stands now, tells it, and
// schedules the next run, all in one transaction.
func (r *run) end(ctx context.Context) error {
	if r.fatal == nil && r.waits > 0 {
		return r.waitForMore(ctx)
	}
	return r.update(ctx, nil, func(tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		col.Ended = r.now
		conn.Waiting = slices.DeleteFunc(slices.Clone(conn.Waiting), func(id fairlead.CollectionID) bool { return id == col.ID })
		verdict := judge(*col, r.fatal)
		if verdict.added+verdict.changed+verdict.removed > 0 {
			conn.Refreshed = r.now
		}
		var events []fairlead.Event
		switch {
		case r.fatal != nil && col.Cause != fairlead.CauseUpload:
			events = append(events, needsAction(conn, *r.fatal)...)
		default:
			events = append(events, standing(conn, verdict)...)
		}
		if r.fatal != nil && r.fatal.Kind == fairlead.ConsentEnded {
			more, err := r.endConsent(tx, *conn)
			if err != nil {
				return nil, err
			}
			events = append(events, more...)
		}
		return append(verdict.events(), events...), r.schedule(tx, conn, verdict)
	})
}

// waitForMore leaves the collection open for products that are not ready.
func (r *run) waitForMore(ctx context.Context) error {
	return r.update(ctx, nil, func(tx *store.Tx, conn *fairlead.Connection, _ *fairlead.Collection) ([]fairlead.Event, error) {
		return nil, r.due(tx, conn, r.now.Add(r.waits))
	})
}

// verdict is what a whole collection came to.
type verdict struct {
	status                  string
	why                     *fairlead.Problem // the first problem
	passing                 *fairlead.Problem // the first that passes by itself
	read                    int               // products read well
	added, changed, removed int
}

func judge(col fairlead.Collection, fatal *fairlead.Problem) verdict {
	v := verdict{status: readWhole}
	for _, p := range fairlead.Products() {
		t, ran := col.Products[p]
		if !ran {
			continue
		}
		v.added, v.changed, v.removed = v.added+t.Added, v.changed+t.Changed, v.removed+t.Removed
		switch {
		case t.Problem == nil:
			v.read++
		case t.Problem.Kind == fairlead.Unsupported || t.Problem.Kind == fairlead.Forbidden:
		default:
			v.status = readPartly
			if v.why == nil {
				v.why = t.Problem
			}
			if v.passing == nil && t.Problem.Passing() {
				v.passing = t.Problem
			}
		}
	}
	if fatal != nil {
		v.status, v.why = readPartly, fatal
	}
	if v.status == readPartly && v.read == 0 {
		v.status = readNothing
	}
	return v
}

// events are those of the collection itself.
func (v verdict) events() []fairlead.Event {
	counts := map[string]int{"added": v.added, "changed": v.changed, "removed": v.removed}
	finished := fairlead.Event{Kind: fairlead.EventCollectionFinished, Status: v.status, Counts: counts}
	if v.why != nil {
		finished.Why, finished.Actor = v.why.Kind, v.why.Actor
	}
	events := []fairlead.Event{finished}
	if v.added+v.changed+v.removed > 0 {
		events = append(events, fairlead.Event{Kind: fairlead.EventRecordsChanged, Status: v.status, Counts: counts})
	}
	return events
}

// needsAction stops the connection until somebody acts, and tells it once.
func needsAction(conn *fairlead.Connection, p fairlead.Problem) []fairlead.Event {
	again := conn.NeedsActionNotified && conn.Problem != nil && conn.Problem.Kind == p.Kind
	if again {
		p.Since = conn.Problem.Since
	}
	conn.Status, conn.Problem, conn.NeedsActionNotified = fairlead.ConnectionNeedsAction, &p, true
	if again {
		return nil
	}
	return []fairlead.Event{{Kind: fairlead.EventConnectionNeedsAction, Status: string(conn.Status), Why: p.Kind, Actor: p.Actor}}
}

// standing is how the connection stands after a collection that no problem of
// the login stopped.
func standing(conn *fairlead.Connection, v verdict) []fairlead.Event {
	if v.status == readNothing {
		if !anyReady(*conn) {
			problem := *v.why
			problem.Product = ""
			conn.Problem = &problem
		}
		return nil // nothing came: the connection stands as it stood
	}
	conn.Status, conn.Problem = fairlead.ConnectionActive, nil
	if !conn.NeedsActionNotified {
		return nil
	}
	conn.NeedsActionNotified = false
	return []fairlead.Event{{Kind: fairlead.EventConnectionRecovered, Status: string(conn.Status)}}
}

func anyReady(conn fairlead.Connection) bool {
	for _, s := range conn.Products {
		if s.Status == fairlead.ProductReady {
			return true
		}
	}
	return false
}

// schedule sets the next run: at once when a collection waits, after a back-off
// when a problem passes by itself, tomorrow otherwise — and never for a
// connection that needs somebody, because a wrong password tried again by a
// schedule locks people out.
func (r *run) schedule(tx *store.Tx, conn *fairlead.Connection, v verdict) error {
	if conn.Status == fairlead.ConnectionNeedsAction && (r.fatal != nil || v.passing == nil) {
		conn.NextRun, conn.Failures = time.Time{}, 0
		return tx.Work.Cancel(r.tenant.ID, fairlead.CollectWork, string(conn.ID))
	}
	if len(conn.Waiting) > 0 {
		return r.due(tx, conn, r.now)
	}
	if conn.Uploaded {
		conn.NextRun = time.Time{}
		return nil
	}
	next := r.now.Add(scheduleEvery - spread(conn.ID))
	if v.passing == nil {
		conn.Failures = 0
		return r.due(tx, conn, next)
	}
	next = r.now.Add(backOff[min(conn.Failures, len(backOff)-1)])
	if v.passing.RetryAfter.After(next) {
		next = v.passing.RetryAfter
	}
	conn.Failures++
	return r.due(tx, conn, next)
}

func (r *run) due(tx *store.Tx, conn *fairlead.Connection, at time.Time) error {
	conn.NextRun = at
	return tx.Work.Due(fairlead.Work{Kind: fairlead.CollectWork, Key: string(conn.ID), Tenant: r.tenant.ID, ConcurrencyKey: string(conn.Institution), Due: at})
}

// spread is the connection's own part of the jitter, always the same.
func spread(id fairlead.ConnectionID) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(id))
	return time.Duration(h.Sum32()>>16) * (jitter >> 16)
}

// event fills in what all events of a collection are about.
func (r *run) event(conn fairlead.Connection, col fairlead.Collection, e fairlead.Event) fairlead.Event {
	e.Tenant, e.Application, e.At = r.tenant.ID, conn.Application, r.now
	e.Link, e.Connection, e.Consent, e.Collection, e.Cause = conn.Link, conn.ID, conn.Consent, col.ID, col.Cause
	e.Institution, e.Person, e.Reference = conn.Institution, conn.Person, conn.Reference
	return e
}

// endConsent ends the consent in our books when the institution says that it is
// over, or its time has come.
func (r *run) endConsent(tx *store.Tx, conn fairlead.Connection) ([]fairlead.Event, error) {
	if conn.Consent == "" {
		return nil, nil
	}
	consent, err := tx.Consents.Get(r.tenant.ID, string(conn.Consent))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	status, kind := fairlead.ConsentRevokedAtInstitution, fairlead.EventConsentRevoked
	if !consent.Expires.IsZero() && !r.now.Before(consent.Expires) {
		status, kind = fairlead.ConsentExpired, fairlead.EventConsentExpired
	}
	consent.History = slices.Clone(consent.History)
	if !consent.Become(status, r.now) {
		return nil, nil // somebody else ended it, and told
	}
	consent.Reason = fairlead.ConsentEnded
	if err := tx.Consents.Put(r.tenant.ID, &consent); err != nil {
		return nil, err
	}
	return []fairlead.Event{{Kind: kind, Status: string(status), Why: fairlead.ConsentEnded, Actor: fairlead.ActorPerson}}, nil
}

// consentEnded marks a connection whose consent is over; nothing is fetched.
func (r *run) consentEnded(ctx context.Context) error {
	p := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The consent has ended."), "", r.now)
	r.fatal = &p
	if len(r.conn.Waiting) > 0 {
		if err := r.start(ctx); err != nil {
			return err
		}
		return r.end(ctx)
	}
	return r.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(r.tenant.ID, string(r.conn.ID))
		if err != nil {
			return err
		}
		events := needsAction(&conn, p)
		more, err := r.endConsent(tx, conn)
		if err != nil {
			return err
		}
		if err := r.schedule(tx, &conn, verdict{}); err != nil {
			return err
		}
		if err := tx.Connections.Put(r.tenant.ID, &conn); err != nil {
			return err
		}
		for _, e := range append(events, more...) {
			if err := r.o.Publisher.Publish(tx, r.event(conn, fairlead.Collection{}, e)); err != nil {
				return fmt.Errorf("collecting: telling: %w", err)
			}
		}
		return nil
	})
}
