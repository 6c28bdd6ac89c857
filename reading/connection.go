package reading

import (
	"context"
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// nouns is how one kind of noun is listed in the order of ids.
type nouns[T any] struct {
	prefix string // of its ids
	table  func(*store.Tx) store.Table[T]
	id     func(T) string
}

var (
	connections = nouns[fairlead.Connection]{
		"con", func(tx *store.Tx) store.Table[fairlead.Connection] { return tx.Connections },
		func(c fairlead.Connection) string { return string(c.ID) },
	}
	consents = nouns[fairlead.Consent]{
		"cns", func(tx *store.Tx) store.Table[fairlead.Consent] { return tx.Consents },
		func(c fairlead.Consent) string { return string(c.ID) },
	}
	persons = nouns[fairlead.Person]{
		"per", func(tx *store.Tx) store.Table[fairlead.Person] { return tx.Persons },
		func(p fairlead.Person) string { return string(p.ID) },
	}
	collections = nouns[fairlead.Collection]{
		"col", func(tx *store.Tx) store.Table[fairlead.Collection] { return tx.Collections },
		func(c fairlead.Collection) string { return string(c.ID) },
	}
)

// Connections lists connections. What is sealed in them stays sealed.
func (r *Reading) Connections(ctx context.Context, tenant fairlead.TenantID, q ListQuery) (Page[fairlead.Connection], error) {
	if q.Connection != "" {
		return Page[fairlead.Connection]{}, fairlead.InvalidField("connection", "unknown", "one connection is read by its id")
	}
	return connections.matching(ctx, r, tenant, q)
}

// Connection reads one connection.
func (r *Reading) Connection(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) (fairlead.Connection, error) {
	c, err := connections.get(ctx, r, tenant, string(id))
	if err == nil {
		err = c.Found(ctx)
	}
	if err != nil {
		return fairlead.Connection{}, err
	}
	return c, nil
}

// AccountIDs are our ids of stored accounts of a connection, by the institution's.
func (r *Reading) AccountIDs(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, refs []string) (map[string]fairlead.RecordID, error) {
	ids := map[string]fairlead.RecordID{}
	refs = slices.Compact(slices.Sorted(slices.Values(refs)))
	err := r.o.Store.View(ctx, func(tx *store.Tx) error {
		clear(ids)
		for part := range slices.Chunk(refs, 1000) {
			found, err := tx.Records.Match(tenant, id, fairlead.AccountRecord, "", part)
			if err != nil {
				return fmt.Errorf("reading: looking accounts up: %w", err)
			}
			for _, rec := range found {
				if !rec.Removed {
					ids[rec.Ref] = rec.ID
				}
			}
		}
		return nil
	})
	return ids, err
}

// Consents lists consents.
func (r *Reading) Consents(ctx context.Context, tenant fairlead.TenantID, q ListQuery) (Page[fairlead.Consent], error) {
	if q.Institution != "" || q.Status != "" {
		return Page[fairlead.Consent]{}, fairlead.InvalidField("institution", "unknown", "consents are not listed by institution or status")
	}
	return consents.matching(ctx, r, tenant, q)
}

// Consent reads one consent.
func (r *Reading) Consent(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConsentID) (fairlead.Consent, error) {
	c, err := consents.get(ctx, r, tenant, string(id))
	if app := fairlead.HolderIn(ctx); err == nil && app != "" && c.Application != app {
		return fairlead.Consent{}, fairlead.Errorf(fairlead.NotFound, "There is no such consent.")
	}
	return c, err
}

// Persons lists the application's users.
func (r *Reading) Persons(ctx context.Context, tenant fairlead.TenantID, after string, n int) (Page[fairlead.Person], error) {
	return persons.page(ctx, r, tenant, after, n, store.Query{})
}

// Collections lists the collections of a connection, newest first.
func (r *Reading) Collections(
	ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, after string, n int,
) (Page[fairlead.Collection], error) {
	if _, err := r.Connection(ctx, tenant, connection); err != nil {
		return Page[fairlead.Collection]{}, err
	}
	return collections.page(ctx, r, tenant, after, n, store.Query{Where: []store.Match{store.By(store.ByConnection, string(connection))}, Newest: true})
}

// Collection reads one collection.
func (r *Reading) Collection(ctx context.Context, tenant fairlead.TenantID, id fairlead.CollectionID) (fairlead.Collection, error) {
	c, err := collections.get(ctx, r, tenant, string(id))
	if err == nil {
		_, err = r.Connection(ctx, tenant, c.Connection)
	}
	if err != nil {
		return fairlead.Collection{}, err
	}
	return c, nil
}

// ConnectionOf is the connection that a record or document is of; nothing of it is opened.
func (r *Reading) ConnectionOf(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID) (conn fairlead.ConnectionID, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		rec, err := tx.Records.Get(tenant, id)
		if err == nil {
			_, err = found(ctx, tx, tenant, rec.Connection)
		}
		conn = rec.Connection
		return err
	})
	if err != nil {
		return "", err
	}
	return conn, nil
}

