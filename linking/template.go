package linking

import (
	"cmp"
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// CreateTemplate makes a reusable link; without a name it is named by its token.
// Conflict when its name is taken.
func (l *Linking) CreateTemplate(ctx context.Context, app fairlead.Application, ask TemplateRequest) (fairlead.Template, error) {
	tenant, err := l.tenantOf(ctx, app.Tenant)
	if err != nil {
		return fairlead.Template{}, err
	}
	token := fairlead.NewToken()
	ask.Name = cmp.Or(ask.Name, token)
	if err := l.checkTemplate(tenant, app, ask.Name, &ask.Spec); err != nil {
		return fairlead.Template{}, err
	}
	wall := l.o.Clock()
	t := fairlead.Template{
		ID: fairlead.TemplateID(fairlead.NewID("lkt", wall)), Tenant: tenant.ID, Application: app.ID, Token: token,
		Name: ask.Name, Spec: ask.Spec, Origin: ask.Origin, Active: true, Created: tenant.Time(wall),
	}
	var made fairlead.Template
	err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
		if err := nameFree(tx, tenant.ID, t.Name); err != nil {
			return err
		}
		made = t
		if err := tx.Templates.Put(tenant.ID, &made); err != nil {
			return err
		}
		err := tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.TemplateToken, Name: fairlead.TokenHash(t.Token), Tenant: tenant.ID, Application: app.ID, Subject: string(t.ID),
		})
		if err != nil {
			return err
		}
		return audit(ctx, tx, tenant.ID, wall, string(app.ID), "template.create", string(t.ID), "")
	})
	return made, in("creating a template", err)
}

func (l *Linking) checkTemplate(tenant fairlead.Tenant, app fairlead.Application, name string, spec *fairlead.Spec) error {
	var f faults
	if name == "" || len(name) > maxText {
		f.add("name", "required", "must have between 1 and 500 bytes")
	}
	if spec.Connection != "" {
		f.add("connection_id", "exclusive", "must not be fixed in a reusable link")
	}
	l.checkSpec(&f, tenant, app, spec)
	return f.err()
}

func nameFree(tx *store.Tx, tenant fairlead.TenantID, name string) error {
	_, err := tx.Templates.Find(tenant, store.By(store.ByName, name))
	switch {
	case err == nil:
		return &fairlead.Error{
			Kind: fairlead.Conflict, Detail: "This name is taken.",
			Fields: []fairlead.Field{{Name: "name", Code: "exclusive", Reason: "is taken already"}},
		}
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
	t, err := tx.Templates.Find(app.Tenant, store.By(store.ByToken, token))
	if err == nil && t.Application != app.ID {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such template.")
	}
	return t, err
}

// Templates lists an application's templates in the order of their birth.
func (l *Linking) Templates(ctx context.Context, app fairlead.Application) (all []fairlead.Template, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		all = nil
		for after := ""; ; {
			page, err := tx.Templates.List(app.Tenant, store.Query{
				Where: []store.Match{store.By(store.ByApplication, string(app.ID))}, After: after, Limit: 1000,
			})
			if err != nil {
				return err
			}
			all = append(all, page...)
			if len(page) < 1000 {
				return nil
			}
			after = string(page[len(page)-1].ID)
		}
	})
	return all, in("listing templates", err)
}

// ChangeTemplate changes a template in one transaction. change may be called more
// than once and must not touch ID, Tenant, Application, Token and Created.
func (l *Linking) ChangeTemplate(ctx context.Context, app fairlead.Application, token string, change func(*fairlead.Template) error) (fairlead.Template, error) {
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
		if err := l.checkTemplate(tenant, app, made.Name, &made.Spec); err != nil {
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
		return audit(ctx, tx, tenant.ID, wall, string(app.ID), "template.change", string(made.ID), "")
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
		if err := tx.Tokens.Delete(fairlead.TemplateToken, fairlead.TokenHash(t.Token)); err != nil {
			return err
		}
		if err := tx.Templates.Delete(app.Tenant, string(t.ID)); err != nil {
			return err
		}
		return audit(ctx, tx, app.Tenant, wall, string(app.ID), "template.delete", string(t.ID), "")
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

// visited finds the template of a visit with its application, if it is active.
func (l *Linking) visited(ctx context.Context, v Entry) (t fairlead.Template, app fairlead.Application, tenant fairlead.Tenant, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		token, err := tx.Tokens.Get(fairlead.TemplateToken, fairlead.TokenHash(v.Template))
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

// brought is what a template's visit asks: the template's spec with what the
// address brought along. All of that is unauthenticated; an institution that
// the template does not offer is ignored.
func (l *Linking) brought(t fairlead.Template, tenant fairlead.Tenant, v Entry) CreateRequest {
	ask := CreateRequest{Reference: v.Reference, Spec: t.Spec, Origin: t.Origin}
	if i, err := l.o.Registry.Institution(tenant.Environment, v.Institution); err == nil && v.Institution != "" {
		for _, c := range l.candidates(tenant.Environment, t.Spec) {
			if c.ID == i.ID {
				ask.Spec.Institution = i.ID
			}
		}
	}
	if v.State != nil {
		ask.Origin.State = v.State
	}
	if v.ExitOn != nil {
		ask.Spec.ExitOn = v.ExitOn
	}
	ask.Spec.Connection = v.Connection
	tell(&ask.Spec, v.Metadata)
	return ask
}

// fromTemplate mints the link of a visit.
func (l *Linking) fromTemplate(ctx context.Context, v Entry) (Created, error) {
	t, app, tenant, err := l.visited(ctx, v)
	if err != nil {
		return Created{}, err
	}
	if v, err = l.renewing(ctx, tenant, v); err != nil {
		return Created{}, err
	}
	ask := l.brought(t, tenant, v)
	if v.Connection != "" && ask.Reference != "" {
		// The connection says whose it is; what the address claims must not contradict it.
		ask.Reference = ""
	}
	return l.create(ctx, app, ask, t.ID)
}

// Preview shows what a template's visit would begin with and writes nothing, so
// that previews, bots and refreshes make no links.
func (l *Linking) Preview(ctx context.Context, v Entry) (Screen, error) {
	t, app, tenant, err := l.visited(ctx, v)
	if err != nil {
		return Screen{}, err
	}
	if v, err = l.renewing(ctx, tenant, v); err != nil {
		return Screen{}, err
	}
	ask := l.brought(t, tenant, v)
	link := fairlead.Link{
		Tenant: tenant.ID, Application: app.ID, Template: t.ID, Spec: ask.Spec, Institution: ask.Spec.Institution,
		Status: fairlead.LinkOpen, Origin: ask.Origin,
	}
	if link.Stage = onward(link, ""); link.Stage == fairlead.StageConversation {
		link.Stage = fairlead.StageWelcome // somebody has to say go before a bank is talked to
	}
	wall := l.o.Clock()
	sc := scene{tenant: tenant, app: app, link: link, real: wall, now: tenant.Time(wall)}
	return l.screen(ctx, sc)
}
