package klavi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/format/ecmajson"
	"github.com/fairlead-dev/fairlead/notifying"
)

// ignored are the events that this vendor does not publish.
var ignored = []fairlead.EventKind{
	fairlead.EventLinkOpened, fairlead.EventLinkFinished, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired,
	fairlead.EventConnectionLinked, fairlead.EventConnectionNeedsAction, fairlead.EventConnectionRecovered, fairlead.EventConnectionDisconnected,
	fairlead.EventConsentExpiring, fairlead.EventRecordsChanged, fairlead.EventDocumentAvailable, fairlead.EventDocumentRevised,
	fairlead.EventDocumentsAvailable, fairlead.EventDocumentArrived,
	fairlead.EventInstitutionDegraded, fairlead.EventInstitutionRecovered, fairlead.EventInstitutionRequested, fairlead.EventEndpointTest,
}

// What a destination's Part begins with: an event, a product's event, a product's report.
const (
	eventPart     = "event/"
	generatedPart = "generated/"
	reportPart    = "report/"
)

// linkActionStatus is the one event of whatever becomes of a consent that banks have
// in place of one for each.
const linkActionStatus = "link_action_status"

// Needs is nothing of a link that another dialect made, nor of what this vendor
// does not publish.
func (k *Klavi) Needs(e fairlead.Event) notifying.Load {
	if e.Kind == fairlead.EventLinkCreated && e.Dialect != "" && e.Dialect != name || slices.Contains(ignored, e.Kind) {
		return notifying.Nothing
	}
	return notifying.LoadAll
}

// Route names the events, and the reports where they are due: by themselves after
// a person's data has come in, or as requested.
func (k *Klavi) Route(h notifying.EventContext) []fairlead.Destination {
	called := eventName(h)
	if called == "" && h.Event.Kind != fairlead.EventCollectionFinished {
		return nil
	}
	s, err := k.settings(h.Application)
	if err != nil {
		return nil
	}
	q, ok := reportRequestOf(h, s)
	switch {
	case called == "" && (!ok || s.manual):
		return nil
	case called == "":
		return reportsTo(s, q, false)
	}
	if s.oneEvent && strings.HasPrefix(called, "consent_") {
		called = linkActionStatus
	}
	return append(eventTo(s, called), reportsTo(s, q, true)...)
}

// eventName is the vendor's name for what has happened; "" for nothing of theirs.
func eventName(h notifying.EventContext) string {
	if h.Event.Kind == fairlead.EventLinkCreated && h.Link != nil {
		if s, ours := stateOf(h.Link.Origin); ours && s.Parent == "" {
			return "link_created"
		}
	}
	if h.Event.Kind == fairlead.EventDataRequested && h.Event.Dialect == name {
		return "product_request_received"
	}
	if h.Consent == nil || h.Consent.Origin.Dialect != name {
		return ""
	}
	switch h.Event.Kind {
	case fairlead.EventConsentGranted:
		return "consent_authorised"
	case fairlead.EventConsentFailed:
		if consentStatus(consentThen(h)) == "ERROR" {
			return "consent_error"
		}
		return "consent_rejected"
	case fairlead.EventConsentExpired:
		return "consent_expired"
	case fairlead.EventConsentRevoked:
		if h.Event.Status == string(fairlead.ConsentErased) {
			return "consent_deleted_by_user"
		}
		return "consent_revoked"
	}
	return ""
}

func eventTo(s settings, name string) []fairlead.Destination {
	if s.events == "" {
		return nil
	}
	return []fairlead.Destination{destination(s.events, eventPart+name)}
}

// reportsTo is each product's report with the event that announces it, in the order
// in which they are sent. A product that nobody names an address for is told of only
// where it was requested: as failed.
func reportsTo(s settings, q reportRequest, requested bool) (out []fairlead.Destination) {
	for _, p := range q.Products {
		to := q.address(p, s)
		if s.events != "" && (requested || to != "") {
			out = append(out, destination(s.events, generatedPart+p))
		}
		if to != "" {
			out = append(out, destination(to, reportPart+p))
		}
	}
	return out
}

// destination is signed and retried as documented.
func destination(address, part string) fairlead.Destination {
	return fairlead.Destination{
		Address: address, Part: part,
		Signing: fairlead.Signing{
			Scheme: fairlead.SignHMACHex, ApplicationKey: true, Header: "X-Klavi-Signature", TimestampHeader: "X-Klavi-Timestamp",
		},
		Retry: fairlead.Retry{
			Delays: []time.Duration{
				250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second,
			},
			Timeout: 10 * time.Second, Redirects: 3,
		},
	}
}

// Render makes the body of an event or a report.
func (k *Klavi) Render(ctx context.Context, h notifying.EventContext, n fairlead.Delivery) ([]byte, error) {
	part := n.Destination.Part
	s, err := k.settings(h.Application)
	if err != nil {
		return nil, err
	}
	if called, ok := strings.CutPrefix(part, eventPart); ok {
		e, err := k.eventOf(ctx, h, called)
		if err != nil {
			return nil, err
		}
		return encodeEvent(s, e)
	}
	q, ok := reportRequestOf(h, s)
	if !ok {
		return nil, nil
	}
	r, err := k.reports(ctx, h, s, q)
	if err != nil || len(r.Sources) == 0 { // everything was disconnected meanwhile
		return nil, err
	}
	if product, ok := strings.CutPrefix(part, generatedPart); ok {
		return encodeEvent(s, k.generated(ctx, h, q, r, product, verdict(s, q, r, product)))
	}
	product := strings.TrimPrefix(part, reportPart)
	if verdict(s, q, r, product).Failed {
		return nil, nil
	}
	return r.Make(ctx, product)
}

