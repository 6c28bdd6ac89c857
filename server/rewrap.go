package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// rewrapPage is how many nouns one transaction re-wraps.
const rewrapPage = 200

// Rewrapped counts what a re-wrap saw and changed.
type Rewrapped struct {
	Seen    int `json:"seen"`
	Changed int `json:"changed"`
}

// rewrap brings every wrapped key, and everything sealed by the keyset itself,
// under the keyset's primary key. It may be broken off and run again.
func (s *Server) rewrap(ctx context.Context, _ Params) (any, error) {
	var total Rewrapped
	err := s.eachTenant(ctx, func(t fairlead.Tenant) error {
		for _, sweep := range append(s.sweeps(t.ID), s.codes(t.ID)) {
			for after := ""; ; {
				next, r, err := sweep(ctx, after)
				total.Seen += r.Seen
				total.Changed += r.Changed
				if err != nil {
					return err
				}
				if after = next; after == "" {
					break
				}
			}
		}
		return nil
	})
	return total, err
}

// sweep re-wraps one page of one kind of noun after an id, and returns the id to go on after.
type sweep func(ctx context.Context, after string) (next string, r Rewrapped, err error)

// sweeps is every kind of noun that holds something sealed.
func (s *Server) sweeps(t fairlead.TenantID) []sweep {
	key := func(id string, wrapped *[]byte) (bool, error) {
		if len(*wrapped) == 0 {
			return false, nil
		}
		next, done, err := s.Vault.Rewrap(*wrapped, vault.Owner{Tenant: t, ID: id})
		if err == nil && done {
			*wrapped = next
		}
		return done, err
	}
	root := func(id string, sealed *fairlead.Sealed) (bool, error) {
		if len(*sealed) == 0 {
			return false, nil
		}
		next, done, err := s.Vault.ResealRoot(vault.Owner{Tenant: t, ID: id}, *sealed)
		if err == nil && done {
			*sealed = next
		}
		return done, err
	}
	return []sweep{
		sweepOf(s, t, func(tx *store.Tx) store.Table[fairlead.Connection] { return tx.Connections },
			func(c *fairlead.Connection) (string, bool, error) {
				done, err := key(string(c.ID), &c.Key)
				return string(c.ID), done, err
			}),
		sweepOf(s, t, func(tx *store.Tx) store.Table[fairlead.Link] { return tx.Links },
			func(l *fairlead.Link) (string, bool, error) {
				done, err := key(string(l.ID), &l.Key)
				return string(l.ID), done, err
			}),
		sweepOf(s, t, func(tx *store.Tx) store.Table[fairlead.Person] { return tx.Persons },
			func(p *fairlead.Person) (string, bool, error) {
				done, err := key(string(p.ID), &p.Key)
				return string(p.ID), done, err
			}),
		sweepOf(s, t, func(tx *store.Tx) store.Table[fairlead.Key] { return tx.Keys },
			func(k *fairlead.Key) (string, bool, error) {
				done, err := root(string(k.Application), &k.Signing)
				return string(k.ID), done, err
			}),
		sweepOf(s, t, func(tx *store.Tx) store.Table[fairlead.Endpoint] { return tx.Endpoints },
			func(e *fairlead.Endpoint) (string, bool, error) {
				changed := false
				for i := range e.Secrets {
					done, err := root(string(e.ID), &e.Secrets[i])
					if err != nil {
						return string(e.ID), false, err
					}
					changed = changed || done
				}
				return string(e.ID), changed, nil
			}),
		sweepOf(s, t, func(tx *store.Tx) store.Table[fairlead.Delivery] { return tx.Deliveries },
			func(n *fairlead.Delivery) (string, bool, error) {
				done, err := root(string(n.ID), &n.Body)
				return string(n.ID), done, err
			}),
	}
}

// sweepOf re-wraps a page outside the transaction and writes what changed in
// one; a noun that somebody changed meanwhile is left for the next run, and
// counts as changed: retiring a key waits for a run that changes nothing.
func sweepOf[T any](s *Server, t fairlead.TenantID, drawer func(*store.Tx) store.Table[T], renew func(*T) (id string, changed bool, err error)) sweep {
	return func(ctx context.Context, after string) (string, Rewrapped, error) {
		var page []T
		err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = drawer(tx).List(t, store.Query{After: after, Limit: rewrapPage})
			return err
		})
		if err != nil {
			return "", Rewrapped{}, err
		}
		r, next := Rewrapped{Seen: len(page)}, ""
		for i := range page {
			id, changed, err := renew(&page[i])
			if err != nil {
				return "", r, err
			}
			next = id
			if !changed {
				continue
			}
			err = s.Store.Update(ctx, func(tx *store.Tx) error {
				noun := page[i]
				return drawer(tx).Put(t, &noun)
			})
			if err != nil && !fairlead.Is(err, fairlead.Conflict) {
				return "", r, err
			}
			r.Changed++
		}
		if len(page) < rewrapPage {
			next = ""
		}
		return next, r, nil
	}
}

// codes re-seals the codes that are kept to be listed, application by application.
func (s *Server) codes(t fairlead.TenantID) sweep {
	return func(ctx context.Context, after string) (next string, r Rewrapped, err error) {
		apps, err := s.Verbs.Access.Applications(ctx, t, fairlead.ApplicationID(after), 100)
		if err != nil || len(apps) == 0 {
			return "", r, err
		}
		for _, app := range apps {
			var tokens []fairlead.Token
			err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
				tokens, err = tx.Tokens.Listable(t, app.ID, fairlead.CodeToken)
				return err
			})
			if err != nil {
				return "", r, err
			}
			for _, token := range tokens {
				r.Seen++
				sealed, changed, err := s.Vault.ResealRoot(vault.Owner{Tenant: t, ID: string(app.ID)}, token.Value)
				if err != nil {
					return "", r, err
				}
				if !changed {
					continue
				}
				token.Value = sealed
				err = s.Store.Update(ctx, func(tx *store.Tx) error { return tx.Tokens.Put(&token) })
				if err != nil && !fairlead.Is(err, fairlead.Conflict) {
					return "", r, err
				}
				r.Changed++
			}
		}
		if len(apps) == 100 {
			next = string(apps[len(apps)-1].ID)
		}
		return next, r, nil
	}
}
