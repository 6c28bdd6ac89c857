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
	"github.com/fairlead-dev/fairlead/notifying"
)

// ignored are the events that this vendor does not tell.
var ignored = []fairlead.EventKind{
	fairlead.EventLinkOpened, fairlead.EventLinkFinished, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired,
	fairlead.EventConnectionLinked, fairlead.EventConnectionNeedsAction, fairlead.EventConnectionRecovered, fairlead.EventConnectionDisconnected,
	fairlead.EventConsentExpiring, fairlead.EventRecordsChanged, fairlead.EventDocumentAvailable, fairlead.EventDocumentRevised,
	fairlead.EventInstitutionDegraded, fairlead.EventInstitutionRecovered, fairlead.EventEndpointTest,
}

// The parts of what is told: an event by its name, a product's event, a product's report.
const (
	eventPart     = "event/"
	generatedPart = "generated/"
	reportPart    = "report/"
)

// target is one telling, signed and tried again as documented.
func target(address, part string) fairlead.Destination {
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

// Needs is nothing of a link that another dialect made, nor of what this vendor
// does not tell.
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
	a, ok := k.reported(h, s)
	switch {
	case called == "" && (!ok || s.manual):
		return nil
	case called == "":
		return reportsTo(s, a)
	}
	return append(eventTo(s, called), reportsTo(s, a)...)
}

