package linking

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
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
	Picked   []string                `json:"picked,omitempty"`
	Files    []fairlead.File         `json:"files,omitempty"`
}

// done takes a conversation's end: to the choice of accounts, to the acceptance,
// or straight to the connection. A login that may not be connected here is
// refused before anything is asked. Errors of a kind are the person's problem.
func (l *Linking) done(ctx context.Context, sc scene, d fairlead.Done) error {
	held, err := l.hold(sc, d)
	if err != nil {
		return err
	}
	if _, err := l.meet(ctx, l.o.Store.View, sc, held); err != nil {
		if fairlead.Is(err, fairlead.Duplicate) || fairlead.Is(err, fairlead.Conflict) {
			l.revokeHeld(ctx, sc, held)
		}
		return err
	}
	switch {
	case len(held.Offers) > 0 && wanted(sc.link.Spec, fairlead.StageAccounts):
		return l.await(ctx, sc, held, fairlead.StageAccounts)
	case wanted(sc.link.Spec, fairlead.StageAcceptance):
		return l.await(ctx, sc, held, fairlead.StageAcceptance)
	}
	return l.land(ctx, sc, held)
}

// hold gathers what is needed to make the connection.
func (l *Linking) hold(sc scene, d fairlead.Done) (pending, error) {
	held := pending{Secrets: map[string]string{}, Holder: d.Holder, Grant: d.Consent, Offers: d.Accounts}
	for name, s := range d.Secrets {
		held.Secrets[name] = s.Reveal()
	}
	var g given
	if err := l.openFor(sc.link, sc.link.Conversation.Logins, &g); err != nil {
		return held, err
	}
	held.Files = g.Files
	login := d.Identity.Reveal()
	if login == "" {
		login = loginText(g.Logins)
	}
	if login == "" { // nothing names it: it is met again only in update mode
		held.Unnamed, login = true, sc.link.Conversation.ID
	}
	held.Identity = l.digest(sc.tenant, "identity", string(sc.link.Institution), login)
	held.Login = l.digest(sc.tenant, "login", string(sc.link.Institution), login)
	return held, nil
}

// digest names a login without telling it. In a sandbox it comes from the seed,
// because the ids of all its data hang on it; elsewhere the vault holds the key.
func (l *Linking) digest(t fairlead.Tenant, purpose string, parts ...string) string {
	if t.Environment == fairlead.Sandbox && t.Seed != "" {
		return fairlead.DerivedID(purpose, t.Seed, append([]string{string(t.ID)}, parts...)...)
	}
	return l.o.Vault.MAC(t.ID, purpose, parts...)
}

// meet finds the connection that the login has already, if any: ID empty means a
// new one. Errors: Duplicate where the spec refuses it, Conflict where the
// connection being renewed is somebody else's login.
func (l *Linking) meet(ctx context.Context, read transaction, sc scene, held pending) (found fairlead.Connection, err error) {
	var taken bool
	spec := sc.link.Spec
	err = read(ctx, func(tx *store.Tx) (err error) {
		found, taken = fairlead.Connection{}, false
		if spec.Connection != "" {
			found, err = tx.Connections.Get(sc.tenant.ID, string(spec.Connection))
			return err
		}
		key := store.By(store.ByIdentity, store.IdentityKey(sc.link.Person, sc.link.Institution, held.Identity))
		found, err = tx.Connections.Find(sc.tenant.ID, key)
		if fairlead.Is(err, fairlead.NotFound) || found.Status == fairlead.ConnectionDisconnected {
			found, err = fairlead.Connection{}, nil
		}
		if err != nil || found.ID != "" || spec.Scope != fairlead.ScopeTenant {
			return err
		}
		others, err := tx.Connections.List(sc.tenant.ID, store.Query{
			Where: []store.Match{store.By(store.ByLogin, store.LoginKey(sc.link.Institution, held.Login))}, Limit: 1000,
		})
		taken = slices.ContainsFunc(others, func(c fairlead.Connection) bool { return c.Status != fairlead.ConnectionDisconnected })
		return err
	})
	switch {
	case err != nil:
		return found, in("looking for the login", err)
	case spec.Connection != "" && found.Status == fairlead.ConnectionDisconnected:
		return found, fairlead.Errorf(fairlead.Gone, "The connection to renew was disconnected.")
	case spec.Connection != "" && !held.Unnamed && found.Identity != held.Identity:
		return found, fairlead.Errorf(fairlead.Conflict, "This is another login than the connection's.")
	case spec.Connection == "" && taken, spec.Connection == "" && found.ID != "" && spec.OnDuplicate == fairlead.OnDuplicateRefuse:
		return found, fairlead.Errorf(fairlead.Duplicate, "This login is connected already.")
	}
	return found, nil
}

