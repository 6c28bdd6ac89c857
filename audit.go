package fairlead

import (
	"cmp"
	"context"
	"encoding/json"
	"time"
)

// AuditEntry is one entry of a tenant's audit trail: who did what to what, from
// where. Each carries a keyed digest of itself and that of the one before.
type AuditEntry struct {
	ID       AuditID   `json:"id"`
	Tenant   TenantID  `json:"tenant"`
	Sequence int64     `json:"sequence"` // given by the store
	At       time.Time `json:"at"`       // real time
	Actor    string    `json:"actor"`    // app_…, "person", "operator", "system"
	Action   string    `json:"action"`   // "document.download", "connection.disconnect"
	Subject  string    `json:"subject"`  // id
	From     string    `json:"from,omitempty"`
	Previous string    `json:"previous"` // MAC of the entry before; given by the store
	MAC      string    `json:"mac"`      // of all the above, under a key that the database does not have; given by the store
}

// Text is what the MAC of an entry is of.
func (e AuditEntry) Text() string {
	e.MAC = ""
	b, _ := json.Marshal(e)
	return string(b)
}

// AuditAnchor says how far a tenant's audit trail had come at a time. Stored where
// the database is not, it shows later that nothing was cut off.
type AuditAnchor struct {
	Tenant   TenantID  `json:"tenant"`
	Sequence int64     `json:"sequence"` // of the last entry; 0: there was none
	MAC      string    `json:"mac"`      // of the last entry
	At       time.Time `json:"at"`       // real time
	Signed   string    `json:"signed"`   // MAC of all the above
}

// Text is what an anchor is signed over.
func (a AuditAnchor) Text() string {
	a.Signed = ""
	b, _ := json.Marshal(a)
	return string(b)
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
