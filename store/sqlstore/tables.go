package sqlstore

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// tables are the definitions of all nouns that a table[T] stores.
type tables struct {
	applications   *definition[fairlead.Application]
	keys           *definition[fairlead.Key]
	persons        *definition[fairlead.Person]
	templates      *definition[fairlead.Template]
	links          *definition[fairlead.Link]
	connections    *definition[fairlead.Connection]
	consents       *definition[fairlead.Consent]
	collections    *definition[fairlead.Collection]
	endpoints      *definition[fairlead.Endpoint]
	deliveries     *definition[fairlead.Delivery]
	savedResponses *definition[store.SavedResponse]

	collectionPages *definition[store.CollectionPage]
	uploadPages     *definition[store.UploadPage]
	providers       *definition[fairlead.Provider]
	setupTokens     *definition[fairlead.SetupToken]
	operators       *definition[fairlead.Operator]
}

func newTables() *tables {
	return &tables{
		applications:   define(applicationTable()),
		keys:           define(keyTable()),
		persons:        define(personTable()),
		templates:      define(templateTable()),
		links:          define(linkTable()),
		connections:    define(connectionTable()),
		consents:       define(consentTable()),
		collections:    define(collectionTable()),
		endpoints:      define(endpointTable()),
		deliveries:     define(deliveryTable()),
		savedResponses: define(savedResponseTable()),

		collectionPages: define(collectionPageTable()),
		uploadPages:     define(uploadPageTable()),
		providers:       define(providerTable()),
		setupTokens:     define(setupTokenTable()),
		operators:       define(operatorTable()),
	}
}

func providerTable() definition[fairlead.Provider] {
	type T = fairlead.Provider
	return definition[T]{
		name: "providers", what: "provider",
		keys: []key[T]{
			{name: store.ByConnector, column: "connector", unique: true, value: func(n *T) string { return n.Connector }},
		},
	}
}

func setupTokenTable() definition[fairlead.SetupToken] {
	type T = fairlead.SetupToken
	return definition[T]{
		name: "setup_tokens", what: "setup token",
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", fixed: true, value: func(n *T) string { return string(n.Person) }},
		},
	}
}

func operatorTable() definition[fairlead.Operator] {
	type T = fairlead.Operator
	return definition[T]{
		name: "operators", what: "operator",
		keys: []key[T]{
			{name: store.ByEmail, column: "email", unique: true, value: func(n *T) string { return n.Email }},
		},
	}
}

func applicationTable() definition[fairlead.Application] {
	type T = fairlead.Application
	return definition[T]{
		name: "applications", what: "application", cached: true,
		keys: []key[T]{
			{name: store.ByName, column: "name", unique: true, value: func(n *T) string { return n.Name }},
		},
	}
}

func keyTable() definition[fairlead.Key] {
	type T = fairlead.Key
	return definition[T]{
		name: "application_keys", what: "key", cached: true,
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
		},
	}
}

func personTable() definition[fairlead.Person] {
	type T = fairlead.Person
	return definition[T]{
		name: "persons", what: "person", rows: true,
		keys: []key[T]{
			{name: store.ByReference, column: "reference", unique: true, value: func(n *T) string { return n.Reference }},
		},
	}
}

func templateTable() definition[fairlead.Template] {
	type T = fairlead.Template
	return definition[T]{
		name: "templates", what: "link template",
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
			{name: store.ByName, column: "name", unique: true, value: func(n *T) string { return n.Name }},
		},
	}
}

func linkTable() definition[fairlead.Link] {
	type T = fairlead.Link
	return definition[T]{
		name: "links", what: "link", rows: true,
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", value: func(n *T) string { return string(n.Person) }},
		},
		numbers: []numeric[T]{
			{column: "expires", value: func(n *T) (int64, bool) {
				return micros(n.Expires), n.Status == fairlead.LinkOpen && !n.ExpiryQueued.Equal(n.Expires)
			}},
		},
	}
}

