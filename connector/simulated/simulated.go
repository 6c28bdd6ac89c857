// Package simulated is the port behind which make-believe institutions are steered:
// what only they can do, beside being a connector.
//
// It owns the contract. Whoever links without a page or gives approvals asks a
// connector for it; a connector of real institutions does not have it.
package simulated

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// Simulator is the optional power of a connector to play its own persons.
type Simulator interface {
	// Headless answers a step as the persona would: what to type, pick or approve.
	Headless(user, password string, s fairlead.Step) (fairlead.Answer, error)
	// Approvals lists what waits to be approved; Decide approves or refuses.
	Approvals(ctx context.Context, tenant fairlead.TenantID) ([]Approval, error)
	Decide(ctx context.Context, tenant fairlead.TenantID, id string, approve bool) error
	// Visit plays the person's visit at a Send's address and returns the query it comes back with.
	Visit(ctx context.Context, s connector.Env, user, password, address string) (map[string]string, error)
	// Personas lists who there is, and Triggers what is called up.
	Personas() []Persona
	Triggers() []Trigger
}

// Persona is a make-believe person by the user name that picks them. "good+ada" is another
// person of the same life.
type Persona struct {
	User string
	Life string // one sentence
}

// Trigger is a text that calls something up when it is typed as a password, or as the
// answer to a second factor.
type Trigger struct {
	Text    string // "<seconds>" and the like stand for what is put there
	Group   string
	Means   string // a sentence or more
	Refuses fairlead.ErrorKind
}

// Approval waits for somebody to say yes on another device.
type Approval struct {
	ID          string                 `json:"id"`
	Institution fairlead.InstitutionID `json:"institution_id"`
	User        string                 `json:"user"`
	What        string                 `json:"what"`
	Requested   time.Time              `json:"requested"`
}
