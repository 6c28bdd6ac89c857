package collecting

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// errLost says that the connection or the collection was taken from under us:
// disconnected, erased, or run by another node.
var errLost = errors.New("collecting: the collection is no longer ours")

// shelfKey is an account and a kind of what hangs on it.
type shelfKey struct {
	kind    fairlead.RecordKind
	account fairlead.RecordID
}

// run is one collection under way. It lives in one goroutine.
type run struct {
	*Collecting
	tenant      fairlead.Tenant
	now         time.Time // tenant time, the same for the whole run: all pages tell one moment
	conn        fairlead.Connection
	col         fairlead.Collection
	connector   connector.Connector
	institution fairlead.Institution
	session     connector.Session

	accounts   map[string]fairlead.RecordID                       // by the institution's id
	securities map[string]fairlead.RecordID                       // by the institution's id
	documents  map[string]fairlead.Document                       // held, by the institution's id
	shelved    map[string]fairlead.Record                         // the same, as they are kept
	unkept     []func(*fairlead.Connection, *fairlead.Collection) // pages that changed nothing, to be kept with the next write
	fresh      map[shelfKey]bool                                  // whether an account held nothing of a kind before this run
	seed       maphash.Seed
	seen       map[uint64]struct{} // ids of records told in this run
	superseded map[uint64]struct{} // pending ids that posted transactions had
	resumed    map[fairlead.Product]string
	waits      time.Duration // shortest RetryAfter of products that are not ready
	fatal      *fairlead.Problem
	blocked    bool            // the secrets could not be renewed: nothing is asked
	migrated   map[string]bool // new ids of chosen accounts, which the institution has named anew
}

// Run is the handler of CollectWork; the key is a connection. One call runs the
// first collection that waits, or begins a scheduled one. After a crash it goes
// on from the place that was stored with the last page.
func (c *Collecting) Run(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	r, err := c.begin(ctx, w.Tenant, fairlead.ConnectionID(w.Key))
	if err != nil || r == nil {
		return store.WorkResult{}, lost(err)
	}
	if err := r.prepare(ctx); err != nil {
		return store.WorkResult{}, lost(err)
	}
	for _, p := range r.products() {
		if r.fatal != nil || r.blocked {
			break
		}
		if err := r.collect(ctx, p); err != nil {
			return store.WorkResult{}, lost(err)
		}
	}
	return store.WorkResult{}, lost(r.end(ctx))
}

// lost turns a collection that is no longer ours into a quiet end.
func lost(err error) error {
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// begin loads what a collection needs and marks it as started, or answers nil
// where there is nothing to fetch.
func (c *Collecting) begin(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) (*run, error) {
	r := &run{
		Collecting: c, seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}, superseded: map[uint64]struct{}{}, resumed: map[fairlead.Product]string{},
		accounts: map[string]fairlead.RecordID{}, securities: map[string]fairlead.RecordID{},
		documents: map[string]fairlead.Document{}, shelved: map[string]fairlead.Record{}, fresh: map[shelfKey]bool{}, migrated: map[string]bool{},
	}
	var person fairlead.Person
	var consent *fairlead.Consent
	err := c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if r.tenant, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		if r.conn, err = tx.Connections.Get(tenant, string(id)); err != nil {
			return err
		}
		if r.conn.Consent != "" {
			found, err := tx.Consents.Get(tenant, string(r.conn.Consent))
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
			if err == nil {
				consent = &found
			}
		}
		person, err = tx.Persons.Get(tenant, string(r.conn.Person))
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) || r.conn.Status == fairlead.ConnectionDisconnected {
		return nil, nil // erased or cut since the work was enqueued
	}
	if err != nil {
		return nil, fmt.Errorf("collecting: reading the connection: %w", err)
	}
	r.now = r.tenant.Time(c.o.Clock())
	if consent != nil && consent.Status != fairlead.ConsentAuthorised && !consent.Status.Ended() {
		return nil, nil // not accepted yet: linking enqueues this work again when it is
	}
	if consent != nil && (consent.Status.Ended() || !consent.Expires.IsZero() && !r.now.Before(consent.Expires)) {
		return nil, r.consentEnded(ctx)
	}
	if err := r.start(ctx); err != nil {
		return nil, err
	}
	return r, r.open(person)
}

