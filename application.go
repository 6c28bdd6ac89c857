package fairlead

import (
	"encoding/json"
	"time"
)

// Application is who calls us, inside a tenant.
type Application struct {
	ID            ApplicationID `json:"id"`
	Tenant        TenantID      `json:"tenant"`
	ClientID      string        `json:"client_id"` // public; equals ID unless chosen ("dev")
	Name          string        `json:"name"`      // unique in the tenant
	CompanyName   string        `json:"company_name"`
	Origins       []string      `json:"origins,omitempty"`        // exact origins whose pages may frame a link
	RedirectHosts []string      `json:"redirect_hosts,omitempty"` // hosts a redirect or app link may lead to
	CallbackHosts []string      `json:"callback_hosts,omitempty"` // hosts a webhook may be posted to; empty: any public one
	Theme         Theme         `json:"theme,omitzero"`
	// Settings are what a vendor's console would configure: dialect name → the
	// typed fields that dialect declares. The core never reads them.
	Settings map[string]json.RawMessage `json:"settings,omitempty"`
	Created  time.Time                  `json:"created"`
	Version  int64                      `json:"-"`
}

// Theme is how the hosted page looks for an application or a link.
type Theme struct {
	Logo   string `json:"logo,omitempty"`   // address or data: URI of an image
	Accent string `json:"accent,omitempty"` // #rrggbb; the page keeps contrast AA whatever it is
}

// Key is one secret of an application. Several live at once, so that rotating
// never interrupts; only the hash of the 256 random bits is kept.
type Key struct {
	ID          KeyID         `json:"id"`
	Tenant      TenantID      `json:"tenant"`
	Application ApplicationID `json:"application"`
	Hash        string        `json:"hash"`
	LastFour    string        `json:"last_four"`
	Created     time.Time     `json:"created"`
	Expires     time.Time     `json:"expires,omitzero"`
	// Signing is a sealed copy, kept only where a dialect signs with the
	// application's own secret; the newest live one signs.
	Signing Sealed `json:"signing,omitempty"`
	Version int64  `json:"-"`
}

// Live tells whether the key may be used at a real instant.
func (k Key) Live(now time.Time) bool { return k.Expires.IsZero() || now.Before(k.Expires) }
