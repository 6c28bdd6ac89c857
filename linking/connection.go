package linking

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// connect makes or renews the connection that the login leads to, again where
// somebody else was faster with the same login. What hinders it becomes the
// person's problem, unless it passes.
func (v *Visit) connect(ctx context.Context) error {
	if v.pending == nil { // a choice was stored, and then the server stopped
		if err := v.reserve(ctx, func(*fairlead.Conversation) {}); err != nil {
			return err
		}
		v.pending = &pending{}
		if err := v.opened(sealing.Pending, v.link.Conversation.Pending, v.pending); err != nil {
			return v.refuse(ctx, in("opening what is pending", err))
		}
	}
	p, stored := *v.pending, v.at.stage != fairlead.StageConversation
	files := sealing.LinkKey(v.link)
	err := store.Retry(ctx, v.l.o.Store, func() (err error) {
		found := v.found
		if v.found = nil; found == nil {
			if found, err = v.findConnection(ctx, p); err != nil {
				return err
			}
		}
		conn, err := v.prepare(ctx, p, found.Connection)
		if err != nil {
			return err
		}
		if err := v.l.resealUploads(ctx, &files, conn, p.Files); err != nil {
			return err
		}
		return v.writeConnection(ctx, p, found.Connection, conn)
	})
	if errors.Is(err, store.ErrStale) {
		err = &fairlead.Error{Kind: fairlead.Unavailable, Detail: "Others are linking the same login.", Err: err}
	}
	switch {
	case err == nil || !stored: // what is not stored yet, the turn refuses
		return err
	case fairlead.Is(err, fairlead.Unavailable) || fairlead.Is(err, fairlead.StorageFull) || ctx.Err() != nil:
		return errors.Join(err, v.release(context.WithoutCancel(ctx)))
	}
	return v.refuse(ctx, err)
}

// prepare is the connection to be written, its secrets sealed: a new one under
// a key of its own, one that was found under the key it has.
func (v *Visit) prepare(ctx context.Context, p pending, conn fairlead.Connection) (fairlead.Connection, error) {
	i, err := v.institution(ctx)
	if err != nil {
		return conn, err
	}
	if conn.Version == 0 {
		conn = fairlead.Connection{
			ID: conn.ID, Tenant: v.tenant.ID, Application: v.link.Application, Person: v.link.Person, Reference: v.link.Reference,
			Institution: i.ID, Connector: i.Connector, Identity: p.Identity, Login: p.Login,
		}
		if conn.Key, err = v.l.o.Vault.NewKey(sealing.ConnectionKey(conn).Owner); err != nil {
			return conn, in("making a connection's key", err)
		}
	}
	conn.Secrets, err = v.l.sealer.SealJSON(sealing.ConnectionKey(conn), string(conn.ID), sealing.Secrets, p.Secrets)
	conn.Link, conn.Origin, conn.Holder = v.link.ID, v.link.Origin, p.Holder
	if p.Upstream != "" {
		conn.Upstream = p.Upstream
	}
	conn.Accounts, conn.Uploaded = chosen(conn, p, v.link.Conversation.Accounts), len(p.Files) > 0
	return conn, in("sealing secrets", err)
}

// chosen are the accounts that the connection is to have, nil: all. Where nothing was
// chosen they stay what they are. Files bring accounts to those that there are; a login
// offers all that it reaches, perhaps under other refs than before.
func chosen(conn fairlead.Connection, p pending, picked []string) []string {
	joined := p.Connection != "" && p.Connection == conn.ID
	if !joined && len(picked) > 0 {
		return picked
	}
	if !joined || len(conn.Accounts) == 0 && len(picked) == 0 {
		return conn.Accounts
	}
	stay := conn.Accounts
	if len(p.Files) == 0 && len(picked) > 0 {
		stay = nil
	}
	var out []string
	for _, ref := range slices.Concat(stay, p.Joined, picked) {
		if !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// writeConnection writes all that a conversation's end means, in one transaction.
// Where the link ends with it, it reads what that end is made of.
func (v *Visit) writeConnection(ctx context.Context, p pending, before, made fairlead.Connection) error {
	var result *LinkResult
	offered := v.offers(ctx)
	err := v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		conn, known := made, before.Version > 0
		recovered := before.Status == fairlead.ConnectionNeedsAction
		if err := p.settle(tx, s); err != nil {
			return err
		}
		consent, err := authorise(tx, s, p, conn)
		if err != nil {
			return err
		}
		if recovered {
			conn.NeedsActionNotified = false // its recovery is published below
		}
		firstCollection(&conn, *s, consent, offered)
		if err := v.enqueue(tx, s, &conn, p.Files, known); err != nil {
			return err
		}
		if err := tx.Connections.Put(s.tenant.ID, &conn); err != nil {
			return err
		}
		if err := supersede(tx, s, before.Consent, consent.ID); err != nil {
			return err
		}
		link := &s.link
		if !slices.Contains(link.Connections, conn.ID) {
			link.Connections = append(slices.Clone(link.Connections), conn.ID)
		}
		link.Turns++
		link.Conversation, link.Problem, link.Consent = nil, nil, ""
		if link.Unseen = (time.Time{}); v.patient { // by work, while no page is open
			link.Unseen = s.now
		}
		link.Stage = stageConnected(link.Spec)
		for _, f := range p.Files {
			link.Uploads = slices.DeleteFunc(slices.Clone(link.Uploads), func(b string) bool { return b == f.Blob })
		}
		if err := v.publishConnected(ctx, tx, s, connected{conn, consent, known, recovered}); err != nil {
			return err
		}
		if result = nil; dispatch(*s) == end {
			result, err = readResult(tx, *s)
		}
		return err
	})
	if err == nil && result != nil {
		result.Link, v.ended = v.link, result
	}
	return err
}

