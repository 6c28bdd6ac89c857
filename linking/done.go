package linking

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
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
	case spec.Connection == "" && taken, spec.Connection == "" && found.ID != "" && spec.OnDuplicate == fairlead.Refuse:
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

// land makes or renews the connection, again where somebody else was faster.
func (l *Linking) land(ctx context.Context, sc scene, held pending) error {
	files := sealedUnder{key: sc.link.Key, owner: linkOwner(sc.link)}
	read := transaction(l.o.Store.View)
	for try := 1; ; try++ {
		found, err := l.meet(ctx, read, sc, held)
		if err != nil {
			return err
		}
		conn, err := l.prepare(ctx, read, sc, held, found)
		if err != nil {
			return err
		}
		if err := l.reseal(ctx, &files, conn, held.Files); err != nil {
			return err
		}
		after, raced, err := l.connect(ctx, sc, held, conn)
		if raced && try < attempts {
			read = l.o.Store.Update
			continue
		}
		if raced {
			return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "Others are linking the same login.", Err: err}
		}
		if err != nil {
			return err
		}
		return l.rest(ctx, after)
	}
}

// rest ends a link whose last stage is behind it.
func (l *Linking) rest(ctx context.Context, sc scene) error {
	if sc.link.Stage != fairlead.StageResult || wanted(sc.link.Spec, fairlead.StageResult) {
		return nil
	}
	_, _, err := l.end(ctx, sc.place, ending{})
	return err
}

// prepare is the connection to be written, its secrets sealed: a new one under
// a key of its own, one that was met under the key it has.
func (l *Linking) prepare(ctx context.Context, read transaction, sc scene, held pending, conn fairlead.Connection) (fairlead.Connection, error) {
	i, err := l.o.Registry.Institution(sc.tenant.Environment, string(sc.link.Institution))
	if err != nil {
		return conn, err
	}
	if conn.ID == "" {
		conn = fairlead.Connection{
			Tenant: sc.tenant.ID, Application: sc.link.Application, Person: sc.link.Person, Reference: sc.link.Reference,
			Institution: i.ID, Connector: i.Connector, Identity: held.Identity, Login: held.Login,
		}
		if conn.ID, err = l.connectionID(ctx, read, sc, held); err != nil {
			return conn, err
		}
		if conn.Key, err = l.o.Vault.NewKey(connectionOwner(conn)); err != nil {
			return conn, in("making a connection's key", err)
		}
	}
	plain, err := json.Marshal(held.Secrets)
	if err != nil {
		return conn, in("encoding secrets", err)
	}
	conn.Secrets, err = l.o.Vault.Seal(conn.Key, connectionOwner(conn), plain)
	conn.Link, conn.Origin, conn.Holder = sc.link.ID, sc.link.Origin, held.Holder
	conn.Accounts, conn.Uploaded = held.Picked, len(held.Files) > 0
	return conn, in("sealing secrets", err)
}

// connectionID derives an id from the natural key. A disconnected connection
// keeps its id for ever, so the next of the same login counts on.
func (l *Linking) connectionID(ctx context.Context, read transaction, sc scene, held pending) (id fairlead.ConnectionID, err error) {
	err = read(ctx, func(tx *store.Tx) error {
		parts := []string{sc.link.Reference, string(sc.link.Institution), held.Identity}
		for n := 1; ; n++ {
			id = fairlead.ConnectionID(sc.tenant.IDFor("con", sc.real, parts...))
			if _, err := tx.Connections.Get(sc.tenant.ID, string(id)); err != nil {
				if fairlead.Is(err, fairlead.NotFound) {
					return nil
				}
				return err
			}
			parts = append(parts[:3:3], strconv.Itoa(n))
		}
	})
	return id, in("naming a connection", err)
}

func connectionOwner(c fairlead.Connection) vault.Owner {
	return vault.Owner{Tenant: c.Tenant, ID: string(c.ID)}
}

// connect writes all that a conversation's end means, in one transaction. raced
// tells that another link was faster with the same login.
func (l *Linking) connect(ctx context.Context, sc scene, held pending, made fairlead.Connection) (after scene, raced bool, err error) {
	at := markOf(sc.link)
	after, err = l.change(ctx, sc.place, func(tx *store.Tx, sc *scene) error {
		raced = false
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		conn, known := made, made.Version > 0
		needed := conn.Status == fairlead.ConnectionNeedsAction
		consent, err := l.authorise(tx, sc, held, conn)
		if err != nil {
			return err
		}
		if needed {
			conn.Told = false // its recovery is told below
		}
		renew(&conn, *sc, consent, l.offers(sc))
		if err := l.enqueue(tx, sc, &conn, held.Files, known); err != nil {
			return err
		}
		if err := tx.Connections.Put(sc.tenant.ID, &conn); err != nil {
			raced = fairlead.Is(err, fairlead.Conflict)
			return err
		}
		if err := l.supersede(tx, sc, made.Consent, consent.ID); err != nil {
			return err
		}
		link := &sc.link
		if !slices.Contains(link.Connections, conn.ID) {
			link.Connections = append(slices.Clone(link.Connections), conn.ID)
		}
		link.Turns++
		link.Conversation, link.Problem, link.Consent = nil, nil, ""
		link.Stage = landed(link.Spec)
		for _, f := range held.Files {
			link.Uploads = slices.DeleteFunc(slices.Clone(link.Uploads), func(b string) bool { return b == f.Blob })
		}
		return l.tellConnected(tx, sc, conn, consent, known, needed)
	})
	return after, raced, err
}

