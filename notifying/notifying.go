// Package notifying tells events to addresses.
//
// It owns events being planned into notices, rendering, signing, posting,
// retrying, the attempt log and replay, the endpoints of applications, and that
// posts stay away from private addresses (by package guard). It does not know any
// vendor's shapes: a dialect plans the targets and renders the body.
//
// The flow: Tell appends the event in its cause's transaction, asks each Planner
// once and writes one notice per target, which waits in the lane of its receiver.
// Deliver tells one lane, whose row of work one node holds at a time (lane.go,
// run.go): it reads what waits (window.go, load.go), makes and keeps bodies
// (body.go), signs and posts (sign.go, post.go), and records what came of many
// attempts in one transaction (record.go).
package notifying

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/guard"
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
	// Signing gives the secrets that an application itself signs with, newest
	// first (access.Signing). Nil: there are none.
	Signing func(context.Context, fairlead.TenantID, fairlead.ApplicationID) ([]fairlead.Secret, error)
	// Observe, if set, is told of every ended attempt, for metrics.
	Observe func(AttemptEnded)
}

// AttemptEnded is one ended attempt, for metrics.
type AttemptEnded struct {
	Dialect string
	State   fairlead.DeliveryState // what the notice became: waiting means that it is tried again
	Status  int                    // of the answer; 0: there was none
	Took    time.Duration
}

// Router is a dialect's outbound face.
type Router interface {
	Name() string
	// Route names the targets of an event. It runs inside the event's transaction
	// and therefore is pure: no I/O, no clock.
	Route(h EventContext) []fairlead.Destination
	// Render makes the body of one notice. It runs outside any transaction and
	// may read. A nil body means that there is nothing to tell after all.
	Render(ctx context.Context, h EventContext, n fairlead.Delivery) ([]byte, error)
}

// Load says what of a Happening a dialect looks at, besides the event itself.
type Load int

const (
	Nothing    Load = iota // it names no target: it is not even asked
	EventAlone             // the tenant, the application and its endpoints
	LoadAll                // the link, the connection and the consent, too
)

// LoadHint is a Planner that says by an event alone what it needs to plan and to
// render it; what it does not need is not read for its sake. One that does not
// say is given all.
type LoadHint interface {
	Needs(e fairlead.Event) Load
}

// needOf asks a dialect. One that panics is given all, too.
func (n *Notifying) needOf(p Router, e fairlead.Event) (need Load) {
	f, ok := p.(LoadHint)
	if !ok {
		return LoadAll
	}
	defer func() {
		if recover() != nil {
			n.log.Error("asking what an event needs panicked", "dialect", p.Name(), "kind", e.Kind, "event", e.ID, "stack", string(debug.Stack()))
			need = LoadAll
		}
	}()
	return f.Needs(e)
}

// EventContext is an event with what it is about; what does not apply is nil.
type EventContext struct {
	Event       fairlead.Event
	Tenant      fairlead.Tenant
	Application fairlead.Application
	Link        *fairlead.Link
	Connection  *fairlead.Connection
	Consent     *fairlead.Consent
	Endpoints   []fairlead.Endpoint // the application's, not disabled
}

// Settings decodes the application's settings of a dialect into v; absent ones leave v alone.
func (h EventContext) Settings(dialect string, v any) error {
	raw, ok := h.Application.Settings[dialect]
	if !ok {
		return nil
	}
	return json.Unmarshal(raw, v)
}

// Created is an endpoint and the only copy of its secret ("whsec_…").
type Created struct {
	Endpoint fairlead.Endpoint
	Secret   fairlead.Secret
}

// Notifying tells events. Make it with New.
type Notifying struct {
	store    store.Store
	vault    vault.Full
	clock    fairlead.Clock
	log      *slog.Logger
	policy   guard.Policy
	signing  func(context.Context, fairlead.TenantID, fairlead.ApplicationID) ([]fairlead.Secret, error)
	observe  func(AttemptEnded)
	client   *http.Client
	planners []Router
	hints    hints
	room     room
}

// New makes a Notifying without planners. An Allow that can't be read is refused.
func New(o Options) (*Notifying, error) {
	n := &Notifying{
		store: o.Store, vault: o.Vault, clock: o.Clock, log: o.Log, signing: o.Signing, observe: o.Observe,
		room:   make(room, sharedPosts),
		policy: guard.Policy{Loopback: o.Loopback, Allow: o.Allow},
	}
	if n.clock == nil {
		n.clock = fairlead.RealClock
	}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	transport, err := guard.Transport(n.policy)
	if err != nil {
		return nil, fmt.Errorf("notifying: %w", err)
	}
	// One connection for each post at once.
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 2*sharedPosts, mostPosts
	// Redirects are followed by post itself; there is no jar, so no cookies.
	n.client = &http.Client{Transport: transport, CheckRedirect: guard.Redirects(0)}
	return n, nil
}

// AddRouter adds a dialect's outbound face. Call it at wiring, before serving.
func (n *Notifying) AddRouter(p Router) { n.planners = append(n.planners, p) }

// planner finds a dialect's outbound face.
func (n *Notifying) planner(dialect string) (Router, bool) {
	for _, p := range n.planners {
		if p.Name() == dialect {
			return p, true
		}
	}
	return nil, false
}

// checkCallback refuses an address that may not be posted to. A host that the
// operator allows by name may be inside, and may be plain http.
func (n *Notifying) checkCallback(app fairlead.Application, address string) error {
	err := app.CallbackAllowed(address, n.policy.Loopback)
	if err == nil || len(app.CallbackHosts) > 0 || len(n.policy.Allow) == 0 {
		return err
	}
	if u, bad := parseAddress(address); bad == nil && n.policy.Allowed(u.Hostname()) {
		return nil
	}
	return err
}

// update runs fn in a transaction, again when another writer was faster: what
// was posted can't be taken back, so it must be recorded.
func (n *Notifying) update(ctx context.Context, fn func(*store.Tx) error) (err error) {
	for range 8 {
		err = n.store.Update(ctx, fn)
		if !fairlead.Is(err, fairlead.Conflict) {
			break
		}
	}
	return err
}
