package klavi

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
)

const maxTrackID = 200

// createConsent begins a conversation with a bank without showing a page of ours:
// a link of its own, whose token opens one address, once.
func (k *Klavi) createConsent(c call, parent fairlead.Link) (any, error) {
	var body consentBody
	if err := read(c.Request, &body); err != nil {
		return nil, err
	}
	request, err := k.consentRequest(c.Context(), c.Caller, parent, body)
	if err != nil {
		return nil, err
	}
	made, err := k.beginConsent(c.Context(), c.Caller, parent, body.ExternalTrackID, request)
	if err != nil {
		return nil, err
	}
	consent, err := k.verbs.Reading.Consent(c.Context(), c.Tenant.ID, made.Link.Consent)
	if err != nil {
		return nil, err
	}
	address := k.verbs.BaseURL + "/path/consent?v=" + made.Token
	return createdConsent{fairlead.UUID(consent.ID), address, address, expireAt(consent)}, nil
}

// listConsents lists the tenant's consents, or those of a tax id or a link.
func (k *Klavi) listConsents(c call) (any, error) {
	q := c.URL.Query()
	u := endUser{PersonalTaxID: q.Get("personalTaxId"), BusinessTaxID: q.Get("businessTaxId")}
	if err := u.check(); err != nil {
		return nil, err
	}
	found, err := k.consents(c.Context(), c.Tenant.ID, reading.ListQuery{Reference: k.reference(c.Tenant, u.taxID())})
	if err != nil {
		return nil, err
	}
	if id := q.Get("linkId"); id != "" {
		found = slices.DeleteFunc(found, func(c fairlead.Consent) bool { return linkOf(c) != linkID(id) })
	}
	return k.showConsents(c.Context(), c.Tenant.ID, found)
}

func (k *Klavi) readConsent(c call) (any, error) {
	found, err := k.verbs.Reading.Consent(c.Context(), c.Tenant.ID, consentID(c.PathValue("consentId")))
	if err != nil {
		return nil, err
	}
	d, err := k.details(c.Context(), c.Tenant.ID, found.Person)
	if err != nil {
		return nil, err
	}
	return k.consentOf(c.Context(), found, d), nil
}

func (k *Klavi) revokeConsent(c call) (any, error) {
	id := consentID(c.PathValue("consentId"))
	err := k.verbs.Consenting.RevokeConsent(c.Context(), c.Tenant.ID, id, string(c.Application.ID), fairlead.ConsentRevokedByApplication)
	if fairlead.Is(err, fairlead.Conflict) {
		err = business(invalidAuthorisation, "the consent has ended")
	}
	return done{"ok"}, err
}

// consentRequest is the request of a consent's own link.
func (k *Klavi) consentRequest(ctx context.Context, c access.Caller, parent fairlead.Link, b consentBody) (request linking.CreateRequest, err error) {
	if err := k.checkConsent(ctx, c, parent, &b); err != nil {
		return request, err
	}
	i, err := k.institution(ctx, c.Tenant.ID, b.InstitutionCode)
	if err != nil {
		return request, err
	}
	if !listed(parent.Spec, i) {
		return request, business(invalidInstitution, "is not one of the link's")
	}
	s, _ := stateOf(parent.Origin)
	s.Level, s.Parent, s.TrackID = b.level(), parent.ID, b.ExternalTrackID
	request = linking.CreateRequest{Hints: b.details(), Life: visitLasts}
	if request.Spec, err = k.spec(c, s.Level); err != nil {
		return request, err
	}
	request.Spec.Institution, request.Spec.Redirect, request.Spec.Limit = i.ID, b.RedirectURL, 1
	request.Spec.Stages = []fairlead.Stage{fairlead.StageConversation}
	request.Spec.VisitOpens, request.Spec.OneVisit = visitOpens, true
	if b.ValidityPeriod != nil && *b.ValidityPeriod == 0 {
		request.Spec.Validity, request.Spec.Endless = 0, true
	}
	// A person who typed something wrong at the bank may try again; whatever else goes wrong ends it.
	request.Spec.ExitOn = slices.DeleteFunc(fairlead.ErrorKinds(), func(kind fairlead.ErrorKind) bool {
		return kind == fairlead.RejectedLogin || kind == fairlead.RejectedChallenge
	})
	request.Tenant, request.Reference = c.Tenant, k.reference(c.Tenant, b.taxID())
	request.Origin, err = s.origin()
	return request, err
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
	known, err := k.details(ctx, c.Tenant.ID, parent.Person)
	if err != nil {
		return err
	}
	of := endUser{PersonalTaxID: known.PersonalTaxID, BusinessTaxID: known.BusinessTaxID}
	if t := of.taxID(); t != "" && t != b.taxID() {
		return fairlead.InvalidField("personalTaxId", "exclusive", "must be the tax id that the link was created with")
	}
	return nil
}

// beginConsent makes the link and begins, once for each externalTrackId.
func (k *Klavi) beginConsent(
	ctx context.Context, c access.Caller, parent fairlead.Link, trackID string, request linking.CreateRequest,
) (made linking.Created, err error) {
	track, slot, err := k.claimConsent(ctx, c, parent.ID, trackID)
	if err != nil {
		return made, err
	}
	if made, err = k.verbs.Linking.Create(ctx, c.Application, request); err == nil {
		err = k.settle(ctx, c.Tenant.ID, made.Link.ID, track, slot)
	}
	if err != nil { // nothing has begun, and nobody knows the link
		return made, k.release(ctx, c.Tenant.ID, named(err), track, slot)
	}
	made.Link, err = k.verbs.Linking.Begin(ctx, c.Tenant.ID, made.Link.ID)
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
	// What came of it is one of the link's consents; the externalTrackId may be tried again.
	return made, k.release(ctx, c.Tenant.ID, err, track)
}

// consents reads all pages of a list.
func (k *Klavi) consents(ctx context.Context, tenant fairlead.TenantID, query reading.ListQuery) (all []fairlead.Consent, err error) {
	for c, err := range dialect.All(ctx, tenant, query, k.verbs.Reading.Consents) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// consentsOfLink are those that the link's page made, and those of its own children.
func (k *Klavi) consentsOfLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) ([]fairlead.Consent, error) {
	all, err := k.consents(ctx, tenant, reading.ListQuery{Link: id})
	if err != nil {
		return nil, err
	}
	children, err := k.verbs.Notes.KV(name).List(ctx, tenant, childrenOf(id), "", maxConsents)
	for _, n := range children {
		var child claim
		if err = json.Unmarshal(n.Value, &child); err != nil {
			return nil, err
		}
		if child.Link == "" { // it is being made
			continue
		}
		own, err := k.consents(ctx, tenant, reading.ListQuery{Link: child.Link})
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	return all, err
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
		ExpireAt: expireAt(c), CreatedAt: report.Instant(c.Created), UpdatedAt: report.Instant(updated),
	}
}

func granted(c fairlead.Consent) []string { return permissions(grantedProducts(c)) }

// grantedProducts is what was granted: nothing before the person has authorised, and
// everything requested where the bank does not say.
func grantedProducts(c fairlead.Consent) []fairlead.Product {
	switch {
	case c.GrantedAt.IsZero():
		return nil
	case len(c.Granted) == 0:
		return c.Products
	}
	return c.Granted
}

// expireAt is when a consent ends; nil for one without an end: "" would be no date to
// whoever parses it.
func expireAt(c fairlead.Consent) *string {
	if c.Expires.IsZero() {
		return nil
	}
	at := report.Instant(c.Expires)
	return &at
}
