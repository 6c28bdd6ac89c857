package fairlead

import (
	"slices"
	"time"
)

// SetupToken lets one program read what a person shares, by the SimpleFIN protocol: the
// person gives it to the program, which exchanges it once for credentials of its own.
// Neither is stored, only their hashes are. Times are the tenant's.
type SetupToken struct {
	ID          SetupTokenID   `json:"id"`
	Tenant      TenantID       `json:"tenant"`
	Application ApplicationID  `json:"application"` // in whose name it reads
	Person      PersonID       `json:"person"`
	Name        string         `json:"name"`                  // of the program, as whoever made it calls it
	Connections []ConnectionID `json:"connections,omitempty"` // what it reads; empty: all that the person shares, those linked later too
	Created     time.Time      `json:"created"`
	Expires     time.Time      `json:"expires"` // until then it can be claimed
	Claimed     time.Time      `json:"claimed,omitzero"`
	LastUsed    time.Time      `json:"last_used,omitzero"` // to a few minutes
	Revoked     time.Time      `json:"revoked,omitzero"`
	// Reused is when somebody tried last to claim it although it was claimed or revoked: it
	// has come into other hands.
	Reused  time.Time `json:"reused,omitzero"`
	Version int64     `json:"-"`
}

// SetupTokenStatus is how a setup token stands.
type SetupTokenStatus string

const (
	SetupTokenUnclaimed SetupTokenStatus = "unclaimed"
	SetupTokenActive    SetupTokenStatus = "active" // a program reads
	SetupTokenExpired   SetupTokenStatus = "expired"
	SetupTokenRevoked   SetupTokenStatus = "revoked"
)

// Status is how it stands at the tenant's time.
func (t SetupToken) Status(now time.Time) SetupTokenStatus {
	switch {
	case !t.Revoked.IsZero():
		return SetupTokenRevoked
	case !t.Claimed.IsZero():
		return SetupTokenActive
	case !now.Before(t.Expires):
		return SetupTokenExpired
	}
	return SetupTokenUnclaimed
}

// Reads reports whether it reads a connection, which must be the person's.
func (t SetupToken) Reads(c Connection) bool {
	return c.Tenant == t.Tenant && c.Person == t.Person && (len(t.Connections) == 0 || slices.Contains(t.Connections, c.ID))
}

// Row: see Application.Row.
func (t *SetupToken) Row() (TenantID, string, *int64) { return t.Tenant, string(t.ID), &t.Version }
