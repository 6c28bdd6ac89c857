package klavi

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/reading"
)

// maxRequested bounds how many connections one request's reports are made of.
const maxRequested = 100

// reportRequest says which reports are made, and of what: stored with a request's
// event, and made up for automatic reports.
type reportRequest struct {
	Level        report.Level            `json:"level"`
	Products     []string                `json:"products"`
	Callbacks    callbacks               `json:"callbacks,omitempty"` // of the request itself
	Link         callbacks               `json:"link,omitempty"`      // of the link
	ExternalInfo json.RawMessage         `json:"external_info,omitempty"`
	Connections  []fairlead.ConnectionID `json:"connections"`
	Institution  fairlead.InstitutionID  `json:"institution,omitempty"` // at institution level
	LinkID       fairlead.LinkID         `json:"link_id,omitempty"`     // as the request named it
}

// address is where a product's report goes; "" is nowhere.
func (q reportRequest) address(product string, s settings) string {
	return resolve(product, q.Callbacks, q.Link, s.reports)
}

// requestReports handles one of the four report requests. At either level institutionCode
// names one institution, and without it the reports are of all: the vendor's clients ask
// institution level so, too.
func (k *Klavi) requestReports(l report.Level) func(call) (any, error) {
	return func(c call) (any, error) {
		var body requestBody
		if err := read(c.Request, &body); err != nil {
			return nil, err
		}
		q, who, err := k.reportRequest(c.Context(), c.Caller, l, body)
		if err != nil {
			return nil, err
		}
		stored, err := json.Marshal(q)
		if err != nil {
			return nil, err
		}
		e, err := k.verbs.Notifying.Request(c.Context(), c.Application, name, fairlead.Event{
			Person: who.ID, Reference: who.Reference, Institution: q.Institution, Request: stored,
		})
		if err != nil {
			return nil, err
		}
		return requested{fairlead.UUID(e.ID), "ok"}, nil
	}
}

// reportRequest checks a request and finds the connections that it is about.
func (k *Klavi) reportRequest(
	ctx context.Context, c access.Caller, l report.Level, b requestBody,
) (q reportRequest, who fairlead.Person, err error) {
	q = reportRequest{Level: l, LinkID: linkID(b.LinkID)}
	if q.ExternalInfo, err = readInfo(b.ExternalInfo); err != nil {
		return q, who, err
	}
	if b.TaxID, err = taxIDOf(l, b.TaxID); err != nil {
		return q, who, err
	}
	if q.Products, err = k.productsOf(c.Application, l, b.Products); err != nil {
		return q, who, err
	}
	if q.Callbacks, err = parseCallbacks(b.ProductsCallbackURL, k.callbackOf(c.Application)); err != nil {
		return q, who, err
	}
	if b.InstitutionCode != "" {
		i, err := k.institution(ctx, c.Tenant.ID, b.InstitutionCode)
		if err != nil {
			return q, who, err
		}
		q.Institution = i.ID
	}
	who, err = k.verbs.Reading.Person(ctx, c.Tenant.ID, k.reference(c.Tenant, b.TaxID))
	if fairlead.Is(err, fairlead.NotFound) {
		return q, who, business(invalidAuthorisation, "nothing is authorised for the taxId")
	}
	if err != nil {
		return q, who, err
	}
	return q, who, k.authorised(ctx, c, who, b, &q)
}

func taxIDOf(l report.Level, text string) (string, error) {
	u := endUser{PersonalTaxID: text}
	if l == report.Company {
		u = endUser{BusinessTaxID: text}
	}
	if u.check() != nil || u.taxID() == "" {
		return "", fairlead.InvalidField("taxId", "format", "must be a valid CPF, or CNPJ for a company")
	}
	return u.taxID(), nil
}

// productsOf resolves ["all"] and refuses names of no product, or of the other level.
func (k *Klavi) productsOf(app fairlead.Application, l report.Level, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, business(noProducts, "must name at least one")
	}
	if slices.Contains(names, "all") {
		s, err := k.settings(app)
		return l.Select(s.products), err
	}
	names = slices.Clone(names)
	for i, n := range names {
		if bare := l.Name(n); report.Known(bare) { // "loans", as some clients ask
			names[i] = bare
		} else if !report.Known(n) || !l.Has(n) {
			return nil, business(invalidProduct, "does not exist, or is of another level")
		}
	}
	return l.Select(names), nil
}

// authorised fills the connections of the consents in force, newest consent
// first: its link says what the request does not.
func (k *Klavi) authorised(ctx context.Context, c access.Caller, who fairlead.Person, b requestBody, q *reportRequest) error {
	all, err := k.consents(ctx, c.Tenant.ID, reading.ListQuery{Person: who.ID})
	if err != nil {
		return err
	}
	slices.Reverse(all)
	for _, consent := range all {
		switch {
		case consent.Status != fairlead.ConsentAuthorised || consent.Connection == "":
		case q.Institution != "" && consent.Institution != q.Institution:
		case b.LinkID != "" && linkOf(consent) != q.LinkID:
		case len(b.ConsentIDs) > 0 && !slices.ContainsFunc(b.ConsentIDs, func(id string) bool { return consentID(id) == consent.ID }):
		case slices.Contains(q.Connections, consent.Connection):
		default:
			if len(q.Connections) == 0 {
				s, _ := stateOf(consent.Origin)
				q.Link = s.Callbacks
				if q.ExternalInfo == nil {
					q.ExternalInfo = s.ExternalInfo
				}
			}
			q.Connections = append(q.Connections, consent.Connection)
		}
	}
	if len(q.Connections) == 0 {
		return business(invalidAuthorisation, "it has expired or does not exist")
	}
	q.Connections = q.Connections[:min(len(q.Connections), maxRequested)]
	return nil
}
