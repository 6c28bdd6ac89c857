// Package rewrapping brings everything that is sealed under the keyset's present
// primary key, so that older keys can be retired.
//
// It owns the list of nouns that hold a wrapped data key, or something sealed
// under the keyset itself. It does not own the keyset, nor what lives too short to
// need it: stored answers to idempotent requests, addresses of documents, and what operators
// are asked to answer when they sign in.
//
// A pass may be broken off and run again. A noun that somebody else changed
// meanwhile is left for the next pass and counts as changed: retiring a key waits
// for a pass that changes nothing.
package rewrapping

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// pageSize is how many nouns are read at once.
const pageSize = 200

// Rewrapping is the verb. It is safe for concurrent use.
type Rewrapping struct {
	store store.Store
	vault vault.Full
}

// New builds the verb on its ports.
func New(s store.Store, v vault.Full) *Rewrapping { return &Rewrapping{s, v} }

// Counts is what a pass saw and changed.
type Counts struct {
	Seen    int `json:"seen"`
	Changed int `json:"changed"`
}

// Tenant re-wraps all that a tenant's nouns hold.
func (r *Rewrapping) Tenant(ctx context.Context, id fairlead.TenantID) (Counts, error) {
	p := &pass{Rewrapping: r, ctx: ctx, tenant: id}
	for _, step := range []func() error{
		p.connections, p.links, p.persons, p.keys, p.endpoints, p.deliveries, p.codes, p.providers, p.memories,
	} {
		if err := step(); err != nil {
			return p.Counts, fmt.Errorf("rewrapping: %w", err)
		}
	}
	return p.Counts, nil
}

// Server re-seals what is the server's own: the secrets of operators' authenticator apps.
func (r *Rewrapping) Server(ctx context.Context) (Counts, error) {
	p := &pass{Rewrapping: r, ctx: ctx, tenant: fairlead.ServerTenant}
	err := nouns(p, func(tx *store.Tx) store.Table[fairlead.Operator] { return tx.Operators },
		func(o *fairlead.Operator) (bool, error) { return p.sealed(sealing.TOTPLocation(o.ID), &o.TOTP) })
	if err != nil {
		err = fmt.Errorf("rewrapping: %w", err)
	}
	return p.Counts, err
}

// pass is one pass over one tenant.
type pass struct {
	*Rewrapping
	Counts
	ctx    context.Context
	tenant fairlead.TenantID
}

func (p *pass) connections() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Connection] { return tx.Connections },
		func(c *fairlead.Connection) (bool, error) { return p.key(string(c.ID), &c.Key) })
}

func (p *pass) links() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Link] { return tx.Links },
		func(l *fairlead.Link) (bool, error) { return p.key(string(l.ID), &l.Key) })
}

func (p *pass) persons() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Person] { return tx.Persons },
		func(who *fairlead.Person) (bool, error) { return p.key(string(who.ID), &who.Key) })
}

func (p *pass) keys() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Key] { return tx.Keys },
		func(k *fairlead.Key) (bool, error) { return p.sealed(sealing.SigningLocation(*k), &k.Signing) })
}

func (p *pass) endpoints() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Endpoint] { return tx.Endpoints },
		func(e *fairlead.Endpoint) (changed bool, err error) {
			for i := range e.Secrets {
				done, err := p.sealed(sealing.EndpointLocation(*e), &e.Secrets[i])
				if err != nil {
					return false, err
				}
				changed = changed || done
			}
			return changed, nil
		})
}

func (p *pass) providers() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Provider] { return tx.Providers },
		func(of *fairlead.Provider) (bool, error) { return p.sealed(sealing.ProviderLocation(*of), &of.Keys) })
}

func (p *pass) deliveries() error {
	return nouns(p, func(tx *store.Tx) store.Table[fairlead.Delivery] { return tx.Deliveries },
		func(d *fairlead.Delivery) (bool, error) { return p.sealed(sealing.DeliveryLocation(*d), &d.Body) })
}

