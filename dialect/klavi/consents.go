package klavi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
)

const (
	maxConsents     = 50 // of one link
	maxTrackID      = 200
	maxInstitutions = 500
)

// institutions lists what the link's end user may choose from.
func (k *Klavi) institutions(w http.ResponseWriter, r *http.Request) (any, error) {
	link, c, err := k.holder(w, r)
	if err != nil {
		return nil, err
	}
	found, err := k.verbs.Linking.Institutions(r.Context(), c.Tenant.ID, linking.Search{Country: "BR", Products: link.Spec.Products, Limit: maxInstitutions})
	if err != nil {
		return nil, err
	}
	out := []institution{}
	for _, i := range found {
		if listed(link.Spec, i) && i.Country == "BR" {
			out = append(out, institutionOf(i))
		}
	}
	return out, nil
}

// listed tells whether the link's own choice of institutions has this one.
func listed(s fairlead.Spec, i fairlead.Institution) bool {
	if s.Institution != "" {
		return s.Institution == i.ID
	}
	return len(s.Institutions) == 0 || slices.Contains(s.Institutions, i.ID)
}

func institutionOf(i fairlead.Institution) institution {
	kind, serves := 2, "natural"
	if slices.Contains(i.Logins, fairlead.LoginRedirect) {
		kind = 1
	}
	if len(i.Persons) == 0 || slices.Contains(i.Persons, fairlead.PersonCompany) {
		serves = "legal"
	}
	out := institution{
		InstitutionCode: code(i), Name: i.Name, Avatar: avatar(i), IsOutage: i.Health == fairlead.HealthDown,
		InstitutionType: kind, BusinessType: serves, AvailableResources: []string{}, OrganizationName: i.Name,
		OrganizationID: organization(i.ID),
	}
	for _, row := range []struct {
		name string
		of   fairlead.Product
	}{
		{"registration", fairlead.ProductIdentity},
		{"accounts", fairlead.ProductAccounts},
		{"credit-cards-accounts", fairlead.ProductBills},
		{"loans", fairlead.ProductLoans},
		{"investments", fairlead.ProductHoldings},
	} {
		if i.Offers(row.of) {
			out.AvailableResources = append(out.AvailableResources, row.name)
		}
	}
	return out
}

// avatar is the logo as an address that needs no server.
func avatar(i fairlead.Institution) string {
	if i.Logo == "" {
		return ""
	}
	return "data:image/svg+xml;utf8," + percent(i.Logo)
}

// organization is a UUID of an institution, always the same.
func organization(id fairlead.InstitutionID) string { return uuidOf("organization", string(id)) }

