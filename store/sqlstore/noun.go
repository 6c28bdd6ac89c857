package sqlstore

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// catalogue is every table that is a drawer. It is made once, by newCatalogue.
type catalogue struct {
	tenants      *shelf
	applications *table[fairlead.Application]
	keys         *table[fairlead.Key]
	persons      *table[fairlead.Person]
	templates    *table[fairlead.Template]
	links        *table[fairlead.Link]
	connections  *table[fairlead.Connection]
	consents     *table[fairlead.Consent]
	collections  *table[fairlead.Collection]
	endpoints    *table[fairlead.Endpoint]
	notices      *table[fairlead.Delivery]
	replies      *table[store.SavedResponse]
	presented    *tokenShelf // nil where others write too
}

func newCatalogue(shelves *shelves) *catalogue {
	c := &catalogue{
		tenants:      shelves.at(0),
		applications: newTable(applications()),
		keys:         newTable(applicationKeys()),
		persons:      newTable(persons()),
		templates:    newTable(templates()),
		links:        newTable(linkTable()),
		connections:  newTable(connections()),
		consents:     newTable(consents()),
		collections:  newTable(collections()),
		endpoints:    newTable(endpoints()),
		notices:      newTable(notices()),
		replies:      newTable(replies()),
	}
	c.applications.shelf, c.keys.shelf, c.endpoints.shelf = shelves.at(1), shelves.at(2), shelves.at(3)
	return c
}

func applications() table[fairlead.Application] {
	type noun = fairlead.Application
	return table[noun]{
		name: "applications", what: "application",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByName, column: "name", unique: true, value: func(n *noun) string { return n.Name }},
		},
	}
}

func applicationKeys() table[fairlead.Key] {
	type noun = fairlead.Key
	return table[noun]{
		name: "application_keys", what: "key",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *noun) string { return string(n.Application) }},
		},
	}
}

func persons() table[fairlead.Person] {
	type noun = fairlead.Person
	return table[noun]{
		name: "persons", what: "person",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByReference, column: "reference", unique: true, value: func(n *noun) string { return n.Reference }},
		},
	}
}

func templates() table[fairlead.Template] {
	type noun = fairlead.Template
	return table[noun]{
		name: "templates", what: "link template",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *noun) string { return string(n.Application) }},
			{name: store.ByName, column: "name", unique: true, value: func(n *noun) string { return n.Name }},
			{name: store.ByToken, column: "token", unique: true, value: func(n *noun) string { return n.Token }},
		},
	}
}

func linkTable() table[fairlead.Link] {
	type noun = fairlead.Link
	return table[noun]{
		name: "links", what: "link",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *noun) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", value: func(n *noun) string { return string(n.Person) }},
		},
		numbers: []numeric[noun]{
			{column: "expires", value: func(n *noun) (int64, bool) {
				return instant(n.Expires), n.Status == fairlead.LinkOpen && !n.ExpiryQueued.Equal(n.Expires)
			}},
		},
	}
}

// connections: an identity may be met again after it was disconnected, so only
// those still connected are unique, and Find prefers them.
func connections() table[fairlead.Connection] {
	type noun = fairlead.Connection
	identity := func(n *noun) string {
		if n.Identity == "" {
			return ""
		}
		return store.IdentityKey(n.Person, n.Institution, n.Identity)
	}
	const liveFirst = "CASE WHEN status = 'disconnected' THEN 1 ELSE 0 END, "
	return table[noun]{
		name: "connections", what: "connection",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *noun) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", value: func(n *noun) string { return string(n.Person) }},
			{name: store.ByIdentity, column: "identity", value: identity, first: liveFirst},
			{column: "identity_live", unique: true, value: func(n *noun) string {
				if n.Status == fairlead.ConnectionDisconnected {
					return ""
				}
				return identity(n)
			}},
			{name: store.ByLogin, column: "login", first: liveFirst, value: func(n *noun) string {
				if n.Login == "" {
					return ""
				}
				return store.LoginKey(n.Institution, n.Login)
			}},
			{name: store.ByInstitution, column: "institution", value: func(n *noun) string { return string(n.Institution) }},
			{name: store.ByLink, column: "link", value: func(n *noun) string { return string(n.Link) }},
			{column: "status", value: func(n *noun) string { return string(n.Status) }}, // liveFirst looks at it
		},
	}
}

func consents() table[fairlead.Consent] {
	type noun = fairlead.Consent
	return table[noun]{
		name: "consents", what: "consent",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *noun) string { return string(n.Application) }},
			{name: store.ByPerson, column: "person", value: func(n *noun) string { return string(n.Person) }},
			{name: store.ByLink, column: "link", value: func(n *noun) string { return string(n.Link) }},
			{name: store.ByConnection, column: "connection", value: func(n *noun) string { return string(n.Connection) }},
		},
	}
}

func collections() table[fairlead.Collection] {
	type noun = fairlead.Collection
	return table[noun]{
		name: "collections", what: "collection",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByConnection, column: "connection", value: func(n *noun) string { return string(n.Connection) }},
		},
	}
}

func endpoints() table[fairlead.Endpoint] {
	type noun = fairlead.Endpoint
	return table[noun]{
		name: "endpoints", what: "endpoint",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByApplication, column: "application", fixed: true, value: func(n *noun) string { return string(n.Application) }},
		},
	}
}

func notices() table[fairlead.Delivery] {
	type noun = fairlead.Delivery
	return table[noun]{
		name: "notices", what: "notice",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return string(n.ID) },
		version: func(n *noun) *int64 { return &n.Version },
		keys: []key[noun]{
			{name: store.ByEvent, column: "event", fixed: true, value: func(n *noun) string { return string(n.Event) }},
			{name: store.ByEndpoint, column: "endpoint", fixed: true, value: func(n *noun) string { return string(n.Destination.Endpoint) }},
			{column: "lane", value: func(n *noun) string {
				if n.State != fairlead.DeliveryWaiting {
					return ""
				}
				return n.Queue
			}},
		},
		numbers: []numeric[noun]{
			{column: "place", value: func(n *noun) (int64, bool) { return n.Sequence, n.First.IsZero() }},
			{column: "retry", value: func(n *noun) (int64, bool) { return instant(n.Next), !n.First.IsZero() }},
		},
	}
}

func replies() table[store.SavedResponse] {
	type noun = store.SavedResponse
	return table[noun]{
		name: "replies", what: "reply",
		tenant:  func(n *noun) fairlead.TenantID { return n.Tenant },
		id:      func(n *noun) string { return n.ID },
		version: func(n *noun) *int64 { return &n.Version },
	}
}
