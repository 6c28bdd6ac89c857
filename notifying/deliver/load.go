package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// maxAge is how old what was loaded may be when it is posted: an endpoint that was
	// deleted, disabled or given another address is sent nothing any more.
	maxAge = time.Second
	// maxWaiting is the largest stored body that is in memory while it waits.
	maxWaiting = 64 << 10
)

// attempt is one attempt of a delivery: what it needs, and what came of it.
type attempt struct {
	delivery fairlead.Delivery // as it is stored
	retry    bool
	group    groupKey

	loaded   time.Time // real time; zero: not, or not whole
	address  string    // where it goes now
	message  Message
	receiver *receiver // at that address
	endpoint *fairlead.Endpoint
	signer   *fairlead.Endpoint // whose secrets sign
	keys     *keys

	sealed   fairlead.Sealed // a rendered body, where it is to be stored
	result   outcome
	err      error              // why nothing is decided
	recorded *fairlead.Delivery // what became of it; nil: it is gone
}

// keys are the opened secrets of an endpoint.
type keys struct {
	secrets []fairlead.Secret
	err     error
}

func newAttempt(d fairlead.Delivery) *attempt {
	return &attempt{delivery: d, group: groupOf(d), retry: !d.First.IsZero(), address: d.Destination.Address}
}

// bytes is what its bodies take while it waits to be recorded.
func (a *attempt) bytes() int { return len(a.delivery.Body) + len(a.sealed) }

// page is what was read.
type page struct {
	query           query
	firsts, retries []*attempt
	last            position // of the queue; zero: it has no more
	full            bool
	nextRetry       time.Time // tenant time
	err             error
}

// page reads what comes next in the queue and is not held yet, with all that
// attempts need. Where that of one can't be read, it reads the deliveries alone:
// each is loaded when it is attempted, and fails by itself.
func (r *run) page(q query) page {
	p := page{query: q}
	p.err = r.readPage(&p, true)
	if unreadable(p.err) && r.ctx.Err() == nil {
		r.o.Log.Error("some of what waits can't be read", "queue", r.work.Key, "error", p.err)
		p.err = r.readPage(&p, false)
	}
	return p
}

func (r *run) readPage(p *page, whole bool) error {
	wall, began, q := r.o.Clock(), time.Now(), p.query
	err := r.o.Store.View(r.ctx, func(tx *store.Tx) (err error) {
		*p = page{query: q}
		l := r.loader(tx)
		if len(q.arrivals) > 0 {
			p.firsts, p.last, err = l.loadArrivals(q.arrivals, whole, began)
			return err
		}
		tenant, err := tx.Tenants.Get(r.work.Tenant)
		if err != nil {
			return err
		}
		firsts, err := tx.Deliveries.FirstAttempts(tenant.ID, r.work.Key, fairlead.Delivery{Sequence: q.after.sequence, ID: q.after.id}, pageSize)
		if err != nil {
			return err
		}
		if p.full = len(firsts) == pageSize; len(firsts) > 0 {
			p.last = positionOf(firsts[len(firsts)-1])
		}
		if p.nextRetry, err = tx.Deliveries.NextRetry(tenant.ID, r.work.Key); err != nil {
			return err
		}
		var retries []fairlead.Delivery
		if now := tenant.Time(wall); q.retries && !p.nextRetry.IsZero() && !p.nextRetry.After(now) {
			if retries, err = tx.Deliveries.Retries(tenant.ID, r.work.Key, now, pageSize); err != nil {
				return err
			}
		}
		if p.firsts, err = l.loadAll(q.missing(firsts), whole, began); err == nil {
			p.retries, err = l.loadAll(q.missing(retries), whole, began)
		}
		return err
	})
	if err != nil {
		return err
	}
	all := slices.Concat(p.firsts, p.retries)
	r.openKeys(all)
	for _, a := range all {
		if len(a.delivery.Body) > maxWaiting {
			a.delivery.Body, a.loaded = nil, time.Time{}
		}
	}
	return nil
}

// missing are those that were not held when the page was asked for.
func (q query) missing(deliveries []fairlead.Delivery) []fairlead.Delivery {
	return slices.DeleteFunc(deliveries, func(d fairlead.Delivery) bool { return q.skip[d.ID] })
}

// loader loads, in one transaction, what attempts need; an endpoint once.
type loader struct {
	*Engine
	tx        *store.Tx
	endpoints map[fairlead.EndpointID]*fairlead.Endpoint // nil: there is none
	receivers map[receiverKey]*receiver
	events    map[fairlead.EventID]*fairlead.Event // that need not be read
}

// receiverKey is whose address something goes to, as one loader has the application.
type receiverKey struct {
	application *fairlead.Application
	address     string
}

func (e *Engine) loader(tx *store.Tx) loader {
	return loader{Engine: e, tx: tx, endpoints: map[fairlead.EndpointID]*fairlead.Endpoint{}, receivers: map[receiverKey]*receiver{}}
}

// loadArrivals loads what is not to be read of the queue itself.
func (l loader) loadArrivals(arrivals []arrival, whole bool, began time.Time) ([]*attempt, position, error) {
	deliveries := make([]fairlead.Delivery, len(arrivals))
	l.events = make(map[fairlead.EventID]*fairlead.Event, len(arrivals))
	for i, a := range arrivals {
		deliveries[i], l.events[a.event.ID] = *a.delivery, a.event
	}
	attempts, err := l.loadAll(deliveries, whole, began)
	return attempts, positionOf(deliveries[len(deliveries)-1]), err
}

