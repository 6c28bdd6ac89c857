package klavi

import (
	"encoding/json"
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// basicLink makes a link of nothing but an address and goes to its page. Whoever
// has the address can open it, so that only hosts which the application has
// registered may stand in it.
func (k *Klavi) basicLink(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := k.verbs.Access.Allow(r.RemoteAddr); err != nil {
		return nil, err
	}
	c, err := k.verbs.Access.ApplicationByClientID(r.Context(), r.PathValue("appId"))
	if err != nil {
		return nil, err
	}
	b, err := basicBody(r)
	if err != nil {
		return nil, err
	}
	if err := k.registered(c.Application, b); err != nil {
		return nil, err
	}
	ask, err := k.linkAsk(r.Context(), access.Caller{Tenant: c.Tenant, Application: c.Application}, b)
	if err != nil {
		return nil, err
	}
	// Whoever wrote the address may say who somebody new is, and nothing of anybody known.
	if _, err := k.verbs.Reading.Person(r.Context(), c.Tenant.ID, ask.Reference); err == nil {
		ask.Hints = fairlead.PersonDetails{}
	}
	made, err := k.verbs.Linking.Create(r.Context(), c.Application, ask)
	if err != nil {
		return nil, named(err)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, k.linkURL(made), http.StatusFound)
	return nil, nil
}

// basicBody reads the query: the names of a link's body in snake case.
func basicBody(r *http.Request) (b linkBody, err error) {
	q := r.URL.Query()
	for key, into := range map[string]*string{
		"personal_tax_id": &b.PersonalTaxID, "business_tax_id": &b.BusinessTaxID, "email": &b.Email, "phone": &b.Phone,
		"institution_code": &b.InstitutionCode, "redirect_url": &b.RedirectURL, "connection_key": &b.ConnectionKey,
		"app_link": &b.AppLink, "app_redirect_url_key": &b.AppRedirectURLKey,
	} {
		*into = q.Get(key)
	}
	if text := q.Get("products_callback_url"); text != "" {
		b.ProductsCallbackURL = json.RawMessage(text)
		if !json.Valid(b.ProductsCallbackURL) {
			b.ProductsCallbackURL, err = json.Marshal(text)
		}
	}
	if text := q.Get("external_info"); text != "" {
		if b.ExternalInfo = json.RawMessage(text); !json.Valid(b.ExternalInfo) {
			return b, fairlead.InvalidField("external_info", "format", "must be JSON")
		}
	}
	return b, err
}

// registered refuses callbacks to hosts that the application has not registered:
// elsewhere any public host will do, because the caller has proved who they are.
func (k *Klavi) registered(app fairlead.Application, b linkBody) error {
	if len(app.CallbackHosts) == 0 {
		app.CallbackHosts = []string{"host.invalid"} // none is registered, so none is allowed but what dev allows
	}
	_, err := parseCallbacks(b.ProductsCallbackURL, k.callbackOf(app))
	if err != nil || b.ConnectionKey == "" {
		return err
	}
	return fairlead.InvalidField("connection_key", "exclusive", "can't stand in an address: create the link with an access token")
}