// start makes the collection or takes up the first that waits.
func (r *run) start(ctx context.Context) error {
	id := fairlead.NewID("col", r.now)
	return r.update(ctx, nil, func(tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
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
			*col = fairlead.Collection{ID: fairlead.CollectionID(id), Tenant: r.tenant.ID, Connection: conn.ID, Cause: r.cause(*conn)}
			conn.Waiting = []fairlead.CollectionID{col.ID}
		}
		if col.Started.IsZero() {
			col.Started = r.now
		}
		if col.Products == nil {
			col.Products = map[fairlead.Product]fairlead.ProductCounts{}
		}
		return nil, nil
	})
}

// cause is why a collection runs that nobody asked for by name.
func (r *run) cause(conn fairlead.Connection) fairlead.Cause {
	for _, s := range conn.Products {
		if !s.LastGood.IsZero() {
			if conn.NextRun.IsZero() || r.now.Before(conn.NextRun) {
				return fairlead.CauseRelink // nobody scheduled it: linking did, because the person came back
			}
			return fairlead.CauseSchedule
		}
	}
	return fairlead.CauseFirst
}

// update runs one transaction over fresh copies of the connection and the
// collection. What change returns is told once both are written, so that whoever
// plans an event sees them as they are now; records come last, because their feed
// positions are taken at the end. change may run twice and touches nothing but
// what it is handed. What has committed becomes r's.
func (r *run) update(ctx context.Context, records []fairlead.Record, change func(*store.Tx, *fairlead.Connection, *fairlead.Collection) ([]fairlead.Event, error)) error {
	for attempt := 1; ; attempt++ {
		var conn fairlead.Connection
		var col fairlead.Collection
		raced := false
		err := r.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			raced = false
			conn, err = tx.Connections.Get(r.tenant.ID, string(r.conn.ID))
			if fairlead.Is(err, fairlead.NotFound) || (err == nil && conn.Status == fairlead.ConnectionDisconnected) {
				return errLost
			}
			if err != nil {
				return err
			}
			conn.Products = maps.Clone(conn.Products)
			if conn.Products == nil {
				conn.Products = map[fairlead.Product]fairlead.ProductState{}
			}
			col = r.col
			col.Products = maps.Clone(r.col.Products)
			for _, turn := range r.unkept {
				turn(&conn, &col)
			}
			events, err := change(tx, &conn, &col)
			if err != nil {
				return err
			}
			if err := tx.Collections.Put(r.tenant.ID, &col); fairlead.Is(err, fairlead.Conflict) {
				return errLost // another node runs it
			} else if err != nil {
				return err
			}
			if err := tx.Connections.Put(r.tenant.ID, &conn); err != nil {
				raced = fairlead.Is(err, fairlead.Conflict)
				return err
			}
			for _, e := range events {
				if err := r.o.Publisher.Publish(tx, r.event(conn, col, e)); err != nil {
					return fmt.Errorf("collecting: telling: %w", err)
				}
			}
			return tx.Records.Upsert(r.tenant.ID, conn.ID, records)
		})
		switch {
		case err == nil:
			r.conn, r.col, r.unkept = conn, col, nil
			return nil
		case raced && attempt < 5: // linking or a disconnect was faster
			continue
		}
		return fmt.Errorf("collecting: writing: %w", err)
	}
}

// products are those of the connection, in the order of collecting, that this
// run has still to do. A retry leaves alone what was read well a short while
// ago: quotas of institutions are small.
func (r *run) products() []fairlead.Product {
	retry := r.col.Cause == fairlead.CauseSchedule && r.conn.Failures > 0
	var out []fairlead.Product
	for _, p := range fairlead.Products() {
		state, asked := r.conn.Products[p]
		if !asked || state.Status == fairlead.ProductUnavailable || r.col.Products[p].Ended {
			continue // relinking makes an unavailable one pending again
		}
		if retry && state.Status == fairlead.ProductReady && r.now.Sub(state.LastGood) < scheduleEvery/2 {
			continue
		}
		out = append(out, p)
	}
	return out
}

// mark remembers that a record was told in this run.
func (r *run) mark(set map[uint64]struct{}, parts ...string) { set[r.hash(parts)] = struct{}{} }

func (r *run) marked(set map[uint64]struct{}, parts ...string) bool {
	_, ok := set[r.hash(parts)]
	return ok
}

// hash keeps sets of hundreds of thousands of ids small.
func (r *run) hash(parts []string) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	for _, p := range parts {
		h.WriteString(p)
		h.WriteByte(0)
	}
	return h.Sum64()
}
