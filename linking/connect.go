package linking

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

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
		l.rest(ctx, after)
		return nil
	}
}

// rest ends a link whose last stage is behind it. What hinders that is no fault
// of the step before; the next visit tries again.
func (l *Linking) rest(ctx context.Context, sc scene) {
	if sc.link.Status != fairlead.LinkOpen || sc.link.Stage != fairlead.StageResult || wanted(sc.link.Spec, fairlead.StageResult) {
		return
	}
	if _, _, err := l.end(ctx, sc.place, ending{}); err != nil {
		l.o.Log.Error("a link could not be ended", "link", sc.link.ID, "error", err)
	}
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
			conn.NeedsActionNotified = false // its recovery is told below
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
		return l.tellConnected(ctx, tx, sc, conn, consent, known, needed)
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
		return c, fairlead.Errorf(fairlead.ConsentEnded, "The consent has ended meanwhile.")
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
	return tx.Work.Due(fairlead.Work{Kind: fairlead.CollectWork, Key: string(conn.ID), Tenant: sc.tenant.ID, ConcurrencyKey: string(conn.Institution), Due: sc.now})
}

// tellConnected tells and records what has been made.
func (l *Linking) tellConnected(ctx context.Context, tx *store.Tx, sc *scene, conn fairlead.Connection, consent fairlead.Consent, known, needed bool) error {
	linked := sc.event(fairlead.EventConnectionLinked)
	if known {
		linked.Cause = fairlead.CauseRelink
	}
	if needed {
		linked.Kind = fairlead.EventConnectionRecovered
	}
	linked.Connection, linked.Consent, linked.Status = conn.ID, consent.ID, string(conn.Status)
	granted := sc.event(fairlead.EventConsentGranted)
	granted.Connection, granted.Consent, granted.Status = conn.ID, consent.ID, string(consent.Status)
	for _, e := range []fairlead.Event{granted, linked} {
		if err := l.o.Publisher.Publish(tx, e); err != nil {
			return err
		}
	}
	return audit(ctx, tx, sc.tenant.ID, sc.real, "person", "connection.link", string(conn.ID), sc.client)
}
