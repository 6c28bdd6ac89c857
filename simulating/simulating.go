// Package simulating is the sandbox's controls.
//
// It owns reading and advancing a sandbox tenant's clock and giving or refusing
// what waits to be approved, over connectors that can be simulated. A live
// tenant is refused everywhere.
package simulating

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/simulated"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Options is what Simulating works with.
type Options struct {
	Store    store.Store
	Clock    fairlead.Clock
	Registry *connector.Registry
	Advancer Advancer
	// Events publishes what a login that is reset causes.
	Events lifecycle.Publisher
}

// Advancer moves a tenant's clock and runs what becomes due on the way (working.Advance).
type Advancer interface {
	Advance(ctx context.Context, tenant fairlead.TenantID, to time.Time) (now time.Time, done int, err error)
}

// ClockReading is a reading of a tenant's clock.
type ClockReading struct {
	Now    time.Time
	Frozen bool
}

// One move of a clock is at least a second, so that the time which flows
// meanwhile never passes its end, and at most twenty years.
const (
	shortest = time.Second
	longest  = 20 * 365 * 24 * time.Hour
)

// Simulating is the sandbox's controls. Make it with New.
type Simulating struct {
	o Options
}

// New makes a Simulating.
func New(o Options) *Simulating {
	if o.Clock == nil {
		o.Clock = fairlead.RealClock
	}
	return &Simulating{o}
}

// Clock reads a tenant's clock.
func (s *Simulating) Clock(ctx context.Context, tenant fairlead.TenantID) (ClockReading, error) {
	t, err := s.sandbox(ctx, tenant)
	if err != nil {
		return ClockReading{}, err
	}
	return ClockReading{Now: t.Time(s.o.Clock()), Frozen: !t.Frozen.IsZero()}, nil
}

// Advance moves a tenant's clock forward by a duration, running what becomes due
// on the way. It returns the tenant's time then and how many pieces of work were done.
func (s *Simulating) Advance(ctx context.Context, tenant fairlead.TenantID, by time.Duration) (now time.Time, done int, err error) {
	if by < shortest || by > longest {
		return time.Time{}, 0, fairlead.InvalidField("by", "range", "must be between one second and twenty years")
	}
	c, err := s.Clock(ctx, tenant)
	if err != nil {
		return time.Time{}, 0, err
	}
	return s.o.Advancer.Advance(ctx, tenant, c.Now.Add(by))
}

// AdvanceTo moves a tenant's clock forward to an instant, running what becomes
// due on the way. Going back is Invalid.
func (s *Simulating) AdvanceTo(ctx context.Context, tenant fairlead.TenantID, to time.Time) (now time.Time, done int, err error) {
	c, err := s.Clock(ctx, tenant)
	if err != nil {
		return time.Time{}, 0, err
	}
	if to.Sub(c.Now) > longest {
		return time.Time{}, 0, fairlead.InvalidField("to", "range", "must be at most twenty years ahead")
	}
	return s.o.Advancer.Advance(ctx, tenant, to)
}

// Bank is a connector that can be simulated: where it links, who there is, and what can be
// called up.
type Bank struct {
	Connector    string
	Institutions []fairlead.Institution
	Personas     []simulated.Persona
	Triggers     []simulated.Trigger
}

