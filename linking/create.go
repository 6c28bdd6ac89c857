package linking

import (
	"context"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// attempts is how often a write is tried again when somebody else was faster.
const attempts = 4

// Create mints a link and its token. Errors: Invalid with the fields by their
// names in the native API.
func (l *Linking) Create(ctx context.Context, app fairlead.Application, ask CreateRequest) (Created, error) {
	return l.create(ctx, app, ask, "")
}

func (l *Linking) create(ctx context.Context, app fairlead.Application, ask CreateRequest, template fairlead.TemplateID) (Created, error) {
	tenant, err := l.tenantOf(ctx, app.Tenant)
	if err != nil {
		return Created{}, err
	}
	if err := l.check(tenant, app, &ask); err != nil {
		return Created{}, err
	}
	var made Created
	view := transaction(l.o.Store.View)
	for range attempts {
		if made, err = l.mint(ctx, view, tenant, app, ask, template); !fairlead.Is(err, fairlead.Conflict) {
			break
		}
		view = l.o.Store.Update
	}
	return made, in("creating a link", err)
}

// mint writes the person, the link and its token once. Whom the link is for is
// found out in the same transaction, unless something follows from it that can't
// be done there: sealing, and looking for their saved logins.
func (l *Linking) mint(ctx context.Context, view transaction, tenant fairlead.Tenant, app fairlead.Application, ask CreateRequest, template fairlead.TemplateID) (Created, error) {
	wall := l.o.Clock()
	token := ask.Token
	if token == "" {
		token = fairlead.NewDatedToken(wall)
	}
	link := fairlead.Link{
		ID: fairlead.LinkID(fairlead.NewID("lnk", wall)), Tenant: tenant.ID, Application: app.ID, Template: template,
		Spec: ask.Spec, Status: fairlead.LinkOpen, Origin: ask.Origin,
	}
	known := ask.Hints != fairlead.PersonDetails{} || ask.Spec.Returning
	var g guest
	if known {
		if err := view(ctx, func(tx *store.Tx) (err error) {
			g, err = l.invite(tx, tenant, ask)
			return err
		}); err != nil {
			return Created{}, err
		}
		if err := l.foresee(ctx, tenant, &link, &g, ask.Hints); err != nil {
			return Created{}, err
		}
	}
	var made fairlead.Link
	err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant.ID)
		if err != nil {
			return err
		}
		made = link
		g := g
		if !known {
			if g, err = l.invite(tx, tenant, ask); err != nil {
				return err
			}
			made = g.of(link)
			made.Stage = onward(made, "")
		} else if !g.fresh { // may have been erased since
			if _, err := tx.Persons.Get(tenant.ID, string(g.person.ID)); err != nil {
				return erased(err)
			}
		}
		made.Created = t.Time(wall)
		made.Expires = made.Created.Add(ask.Life)
		if g.fresh {
			if g.person.Created.IsZero() {
				g.person.Created = made.Created
			}
			if err := tx.Persons.Put(tenant.ID, &g.person); err != nil {
				return err
			}
		}
		return l.addLink(tx, t, app, &made, token, wall)
	})
	if err != nil {
		return Created{}, err
	}
	return Created{Link: made, Token: token, URL: l.o.BaseURL + "/l/" + token}, nil
}

// erased makes of a person who is gone since they were found something that is
// worth another try.
func erased(err error) error {
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Errorf(fairlead.Conflict, "The person was erased meanwhile.")
	}
	return err
}

// guest is whom a link is for.
type guest struct {
	person      fairlead.Person
	fresh       bool                   // must be written
	institution fairlead.InstitutionID // of the connection that is renewed
}

// of is a link as it is for this guest.
func (g guest) of(link fairlead.Link) fairlead.Link {
	link.Person, link.Reference = g.person.ID, g.person.Reference
	if g.institution != "" {
		link.Spec.Institution = g.institution
	}
	link.Institution = link.Spec.Institution
	return link
}

// foresee does what can't be done in the transaction: it seals what the
// application said of the person, and looks for their saved logins.
func (l *Linking) foresee(ctx context.Context, tenant fairlead.Tenant, link *fairlead.Link, g *guest, hints fairlead.PersonDetails) error {
	changed, err := l.learn(&g.person, hints)
	if err != nil {
		return err
	}
	g.fresh = g.fresh || changed
	*link = g.of(*link)
	if err := l.sealHints(link, hints); err != nil {
		return err
	}
	link.Stage, err = l.firstStage(ctx, scene{tenant: tenant, link: *link})
	return err
}

// firstStage is where a new link begins. Saved logins of a returning person are
// offered at the welcome, wanted or not.
func (l *Linking) firstStage(ctx context.Context, sc scene) (fairlead.Stage, error) {
	if sc.link.Spec.Returning {
		if saved, err := l.saved(ctx, sc); err != nil || len(saved) > 0 {
			return fairlead.StageWelcome, err
		}
	}
	return onward(sc.link, ""), nil
}

// addLink writes a new link with its token, its event and the work that ends it.
func (l *Linking) addLink(tx *store.Tx, t fairlead.Tenant, app fairlead.Application, link *fairlead.Link, token string, wall time.Time) error {
	if err := tx.Links.Put(t.ID, link); err != nil {
		return err
	}
	err := tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.LinkToken, Name: fairlead.DatedHash(token), Tenant: t.ID, Application: app.ID,
		Subject: string(link.ID), Dialect: link.Origin.Dialect, Expires: link.Expires,
	})
	if err != nil {
		return err
	}
	sc := scene{tenant: t, app: app, link: *link, real: wall, now: link.Created}
	created := sc.event(fairlead.EventLinkCreated)
	created.Dialect = link.Origin.Dialect
	if err := l.o.Publisher.Publish(tx, created); err != nil {
		return err
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.ExpireWork, Key: openLinks, Tenant: t.ID, Due: link.Expires})
}

