// Package sandbox is a country of make-believe banks: a connector whose
// institutions, people and failures exist only here.
//
// It owns the logins (login.go, redirect.go), the triggers that call up every second
// factor and failure (trigger.go, faults.go), the institutions (institution.go) and how
// the lives of package world become records and documents (fetch.go and a file per
// noun). Its children are the world, the bank with pages of its own, the press for
// papers, and the key-value store for the little that a bank's own server must remember
// (locked logins, approvals, consents, tokens). Everything else derives from the
// tenant's seed, the institution, the user name and the tenant's clock.
package sandbox

import (
	"context"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

// Name of the connector.
const Name = "sandbox"

// Options are what New leaves to choose.
type Options struct {
	// Time is a sandbox tenant's, for the banks' own web pages, which a
	// browser visits without naming it. Nil: they use the time at which the
	// visit was begun.
	Time func(ctx context.Context, tenant fairlead.TenantID) (time.Time, error)
}

// Sandbox is the connector. Its fields never change after New but for what the
// world caches.
type Sandbox struct {
	memory       kv.Store
	options      Options
	world        *world.World
	institutions []institution
	triggers     []trigger
}

// NewMemory makes an empty memory in this process.
func NewMemory() kv.Store { return kv.InProcess() }

// New makes the make-believe country; what its banks remember is stored in memory.
func New(memory kv.Store, options Options) *Sandbox {
	return &Sandbox{memory: memory, options: options, world: world.New(), institutions: institutions(), triggers: triggers()}
}

var (
	_ connector.Connector = (*Sandbox)(nil)
	_ simulated.Simulator = (*Sandbox)(nil)
	_ connector.Renewer   = (*Sandbox)(nil)
	_ connector.Revoker   = (*Sandbox)(nil)
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

// customer is the person that a user name is at an institution. A tax id that the
// application gave becomes theirs; a company's alone makes a company of anybody.
func (s *Sandbox) customer(at connector.Env, i institution, user string, hints fairlead.PersonDetails) *world.Customer {
	p := world.PersonaOf(user)
	taxID := taxIDOf(i.Country, false, hints.PersonalTaxID)
	company := taxIDOf(i.Country, true, hints.BusinessTaxID)
	if !p.Company && taxID == "" && company != "" && !p.Empty {
		p = world.PersonaOf("business")
	}
	if p.Company {
		taxID = company
	}
	return s.world.Customer(world.Seed{Text: at.Seed, Tenant: string(at.Tenant)}, i.bank, user, p, taxID)
}

// taxIDOf is a tax id without punctuation, if it has the length of the country's.
func taxIDOf(country string, company bool, id string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(id) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		}
	}
	want := 9
	if country == "BR" {
		want = 11
		if company {
			want = 14
		}
	}
	if b.Len() != want {
		return ""
	}
	return b.String()
}
