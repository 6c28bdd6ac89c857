package linking

import (
	"cmp"
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// TemplateRequest makes or changes a template.
type TemplateRequest struct {
	Tenant fairlead.Tenant // the application's, where the caller holds it; zero: it is read
	Name   string
	Spec   fairlead.Spec
	Origin fairlead.Origin
}

// CreateTemplate makes a reusable link; without a name it is named by its token.
// Conflict when its name is taken.
func (l *Linking) CreateTemplate(ctx context.Context, app fairlead.Application, request TemplateRequest) (fairlead.Template, error) {
	tenant, err := l.tenantIn(ctx, app, request.Tenant)
	if err != nil {
		return fairlead.Template{}, err
	}
	wall := l.o.Clock()
	token := fairlead.NewDatedToken(wall)
	request.Name = cmp.Or(request.Name, token)
	find := func(name string) (fairlead.Institution, error) { return l.o.Directory.Find(ctx, tenant, name) }
	if err := l.checkTemplate(find, tenant, app, request.Name, &request.Spec); err != nil {
		return fairlead.Template{}, err
	}
	t := fairlead.Template{
		ID: fairlead.TemplateID(fairlead.NewID("lkt", wall)), Tenant: tenant.ID, Application: app.ID, Token: token,
		Name: request.Name, Spec: request.Spec, Origin: request.Origin, Active: true, Created: tenant.Time(wall),
	}
	var made fairlead.Template
	err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
		made = t
		if err := tx.Templates.Put(tenant.ID, &made); err != nil {
			if taken := nameFree(tx, tenant.ID, t.Name); taken != nil && fairlead.Is(err, fairlead.Conflict) {
				return taken
			}
			return err
		}
		err := tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.TemplateToken, Name: fairlead.DatedHash(t.Token), Tenant: tenant.ID, Application: app.ID, Subject: string(t.ID), Known: true,
		})
		if err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant.ID, At: wall, Actor: actorIn(ctx, app), Action: "template.create", Subject: string(t.ID)})
	})
	return made, in("creating a template", err)
}

func (l *Linking) checkTemplate(find finder, tenant fairlead.Tenant, app fairlead.Application, name string, spec *fairlead.Spec) error {
	var f faults
	if name == "" || len(name) > maxText {
		f.add("name", "required", "must have between 1 and 500 bytes")
	}
	if spec.Connection != "" {
		f.add("connection_id", "exclusive", "must not be fixed in a reusable link")
	}
	if err := l.checkSpec(&f, find, tenant, app, spec); err != nil {
		return err
	}
	return f.err()
}

// actorIn is who does it: whoever a context names, else the application.
func actorIn(ctx context.Context, app fairlead.Application) string {
	who, _ := fairlead.ActorIn(ctx)
	return cmp.Or(who, string(app.ID))
}

func nameFree(tx *store.Tx, tenant fairlead.TenantID, name string) error {
	_, err := tx.Templates.Find(tenant, store.By(store.ByName, name))
	switch {
	case err == nil:
		return lifecycle.NameTaken()
	case fairlead.Is(err, fairlead.NotFound):
		return nil
	}
	return err
}

// Template returns an application's template by its token, or NotFound.
func (l *Linking) Template(ctx context.Context, app fairlead.Application, token string) (t fairlead.Template, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = templateOf(tx, app, token)
		return err
	})
	return t, in("reading a template", err)
}

func templateOf(tx *store.Tx, app fairlead.Application, token string) (fairlead.Template, error) {
	var t fairlead.Template
	leads, err := tx.Tokens.Get(fairlead.TemplateToken, fairlead.DatedHash(token))
	if err == nil && leads.Tenant == app.Tenant {
		t, err = tx.Templates.Get(app.Tenant, leads.Subject)
	}
	if err == nil && t.Application != app.ID || fairlead.Is(err, fairlead.NotFound) {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such template.")
	}
	return t, err
}

