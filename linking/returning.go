package linking

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// saved lists the connections of a returning person that can be read again
// without signing in, as far as the link wants their institutions.
func (l *Linking) saved(ctx context.Context, sc scene) (out []fairlead.Connection, err error) {
	choice := l.candidates(sc.tenant.Environment, sc.link.Spec)
	fits := func(c fairlead.Connection) bool {
		if fixed(sc.link.Spec) {
			return c.Institution == sc.link.Institution
		}
		return slices.ContainsFunc(choice, func(i fairlead.Institution) bool { return i.ID == c.Institution })
	}
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		out = nil
		all, err := tx.Connections.List(sc.tenant.ID, store.Query{
			Where: []store.Match{store.By(store.ByPerson, string(sc.link.Person))}, Limit: 1000,
		})
		for _, c := range all {
			well := c.Status == fairlead.ConnectionActive || c.Status == fairlead.ConnectionCollecting
			if well && len(c.Secrets) > 0 && !c.Uploaded && fits(c) && len(out) < maxConnections {
				out = append(out, c)
			}
		}
		return err
	})
	return out, in("looking for saved logins", err)
}

// relink takes saved connections into the link without signing in, and collects
// them anew.
func (l *Linking) relink(ctx context.Context, seen scene, saved []fairlead.Connection) error {
	if limit := seen.link.Spec.Limit; limit > 0 {
		saved = saved[:min(len(saved), limit)]
	}
	at := markOf(seen.link)
	sc, err := l.change(ctx, seen.place, func(tx *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		link := &sc.link
		for _, c := range saved {
			c.Link, c.Origin = link.ID, link.Origin
			c.Status = fairlead.ConnectionCollecting
			link.Institution = c.Institution
			if err := l.enqueue(tx, sc, &c, nil, true); err != nil {
				return err
			}
			if err := tx.Connections.Put(sc.tenant.ID, &c); err != nil {
				return err
			}
			link.Connections = append(slices.Clone(link.Connections), c.ID)
			e := sc.event(fairlead.ConnectionLinked)
			e.Connection, e.Consent, e.Status, e.Cause = c.ID, c.Consent, string(c.Status), fairlead.CauseRelink
			if err := l.o.Teller.Tell(tx, e); err != nil {
				return err
			}
			if err := audit(tx, sc.tenant.ID, sc.real, "person", "connection.relink", string(c.ID), sc.client); err != nil {
				return err
			}
		}
		link.Turns++
		link.Problem, link.Stage = nil, landed(link.Spec)
		return nil
	})
	if err != nil {
		return err
	}
	l.rest(ctx, sc)
	return nil
}

// retrieved leads on from the stage that waits for the data, when every
// connection of the link has been collected or has a problem.
func (l *Linking) retrieved(ctx context.Context, seen scene) error {
	waiting := false
	err := l.o.Store.View(ctx, func(tx *store.Tx) error {
		waiting = false
		for _, id := range seen.link.Connections {
			c, err := tx.Connections.Get(seen.tenant.ID, string(id))
			if err != nil {
				return err
			}
			waiting = waiting || c.Status == fairlead.ConnectionCollecting
		}
		return nil
	})
	if err != nil || waiting {
		return in("looking at a collection", err)
	}
	sc, err := l.change(ctx, seen.place, func(_ *store.Tx, sc *scene) error {
		if sc.link.Stage != fairlead.StageRetrieving {
			return moved()
		}
		sc.link.Stage = fairlead.StageResult
		return nil
	})
	if err != nil {
		return err
	}
	l.rest(ctx, sc)
	return nil
}
