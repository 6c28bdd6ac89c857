// Package notifying tells events to addresses.
//
// It owns events being planned into notices, rendering, signing, posting,
// retrying, the attempt log and replay, the endpoints of applications, and the
// guard that keeps posts away from private addresses. It does not know any
// vendor's shapes: a dialect plans the targets and renders the body.
package notifying

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Notifying works with.
type Options struct {
	Store    store.Store
	Vault    vault.Full
	Clock    fairlead.Clock
	Log      *slog.Logger
	Loopback bool     // dev: posts go to loopback addresses only
	Allow    []string // hosts or CIDRs inside that the operator allows
}

// Planner is a dialect's outbound face.
type Planner interface {
	Name() string
	// Plan names the targets of an event. It runs inside the event's transaction
	// and therefore is pure: no I/O, no clock.
	Plan(h Happening) []fairlead.Target
	// Render makes the body of one notice. It runs outside any transaction and
	// may read. A nil body means that there is nothing to tell after all.
	Render(ctx context.Context, h Happening, n fairlead.Notice) ([]byte, error)
}

// Happening is an event with what it is about; what does not apply is nil.
type Happening struct {
	Event       fairlead.Event
	Tenant      fairlead.Tenant
	Application fairlead.Application
	Link        *fairlead.Link
	Connection  *fairlead.Connection
	Consent     *fairlead.Consent
	Endpoints   []fairlead.Endpoint // the application's, not disabled
}

// Settings decodes the application's settings of a dialect into v; absent ones leave v alone.
func (h Happening) Settings(dialect string, v any) error {
	raw, ok := h.Application.Settings[dialect]
	if !ok {
		return nil
	}
	return json.Unmarshal(raw, v)
}

// EventAsk asks for a page of events. Wait holds the answer until there is one.
type EventAsk struct {
	store.EventQuery
	Wait time.Duration // at most 60 s, real time
}

// Created is an endpoint and the only copy of its secret ("whsec_…").
type Created struct {
	Endpoint fairlead.Endpoint
	Secret   fairlead.Secret
}

// NoticeAsk asks for a page of notices of one endpoint, event or address.
type NoticeAsk struct {
	Endpoint fairlead.EndpointID
	Event    fairlead.EventID
	Address  string
	After    fairlead.NoticeID
	Limit    int
}
