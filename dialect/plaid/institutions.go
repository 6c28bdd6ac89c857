package plaid

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// via begins the vendor's form of an id that is not of its form: a provider's.
const via = "ins_via_"

// institutionID is the vendor's form, "ins_…", of an institution's id; ourInstitution is
// its inverse.
func institutionID(id fairlead.InstitutionID) string {
	if strings.HasPrefix(string(id), "ins_") && !strings.HasPrefix(string(id), via) {
		return string(id)
	}
	return via + string(id)
}

func ourInstitution(id string) fairlead.InstitutionID {
	return fairlead.InstitutionID(strings.TrimPrefix(id, via))
}

// standIns are the make-believe banks of this server that answer to the ids of the
// vendor's own, by which integrations are tested. In a sandbox alone; each says its own
// name and id.
var standIns = map[string]fairlead.InstitutionID{
	"ins_109508": "ins_cove",   // a password
	"ins_127287": "ins_mesa",   // OAuth
	"ins_12":     "ins_harbor", // whatever is not the first
	"ins_117650": "ins_tern",   // in the United Kingdom
}

// standInNames are the names under which the vendor's are searched for.
var standInNames = map[string][]fairlead.InstitutionID{
	"platypus":            {"ins_cove", "ins_mesa", "ins_curlew"},
	"royal bank of plaid": {"ins_tern"},
}

// standInRouting are the routing numbers of the vendor's tests.
var standInRouting = map[string]fairlead.InstitutionID{"021200339": "ins_cove", "052001633": "ins_cove"}

func invalidInstitution() error {
	return newError(invalidInput, "INVALID_INSTITUTION", "invalid institution_id provided")
}

// institution is the one that a caller names.
func (p *Plaid) institution(c call, id string) (fairlead.Institution, error) {
	ours := ourInstitution(id)
	if standIn, ok := standIns[id]; ok && c.Tenant.Environment == fairlead.Sandbox {
		ours = standIn
	}
	i, err := p.verbs.Reading.Institution(c.Context(), c.Tenant.ID, string(ours))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && (i.ID != ours || i.OnlyFiles()) {
		return i, invalidInstitution()
	}
	return i, err
}

// institutionsBody is what the three calls about institutions have in common.
type institutionsBody struct {
	Count       *int      `json:"count"`
	Offset      *int      `json:"offset"`
	Institution string    `json:"institution_id"`
	Query       string    `json:"query"`
	Products    []string  `json:"products"`
	Countries   *[]string `json:"country_codes"`
	Options     struct {
		Products []string `json:"products"`
		Routing  []string `json:"routing_numbers"`
		OAuth    *bool    `json:"oauth"`
		Optional bool     `json:"include_optional_metadata"`
		Payments *bool    `json:"include_payment_initiation_metadata"`
	} `json:"options"`
}

// readInstitutions reads such a request, which must name countries.
func (c call) readInstitutions() (b institutionsBody, err error) {
	if err := c.decode(&b); err != nil {
		return b, err
	}
	if b.Countries == nil || len(*b.Countries) == 0 {
		return b, missing("country_codes")
	}
	for i, code := range *b.Countries {
		if (*b.Countries)[i] = strings.ToUpper(code); len(code) != 2 {
			return b, invalidField("country_codes", "must be ISO 3166 codes of two letters")
		}
	}
	return b, nil
}

// matches reports whether an institution is among those that a request filters for.
func (b institutionsBody) matches(i fairlead.Institution) bool {
	has := offered(i.Offers)
	for _, product := range slices.Concat(b.Products, b.Options.Products) {
		if !slices.Contains(has, product) {
			return false
		}
	}
	if b.Options.OAuth != nil && *b.Options.OAuth != oauth(i) {
		return false
	}
	return !i.OnlyFiles() && i.Gone.IsZero() && slices.Contains(*b.Countries, i.Country)
}

func oauth(i fairlead.Institution) bool { return slices.Contains(i.Logins, fairlead.LoginRedirect) }

type institutionBody struct {
	ID        string            `json:"institution_id"`
	Name      string            `json:"name"`
	Products  []string          `json:"products"`
	Countries []string          `json:"country_codes"`
	URL       *string           `json:"url,omitempty"`
	Colour    *string           `json:"primary_color,omitempty"`
	Logo      *string           `json:"logo,omitempty"` // a PNG in base64: none is at hand here
	Routing   []string          `json:"routing_numbers"`
	OAuth     bool              `json:"oauth"`
	Payments  *paymentsMetadata `json:"payment_initiation_metadata,omitempty"`
}

// paymentsMetadata says that no payments are initiated here.
type paymentsMetadata struct {
	International bool           `json:"supports_international_payments"`
	SEPAInstant   bool           `json:"supports_sepa_instant"`
	Maximum       map[string]any `json:"maximum_payment_amount"`
	Refunds       bool           `json:"supports_refund_details"`
	StandingOrder *struct{}      `json:"standing_order_metadata"`
	Consents      bool           `json:"supports_payment_consents"`
}

