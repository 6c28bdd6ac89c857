package native

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/linking"
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
	Name          string   `json:"name" minLength:"1" maxLength:"100"`
	CompanyName   string   `json:"company_name,omitempty" maxLength:"200" doc:"Shown to people."`
	Origins       []string `json:"origins,omitempty" maxItems:"50"`
	RedirectHosts []string `json:"redirect_hosts,omitempty" maxItems:"50"`
	CallbackHosts []string `json:"callback_hosts,omitempty" maxItems:"50"`
}

type applicationChange struct {
	Name          *string   `json:"name,omitempty" minLength:"1" maxLength:"100"`
	CompanyName   *string   `json:"company_name,omitempty" maxLength:"200"`
	Origins       *[]string `json:"origins,omitempty" maxItems:"50"`
	RedirectHosts *[]string `json:"redirect_hosts,omitempty" maxItems:"50"`
	CallbackHosts *[]string `json:"callback_hosts,omitempty" maxItems:"50"`
	Logo          *string   `json:"logo,omitempty" maxLength:"100000"`
	Accent        *string   `json:"accent,omitempty" pattern:"^#[0-9a-fA-F]{6}$"`
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
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
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

type clockBody struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

type advanceAsk struct {
	By string     `json:"by,omitempty" maxLength:"20" doc:"30d, 12h, 90m, 10s …" example:"30d"`
	To *time.Time `json:"to,omitempty"`
}

type advancedBody struct {
	Now      time.Time `json:"now"`
	WorkDone int       `json:"work_done"`
}

type headlessAsk struct {
	Institution string             `json:"institution" minLength:"1" maxLength:"80" doc:"Id or short name: harbor, farol …"`
	User        string             `json:"user" minLength:"1" maxLength:"200"`
	Password    string             `json:"password,omitempty" maxLength:"200"`
	Person      string             `json:"person,omitempty" maxLength:"255"`
	Products    []fairlead.Product `json:"products,omitempty"`
}

type headlessBody struct {
	LinkID       fairlead.LinkID       `json:"link_id"`
	ConnectionID fairlead.ConnectionID `json:"connection_id,omitempty"`
	Code         string                `json:"code,omitempty"`
	Status       fairlead.LinkStatus   `json:"status"`
	Error        fairlead.Kind         `json:"error,omitempty"`
}

func (n *Native) sandboxRoutes(api huma.API) {
	const tag, base = "Sandbox", "/sandbox"
	v := n.verbs.Rehearsing
	route(api, operation(http.MethodGet, base+"/clock", tag, "Read the clock", "The tenant's own time."), func(r in[struct{}]) (clockBody, error) {
		c, err := v.Clock(r, r.tenant())
		return clockBody{c.Now, c.Frozen}, err
	})
	route(api, operation(http.MethodPost, base+"/clock/advance", tag, "Advance the clock", "Runs everything that becomes due on the way, in order, and answers when it is quiet."), func(r in[struct{ Body advanceAsk }]) (advancedBody, error) {
		to, err := r.I.Body.target(r, v)
		if err != nil {
			return advancedBody{}, err
		}
		now, done, err := v.AdvanceTo(r, r.tenant(), to)
		return advancedBody{now, done}, err
	})
	links := operation(http.MethodPost, base+"/links", tag, "Link without a page", "A persona goes through the whole flow; the answer is what the redirect would have carried.")
	links.DefaultStatus = http.StatusCreated
	route(api, links, func(r in[struct{ Body headlessAsk }]) (headlessBody, error) { return n.headless(r, r.caller, r.I.Body) })
	route(api, operation(http.MethodGet, base+"/approvals", tag, "List what waits for approval", ""), func(r in[struct{}]) (list[connector.Approval], error) {
		as, err := v.Approvals(r, r.tenant())
		return listOf(as, "", func(a connector.Approval) connector.Approval { return a }), err
	})
	silent(api, operation(http.MethodPost, base+"/approvals/{id}", tag, "Approve or refuse", ""), func(r in[struct {
		ID   string `path:"id" maxLength:"200"`
		Body struct {
			Approve bool `json:"approve"`
		}
	}],
	) error {
		return v.Decide(r, r.tenant(), r.I.ID, r.I.Body.Approve)
	})
}

func (n *Native) headless(ctx contextAlias, c access.Caller, b headlessAsk) (headlessBody, error) {
	ask := linking.HeadlessAsk{Institution: b.Institution, User: b.User, Password: b.Password}
	ask.CreateAsk = createLinkBody{Person: b.Person, Products: b.Products, Mode: fairlead.ModeHeadless}.ask()
	if ask.Reference == "" {
		ask.Reference = b.User
	}
	created, o, err := n.verbs.Linking.Headless(ctx, c.Application, ask)
	if err != nil {
		return headlessBody{}, err
	}
	out := headlessBody{LinkID: created.Link.ID, Code: o.Code, Status: o.Link.Status, Error: o.Link.Reason}
	if len(o.Connections) > 0 {
		out.ConnectionID = o.Connections[0].ID
	}
	return out, nil
}
