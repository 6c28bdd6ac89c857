package linking

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// pending is what a conversation brought, sealed while accounts are chosen and
// the person is asked to accept.
type pending struct {
	Secrets  map[string]string       `json:"secrets"`
	Holder   string                  `json:"holder,omitempty"`
	Identity string                  `json:"identity"` // keyed digest, for the person
	Login    string                  `json:"login"`    // keyed digest, for the tenant
	Unnamed  bool                    `json:"unnamed,omitempty"`
	Grant    *fairlead.ConsentGrant  `json:"grant,omitempty"`
	Offers   []fairlead.AccountOffer `json:"offers,omitempty"`
	Files    []fairlead.File         `json:"files,omitempty"`
	// Connection is the known one that the connector goes on with, and Joined are its accounts.
	Connection fairlead.ConnectionID `json:"connection,omitempty"`
	Joined     []string              `json:"joined,omitempty"`
}

// connecting is the connection that a login leads to: one it has already, or a
// new one (Version 0) with an id that is free.
type connecting struct {
	fairlead.Connection
	taken bool // by somebody else of the tenant
}

// done takes a conversation's end: the link stands as it would be stored then. A
// login that may not be connected here is refused before anything is asked.
func (v *Visit) done(ctx context.Context, d fairlead.Done) error {
	p, err := v.collectLogin(d)
	if err != nil {
		return err
	}
	if v.found, err = v.findConnection(ctx, p); err != nil {
		if fairlead.Is(err, fairlead.Duplicate) || fairlead.Is(err, fairlead.Conflict) {
			v.revokePending(ctx, p)
		}
		return err
	}
	v.pending = &p
	c := fairlead.Conversation{ID: v.link.Conversation.ID, Turn: v.link.Conversation.Turn, Done: true, Choice: len(p.Offers) > 0}
	v.link.Conversation = &c
	return nil
}

// collectLogin gathers what is needed to make the connection.
func (v *Visit) collectLogin(d fairlead.Done) (pending, error) {
	p := pending{
		Secrets: map[string]string{}, Holder: d.Holder, Grant: d.Consent, Offers: d.Accounts, Connection: d.Connection, Joined: d.Joined,
	}
	for name, s := range d.Secrets {
		p.Secrets[name] = s.Reveal()
	}
	var typed loginFields
	if err := v.opened(sealing.Logins, v.link.Conversation.Logins, &typed); err != nil {
		return p, err
	}
	if p.Files = typed.Files; d.Files != nil {
		p.Files = d.Files
		brought := func(f fairlead.File) bool {
			return slices.ContainsFunc(typed.Files, func(t fairlead.File) bool { return t.Blob == f.Blob })
		}
		if slices.ContainsFunc(p.Files, func(f fairlead.File) bool { return !brought(f) }) {
			return p, errors.New("linking: the connector goes on with a file that no answer brought")
		}
	}
	login := d.Identity.Reveal()
	if login == "" {
		login = typed.text()
	}
	if login == "" { // nothing names it: it is found again only in update mode
		p.Unnamed, login = true, v.link.Conversation.ID
	}
	if v.tenant.Sharing == fairlead.SharingApplication { // each application has a connection of its own
		login += "\x00" + string(v.link.Application)
	}
	p.Identity = sealing.Digest(v.l.o.Vault, v.tenant, "identity", string(v.link.Institution), login)
	p.Login = sealing.Digest(v.l.o.Vault, v.tenant, "login", string(v.link.Institution), login)
	return p, nil
}

// findConnection finds the connection that the login leads to. Errors: Duplicate
// where the spec refuses it, Conflict where the connection being renewed is
// somebody else's login.
func (v *Visit) findConnection(ctx context.Context, p pending) (*connecting, error) {
	var found connecting
	spec := v.link.Spec
	err := v.l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		found = connecting{}
		if spec.Connection != "" {
			found.Connection, err = tx.Connections.Get(v.tenant.ID, string(spec.Connection))
			return err
		}
		if p.Connection != "" {
			found.Connection, err = v.known(tx, p.Connection)
			if err == nil || !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
		}
		key := store.By(store.ByIdentity, store.IdentityKey(v.link.Person, v.link.Institution, p.Identity))
		found.Connection, err = tx.Connections.Find(v.tenant.ID, key)
		if err == nil && found.Status != fairlead.ConnectionDisconnected {
			return nil
		}
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		found.Connection = fairlead.Connection{}
		if spec.Scope == fairlead.ScopeTenant {
			if found.taken, err = loginTaken(tx, v.link, p.Login); err != nil {
				return err
			}
		}
		found.ID, err = v.freeID(tx, p)
		return err
	})
	switch known := found.Version > 0; {
	case err != nil:
		return nil, in("looking for the login", err)
	case spec.Connection != "" && found.Status == fairlead.ConnectionDisconnected:
		return nil, fairlead.Errorf(fairlead.Gone, "The connection to renew was disconnected.")
	case spec.Connection != "" && !p.Unnamed && found.Identity != p.Identity && found.Connection.ID != p.Connection:
		return nil, fairlead.Errorf(fairlead.Conflict, "This is another login than the connection's.")
	case spec.Connection == "" && (found.taken || known && spec.OnDuplicate == fairlead.OnDuplicateRefuse):
		return nil, fairlead.Errorf(fairlead.Duplicate, "This login is connected already.")
	}
	return &found, nil
}

