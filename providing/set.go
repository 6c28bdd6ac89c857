package providing

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// tryTime bounds the one call that tries keys, real time.
const tryTime = 30 * time.Second

// SetRequest is a provider as it is to be. What is left out stays as it was.
type SetRequest struct {
	Connector string
	Fields    map[string]fairlead.Secret // by name of the connector's ProviderSpec; "" takes one back
	Base      *string                    // of the service; "": the usual one
	Priority  *int
}

// Set creates or changes a tenant's provider of a connector. Keys that are new, or meet
// other settings, are tried once at the service before anything is stored: what it says
// against them is Invalid, with its sentence. What the service can't say now
// (InstitutionDown, SlowDown) leaves everything as it was.
func (p *Providing) Set(ctx context.Context, tenant fairlead.TenantID, r SetRequest) (out fairlead.Provider, err error) {
	err = store.Retry(ctx, p.o.Store, func() error {
		out, err = p.set(ctx, tenant, r)
		return err
	})
	return out, in("setting a provider", err)
}

func (p *Providing) set(ctx context.Context, tenant fairlead.TenantID, r SetRequest) (fairlead.Provider, error) {
	c, spec, err := p.provided(r.Connector)
	if err != nil {
		return fairlead.Provider{}, err
	}
	t, stored, err := p.present(ctx, tenant, r.Connector)
	if err != nil {
		return stored, err
	}
	if !serves(c.Describe(), t.Environment) {
		return stored, fairlead.InvalidField("connector", "unknown", "is for sandbox tenants only")
	}
	before := filled{settings: stored.Settings}
	if before.keys, err = p.keys(stored); err != nil {
		return stored, err
	}
	after, err := fill(spec, before, r.Fields)
	if err != nil {
		return stored, err
	}
	next := stored
	next.Settings = after.settings
	if err := p.address(t, &next, r); err != nil {
		return stored, err
	}
	fresh := next.ID == ""
	instant := p.o.Clock()
	if fresh {
		next.ID, next.Created = fairlead.ProviderID(fairlead.NewID("prv", instant)), instant
	}
	changed := fresh || next.Base != stored.Base || !maps.Equal(next.Settings, stored.Settings) || !same(after.keys, before.keys)
	if changed {
		if err := p.try(ctx, t, c, spec, &next, after.keys); err != nil {
			return stored, refused(err)
		}
		if next.Keys, err = p.seal(next, after.keys); err != nil {
			return stored, err
		}
		next.Directory.Problem, next.ResetsAt = nil, time.Time{}
	}
	err = p.o.Store.Update(ctx, func(tx *store.Tx) error {
		written := next
		if err := p.write(ctx, tx, stored, &written, "provider.set", changed); err != nil {
			return err
		}
		next = written
		return nil
	})
	return next, err
}

// provided is a connector that takes a provider, and what it declares.
func (p *Providing) provided(name string) (able, connector.ProviderSpec, error) {
	c, err := p.o.Registry.Connector(name)
	if err != nil {
		return nil, connector.ProviderSpec{}, fairlead.InvalidField("connector", "unknown", "is no connector of this server")
	}
	provided, ok := c.(able)
	spec := c.Describe().Provider
	if !ok || spec == nil {
		return nil, connector.ProviderSpec{}, fairlead.InvalidField("connector", "unknown", "needs no provider: people bring what it takes")
	}
	return provided, *spec, nil
}

// able is a connector that takes a provider.
type able interface {
	connector.Connector
	connector.Provided
}

// serves reports whether a connector reaches anything for tenants of an environment. A
// sandbox tenant's calls may stay on this server.
func serves(d connector.Description, e fairlead.Environment) bool {
	return e == fairlead.Sandbox || len(d.Hosts) > 0 || d.Provider != nil && len(d.Provider.Hosts[e]) > 0
}

// present is the tenant and its provider of a connector; a new one where there is none.
func (p *Providing) present(ctx context.Context, tenant fairlead.TenantID, name string) (t fairlead.Tenant, stored fairlead.Provider, err error) {
	err = p.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		stored, err = tx.Providers.Find(tenant, store.By(store.ByConnector, name))
		if fairlead.Is(err, fairlead.NotFound) {
			stored, err = fairlead.Provider{Tenant: tenant, Connector: name, Environment: t.Environment}, nil
		}
		return err
	})
	return t, stored, err
}

