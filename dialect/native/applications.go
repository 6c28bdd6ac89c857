package native

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

func copyAll(w io.Writer, r io.Reader) error {
	_, err := io.Copy(w, r)
	return err
}

// describeResponse tells the reference the shape of an answer that a handler streams.
func describeResponse[T any](api huma.API, path, text string) {
	spec := api.OpenAPI()
	op := spec.Paths[path].Get
	op.Responses = map[string]*huma.Response{"200": {Description: text, Content: map[string]*huma.MediaType{
		"application/json": {Schema: huma.SchemaFromType(spec.Components.Schemas, typeOf[T]())},
	}}}
}

type applicationAsk struct {
	Name          string   `json:"name" minLength:"1" maxLength:"100" doc:"Unique in the tenant."`
	CompanyName   string   `json:"company_name,omitempty" maxLength:"200" doc:"Shown to people."`
	Origins       []string `json:"origins,omitempty" maxItems:"50" doc:"Exact origins whose pages may show a link in a frame."`
	RedirectHosts []string `json:"redirect_hosts,omitempty" maxItems:"50" doc:"Hosts that a redirect may lead to."`
	CallbackHosts []string `json:"callback_hosts,omitempty" maxItems:"50" doc:"Hosts that webhooks may be posted to; empty: any public one."`
}

type applicationChange struct {
	Name          *string   `json:"name,omitempty" minLength:"1" maxLength:"100" doc:"Unique in the tenant."`
	CompanyName   *string   `json:"company_name,omitempty" maxLength:"200" doc:"Shown to people."`
	Origins       *[]string `json:"origins,omitempty" maxItems:"50" doc:"Exact origins whose pages may show a link in a frame."`
	RedirectHosts *[]string `json:"redirect_hosts,omitempty" maxItems:"50" doc:"Hosts that a redirect may lead to."`
	CallbackHosts *[]string `json:"callback_hosts,omitempty" maxItems:"50" doc:"Hosts that webhooks may be posted to; empty: any public one."`
	Logo          *string   `json:"logo,omitempty" maxLength:"100000" doc:"data: URI of an image."`
	Accent        *string   `json:"accent,omitempty" pattern:"^#[0-9a-fA-F]{6}$" doc:"#rrggbb; readable contrast is ensured whatever it is."`
}

func (c applicationChange) apply(a *fairlead.Application) error {
	set(&a.Name, c.Name)
	set(&a.CompanyName, c.CompanyName)
	set(&a.Origins, c.Origins)
	set(&a.RedirectHosts, c.RedirectHosts)
	set(&a.CallbackHosts, c.CallbackHosts)
	set(&a.Theme.Logo, c.Logo)
	set(&a.Theme.Accent, c.Accent)
	return nil
}

func set[T any](into, from *T) {
	if from != nil {
		*into = *from
	}
}

func (n *Native) applicationRoutes(api huma.API) {
	const tag, base = "Applications", "/applications"
	v := n.verbs.Access
	route(api, operation(http.MethodGet, base, tag, "List applications", "Of your tenant."), func(r in[Paging]) (list[applicationBody], error) {
		apps, err := v.Applications(r, r.tenant(), fairlead.ApplicationID(r.I.After), r.I.Limit)
		next := nextID(apps, r.I.Limit, func(a fairlead.Application) fairlead.ApplicationID { return a.ID })
		return listOf(apps, next, applicationOf), err
	})
	create := operation(http.MethodPost, base, tag, "Create an application", "In your tenant. Give it a key next.")
	create.DefaultStatus = http.StatusCreated
	route(api, create, func(r in[struct{ Body applicationAsk }]) (applicationBody, error) {
		b := r.I.Body
		a, err := v.CreateApplication(r, r.tenant(), access.ApplicationSpec{
			Name: b.Name, CompanyName: b.CompanyName, Origins: b.Origins, RedirectHosts: b.RedirectHosts, CallbackHosts: b.CallbackHosts,
		})
		return applicationOf(a), err
	})
	route(api, operation(http.MethodGet, base+"/{id}", tag, "Read an application", ""), func(r in[ByID]) (applicationBody, error) {
		a, err := v.Application(r, r.tenant(), fairlead.ApplicationID(r.I.ID))
		return applicationOf(a), err
	})
	route(api, operation(http.MethodPatch, base+"/{id}", tag, "Change an application", ""), func(r in[struct {
		ByID
		Body applicationChange
	}],
	) (applicationBody, error) {
		a, err := v.UpdateApplication(r, r.tenant(), fairlead.ApplicationID(r.I.ID), r.I.Body.apply)
		return applicationOf(a), err
	})
	route(api, operation(http.MethodPatch, base+"/{id}/settings/{dialect}", tag, "Change settings of a dialect", "Typed fields that each dialect declares; null brings a default back."), func(r in[struct {
		ByID
		Dialect string `path:"dialect" maxLength:"40"`
		Body    map[string]json.RawMessage
	}],
	) (applicationBody, error) {
		id := fairlead.ApplicationID(r.I.ID)
		if err := n.verbs.Notes.Change(r, r.tenant(), id, r.I.Dialect, r.I.Body); err != nil {
			return applicationBody{}, err
		}
		a, err := v.Application(r, r.tenant(), id)
		return applicationOf(a), err
	})
	n.keyRoutes(api)
}

type keyAsk struct {
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"Absent: never."`
}

func (n *Native) keyRoutes(api huma.API) {
	const tag, base = "Applications", "/applications/{id}/keys"
	v := n.verbs.Access
	route(api, operation(http.MethodGet, base, tag, "List keys", ""), func(r in[ByID]) (list[KeyBody], error) {
		id := fairlead.ApplicationID(r.I.ID)
		if _, err := v.Application(r, r.tenant(), id); err != nil {
			return list[KeyBody]{}, err
		}
		ks, err := v.Keys(r, r.tenant(), id)
		return listOf(ks, "", keyOf), err
	})
	create := operation(http.MethodPost, base, tag, "Create a key", "Several live at once, so that rotating interrupts nothing. The secret is shown once.")
	create.DefaultStatus = http.StatusCreated
	route(api, create, func(r in[struct {
		ByID
		Body keyAsk `required:"false"`
	}],
	) (keyWithSecret, error) {
		spec := access.KeySpec{KeepForSigning: true}
		if r.I.Body.ExpiresAt != nil {
			spec.Expires = *r.I.Body.ExpiresAt
		}
		k, secret, err := v.CreateKey(r, r.tenant(), fairlead.ApplicationID(r.I.ID), spec)
		return keyWithSecret{keyOf(k), secret.Reveal()}, err
	})
	silent(api, operation(http.MethodDelete, base+"/{key}", tag, "Revoke a key", "Its bearer tokens die with it."), func(r in[struct {
		ByID
		Key fairlead.KeyID `path:"key" maxLength:"80"`
	}],
	) error {
		return v.RevokeKey(r, r.tenant(), fairlead.ApplicationID(r.I.ID), r.I.Key)
	})
}
