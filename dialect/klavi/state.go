package klavi

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// maxExternalInfo bounds externalInfo: it goes into the address of the redirect.
const maxExternalInfo = 16 << 10

// state is what this dialect remembers of a link, in its Origin. The consent and
// the connection of the link carry it too.
type state struct {
	Callbacks    callbacks       `json:"callbacks,omitempty"`
	ExternalInfo json.RawMessage `json:"external_info,omitempty"`
	Level        level           `json:"level"`
	// Of a link that a consent of the API made for itself:
	Parent  fairlead.LinkID `json:"parent,omitempty"` // whose token asked for it
	TrackID string          `json:"track_id,omitempty"`
}

// stateOf reads what is remembered. Of an erased person nothing is left but that
// it was ours.
func stateOf(o fairlead.Origin) (s state, ours bool) {
	if o.Dialect != name {
		return s, false
	}
	if len(o.State) > 0 && json.Unmarshal(o.State, &s) != nil {
		return state{}, false
	}
	if s.Level == "" {
		s.Level = person
	}
	return s, true
}

func (s state) origin() (fairlead.Origin, error) {
	kept, err := json.Marshal(s)
	return fairlead.Origin{Dialect: name, State: kept}, err
}

// linkOf is the link that outsiders know: of a consent's own link, its parent.
func (s state) linkOf(id fairlead.LinkID) fairlead.LinkID {
	if s.Parent != "" {
		return s.Parent
	}
	return id
}

// info is the externalInfo to give back; an empty object where there is none.
func (s state) info() json.RawMessage {
	if len(s.ExternalInfo) == 0 {
		return json.RawMessage("{}")
	}
	return s.ExternalInfo
}

// readInfo checks an externalInfo: an object, or nothing.
func readInfo(raw json.RawMessage) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil, nil
	case raw[0] != '{':
		return nil, fairlead.InvalidField("externalInfo", "format", "must be an object")
	case len(raw) > maxExternalInfo:
		return nil, fairlead.InvalidField("externalInfo", "range", "must have at most 16 KiB")
	}
	return rewrite(raw)
}

// customized is what externalInfo changes of the hosted page. What is written
// otherwise than documented changes nothing.
func customized(info json.RawMessage) customization {
	var outer struct {
		Customization customization `json:"customization"`
	}
	if len(info) == 0 || json.Unmarshal(info, &outer) != nil {
		return customization{}
	}
	return outer.Customization
}

// digits drops the punctuation of a tax id.
func digits(taxID string) string {
	return strings.NewReplacer(".", "", "-", "", "/", "", " ", "").Replace(taxID)
}

// check normalises and checks who the end user is.
func (u *whom) check() error {
	u.PersonalTaxID, u.BusinessTaxID = digits(u.PersonalTaxID), strings.ToUpper(digits(u.BusinessTaxID))
	if u.PersonalTaxID != "" && !fairlead.ValidCPF(u.PersonalTaxID) {
		return fairlead.InvalidField("personalTaxId", "format", "must be a valid CPF of 11 digits")
	}
	if u.BusinessTaxID != "" && !fairlead.ValidCNPJ(u.BusinessTaxID) {
		return fairlead.InvalidField("businessTaxId", "format", "must be a valid CNPJ of 14 characters")
	}
	return nil
}

func (u whom) level() level {
	if u.BusinessTaxID != "" {
		return company
	}
	return person
}

// taxID is what names the person: the company's, where there is one.
func (u whom) taxID() string {
	if u.BusinessTaxID != "" {
		return u.BusinessTaxID
	}
	return u.PersonalTaxID
}

func (u whom) details() fairlead.PersonDetails {
	return fairlead.PersonDetails{PersonalTaxID: u.PersonalTaxID, BusinessTaxID: u.BusinessTaxID, Email: u.Email, Phone: u.Phone}
}

// reference names the person to the core: never by the tax id itself. "" is
// somebody new.
func (k *Klavi) reference(ctx context.Context, tenant fairlead.TenantID, taxID string) (string, error) {
	if taxID == "" {
		return "", nil
	}
	return k.verbs.Access.KeyedHash(ctx, tenant, taxID)
}

// details are who a person is; empty when they are erased.
func (k *Klavi) details(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (fairlead.PersonDetails, error) {
	if id == "" {
		return fairlead.PersonDetails{}, nil
	}
	d, err := k.verbs.Reading.PersonDetails(ctx, tenant, id)
	if fairlead.Is(err, fairlead.NotFound) {
		err = nil
	}
	return d, err
}

// settings are what the vendor's console holds for an application.
type settings struct {
	events, reports string
	object, manual  bool
	products        []string // of both levels, in order
}

func (k *Klavi) settings(app fairlead.Application) (settings, error) {
	v, err := k.verbs.Notes.Settings(app, name)
	if err != nil {
		return settings{}, err
	}
	chosen := v.List("products")
	if len(chosen) == 0 {
		chosen = productNames()
	}
	return settings{
		events: v.Text("events_url"), reports: v.Text("reports_url"),
		object: v.Text("event_body") == "object", manual: v.Text("delivery") == "manual",
		products: append(ordered(person, chosen), ordered(company, chosen)...),
	}, nil
}

// spec is the part of a link's spec that all of this dialect's links share.
func (k *Klavi) spec(c access.Caller, l level) (fairlead.Spec, error) {
	s, err := k.settings(c.Application)
	return fairlead.Spec{
		Products: needed(ordered(l, s.products)), Countries: []string{"BR"}, Code: fairlead.CodePolicy{None: true},
		OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson, Validity: 12, VisitLasts: visitLasts,
	}, err
}

// code is an institution's code: its COMPE number, else its short name.
func code(i fairlead.Institution) string {
	if n := slices.IndexFunc(i.Codes, func(c fairlead.Code) bool { return c.Scheme == "compe" }); n >= 0 {
		return i.Codes[n].Value
	}
	if i.ShortName != "" {
		return i.ShortName
	}
	return string(i.ID)
}

// codeOf is the code of an institution by its id; the id where it is gone.
func (k *Klavi) codeOf(ctx context.Context, tenant fairlead.TenantID, id fairlead.InstitutionID) string {
	i, err := k.verbs.Linking.Institution(ctx, tenant, string(id))
	if err != nil {
		return string(id)
	}
	return code(i)
}
