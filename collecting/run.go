package collecting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// errLost says that the connection or the collection was taken from under us:
// disconnected, erased, or run by another node.
var errLost = errors.New("collecting: the collection is no longer ours")

// run is one collection under way. It lives in one goroutine.
type run struct {
	*Collecting
	tenant  fairlead.Tenant
	now     time.Time              // tenant time, the same for the whole run
	conn    fairlead.Connection    // as last committed
	col     fairlead.Collection    // as last committed
	unsaved []unsavedPage          // written with the next transaction
	saved   time.Time              // when the last transaction committed, real time
	whole   bool                   // the product under way is read from its beginning by this run
	before  []store.CollectionPage // what runs before this one have met, until it is loaded
	stored  int                    // how many store.CollectionPages there are
	logged  int                    // how many store.UploadPages there are
	awaited bool                   // another collection waits, and somebody for it
	resets  time.Time              // until then no calls are taken; zero: they are
	source  source
	convert *converter
}

// Run is the handler of CollectWork; the key is a connection. One call runs the
// first collection that waits, or begins a scheduled one. After a crash it goes
// on from the cursor that was stored with the last page.
//
// Where nothing waits and the schedule is for later, the collection that the work was
// for has ended, and only its end could not be written to the work: it is due by the
// schedule.
func (c *Collecting) Run(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	again, err := c.run(ctx, w)
	if errors.Is(err, errLost) {
		err = nil
	}
	if err != nil && ctx.Err() == nil && w.Failures >= sayAfter {
		c.sayInternal(ctx, w, err)
	}
	return store.WorkResult{Again: again}, err
}

// sayAfter is after how many failures of ours the connection says so: what passes
// within seconds is nobody's to know.
const sayAfter = 2

// sayInternal says in the connection that it is we who fail, so that its application
// does not wait for an institution or a person. The next collection that ends well
// takes it back.
func (c *Collecting) sayInternal(ctx context.Context, w fairlead.Work, failure error) {
	l, err := c.load(ctx, w)
	if err != nil {
		return // its reader or its writer is what fails
	}
	kind := fairlead.KindOf(failure)
	if kind != fairlead.StorageFull && kind != fairlead.Unavailable {
		kind = fairlead.Internal
	}
	p := fairlead.Problem{Kind: kind, Actor: fairlead.ActorOperator, Since: l.now}
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(w.Tenant, w.Key)
		if err != nil || conn.Status == fairlead.ConnectionDisconnected || conn.Status == fairlead.ConnectionNeedsAction ||
			conn.Problem != nil && conn.Problem.Kind == p.Kind {
			return err
		}
		conn.Problem = &p
		if len(conn.Waiting) > 0 {
			conn.NextRun = time.Time{} // it is past, and when it is tried again its work knows
		}
		return tx.Connections.Put(w.Tenant, &conn)
	})
	if err != nil {
		c.o.Log.WarnContext(ctx, "a connection does not say that we fail", "connection", w.Key, "error", err)
	}
}

func (c *Collecting) run(ctx context.Context, w fairlead.Work) (again time.Time, err error) {
	l, err := c.load(ctx, w)
	switch {
	case fairlead.Is(err, fairlead.NotFound) || l.conn.Status == fairlead.ConnectionDisconnected:
		return again, nil // erased or cut since the work was enqueued
	case err != nil:
		return again, fmt.Errorf("collecting: reading the connection: %w", err)
	}
	r := c.newRun(l)
	switch {
	case l.consent.ID != "" && l.consent.Status != fairlead.ConsentAuthorised && !l.consent.Status.Ended():
		return again, nil // not accepted yet: linking enqueues this work again when it is
	case l.consent.Status.Ended() || !l.consent.Expires.IsZero() && !r.now.Before(l.consent.Expires):
		return again, r.consentEnded(ctx)
	case l.resets.After(r.now) && !l.urgent:
		return l.resets, r.postpone(ctx, l.resets)
	case len(l.conn.Waiting) == 0 && l.conn.NextRun.Truncate(time.Microsecond).After(r.now): // as finely as work knows its due
		return l.conn.NextRun, nil
	}
	return again, r.collect(ctx, l)
}

