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
	// Institution is where the login turned out to be; "": that of the link. Upstream is
	// Connection.Upstream.
	Institution fairlead.InstitutionID `json:"institution,omitempty"`
	Upstream    string                 `json:"upstream,omitempty"`
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
	i, unknown := v.landed(ctx, d)
	if unknown == nil {
		v.link.Institution = i.ID
	}
	p, err := v.collectLogin(d)
	if err != nil {
		return err
	}
	if unknown != nil {
		if fairlead.Is(unknown, fairlead.Unsupported) { // else it is asked again
			v.revokePending(ctx, p)
		}
		return unknown
	}
	p.Institution, p.Upstream = d.Institution, sealing.Upstream(v.l.o.Vault, v.tenant.ID, i.Connector, d.Upstream)
	if v.found, err = v.findConnection(ctx, p); err != nil {
		if fairlead.Is(err, fairlead.Duplicate) || fairlead.Is(err, fairlead.Conflict) {
			v.revokePending(ctx, p)
		}
		return err
	}
	markLeftOut(p.Offers, v.found.Accounts)
	v.pending = &p
	c := fairlead.Conversation{ID: v.link.Conversation.ID, Turn: v.link.Conversation.Turn, Done: true, Choice: len(p.Offers) > 0}
	v.link.Conversation = &c
	return nil
}

// landed is the institution that the login is at. Errors: Unsupported where the person
// chose, on the service's own pages, one that is not known here or that the link does not offer.
func (v *Visit) landed(ctx context.Context, d fairlead.Done) (fairlead.Institution, error) {
	i, err := v.institution(ctx)
	if err != nil || d.Institution == "" || d.Institution == i.ID {
		return i, err
	}
	at, err := v.l.o.Directory.Find(ctx, v.tenant, string(d.Institution))
	switch {
	case err != nil && !fairlead.Is(err, fairlead.NotFound):
		return i, err
	case err != nil || at.ID != d.Institution || at.Connector != i.Connector:
		return i, &fairlead.Error{
			Kind: fairlead.Unsupported, Code: "unknown_institution", Actor: fairlead.ActorOperator,
			Detail: "The person signed in at an institution that is not in the directory of " + i.Connector + ". Whoever operates this server can have the directory read anew.",
		}
	}
	return at, v.allowed(ctx, at)
}

// allowed refuses an institution that the link would not have let the person choose here.
func (v *Visit) allowed(ctx context.Context, i fairlead.Institution) error {
	if fixed(v.link.Spec) {
		return nil // which is the application's proposal; a renewed connection's is compared later
	}
	var allows bool
	err := v.l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		allows, err = v.l.o.Directory.Allows(tx, v.tenant, v.link.Spec, i)
		return err
	})
	if err == nil && !allows {
		err = &fairlead.Error{
			Kind: fairlead.Unsupported, Code: "institution_not_offered", Actor: fairlead.ActorPerson,
			Detail: "You signed in at " + i.Name + ", which can't be used here. Please choose another institution.",
		}
	}
	return in("looking at where the person signed in", err)
}

// settle makes the link, and the consent of its conversation, one of the institution that
// the login turned out to be at.
func (p pending) settle(tx *store.Tx, s *state) error {
	if p.Institution == "" || p.Institution == s.link.Institution {
		return nil
	}
	s.link.Institution = p.Institution
	c, err := tx.Consents.Get(s.tenant.ID, string(s.link.Consent))
	if err != nil {
		return err
	}
	c.Institution = p.Institution
	return tx.Consents.Put(s.tenant.ID, &c)
}

// markLeftOut marks what of the offered accounts a connection does not have, which has
// those of some refs; none: it has all. Where no ref is among them, the institution has
// given its accounts other refs, and which were left out cannot be said.
func markLeftOut(offers []fairlead.AccountOffer, has []string) {
	chosen := func(o fairlead.AccountOffer) bool { return slices.Contains(has, o.Ref) }
	if !slices.ContainsFunc(offers, chosen) {
		return
	}
	for n := range offers {
		offers[n].LeftOut = !chosen(offers[n])
	}
}

// collectLogin gathers what is needed to make the connection.
func (v *Visit) collectLogin(d fairlead.Done) (pending, error) {
	p := pending{
		Secrets: map[string]string{}, Holder: d.Holder, Grant: d.Consent, Offers: slices.Clone(d.Accounts), Connection: d.Connection, Joined: d.Joined,
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
	case spec.Connection != "" && found.Institution != v.link.Institution:
		return nil, fairlead.Errorf(fairlead.Conflict, "This is another institution than the connection's.")
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
		if v.pending != nil {
			if err := v.pending.settle(tx, s); err != nil {
				return err
			}
		}
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
	i, err := v.institution(ctx)
	if err != nil || p.Grant == nil || v.l.o.Revoke == nil || v.standsOn(ctx, p) {
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

// standsOn reports whether a connection stands on the very grant that a login brought: one
// that the institution renewed in place. It is not revoked with what came to nothing here.
func (v *Visit) standsOn(ctx context.Context, p pending) (stands bool) {
	err := v.l.o.Store.View(ctx, func(tx *store.Tx) error {
		stands = false
		q := store.Query{Where: []store.Match{store.By(store.ByPerson, string(v.link.Person))}, Limit: 1000}
		all, err := tx.Connections.List(v.tenant.ID, q)
		for _, c := range all {
			if err != nil || stands || c.Status == fairlead.ConnectionDisconnected || c.Institution != v.link.Institution || c.Consent == "" {
				continue
			}
			var consent fairlead.Consent
			consent, err = tx.Consents.Get(v.tenant.ID, string(c.Consent))
			stands = err == nil && consent.Ref == p.Grant.Ref
		}
		return err
	})
	return stands || err != nil // what is not known is left alone
}
