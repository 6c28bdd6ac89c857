package native

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

type createApplicationBody struct {
	Name          string   `json:"name" minLength:"1" maxLength:"100" doc:"Unique in the tenant."`
	CompanyName   string   `json:"company_name,omitempty" maxLength:"100" doc:"Shown to people."`
	Origins       []string `json:"origins,omitempty" maxItems:"100" doc:"Exact origins whose pages may show a link in a frame."`
	RedirectHosts []string `json:"redirect_hosts,omitempty" maxItems:"100" doc:"Where a redirect may lead: a host, an exact https address, or an app's scheme of the form com.example.app:."`
	CallbackHosts []string `json:"callback_hosts,omitempty" maxItems:"100" doc:"Hosts that webhooks may be posted to; empty: any public one."`
	TermsURL      string   `json:"terms_url,omitempty" maxLength:"2048" doc:"Your terms of use: an https page, shown to people before they begin. A link may name another."`
	PrivacyURL    string   `json:"privacy_url,omitempty" maxLength:"2048" doc:"Your privacy notice, likewise."`
}

type applicationChange struct {
	Name          *string   `json:"name,omitempty" minLength:"1" maxLength:"100" doc:"Unique in the tenant."`
	CompanyName   *string   `json:"company_name,omitempty" maxLength:"100" doc:"Shown to people."`
	Origins       *[]string `json:"origins,omitempty" maxItems:"100" doc:"Exact origins whose pages may show a link in a frame."`
	RedirectHosts *[]string `json:"redirect_hosts,omitempty" maxItems:"100" doc:"Where a redirect may lead: a host, an exact https address, or an app's scheme of the form com.example.app:."`
	CallbackHosts *[]string `json:"callback_hosts,omitempty" maxItems:"100" doc:"Hosts that webhooks may be posted to; empty: any public one."`
	Logo          *string   `json:"logo,omitempty" maxLength:"65536" doc:"data: URI of an image in base64: png, jpeg, gif, webp or svg+xml."`
	Accent        *string   `json:"accent,omitempty" pattern:"^#[0-9a-fA-F]{6}$" patternDescription:"a colour like #1a2b3c" doc:"#rrggbb; readable contrast is ensured whatever it is."`
	TermsURL      *string   `json:"terms_url,omitempty" maxLength:"2048" doc:"Your terms of use: an https page, shown to people before they begin; empty: none. A link may name another."`
	PrivacyURL    *string   `json:"privacy_url,omitempty" maxLength:"2048" doc:"Your privacy notice, likewise."`
}

func (c applicationChange) apply(a *fairlead.Application) error {
	set(&a.Name, c.Name)
	set(&a.CompanyName, c.CompanyName)
	set(&a.Origins, c.Origins)
	set(&a.RedirectHosts, c.RedirectHosts)
	set(&a.CallbackHosts, c.CallbackHosts)
	set(&a.Theme.Logo, c.Logo)
	set(&a.Theme.Accent, c.Accent)
	set(&a.TermsURL, c.TermsURL)
	set(&a.PrivacyURL, c.PrivacyURL)
	return nil
}

func set[T any](into, from *T) {
	if from != nil {
		*into = *from
	}
}

func (n *Native) listApplications(r request[Paging]) (list[applicationBody], error) {
	if err := checkCursor(r.in.After, "app"); err != nil {
		return list[applicationBody]{}, err
	}
	if r.caller.May(manage) != nil {
		own := []fairlead.Application{r.application()}
		if r.in.After >= string(own[0].ID) {
			own = nil
		}
		return listOf(own, "", applicationOf), nil
	}
	apps, err := n.verbs.Access.Applications(r, r.tenant(), fairlead.ApplicationID(r.in.After), r.in.Limit)
	next := nextID(apps, r.in.Limit, func(a fairlead.Application) fairlead.ApplicationID { return a.ID })
	return listOf(apps, next, applicationOf), err
}

func (n *Native) createApplication(r request[withBody[createApplicationBody]]) (applicationBody, error) {
	b := r.in.Body
	a, err := n.verbs.Access.CreateApplication(r, r.tenant(), access.ApplicationSpec{
		Name: b.Name, CompanyName: b.CompanyName, Origins: b.Origins, RedirectHosts: b.RedirectHosts, CallbackHosts: b.CallbackHosts,
		TermsURL: b.TermsURL, PrivacyURL: b.PrivacyURL,
	})
	return applicationOf(a), err
}

