package access

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// ApplicationSpec is what a new application says of itself.
type ApplicationSpec struct {
	ID            fairlead.ApplicationID // empty: given
	ClientID      string                 // empty: the ID; unique on the server
	Name          string                 // unique in the tenant
	CompanyName   string                 // empty: the name
	Origins       []string
	RedirectHosts []string
	CallbackHosts []string
	Theme         fairlead.Theme
	TermsURL      string
	PrivacyURL    string
}

// CreateApplication makes an application. Conflict when its name in the tenant,
// or its client id on the server, is taken. It has no key yet.
func (a *Access) CreateApplication(ctx context.Context, tenant fairlead.TenantID, spec ApplicationSpec) (fairlead.Application, error) {
	app := fairlead.Application{
		ID: spec.ID, Tenant: tenant, ClientID: spec.ClientID, Name: spec.Name, CompanyName: spec.CompanyName,
		Origins: spec.Origins, RedirectHosts: spec.RedirectHosts, CallbackHosts: spec.CallbackHosts, Theme: spec.Theme,
		TermsURL: spec.TermsURL, PrivacyURL: spec.PrivacyURL,
	}
	if app.CompanyName == "" {
		app.CompanyName = app.Name
	}
	if err := checkApplication(app); err != nil {
		return fairlead.Application{}, err
	}
	wall := a.clock()
	var made fairlead.Application
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		t, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return err
		}
		made = app
		made.Created = now
		if made.ID == "" {
			made.ID = fairlead.ApplicationID(t.IDFor("app", wall, "application", made.Name))
		}
		if made.ClientID == "" {
			made.ClientID = string(made.ID)
		}
		if err := addApplication(tx, &made); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, "application.create", string(made.ID))
	})
	if err != nil {
		return fairlead.Application{}, fmt.Errorf("access: creating an application: %w", err)
	}
	return made, nil
}

// addApplication writes the application and its client id, if both names are free.
func addApplication(tx *store.Tx, app *fairlead.Application) error {
	if err := nameFree(tx.Applications.Find(app.Tenant, store.By(store.ByName, app.Name))); err != nil {
		return err
	}
	if _, err := tx.Tokens.Get(fairlead.ClientToken, app.ClientID); err == nil {
		return &fairlead.Error{
			Kind: fairlead.Conflict, Detail: "This client id is taken.",
			Fields: []fairlead.Field{{Name: "client_id", Code: "exclusive", Reason: "is taken already"}},
		}
	} else if !fairlead.Is(err, fairlead.NotFound) {
		return err
	}
	if err := tx.Applications.Put(app.Tenant, app); err != nil {
		return err
	}
	return tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.ClientToken, Name: app.ClientID, Tenant: app.Tenant, Application: app.ID, Subject: string(app.ID),
	})
}

// Application returns an application, or NotFound.
func (a *Access) Application(ctx context.Context, tenant fairlead.TenantID, id fairlead.ApplicationID) (app fairlead.Application, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		app, err = tx.Applications.Get(tenant, string(id))
		return err
	})
	return app, in("reading an application", err)
}

// ApplicationNamed returns the application of a name, or NotFound.
func (a *Access) ApplicationNamed(ctx context.Context, tenant fairlead.TenantID, name string) (app fairlead.Application, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		app, err = tx.Applications.Find(tenant, store.By(store.ByName, name))
		return err
	})
	return app, in("reading an application", err)
}

// Applications returns a page in the order of ids, after one. Limit 0 means 100.
func (a *Access) Applications(ctx context.Context, tenant fairlead.TenantID, after fairlead.ApplicationID, limit int) (page []fairlead.Application, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		page, err = tx.Applications.List(tenant, store.Query{After: string(after), Limit: pageSize(limit)})
		return err
	})
	return page, in("listing applications", err)
}

