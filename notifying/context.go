package notifying

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/notifying/deliver"
	"github.com/fairlead-dev/fairlead/store"
)

// Router is a dialect's outbound face.
type Router interface {
	Name() string
	// Route names the destinations of an event. It runs inside the event's transaction
	// and therefore is pure: no I/O, no clock.
	Route(c EventContext) []fairlead.Destination
	// Render makes the body of one delivery. It runs outside any transaction and may
	// read. A nil body means that there is nothing to deliver after all.
	Render(ctx context.Context, c EventContext, d fairlead.Delivery) ([]byte, error)
}

// Load says what of an EventContext a dialect looks at, besides the event itself.
type Load int

const (
	Nothing    Load = iota // it names no destination: its Route is not called
	EventAlone             // the tenant, the application and its endpoints
	LoadAll                // the link, the connection and the consent, too
)

// LoadHint is a Router that says by an event alone what it needs to route and to
// render it; what it does not need is not read for its sake. One that does not
// say is given all.
type LoadHint interface {
	Needs(e fairlead.Event) Load
}

// EventContext is an event with what it is about; what does not apply is nil.
type EventContext struct {
	Event       fairlead.Event
	Tenant      fairlead.Tenant
	Application fairlead.Application
	Link        *fairlead.Link
	Connection  *fairlead.Connection
	Consent     *fairlead.Consent
	Endpoints   []fairlead.Endpoint // the application's, not disabled
	// Note reads a note of a dialect into a value, in the transaction that routes the event:
	// false: there is none. Nil while rendering.
	Note func(dialect, key string, into any) bool
}

// Settings decodes the application's settings of a dialect into v; absent ones leave v alone.
func (c EventContext) Settings(dialect string, v any) error {
	raw, ok := c.Application.Settings[dialect]
	if !ok {
		return nil
	}
	return json.Unmarshal(raw, v)
}

// router finds a dialect's outbound face.
func (n *Notifying) router(dialect string) (Router, bool) {
	for _, r := range n.routers {
		if r.Name() == dialect {
			return r, true
		}
	}
	return nil, false
}

// need is what the most curious dialect needs of an event.
func (n *Notifying) need(e fairlead.Event) Load {
	need := Nothing
	for _, r := range n.routers {
		need = max(need, n.needOf(r, e))
	}
	return need
}

// needOf is what one dialect needs. One that panics is given all, too.
func (n *Notifying) needOf(r Router, e fairlead.Event) (need Load) {
	hint, ok := r.(LoadHint)
	if !ok {
		return LoadAll
	}
	defer func() {
		if recover() != nil {
			n.log.Error("a dialect panicked over what an event needs", "dialect", r.Name(), "kind", e.Kind, "event", e.ID, "stack", string(debug.Stack()))
			need = LoadAll
		}
	}()
	return hint.Needs(e)
}

// loader loads, in one transaction, what routing and rendering need; what several
// events share is read once.
type loader struct {
	tx      *store.Tx
	known   lifecycle.Known // is not read
	parties map[fairlead.ApplicationID]*party
}

// party is an application of a tenant, and its endpoints that are not disabled.
type party struct {
	tenant      fairlead.Tenant
	application fairlead.Application
	endpoints   []fairlead.Endpoint
}

func (p *party) context(e fairlead.Event) EventContext {
	return EventContext{Event: e, Tenant: p.tenant, Application: p.application, Endpoints: p.endpoints}
}

func newLoader(tx *store.Tx) *loader {
	return &loader{tx: tx}
}

// context loads what is needed of what an event is about. It is NotFound when the
// tenant or the application is gone.
func (l *loader) context(e fairlead.Event, need Load) (c EventContext, err error) {
	p, ok := l.parties[e.Application]
	if !ok {
		if p, err = l.party(e.Tenant, e.Application); err != nil {
			return c, err
		}
		if l.parties == nil {
			l.parties = map[fairlead.ApplicationID]*party{}
		}
		l.parties[e.Application] = p
	}
	if c = p.context(e); need < LoadAll {
		return c, nil
	}
	if k := l.known.Link; k != nil && k.ID == e.Link {
		c.Link = k
	} else if c.Link, err = about(l.tx.Links, e.Tenant, string(e.Link)); err != nil {
		return c, err
	}
	if c.Connection, err = about(l.tx.Connections, e.Tenant, string(e.Connection)); err != nil {
		return c, err
	}
	c.Consent, err = about(l.tx.Consents, e.Tenant, string(e.Consent))
	return c, err
}

