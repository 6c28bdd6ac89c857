package native

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// codeLife is how long the code at the end of a link may be exchanged.
const codeLife = time.Minute

type hintsBody struct {
	PersonalTaxID string `json:"personal_tax_id,omitempty" maxLength:"24" doc:"CPF, SSN or NIF; sealed."`
	BusinessTaxID string `json:"business_tax_id,omitempty" maxLength:"24" doc:"CNPJ, EIN or CIF; sealed."`
	Email         string `json:"email,omitempty" maxLength:"254" doc:"Sealed."`
	Phone         string `json:"phone,omitempty" maxLength:"25" doc:"Sealed."`
}

type createLinkBody struct {
	Person         string                `json:"person,omitempty" maxLength:"255" doc:"Your own reference of the person; made if new. Required unless connection_id is given."`
	Products       []fairlead.Product    `json:"products,omitempty" doc:"Default: all that the institution offers."`
	InstitutionID  string                `json:"institution_id,omitempty" maxLength:"80" doc:"Id or short name: the person does not choose."`
	InstitutionIDs []string              `json:"institution_ids,omitempty" maxItems:"200" doc:"Only these may be chosen."`
	Countries      []string              `json:"countries,omitempty" maxItems:"50" doc:"Only institutions of these, ISO 3166 of two letters."`
	Language       string                `json:"language,omitempty" maxLength:"35" doc:"en, pt-BR or es; default: the browser's."`
	Mode           fairlead.Mode         `json:"mode,omitempty" enum:"redirect,frame" doc:"redirect (default) or frame."`
	RedirectURL    string                `json:"redirect_url,omitempty" maxLength:"2000" doc:"Where the browser goes at the end, with a code. A host of the application."`
	AppLink        string                `json:"app_link,omitempty" maxLength:"2000" doc:"The same for an app on the phone."`
	Hints          *hintsBody            `json:"hints,omitempty"`
	Metadata       json.RawMessage       `json:"metadata,omitempty" doc:"Given back with the link."`
	ConnectionID   fairlead.ConnectionID `json:"connection_id,omitempty" maxLength:"80" doc:"Update mode: renew this connection."`
	ExpiresIn      int                   `json:"expires_in,omitempty" minimum:"60" maximum:"604800" doc:"Seconds; default 1800."`
	OneVisit       bool                  `json:"one_visit,omitempty" doc:"The link belongs to the browser that opens it first; in any other its address opens nothing."`
	Stages         []fairlead.Stage      `json:"stages,omitempty" doc:"welcome, institution, consent, accounts, acceptance, retrieving, result; default: all but acceptance and retrieving."`
	Purpose        string                `json:"purpose,omitempty" maxLength:"500" doc:"Why the data is wanted; shown to the person and stored with the consent."`
	TermsURL       string                `json:"terms_url,omitempty" maxLength:"2048" doc:"Your terms of use: an https page, shown to the person before they begin; default: the application's."`
	PrivacyURL     string                `json:"privacy_url,omitempty" maxLength:"2048" doc:"Your privacy notice, likewise."`
}

// request says the same in the words of linking.
func (b createLinkBody) request() linking.CreateRequest {
	request := linking.CreateRequest{
		Reference: b.Person,
		Life:      time.Duration(b.ExpiresIn) * time.Second,
		Origin:    fairlead.Origin{Dialect: name},
		Spec: fairlead.Spec{
			Institution: fairlead.InstitutionID(b.InstitutionID), Countries: b.Countries, Products: b.Products, Language: b.Language,
			Mode: b.Mode, Redirect: b.RedirectURL, AppLink: b.AppLink, Connection: b.ConnectionID, Stages: b.Stages,
			Code: fairlead.CodePolicy{Life: codeLife}, OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson,
			Presentation: fairlead.Presentation{Purpose: b.Purpose, TermsURL: b.TermsURL, PrivacyURL: b.PrivacyURL}, OneVisit: b.OneVisit,
			OffersSaved: true,
		},
	}
	for _, id := range b.InstitutionIDs {
		request.Spec.Institutions = append(request.Spec.Institutions, fairlead.InstitutionID(id))
	}
	if b.Hints != nil {
		request.Hints = fairlead.PersonDetails(*b.Hints)
	}
	if string(b.Metadata) != "null" {
		request.Spec.Metadata = b.Metadata
	}
	return request
}

