package reading

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Connections lists connections. What is sealed in them stays sealed.
func (r *Reading) Connections(ctx context.Context, tenant fairlead.TenantID, ask ListQuery) (Page[fairlead.Connection], error) {
	if ask.Connection != "" {
		return Page[fairlead.Connection]{}, fairlead.InvalidField("connection", "unknown", "one connection is read by its id")
	}
	return nounsOf(ctx, r, tenant, ask, "con", store.ByInstitution, func(tx *store.Tx) store.Table[fairlead.Connection] { return tx.Connections },
		func(c fairlead.Connection) string { return string(c.ID) })
}

// Connection reads one connection.
func (r *Reading) Connection(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) (c fairlead.Connection, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Connections.Get(tenant, string(id))
		return err
	})
	return c, err
}

// Consents lists consents.
func (r *Reading) Consents(ctx context.Context, tenant fairlead.TenantID, ask ListQuery) (Page[fairlead.Consent], error) {
	if ask.Institution != "" {
		return Page[fairlead.Consent]{}, fairlead.InvalidField("institution", "unknown", "consents are not listed by institution")
	}
	return nounsOf(ctx, r, tenant, ask, "cns", "", func(tx *store.Tx) store.Table[fairlead.Consent] { return tx.Consents },
		func(c fairlead.Consent) string { return string(c.ID) })
}

// Consent reads one consent.
func (r *Reading) Consent(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConsentID) (c fairlead.Consent, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Consents.Get(tenant, string(id))
		return err
	})
	return c, err
}

// Persons lists the application's users.
func (r *Reading) Persons(ctx context.Context, tenant fairlead.TenantID, after string, n int) (Page[fairlead.Person], error) {
	return nounPage(ctx, r, tenant, "per", after, n, nil, func(tx *store.Tx) store.Table[fairlead.Person] { return tx.Persons },
		func(p fairlead.Person) string { return string(p.ID) })
}

// Collections lists the collections of a connection, newest first.
func (r *Reading) Collections(ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, after string, n int) (Page[fairlead.Collection], error) {
	if _, err := r.Connection(ctx, tenant, connection); err != nil {
		return Page[fairlead.Collection]{}, err
	}
	return nounPage(ctx, r, tenant, "col", after, n, func(q *store.Query) {
		q.Where, q.Newest = []store.Match{store.By(store.ByConnection, string(connection))}, true
	}, func(tx *store.Tx) store.Table[fairlead.Collection] { return tx.Collections },
		func(c fairlead.Collection) string { return string(c.ID) })
}

// nounsOf reads a page of what hangs on a person, application or link.
func nounsOf[T any](ctx context.Context, r *Reading, tenant fairlead.TenantID, ask ListQuery, prefix string, byInstitution store.Key,
	drawer func(*store.Tx) store.Table[T], id func(T) string,
) (Page[T], error) {
	person, found, err := r.personOf(ctx, tenant, ask)
	if err != nil || !found {
		return Page[T]{Data: []T{}}, err
	}
	var where []store.Match
	for _, m := range []store.Match{
		store.By(store.ByPerson, string(person)), store.By(store.ByApplication, string(ask.Application)),
		store.By(store.ByLink, string(ask.Link)), store.By(byInstitution, string(ask.Institution)),
		store.By(store.ByConnection, string(ask.Connection)),
	} {
		if m.Key != "" && m.Value != "" {
			where = append(where, m)
		}
	}
	return nounPage(ctx, r, tenant, prefix, ask.After, ask.Limit, func(q *store.Query) { q.Where = where }, drawer, id)
}

// personOf resolves the reference of an ask. A reference that names nobody
// makes an empty page, not an error.
func (r *Reading) personOf(ctx context.Context, tenant fairlead.TenantID, ask ListQuery) (id fairlead.PersonID, found bool, err error) {
	if ask.Person != "" || ask.Reference == "" {
		return ask.Person, true, nil
	}
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		p, err := tx.Persons.Find(tenant, store.By(store.ByReference, ask.Reference))
		id = p.ID
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return "", false, nil
	}
	return id, err == nil, err
}

// nounPage reads a page of a drawer in the order of ids.
func nounPage[T any](ctx context.Context, r *Reading, tenant fairlead.TenantID, prefix, after string, n int, narrow func(*store.Query),
	drawer func(*store.Tx) store.Table[T], id func(T) string,
) (Page[T], error) {
	n, err := limit(n)
	if err != nil {
		return Page[T]{}, err
	}
	q := store.Query{Limit: n + 1}
	if q.After, err = afterID(after, prefix); err != nil {
		return Page[T]{}, err
	}
	if narrow != nil {
		narrow(&q)
	}
	page := Page[T]{}
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		page.Data, err = drawer(tx).List(tenant, q)
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	if len(page.Data) > n {
		page.Data = page.Data[:n]
		page.Next = idCursor(id(page.Data[n-1]))
	}
	return page, nil
}