// Templates lists an application's templates in the order of their birth.
func (l *Linking) Templates(ctx context.Context, app fairlead.Application) (all []fairlead.Template, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		q := store.Query{Where: []store.Match{store.By(store.ByApplication, string(app.ID))}}
		all, err = store.Collect(store.All(tx.Templates, app.Tenant, q))
		return err
	})
	return all, in("listing templates", err)
}

// TemplatePage lists a page of an application's templates, in the order of ids, after one.
// Limit 0 means 100, at most 1000.
func (l *Linking) TemplatePage(ctx context.Context, app fairlead.Application, after fairlead.TemplateID, limit int) (page []fairlead.Template, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Templates.List(app.Tenant, store.Query{
			Where: []store.Match{store.By(store.ByApplication, string(app.ID))}, After: string(after), Limit: store.PageSize(limit, 100, 1000),
		})
		return err
	})
	return page, in("listing templates", err)
}

// ChangeTemplate changes a template in one transaction. change may be called more
// than once and must not touch ID, Tenant, Application, Token and Created.
func (l *Linking) ChangeTemplate(
	ctx context.Context, app fairlead.Application, token string, change func(*fairlead.Template) error,
) (fairlead.Template, error) {
	tenant, err := l.tenantOf(ctx, app.Tenant)
	if err != nil {
		return fairlead.Template{}, err
	}
	wall := l.o.Clock()
	var made fairlead.Template
	err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
		before, err := templateOf(tx, app, token)
		if err != nil {
			return err
		}
		made = before
		if err := change(&made); err != nil {
			return err
		}
		made.ID, made.Tenant, made.Application, made.Token = before.ID, before.Tenant, before.Application, before.Token
		made.Created, made.Version = before.Created, before.Version
		made.Name = cmp.Or(made.Name, made.Token)
		find := func(name string) (fairlead.Institution, error) { return l.o.Directory.Institution(tx, tenant, name) }
		if err := l.checkTemplate(find, tenant, app, made.Name, &made.Spec); err != nil {
			return err
		}
		if made.Name != before.Name {
			if err := nameFree(tx, tenant.ID, made.Name); err != nil {
				return err
			}
		}
		if err := tx.Templates.Put(tenant.ID, &made); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant.ID, At: wall, Actor: actorIn(ctx, app), Action: "template.change", Subject: string(made.ID)})
	})
	if err != nil {
		return fairlead.Template{}, in("changing a template", err)
	}
	return made, nil
}

// DeleteTemplate removes a template; links that it minted stay. Conflict while
// codes of its links wait to be exchanged.
func (l *Linking) DeleteTemplate(ctx context.Context, app fairlead.Application, token string) error {
	wall := l.o.Clock()
	return in("deleting a template", l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := templateOf(tx, app, token)
		if err != nil {
			return err
		}
		pending, err := pendingCodes(tx, t, wall)
		if err != nil {
			return err
		}
		if pending > 0 {
			return fairlead.Errorf(fairlead.Conflict, "The template has codes that wait to be exchanged.")
		}
		if err := tx.Tokens.Delete(fairlead.TemplateToken, fairlead.DatedHash(t.Token)); err != nil {
			return err
		}
		if err := tx.Templates.Delete(app.Tenant, string(t.ID)); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: app.Tenant, At: wall, Actor: actorIn(ctx, app), Action: "template.delete", Subject: string(t.ID)})
	}))
}

// PendingCodes counts the listable codes of a template's links that wait to be exchanged.
func (l *Linking) PendingCodes(ctx context.Context, tenant fairlead.TenantID, id fairlead.TemplateID) (n int, err error) {
	wall := l.o.Clock()
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Templates.Get(tenant, string(id))
		if err != nil {
			return err
		}
		n, err = pendingCodes(tx, t, wall)
		return err
	})
	return n, in("counting codes", err)
}

func pendingCodes(tx *store.Tx, t fairlead.Template, wall time.Time) (n int, err error) {
	all, _, err := codes(tx, t.Tenant, t.Application, wall)
	for _, c := range all {
		if c.Template == t.ID {
			n++
		}
	}
	return n, err
}