// UpdateApplication changes an application in one transaction. change is handed
// the present state, may be called more than once, and must not touch ID,
// Tenant, ClientID and Created. Its error ends the update and is returned.
func (a *Access) UpdateApplication(
	ctx context.Context, tenant fairlead.TenantID, id fairlead.ApplicationID, change func(*fairlead.Application) error,
) (fairlead.Application, error) {
	wall := a.clock()
	var made fairlead.Application
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		before, err := tx.Applications.Get(tenant, string(id))
		if err != nil {
			return err
		}
		made = before
		if err := change(&made); err != nil {
			return err
		}
		if made.ID != before.ID || made.Tenant != before.Tenant || made.ClientID != before.ClientID || !made.Created.Equal(before.Created) {
			return fairlead.Errorf(fairlead.Invalid, "The id, tenant, client id and birth of an application do not change.")
		}
		made.Version = before.Version
		if err := checkApplication(made); err != nil {
			return err
		}
		if made.Name != before.Name {
			if err := nameFree(tx.Applications.Find(tenant, store.By(store.ByName, made.Name))); err != nil {
				return err
			}
		}
		if err := tx.Applications.Put(tenant, &made); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, "application.update", string(id))
	})
	if err != nil {
		return fairlead.Application{}, fmt.Errorf("access: changing an application: %w", err)
	}
	return made, nil
}

// DeleteApplication removes an application with its keys, tokens, endpoints and
// reusable links. Its keys are revoked first, so that it begins nothing new; then
// end, if any, ends what others own of it. Connections belong to the tenant and
// stay. A missing application is NotFound.
func (a *Access) DeleteApplication(ctx context.Context, tenant fairlead.TenantID, id fairlead.ApplicationID, end func(context.Context) error) error {
	if _, err := a.Application(ctx, tenant, id); err != nil {
		return err
	}
	keys, err := a.Keys(ctx, tenant, id)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := a.RevokeKey(ctx, tenant, id, k.ID); err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
	}
	if end != nil {
		if err := end(ctx); err != nil {
			return err
		}
	}
	// In steps, because one transaction is bounded.
	for _, step := range []func(*store.Tx) (bool, error){
		func(tx *store.Tx) (bool, error) { return dropTokens(tx, tenant, id, nil) },
		func(tx *store.Tx) (bool, error) { return dropPage(tx.Endpoints, tenant, id, endpointID) },
		func(tx *store.Tx) (bool, error) { return dropPage(tx.Templates, tenant, id, templateID) },
	} {
		if err := a.repeat(ctx, step); err != nil {
			return in("deleting an application", err)
		}
	}
	wall := a.clock()
	return in("deleting an application", a.store.Update(ctx, func(tx *store.Tx) error {
		app, err := tx.Applications.Get(tenant, string(id))
		if err != nil {
			return err
		}
		if _, err := dropKeys(tx, tenant, id); err != nil { // made meanwhile
			return err
		}
		if _, err := dropTokens(tx, tenant, id, nil); err != nil {
			return err
		}
		if err := tx.Tokens.Delete(fairlead.ClientToken, app.ClientID); err != nil {
			return err
		}
		if err := tx.Applications.Delete(tenant, string(id)); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, "application.delete", string(id))
	}))
}

func endpointID(e fairlead.Endpoint) string { return string(e.ID) }
func templateID(t fairlead.Template) string { return string(t.ID) }

// dropPage deletes one page of what belongs to an application; more reports whether to go on.
func dropPage[T any](table store.Table[T], tenant fairlead.TenantID, app fairlead.ApplicationID, id func(T) string) (more bool, err error) {
	page, err := table.List(tenant, store.Query{Where: []store.Match{store.By(store.ByApplication, string(app))}, Limit: pruneBatch})
	if err != nil {
		return false, err
	}
	for _, noun := range page {
		if err := table.Delete(tenant, id(noun)); err != nil {
			return false, err
		}
	}
	return len(page) == pruneBatch, nil
}

// repeat runs a bounded transaction until it says that there is no more.
func (a *Access) repeat(ctx context.Context, step func(*store.Tx) (bool, error)) error {
	for more := true; more; {
		err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
			more, err = step(tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