// uuidOf derives a UUID (version 8: of one's own making) from words.
func uuidOf(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	x := hex.EncodeToString(b)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// createConsent begins a conversation with a bank without showing a page of ours:
// a link of its own, whose token opens one address, once.
func (k *Klavi) createConsent(w http.ResponseWriter, r *http.Request) (any, error) {
	parent, c, err := k.holder(w, r)
	if err != nil {
		return nil, err
	}
	var body consentBody
	if err := read(w, r, &body); err != nil {
		return nil, err
	}
	ask, err := k.consentAsk(r.Context(), c, parent, body)
	if err != nil {
		return nil, err
	}
	made, err := k.beginConsent(r.Context(), c, parent, body.ExternalTrackID, ask)
	if err != nil {
		return nil, err
	}
	consent, err := k.verbs.Reading.Consent(r.Context(), c.Tenant.ID, made.Link.Consent)
	if err != nil {
		return nil, err
	}
	address := k.verbs.BaseURL + "/path/consent?v=" + made.Token
	return createdConsent{fairlead.UUID(consent.ID), address, address, expireAt(consent)}, nil
}

// consentAsk makes the ask of a consent's own link.
func (k *Klavi) consentAsk(ctx context.Context, c access.Caller, parent fairlead.Link, b consentBody) (ask linking.CreateRequest, err error) {
	if err := k.checkConsent(ctx, c, parent, &b); err != nil {
		return ask, err
	}
	i, err := k.institution(ctx, c.Tenant.ID, b.InstitutionCode)
	if err != nil {
		return ask, err
	}
	if !listed(parent.Spec, i) {
		return ask, business(invalidInstitution, "is not one of the link's")
	}
	s, _ := stateOf(parent.Origin)
	s.Level, s.Parent, s.TrackID = b.level(), parent.ID, b.ExternalTrackID
	ask = linking.CreateRequest{Hints: b.details(), Life: visitLasts}
	if ask.Spec, err = k.spec(c, s.Level); err != nil {
		return ask, err
	}
	ask.Spec.Institution, ask.Spec.Redirect, ask.Spec.Limit = i.ID, b.RedirectURL, 1
	ask.Spec.Stages = []fairlead.Stage{fairlead.StageConversation}
	ask.Spec.VisitOpens, ask.Spec.OneVisit = visitOpens, true
	if b.ValidityPeriod != nil && *b.ValidityPeriod == 0 {
		ask.Spec.Validity, ask.Spec.Endless = 0, true
	}
	// A person who typed something wrong at the bank may try again; whatever else goes wrong ends it.
	ask.Spec.ExitOn = slices.DeleteFunc(fairlead.ErrorKinds(), func(kind fairlead.ErrorKind) bool {
		return kind == fairlead.RejectedLogin || kind == fairlead.RejectedChallenge
	})
	if ask.Reference, err = k.reference(ctx, c.Tenant.ID, b.taxID()); err != nil {
		return ask, err
	}
	ask.Origin, err = s.origin()
	return ask, err
}

// checkConsent checks a body; the link's own end user must not be another.
func (k *Klavi) checkConsent(ctx context.Context, c access.Caller, parent fairlead.Link, b *consentBody) error {
	if err := b.check(); err != nil {
		return err
	}
	switch {
	case b.ExternalTrackID == "":
		return fairlead.InvalidField("externalTrackId", "required", "must be given")
	case len(b.ExternalTrackID) > maxTrackID:
		return fairlead.InvalidField("externalTrackId", "range", "must have at most 200 bytes")
	case b.taxID() == "":
		return fairlead.InvalidField("personalTaxId", "required", "must be given, or businessTaxId for a company")
	case b.InstitutionCode == "":
		return fairlead.InvalidField("institutionCode", "required", "must be given")
	case b.RedirectURL == "":
		return fairlead.InvalidField("redirectURL", "required", "must be given")
	case b.ValidityPeriod != nil && *b.ValidityPeriod != 0 && *b.ValidityPeriod != 12:
		return fairlead.InvalidField("validityPeriod", "unknown", "must be 0 or 12 months")
	}
	asked, err := k.details(ctx, c.Tenant.ID, parent.Person)
	if err != nil {
		return err
	}
	link := whom{PersonalTaxID: asked.PersonalTaxID, BusinessTaxID: asked.BusinessTaxID}
	if t := link.taxID(); t != "" && t != b.taxID() {
		return fairlead.InvalidField("personalTaxId", "exclusive", "must be the tax id that the link was created with")
	}
	return nil
}

// beginConsent makes the link and begins, once for each externalTrackId.
func (k *Klavi) beginConsent(ctx context.Context, c access.Caller, parent fairlead.Link, trackID string, ask linking.CreateRequest) (made linking.Created, err error) {
	book := k.verbs.Notes.KV(name)
	children, err := book.List(ctx, c.Tenant.ID, childrenOf(parent.ID), "", maxConsents)
	if err != nil {
		return made, err
	}
	if len(children) >= maxConsents {
		return made, business(tooManyConsents, "the link has too many consents")
	}
	track := "track/" + string(c.Application.ID) + "/" + uuidOf(trackID)
	if err := book.Add(ctx, c.Tenant.ID, track, string(parent.ID)); err != nil {
		if fairlead.Is(err, fairlead.Conflict) {
			return made, fairlead.Errorf(fairlead.Conflict, "externalTrackId was used already")
		}
		return made, err
	}
	if made, err = k.verbs.Linking.Create(ctx, c.Application, ask); err == nil {
		err = book.Put(ctx, c.Tenant.ID, childrenOf(parent.ID)+string(made.Link.ID), trackID)
	}
	if err == nil {
		made.Link, err = k.verbs.Linking.Begin(ctx, c.Tenant.ID, made.Link.ID)
	}
	switch {
	case err != nil:
		err = named(err)
	case made.Link.Problem != nil:
		err = business(invalidInstitution, "does not answer now")
	case made.Link.Consent == "":
		err = fairlead.Errorf(fairlead.Unavailable, "The institution is slow to answer.")
	default:
		return made, nil
	}
	if undone := book.Delete(ctx, c.Tenant.ID, track); undone != nil {
		return made, undone
	}
	return made, err
}

// childrenOf is where the links of a link's consents are noted.
func childrenOf(id fairlead.LinkID) string { return "child/" + string(id) + "/" }

// expireAt is when a consent ends; one without an end has none.
func expireAt(c fairlead.Consent) string { return instant(c.Expires) }

// listConsents lists the tenant's consents, or those of a tax id or a link.
func (k *Klavi) listConsents(_ http.ResponseWriter, r *http.Request) (any, error) {
	c, err := k.caller(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	u := whom{PersonalTaxID: q.Get("personalTaxId"), BusinessTaxID: q.Get("businessTaxId")}
	if err := u.check(); err != nil {
		return nil, err
	}
	ask := reading.ListQuery{}
	if ask.Reference, err = k.reference(r.Context(), c.Tenant.ID, u.taxID()); err != nil {
		return nil, err
	}
	found, err := k.consents(r.Context(), c.Tenant.ID, ask)
	if err != nil {
		return nil, err
	}
	if id := q.Get("linkId"); id != "" {
		found = slices.DeleteFunc(found, func(c fairlead.Consent) bool { return linkOf(c) != linkID(id) })
	}
	return k.showConsents(r.Context(), c.Tenant.ID, found)
}

// consents reads all pages of a list.
func (k *Klavi) consents(ctx context.Context, tenant fairlead.TenantID, ask reading.ListQuery) (all []fairlead.Consent, err error) {
	for ask.Limit = 500; ; {
		page, err := k.verbs.Reading.Consents(ctx, tenant, ask)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Data...)
		if ask.After = page.Next; page.Next == "" {
			return all, nil
		}
	}
}

// consentsOfLink are those that the link's page made, and those of its own children.
func (k *Klavi) consentsOfLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) ([]fairlead.Consent, error) {
	all, err := k.consents(ctx, tenant, reading.ListQuery{Link: id})
	if err != nil {
		return nil, err
	}
	children, err := k.verbs.Notes.KV(name).List(ctx, tenant, childrenOf(id), "", 1000)
	for _, n := range children {
		if err != nil {
			break
		}
		var own []fairlead.Consent
		own, err = k.consents(ctx, tenant, reading.ListQuery{Link: fairlead.LinkID(n.Key[len(childrenOf(id)):])})
		all = append(all, own...)
	}
	return all, err
}

