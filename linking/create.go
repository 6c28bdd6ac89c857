package linking

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// CreateRequest is all that makes a link.
type CreateRequest struct {
	Tenant    fairlead.Tenant // the application's, where the caller holds it; zero: it is read
	Reference string          // the application's own name for the person; "": an anonymous new one
	Person    fairlead.PersonID
	Spec      fairlead.Spec
	Hints     fairlead.PersonDetails
	Origin    fairlead.Origin
	Life      time.Duration // 0: 30 minutes
	// Token is the link's token where a vendor's has a form of its own: of
	// fairlead.NewUUIDToken, or with at least 120 random bits; "": one is minted.
	Token string
	// NewReference says that Reference was minted for this link: nobody has it yet, and
	// nobody is looked for.
	NewReference bool
	// Counter is one of the dialect's counters (notes.KV.Next), for a vendor that numbers
	// what we name: the link is its next number, of which State makes Origin.State.
	// State runs inside the link's transaction, and may run twice.
	Counter string
	State   func(number int64) (json.RawMessage, error)
}

// Created is a link and the only copy of its token.
type Created struct {
	Link   fairlead.Link
	Token  string
	URL    string // hosted page
	Number int64  // of CreateRequest.Counter
}

// Create mints a link and its token. Errors: Invalid with the fields by their
// names in the native API.
func (l *Linking) Create(ctx context.Context, app fairlead.Application, request CreateRequest) (Created, error) {
	return l.create(ctx, app, request, "")
}

func (l *Linking) create(ctx context.Context, app fairlead.Application, request CreateRequest, template fairlead.TemplateID) (made Created, err error) {
	tenant, err := l.tenantIn(ctx, app, request.Tenant)
	if err != nil {
		return Created{}, err
	}
	if err := l.check(ctx, tenant, app, &request); err != nil {
		return Created{}, err
	}
	err = store.Retry(ctx, l.o.Store, func() error {
		made, err = l.mint(ctx, tenant, app, request, template)
		return err
	})
	return made, in("creating a link", err)
}

// mint writes the person, the link and its token once. Whom the link is for is
// found out in the same transaction, unless something follows from it that can't
// be done there: sealing, and looking for their saved logins. What is sealed for the
// link alone is sealed before.
func (l *Linking) mint(
	ctx context.Context, tenant fairlead.Tenant, app fairlead.Application, request CreateRequest, template fairlead.TemplateID,
) (Created, error) {
	wall := l.o.Clock()
	token := request.Token
	if token == "" {
		token = fairlead.NewDatedToken(wall)
	}
	m := minting{token: token, wall: wall, app: app, request: request, link: fairlead.Link{
		ID: fairlead.LinkID(fairlead.NewID("lnk", wall)), Tenant: tenant.ID, Application: app.ID, Template: template,
		Spec: request.Spec, Status: fairlead.LinkOpen, Origin: request.Origin,
	}}
	if err := l.sealHints(&m.link, request.Hints); err != nil {
		return Created{}, err
	}
	err := errNotKnown
	known := l.remembered.recall(tenant.ID, request)
	if known.person != "" {
		m.find = func(tx *store.Tx, _ fairlead.Tenant) (linkTarget, error) { return known.find(tx, tenant.ID) }
		err = l.write(ctx, tenant.ID, &m)
	}
	if errors.Is(err, errNotKnown) {
		l.remembered.forget(tenant.ID, request)
		if err = l.findBefore(ctx, tenant, &m); err == nil {
			err = l.write(ctx, tenant.ID, &m)
		}
	}
	if err != nil {
		return Created{}, err
	}
	l.remembered.remember(tenant.ID, request, m.target.person)
	return Created{Link: m.made, Token: token, URL: l.o.BaseURL + "/l/" + token, Number: m.number}, nil
}

// minting is a link on its way into the store.
type minting struct {
	link    fairlead.Link // before anything is known of whom it is for
	token   string
	wall    time.Time
	app     fairlead.Application
	request CreateRequest
	find    func(*store.Tx, fairlead.Tenant) (linkTarget, error) // whom it is for, in the transaction that writes it
	stage   fairlead.Stage                                       // where it begins; "": as its spec has it

	made   fairlead.Link // what was written, for whom, and its number
	target linkTarget
	number int64
}

