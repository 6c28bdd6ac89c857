package reading

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// What a change did.
const (
	added   = "added"
	changed = "changed"
	removed = "removed"
)

// netEvery is how often a long poll reads the store without being woken:
// another node may have written.
const netEvery = time.Second

// Changes reads a connection's change feed after a cursor, each record once, at
// its latest version. With wait it holds the answer until there is a change or
// the time is over (real time, at most a minute). Next is never empty: it is
// where to go on from, today or in a year.
//
// A change is "added" when the record did not exist at the cursor, however often
// it has changed since; what was added and removed since is reported as removed.
func (r *Reading) Changes(
	ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, after string, n int, wait time.Duration,
) (Page[Change], error) {
	n, err := limit(n)
	if err != nil {
		return Page[Change]{}, err
	}
	position, err := afterPosition(after)
	if err != nil {
		return Page[Change]{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	deadline := time.NewTimer(min(max(wait, 0), maxWait))
	defer deadline.Stop()
	net := time.NewTicker(netEvery)
	defer net.Stop()
	for waited := false; ; {
		woken, leave := r.wakeups.Wait(feed{tenant, connection})
		page, err := r.changesPassed(ctx, tenant, connection, position, n)
		if waited && ctx.Err() != nil { // the server stops, or nobody listens any more
			leave()
			return Page[Change]{Data: []Change{}, Next: feedCursor(position)}, nil
		}
		if err != nil || len(page.Data) > 0 || wait <= 0 {
			leave()
			return page, err
		}
		select {
		case <-woken:
		case <-net.C:
		case <-deadline.C:
			wait = 0 // a last time
		case <-ctx.Done():
		}
		waited = true
		leave()
	}
}

// changesPassed waits until the tenant may read: one page of each at a time, few at
// once, so that one's long way leaves readers for the others.
func (r *Reading) changesPassed(
	ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, position int64, n int,
) (Page[Change], error) {
	leave, err := r.gate.Enter(ctx, string(tenant))
	if err != nil {
		return Page[Change]{}, err
	}
	defer leave()
	return r.changes(ctx, tenant, connection, position, n)
}

func (r *Reading) changes(ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, position int64, n int) (Page[Change], error) {
	var records []fairlead.Record
	var isNew []bool
	was := map[fairlead.RecordID]fairlead.Record{}
	o := r.opener()
	err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		conn, err := found(ctx, tx, tenant, connection)
		if err != nil {
			return err
		}
		o.knows(conn)
		if records, err = tx.Records.Changes(tenant, connection, position, n); err != nil {
			return err
		}
		isNew = make([]bool, len(records))
		for i, rec := range records {
			if isNew[i], err = newSince(tx, rec, position); err != nil {
				return err
			}
			if err := atPosition(tx, rec, position, was); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Page[Change]{}, err
	}
	page := Page[Change]{Data: make([]Change, len(records)), Next: feedCursor(position)}
	for i, rec := range records {
		if page.Data[i], err = change(o, rec, isNew[i]); err != nil {
			return Page[Change]{}, err
		}
		if before, ok := was[rec.ID]; ok {
			t, err := transaction(o, before)
			if err != nil {
				return Page[Change]{}, err
			}
			page.Data[i].Was = &t
		}
		page.Next = feedCursor(rec.Position)
	}
	return page, nil
}

// newSince reports whether the record's first version lies after the position. One
// changed very often (a balance, daily) is not looked up: it is old.
func newSince(tx *store.Tx, rec fairlead.Record, position int64) (bool, error) {
	switch {
	case position == 0 || rec.Version == 1:
		return true, nil
	case rec.Removed || rec.Version > 20:
		return false, nil
	}
	versions, err := tx.Records.Versions(rec.Tenant, rec.ID)
	if err != nil || len(versions) == 0 {
		return false, err
	}
	return versions[0].Version == 1 && versions[0].Position > position, nil
}

// atPosition notes the version of a transaction that stood at a position before it
// changed; none where there was none, or it was erased since.
func atPosition(tx *store.Tx, rec fairlead.Record, position int64, into map[fairlead.RecordID]fairlead.Record) error {
	if rec.Kind != fairlead.TransactionRecord || position == 0 || rec.Version == 1 {
		return nil
	}
	versions, err := tx.Records.Versions(rec.Tenant, rec.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Position <= position && len(v.Body) > 0 {
			into[rec.ID] = v
		}
	}
	return nil
}

func change(o *opener, rec fairlead.Record, isNew bool) (Change, error) {
	c := Change{Kind: rec.Kind, What: changed, ID: rec.ID, Account: rec.Account, Position: rec.Position, Version: rec.Version}
	if rec.Removed {
		c.What = removed
		return c, nil
	}
	if isNew {
		c.What = added
	}
	var err error
	c.Record, err = noun(o, rec)
	return c, err
}

// feed is what a long poll waits for.
type feed struct {
	tenant     fairlead.TenantID
	connection fairlead.ConnectionID
}

// Wake wakes the long polls of a connection: its records have changed. The store is
// polled once a second besides, so a lost wake-up costs a second.
func (r *Reading) Wake(tenant fairlead.TenantID, connection fairlead.ConnectionID) {
	r.wakeups.Wake(feed{tenant, connection})
}
