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
			if well && len(c.Secrets) > 0 && !c.Uploaded && fits(c) && l.covers(sc, c) && len(out) < maxConnections {
				out = append(out, c)
			}
		}
		return err
	})
	return out, in("looking for saved logins", err)
}

// covers tells whether a connection was made for all that the link asks and its
// institution has: what the person never agreed to is not read on a saved login.
func (l *Linking) covers(sc scene, c fairlead.Connection) bool {
	i, err := l.o.Registry.Institution(sc.tenant.Environment, string(c.Institution))
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(asked(sc.link.Spec, i), func(p fairlead.Product) bool {
		_, made := c.Products[p]
		return i.Offers(p) && !made
	})
}

// relink takes saved connections into the link without signing in, all of them:
// the spec's limit is one of sign-ins. They are collected anew.
func (l *Linking) relink(ctx context.Context, seen scene, saved []fairlead.Connection) error {
	at := markOf(seen.link)
	sc, err := l.change(ctx, seen.place, func(tx *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		link := &sc.link
		for _, c := range saved {
			c.Link, c.Origin = link.ID, link.Origin
			link.Institution = c.Institution
			if err := l.enqueue(tx, sc, &c, nil, true); err != nil {
				return err
			}
			if err := tx.Connections.Put(sc.tenant.ID, &c); err != nil {
				return err
			}
			link.Connections = append(slices.Clone(link.Connections), c.ID)
			e := sc.event(fairlead.EventConnectionLinked)
			e.Connection, e.Consent, e.Status, e.Cause = c.ID, c.Consent, string(c.Status), fairlead.CauseRelink
			if err := l.o.Publisher.Publish(tx, e); err != nil {
				return err
			}
			if err := audit(ctx, tx, sc.tenant.ID, sc.real, "person", "connection.relink", string(c.ID), sc.client); err != nil {
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
// connection of the link has been collected or has a problem. Where none brought
// anything, the link has the problem.
func (l *Linking) retrieved(ctx context.Context, seen scene) error {
	waiting, brought := false, false
	var problem *fairlead.Problem
	err := l.o.Store.View(ctx, func(tx *store.Tx) error {
		waiting, brought, problem = false, false, nil
		for _, id := range seen.link.Connections {
			c, err := tx.Connections.Get(seen.tenant.ID, string(id))
			if err != nil {
				return err
			}
			waiting = waiting || underWay(c)
			if t := trouble(c); t == nil {
				brought = true
			} else if problem == nil {
				problem = t
			}
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
		if !brought {
			sc.link.Problem = problem
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.rest(ctx, sc)
	return nil
}

// underWay tells whether what a link wants of a connection is still being
// fetched. The first collection stands among the waiting ones only from its start.
func underWay(c fairlead.Connection) bool {
	switch {
	case c.Status == fairlead.ConnectionDisconnected || c.Status == fairlead.ConnectionNeedsAction:
		return false
	case len(c.Waiting) > 0:
		return true
	case c.Status != fairlead.ConnectionCollecting || c.Problem != nil:
		return false
	}
	for _, state := range c.Products {
		if state.Status == fairlead.ProductPending {
			return true
		}
	}
	return false
}

// trouble is why nothing came of a connection; nil when something did.
func trouble(c fairlead.Connection) (why *fairlead.Problem) {
	if c.Status == fairlead.ConnectionNeedsAction {
		return c.Problem
	}
	for _, p := range fairlead.Products() {
		switch state, asked := c.Products[p]; {
		case !asked || state.Status == fairlead.ProductUnavailable:
		case state.Problem == nil:
			return nil
		case why == nil:
			why = state.Problem
		}
	}
	return why
}