// await holds what the conversation brought until the person has chosen.
func (l *Linking) await(ctx context.Context, sc scene, held pending, stage fairlead.Stage) error {
	sealed, err := l.sealFor(sc.link, held)
	if err != nil {
		return in("sealing what is pending", err)
	}
	at := markOf(sc.link)
	_, err = l.change(ctx, sc.place, func(tx *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		link := &sc.link
		link.Turns++
		link.Conversation = &fairlead.Conversation{ID: at.conversation, Turn: link.Turns, Pending: sealed}
		link.Stage, link.Problem = stage, nil
		if stage != fairlead.StageAcceptance {
			return nil
		}
		c, err := tx.Consents.Get(sc.tenant.ID, string(link.Consent))
		if err != nil || !c.Become(fairlead.ConsentAwaitingAcceptance, sc.now) {
			return err
		}
		return tx.Consents.Put(sc.tenant.ID, &c)
	})
	return err
}

// pendingOf opens what is held at a stage.
func (l *Linking) pendingOf(sc scene, stage fairlead.Stage) (held pending, err error) {
	if sc.link.Status != fairlead.LinkOpen || sc.link.Stage != stage || sc.link.Conversation == nil || len(sc.link.Conversation.Pending) == 0 {
		return held, moved()
	}
	return held, in("opening what is pending", l.openFor(sc.link, sc.link.Conversation.Pending, &held))
}

// PickAccounts takes the accounts to share, by the institution's own ids.
func (l *Linking) PickAccounts(ctx context.Context, s Session, refs []string) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	return l.pick(ctx, p, refs)
}

func (l *Linking) pick(ctx context.Context, p place, refs []string) error {
	sc, err := l.look(ctx, p)
	if err != nil {
		return err
	}
	held, err := l.pendingOf(sc, fairlead.StageAccounts)
	if err != nil {
		return err
	}
	held.Picked = nil
	for _, offer := range held.Offers {
		if slices.Contains(refs, offer.Ref) {
			held.Picked = append(held.Picked, offer.Ref)
		}
	}
	if len(held.Picked) == 0 {
		return fairlead.InvalidField("accounts", "required", "must name at least one of the accounts")
	}
	if wanted(sc.link.Spec, fairlead.StageAcceptance) {
		return l.await(ctx, sc, held, fairlead.StageAcceptance)
	}
	return l.landOrRefuse(ctx, sc, held)
}

// Accept takes the person's word after the bank: yes makes the connection, no
// rejects the consent and keeps nothing.
func (l *Linking) Accept(ctx context.Context, s Session, yes bool) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	return l.accept(ctx, p, yes)
}

func (l *Linking) accept(ctx context.Context, p place, yes bool) error {
	sc, err := l.look(ctx, p)
	if err != nil {
		return err
	}
	held, err := l.pendingOf(sc, fairlead.StageAcceptance)
	if err != nil {
		return err
	}
	if yes {
		return l.landOrRefuse(ctx, sc, held)
	}
	l.revokeHeld(ctx, sc, held)
	return l.decline(ctx, sc)
}

// decline ends the conversation because the person said no after the bank.
func (l *Linking) decline(ctx context.Context, sc scene) error {
	at := markOf(sc.link)
	over := false
	sc, err := l.change(ctx, sc.place, func(tx *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		problem := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The person did not accept."), "", sc.now)
		problem.Code = "declined"
		link := &sc.link
		link.Turns++
		link.Problem, link.Stage = &problem, fairlead.StageConversation
		link.Conversation = &fairlead.Conversation{ID: at.conversation, Turn: link.Turns}
		over = slices.Contains(link.Spec.ExitOn, fairlead.ConsentEnded)
		return l.dropConsent(tx, sc, fairlead.ConsentRejected, fairlead.ConsentEnded)
	})
	if err != nil || !over {
		return err
	}
	_, _, err = l.end(ctx, sc.place, ending{})
	return err
}

// landOrRefuse makes the connection; what may not be becomes the person's problem.
func (l *Linking) landOrRefuse(ctx context.Context, sc scene, held pending) error {
	err := l.land(ctx, sc, held)
	if fairlead.Is(err, fairlead.Duplicate) || fairlead.Is(err, fairlead.Conflict) {
		return l.refuse(ctx, sc, err)
	}
	return err
}