// codes re-seals the codes that are stored to be listed, application by application.
func (p *pass) codes() error {
	applications := store.Pages(p.ctx, p.store, func(tx *store.Tx) store.Table[fairlead.Application] { return tx.Applications },
		p.tenant, store.Query{Limit: pageSize})
	for page, err := range applications {
		if err != nil {
			return err
		}
		for _, app := range page {
			if err := p.codesOf(app.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *pass) codesOf(app fairlead.ApplicationID) error {
	var tokens []fairlead.Token
	err := p.store.View(p.ctx, func(tx *store.Tx) (err error) {
		tokens, err = tx.Tokens.Listable(p.tenant, app, fairlead.CodeToken)
		return err
	})
	if err != nil {
		return err
	}
	for _, token := range tokens {
		err := p.renew(func() (bool, error) { return p.sealed(sealing.CodeLocation(token), &token.Value) },
			func(tx *store.Tx) error {
				code := token
				return tx.Tokens.Put(&code)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

// memories re-seals what make-believe banks remember, who are a service as any other to
// whoever links there.
func (p *pass) memories() error {
	for after := ""; ; {
		var notes []fairlead.Note
		err := p.store.View(p.ctx, func(tx *store.Tx) (err error) {
			notes, err = tx.Notes.List(p.tenant, sealing.MemoryNotes, "", after, pageSize)
			return err
		})
		if err != nil {
			return err
		}
		for _, note := range notes {
			after = note.Key
			err := p.renew(func() (bool, error) { return p.memory(&note) }, func(tx *store.Tx) error {
				written := note
				return tx.Notes.Put(&written)
			})
			if err != nil {
				return err
			}
		}
		if len(notes) < pageSize {
			return nil
		}
	}
}

func (p *pass) memory(note *fairlead.Note) (bool, error) {
	var sealed fairlead.Sealed
	if err := json.Unmarshal(note.Value, &sealed); err != nil {
		return false, err
	}
	done, err := p.sealed(sealing.MemoryLocation(note.Tenant, note.Key), &sealed)
	if err == nil && done {
		note.Value, err = json.Marshal(sealed)
	}
	return done, err
}

// key re-wraps a data key.
func (p *pass) key(id string, wrapped *[]byte) (bool, error) {
	if len(*wrapped) == 0 {
		return false, nil
	}
	next, done, err := p.vault.Rewrap(*wrapped, vault.Owner{Tenant: p.tenant, ID: id})
	if err == nil && done {
		*wrapped = next
	}
	return done, err
}

// sealed re-seals what is sealed under the keyset itself.
func (p *pass) sealed(at vault.Location, sealed *fairlead.Sealed) (bool, error) {
	if len(*sealed) == 0 {
		return false, nil
	}
	next, done, err := p.vault.ResealRoot(at, *sealed)
	if err == nil && done {
		*sealed = next
	}
	return done, err
}

// nouns re-wraps all of one kind. Sealing happens outside the transactions.
func nouns[T any, N store.Noun[T]](p *pass, table func(*store.Tx) store.Table[T], renew func(*T) (bool, error)) error {
	for page, err := range store.Pages[T, N](p.ctx, p.store, table, p.tenant, store.Query{Limit: pageSize}) {
		if err != nil {
			return err
		}
		for _, noun := range page {
			err := p.renew(func() (bool, error) { return renew(&noun) }, func(tx *store.Tx) error {
				written := noun
				return table(tx).Put(p.tenant, &written)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// renew counts one thing and writes it if it changed.
func (p *pass) renew(change func() (bool, error), write func(*store.Tx) error) error {
	p.Seen++
	changed, err := change()
	if err != nil || !changed {
		return err
	}
	if err := p.store.Update(p.ctx, write); err != nil && !fairlead.Is(err, fairlead.Conflict) {
		return err
	}
	p.Changed++
	return nil
}
