// Package notifying publishes events to the applications' addresses.
//
// It owns events being routed into deliveries, resending, the endpoints of
// applications, and how long deliveries are stored. It does not know any vendor's
// shapes: a dialect routes an event to destinations and renders the body. Package
// deliver, below, posts what waits.
//
// The flow: Publish appends the event in its cause's transaction, has each Router
// name the destinations and writes one delivery for each, which waits in the queue
// of its receiver (publish.go). Deliver posts one queue, whose row of work one node
// has at a time.
package notifying

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/guard"
	"github.com/fairlead-dev/fairlead/notifying/deliver"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/wakeup"
)

// Options is what Notifying works with.
type Options struct {
	Store    store.Store
	Vault    vault.Full
	Clock    fairlead.Clock
	Stamp    fairlead.Clock // of signatures; nil: Clock
	Log      *slog.Logger
	Loopback bool     // dev: posts go to loopback addresses only
	Allow    []string // hosts or CIDRs inside that the operator allows
	// Signing gives the secrets that an application itself signs with, newest
	// first (access.Signing). Nil: there are none.
	Signing func(context.Context, fairlead.TenantID, fairlead.ApplicationID) ([]fairlead.Secret, error)
	// BodyToken signs with the server's own key (access.BodyToken). Nil: there is none.
	BodyToken func(ctx context.Context, body []byte, at time.Time) (string, error)
	// Observe, if set, is called after every attempt, for metrics.
	Observe func(AttemptEnded)
	// Receipts is a file of this node for what receivers have accepted, so that a kill
	// repeats none of it; "": none.
	Receipts string
	// Linger is how long a run stays with an endpoint's queue when it has become empty: what
	// comes meanwhile is posted as soon as it is durable. 0: it ends.
	Linger time.Duration
}

// AttemptEnded is one ended attempt, for metrics.
type AttemptEnded = deliver.AttemptEnded

// Created is an endpoint and the only copy of its secret ("whsec_…").
type Created struct {
	Endpoint fairlead.Endpoint
	Secret   fairlead.Secret
}

// Notifying publishes events. Make it with New.
type Notifying struct {
	store   store.Store
	vault   vault.Full
	clock   fairlead.Clock
	log     *slog.Logger
	routers []Router
	engine  *deliver.Engine
	options deliver.Options                 // of the engine
	wakeups wakeup.Keyed[fairlead.TenantID] // of those who wait for a tenant's events
}

// New makes a Notifying without routers. An Allow that can't be read is refused.
func New(o Options) (*Notifying, error) {
	n := &Notifying{store: o.Store, vault: o.Vault, clock: o.Clock, log: o.Log}
	if n.clock == nil {
		n.clock = fairlead.RealClock
	}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	n.options = deliver.Options{
		Store: n.store, Vault: n.vault, Clock: n.clock, Stamp: o.Stamp, Log: n.log, Source: source{n}, Signing: o.Signing, BodyToken: o.BodyToken, Observe: o.Observe, Receipts: o.Receipts, Linger: o.Linger,
		Policy: guard.Policy{Loopback: o.Loopback, Allow: o.Allow},
	}
	return n, n.start()
}

func (n *Notifying) start() (err error) {
	if n.engine, err = deliver.New(n.options); err != nil {
		return fmt.Errorf("notifying: %w", err)
	}
	return nil
}

// AddRouter adds a dialect's outbound face. Call it at wiring, before serving.
func (n *Notifying) AddRouter(r Router) { n.routers = append(n.routers, r) }

// Yield says that somebody waits until nothing of a tenant's is under way.
func (n *Notifying) Yield(tenant fairlead.TenantID) { n.engine.Yield(tenant) }

// Deliver is the handler of DeliverWork: it posts what waits in the queue of one
// receiver, first attempts and retries that are due.
func (n *Notifying) Deliver(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	return n.engine.Run(ctx, w)
}