// sealHints keeps what the application said of the person, under the link's own key.
func (l *Linking) sealHints(link *fairlead.Link, hints fairlead.PersonDetails) (err error) {
	if hints == (fairlead.PersonDetails{}) {
		return nil
	}
	if link.Key, err = l.o.Vault.NewKey(linkOwner(*link)); err != nil {
		return err
	}
	link.Hints, err = l.sealFor(*link, hints)
	return err
}

// invite finds the person whom the link is for, or makes a new one. In update mode
// it is the connection's.
func (l *Linking) invite(tx *store.Tx, tenant fairlead.Tenant, ask CreateRequest) (g guest, err error) {
	var renewed fairlead.Connection
	if id := ask.Spec.Connection; id != "" {
		if renewed, err = tx.Connections.Get(tenant.ID, string(id)); err != nil || renewed.Status == fairlead.ConnectionDisconnected {
			return g, fairlead.InvalidField("connection_id", "unknown", "must be a connection that is not disconnected")
		}
		if ask.Person == "" && ask.Reference == "" {
			ask.Person = renewed.Person
		}
		g.institution = renewed.Institution
	}
	switch {
	case ask.Person != "":
		g.person, err = tx.Persons.Get(tenant.ID, string(ask.Person))
		if fairlead.Is(err, fairlead.NotFound) {
			return g, fairlead.InvalidField("person", "unknown", "must be a person of this tenant")
		}
	case ask.Reference != "":
		g.person, err = tx.Persons.Find(tenant.ID, store.By(store.ByReference, ask.Reference))
		if fairlead.Is(err, fairlead.NotFound) {
			g.fresh = true
			g.person, err = l.newPerson(tx, tenant, ask.Reference)
		}
	default:
		g.fresh = true
		g.person, err = l.newPerson(tx, tenant, "")
	}
	if err == nil && renewed.ID != "" && renewed.Person != g.person.ID {
		err = fairlead.InvalidField("connection_id", "exclusive", "must be a connection of the same person")
	}
	return g, err
}

// newPerson is a person not met before; without a reference an anonymous one,
// whose reference is the id. The id of an erased person is not given again.
func (l *Linking) newPerson(tx *store.Tx, tenant fairlead.Tenant, reference string) (fairlead.Person, error) {
	wall := l.o.Clock()
	p := fairlead.Person{Tenant: tenant.ID, Reference: reference}
	if reference == "" {
		p.ID = fairlead.PersonID(fairlead.NewID("per", wall))
		p.Reference = string(p.ID)
		return p, nil
	}
	parts := []string{reference}
	for n := 1; ; n++ {
		p.ID = fairlead.PersonID(tenant.IDFor("per", wall, parts...))
		used, err := tx.Links.List(tenant.ID, store.Query{Where: []store.Match{store.By(store.ByPerson, string(p.ID))}, Limit: 1})
		if err != nil || len(used) == 0 {
			return p, err
		}
		parts = []string{reference, strconv.Itoa(n)}
	}
}

// learn merges hints into a person's sealed details.
func (l *Linking) learn(p *fairlead.Person, hints fairlead.PersonDetails) (changed bool, err error) {
	if hints == (fairlead.PersonDetails{}) {
		return false, nil
	}
	known, err := l.detailsOf(*p)
	if err != nil {
		return false, err
	}
	merged := overlay(known, hints)
	if merged == known {
		return false, nil
	}
	if p.Key == nil {
		if p.Key, err = l.o.Vault.NewKey(personOwner(*p)); err != nil {
			return false, err
		}
	}
	p.Details, err = l.sealDetails(*p, merged)
	return true, err
}

// overlay is the details with what is newly said in place of what was known.
func overlay(known, said fairlead.PersonDetails) fairlead.PersonDetails {
	for from, to := range map[*string]*string{
		&said.PersonalTaxID: &known.PersonalTaxID, &said.BusinessTaxID: &known.BusinessTaxID,
		&said.Email: &known.Email, &said.Phone: &known.Phone,
	} {
		if *from != "" {
			*to = *from
		}
	}
	return known
}

// personOwner is to whom a person's sealed details are bound.
func personOwner(p fairlead.Person) vault.Owner {
	return vault.Owner{Tenant: p.Tenant, ID: string(p.ID)}
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
func (l *Linking) Links(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, after fairlead.LinkID, limit int) (page []fairlead.Link, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Links.List(tenant, store.Query{
			Where: []store.Match{store.By(store.ByApplication, string(app))}, After: string(after), Limit: bound(limit, 100, 500),
		})
		return err
	})
	return page, in("listing links", err)
}

// LinkByToken leads from a link's token to the link, without entering it: for
// vendors whose link token is a bearer. Gone when the link has ended.
func (l *Linking) LinkByToken(ctx context.Context, token string) (link fairlead.Link, err error) {
	wall := l.o.Clock()
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tokens.Get(fairlead.LinkToken, fairlead.DatedHash(token))
		if err != nil {
			return err
		}
		sc, err := read(tx, place{tenantID: t.Tenant, linkID: fairlead.LinkID(t.Subject)}, wall)
		if err != nil {
			return err
		}
		link = sc.link
		return sc.open()
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Link{}, fairlead.Errorf(fairlead.Unauthenticated, "This link token is not valid.")
	}
	return link, in("finding a link by its token", err)
}