// Reveal writes into the audit trail that who acts in the context is about to see what the
// institution gave of a connection, with the numbers of its accounts if those are wanted:
// what is not recorded is not to be shown. NotFound: there is no such connection.
func (r *Reading) Reveal(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, numbers bool) error {
	if _, err := r.Connection(ctx, tenant, id); err != nil {
		return err
	}
	action := "connection.reveal"
	if numbers {
		action = "connection.reveal_numbers"
	}
	return r.audit(ctx, tenant, action, string(id))
}

// matching reads a page of what hangs on a person, application or link.
func (k nouns[T]) matching(ctx context.Context, r *Reading, tenant fairlead.TenantID, q ListQuery) (Page[T], error) {
	person, found, err := r.personOf(ctx, tenant, q)
	if err != nil || !found {
		return Page[T]{Data: []T{}}, err
	}
	if app := fairlead.HolderIn(ctx); app != "" {
		if q.Application != "" && q.Application != app {
			return Page[T]{Data: []T{}}, nil
		}
		q.Application = app
	}
	var where []store.Match
	for _, m := range []store.Match{
		store.By(store.ByPerson, string(person)), store.By(store.ByApplication, string(q.Application)), store.By(store.ByLink, string(q.Link)),
		store.By(store.ByInstitution, string(q.Institution)), store.By(store.ByConnection, string(q.Connection)),
		store.By(store.ByStatus, string(q.Status)),
	} {
		if m.Value != "" {
			where = append(where, m)
		}
	}
	return k.page(ctx, r, tenant, q.After, q.Limit, store.Query{Where: where, Newest: q.Newest})
}

// page reads a page after a cursor.
func (k nouns[T]) page(ctx context.Context, r *Reading, tenant fairlead.TenantID, after string, n int, q store.Query) (page Page[T], err error) {
	if n, err = limit(n); err != nil {
		return page, err
	}
	if q.After, err = afterID(after, k.prefix); err != nil {
		return page, err
	}
	q.Limit = n + 1
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		page.Data, err = k.table(tx).List(tenant, q)
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	if len(page.Data) > n {
		page.Data = page.Data[:n]
		page.Next = idCursor(k.id(page.Data[n-1]))
	}
	return page, nil
}

func (k nouns[T]) get(ctx context.Context, r *Reading, tenant fairlead.TenantID, id string) (noun T, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		noun, err = k.table(tx).Get(tenant, id)
		return err
	})
	return noun, err
}

// personOf resolves the reference of a query. A reference that names nobody
// makes an empty page, not an error.
func (r *Reading) personOf(ctx context.Context, tenant fairlead.TenantID, q ListQuery) (id fairlead.PersonID, found bool, err error) {
	if q.Person != "" || q.Reference == "" {
		return q.Person, true, nil
	}
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		p, err := tx.Persons.Find(tenant, store.By(store.ByReference, q.Reference))
		id = p.ID
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return "", false, nil
	}
	return id, err == nil, err
}