// loadAll loads all, or, not whole, reads nothing for them yet.
func (l loader) loadAll(deliveries []fairlead.Delivery, whole bool, began time.Time) ([]*attempt, error) {
	attempts := make([]*attempt, len(deliveries))
	for i, d := range deliveries {
		attempts[i] = newAttempt(d)
	}
	if !whole || len(deliveries) == 0 {
		return attempts, nil
	}
	messages, err := l.o.Source.Load(l.tx, deliveries, l.events)
	if err != nil {
		return nil, err
	}
	for i, a := range attempts {
		a.message, a.loaded = messages[i], began
		if err := l.load(a); err != nil {
			return nil, err
		}
	}
	return attempts, nil
}

// load loads the endpoint that a delivery is for, and the one that signs, and judges
// where it goes.
func (l loader) load(a *attempt) (err error) {
	to, signer := a.delivery.Destination.Endpoint, a.delivery.Destination.Signing.Endpoint
	if to != "" {
		if a.endpoint, err = l.endpoint(a.delivery.Tenant, to); err != nil {
			return err
		}
		switch {
		case a.message.Gone != "":
		case a.endpoint == nil:
			a.message.Gone = "the endpoint was deleted"
		case a.endpoint.Disabled != "":
			a.message.Gone = "the endpoint is disabled"
		default: // what waits goes where the application wants it now
			a.address = a.endpoint.Address
		}
	}
	if a.message.Gone == "" {
		a.receiver = l.receiver(a.message.Application, a.address)
	}
	switch {
	case a.delivery.Destination.Signing.ApplicationKey, a.delivery.Destination.Signing.Scheme == fairlead.SignJWT, unsigned(a.delivery.Destination.Signing):
	case signer == "", signer == to:
		a.signer = a.endpoint
	default:
		other, err := l.endpoint(a.delivery.Tenant, signer)
		if err != nil {
			return err
		}
		if other != nil && other.Application == a.delivery.Application && other.Disabled == "" {
			a.signer = other
		}
	}
	return nil
}

func (l loader) receiver(app *fairlead.Application, address string) *receiver {
	key := receiverKey{app, address}
	if l.receivers[key] == nil {
		l.receivers[key] = l.receiverAt(app, address)
	}
	return l.receivers[key]
}

func (l loader) endpoint(tenant fairlead.TenantID, id fairlead.EndpointID) (*fairlead.Endpoint, error) {
	e, ok := l.endpoints[id]
	if !ok {
		var err error
		if e, err = endpointOf(l.tx, tenant, id); err != nil {
			return nil, err
		}
		l.endpoints[id] = e
	}
	return e, nil
}

// endpointOf reads an endpoint; nil: there is none (any more).
func endpointOf(tx *store.Tx, tenant fairlead.TenantID, id fairlead.EndpointID) (*fairlead.Endpoint, error) {
	e, err := tx.Endpoints.Get(tenant, string(id))
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &e, nil
}

// reload brings an attempt up to date. It reports whether the delivery still waits for
// it: one that was tried meanwhile is read again as the retry that it is. What can't
// be read is an attempt that failed.
func (e *Engine) reload(ctx context.Context, a *attempt) (waits bool, err error) {
	var current *attempt
	began := time.Now()
	err = e.o.Store.View(ctx, func(tx *store.Tx) error {
		current = nil
		d, err := tx.Deliveries.Get(a.delivery.Tenant, string(a.delivery.ID))
		if fairlead.Is(err, fairlead.NotFound) || err == nil && (d.State != fairlead.DeliveryWaiting || triedSince(a.delivery, d)) {
			return nil
		}
		if err != nil {
			return err
		}
		loaded, err := e.loader(tx).loadAll([]fairlead.Delivery{d}, true, began)
		if err == nil {
			current = loaded[0]
		}
		return err
	})
	switch {
	case unreadable(err) && ctx.Err() == nil:
		e.o.Log.Error("what a delivery is about can't be read", "delivery", a.delivery.ID, "error", err)
		a.result = e.failedAttempt()
		return true, nil
	case err != nil:
		return false, fmt.Errorf("deliver: loading %s: %w", a.delivery.ID, err)
	case current == nil:
		return false, nil
	}
	e.openKeys([]*attempt{current})
	current.retry, current.group = a.retry, a.group // as it stands in its run
	*a = *current
	return true, nil
}

// unreadable reports whether an error is of what was read, and would come again,
// rather than of a store that can't answer now.
func unreadable(err error) bool {
	e, ok := errors.AsType[*fairlead.Error](err)
	return ok && e.Kind == fairlead.Internal
}

// triedSince reports whether another run, that had the queue meanwhile, tried a delivery.
func triedSince(read, now fairlead.Delivery) bool {
	return !now.First.Equal(read.First) || !now.Next.Equal(read.Next)
}

// openKeys opens the secrets that attempts are signed with, those of an endpoint once.
func (e *Engine) openKeys(attempts []*attempt) {
	opened := map[fairlead.EndpointID]*keys{}
	for _, a := range attempts {
		if a.signer == nil {
			continue
		}
		if opened[a.signer.ID] == nil {
			opened[a.signer.ID] = e.open(*a.signer)
		}
		a.keys = opened[a.signer.ID]
	}
}

// open opens an endpoint's secrets, newest first; the older one until it retires.
func (e *Engine) open(endpoint fairlead.Endpoint) *keys {
	sealed := endpoint.Secrets
	if len(sealed) > 1 && !e.o.Clock().Before(endpoint.Retiring) {
		sealed = sealed[:1]
	}
	k := &keys{}
	for _, s := range sealed {
		plain, err := e.o.Vault.OpenRoot(sealing.EndpointLocation(endpoint), s)
		if err != nil {
			return &keys{err: fmt.Errorf("deliver: opening the secret of %s: %w", endpoint.ID, err)}
		}
		k.secrets = append(k.secrets, fairlead.NewSecret(string(plain)))
	}
	return k
}
