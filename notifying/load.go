package notifying

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	// fresh is how old what was loaded may be when it is posted: an endpoint that was
	// deleted, disabled or given another address is told nothing any more.
	fresh = time.Second
	// heavy is a kept body that is not held in memory while it waits.
	heavy = 64 << 10
)

// telling is one attempt of a notice: what it needs, and what came of it.
type telling struct {
	notice fairlead.Delivery // as it is kept
	retry  bool
	stream stream

	loaded    time.Time // real time; zero: not, or not whole
	address   string    // where it goes now
	happening EventContext
	endpoint  *fairlead.Endpoint
	keys      *keys
	gone      string // why there is nobody to tell any more

	rendered []byte          // a body that is not kept yet, during the attempt
	sealed   fairlead.Sealed // the same, where it is to be
	kept     chan error      // answers when it is
	result   tried
	moot     bool              // nothing came of it: it waits no more, or it was not made
	recorded fairlead.Delivery // what became of it; no ID: it is gone
	weight   int               // bytes of a heavy body, as its run counts them
}

// newTelling is the telling of a notice of which nothing else was read.
func newTelling(notice fairlead.Delivery) *telling {
	return &telling{notice: notice, stream: streamOf(notice), retry: !notice.First.IsZero(), address: notice.Destination.Address}
}

// keys are the opened secrets of an endpoint.
type keys struct {
	secrets []fairlead.Secret
	err     error
}

// reader reads, in one transaction, what planning and telling need; what several
// of them share is read once.
type reader struct {
	tx        *store.Tx
	began     time.Time // real time, before anything was read; zero where nothing is told of it
	parties   map[fairlead.ApplicationID]*party
	endpoints map[fairlead.EndpointID]*fairlead.Endpoint // nil: there is none
	events    map[fairlead.EventID]fairlead.Event        // read ahead
}

// party is an application of a tenant, and its endpoints that are not disabled.
type party struct {
	tenant      fairlead.Tenant
	application fairlead.Application
	endpoints   []fairlead.Endpoint
}

func newReader(tx *store.Tx) *reader {
	return &reader{tx: tx, parties: map[fairlead.ApplicationID]*party{}, endpoints: map[fairlead.EndpointID]*fairlead.Endpoint{}}
}

// happening loads what is needed of what an event is about. It is NotFound when
// the tenant or the application is gone.
func (r *reader) happening(e fairlead.Event, need Load) (h EventContext, err error) {
	p, ok := r.parties[e.Application]
	if !ok {
		if p, err = r.party(e.Tenant, e.Application); err != nil {
			return h, err
		}
		r.parties[e.Application] = p
	}
	h = EventContext{Event: e, Tenant: p.tenant, Application: p.application, Endpoints: p.endpoints}
	if need < LoadAll {
		return h, nil
	}
	if h.Link, err = about(r.tx.Links, e.Tenant, string(e.Link)); err != nil {
		return h, err
	}
	if h.Connection, err = about(r.tx.Connections, e.Tenant, string(e.Connection)); err != nil {
		return h, err
	}
	h.Consent, err = about(r.tx.Consents, e.Tenant, string(e.Consent))
	return h, err
}