// findBefore finds out before the transaction that writes a link whom it is for, where
// something has to be sealed or looked for then.
func (l *Linking) findBefore(ctx context.Context, tenant fairlead.Tenant, m *minting) error {
	find := func(tx *store.Tx, t fairlead.Tenant) (linkTarget, error) {
		return l.findTarget(tx, t, m.app.ID, m.wall, m.request)
	}
	m.find = find
	if m.request.Hints == (fairlead.PersonDetails{}) && !m.request.Spec.Returning {
		return nil
	}
	var who linkTarget
	err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if who, err = find(tx, tenant); err != nil {
			return err
		}
		m.stage, err = l.firstStage(tx, state{tenant: tenant, link: who.applyTo(m.link)})
		return err
	})
	if err != nil {
		return err
	}
	if m.request.Hints != (fairlead.PersonDetails{}) {
		changed, err := l.sealer.Learn(&who.person, m.request.Hints)
		if err != nil {
			return err
		}
		who.write = who.write || changed
	}
	m.find = func(tx *store.Tx, t fairlead.Tenant) (linkTarget, error) {
		if who.write {
			return who, nil
		}
		_, err := tx.Persons.Get(t.ID, string(who.person.ID)) // may have been erased since
		return who, erased(err)
	}
	return nil
}

// write writes what is minted in one transaction.
func (l *Linking) write(ctx context.Context, tenant fairlead.TenantID, m *minting) error {
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		who, err := m.find(tx, t)
		if err != nil {
			return err
		}
		made := who.applyTo(m.link)
		if made.Stage = m.stage; made.Stage == "" {
			made.Stage = stageAfter(made, "")
		}
		made.Created = t.Time(m.wall)
		made.Expires = made.Created.Add(m.request.Life)
		if m.request.Counter != "" {
			if m.number, err = tx.Notes.Next(tenant, made.Origin.Dialect, m.request.Counter); err != nil {
				return err
			}
			if made.Origin.State, err = m.request.State(m.number); err != nil {
				return err
			}
		}
		if who.write {
			if who.person.Created.IsZero() {
				who.person.Created = made.Created
			}
			if err := tx.Persons.Put(tenant, &who.person); err != nil {
				return err
			}
		}
		m.made, m.target = made, who
		return l.addLink(tx, state{tenant: t, app: m.app, link: m.made, wall: m.wall, now: made.Created}, &m.made, m.token)
	})
}

// erased makes of a person who is gone since they were found something that is
// worth another try.
func erased(err error) error {
	if err != nil && fairlead.Is(err, fairlead.NotFound) {
		return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The person was erased meanwhile.", Err: errors.Join(store.ErrStale, err)}
	}
	return err
}

// linkTarget is whom, and where, a link is for.
type linkTarget struct {
	person      fairlead.Person
	write       bool                   // is new, or has new details
	institution fairlead.InstitutionID // of the connection that is renewed
}

// applyTo is a link as it is for its target.
func (i linkTarget) applyTo(link fairlead.Link) fairlead.Link {
	link.Person, link.Reference = i.person.ID, i.person.Reference
	if i.institution != "" {
		link.Spec.Institution = i.institution
	}
	link.Institution = link.Spec.Institution
	return link
}

// findTarget finds the person whom the link is for, or makes a new one. In
// update mode it is the connection's.
func (l *Linking) findTarget(
	tx *store.Tx, tenant fairlead.Tenant, app fairlead.ApplicationID, wall time.Time, request CreateRequest,
) (i linkTarget, err error) {
	var renewed fairlead.Connection
	if id := request.Spec.Connection; id != "" {
		renewed, err = tx.Connections.Get(tenant.ID, string(id))
		others := tenant.Sharing == fairlead.SharingApplication && renewed.Application != app
		if err != nil || others || renewed.Status == fairlead.ConnectionDisconnected {
			return i, fairlead.InvalidField("connection_id", "unknown", "must be a connection that is not disconnected")
		}
		if request.Person == "" && request.Reference == "" {
			request.Person = renewed.Person
		}
		if chosen := request.Spec.Institution; chosen != "" && chosen != renewed.Institution {
			return i, fairlead.InvalidField("institution_id", "exclusive", "must be the connection's, or be left out")
		}
		i.institution = renewed.Institution
	}
	if request.NewReference {
		i.person, i.write = fairlead.Person{ID: fairlead.PersonID(fairlead.NewID("per", wall)), Tenant: tenant.ID, Reference: request.Reference}, true
		return i, nil
	}
	i.person, err = lifecycle.FindPerson(tx, tenant, wall, request.Person, request.Reference)
	switch {
	case request.Person != "" && fairlead.Is(err, fairlead.NotFound):
		return i, fairlead.InvalidField("person", "unknown", "must be a person of this tenant")
	case err != nil:
		return i, err
	case renewed.ID != "" && renewed.Person != i.person.ID:
		return i, fairlead.InvalidField("connection_id", "exclusive", "must be a connection of the same person")
	}
	i.write = i.person.Version == 0
	return i, nil
}

// firstStage is where a new link begins. Saved logins of a returning person are
// offered at the welcome, wanted or not.
func (l *Linking) firstStage(tx *store.Tx, s state) (fairlead.Stage, error) {
	if s.link.Spec.Returning {
		if saved, err := l.savedIn(tx, s); err != nil || len(saved) > 0 {
			return fairlead.StageWelcome, err
		}
	}
	return stageAfter(s.link, ""), nil
}

