package fairlead

import (
	"cmp"
	"encoding/json"
	"time"
)

// EventKind is a fact's name.
type EventKind string

const (
	LinkOpened             EventKind = "link.opened"
	LinkWasFinished        EventKind = "link.finished"
	LinkWasFailed          EventKind = "link.failed"
	LinkWasExited          EventKind = "link.exited"
	LinkWasExpired         EventKind = "link.expired"
	ConnectionLinked       EventKind = "connection.linked"
	ConnectionNeeds        EventKind = "connection.needs_action"
	ConnectionRecovered    EventKind = "connection.recovered"
	ConnectionWasCut       EventKind = "connection.disconnected"
	ConsentGranted         EventKind = "consent.granted"
	ConsentExpiring        EventKind = "consent.expiring"
	ConsentWasExpired      EventKind = "consent.expired"
	ConsentWasRevoked      EventKind = "consent.revoked"
	CollectionFinished     EventKind = "collection.finished"
	RecordsChanged         EventKind = "records.changed"
	DocumentAvailable      EventKind = "document.available"
	DocumentRevised        EventKind = "document.revised"
	InstitutionWasDegraded EventKind = "institution.degraded"
	InstitutionRecovered   EventKind = "institution.recovered"
	EndpointTest           EventKind = "endpoint.test"
	// Told to dialects only, for vendors that tell more than we do; the native
	// dialect lists them as ignored.
	LinkCreated     EventKind = "link.created"
	ConsentFailedEv EventKind = "consent.failed" // rejected or ended by an error: Why says which
	DataRequested   EventKind = "data.requested" // an application asked for stored data to be sent
)

// EventKinds is the closed list.
func EventKinds() []EventKind {
	return []EventKind{
		LinkOpened, LinkWasFinished, LinkWasFailed, LinkWasExited, LinkWasExpired,
		ConnectionLinked, ConnectionNeeds, ConnectionRecovered, ConnectionWasCut,
		ConsentGranted, ConsentExpiring, ConsentWasExpired, ConsentWasRevoked,
		CollectionFinished, RecordsChanged, DocumentAvailable, DocumentRevised,
		InstitutionWasDegraded, InstitutionRecovered,
		LinkCreated, ConsentFailedEv, DataRequested, EndpointTest,
	}
}

// ForDialects tells that a fact is told by vendors' dialects only, where they care:
// one that none of them cares for need not be kept. (DataRequested is kept in any
// case: whoever asked is given it back.)
func (k EventKind) ForDialects() bool { return k == LinkCreated || k == ConsentFailedEv }

// Event is a fact that happened. It is thin: ids and states, no data.
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
	Endpoint    EndpointID      `json:"endpoint,omitempty"`  // EndpointTest
	Status      string          `json:"status,omitempty"`    // of what it is about, now
	Why         Kind            `json:"why,omitempty"`
	Cause       Cause           `json:"cause,omitempty"` // of a collection
	Actor       Actor           `json:"actor,omitempty"` // who must act
	Counts      map[string]int  `json:"counts,omitempty"`
	Request     json.RawMessage `json:"request,omitempty"` // DataRequested: the asking dialect's own memory
	Dialect     string          `json:"dialect,omitempty"` // DataRequested: whose; LinkCreated: that made the link
}

// Subject is what the event is looked up by: its connection, or the link of an
// event that has no connection yet, or the person of one that has neither.
func (e Event) Subject() string {
	return cmp.Or(string(e.Connection), string(e.Link), string(e.Person))
}