func (r *run) collect(ctx context.Context, l loaded) (err error) {
	if err := r.start(ctx); err != nil {
		return err
	}
	if r.col.Cause == fairlead.CauseUndo {
		return r.undo(ctx)
	}
	if r.source, err = r.open(ctx, l.person); err != nil {
		return err
	}
	h, err := r.fetchAll(ctx)
	if err != nil {
		return err
	}
	return r.end(ctx, h)
}

// loaded is what a run begins with.
type loaded struct {
	tenant  fairlead.Tenant
	now     time.Time // tenant time, or that by which the work goes
	conn    fairlead.Connection
	consent fairlead.Consent // zero: none
	person  fairlead.Person
	resets  time.Time // until then no calls are taken; zero: they are
	urgent  bool      // a collection waits that does not wait for it
}

func (c *Collecting) load(ctx context.Context, w fairlead.Work) (l loaded, err error) {
	tenant, id := w.Tenant, w.Key
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		l = loaded{}
		if l.tenant, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		if l.conn, err = tx.Connections.Get(tenant, id); err != nil {
			return err
		}
		if l.conn.Consent != "" {
			l.consent, err = tx.Consents.Get(tenant, string(l.conn.Consent))
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
		}
		wall := c.o.Clock()
		if l.now = w.At; l.now.IsZero() {
			l.now = l.tenant.Time(wall)
		}
		if l.resets, err = resetOf(tx, l.conn, l.now, wall); err != nil {
			return err
		}
		if !l.resets.IsZero() {
			// Connections of one provider go on one after the other.
			if !l.resets.Equal(l.conn.ResetsAt) {
				l.resets = l.resets.Add(spread(l.conn.ID)).Truncate(time.Microsecond)
			}
			if l.urgent, err = urgent(tx, l.conn); err != nil {
				return err
			}
		}
		l.person, err = tx.Persons.Get(tenant, string(l.conn.Person))
		return err
	})
	return l, err
}

// urgent reports whether a collection waits that waits for no reset: of a file, or after a
// new login.
func urgent(tx *store.Tx, conn fairlead.Connection) (bool, error) {
	return anyWaiting(tx, conn, func(col fairlead.Collection) bool { return !mustWait(col.Cause) })
}

// awaited reports whether a collection waits that somebody waits for, so that what runs before
// it is waited for as well.
func awaited(tx *store.Tx, conn fairlead.Connection) (bool, error) {
	return anyWaiting(tx, conn, func(col fairlead.Collection) bool {
		return col.Started.IsZero() && (col.Cause == fairlead.CauseRequested || col.Cause == fairlead.CauseRelink)
	})
}

func anyWaiting(tx *store.Tx, conn fairlead.Connection, fits func(fairlead.Collection) bool) (bool, error) {
	for _, id := range conn.Waiting {
		col, err := tx.Collections.Get(conn.Tenant, string(id))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return false, err
		}
		if err == nil && fits(col) {
			return true, nil
		}
	}
	return false, nil
}

func (c *Collecting) newRun(l loaded) *run {
	r := &run{
		Collecting: c, tenant: l.tenant, now: l.now, conn: l.conn, resets: l.resets,
	}
	r.convert = newConverter(c, r.tenant, r.now, &r.conn)
	return r
}

