package fairlead

import "time"

// Template is a reusable link: each visit mints a Link of its spec.
type Template struct {
	ID          TemplateID    `json:"id"`
	Tenant      TenantID      `json:"tenant"`
	Application ApplicationID `json:"application"`
	Token       string        `json:"token"` // public by nature: it stands in an address that is sent around
	Name        string        `json:"name"`  // unique in the tenant
	Spec        Spec          `json:"spec"`
	Origin      Origin        `json:"origin"`
	Active      bool          `json:"active"`
	Created     time.Time     `json:"created"`
	Version     int64         `json:"-"`
}
