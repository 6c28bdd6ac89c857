package fairlead

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// AuditEntry is one entry of a tenant's audit trail: who did what to what, from
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

// Hash is what the next entry has as Previous.
func (e AuditEntry) Hash() string {
	b, _ := json.Marshal(e)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// actorKey is where a context has who acts.
type actorKey struct{}

type actor struct{ who, from string }

// WithActor returns a context in whose name audit entries are written: who is
// "app_…", "person" or "operator"; from is the client's address.
func WithActor(ctx context.Context, who, from string) context.Context {
	return context.WithValue(ctx, actorKey{}, actor{who, from})
}

// ActorIn is who acts in a context and from where; "system" when nobody said.
func ActorIn(ctx context.Context) (who, from string) {
	a, _ := ctx.Value(actorKey{}).(actor)
	return cmp.Or(a.who, "system"), a.from
}
