package klavi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/reading"
)

// asked is what reports are made of: the memory of a request, and the same made
// up for an automatic delivery.
type asked struct {
	Level        level                   `json:"level"`
	Products     []string                `json:"products"`
	Callbacks    callbacks               `json:"callbacks,omitempty"` // of the request itself
	Link         callbacks               `json:"link,omitempty"`      // of the link
	ExternalInfo json.RawMessage         `json:"external_info,omitempty"`
	Connections  []fairlead.ConnectionID `json:"connections"`
	Institution  fairlead.InstitutionID  `json:"institution,omitempty"` // at institution level
	LinkID       fairlead.LinkID         `json:"link_id,omitempty"`     // as the request named it
}

// maxRequested bounds how many connections one request's reports are made of.
const maxRequested = 100

// request is one of the four report requests.
func (k *Klavi) request(l level, institutional bool) func(http.ResponseWriter, *http.Request) (any, error) {
	return func(w http.ResponseWriter, r *http.Request) (any, error) {
		c, err := k.caller(r)
		if err != nil {
			return nil, err
		}
		var body requestBody
		if err := read(w, r, &body); err != nil {
			return nil, err
		}
		a, who, err := k.askOf(r.Context(), c, l, institutional, body)
		if err != nil {
			return nil, err
		}
		memory, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		e, err := k.verbs.Notifying.Request(r.Context(), c.Application, name, fairlead.Event{
			Person: who.ID, Reference: who.Reference, Institution: a.Institution, Request: memory,
		})
		if err != nil {
			return nil, err
		}
		return requested{fairlead.UUID(e.ID), "ok"}, nil
	}
}

// askOf checks a request and finds the connections that it is about.
func (k *Klavi) askOf(ctx context.Context, c access.Caller, l level, institutional bool, b requestBody) (a asked, who fairlead.Person, err error) {
	a = asked{Level: l, LinkID: linkID(b.LinkID)}
	if a.ExternalInfo, err = readInfo(b.ExternalInfo); err != nil {
		return a, who, err
	}
	if b.TaxID, err = taxIDOf(l, b.TaxID); err != nil {
		return a, who, err
	}
	if institutional && b.InstitutionCode == "" {
		return a, who, fairlead.InvalidField("institutionCode", "required", "must be given")
	}
	if a.Products, err = k.productsOf(c.Application, l, b.Products); err != nil {
		return a, who, err
	}
	if a.Callbacks, err = parseCallbacks(b.ProductsCallbackURL, k.callbackOf(c.Application)); err != nil {
		return a, who, err
	}
	if b.InstitutionCode != "" {
		i, err := k.institution(ctx, c.Tenant.ID, b.InstitutionCode)
		if err != nil {
			return a, who, err
		}
		a.Institution = i.ID
	}
	reference, err := k.reference(ctx, c.Tenant.ID, b.TaxID)
	if err != nil {
		return a, who, err
	}
	who, err = k.verbs.Reading.Person(ctx, c.Tenant.ID, reference)
	if fairlead.Is(err, fairlead.NotFound) {
		return a, who, business(invalidAuthorisation, "nothing is authorised for the taxId")
	}
	if err != nil {
		return a, who, err
	}
	return a, who, k.authorised(ctx, c, who, b, &a)
}

func taxIDOf(l level, text string) (string, error) {
	u := whom{PersonalTaxID: text}
	if l == company {
		u = whom{BusinessTaxID: text}
	}
	if u.check() != nil || u.taxID() == "" {
		return "", fairlead.InvalidField("taxId", "format", "must be a valid CPF, or CNPJ for a company")
	}
	return u.taxID(), nil
}

// productsOf resolves ["all"] and refuses names of no product, or of the other level.
func (k *Klavi) productsOf(app fairlead.Application, l level, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, business(noProducts, "must name at least one")
	}
	if slices.Contains(names, "all") {
		s, err := k.settings(app)
		return ordered(l, s.products), err
	}
	for _, n := range names {
		if _, known := productOf(n); !known || !l.of(n) {
			return nil, business(invalidProduct, "does not exist, or is of another level")
		}
	}
	return ordered(l, names), nil
}

// authorised fills the connections of the consents in force, newest consent
// first: its link says what the request does not.
func (k *Klavi) authorised(ctx context.Context, c access.Caller, who fairlead.Person, b requestBody, a *asked) error {
	all, err := k.consents(ctx, c.Tenant.ID, reading.ListQuery{Person: who.ID})
	if err != nil {
		return err
	}
	slices.Reverse(all)
	for _, consent := range all {
		switch {
		case consent.Status != fairlead.ConsentAuthorised || consent.Connection == "":
		case a.Institution != "" && consent.Institution != a.Institution:
		case b.LinkID != "" && linkOf(consent) != a.LinkID:
		case len(b.ConsentIDs) > 0 && !slices.ContainsFunc(b.ConsentIDs, func(id string) bool { return consentID(id) == consent.ID }):
		case slices.Contains(a.Connections, consent.Connection):
		default:
			if len(a.Connections) == 0 {
				s, _ := stateOf(consent.Origin)
				a.Link = s.Callbacks
				if a.ExternalInfo == nil {
					a.ExternalInfo = s.ExternalInfo
				}
			}
			a.Connections = append(a.Connections, consent.Connection)
		}
	}
	if len(a.Connections) == 0 {
		return business(invalidAuthorisation, "it has expired or does not exist")
	}
	a.Connections = a.Connections[:min(len(a.Connections), maxRequested)]
	return nil
}