// address takes over the base address and the priority.
func (p *Providing) address(t fairlead.Tenant, next *fairlead.Provider, r SetRequest) error {
	if r.Priority != nil {
		if *r.Priority < 0 || *r.Priority > 1000 {
			return fairlead.InvalidField("priority", "range", "must be a whole number from 0 to 1000")
		}
		next.Priority = *r.Priority
	}
	if r.Base == nil || *r.Base == "" {
		if r.Base != nil {
			next.Base = ""
		}
		return nil
	}
	base, err := checkBase(*r.Base)
	if err != nil {
		return err
	}
	if p.o.Reaches != nil {
		if err := p.o.Reaches(t.Environment, next.Connector, base); err != nil {
			return fairlead.InvalidField("base", "range", err.Error())
		}
	}
	next.Base = base
	return nil
}

func same(a, b map[string]fairlead.Secret) bool {
	return maps.EqualFunc(a, b, func(a, b fairlead.Secret) bool { return a.Reveal() == b.Reveal() })
}

// try calls the service once with keys and writes into the provider what it says of them.
func (p *Providing) try(ctx context.Context, t fairlead.Tenant, c able, spec connector.ProviderSpec, of *fairlead.Provider, keys map[string]fairlead.Secret) error {
	bounded, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	report, err := c.Try(bounded, p.o.Env(t, of.Connector, p.handed(spec, *of, keys)))
	of.Tried = p.o.Clock()
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		err = &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: spec.Title + " did not answer in time. Try again in a while.", Err: err}
	}
	if err != nil {
		return failure(spec, err)
	}
	of.Problem, of.Slots.Limit, of.KeysExpire, of.Redirect = nil, report.Slots, report.KeysExpire, report.Redirect
	return nil
}

// failure makes sure that what a service answered says something to an operator.
func failure(spec connector.ProviderSpec, err error) error {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: spec.Title + " could not be reached, or did not answer as it should. Try again in a while.", Err: err}
	}
	worded := *e
	worded.Err = err
	if e.Kind == fairlead.InstitutionDown && e.Code == "" && e.Actor == "" && unanswered(err) {
		worded.Detail = spec.Title + " can't be reached from this server at the moment. Check that this server may call it (DNS, firewall, proxy), and try again in a while."
		return &worded
	}
	if e.Detail != "" {
		return err
	}
	switch e.Kind {
	case fairlead.Unauthenticated:
		worded.Detail = spec.Title + " does not know these keys. Compare them with those in its console" + at(spec) + "."
	case fairlead.Forbidden:
		worded.Detail = spec.Title + " knows these keys, but they may not be used for this: look for their environment and what is enabled in its console" + at(spec) + "."
	case fairlead.SlowDown:
		worded.Detail = spec.Title + " takes no more calls with these keys for now."
	default:
		worded.Detail = spec.Title + " could not be reached, or did not answer as it should. Try again in a while."
	}
	return &worded
}

// unanswered reports whether a call failed on its way: no name, no route, no answer in time.
func unanswered(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok
}

func at(spec connector.ProviderSpec) string {
	if spec.Console == "" {
		return ""
	}
	return ", " + spec.Console
}

// refused is what a service says against keys as an answer to whoever sets them: the keys
// are wrong, not who calls.
func refused(err error) error {
	switch fairlead.KindOf(err) {
	case fairlead.Unauthenticated, fairlead.Forbidden, fairlead.ConsentEnded, fairlead.ActionNeeded, fairlead.RejectedLogin:
		e, _ := errors.AsType[*fairlead.Error](err)
		return &fairlead.Error{
			Kind: fairlead.Invalid, Detail: e.Detail, Actor: fairlead.ActorOperator, Err: err,
			Fields: []fairlead.Field{{Name: "fields", Code: "refused", Reason: e.Detail}},
		}
	}
	return err
}

