// Package rehearsing is the sandbox's controls.
//
// It owns reading and advancing a sandbox tenant's clock and giving or refusing
// what waits to be approved, over connectors that can be simulated. A live
// tenant is refused everywhere.
package rehearsing

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// Options is what Rehearsing works with.
type Options struct {
	Store    store.Store
	Clock    fairlead.Clock
	Registry *connector.Registry
	Advancer Advancer
}

// Advancer moves a tenant's clock and runs what becomes due on the way (working.Advance).
type Advancer interface {
	Advance(ctx context.Context, tenant fairlead.TenantID, to time.Time) (now time.Time, done int, err error)
}

// Reading of a tenant's clock.
type ClockReading struct {
	Now    time.Time
	Frozen bool
}