// spoken are the languages that the page speaks.
func spoken() []string { return []string{"en", "es", "pt-BR"} }

// isSpoken reports whether a language is spoken, in whichever country: who wants es-MX
// gets es.
func isSpoken(tag string) bool {
	wanted, err := language.Parse(tag)
	if err != nil {
		return false
	}
	base, _ := wanted.Base()
	return slices.ContainsFunc(spoken(), func(s string) bool {
		b, _ := language.Make(s).Base()
		return b == base
	})
}

func (n *Native) createLink(r request[withBody[createLinkBody]]) (createdLink, error) {
	if r.in.Body.Person == "" && r.in.Body.ConnectionID == "" {
		return createdLink{}, fairlead.InvalidField("person", "required", "must be given")
	}
	if l := r.in.Body.Language; l != "" && !isSpoken(l) {
		return createdLink{}, fairlead.InvalidField("language", "unknown", "must be one of "+strings.Join(spoken(), ", "))
	}
	request := r.in.Body.request()
	request.Tenant = r.caller.Tenant
	c, err := n.verbs.Linking.Create(r, r.application(), request)
	if err != nil {
		return createdLink{}, err
	}
	return createdLink{c.Link.ID, c.Token, c.URL, c.Link.Expires, c.Link.Status}, nil
}

func (n *Native) listLinks(r request[Paging]) (list[linkBody], error) {
	if err := checkCursor(r.in.After, "lnk"); err != nil {
		return list[linkBody]{}, err
	}
	links, err := n.verbs.Linking.Links(r, r.tenant(), r.applicationID(), fairlead.LinkID(r.in.After), r.in.Limit)
	next := nextID(links, r.in.Limit, func(l fairlead.Link) fairlead.LinkID { return l.ID })
	return listOf(links, next, linkOf), err
}

func (n *Native) readLink(r request[ByID]) (linkBody, error) {
	l, err := n.ownLink(r)
	return linkOf(l), err
}

func (n *Native) cancelLink(r request[ByID]) (linkBody, error) {
	l, err := n.ownLink(r)
	if err != nil {
		return linkBody{}, err
	}
	l, err = n.verbs.Linking.Cancel(r, r.tenant(), l.ID)
	return linkOf(l), err
}

// ownLink is the link that the path names. An invitation belongs to the
// application that made it: another's is NotFound.
func (n *Native) ownLink(r request[ByID]) (fairlead.Link, error) {
	l, err := n.verbs.Linking.Link(r, r.tenant(), fairlead.LinkID(r.in.ID))
	if err == nil && l.Application != r.applicationID() {
		return fairlead.Link{}, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	return l, err
}

type exchangeInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"255"`
	Body exchangeBody
}

type exchangeBody struct {
	Code string `json:"code" minLength:"1" maxLength:"100" doc:"From the redirect."`
}

type exchanged struct {
	LinkID      fairlead.LinkID       `json:"link_id"`
	Connections []exchangedConnection `json:"connections" nullable:"false"`
}

type exchangedConnection struct {
	ID            fairlead.ConnectionID  `json:"id"`
	InstitutionID fairlead.InstitutionID `json:"institution_id"`
	Person        string                 `json:"person"`
}

func (n *Native) exchange(r request[exchangeInput]) (exchanged, error) {
	g, err := n.verbs.Linking.Exchange(r, r.application(), r.in.Body.Code, r.in.Key)
	out := exchanged{LinkID: g.Link.ID, Connections: []exchangedConnection{}}
	for _, c := range g.Connections {
		out.Connections = append(out.Connections, exchangedConnection{c.ID, c.Institution, c.Reference})
	}
	return out, err
}