// linkOf is the link of a consent as outsiders know it.
func linkOf(c fairlead.Consent) fairlead.LinkID {
	s, _ := stateOf(c.Origin)
	return s.linkOf(c.Link)
}

func (k *Klavi) showConsents(ctx context.Context, tenant fairlead.TenantID, all []fairlead.Consent) ([]consent, error) {
	out := []consent{}
	known := map[fairlead.PersonID]fairlead.PersonDetails{}
	for _, c := range all {
		d, met := known[c.Person]
		if !met {
			var err error
			if d, err = k.details(ctx, tenant, c.Person); err != nil {
				return nil, err
			}
			known[c.Person] = d
		}
		out = append(out, k.consentOf(ctx, c, d))
	}
	return out, nil
}

func (k *Klavi) consentOf(ctx context.Context, c fairlead.Consent, d fairlead.PersonDetails) consent {
	s, _ := stateOf(c.Origin)
	updated := c.Created
	if n := len(c.History); n > 0 {
		updated = c.History[n-1].At
	}
	return consent{
		ConsentID: fairlead.UUID(c.ID), LinkID: fairlead.UUID(s.linkOf(c.Link)), ExternalTrackID: s.TrackID,
		PersonalTaxID: d.PersonalTaxID, BusinessTaxID: d.BusinessTaxID, InstitutionCode: k.codeOf(ctx, c.Tenant, c.Institution),
		Status: consentStatus(c), PermissionsApply: permissions(c.Products), PermissionsGranted: granted(c),
		ExpireAt: expireAt(c), CreatedAt: instant(c.Created), UpdatedAt: instant(updated),
	}
}

// granted is what was granted: nothing before the person has authorised, and
// everything asked for where the bank does not say.
func granted(c fairlead.Consent) []string {
	switch {
	case c.GrantedAt.IsZero():
		return []string{}
	case len(c.Granted) == 0:
		return permissions(c.Products)
	}
	return permissions(c.Granted)
}

func (k *Klavi) readConsent(_ http.ResponseWriter, r *http.Request) (any, error) {
	c, err := k.caller(r)
	if err != nil {
		return nil, err
	}
	found, err := k.verbs.Reading.Consent(r.Context(), c.Tenant.ID, consentID(r.PathValue("consentId")))
	if err != nil {
		return nil, err
	}
	d, err := k.details(r.Context(), c.Tenant.ID, found.Person)
	if err != nil {
		return nil, err
	}
	return k.consentOf(r.Context(), found, d), nil
}

func (k *Klavi) revokeConsent(_ http.ResponseWriter, r *http.Request) (any, error) {
	c, err := k.caller(r)
	if err != nil {
		return nil, err
	}
	err = k.verbs.Consenting.RevokeConsent(r.Context(), c.Tenant.ID, consentID(r.PathValue("consentId")), string(c.Application.ID), fairlead.ConsentRevokedByApplication)
	if fairlead.Is(err, fairlead.Conflict) {
		err = business(invalidAuthorisation, "the consent has ended")
	}
	return done{"ok"}, err
}
