// Package working runs what is due.
//
// It owns claiming work with leases, renewing and finishing it, backing off and
// parking what fails, and both clocks: real time, and each sandbox tenant's own,
// which Advance moves event by event. It does not know what any work does.
//
// The flow: Run claims due rows when the store signals and once a second, and
// hands each to the handler of its kind; its result is written to the row. Running is
// at least once: a handler whose lease was lost may be running a second time
// elsewhere, and the result of only one of the two is written.
package working

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Options is what Working works with.
type Options struct {
	Store             store.Store
	Clock             fairlead.Clock
	Owner             string        // this node, unique among nodes
	Lease             time.Duration // 0: 10 s
	Workers           int           // 0: 8
	Deliveries        int           // receivers served at once, beside Workers, because that mostly waits; 0: 256
	PerConcurrencyKey int           // of one key (an institution) at once, over all nodes; 0: 4
	Grace             time.Duration // what running work is given at a stop before it is interrupted; 0: 8 s
	// Bounds says how long one attempt of a kind may take; 0: 10 minutes for
	// collect and erase, 5 for deliver, 2 for others.
	Bounds map[fairlead.WorkKind]time.Duration
	// Observe, if set, is called after every attempt, for metrics.
	Observe func(Ended)
	// Yield, if set, is called again and again while a tenant's clock has its work done: a
	// handler that only waits for more ends then.
	Yield func(fairlead.TenantID)
	Log   *slog.Logger
}

// Ended is one ended attempt, for metrics.
type Ended struct {
	Kind   fairlead.WorkKind
	Result Result
	Took   time.Duration
}

// Result is how an attempt ended.
type Result string

const (
	Done        Result = "done"
	Again       Result = "again"       // is due again, without fault
	Failed      Result = "failed"      // backed off
	Slowed      Result = "slowed"      // failed once more, and is tried once a day
	Parked      Result = "parked"      // given up
	Lost        Result = "lost"        // the lease was; somebody else has it
	Interrupted Result = "interrupted" // by a stop; is due at once
)

// Handler does one piece of work and says how it ended. An error is recorded,
// backed off and, after many, tried once a day; a result of its own is taken as it is. A lost
// compare-and-swap (store.ErrStale) is tried again at once, a few times. The
// context ends when the lease is lost, the attempt overruns, or the server
// stops: what was not committed by then is done again.
type Handler func(ctx context.Context, w fairlead.Work) (store.WorkResult, error)

// Working runs work. Make it with New.
type Working struct {
	o        Options
	handlers []registration
	beside   map[fairlead.WorkKind]func(fairlead.Work) bool // may a piece run beside others of its kind in an advance
	counter  counter
}

// registration leads from a kind, and the beginning of a key, to a handler.
type registration struct {
	kind   fairlead.WorkKind
	prefix string
	do     Handler
}

// New makes a Working without handlers.
func New(o Options) *Working {
	o.Lease = cmp.Or(o.Lease, 10*time.Second)
	o.Workers = cmp.Or(o.Workers, 8)
	o.Deliveries = cmp.Or(o.Deliveries, 256)
	o.PerConcurrencyKey = cmp.Or(o.PerConcurrencyKey, 4)
	o.Grace = cmp.Or(o.Grace, 8*time.Second)
	if o.Clock == nil {
		o.Clock = fairlead.RealClock
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Working{o: o, beside: map[fairlead.WorkKind]func(fairlead.Work) bool{}}
}

// Handle names the handler of a kind. Call it at wiring, before Run.
func (w *Working) Handle(kind fairlead.WorkKind, do Handler) { w.HandleKeys(kind, "", do) }

// HandleKeys names the handler of those keys of a kind that begin with prefix;
// the longest prefix wins. Kinds that several verbs share (prune, expire) are
// distinguished by it.
func (w *Working) HandleKeys(kind fairlead.WorkKind, prefix string, do Handler) {
	w.handlers = append(w.handlers, registration{kind, prefix, do})
	slices.SortStableFunc(w.handlers, func(a, b registration) int { return len(b.prefix) - len(a.prefix) })
}

// SideBySide says of a kind that an advance may run pieces of it at once that are due
// within an hour of one another: those of which may says that they touch nothing in
// common. Their handler goes by Work.At. Call it at wiring, before Run.
func (w *Working) SideBySide(kind fairlead.WorkKind, may func(fairlead.Work) bool) {
	w.beside[kind] = may
}

// handler finds who does a piece of work, or Internal.
func (w *Working) handler(work fairlead.Work) (Handler, error) {
	for _, r := range w.handlers {
		if r.kind == work.Kind && strings.HasPrefix(work.Key, r.prefix) {
			return r.do, nil
		}
	}
	return nil, fairlead.Errorf(fairlead.Internal, "working: nothing handles %s work", work.Kind)
}

// kinds lists what has a handler: other rows are left for nodes that know them.
func (w *Working) kinds() []fairlead.WorkKind {
	var kinds []fairlead.WorkKind
	for _, r := range w.handlers {
		if !slices.Contains(kinds, r.kind) {
			kinds = append(kinds, r.kind)
		}
	}
	return kinds
}

// splitKinds lists deliver work and the other kinds that have a handler: they are
// bounded each in its own way. A part may be empty.
func (w *Working) splitKinds() (deliver, others []fairlead.WorkKind) {
	for _, k := range w.kinds() {
		if k == fairlead.DeliverWork {
			deliver = append(deliver, k)
		} else {
			others = append(others, k)
		}
	}
	return deliver, others
}

// bound is how long one attempt of a kind may take.
func (w *Working) bound(kind fairlead.WorkKind) time.Duration {
	if d := w.o.Bounds[kind]; d > 0 {
		return d
	}
	switch kind {
	case fairlead.CollectWork, fairlead.EraseWork:
		return 10 * time.Minute
	case fairlead.DeliverWork: // a time slice, and the posts under way at its end
		return 5 * time.Minute
	}
	return 2 * time.Minute
}

// receiversAtOnce is how many rows of one receiver's queue run at once, over all
// nodes: each makes as many posts as the receiver is to meet, and tenants that share
// it alternate.
const receiversAtOnce = 1

// claim leases up to limit due rows: of deliver work, or of other kinds.
func (w *Working) claim(ctx context.Context, kinds []fairlead.WorkKind, limit int) ([]fairlead.Work, error) {
	works, err := w.o.Store.Queue().Claim(ctx, w.claimRequest(kinds, limit))
	if err != nil {
		return nil, fmt.Errorf("working: claiming: %w", err)
	}
	return works, nil
}

func (w *Working) claimRequest(kinds []fairlead.WorkKind, limit int) store.ClaimRequest {
	perKey := w.o.PerConcurrencyKey
	if slices.Contains(kinds, fairlead.DeliverWork) {
		perKey = receiversAtOnce
	}
	return store.ClaimRequest{
		Owner: w.o.Owner, Now: w.o.Clock(), Lease: w.o.Lease, Limit: limit, PerConcurrencyKey: perKey, Kinds: kinds,
	}
}
