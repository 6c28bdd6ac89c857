package fairlead

import "time"

// Key is one secret of an application. Several live at once, so that rotating
// never interrupts; only the hash of the 256 random bits is stored.
type Key struct {
	ID          KeyID         `json:"id"`
	Tenant      TenantID      `json:"tenant"`
	Application ApplicationID `json:"application"`
	Hash        string        `json:"hash"`
	LastFour    string        `json:"last_four"`
	Created     time.Time     `json:"created"`
	Expires     time.Time     `json:"expires,omitzero"`
	Scopes      []AccessScope `json:"scopes"`              // what it may be used for; none: nothing
	FirstUsed   time.Time     `json:"first_used,omitzero"` // real time
	LastUsed    time.Time     `json:"last_used,omitzero"`  // real time, to ten minutes; zero until a few minutes after the first
	// Signing is a sealed copy, stored only where a dialect signs with the
	// application's own secret; the newest live one signs.
	Signing Sealed `json:"signing,omitempty"`
	Version int64  `json:"-"`
}

// Live reports whether the key may be used at a real instant.
func (k Key) Live(now time.Time) bool { return k.Expires.IsZero() || now.Before(k.Expires) }
