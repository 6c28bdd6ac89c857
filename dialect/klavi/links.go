package klavi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/linking"
)

// oldAppKey is the parameter that the older applicationLink was given.
const oldAppKey = "link_callback_url"

func (k *Klavi) createLink(c call) (any, error) {
	var body linkBody
	if err := read(c.Request, &body); err != nil {
		return nil, err
	}
	request, err := k.linkRequest(c.Context(), c.Caller, body)
	if err != nil {
		return nil, err
	}
	made, err := k.verbs.Linking.Create(c.Context(), c.Application, request)
	if err != nil {
		return nil, named(err)
	}
	return createdLink{fairlead.UUID(made.Link.ID), k.linkURL(made), made.Token, int(tokenLife.Seconds())}, nil
}

// readLink is in clients' code, not in the documentation. What another application,
// another dialect or a consent made for itself is no link of the caller's.
func (k *Klavi) readLink(c call) (any, error) {
	link, err := k.verbs.Linking.Link(c.Context(), c.Tenant.ID, linkID(c.PathValue("linkId")))
	if err != nil {
		return nil, err
	}
	s, ours := stateOf(link.Origin)
	if !ours || s.Parent != "" || link.Application != c.Application.ID {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	all, err := k.consentsOfLink(c.Context(), c.Tenant.ID, link.ID)
	if err != nil {
		return nil, err
	}
	shown, err := k.showConsents(c.Context(), c.Tenant.ID, all)
	if err != nil {
		return nil, err
	}
	return linkState{
		LinkID: fairlead.UUID(link.ID), Status: strings.ToUpper(string(link.Status)), CreatedAt: report.Instant(link.Created),
		ExpireAt: report.Instant(link.Expires), ExternalInfo: s.info(), Consents: shown,
	}, nil
}

// basicLink makes a link of nothing but an address and goes to its page. Whoever
// has the address can open it, so that only hosts which the application has
// registered may stand in it.
func (k *Klavi) basicLink(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := k.verbs.Access.Allow(r.Context(), r.RemoteAddr); err != nil {
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
	request, err := k.linkRequest(r.Context(), access.Caller{Tenant: c.Tenant, Application: c.Application}, b)
	if err != nil {
		return nil, err
	}
	// Whoever wrote the address may say who somebody new is, and nothing of anybody known.
	if _, err := k.verbs.Reading.Person(r.Context(), c.Tenant.ID, request.Reference); err == nil {
		request.Hints = fairlead.PersonDetails{}
	}
	made, err := k.verbs.Linking.Create(r.Context(), c.Application, request)
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

// linkURL is the hosted page's address as the vendor spells it.
func (k *Klavi) linkURL(made linking.Created) string {
	return k.verbs.BaseURL + "/path?v=" + made.Token
}

// linkRequest makes a link's request of a body.
func (k *Klavi) linkRequest(ctx context.Context, c access.Caller, b linkBody) (request linking.CreateRequest, err error) {
	if err := b.check(); err != nil {
		return request, err
	}
	s := state{Level: b.level()}
	if s.ExternalInfo, err = readInfo(b.ExternalInfo); err != nil {
		return request, err
	}
	if s.Callbacks, err = parseCallbacks(b.ProductsCallbackURL, k.callbackOf(c.Application)); err != nil {
		return request, err
	}
	request = linking.CreateRequest{
		Tenant: c.Tenant, Reference: k.reference(c.Tenant, b.taxID()), Hints: b.details(), Life: tokenLife,
	}
	if b.ConnectionKey != "" {
		if err := k.renew(ctx, c, b, &request, &s); err != nil {
			return request, err
		}
	}
	renewed := request.Spec.Connection
	if request.Spec, err = k.spec(c, s.Level); err != nil {
		return request, err
	}
	request.Spec.Connection = renewed
	request.Spec.Redirect = b.RedirectURL
	request.Spec.Stages = []fairlead.Stage{
		fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation, fairlead.StageAcceptance, fairlead.StageResult,
	}
	if err := k.offer(ctx, c, b, s, &request.Spec); err != nil {
		return request, err
	}
	if err := appLink(b, &request.Spec); err != nil {
		return request, err
	}
	request.Origin, err = s.origin()
	return request, err
}

// renew opens update mode: a connectionKey is the id of a connection. The person
// is the connection's, whatever a dialect named them.
func (k *Klavi) renew(ctx context.Context, c access.Caller, b linkBody, request *linking.CreateRequest, s *state) error {
	conn, err := k.verbs.Reading.Connection(ctx, c.Tenant.ID, fairlead.ConnectionID(b.ConnectionKey))
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.InvalidField("connectionKey", "unknown", "must be the key of a connection")
	}
	if err != nil {
		return err
	}
	known, err := k.details(ctx, c.Tenant.ID, conn.Person)
	if err != nil {
		return err
	}
	if (b.PersonalTaxID != "" && known.PersonalTaxID != "" && known.BusinessTaxID == "" && b.PersonalTaxID != known.PersonalTaxID) ||
		(b.BusinessTaxID != "" && known.BusinessTaxID != b.BusinessTaxID) {
		return fairlead.InvalidField("connectionKey", "exclusive", "must be the key of a connection of the same person")
	}
	if known.BusinessTaxID != "" {
		s.Level = report.Company
	}
	request.Reference, request.Spec.Connection = "", conn.ID
	return nil
}

// offer fills what the person may choose from, and what the page says.
func (k *Klavi) offer(ctx context.Context, c access.Caller, b linkBody, s state, spec *fairlead.Spec) error {
	custom := customized(s.ExternalInfo)
	spec.Presentation.Title, spec.Presentation.Subtitle = custom.LandingTitle, custom.LandingSubTitle
	if spec.Connection != "" {
		return nil
	}
	if b.InstitutionCode != "" {
		i, err := k.institution(ctx, c.Tenant.ID, b.InstitutionCode)
		spec.Institution = i.ID
		return err
	}
	for _, code := range custom.Institutions {
		spec.Institutions = append(spec.Institutions, fairlead.InstitutionID(code))
	}
	return nil
}

// appLink fills the return through the partner's app, by the new names or the old.
func appLink(b linkBody, spec *fairlead.Spec) error {
	switch {
	case b.AppLink != "" && b.AppRedirectURLKey == "":
		return fairlead.InvalidField("appRedirectURLKey", "required", "must be given with appLink")
	case b.AppLink != "":
		spec.AppLink, spec.AppLinkKey = b.AppLink, b.AppRedirectURLKey
	case b.ApplicationLink != "":
		spec.AppLink, spec.AppLinkKey = b.ApplicationLink, oldAppKey
	}
	if len(spec.AppLinkKey) > 100 {
		return fairlead.InvalidField("appRedirectURLKey", "range", "must have at most 100 bytes")
	}
	return nil
}