func (r *reader) party(tenant fairlead.TenantID, id fairlead.ApplicationID) (p *party, err error) {
	p = &party{}
	if p.tenant, err = r.tx.Tenants.Get(tenant); err != nil {
		return p, err
	}
	if p.application, err = r.tx.Applications.Get(tenant, string(id)); err != nil {
		return p, err
	}
	p.endpoints, err = endpoints(r.tx, tenant, id)
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

// ahead reads the events of some notices at once, where they stand together.
func (r *reader) ahead(notices []fairlead.Delivery) error {
	r.events = nil
	if len(notices) < 2 {
		return nil
	}
	first, last := notices[0].Sequence, notices[0].Sequence // retries are in another order
	for _, n := range notices {
		first, last = min(first, n.Sequence), max(last, n.Sequence)
	}
	if last-first >= int64(2*len(notices)) {
		return nil
	}
	page, err := r.tx.Events.After(notices[0].Tenant, store.EventQuery{Sequence: first - 1, Limit: int(last-first) + 1})
	r.events = make(map[fairlead.EventID]fairlead.Event, len(page))
	for _, e := range page {
		r.events[e.ID] = e
	}
	return err
}

// load reads what the telling of a notice needs.
func (n *Notifying) load(r *reader, notice fairlead.Delivery) (*telling, error) {
	t := newTelling(notice)
	t.loaded = r.began
	event, ok := r.events[notice.Event]
	var err error
	if !ok {
		event, err = r.tx.Events.Get(notice.Tenant, notice.Event)
	}
	if err == nil {
		need := EventAlone
		if p, ok := n.planner(notice.Destination.Dialect); ok {
			need = max(need, n.needOf(p, event))
		}
		t.happening, err = r.happening(event, need)
	}
	if fairlead.Is(err, fairlead.NotFound) {
		t.gone = "the application or the event is gone"
		return t, nil
	}
	if err != nil || notice.Destination.Endpoint == "" {
		return t, err
	}
	return t, r.receiver(t)
}

// receiver loads the endpoint that a notice is for.
func (r *reader) receiver(t *telling) (err error) {
	id := t.notice.Destination.Endpoint
	endpoint, ok := r.endpoints[id]
	if !ok {
		if endpoint, err = about(r.tx.Endpoints, t.notice.Tenant, string(id)); err != nil {
			return err
		}
		r.endpoints[id] = endpoint
	}
	switch t.endpoint = endpoint; {
	case endpoint == nil:
		t.gone = "the endpoint was deleted"
	case endpoint.Disabled != "":
		t.gone = "the endpoint is disabled"
	default: // what waits goes where the application wants it now
		t.address = endpoint.Address
	}
	return nil
}

// loadAgain brings a telling up to date. It is moot when its notice waits no more,
// or was tried meanwhile: it is read again as the retry that it is. What can't be
// read is an attempt that failed.
func (n *Notifying) loadAgain(ctx context.Context, t *telling) error {
	var now *telling
	began := time.Now()
	err := n.store.View(ctx, func(tx *store.Tx) error {
		now = nil
		notice, err := tx.Deliveries.Get(t.notice.Tenant, string(t.notice.ID))
		if fairlead.Is(err, fairlead.NotFound) || err == nil && (notice.State != fairlead.DeliveryWaiting || triedSince(t.notice, notice)) {
			return nil
		}
		if err == nil {
			rd := newReader(tx)
			rd.began = began
			now, err = n.load(rd, notice)
		}
		return err
	})
	if unreadable(err) && ctx.Err() == nil {
		n.log.Error("what a notice is about can't be read", "notice", t.notice.ID, "error", err)
		t.result = n.unmade()
		return nil
	}
	if err != nil {
		return fmt.Errorf("notifying: loading %s: %w", t.notice.ID, err)
	}
	if t.moot = now == nil; t.moot {
		return nil
	}
	n.openKeys([]*telling{now})
	now.retry, now.stream = t.retry, t.stream // as it stands in its run
	*t = *now
	return nil
}

// unreadable tells whether an error is of what was read, and would come again,
// rather than of a store that can't answer now.
func unreadable(err error) bool {
	e, ok := errors.AsType[*fairlead.Error](err)
	return ok && e.Kind == fairlead.Internal
}

// triedSince tells whether another run, that had the lane meanwhile, tried a notice.
func triedSince(read, now fairlead.Delivery) bool {
	return !now.First.Equal(read.First) || !now.Next.Equal(read.Next)
}

// lighten leaves a heavy body in the store until its turn comes.
func (t *telling) lighten() {
	if len(t.notice.Body) > heavy {
		t.notice.Body, t.loaded = nil, time.Time{}
	}
}

// openKeys opens the secrets that tellings are signed with, those of an endpoint once.
func (n *Notifying) openKeys(tellings []*telling) {
	opened := map[fairlead.EndpointID]*keys{}
	for _, t := range tellings {
		e := t.signer()
		if e == nil {
			continue
		}
		if opened[e.ID] == nil {
			opened[e.ID] = n.open(*e)
		}
		t.keys = opened[e.ID]
	}
}

// signer is the endpoint whose secrets sign a notice, or nil.
func (t *telling) signer() *fairlead.Endpoint {
	id := t.notice.Destination.Signing.Endpoint
	switch {
	case t.notice.Destination.Signing.ApplicationKey, t.notice.Destination.Signing.Scheme == fairlead.SignNone, t.notice.Destination.Signing.Scheme == "":
		return nil
	case id == "", t.endpoint != nil && t.endpoint.ID == id:
		return t.endpoint
	}
	for i, other := range t.happening.Endpoints {
		if other.ID == id {
			return &t.happening.Endpoints[i]
		}
	}
	return nil
}

// open opens an endpoint's secrets, newest first; the older one until it retires.
func (n *Notifying) open(e fairlead.Endpoint) *keys {
	sealed := e.Secrets
	if len(sealed) > 1 && !n.clock().Before(e.Retiring) {
		sealed = sealed[:1]
	}
	k := &keys{}
	for _, s := range sealed {
		plain, err := n.vault.OpenRoot(vault.Owner{Tenant: e.Tenant, ID: string(e.ID)}, s)
		if err != nil {
			return &keys{err: fmt.Errorf("notifying: opening the secret of %s: %w", e.ID, err)}
		}
		k.secrets = append(k.secrets, fairlead.NewSecret(string(plain)))
	}
	return k
}