// start makes the collection or takes up the first that waits.
func (r *run) start(ctx context.Context) error {
	id := fairlead.NewID("col", r.now)
	err := r.update(ctx, nil, func(tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		*col = fairlead.Collection{}
		for len(conn.Waiting) > 0 && col.ID == "" {
			found, err := tx.Collections.Get(r.tenant.ID, string(conn.Waiting[0]))
			switch {
			case err == nil && found.Ended.IsZero():
				*col = found
			case err == nil || fairlead.Is(err, fairlead.NotFound):
				conn.Waiting = slices.Clone(conn.Waiting[1:])
			default:
				return nil, err
			}
		}
		if col.ID == "" {
			*col = fairlead.Collection{ID: fairlead.CollectionID(id), Tenant: r.tenant.ID, Connection: conn.ID, Cause: cause(*conn, r.now)}
			conn.Waiting = []fairlead.CollectionID{col.ID}
		}
		if !mustWait(col.Cause) || !r.resets.After(r.now) {
			conn.ResetsAt, conn.ResetsByProvider = time.Time{}, false
		}
		if col.Started.IsZero() {
			col.Started = r.now
			if conn.Uploaded && col.File != nil {
				conn.Uploads++
				col.Number = conn.Uploads
			}
		}
		var err error
		if r.awaited, err = awaited(tx, *conn); err != nil {
			return nil, err
		}
		if col.Products == nil {
			col.Products = map[fairlead.Product]fairlead.ProductCounts{}
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	return r.resume(ctx)
}

// cause is why a collection runs that nobody requested.
func cause(conn fairlead.Connection, now time.Time) fairlead.Cause {
	for _, s := range conn.Products {
		if !s.LastGood.IsZero() {
			// Work is due to the microsecond, which on a frozen clock is a little before.
			if conn.NextRun.IsZero() || now.Before(conn.NextRun.Truncate(time.Microsecond)) {
				return fairlead.CauseRelink // nobody scheduled it: linking did, because the person came back
			}
			return fairlead.CauseSchedule
		}
	}
	return fairlead.CauseFirst
}

// change is what one transaction does to fresh copies of the connection and the
// collection. It may run twice and touches nothing but what it is handed.
type change func(*store.Tx, *fairlead.Connection, *fairlead.Collection) ([]fairlead.Event, error)

// update runs one transaction: the pages that are not written yet, the records, and do, which
// may be nil. The events of the change are published once both
// rows are written, so that whoever routes an event sees them as they are now;
// records come last, because their feed positions are taken at the end. What has
// committed becomes r's.
func (r *run) update(ctx context.Context, records []fairlead.Record, do change) error {
	var conn fairlead.Connection
	var col fairlead.Collection
	for _, p := range r.unsaved {
		records = append(records, p.records...)
	}
	logged, err := r.sealLog()
	if err != nil {
		return err
	}
	met := r.convert.unstored(store.CollectionPageID(r.col.ID, r.stored))
	err = r.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		if conn, err = r.fresh(tx); err != nil {
			return err
		}
		col = r.col
		col.Products = maps.Clone(r.col.Products)
		var events []fairlead.Event
		for _, p := range r.unsaved {
			more, err := p.apply(r, tx, &conn, &col)
			if err != nil {
				return err
			}
			events = append(events, more...)
		}
		if do != nil {
			more, err := do(tx, &conn, &col)
			if err != nil {
				return err
			}
			events = append(events, more...)
		}
		if err := tx.Collections.Put(r.tenant.ID, &col); fairlead.Is(err, fairlead.Conflict) {
			return errLost // another node runs it
		} else if err != nil {
			return err
		}
		if met != nil && col.Ended.IsZero() {
			page := *met
			if err := tx.CollectionPages.Put(r.tenant.ID, &page); err != nil {
				return err
			}
		}
		for _, page := range logged {
			if err := tx.UploadPages.Put(r.tenant.ID, &page); err != nil {
				return err
			}
		}
		if err := r.finish(tx, &conn, col, events); err != nil {
			return err
		}
		for part := range slices.Chunk(r.convert.redigested, maxPage) {
			if err := tx.Records.SetDigests(r.tenant.ID, conn.ID, part); err != nil {
				return err
			}
		}
		// A page is one transaction, so that it is written once, whatever comes. A
		// connector that gives more than was requested makes it a long one.
		for part := range slices.Chunk(records, maxPage) {
			if err := tx.Records.Upsert(r.tenant.ID, conn.ID, part); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("collecting: writing: %w", err)
	}
	r.convert.redigested = nil
	r.logged += len(logged)
	if met != nil {
		r.stored++
		r.convert.storedAll()
	}
	r.conn, r.col, r.unsaved, r.saved = conn, col, nil, time.Now()
	r.source.session.Accounts = conn.Accounts
	if len(records) > 0 {
		r.o.Changed(r.tenant.ID, r.conn.ID)
	}
	return nil
}

// fresh reads the connection for a change.
func (r *run) fresh(tx *store.Tx) (fairlead.Connection, error) {
	conn, err := tx.Connections.Get(r.tenant.ID, string(r.conn.ID))
	if fairlead.Is(err, fairlead.NotFound) || (err == nil && conn.Status == fairlead.ConnectionDisconnected) {
		return conn, errLost
	}
	conn.Products = maps.Clone(conn.Products)
	if conn.Products == nil {
		conn.Products = map[fairlead.Product]fairlead.ProductState{}
	}
	return conn, err
}

// finish writes the connection and publishes what has happened to it.
func (r *run) finish(tx *store.Tx, conn *fairlead.Connection, col fairlead.Collection, events []fairlead.Event) error {
	if err := tx.Connections.Put(r.tenant.ID, conn); err != nil {
		return err
	}
	for i := range events {
		events[i].At, events[i].Collection, events[i].Cause = r.now, col.ID, col.Cause
	}
	if err := lifecycle.Publish(tx, r.o.Publisher, events...); err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	return nil
}

// products are those of the connection, in the order of collecting, that this
// run has still to do. A retry leaves alone what was read well a short while
// ago: quotas of institutions are small.
func (r *run) products() []fairlead.Product {
	retry := r.col.Cause == fairlead.CauseSchedule && r.conn.Failures > 0
	var out []fairlead.Product
	for _, p := range fairlead.Products() {
		state, requested := r.conn.Products[p]
		if !requested || state.Status == fairlead.ProductUnavailable || r.col.Products[p].Ended {
			continue // relinking makes an unavailable one pending again
		}
		if retry && state.Status == fairlead.ProductReady && r.col.Started.Sub(state.LastGood) < scheduleEvery/2 {
			continue
		}
		out = append(out, p)
	}
	return out
}

// end closes the collection, says how the connection stands now, publishes it, and
// schedules the next run, all in one transaction. Where only data that is not
// ready is missing, the collection stays open for it.
func (r *run) end(ctx context.Context, h halt) error {
	return r.update(ctx, nil, func(tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		if h.login == nil && h.wait > 0 {
			conn.NextRun = r.now.Add(h.wait)
			return documentsEvent(*conn, col, r.now), due(tx, *conn, conn.NextRun)
		}
		if p := conn.Problem; h.login == nil && loginNeeded(*conn) && p.Since.After(r.now) {
			h.login = p // the service said so while the collection went on: what was read before does not refute it
		}
		col.Ended = r.now
		r.convert.advanceDays(conn)
		if err := r.forget(tx); err != nil {
			return nil, err
		}
		conn.Waiting = slices.DeleteFunc(slices.Clone(conn.Waiting), func(id fairlead.CollectionID) bool { return id == col.ID })
		v := judge(*col, h.login)
		v.pace = r.pace()
		if v.changes() > 0 {
			conn.Refreshed = r.now
		}
		events, err := plan(*conn, col.Cause, v, r.now).apply(tx, conn, r.now)
		if err != nil {
			return nil, err
		}
		if h.login != nil && h.login.Kind == fairlead.ConsentEnded {
			more, err := r.endConsent(tx, *conn)
			if err != nil {
				return nil, err
			}
			events = append(events, more...)
		}
		return slices.Concat(documentsEvent(*conn, col, r.now), v.events(*conn, r.now), events), nil
	})
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
	status := fairlead.ConsentRevokedAtInstitution
	if !consent.Expires.IsZero() && !r.now.Before(consent.Expires) {
		status = fairlead.ConsentExpired
	}
	return lifecycle.EndConsent(tx, &consent, status, fairlead.ConsentEnded, r.now)
}

// consentEnded stops a connection whose consent is over; nothing is fetched. A
// collection that waits ends with the problem.
func (r *run) consentEnded(ctx context.Context) error {
	p := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The consent has ended."), "", r.now)
	if len(r.conn.Waiting) > 0 {
		if err := r.start(ctx); err != nil {
			return err
		}
		if r.col.Cause == fairlead.CauseUndo { // it takes no consent to have less
			return r.undo(ctx)
		}
		return r.end(ctx, halt{login: &p})
	}
	return r.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := r.fresh(tx)
		if err != nil {
			return err
		}
		events, err := lifecycle.NeedAction(tx, &conn, p)
		if err != nil {
			return err
		}
		conn.Failures = 0
		more, err := r.endConsent(tx, conn)
		if err != nil {
			return err
		}
		return r.finish(tx, &conn, fairlead.Collection{}, append(events, more...))
	})
}
