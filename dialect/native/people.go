package native

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

type InstitutionFilter struct {
	Paging
	Q       string           `query:"q" maxLength:"100"`
	Country string           `query:"country" pattern:"^[A-Za-z]{2}$" patternDescription:"two letters of ISO 3166, like BR" doc:"Only institutions of this country, ISO 3166 of two letters."`
	Product fairlead.Product `query:"product" maxLength:"40"`
}

func (n *Native) searchInstitutions(r request[InstitutionFilter]) (list[institutionBody], error) {
	if r.in.Product != "" && !r.in.Product.Valid() {
		return list[institutionBody]{}, fairlead.InvalidField("product", "unknown", "must be one of "+listed(fairlead.Products()))
	}
	found, err := n.verbs.Reading.SearchInstitutions(r, r.tenant(), reading.Search{
		Text: r.in.Q, Country: r.in.Country, Product: r.in.Product, After: fairlead.InstitutionID(r.in.After), Limit: r.in.Limit,
	})
	next := ""
	if found.More {
		next = string(found.Institutions[len(found.Institutions)-1].ID)
	}
	return listOf(found.Institutions, next, n.institution), err
}

func (n *Native) readInstitution(r request[ByID]) (institutionBody, error) {
	i, err := n.verbs.Reading.Institution(r, r.tenant(), r.in.ID)
	return n.institution(i), err
}

func (n *Native) listPersons(r request[Paging]) (list[personBody], error) {
	p, err := n.verbs.Reading.Persons(r, r.tenant(), r.in.After, r.in.Limit)
	return listOf(p.Data, p.Next, personOf), err
}

func (n *Native) readPerson(r request[ByID]) (personBody, error) {
	p, err := n.verbs.Reading.Person(r, r.tenant(), r.in.ID)
	return personOf(p), err
}

func (n *Native) erasePerson(r request[ByID]) error {
	p, err := n.verbs.Reading.Person(r, r.tenant(), r.in.ID)
	if err != nil {
		return err
	}
	var ctx context.Context = r
	if r.caller.May(manage) == nil { // what other applications have of the person, too
		ctx = fairlead.WithHolder(r, "")
	}
	return n.verbs.Erasing.ErasePerson(ctx, r.tenant(), p.ID, string(r.applicationID()))
}

// exportOf gives whatever is in an export its shape of this API.
func exportOf(v any) any {
	switch v := v.(type) {
	case fairlead.Consent:
		return consentOf(v)
	case fairlead.Connection:
		return connectionOf(v, nil)
	}
	return recordOf(v)
}

func (n *Native) exportPerson(r request[ByID]) (func(huma.Context), error) {
	p, err := n.verbs.Reading.Person(r, r.tenant(), r.in.ID)
	if err != nil {
		return nil, err
	}
	return func(h huma.Context) {
		h.SetHeader("Content-Type", "application/json")
		h.SetHeader("Content-Disposition", `attachment; filename="export.json"`)
		if err := n.verbs.Reading.Export(r, r.tenant(), p.ID, h.BodyWriter(), exportOf); err != nil {
			n.verbs.Log.ErrorContext(r, "export broke off", "request_id", requestID(r), "error", err)
		}
	}, nil
}

type portalBody struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (n *Native) openPortal(r request[ByID]) (portalBody, error) {
	p, err := n.verbs.Reading.Person(r, r.tenant(), r.in.ID)
	if err != nil {
		return portalBody{}, err
	}
	address, expires, err := n.verbs.Consenting.Portal(r, r.application(), p.ID)
	return portalBody{address, expires}, err
}