// eventOf is an event about a link, a consent or a request.
func (k *Klavi) eventOf(ctx context.Context, h notifying.EventContext, called string) (event, error) {
	e := newEvent(h, called, eventPart+called)
	d, err := k.details(ctx, h.Tenant.ID, h.Event.Person)
	if err != nil {
		return e, err
	}
	e.Payload = payload{PersonalTaxID: d.PersonalTaxID, BusinessTaxID: d.BusinessTaxID}
	if q, ok := storedRequest(h); ok {
		e.Payload.RequestID, e.Payload.Products, e.Payload.LinkID = fairlead.UUID(h.Event.ID), q.Products, fairlead.UUID(q.LinkID)
		if q.Institution != "" {
			e.Payload.InstitutionCode = k.codeOf(ctx, h.Tenant.ID, q.Institution)
		}
		if q.ExternalInfo != nil {
			e.ExternalInfo = q.ExternalInfo
		}
		return e, nil
	}
	var s state
	if h.Consent != nil {
		s, _ = stateOf(h.Consent.Origin)
		e.Payload.Consents = k.eventConsent(ctx, h, s)
		if called == linkActionStatus {
			e.Payload.InstitutionCode, e.Payload.ActionStatus = e.Payload.Consents.InstitutionCode, eventName(h)
		}
	} else if h.Link != nil {
		s, _ = stateOf(h.Link.Origin)
	}
	e.Payload.LinkID, e.ExternalInfo = fairlead.UUID(s.linkOf(h.Event.Link)), s.info()
	return e, nil
}

// eventConsent is the consent as it was when the event happened.
func (k *Klavi) eventConsent(ctx context.Context, h notifying.EventContext, s state) *payloadConsent {
	c := consentThen(h)
	out := &payloadConsent{
		ConsentID: fairlead.UUID(c.ID), ExternalTrackID: s.TrackID, InstitutionCode: k.codeOf(ctx, h.Tenant.ID, c.Institution),
		Status: consentStatus(c), PermissionsApply: permissions(c.Products), PermissionsGranted: granted(c),
	}
	if h.Event.Kind == fairlead.EventConsentFailed {
		out.Error, out.ErrorDescription = oauthError(h.Event.Why)
	}
	return out
}

// consentThen is the consent as it was when the event happened.
func consentThen(h notifying.EventContext) fairlead.Consent {
	c := *h.Consent
	c.Status, c.Reason = fairlead.ConsentStatus(h.Event.Status), h.Event.Why
	return c
}

// verdict is what becomes of a product's report. One without an address can't be sent.
func verdict(s settings, q reportRequest, r *report.Reports, product string) report.Verdict {
	if q.address(product, s) == "" {
		return report.Verdict{Failed: true, Code: report.CodeFailed, Message: "no productsCallbackURL names an address for the report, nor does the setting reports_url"}
	}
	return r.Verdict(product)
}

// generated is the event that a report was made, or could not be. The events of one
// cause are a millisecond apart, in the order in which they are sent, so that they can
// be sorted by their time.
func (k *Klavi) generated(
	ctx context.Context, h notifying.EventContext, q reportRequest, r *report.Reports, product string, v report.Verdict,
) event {
	h.Event.At = h.Event.At.Add(time.Duration(1+slices.Index(q.Products, product)) * time.Millisecond)
	eventName := "product_generated_success"
	if v.Failed {
		eventName = "product_generated_failed"
	}
	e := newEvent(h, eventName, generatedPart+product)
	e.Payload = payload{
		PersonalTaxID: r.Person.PersonalTaxID, BusinessTaxID: r.Person.BusinessTaxID, LinkID: fairlead.UUID(r.Sources[0].Link),
		ProductName: product, Code: v.Code, Message: v.Message,
	}
	if !v.Failed {
		e.Payload.ProductReportID = r.ID(product)
	}
	if q.Institution != "" {
		e.Payload.InstitutionCode = k.codeOf(ctx, h.Tenant.ID, q.Institution)
	}
	if h.Event.Kind == fairlead.EventDataRequested {
		e.Payload.RequestID = fairlead.UUID(h.Event.ID)
	}
	for _, source := range r.Sources {
		e.Payload.ConsentIDs = append(e.Payload.ConsentIDs, fairlead.UUID(source.Consent))
	}
	e.ExternalInfo = r.ExternalInfo
	return e
}

// newEvent has what every event has.
func newEvent(h notifying.EventContext, eventName, part string) event {
	sum := sha256.Sum256([]byte(string(h.Event.ID) + "\x00" + part))
	return event{
		PartnerAppID: h.Application.ClientID, EventType: "api", EventName: eventName, EventTime: report.Instant(h.Event.At),
		EventID: fmt.Sprintf("%d-%s", h.Event.At.UnixMilli(), hex.EncodeToString(sum[:12])), ExternalInfo: json.RawMessage("{}"),
	}
}

// encodeEvent writes an event as the application wants it: a list of one, or itself.
func encodeEvent(s settings, e event) ([]byte, error) {
	if s.object {
		return ecmajson.Marshal(e)
	}
	return ecmajson.Marshal([]event{e})
}
