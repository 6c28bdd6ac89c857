package klavi

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
)

// oldAppKey is the parameter that the older applicationLink was given.
const oldAppKey = "link_callback_url"

// fieldNames are the vendor's names of what linking calls by its own.
var fieldNames = map[string]string{
	"redirect_url": "redirectURL", "app_link": "appLink", "connection_id": "connectionKey",
	"hints.personal_tax_id": "personalTaxId", "hints.business_tax_id": "businessTaxId", "hints.email": "email", "hints.phone": "phone",
	"presentation.title": "externalInfo.customization.landingTitle", "presentation.subtitle": "externalInfo.customization.landingSubTitle",
}

// named speaks of wrong fields by the vendor's names; an institution that can't
// be is the business error 4004.
func named(err error) error {
	e, ok := asError(err)
	if !ok || e.Kind != fairlead.Invalid {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for n, f := range out.Fields {
		if f.Name == "institution_id" {
			return business(invalidInstitution, "does not exist")
		}
		if known, ok := fieldNames[f.Name]; ok {
			out.Fields[n].Name = known
		}
	}
	return &out
}

// linkAsk makes a link's ask of a body.
func (k *Klavi) linkAsk(ctx context.Context, c access.Caller, b linkBody) (ask linking.CreateRequest, err error) {
	if err := b.check(); err != nil {
		return ask, err
	}
	s := state{Level: b.level()}
	if s.ExternalInfo, err = readInfo(b.ExternalInfo); err != nil {
		return ask, err
	}
	if s.Callbacks, err = parseCallbacks(b.ProductsCallbackURL, k.callbackOf(c.Application)); err != nil {
		return ask, err
	}
	ask = linking.CreateRequest{Hints: b.details(), Life: tokenLife}
	if ask.Reference, err = k.reference(ctx, c.Tenant.ID, b.taxID()); err != nil {
		return ask, err
	}
	if b.ConnectionKey != "" {
		if err := k.renew(ctx, c, b, &ask, &s); err != nil {
			return ask, err
		}
	}
	renewed := ask.Spec.Connection
	if ask.Spec, err = k.spec(c, s.Level); err != nil {
		return ask, err
	}
	ask.Spec.Connection = renewed
	ask.Spec.Redirect = b.RedirectURL
	ask.Spec.Stages = []fairlead.Stage{
		fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation, fairlead.StageAcceptance, fairlead.StageResult,
	}
	if err := k.institutionsOf(ctx, c, b, s, &ask.Spec); err != nil {
		return ask, err
	}
	if err := appLink(b, &ask.Spec); err != nil {
		return ask, err
	}
	ask.Origin, err = s.origin()
	return ask, err
}

func (k *Klavi) callbackOf(app fairlead.Application) func(string) error {
	return func(address string) error { return app.CallbackAllowed(address, k.verbs.Dev) }
}

// renew opens update mode: a connectionKey is the id of a connection. The person
// is the connection's, whatever a dialect named them.
func (k *Klavi) renew(ctx context.Context, c access.Caller, b linkBody, ask *linking.CreateRequest, s *state) error {
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
		s.Level = company
	}
	ask.Reference, ask.Spec.Connection = "", conn.ID
	return nil
}

// institutionsOf fills what the person may choose from, and what the page says.
func (k *Klavi) institutionsOf(ctx context.Context, c access.Caller, b linkBody, s state, spec *fairlead.Spec) error {
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

// institution finds by code; what does not exist, is down, or is not of this
// country is the business error 4004.
func (k *Klavi) institution(ctx context.Context, tenant fairlead.TenantID, code string) (fairlead.Institution, error) {
	i, err := k.verbs.Linking.Institution(ctx, tenant, code)
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return i, business(invalidInstitution, "does not exist")
	case err != nil:
		return i, err
	case i.Health == fairlead.HealthDown:
		return i, business(invalidInstitution, "is in outage")
	case i.Country != "BR" && i.Country != "":
		return i, business(invalidInstitution, "is not permitted")
	}
	return i, nil
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