// reported is what an event makes reports of.
func (k *Klavi) reported(h notifying.EventContext, s settings) (asked, bool) {
	if h.Event.Kind == fairlead.EventCollectionFinished {
		return automatic(h, s)
	}
	return askedBy(h)
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
		if consentStatus(then(h)) == "ERROR" {
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

// then is the consent as it stood when the event happened.
func then(h notifying.EventContext) fairlead.Consent {
	c := *h.Consent
	c.Status, c.Reason = fairlead.ConsentStatus(h.Event.Status), h.Event.Why
	return c
}

func eventTo(s settings, name string) []fairlead.Destination {
	if s.events == "" {
		return nil
	}
	return []fairlead.Destination{target(s.events, eventPart+name)}
}

// reportsTo is each product's report with the event that announces it.
func reportsTo(s settings, a asked) (out []fairlead.Destination) {
	for _, p := range a.Products {
		if s.events != "" {
			out = append(out, target(s.events, generatedPart+p))
		}
		if to := resolve(p, a.Callbacks, a.Link, s.reports); to != "" {
			out = append(out, target(to, reportPart+p))
		}
	}
	return out
}

// askedBy is the memory of a request of this dialect's.
func askedBy(h notifying.EventContext) (a asked, ok bool) {
	return a, h.Event.Dialect == name && json.Unmarshal(h.Event.Request, &a) == nil
}

// automatic is what is reported after a collection that a person or the
// application caused: what the connection has of the application's products.
func automatic(h notifying.EventContext, s settings) (a asked, ok bool) {
	if h.Connection == nil || h.Event.Cause == fairlead.CauseSchedule {
		return a, false
	}
	kept, ours := stateOf(h.Connection.Origin)
	if !ours {
		return a, false
	}
	a = asked{Level: kept.Level, Link: kept.Callbacks, ExternalInfo: kept.ExternalInfo, Connections: []fairlead.ConnectionID{h.Connection.ID}, Institution: h.Connection.Institution}
	for _, n := range ordered(kept.Level, s.products) {
		p, _ := productOf(n)
		last := h.Connection.Products[p.needs[len(p.needs)-1]]
		if last.Status != "" && last.Status != fairlead.ProductUnavailable {
			a.Products = append(a.Products, n)
		}
	}
	return a, true
}

// Render makes the body of an event or a report.
func (k *Klavi) Render(ctx context.Context, h notifying.EventContext, n fairlead.Delivery) ([]byte, error) {
	part := n.Destination.Part
	s, err := k.settings(h.Application)
	if err != nil {
		return nil, err
	}
	if eventName, ok := strings.CutPrefix(part, eventPart); ok {
		e, err := k.eventOf(ctx, h, eventName)
		if err != nil {
			return nil, err
		}
		return wrap(s, e)
	}
	a, ok := k.reported(h, s)
	if !ok {
		return nil, nil
	}
	b, err := k.builder(ctx, h, a)
	if err != nil || len(b.from) == 0 { // everything was disconnected meanwhile
		return nil, err
	}
	if product, ok := strings.CutPrefix(part, generatedPart); ok {
		return wrap(s, k.generated(ctx, h, a, b, product))
	}
	product := strings.TrimPrefix(part, reportPart)
	if b.outcome(product).failed {
		return nil, nil
	}
	r, err := b.report(product)
	if err != nil {
		return nil, fmt.Errorf("klavi: a report: %w", err)
	}
	return stringify(r)
}

// wrap writes an event as the application wants it: a list of one, or itself.
func wrap(s settings, e event) ([]byte, error) {
	if s.object {
		return stringify(e)
	}
	return stringify([]event{e})
}

// frame is what every event has.
func frame(h notifying.EventContext, eventName, part string) event {
	sum := sha256.Sum256([]byte(string(h.Event.ID) + "\x00" + part))
	return event{
		PartnerAppID: h.Application.ClientID, EventType: "api", EventName: eventName, EventTime: instant(h.Event.At),
		EventID: fmt.Sprintf("%d-%s", h.Event.At.UnixMilli(), hex.EncodeToString(sum[:12])), ExternalInfo: json.RawMessage("{}"),
	}
}

// eventOf is an event about a link, a consent or a request.
func (k *Klavi) eventOf(ctx context.Context, h notifying.EventContext, eventName string) (event, error) {
	e := frame(h, eventName, eventPart+eventName)
	d, err := k.details(ctx, h.Tenant.ID, h.Event.Person)
	if err != nil {
		return e, err
	}
	e.Payload = payload{PersonalTaxID: d.PersonalTaxID, BusinessTaxID: d.BusinessTaxID}
	if a, ok := askedBy(h); ok {
		e.Payload.RequestID, e.Payload.Products, e.Payload.LinkID = fairlead.UUID(h.Event.ID), a.Products, fairlead.UUID(a.LinkID)
		if a.Institution != "" {
			e.Payload.InstitutionCode = k.codeOf(ctx, h.Tenant.ID, a.Institution)
		}
		if a.ExternalInfo != nil {
			e.ExternalInfo = a.ExternalInfo
		}
		return e, nil
	}
	var s state
	if h.Consent != nil {
		s, _ = stateOf(h.Consent.Origin)
		e.Payload.Consents = k.eventConsent(ctx, h, s)
	} else if h.Link != nil {
		s, _ = stateOf(h.Link.Origin)
	}
	e.Payload.LinkID, e.ExternalInfo = fairlead.UUID(s.linkOf(h.Event.Link)), s.info()
	return e, nil
}

// eventConsent is the consent as it stood when the event happened.
func (k *Klavi) eventConsent(ctx context.Context, h notifying.EventContext, s state) *payloadConsent {
	c := then(h)
	out := &payloadConsent{
		ConsentID: fairlead.UUID(c.ID), ExternalTrackID: s.TrackID, InstitutionCode: k.codeOf(ctx, h.Tenant.ID, c.Institution),
		Status: consentStatus(c), PermissionsApply: permissions(c.Products), PermissionsGranted: granted(c),
	}
	if h.Event.Kind == fairlead.EventConsentFailed {
		out.Error, out.ErrorDescription = oauth(h.Event.Why)
	}
	return out
}

// generated is the event that a report was made, or could not be.
func (k *Klavi) generated(ctx context.Context, h notifying.EventContext, a asked, b *builder, product string) event {
	o := b.outcome(product)
	eventName := "product_generated_success"
	if o.failed {
		eventName = "product_generated_failed"
	}
	e := frame(h, eventName, generatedPart+product)
	e.Payload = payload{
		PersonalTaxID: b.person.PersonalTaxID, BusinessTaxID: b.person.BusinessTaxID, LinkID: fairlead.UUID(b.from[0].link),
		ProductName: product, Code: o.code, Message: o.message,
	}
	if !o.failed {
		e.Payload.ProductReportID = b.reportID(product)
	}
	if a.Institution != "" {
		e.Payload.InstitutionCode = k.codeOf(ctx, h.Tenant.ID, a.Institution)
	}
	if h.Event.Kind == fairlead.EventDataRequested {
		e.Payload.RequestID = fairlead.UUID(h.Event.ID)
	}
	for _, f := range b.from {
		e.Payload.ConsentIDs = append(e.Payload.ConsentIDs, fairlead.UUID(f.consent))
	}
	e.ExternalInfo = b.info
	return e
}