func (b institutionsBody) describe(i fairlead.Institution) institutionBody {
	out := institutionBody{ID: institutionID(i.ID), Name: i.Name, Products: append([]string{}, offered(i.Offers)...), Countries: []string{i.Country}, Routing: []string{}, OAuth: oauth(i)}
	for _, code := range i.Codes {
		if code.Scheme == "routing" {
			out.Routing = append(out.Routing, code.Value)
		}
	}
	if b.Options.Optional {
		out.URL, out.Colour = orNull(i.Website), orNull(i.Colour)
	}
	if b.Options.Payments != nil && *b.Options.Payments {
		out.Payments = &paymentsMetadata{Maximum: map[string]any{}}
	}
	return out
}

type institutionList struct {
	Institutions []institutionBody `json:"institutions"`
	Total        *int              `json:"total,omitempty"`
}

// found are the institutions that a request filters for, of a text or any, as the
// directory ranks them: all, or as many as are enough.
func (p *Plaid) found(c call, b institutionsBody, text string, enough int) (out []fairlead.Institution, err error) {
	seen := map[fairlead.InstitutionID]bool{}
	for _, country := range *b.Countries {
		search := reading.Search{Text: text, Country: country, Limit: 500}
		for {
			page, err := p.verbs.Reading.Institutions(c.Context(), c.Tenant.ID, search)
			if err != nil {
				return nil, err
			}
			for _, i := range page {
				if b.matches(i) && !seen[i.ID] {
					out, seen[i.ID] = append(out, i), true
				}
				if len(out) == enough {
					return out, nil
				}
			}
			if len(page) < search.Limit {
				break
			}
			search.After = page[len(page)-1].ID
		}
	}
	return out, nil
}

// listInstitutions pages through the directory.
func (p *Plaid) listInstitutions(c call) (any, error) {
	b, err := c.readInstitutions()
	switch {
	case err != nil:
		return nil, err
	case b.Count == nil:
		return nil, missing("count")
	case b.Offset == nil:
		return nil, missing("offset")
	case *b.Count < 1 || *b.Count > 500:
		return nil, invalidField("count", "must be between 1 and 500")
	case *b.Offset < 0:
		return nil, invalidField("offset", "must be 0 or more")
	}
	found, err := p.found(c, b, "", -1)
	if err != nil {
		return nil, err
	}
	if len(b.Options.Routing) > 0 {
		found = slices.DeleteFunc(found, func(i fairlead.Institution) bool { return !routed(c, i, b.Options.Routing) })
	}
	total := len(found)
	out := institutionList{Institutions: []institutionBody{}, Total: &total}
	for _, i := range found[min(*b.Offset, total):min(*b.Offset+*b.Count, total)] {
		out.Institutions = append(out.Institutions, b.describe(i))
	}
	return out, nil
}

// routed reports whether an institution has one of some routing numbers.
func routed(c call, i fairlead.Institution, numbers []string) bool {
	return slices.ContainsFunc(numbers, func(number string) bool {
		standIn := c.Tenant.Environment == fairlead.Sandbox && standInRouting[number] == i.ID
		return standIn || slices.Contains(i.Codes, fairlead.Code{Scheme: "routing", Value: number})
	})
}

// maxFound is how many institutions the vendor's search gives.
const maxFound = 10

func (p *Plaid) searchInstitutions(c call) (any, error) {
	b, err := c.readInstitutions()
	if err == nil && strings.TrimSpace(b.Query) == "" {
		err = missing("query")
	}
	if err != nil {
		return nil, err
	}
	found, err := p.found(c, b, b.Query, maxFound)
	if err != nil {
		return nil, err
	}
	if c.Tenant.Environment == fairlead.Sandbox {
		for _, id := range standInNames[strings.ToLower(strings.TrimSpace(b.Query))] {
			i, err := p.verbs.Reading.Institution(c.Context(), c.Tenant.ID, string(id))
			if err != nil {
				return nil, err
			}
			if b.matches(i) {
				found = append(found, i)
			}
		}
	}
	out := institutionList{Institutions: []institutionBody{}}
	for _, i := range found[:min(len(found), maxFound)] {
		out.Institutions = append(out.Institutions, b.describe(i))
	}
	return out, nil
}

func (p *Plaid) getInstitution(c call) (any, error) {
	b, err := c.readInstitutions()
	if err == nil && b.Institution == "" {
		err = missing("institution_id")
	}
	if err != nil {
		return nil, err
	}
	i, err := p.institution(c, b.Institution)
	if err == nil && i.Country != "" && !slices.Contains(*b.Countries, i.Country) {
		err = invalidInstitution()
	}
	return struct {
		Institution institutionBody `json:"institution"`
	}{b.describe(i)}, err
}