// templateOfEntry finds the template of an entry with its application, if it is active.
func (l *Linking) templateOfEntry(ctx context.Context, e Entry) (t fairlead.Template, app fairlead.Application, tenant fairlead.Tenant, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		token, err := tx.Tokens.Get(fairlead.TemplateToken, fairlead.DatedHash(e.Template))
		if err != nil {
			return err
		}
		if t, err = tx.Templates.Get(token.Tenant, token.Subject); err != nil {
			return err
		}
		if tenant, err = tx.Tenants.Get(token.Tenant); err != nil {
			return err
		}
		app, err = tx.Applications.Get(token.Tenant, string(t.Application))
		return err
	})
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		err = fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	case err == nil && !t.Active:
		err = fairlead.Errorf(fairlead.Gone, "This link is not active now.")
	}
	return t, app, tenant, in("finding a template", err)
}

// requestOf is what a template's entry requests: the template's spec with what the
// address brought along. All of that is unauthenticated; an institution that
// the template does not offer is ignored.
func (l *Linking) requestOf(ctx context.Context, t fairlead.Template, tenant fairlead.Tenant, e Entry) (CreateRequest, error) {
	request := CreateRequest{Reference: e.Reference, Spec: t.Spec, Origin: t.Origin}
	if e.Institution != "" {
		i, allowed, err := l.allowed(ctx, tenant, t.Spec, e.Institution)
		if err != nil {
			return request, err
		}
		if allowed {
			request.Spec.Institution = i.ID
		}
	}
	if e.State != nil {
		request.Origin.State = e.State
	}
	if e.ExitOn != nil {
		request.Spec.ExitOn = e.ExitOn
	}
	request.Spec.Connection = e.Connection
	addMetadata(&request.Spec, e.Metadata)
	return request, nil
}

// allowed finds an institution by id, short name or code, and whether a link of the spec
// lets the person choose it.
func (l *Linking) allowed(ctx context.Context, tenant fairlead.Tenant, spec fairlead.Spec, name string) (i fairlead.Institution, allowed bool, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if i, err = l.o.Directory.Institution(tx, tenant, name); err == nil {
			allowed, err = l.o.Directory.Allows(tx, tenant, spec, i)
		}
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return i, false, nil
	}
	return i, allowed, in("finding an institution", err)
}

// fromTemplate mints the link of a template's entry.
func (l *Linking) fromTemplate(ctx context.Context, e Entry) (Created, error) {
	t, app, tenant, err := l.templateOfEntry(ctx, e)
	if err != nil {
		return Created{}, err
	}
	if e, err = l.renewing(ctx, tenant, e); err != nil {
		return Created{}, err
	}
	request, err := l.requestOf(ctx, t, tenant, e)
	if err != nil {
		return Created{}, err
	}
	if e.Connection != "" && request.Reference != "" {
		// The connection says whose it is; what the address claims must not contradict it.
		request.Reference = ""
	}
	return l.create(ctx, app, request, t.ID)
}

// Preview shows what a template's entry would begin with and writes nothing, so
// that previews, bots and refreshes make no links.
func (l *Linking) Preview(ctx context.Context, e Entry) (Screen, error) {
	t, app, tenant, err := l.templateOfEntry(ctx, e)
	if err != nil {
		return Screen{}, err
	}
	if e, err = l.renewing(ctx, tenant, e); err != nil {
		return Screen{}, err
	}
	request, err := l.requestOf(ctx, t, tenant, e)
	if err != nil {
		return Screen{}, err
	}
	link := fairlead.Link{
		Tenant: tenant.ID, Application: app.ID, Template: t.ID, Spec: request.Spec, Institution: request.Spec.Institution,
		Status: fairlead.LinkOpen, Origin: request.Origin,
	}
	if link.Stage = stageAfter(link, ""); link.Stage == fairlead.StageConversation {
		link.Stage = fairlead.StageWelcome // somebody has to say go before a bank is talked to
	}
	wall := l.o.Clock()
	var s Screen
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		s, err = l.screen(tx, state{tenant: tenant, app: app, link: link, wall: wall, now: tenant.Time(wall)})
		return err
	})
	return s, in("previewing a link", err)
}
