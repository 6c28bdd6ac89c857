package taiki

import (
	"context"
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

// retrieval is what one opening of the modal brought, of every institution that it reached.
type retrieval struct {
	parts   []part
	brought int  // parts of which something came
	again   bool // it ended before, and was tried again
}

// part is what came of one institution.
type part struct {
	connection fairlead.Connection
	failed     []failedKind
	brought    bool
	why        fairlead.ErrorKind // where nothing came
}

// failedKind is a kind of documents that could not be read at all.
type failedKind struct {
	product fairlead.Product
	why     fairlead.ErrorKind
}

// why is the first reason why nothing came.
func (r *retrieval) why() string {
	for _, p := range r.parts {
		if p.why != "" {
			return string(p.why)
		}
	}
	return string(fairlead.Internal)
}

// retrievalOf reads what came of the retrieval that an event ends. nil: the end of
// another collection tells it, or nothing is left of it.
func (t *Taiki) retrievalOf(ctx context.Context, h notifying.EventContext) (*retrieval, error) {
	r := &retrieval{}
	for _, id := range h.Link.Connections {
		c, err := t.verbs.Reading.Connection(ctx, h.Tenant.ID, id)
		if fairlead.Is(err, fairlead.NotFound) || c.Status == fairlead.ConnectionDisconnected {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("taiki: reading a connection: %w", err)
		}
		ends, err := t.endsOf(ctx, h.Tenant.ID, id, *h.Link)
		if err != nil {
			return nil, err
		}
		if len(ends) == 0 || ends[len(ends)-1].Sequence > h.Event.Sequence {
			return nil, nil
		}
		r.again = r.again || id == h.Event.Connection && len(ends) > 1
		p, err := t.partOf(ctx, c, ends[len(ends)-1])
		if err != nil {
			return nil, err
		}
		if r.parts = append(r.parts, p); p.brought {
			r.brought++
		}
	}
	if len(r.parts) == 0 {
		return nil, nil
	}
	return r, nil
}

// endsOf are the ends of the collections that a link caused of a connection, in their
// order; none while the first is still under way.
func (t *Taiki) endsOf(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, link fairlead.Link) (ends []fairlead.Event, err error) {
	var query notifying.EventQuery
	query.Subject, query.Kinds, query.From, query.Limit = string(id), []fairlead.EventKind{fairlead.EventCollectionFinished}, link.Created, 200
	for {
		page, err := t.verbs.Notifying.Events(ctx, tenant, query)
		if err != nil {
			return nil, fmt.Errorf("taiki: looking for a retrieval's end: %w", err)
		}
		for _, e := range page {
			if e.Link == link.ID && attended(e) {
				ends = append(ends, e)
			}
		}
		if len(page) < query.Limit {
			return ends, nil
		}
		query.Sequence = page[len(page)-1].Sequence
	}
}

// partOf judges a collection by what it did, whatever became of the connection since:
// a retry of the second day tells the same.
func (t *Taiki) partOf(ctx context.Context, c fairlead.Connection, end fairlead.Event) (part, error) {
	p := part{connection: c}
	page, err := t.verbs.Reading.Collections(ctx, c.Tenant, c.ID, "", 500)
	if err != nil {
		return p, fmt.Errorf("taiki: reading collections: %w", err)
	}
	i := slices.IndexFunc(page.Data, func(col fairlead.Collection) bool { return col.ID == end.Collection })
	if i < 0 { // pruned
		p.brought, p.why = end.Status != failed, end.Why
		return p, nil
	}
	read := false
	for _, product := range documentProducts() {
		state, wanted := c.Products[product]
		counts, ran := page.Data[i].Products[product]
		switch {
		case !ran && wanted && state.Status != fairlead.ProductUnavailable && end.Why != "": // the login was refused before its turn
			p.failed = append(p.failed, failedKind{product, end.Why})
		case !ran: // the institution does not offer it
		case counts.Problem == nil:
			read = true
		case counts.Problem.Kind != fairlead.Unsupported && counts.Problem.Kind != fairlead.Forbidden:
			p.failed = append(p.failed, failedKind{product, counts.Problem.Kind})
		}
	}
	if p.brought = read || len(p.failed) == 0 && end.Status != failed; !p.brought {
		p.why = end.Why
		if len(p.failed) > 0 {
			p.why = p.failed[0].why
		}
	}
	return p, nil
}
