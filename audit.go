package fairlead

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// AuditEntry is one line of a tenant's audit trail: who did what to what, from
// where. Each carries the hash of the one before.
type AuditEntry struct {
	ID       AuditID   `json:"id"`
	Tenant   TenantID  `json:"tenant"`
	Sequence int64     `json:"sequence"` // given by the store
	At       time.Time `json:"at"`       // real time
	Actor    string    `json:"actor"`    // app_…, "person", "operator", "system"
	Action   string    `json:"action"`   // "document.download", "connection.disconnect"
	Subject  string    `json:"subject"`  // id
	From     string    `json:"from,omitempty"`
	Previous string    `json:"previous"` // given by the store
}

// Hash is what the next entry keeps as Previous.
func (e AuditEntry) Hash() string {
	b, _ := json.Marshal(e)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Note is a dialect's private keyed memory. The core never reads it.
type Note struct {
	Tenant  TenantID        `json:"tenant"`
	Dialect string          `json:"dialect"`
	Key     string          `json:"key"`
	Value   json.RawMessage `json:"value"`
	Version int64           `json:"-"`
}