// loginTaken reports whether anybody of the tenant has connected a login.
func loginTaken(tx *store.Tx, link fairlead.Link, login string) (bool, error) {
	others, err := tx.Connections.List(link.Tenant, store.Query{
		Where: []store.Match{store.By(store.ByLogin, store.LoginKey(link.Institution, login))}, Limit: 1000,
	})
	return slices.ContainsFunc(others, func(c fairlead.Connection) bool { return c.Status != fairlead.ConnectionDisconnected }), err
}

// freeID derives an id from the natural key. A disconnected connection has its id
// for ever, so the next of the same login counts on.
func (v *Visit) freeID(tx *store.Tx, p pending) (fairlead.ConnectionID, error) {
	parts := []string{v.link.Reference, string(v.link.Institution), p.Identity}
	for n := 1; ; n++ {
		id := v.tenant.IDFor("con", v.wall, parts...)
		_, err := tx.Connections.Get(v.tenant.ID, id)
		if fairlead.Is(err, fairlead.NotFound) {
			return fairlead.ConnectionID(id), nil
		}
		if err != nil {
			return "", err
		}
		parts = append(parts[:3:3], strconv.Itoa(n))
	}
}

// await stores what the conversation brought until the person has chosen.
func (v *Visit) await(ctx context.Context, stage fairlead.Stage) error {
	c := *v.link.Conversation
	if len(c.Pending) == 0 {
		var err error
		if c.Pending, err = v.sealed(sealing.Pending, v.pending); err != nil {
			return in("sealing what is pending", err)
		}
	}
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		link := &s.link
		link.Turns++
		c := c
		c.Turn = link.Turns
		link.Conversation, link.Stage, link.Problem = &c, stage, nil
		if stage != fairlead.StageAcceptance {
			return nil
		}
		consent, err := tx.Consents.Get(s.tenant.ID, string(link.Consent))
		if err != nil || !consent.Become(fairlead.ConsentAwaitingAcceptance, s.now) {
			return err
		}
		return tx.Consents.Put(s.tenant.ID, &consent)
	})
}

// reserve marks the conversation as busy, by compare-and-swap with what was read:
// nobody else makes the connection meanwhile. This Visit goes on as if it were not.
func (v *Visit) reserve(ctx context.Context, note func(*fairlead.Conversation)) error {
	err := v.changeHere(ctx, func(_ *store.Tx, s *state) error {
		c := *s.link.Conversation
		note(&c)
		s.link.Turns++
		c.Turn, c.Busy, c.Process = s.link.Turns, s.wall.Add(turnBusy), v.l.o.Process
		s.link.Conversation = &c
		return nil
	})
	if err == nil {
		c := *v.link.Conversation
		c.Busy = time.Time{}
		v.link.Conversation = &c
	}
	return err
}

// release lets the next look try again, after a connection could not be made now.
func (v *Visit) release(ctx context.Context) error {
	return v.changeHere(ctx, func(_ *store.Tx, s *state) error {
		c := *s.link.Conversation
		c.Busy = time.Time{}
		s.link.Conversation = &c
		return nil
	})
}

// pendingAt opens what waits for the person's choice at a stage.
func (v *Visit) pendingAt(stage fairlead.Stage) (p pending, err error) {
	c := v.link.Conversation
	if v.link.Status != fairlead.LinkOpen || v.link.Stage != stage || c == nil || len(c.Pending) == 0 {
		return p, moved()
	}
	return p, in("opening what is pending", v.opened(sealing.Pending, c.Pending, &p))
}

// decline ends the conversation because the person said no after the bank.
func (v *Visit) decline(ctx context.Context) error {
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		problem := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The person did not accept."), "", s.now)
		problem.Code = "declined"
		link := &s.link
		link.Turns++
		link.Problem, link.Stage = &problem, fairlead.StageConversation
		link.Conversation = &fairlead.Conversation{ID: v.at.conversation, Turn: link.Turns}
		return v.l.dropConsent(tx, s, fairlead.ConsentRejected, fairlead.ConsentEnded)
	})
}

// revokePending ends at the institution, in the background, a consent that came to
// nothing here: the person did not accept, or the login is connected already.
func (v *Visit) revokePending(ctx context.Context, p pending) {
	i, err := v.institution()
	if err != nil || p.Grant == nil || v.l.o.Revoke == nil {
		return
	}
	secrets := map[string]fairlead.Secret{}
	for name, s := range p.Secrets {
		secrets[name] = fairlead.NewSecret(s)
	}
	conn := fairlead.Connection{
		Tenant: v.tenant.ID, Person: v.link.Person, Reference: v.link.Reference, Institution: i.ID, Connector: i.Connector,
		Identity: p.Identity, Created: v.now,
	}
	v.l.inflight.Go(func() {
		if err := v.l.o.Revoke(context.WithoutCancel(ctx), conn, secrets, p.Grant.Ref); err != nil {
			v.l.o.Log.Warn("a consent could not be revoked at the institution", "link", v.link.ID, "institution", i.ID, "kind", fairlead.KindOf(err))
		}
	})
}
