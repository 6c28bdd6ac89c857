package linking

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// place is a link that somebody acts on, and from where.
type place struct {
	tenantID fairlead.TenantID
	linkID   fairlead.LinkID
	client   string
}

// scene is what an action reads before it decides, in one snapshot.
type scene struct {
	place
	tenant fairlead.Tenant
	app    fairlead.Application
	link   fairlead.Link
	real   time.Time // real time
	now    time.Time // tenant time
}

// mark names the very turn that something was read at: what is saved later is
// saved only if nobody has moved on meanwhile.
type mark struct {
	stage        fairlead.Stage
	conversation string
	turn         int
	busy         time.Time
}

func markOf(link fairlead.Link) mark {
	m := mark{stage: link.Stage, turn: link.Turns}
	if c := link.Conversation; c != nil {
		m.conversation, m.busy = c.ID, c.Busy
	}
	return m
}

func (m mark) equal(o mark) bool {
	return m.stage == o.stage && m.conversation == o.conversation && m.turn == o.turn && m.busy.Equal(o.busy)
}

// locate finds the link of a page session.
func (l *Linking) locate(ctx context.Context, s Session) (place, error) {
	p := place{client: s.Client}
	if (s.Kind != fairlead.PageToken && s.Kind != fairlead.FrameToken) || s.Token == "" {
		return p, noSession()
	}
	err := l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tokens.Get(s.Kind, fairlead.DatedHash(s.Token))
		if err != nil {
			return err
		}
		p.tenantID, p.linkID = t.Tenant, fairlead.LinkID(t.Subject)
		return nil
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return p, noSession()
	}
	return p, in("finding a session", err)
}

func noSession() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "This page's session has ended.")
}

// look reads the scene of a place.
func (l *Linking) look(ctx context.Context, p place) (scene, error) {
	var sc scene
	wall := l.o.Clock()
	err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		sc, err = read(tx, p, wall)
		return err
	})
	return sc, in("reading a link", err)
}

// read fills a scene inside a transaction.
func read(tx *store.Tx, p place, wall time.Time) (sc scene, err error) {
	sc = scene{place: p, real: wall}
	if sc.tenant, err = tx.Tenants.Get(p.tenantID); err != nil {
		return sc, err
	}
	sc.now = sc.tenant.Time(wall)
	if sc.link, err = tx.Links.Get(p.tenantID, string(p.linkID)); err != nil {
		return sc, err
	}
	sc.app, err = tx.Applications.Get(p.tenantID, string(sc.link.Application))
	return sc, err
}

// open refuses what can no longer be acted on.
func (sc scene) open() error {
	if sc.link.Status != fairlead.LinkOpen || !sc.now.Before(sc.link.Expires) {
		return fairlead.Errorf(fairlead.Gone, "This link has ended.")
	}
	return nil
}

// transaction is View or Update. What lost a race is read again with Update: it
// stands in line behind the winner, whereas a snapshot may be older than them.
type transaction func(context.Context, func(*store.Tx) error) error

// change moves an open link on in one transaction and returns it as stored. act
// may run more than once.
func (l *Linking) change(ctx context.Context, p place, act func(*store.Tx, *scene) error) (sc scene, err error) {
	for range attempts {
		wall, lost := l.o.Clock(), false
		err = l.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			lost = false
			if sc, err = read(tx, p, wall); err != nil {
				return err
			}
			if err := sc.open(); err != nil {
				return err
			}
			if err := act(tx, &sc); err != nil {
				return err
			}
			err = tx.Links.Put(sc.link.Tenant, &sc.link)
			lost = fairlead.Is(err, fairlead.Conflict) // another node wrote the row since it was read
			return err
		})
		if !lost {
			break
		}
	}
	return sc, in("moving a link on", err)
}

// tenantOf reads a tenant.
func (l *Linking) tenantOf(ctx context.Context, id fairlead.TenantID) (t fairlead.Tenant, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Tenants.Get(id)
		return err
	})
	return t, in("reading a tenant", err)
}

// event is a fact about the link, at the scene's time.
func (sc scene) event(kind fairlead.EventKind) fairlead.Event {
	return fairlead.Event{
		Tenant: sc.tenant.ID, Application: sc.link.Application, Kind: kind, At: sc.now, Link: sc.link.ID,
		Institution: sc.link.Institution, Person: sc.link.Person, Reference: sc.link.Reference, Status: string(sc.link.Status),
	}
}

// audit appends a line to the tenant's trail; from is the client's address, where
// the context does not tell it.
func audit(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, wall time.Time, actor, action, subject, from string) error {
	if from == "" {
		_, from = fairlead.ActorIn(ctx)
	}
	return tx.Audit.Append(fairlead.AuditEntry{
		ID: fairlead.AuditID(fairlead.NewID("aud", wall)), Tenant: tenant, At: wall,
		Actor: actor, Action: action, Subject: subject, From: from,
	})
}

// linkOwner is to whom a link's own secrets are bound.
func linkOwner(link fairlead.Link) vault.Owner {
	return vault.Owner{Tenant: link.Tenant, ID: string(link.ID)}
}

// sealFor seals v as JSON under the link's key.
func (l *Linking) sealFor(link fairlead.Link, v any) (fairlead.Sealed, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding what is sealed: %w", err)
	}
	return l.o.Vault.Seal(link.Key, linkOwner(link), plain)
}

// openFor opens what sealFor sealed into v; nothing sealed leaves v alone.
func (l *Linking) openFor(link fairlead.Link, sealed fairlead.Sealed, v any) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := l.o.Vault.Open(link.Key, linkOwner(link), sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

// same compares two secrets in constant time.
func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// in says what was being done; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("linking: %s: %w", doing, err)
}

// bound keeps a page's size between 1 and top.
func bound(limit, usual, top int) int {
	if limit <= 0 {
		return usual
	}
	return min(limit, top)
}
