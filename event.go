package fairlead

import (
	"cmp"
	"encoding/json"
	"time"
)

// EventKind is a fact's name.
type EventKind string

const (
	EventLinkOpened             EventKind = "link.opened"
	EventLinkFinished           EventKind = "link.finished"
	EventLinkFailed             EventKind = "link.failed"
	EventLinkExited             EventKind = "link.exited"
	EventLinkExpired            EventKind = "link.expired"
	EventConnectionLinked       EventKind = "connection.linked"
	EventConnectionNeedsAction  EventKind = "connection.needs_action"
	EventConnectionRecovered    EventKind = "connection.recovered"
	EventConnectionDisconnected EventKind = "connection.disconnected"
	EventConsentGranted         EventKind = "consent.granted"
	EventConsentExpiring        EventKind = "consent.expiring"
	EventConsentExpired         EventKind = "consent.expired"
	EventConsentRevoked         EventKind = "consent.revoked"
	EventCollectionFinished     EventKind = "collection.finished"
	EventRecordsChanged         EventKind = "records.changed"
	EventDocumentAvailable      EventKind = "document.available"
	EventDocumentRevised        EventKind = "document.revised"
	EventDocumentsAvailable     EventKind = "documents.available" // all that the first collection of a product brought
	EventInstitutionDegraded    EventKind = "institution.degraded"
	EventInstitutionRecovered   EventKind = "institution.recovered"
	EventInstitutionRequested   EventKind = "institution.requested" // a person looked for one that the list has not
	EventEndpointTest           EventKind = "endpoint.test"
	// For dialects only, whose vendors publish more than we do; the native dialect
	// lists them as ignored.
	EventLinkCreated     EventKind = "link.created"
	EventConsentFailed   EventKind = "consent.failed"   // rejected or ended by an error: Why says which
	EventDataRequested   EventKind = "data.requested"   // an application asked for stored data to be sent
	EventDocumentArrived EventKind = "document.arrived" // one of those that EventDocumentsAvailable counts
)

// EventKinds is the closed list.
func EventKinds() []EventKind {
	return []EventKind{
		EventLinkOpened, EventLinkFinished, EventLinkFailed, EventLinkExited, EventLinkExpired,
		EventConnectionLinked, EventConnectionNeedsAction, EventConnectionRecovered, EventConnectionDisconnected,
		EventConsentGranted, EventConsentExpiring, EventConsentExpired, EventConsentRevoked,
		EventCollectionFinished, EventRecordsChanged, EventDocumentAvailable, EventDocumentRevised, EventDocumentsAvailable,
		EventInstitutionDegraded, EventInstitutionRecovered, EventInstitutionRequested,
		EventLinkCreated, EventConsentFailed, EventDataRequested, EventDocumentArrived, EventEndpointTest,
	}
}

// ForDialects reports whether only vendors' dialects deliver a fact, where they care: one
// that none of them cares for need not be stored. (EventDataRequested is stored in any
// case: the caller is given it back.)
func (k EventKind) ForDialects() bool {
	return k == EventLinkCreated || k == EventConsentFailed || k == EventDocumentArrived
}

// Event is a fact that happened. It is thin: ids and statuses, no data.
type Event struct {
	ID          EventID         `json:"id"`
	Tenant      TenantID        `json:"tenant"`
	Sequence    int64           `json:"sequence"` // per tenant, in the order of commit; given by the store
	Application ApplicationID   `json:"application"`
	Kind        EventKind       `json:"kind"`
	At          time.Time       `json:"at"` // tenant time
	Link        LinkID          `json:"link,omitempty"`
	Connection  ConnectionID    `json:"connection,omitempty"`
	Consent     ConsentID       `json:"consent,omitempty"`
	Collection  CollectionID    `json:"collection,omitempty"`
	Document    DocumentID      `json:"document,omitempty"`
	Institution InstitutionID   `json:"institution,omitempty"`
	Person      PersonID        `json:"person,omitempty"`
	Reference   string          `json:"reference,omitempty"` // the person's
	Endpoint    EndpointID      `json:"endpoint,omitempty"`  // EventEndpointTest
	Status      string          `json:"status,omitempty"`    // of what it is about, now
	Why         ErrorKind       `json:"why,omitempty"`
	Cause       Cause           `json:"cause,omitempty"` // of a collection
	Actor       Actor           `json:"actor,omitempty"` // who must act
	Counts      map[string]int  `json:"counts,omitempty"`
	Request     json.RawMessage `json:"request,omitempty"` // EventDataRequested: the requesting dialect's own memory
	Name        string          `json:"name,omitempty"`    // EventInstitutionRequested: of the institution, as the person typed it
	Country     string          `json:"country,omitempty"` // EventInstitutionRequested: of the institution, ISO 3166 alpha-2
	Dialect     string          `json:"dialect,omitempty"` // EventDataRequested: whose; EventLinkCreated: that made the link
}

// Subject is what the event is looked up by: its connection, or the link of an
// event that has no connection yet, or the person of one that has neither.
func (e Event) Subject() string {
	return cmp.Or(string(e.Connection), string(e.Link), string(e.Person))
}