// Banks lists what can be simulated in the tenant.
func (s *Simulating) Banks(ctx context.Context, tenant fairlead.TenantID) (all []Bank, err error) {
	t, err := s.sandbox(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, simulator := range s.simulators() {
		d := simulator.(connector.Connector).Describe()
		bank := Bank{Connector: d.Name, Personas: simulator.Personas(), Triggers: simulator.Triggers()}
		for _, i := range d.Institutions {
			if i.Serves(t.Environment) && !i.OnlyFiles() {
				bank.Institutions = append(bank.Institutions, i)
			}
		}
		all = append(all, bank)
	}
	return all, nil
}

// Approvals lists what waits for somebody to say yes on another device, oldest first.
func (s *Simulating) Approvals(ctx context.Context, tenant fairlead.TenantID) ([]simulated.Approval, error) {
	if _, err := s.sandbox(ctx, tenant); err != nil {
		return nil, err
	}
	var all []simulated.Approval
	for _, simulator := range s.simulators() {
		waiting, err := simulator.Approvals(ctx, tenant)
		if err != nil {
			return nil, fmt.Errorf("simulating: listing approvals: %w", err)
		}
		all = append(all, waiting...)
	}
	slices.SortStableFunc(all, func(a, b simulated.Approval) int {
		return cmp.Or(a.Requested.Compare(b.Requested), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Decide gives or refuses an approval, or is NotFound.
func (s *Simulating) Decide(ctx context.Context, tenant fairlead.TenantID, id string, approve bool) error {
	if _, err := s.sandbox(ctx, tenant); err != nil {
		return err
	}
	for _, simulator := range s.simulators() {
		err := simulator.Decide(ctx, tenant, id, approve)
		switch {
		case fairlead.Is(err, fairlead.NotFound): // perhaps the next one's
		case err != nil:
			return fmt.Errorf("simulating: deciding an approval: %w", err)
		default:
			return nil
		}
	}
	return fairlead.Errorf(fairlead.NotFound, "Nothing of this id waits to be approved.")
}

// ResetLogin makes a connection need the person to sign in again, as if its institution
// had ended the consent. Conflict: it is disconnected, or a collection is under way,
// whose end would say otherwise.
func (s *Simulating) ResetLogin(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	if _, err := s.sandbox(ctx, tenant); err != nil {
		return err
	}
	err := s.o.Store.Update(ctx, func(tx *store.Tx) error {
		_, now, err := lifecycle.TenantNow(tx, tenant, s.o.Clock())
		if err != nil {
			return err
		}
		conn, err := tx.Connections.Get(tenant, string(id))
		if err == nil {
			err = conn.Found(ctx)
		}
		switch {
		case err != nil:
			return err
		case conn.Status == fairlead.ConnectionDisconnected:
			return fairlead.Errorf(fairlead.Conflict, "The connection has been disconnected.")
		case conn.Status == fairlead.ConnectionCollecting || len(conn.Waiting) > 0:
			return fairlead.Errorf(fairlead.Conflict, "The connection is being collected: try again when that has ended.")
		}
		ended := fairlead.Errorf(fairlead.ConsentEnded, "The login was reset.")
		events, err := lifecycle.NeedAction(tx, &conn, fairlead.NewProblem(ended, "", now))
		if err != nil {
			return err
		}
		if err := tx.Connections.Put(tenant, &conn); err != nil {
			return err
		}
		return lifecycle.Publish(tx, s.o.Events, events...)
	})
	if err != nil {
		return fmt.Errorf("simulating: resetting a login: %w", err)
	}
	return nil
}

// simulators are the connectors that can be simulated, in the order of names.
func (s *Simulating) simulators() []simulated.Simulator {
	all := s.o.Registry.All()
	slices.SortFunc(all, func(a, b connector.Connector) int { return cmp.Compare(a.Describe().Name, b.Describe().Name) })
	var found []simulated.Simulator
	for _, c := range all {
		if simulator, ok := c.(simulated.Simulator); ok {
			found = append(found, simulator)
		}
	}
	return found
}

// sandbox loads a tenant and refuses a live one.
func (s *Simulating) sandbox(ctx context.Context, id fairlead.TenantID) (t fairlead.Tenant, err error) {
	err = s.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Tenants.Get(id)
		return err
	})
	switch {
	case err != nil:
		return t, fmt.Errorf("simulating: reading a tenant: %w", err)
	case t.Environment != fairlead.Sandbox:
		return t, fairlead.Errorf(fairlead.Forbidden, "Only a sandbox can be simulated.")
	}
	return t, nil
}
