// Package sandbox is a country of make-believe banks: a connector whose
// institutions, people and failures exist only here.
//
// It owns the logins (login.go), the words that call up every second factor and
// failure (trigger.go), the institutions (institution.go) and how the lives of
// package world are told as records and documents (fetch.go, view_*.go,
// paper.go). Everything derives from the tenant's seed, the institution, the
// user name and the tenant's clock; the little that a bank's own server must
// remember (locked logins, approvals, consents, tokens) lies in a
// connector.Memory. It is also the connector to copy.
package sandbox

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// Name of the connector.
const Name = "sandbox"

// Options are what New leaves to choose.
type Options struct {
	// Time tells a sandbox tenant's time to the banks' own web pages, which a
	// browser visits without telling it. Nil: they use the time at which the
	// visit was begun.
	Time func(ctx context.Context, tenant fairlead.TenantID) (time.Time, error)
}

// Sandbox is the connector. Its fields never change after New but for what the
// world keeps to be quick.
type Sandbox struct {
	memory       connector.Memory
	options      Options
	world        *world.World
	institutions []institution
	triggers     []trigger
}

// New makes the make-believe country; what its banks remember is kept in memory.
func New(memory connector.Memory, options Options) *Sandbox {
	return &Sandbox{memory: memory, options: options, world: world.New(), institutions: institutions(), triggers: triggers()}
}

var (
	_ connector.Connector = (*Sandbox)(nil)
	_ connector.Simulator = (*Sandbox)(nil)
)

// Describe lists the institutions.
func (s *Sandbox) Describe() connector.Description {
	d := connector.Description{Name: Name}
	for _, i := range s.institutions {
		d.Institutions = append(d.Institutions, i.Institution)
	}
	return d
}

// institution finds one by id.
func (s *Sandbox) institution(id fairlead.InstitutionID) (institution, error) {
	for _, i := range s.institutions {
		if i.ID == id {
			return i, nil
		}
	}
	return institution{}, fairlead.Errorf(fairlead.NotFound, "The sandbox has no such institution.")
}

// customer is the person that a user name is at an institution. A tax id that
// the application gave becomes theirs, where it is of the right kind.
func (s *Sandbox) customer(at connector.Surroundings, i institution, user string, hints fairlead.PersonDetails) *world.Customer {
	taxID := hints.PersonalTaxID
	if world.PersonaOf(user).Company {
		taxID = hints.BusinessTaxID
	}
	return s.world.Customer(world.Seed{Text: at.Seed, Tenant: string(at.Tenant)}, i.bank, user, taxID)
}