// connectionTable: an identity may be met again after it was disconnected, so only
// those still connected are unique, and Find prefers them.
func connectionTable() definition[fairlead.Connection] {
	type T = fairlead.Connection
	identity := func(n *T) string {
		if n.Identity == "" {
			return ""
		}
		return store.IdentityKey(n.Person, n.Institution, n.Identity)
	}
	const liveFirst = "CASE WHEN status = 'disconnected' THEN 1 ELSE 0 END, "
	return definition[T]{
		name: "connections", what: "connection", rows: true,
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", value: func(n *T) string { return string(n.Person) }},
			{name: store.ByIdentity, column: "identity", value: identity, first: liveFirst},
			{column: "identity_live", unique: true, value: func(n *T) string {
				if n.Status == fairlead.ConnectionDisconnected {
					return ""
				}
				return identity(n)
			}},
			{name: store.ByLogin, column: "login", first: liveFirst, value: func(n *T) string {
				if n.Login == "" {
					return ""
				}
				return store.LoginKey(n.Institution, n.Login)
			}},
			{name: store.ByInstitution, column: "institution", value: func(n *T) string { return string(n.Institution) }},
			{name: store.ByUpstream, column: "upstream", first: liveFirst, value: func(n *T) string { return n.Upstream }},
			{name: store.ByLink, column: "link", value: func(n *T) string { return string(n.Link) }},
			{name: store.ByStatus, column: "status", value: func(n *T) string { return string(n.Status) }}, // for liveFirst too
		},
	}
}

func consentTable() definition[fairlead.Consent] {
	type T = fairlead.Consent
	return definition[T]{
		name: "consents", what: "consent",
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", value: func(n *T) string { return string(n.Person) }},
			{name: store.ByLink, column: "link", value: func(n *T) string { return string(n.Link) }},
			{name: store.ByConnection, column: "connection", value: func(n *T) string { return string(n.Connection) }},
		},
	}
}

func collectionTable() definition[fairlead.Collection] {
	type T = fairlead.Collection
	return definition[T]{
		name: "collections", what: "collection",
		keys: []key[T]{
			{name: store.ByConnection, column: "connection", value: func(n *T) string { return string(n.Connection) }},
		},
	}
}

func endpointTable() definition[fairlead.Endpoint] {
	type T = fairlead.Endpoint
	return definition[T]{
		name: "endpoints", what: "endpoint", cached: true,
		keys: []key[T]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *T) string { return string(n.Application) }},
		},
	}
}

func deliveryTable() definition[fairlead.Delivery] {
	type T = fairlead.Delivery
	return definition[T]{
		name: "deliveries", what: "delivery",
		keys: []key[T]{
			{name: store.ByEvent, column: "event", fixed: true, value: func(n *T) string { return string(n.Event) }},
			{name: store.ByEndpoint, column: "endpoint", fixed: true, value: func(n *T) string { return string(n.Destination.Endpoint) }},
			{column: "queue", value: func(n *T) string {
				if n.State != fairlead.DeliveryWaiting {
					return ""
				}
				return n.Queue
			}},
			{name: store.ByFailure, column: "failure", value: func(n *T) string {
				if n.State != fairlead.DeliveryFailed {
					return ""
				}
				return store.FailedDelivery
			}},
		},
		numbers: []numeric[T]{
			{column: "sequence", value: func(n *T) (int64, bool) { return n.Sequence, n.First.IsZero() }},
			{column: "retry", value: func(n *T) (int64, bool) { return micros(n.Next), !n.First.IsZero() }},
		},
	}
}

func savedResponseTable() definition[store.SavedResponse] {
	type T = store.SavedResponse
	return definition[T]{
		name: "saved_responses", what: "saved response",
	}
}

func collectionPageTable() definition[store.CollectionPage] {
	type T = store.CollectionPage
	return definition[T]{
		name: "collection_pages", what: "page of a collection",
	}
}

func uploadPageTable() definition[store.UploadPage] {
	type T = store.UploadPage
	return definition[T]{
		name: "upload_pages", what: "page of an upload",
	}
}
