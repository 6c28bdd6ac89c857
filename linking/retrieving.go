package linking

import (
	"cmp"
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// retrieved leads on from the stage that waits for the data, when every
// connection of the link has been collected or has a problem; false: not yet.
// Where none brought anything, the link has the problem.
func (v *Visit) retrieved(ctx context.Context) (bool, error) {
	waiting, brought := false, false
	var problem *fairlead.Problem
	err := v.l.o.Store.View(ctx, func(tx *store.Tx) error {
		waiting, brought, problem = false, false, nil
		for _, id := range v.link.Connections {
			c, err := tx.Connections.Get(v.tenant.ID, string(id))
			if err != nil {
				return err
			}
			waiting = waiting || collecting(c)
			if p := whyNothing(c, v.link); p == nil {
				brought = true
			} else if problem == nil {
				problem = p
			}
		}
		return nil
	})
	if err != nil || waiting {
		return false, in("looking at a collection", err)
	}
	err = v.change(ctx, func(_ *store.Tx, s *state) error {
		if s.link.Stage != fairlead.StageRetrieving {
			return moved()
		}
		s.link.Stage = fairlead.StageResult
		if !brought {
			s.link.Problem = problem
		}
		return nil
	})
	return err == nil, err
}

// collecting reports whether what a link wants of a connection is still being
// fetched. The first collection stands among the waiting ones only from its start.
func collecting(c fairlead.Connection) bool {
	switch {
	case c.Status == fairlead.ConnectionDisconnected || c.Status == fairlead.ConnectionNeedsAction:
		return false
	case len(c.Waiting) > 0:
		return true
	case c.Status != fairlead.ConnectionCollecting || c.Problem != nil:
		return false
	}
	for _, p := range c.Products {
		if p.Status == fairlead.ProductPending {
			return true
		}
	}
	return false
}

// whyNothing is why nothing that the link is for came of a connection; nil when
// something did, or the person has none of it.
func whyNothing(c fairlead.Connection, link fairlead.Link) (why *fairlead.Problem) {
	for _, p := range fairlead.Products() {
		state, wanted := c.Products[p]
		if !wanted || state.Status == fairlead.ProductUnavailable || len(link.Spec.Essential) > 0 && !slices.Contains(link.Spec.Essential, p) {
			continue
		}
		missed := c.Missed(p, link.Created)
		if missed == nil {
			return nil
		}
		why = cmp.Or(why, missed)
	}
	if c.Status == fairlead.ConnectionNeedsAction {
		return c.Problem
	}
	return why
}
