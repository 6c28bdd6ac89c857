package fairlead

import "time"

// Environment says whether a tenant meets make-believe or real institutions.
type Environment string

const (
	Sandbox Environment = "sandbox" // make-believe banks, virtual time
	Live    Environment = "live"    // real institutions, real time only
)

// Tenant is the isolation boundary: nothing crosses it.
type Tenant struct {
	ID          TenantID    `json:"id"`
	Name        string      `json:"name"` // unique on the server
	Environment Environment `json:"environment"`
	Seed        string      `json:"seed,omitempty"` // what a sandbox derives its ids and its world from
	// The tenant's own time (sandbox only): real time plus Offset, or standing still at Frozen.
	Offset  time.Duration `json:"offset,omitempty"`
	Frozen  time.Time     `json:"frozen,omitzero"`
	Sharing Sharing       `json:"sharing,omitempty"` // of connections among its applications
	Created time.Time     `json:"created"`           // real time
	Deleted time.Time     `json:"deleted,omitzero"`  // real time: nothing of it can be used, and its audit trail stays
	Version int64         `json:"-"`
}

// Time is the tenant's time at a real instant. Links, codes, tokens, document
// addresses, consents, schedules and retries follow it.
func (t Tenant) Time(wall time.Time) time.Time {
	switch {
	case t.Environment != Sandbox:
		return wall
	case !t.Frozen.IsZero():
		return t.Frozen
	}
	return wall.Add(t.Offset)
}

// Move sets the tenant's clock to an instant. Going back is refused: what has
// happened in a sandbox stays happened.
func (t *Tenant) Move(to, wall time.Time) error {
	if t.Environment != Sandbox {
		return Errorf(Forbidden, "Only a sandbox tenant has a clock that moves.")
	}
	if to.Before(t.Time(wall)) {
		return InvalidField("to", "range", "must not be before the clock's present time")
	}
	if !t.Frozen.IsZero() {
		t.Frozen = to
		return nil
	}
	t.Offset = to.Sub(wall)
	return nil
}

// ID gives the identifier of a thing with a natural key: derived from the seed
// in a sandbox, so that the same seed gives the same data; random and sortable
// elsewhere. parts begin with person, institution and login.
func (t Tenant) IDFor(prefix string, now time.Time, parts ...string) string {
	if t.Environment == Sandbox && t.Seed != "" {
		return DerivedID(prefix, t.Seed, append([]string{string(t.ID)}, parts...)...)
	}
	return NewID(prefix, now)
}
