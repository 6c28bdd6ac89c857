// Package working runs what is due.
//
// It owns claiming work with leases, renewing and settling it, backing off and
// parking what fails, and both clocks: real time, and each sandbox tenant's own,
// which Advance moves event by event. It does not know what any work does.
package working

import (
	"context"
	"log/slog"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Options is what Working works with.
type Options struct {
	Store   store.Store
	Clock   fairlead.Clock
	Owner   string        // this node, unique among nodes
	Lease   time.Duration // 0: 15 s
	Workers int           // 0: 8
	PerLane int           // of one institution or endpoint, over all nodes; 0: 4
	Log     *slog.Logger
}

// Handler does one piece of work and says how it ended. An error is recorded,
// backed off and, after many, parked; an Outcome of its own is taken as it is.
type Handler func(ctx context.Context, w fairlead.Work) (store.Outcome, error)