func (l *loader) party(tenant fairlead.TenantID, id fairlead.ApplicationID) (p *party, err error) {
	p = &party{}
	if k := l.known; k.Tenant.ID == tenant && k.Application.ID == id {
		p.tenant, p.application = k.Tenant, k.Application
	} else {
		if p.tenant, err = l.tx.Tenants.Get(tenant); err != nil {
			return p, err
		}
		if p.application, err = l.tx.Applications.Get(tenant, string(id)); err != nil {
			return p, err
		}
	}
	p.endpoints, err = endpoints(l.tx, tenant, id)
	p.endpoints = slices.DeleteFunc(p.endpoints, func(e fairlead.Endpoint) bool { return e.Disabled != "" })
	return p, err
}

// about loads one noun; nil when there is none (any more).
func about[T any](from store.Table[T], tenant fairlead.TenantID, id string) (*T, error) {
	if id == "" {
		return nil, nil
	}
	noun, err := from.Get(tenant, id)
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &noun, nil
}

// source gives the delivery engine the messages of dialects.
type source struct{ *Notifying }

func (s source) Load(tx *store.Tx, deliveries []fairlead.Delivery, events map[fairlead.EventID]*fairlead.Event) (_ []deliver.Message, err error) {
	if events == nil {
		if events, err = eventsOf(tx, deliveries); err != nil {
			return nil, err
		}
	}
	l := newLoader(tx)
	messages := make([]deliver.Message, len(deliveries))
	for i, d := range deliveries {
		event, ok := events[d.Event]
		if !ok {
			var read fairlead.Event
			read, err = tx.Events.Get(d.Tenant, d.Event)
			event = &read
		}
		if err == nil {
			messages[i], err = s.message(l, event, d.Destination.Dialect)
		}
		if fairlead.Is(err, fairlead.NotFound) {
			messages[i], err = deliver.Message{Gone: "the application or the event is gone"}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return messages, nil
}

func (s source) message(l *loader, event *fairlead.Event, dialect string) (m deliver.Message, err error) {
	r, spoken := s.router(dialect)
	need := EventAlone
	if spoken {
		need = max(need, s.needOf(r, *event))
	}
	c, err := l.context(*event, need)
	if err != nil {
		return m, err
	}
	p := l.parties[event.Application] // which the deliveries of a page share
	m.Application = &p.application
	if !spoken {
		m.Gone = "the dialect is not spoken any more"
		return m, nil
	}
	link, connection, consent := c.Link, c.Connection, c.Consent
	m.Render = func(ctx context.Context, d fairlead.Delivery) ([]byte, error) {
		c := p.context(*event)
		c.Link, c.Connection, c.Consent = link, connection, consent
		return r.Render(ctx, c, d)
	}
	return m, nil
}

// eventsOf reads the events of some deliveries at once, where they stand together.
func eventsOf(tx *store.Tx, deliveries []fairlead.Delivery) (map[fairlead.EventID]*fairlead.Event, error) {
	if len(deliveries) < 2 {
		return nil, nil
	}
	first, last := deliveries[0].Sequence, deliveries[0].Sequence // retries are in another order
	for _, d := range deliveries {
		first, last = min(first, d.Sequence), max(last, d.Sequence)
	}
	if last-first >= int64(2*len(deliveries)) {
		return nil, nil
	}
	page, err := tx.Events.After(deliveries[0].Tenant, store.EventQuery{Sequence: first - 1, Limit: int(last-first) + 1})
	events := make(map[fairlead.EventID]*fairlead.Event, len(page))
	for _, e := range page {
		events[e.ID] = &e
	}
	return events, err
}