func (n *Native) readApplication(r request[ByID]) (applicationBody, error) {
	a, err := n.verbs.Access.Application(r, r.tenant(), fairlead.ApplicationID(r.in.ID))
	return applicationOf(a), err
}

func (n *Native) changeApplication(r request[withID[applicationChange]]) (applicationBody, error) {
	a, err := n.verbs.Access.UpdateApplication(r, r.tenant(), fairlead.ApplicationID(r.in.ID), r.in.Body.apply)
	return applicationOf(a), renamed(err, "theme", "")
}

type settingsInput struct {
	ByID
	Dialect string `path:"dialect" maxLength:"40"`
	Body    map[string]json.RawMessage
}

func (n *Native) changeSettings(r request[settingsInput]) (applicationBody, error) {
	id := fairlead.ApplicationID(r.in.ID)
	if err := n.verbs.Notes.Change(r, r.tenant(), id, r.in.Dialect, r.in.Body); err != nil {
		return applicationBody{}, err
	}
	a, err := n.verbs.Access.Application(r, r.tenant(), id)
	return applicationOf(a), err
}

type keysInput struct {
	Paging
	ByID
}

func (n *Native) listKeys(r request[keysInput]) (list[KeyBody], error) {
	id := fairlead.ApplicationID(r.in.ID)
	if _, err := n.verbs.Access.Application(r, r.tenant(), id); err != nil {
		return list[KeyBody]{}, err
	}
	ks, err := n.verbs.Access.Keys(r, r.tenant(), id)
	if err != nil {
		return list[KeyBody]{}, err
	}
	return pageOf(ks, r.in.Paging, func(k fairlead.Key) fairlead.KeyID { return k.ID }, keyOf)
}

type createKeyBody struct {
	ExpiresAt *time.Time             `json:"expires_at,omitempty" doc:"Absent: never."`
	Scopes    []fairlead.AccessScope `json:"scopes,omitempty" minItems:"1" maxItems:"10" doc:"read, link, collect, manage, erase; default: those of whoever makes it, but manage."`
}

type createKeyInput struct {
	ByID
	Body createKeyBody `required:"false"`
}

func (n *Native) createKey(r request[createKeyInput]) (keyWithSecret, error) {
	scopes, err := grantable(r.caller, r.in.Body.Scopes)
	if err != nil {
		return keyWithSecret{}, err
	}
	spec := access.KeySpec{KeepForSigning: true, Scopes: scopes}
	if r.in.Body.ExpiresAt != nil {
		spec.Expires = *r.in.Body.ExpiresAt
	}
	k, secret, err := n.verbs.Access.CreateKey(r, r.tenant(), fairlead.ApplicationID(r.in.ID), spec)
	return keyWithSecret{keyOf(k), secret.Reveal()}, renamed(err, "expires", "expires_at")
}

// grantable are the scopes of a key that a caller makes: as requested, or theirs
// but manage; never more than theirs.
func grantable(c access.Caller, requested []fairlead.AccessScope) ([]fairlead.AccessScope, error) {
	if len(requested) == 0 {
		scopes := slices.DeleteFunc(slices.Clone(c.Scopes), func(s fairlead.AccessScope) bool { return s == manage })
		if len(scopes) == 0 {
			return nil, fairlead.InvalidField("scopes", "required", "must be given by who may only manage")
		}
		return scopes, nil
	}
	for _, s := range requested {
		if !slices.Contains(fairlead.AccessScopes(), s) {
			return nil, fairlead.InvalidField("scopes", "unknown", "must be one of "+listed(fairlead.AccessScopes()))
		}
		if err := c.May(s); err != nil {
			return nil, err
		}
	}
	return requested, nil
}

type keyInput struct {
	ByID
	Key fairlead.KeyID `path:"key" maxLength:"80"`
}

// revokeKey ends a key. One that may do more than the caller is not the caller's to
// end, unless they manage applications.
func (n *Native) revokeKey(r request[keyInput]) error {
	ks, err := n.verbs.Access.Keys(r, r.tenant(), fairlead.ApplicationID(r.in.ID))
	if err != nil {
		return err
	}
	for _, k := range ks {
		if k.ID != r.in.Key || r.caller.May(manage) == nil {
			continue
		}
		for _, s := range k.Scopes {
			if err := r.caller.May(s); err != nil {
				return err
			}
		}
	}
	return n.verbs.Access.RevokeKey(r, r.tenant(), fairlead.ApplicationID(r.in.ID), r.in.Key)
}