// offers are the products that the link's institution has.
func (v *Visit) offers(ctx context.Context) []fairlead.Product {
	i, err := v.institution(ctx)
	if err != nil {
		return nil
	}
	return i.Products
}

// firstCollection brings a connection, new or known, to its first collection.
func firstCollection(conn *fairlead.Connection, s state, consent fairlead.Consent, offered []fairlead.Product) {
	conn.Status, conn.Problem, conn.Failures = fairlead.ConnectionCollecting, nil, 0
	conn.Consent = consent.ID
	if conn.Created.IsZero() {
		conn.Created = s.now
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
		product, known := products[p]
		switch {
		case !slices.Contains(offered, p) || !slices.Contains(granted, p):
			product.Status = fairlead.ProductUnavailable
		case !known || product.Status == fairlead.ProductUnavailable:
			product.Status = fairlead.ProductPending
		}
		product.Problem, product.Tag = nil, "" // the accounts may be others
		products[p] = product
	}
	conn.Products = products
}

// authorise writes the consent as given.
func authorise(tx *store.Tx, s *state, p pending, conn fairlead.Connection) (fairlead.Consent, error) {
	c, err := tx.Consents.Get(s.tenant.ID, string(s.link.Consent))
	if err != nil {
		return c, err
	}
	c.Connection, c.Accounts = conn.ID, conn.Accounts
	if g := p.Grant; g != nil {
		c.Ref, c.Granted = g.Ref, g.Products
		if !g.Expires.IsZero() {
			c.Expires = g.Expires
		}
	}
	if !c.Become(fairlead.ConsentAuthorised, s.now) {
		return c, fairlead.Errorf(fairlead.ConsentEnded, "The consent has ended meanwhile.")
	}
	if err := tx.Consents.Put(s.tenant.ID, &c); err != nil {
		return c, err
	}
	return c, lifecycle.WatchConsent(tx, c)
}

// supersede ends the consent that a renewed connection stood on before.
func supersede(tx *store.Tx, s *state, before, now fairlead.ConsentID) error {
	if before == "" || before == now {
		return nil
	}
	c, err := tx.Consents.Get(s.tenant.ID, string(before))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return lifecycle.ReplaceConsent(tx, &c, s.now)
}

// enqueue makes the collection due. Of files, each is a collection of its own; of
// a connection found again, one that says why.
func (v *Visit) enqueue(tx *store.Tx, s *state, conn *fairlead.Connection, files []fairlead.File, known bool) error {
	collection := func(cause fairlead.Cause, file *fairlead.File) *fairlead.Collection {
		return &fairlead.Collection{
			ID: fairlead.CollectionID(fairlead.NewID("col", s.wall)), Tenant: s.tenant.ID, Connection: conn.ID, Cause: cause, File: file,
		}
	}
	var all []*fairlead.Collection
	switch {
	case len(files) > 0:
		for _, f := range files {
			f.Name = sealing.Masked(f.Name) // it lies open from here on
			all = append(all, collection(fairlead.CauseUpload, &f))
		}
	case known:
		all = append(all, collection(fairlead.CauseRelink, nil))
	}
	return lifecycle.EnqueueCollections(tx, conn, s.now, all...)
}

// connected is what has been made by a login.
type connected struct {
	conn      fairlead.Connection
	consent   fairlead.Consent
	known     bool // the connection was there before
	recovered bool // it needed action
}

// publishConnected publishes and records what has been made.
func (v *Visit) publishConnected(ctx context.Context, tx *store.Tx, s *state, made connected) error {
	linked := s.event(fairlead.EventConnectionLinked)
	if made.known {
		linked.Cause = fairlead.CauseRelink
	}
	if made.recovered {
		linked.Kind = fairlead.EventConnectionRecovered
	}
	linked.Connection, linked.Consent, linked.Status = made.conn.ID, made.consent.ID, string(made.conn.Status)
	granted := s.event(fairlead.EventConsentGranted)
	granted.Connection, granted.Consent, granted.Status = made.conn.ID, made.consent.ID, string(made.consent.Status)
	if err := lifecycle.Publish(tx, v.l.o.Publisher, granted, linked); err != nil {
		return err
	}
	return v.audit(ctx, tx, s, "person", "connection.link", string(made.conn.ID))
}
