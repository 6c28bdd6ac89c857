package fairlead

import "time"

// ConsentStatus is a consent's place in its life.
type ConsentStatus string

const (
	ConsentStarted               ConsentStatus = "started"
	ConsentAwaitingAuthorisation ConsentStatus = "awaiting_authorisation" // the person is at the institution
	ConsentAwaitingAcceptance    ConsentStatus = "awaiting_acceptance"    // back from it, our acceptance page is open
	ConsentAuthorised            ConsentStatus = "authorised"
	ConsentRejected              ConsentStatus = "rejected"
	ConsentFailed                ConsentStatus = "failed" // ended by an error of the institution's or ours
	ConsentExpired               ConsentStatus = "expired"
	ConsentRevokedByPerson       ConsentStatus = "revoked_by_person"
	ConsentRevokedAtInstitution  ConsentStatus = "revoked_at_institution"
	ConsentRevokedByApplication  ConsentStatus = "revoked_by_application"
	ConsentErased                ConsentStatus = "erased"
)

// Ended reports whether the status is final.
func (s ConsentStatus) Ended() bool {
	switch s {
	case "", ConsentStarted, ConsentAwaitingAuthorisation, ConsentAwaitingAcceptance, ConsentAuthorised:
		return false
	}
	return true
}

// Consent is what the person allowed, until when.
type Consent struct {
	ID          ConsentID       `json:"id"`
	Tenant      TenantID        `json:"tenant"`
	Application ApplicationID   `json:"application"`
	Person      PersonID        `json:"person"`
	Link        LinkID          `json:"link"`
	Connection  ConnectionID    `json:"connection,omitempty"`
	Institution InstitutionID   `json:"institution"`
	Ref         string          `json:"ref,omitempty"` // the institution's own id
	Products    []Product       `json:"products"`      // asked for
	Granted     []Product       `json:"granted,omitempty"`
	Accounts    []string        `json:"accounts,omitempty"` // chosen, by the institution's ids
	Purpose     string          `json:"purpose,omitempty"`  // the text that was shown
	Status      ConsentStatus   `json:"status"`
	Reason      ErrorKind       `json:"reason,omitempty"`
	History     []ConsentChange `json:"history"`
	Created     time.Time       `json:"created"`
	GrantedAt   time.Time       `json:"granted_at,omitzero"`
	Expires     time.Time       `json:"expires,omitzero"` // zero: until revoked
	Warned      time.Time       `json:"warned,omitzero"`  // when it was published that the end is near
	Agreed      *time.Time      `json:"agreed,omitempty"` // Expires as it was agreed, where the institution has announced another end since
	Origin      Origin          `json:"origin"`           // a dialect's memory of this consent
	Version     int64           `json:"-"`
}

// ConsentChange is one line of a consent's history.
type ConsentChange struct {
	Status ConsentStatus `json:"status"`
	At     time.Time     `json:"at"`
}

// Become moves the consent on and writes its history. A consent that has ended
// moves only to erased.
func (c *Consent) Become(s ConsentStatus, at time.Time) bool {
	if c.Status == s || (c.Status.Ended() && s != ConsentErased) {
		return false
	}
	c.Status = s
	c.History = append(c.History, ConsentChange{s, at})
	if s == ConsentAuthorised && c.GrantedAt.IsZero() {
		c.GrantedAt = at
	}
	return true
}
