package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// spend notes what of the provider's slots a turn used up, before anything else of the
// turn is saved: it is used up even if the turn comes to nothing here.
func (v *Visit) spend(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	i, err := v.institution(ctx)
	if err != nil {
		return err
	}
	return in("noting slots that were used up", v.l.o.Store.Update(ctx, func(tx *store.Tx) error {
		return lifecycle.SpendSlots(tx, v.tenant.ID, i.Connector, names)
	}))
}

// slotless refuses a login that could not but use up a slot of the provider where it has
// none left. Whether one that goes on with a known connection does, the connector knows.
func slotless(s connector.Start, c connector.Connector) error {
	if s.Provider == nil || s.Provider.SlotsLeft != 0 || s.Saved != nil {
		return nil
	}
	known, err := s.Known()
	if err != nil || len(known) > 0 {
		return err
	}
	title := s.Institution.Connector
	if spec := c.Describe().Provider; spec != nil {
		title = spec.Title
	}
	return connector.NoSlots(title)
}