// sealHints seals what the application said of the person under the link's own key.
func (l *Linking) sealHints(link *fairlead.Link, hints fairlead.PersonDetails) (err error) {
	if hints == (fairlead.PersonDetails{}) {
		return nil
	}
	if link.Key, err = l.o.Vault.NewKey(sealing.LinkKey(*link).Owner); err != nil {
		return err
	}
	link.Hints, err = l.sealer.SealJSON(sealing.LinkKey(*link), string(link.ID), sealing.Hints, hints)
	return err
}

// addLink writes a new link with its token, its event and the work that ends it.
func (l *Linking) addLink(tx *store.Tx, s state, link *fairlead.Link, token string) error {
	link.Token = fairlead.DatedHash(token)
	if err := tx.Links.Put(s.tenant.ID, link); err != nil {
		return err
	}
	err := tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.LinkToken, Name: link.Token, Tenant: s.tenant.ID, Application: s.app.ID,
		Subject: string(link.ID), Dialect: link.Origin.Dialect, Expires: link.Expires, Known: true,
	})
	if err != nil {
		return err
	}
	return l.announce(tx, s, link)
}

// announce publishes that a link was made, and makes its end due.
func (l *Linking) announce(tx *store.Tx, s state, link *fairlead.Link) error {
	created := s.event(fairlead.EventLinkCreated)
	created.Dialect = link.Origin.Dialect
	known := lifecycle.Known{Tenant: s.tenant, Application: s.app, Link: link}
	if err := lifecycle.PublishKnown(tx, l.o.Publisher, created, known); err != nil {
		return err
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.ExpireWork, Key: OpenLinks, Tenant: s.tenant.ID, Due: link.Expires})
}

// Link returns a link, or NotFound.
func (l *Linking) Link(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (link fairlead.Link, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		link, err = tx.Links.Get(tenant, string(id))
		return err
	})
	return link, in("reading a link", err)
}

// Links returns a page of an application's links in the order of their birth,
// after one. Limit 0 means 100, at most 500.
func (l *Linking) Links(
	ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, after fairlead.LinkID, limit int,
) (page []fairlead.Link, err error) {
	return l.list(ctx, tenant, store.Query{
		Where: []store.Match{store.By(store.ByApplication, string(app))}, After: string(after), Limit: store.PageSize(limit, 100, 500),
	})
}

// ListQuery selects a page of a tenant's links, newest first.
type ListQuery struct {
	Application fairlead.ApplicationID // "": all
	Person      fairlead.PersonID      // "": all
	After       fairlead.LinkID        // the last of the page before
	Limit       int                    // 0: 100, at most 500
}

// Newest returns a page of a tenant's links, newest first.
func (l *Linking) Newest(ctx context.Context, tenant fairlead.TenantID, q ListQuery) ([]fairlead.Link, error) {
	var where []store.Match
	for _, m := range []store.Match{store.By(store.ByApplication, string(q.Application)), store.By(store.ByPerson, string(q.Person))} {
		if m.Value != "" {
			where = append(where, m)
		}
	}
	return l.list(ctx, tenant, store.Query{Where: where, After: string(q.After), Limit: store.PageSize(q.Limit, 100, 500), Newest: true})
}

func (l *Linking) list(ctx context.Context, tenant fairlead.TenantID, q store.Query) (page []fairlead.Link, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Links.List(tenant, q)
		return err
	})
	return page, in("listing links", err)
}

// Begin starts the conversation of a link that has nothing to show before it,
// without waiting for the person: its consent exists and the institution awaits
// them when this returns. What the institution refused stands in the link as its
// Problem. Errors: Conflict when the link stands elsewhere.
func (l *Linking) Begin(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error) {
	v, err := l.openLink(ctx, tenant, id, "")
	if err == nil {
		err = v.begin(ctx)
	}
	if err == nil {
		err = v.refresh(ctx)
	}
	if err != nil {
		return fairlead.Link{}, in("beginning a conversation", err)
	}
	return v.link, nil
}

// tenantIn is an application's tenant: the one that is known, if it is that.
func (l *Linking) tenantIn(ctx context.Context, app fairlead.Application, known fairlead.Tenant) (fairlead.Tenant, error) {
	if known.ID != "" && known.ID == app.Tenant {
		return known, nil
	}
	return l.tenantOf(ctx, app.Tenant)
}

// tenantOf reads a tenant.
func (l *Linking) tenantOf(ctx context.Context, id fairlead.TenantID) (t fairlead.Tenant, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Tenants.Get(id)
		return err
	})
	return t, in("reading a tenant", err)
}