// write stores a provider, as it was read, with what follows from its change. refresh has
// its directory read anew.
func (p *Providing) write(ctx context.Context, tx *store.Tx, read fairlead.Provider, of *fairlead.Provider, action string, refresh bool) error {
	instant := p.o.Clock()
	_, now, err := lifecycle.TenantNow(tx, of.Tenant, instant)
	if err != nil {
		return err
	}
	if of.Version != 0 { // slots and the directory go on while a service is called
		stored, err := tx.Providers.Get(of.Tenant, string(of.ID))
		if err != nil {
			return err
		}
		if !bytes.Equal(stored.Keys, read.Keys) || !maps.Equal(stored.Settings, read.Settings) || stored.Base != read.Base || stored.Priority != read.Priority {
			return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The provider was changed at the same time.", Err: store.ErrStale}
		}
		limit, problem := of.Slots.Limit, of.Directory.Problem
		of.Slots, of.Directory, of.Version = stored.Slots, stored.Directory, stored.Version
		of.Slots.Limit, of.Directory.Problem = limit, problem
	}
	if refresh {
		of.Directory.Begin(instant)
	}
	if err := tx.Providers.Put(of.Tenant, of); err != nil {
		return err
	}
	if refresh {
		if err := tx.Work.Due(refreshWork(*of, now)); err != nil {
			return err
		}
	}
	return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: of.Tenant, At: instant, Action: action, Subject: string(of.ID)})
}

// TryAgain calls the service once with the stored keys and stores what it says. A refusal
// is no error of this call: it stands in the answer's Problem.
func (p *Providing) TryAgain(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) (out fairlead.Provider, err error) {
	err = store.Retry(ctx, p.o.Store, func() error {
		out, err = p.tryAgain(ctx, tenant, id)
		return err
	})
	return out, in("trying a provider", err)
}

func (p *Providing) tryAgain(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) (fairlead.Provider, error) {
	t, stored, err := p.read(ctx, tenant, id)
	if err != nil {
		return stored, err
	}
	c, spec, err := p.provided(stored.Connector)
	if err != nil {
		return stored, err
	}
	keys, err := p.keys(stored)
	if err != nil {
		return stored, err
	}
	next := stored
	failed := p.reaches(t, stored)
	if failed == nil {
		failed = p.try(ctx, t, c, spec, &next, keys)
	}
	if ctx.Err() != nil {
		return stored, ctx.Err()
	}
	mended := stored.Problem != nil || stored.Directory.Problem != nil
	if failed != nil {
		next.Problem = p.problem(failed, stored.Problem)
		next.ResetsAt = latest(next.ResetsAt, p.resets(failed))
	} else {
		next.ResetsAt, next.Directory.Problem = time.Time{}, nil
	}
	err = p.o.Store.Update(ctx, func(tx *store.Tx) error {
		written := next
		if err := p.write(ctx, tx, stored, &written, "provider.try", failed == nil && mended); err != nil {
			return err
		}
		next = written
		return nil
	})
	return next, err
}

// problem describes what a service met with, since when.
func (p *Providing) problem(err error, before *fairlead.Problem) *fairlead.Problem {
	instant := p.o.Clock()
	out := fairlead.NewProblem(err, "", instant)
	switch out.Kind {
	case fairlead.Unauthenticated, fairlead.Forbidden, fairlead.Unsupported, fairlead.Invalid, fairlead.ActionNeeded, fairlead.ConsentEnded:
		out.Actor = fairlead.ActorOperator
	}
	out.Where = ""
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		out.Detail = e.Detail
	}
	out.Detail = cmp.Or(out.Detail, fmt.Sprintf("The service could not be called (%s).", out.Kind))
	if before != nil && before.Kind == out.Kind {
		out.Since = before.Since
	}
	out.RetryAfter = p.resets(err)
	return &out
}

// resets is until when a service takes no more calls, as an error says it; zero: it does not.
func (p *Providing) resets(err error) time.Time {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.RetryAfter <= 0 || e.Kind != fairlead.SlowDown && e.Kind != fairlead.RateLimited {
		return time.Time{}
	}
	return p.o.Clock().Add(min(e.RetryAfter, fairlead.MaxRetryAfter))
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