// offers are the products that the link's institution has.
func (l *Linking) offers(sc *scene) []fairlead.Product {
	i, err := l.o.Registry.Institution(sc.tenant.Environment, string(sc.link.Institution))
	if err != nil {
		return nil
	}
	return i.Products
}

// renew brings a connection, new or met, to its first collection.
func renew(conn *fairlead.Connection, sc scene, consent fairlead.Consent, offered []fairlead.Product) {
	conn.Status, conn.Problem, conn.Failures = fairlead.ConnectionCollecting, nil, 0
	conn.Consent = consent.ID
	if conn.Created.IsZero() {
		conn.Created = sc.now
	}
	products := maps.Clone(conn.Products)
	if products == nil {
		products = map[fairlead.Product]fairlead.ProductState{}
	}
	granted := consent.Granted
	if len(granted) == 0 {
		granted = consent.Products
	}
	for _, p := range consent.Products {
		state, known := products[p]
		switch {
		case !slices.Contains(offered, p) || !slices.Contains(granted, p):
			state.Status = fairlead.ProductUnavailable
		case !known || state.Status == fairlead.ProductUnavailable:
			state.Status = fairlead.ProductPending
		}
		state.Problem = nil
		products[p] = state
	}
	conn.Products = products
}

// authorise writes the consent as given.
func (l *Linking) authorise(tx *store.Tx, sc *scene, held pending, conn fairlead.Connection) (fairlead.Consent, error) {
	c, err := tx.Consents.Get(sc.tenant.ID, string(sc.link.Consent))
	if err != nil {
		return c, err
	}
	c.Connection, c.Accounts = conn.ID, held.Picked
	if g := held.Grant; g != nil {
		c.Ref, c.Granted = g.Ref, g.Products
		if !g.Expires.IsZero() {
			c.Expires = g.Expires
		}
	}
	if !c.Become(fairlead.ConsentAuthorised, sc.now) {
		return c, fmt.Errorf("the consent is %s already", c.Status)
	}
	if err := tx.Consents.Put(sc.tenant.ID, &c); err != nil || c.Expires.IsZero() {
		return c, err
	}
	return c, tx.Work.Due(fairlead.Work{Kind: fairlead.ExpireWork, Key: string(c.ID), Tenant: sc.tenant.ID, Due: c.Expires.Add(-warning)}) // the handler knows what is too short to warn of
}

// supersede ends the consent that a renewed connection stood on before: it is
// replaced, so nobody is told that it expired.
func (l *Linking) supersede(tx *store.Tx, sc *scene, before, now fairlead.ConsentID) error {
	if before == "" || before == now {
		return nil
	}
	c, err := tx.Consents.Get(sc.tenant.ID, string(before))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil || !c.Become(fairlead.ConsentExpired, sc.now) {
		return err
	}
	if err := tx.Consents.Put(sc.tenant.ID, &c); err != nil {
		return err
	}
	return tx.Work.Cancel(sc.tenant.ID, fairlead.ExpireWork, string(c.ID))
}

// enqueue makes the collection due. Of files, each is a collection of its own; of
// a connection met again, one that says why.
func (l *Linking) enqueue(tx *store.Tx, sc *scene, conn *fairlead.Connection, files []fairlead.File, known bool) error {
	conn.Waiting = slices.Clone(conn.Waiting)
	add := func(cause fairlead.Cause, file *fairlead.File) error {
		col := fairlead.Collection{
			ID: fairlead.CollectionID(fairlead.NewID("col", sc.real)), Tenant: sc.tenant.ID, Connection: conn.ID, Cause: cause, File: file,
		}
		conn.Waiting = append(conn.Waiting, col.ID)
		return tx.Collections.Put(sc.tenant.ID, &col)
	}
	switch {
	case len(files) > 0:
		for _, f := range files {
			if err := add(fairlead.CauseUpload, &f); err != nil {
				return err
			}
		}
	case known:
		if err := add(fairlead.CauseRelink, nil); err != nil {
			return err
		}
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.CollectWork, Key: string(conn.ID), Tenant: sc.tenant.ID, Lane: string(conn.Institution), Due: sc.now})
}

// tellConnected tells and records what has been made.
func (l *Linking) tellConnected(tx *store.Tx, sc *scene, conn fairlead.Connection, consent fairlead.Consent, known, needed bool) error {
	linked := sc.event(fairlead.ConnectionLinked)
	if known {
		linked.Cause = fairlead.CauseRelink
	}
	if needed {
		linked.Kind = fairlead.ConnectionRecovered
	}
	linked.Connection, linked.Consent, linked.Status = conn.ID, consent.ID, string(conn.Status)
	granted := sc.event(fairlead.ConsentGranted)
	granted.Connection, granted.Consent, granted.Status = conn.ID, consent.ID, string(consent.Status)
	for _, e := range []fairlead.Event{granted, linked} {
		if err := l.o.Teller.Tell(tx, e); err != nil {
			return err
		}
	}
	return audit(tx, sc.tenant.ID, sc.real, "person", "connection.link", string(conn.ID), sc.client)
}
