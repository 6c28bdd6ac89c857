package fairlead

import "time"

// Endpoint is an address that an application wants events delivered to.
type Endpoint struct {
	ID          EndpointID    `json:"id"`
	Tenant      TenantID      `json:"tenant"`
	Application ApplicationID `json:"application"`
	Address     string        `json:"address"`
	Kinds       []EventKind   `json:"kinds,omitempty"` // empty: all that the native dialect delivers
	Secrets     []Sealed      `json:"secrets"`         // newest first; two while rotating
	Retiring    time.Time     `json:"retiring,omitzero"`
	Disabled    string        `json:"disabled,omitempty"` // why: "gone" after a 410, "requested"
	Failing     time.Time     `json:"failing,omitzero"`   // since when nothing succeeded
	Created     time.Time     `json:"created"`
	Version     int64         `json:"-"`
}
