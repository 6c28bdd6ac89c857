package lifecycle

import (
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// NeedAction stops a connection until somebody acts: no schedule tries a wrong
// password again, that locks people out. Collections that wait already still
// run, so that they end with the problem. The caller writes conn. An event comes
// when the kind of problem is news; the same kind again stands since it first came.
func NeedAction(tx *store.Tx, conn *fairlead.Connection, p fairlead.Problem) ([]fairlead.Event, error) {
	again := conn.NeedsActionNotified && conn.Problem != nil && conn.Problem.Kind == p.Kind
	at := p.Since
	if again {
		p.Since = conn.Problem.Since
	}
	conn.Status, conn.Problem, conn.NeedsActionNotified, conn.NextRun = fairlead.ConnectionNeedsAction, &p, true, time.Time{}
	if len(conn.Waiting) == 0 {
		if err := tx.Work.Cancel(conn.Tenant, fairlead.CollectWork, string(conn.ID)); err != nil {
			return nil, err
		}
	}
	if again {
		return nil, nil
	}
	e := ConnectionEvent(*conn, fairlead.EventConnectionNeedsAction, at)
	e.Why, e.Actor = p.Kind, p.Actor
	return []fairlead.Event{e}, nil
}

// ConnectionEvent is a fact about a connection.
func ConnectionEvent(conn fairlead.Connection, kind fairlead.EventKind, at time.Time) fairlead.Event {
	return fairlead.Event{
		Tenant: conn.Tenant, Application: conn.Application, Kind: kind, At: at, Link: conn.Link, Connection: conn.ID, Consent: conn.Consent,
		Institution: conn.Institution, Person: conn.Person, Reference: conn.Reference, Status: string(conn.Status),
	}
}

// EnqueueCollections writes collections, makes them wait on their connection in
// this order, and makes the connection's work due. The caller writes conn.
func EnqueueCollections(tx *store.Tx, conn *fairlead.Connection, due time.Time, collections ...*fairlead.Collection) error {
	conn.Waiting = slices.Clone(conn.Waiting)
	for _, c := range collections {
		conn.Waiting = append(conn.Waiting, c.ID)
		if err := tx.Collections.Put(conn.Tenant, c); err != nil {
			return err
		}
	}
	return tx.Work.Due(fairlead.Work{
		Kind: fairlead.CollectWork, Key: string(conn.ID), Tenant: conn.Tenant, ConcurrencyKey: string(conn.Institution), Due: due,
	})
}

// ExpireConsent ends a consent whose time is over. The connection that stands on
// it needs the person.
func ExpireConsent(tx *store.Tx, c fairlead.Consent, now time.Time) ([]fairlead.Event, error) {
	events, err := EndConsent(tx, &c, fairlead.ConsentExpired, fairlead.ConsentEnded, now)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	conn, err := tx.Connections.Get(c.Tenant, string(c.Connection))
	if fairlead.Is(err, fairlead.NotFound) {
		return events, nil
	}
	if err != nil || conn.Consent != c.ID || conn.Status == fairlead.ConnectionDisconnected {
		return events, err
	}
	problem := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The consent has expired."), "", now)
	more, err := NeedAction(tx, &conn, problem)
	if err != nil {
		return nil, err
	}
	return append(events, more...), tx.Connections.Put(c.Tenant, &conn)
}
