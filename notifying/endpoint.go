package notifying

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying/deliver"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// maxEndpoints is how many an application may have.
	maxEndpoints = 50
	// rotationOverlap is how long (real time) both secrets sign after a rotation.
	rotationOverlap = 24 * time.Hour
	// byApplication is the Disabled of an endpoint that its application switched off.
	byApplication = "requested"
)

// CreateEndpoint makes an address of an application that events are delivered to, and
// returns the only copy of its secret. No kinds means all.
func (n *Notifying) CreateEndpoint(ctx context.Context, app fairlead.Application, address string, kinds []fairlead.EventKind) (Created, error) {
	wall := n.clock()
	endpoint := fairlead.Endpoint{
		ID: fairlead.EndpointID(fairlead.NewID("whe", wall)), Tenant: app.Tenant, Application: app.ID,
		Address: address, Kinds: kinds, Created: wall,
	}
	if err := n.checkEndpoint(app, endpoint); err != nil {
		return Created{}, err
	}
	secret, sealed, err := n.sealSecret(endpoint)
	if err != nil {
		return Created{}, fmt.Errorf("notifying: creating an endpoint: %w", err)
	}
	endpoint.Secrets = []fairlead.Sealed{sealed}
	made := endpoint
	err = n.store.Update(ctx, func(tx *store.Tx) error {
		made = endpoint
		// Two that count at the same time on PostgreSQL must not both find room: the
		// application's version, read before, lets one of them lose and count again.
		owner, err := tx.Applications.Get(app.Tenant, string(app.ID))
		if err != nil {
			return err
		}
		present, err := endpoints(tx, app.Tenant, app.ID)
		if err != nil {
			return err
		}
		if len(present) >= maxEndpoints {
			return fairlead.Errorf(fairlead.Conflict, "An application has at most %d webhook endpoints.", maxEndpoints)
		}
		tenant, err := tx.Tenants.Get(app.Tenant)
		if err != nil {
			return err
		}
		made.Created = tenant.Time(wall)
		if err := tx.Applications.Put(app.Tenant, &owner); err != nil {
			return err
		}
		if err := tx.Endpoints.Put(app.Tenant, &made); err != nil {
			return err
		}
		return note(ctx, tx, made, wall, "endpoint.create")
	})
	if err != nil {
		return Created{}, fmt.Errorf("notifying: creating an endpoint: %w", err)
	}
	return Created{Endpoint: made, Secret: secret}, nil
}

// Endpoint returns one endpoint of an application, or NotFound.
func (n *Notifying) Endpoint(ctx context.Context, app fairlead.Application, id fairlead.EndpointID) (endpoint fairlead.Endpoint, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		endpoint, err = own(tx, app, id)
		return err
	})
	return endpoint, err
}

// Endpoints returns all endpoints of an application, oldest first.
func (n *Notifying) Endpoints(ctx context.Context, app fairlead.Application) (list []fairlead.Endpoint, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) (err error) {
		list, err = endpoints(tx, app.Tenant, app.ID)
		return err
	})
	return list, err
}

// ChangeEndpoint lets change alter Address, Kinds and Disabled; the rest stays. It
// may be called twice. An endpoint that is enabled again starts in good health;
// one that is disabled for any reason of the caller's reads "requested".
func (n *Notifying) ChangeEndpoint(
	ctx context.Context, app fairlead.Application, id fairlead.EndpointID, change func(*fairlead.Endpoint) error,
) (changed fairlead.Endpoint, err error) {
	wall := n.clock()
	err = n.store.Update(ctx, func(tx *store.Tx) error {
		present, err := own(tx, app, id)
		if err != nil {
			return err
		}
		wanted := present
		wanted.Kinds, wanted.Secrets = slices.Clone(present.Kinds), nil
		if err := change(&wanted); err != nil {
			return err
		}
		changed = present
		changed.Address, changed.Kinds = wanted.Address, wanted.Kinds
		switch {
		case wanted.Disabled == "":
			if changed.Disabled != "" {
				changed.Failing = time.Time{}
			}
			changed.Disabled = ""
		case wanted.Disabled != present.Disabled:
			changed.Disabled = byApplication
		}
		if err := n.checkEndpoint(app, changed); err != nil {
			return err
		}
		if err := tx.Endpoints.Put(app.Tenant, &changed); err != nil {
			return err
		}
		return note(ctx, tx, changed, wall, "endpoint.change")
	})
	return changed, err
}

// DeleteEndpoint removes an endpoint. What still waits for it is dropped.
func (n *Notifying) DeleteEndpoint(ctx context.Context, app fairlead.Application, id fairlead.EndpointID) error {
	wall := n.clock()
	return n.store.Update(ctx, func(tx *store.Tx) error {
		endpoint, err := own(tx, app, id)
		if err != nil {
			return err
		}
		if err := tx.Endpoints.Delete(app.Tenant, string(id)); err != nil {
			return err
		}
		return note(ctx, tx, endpoint, wall, "endpoint.delete")
	})
}

// RotateEndpoint gives an endpoint a new secret and returns its only copy. For 24
// hours deliveries carry a signature of the old one too.
func (n *Notifying) RotateEndpoint(ctx context.Context, app fairlead.Application, id fairlead.EndpointID) (Created, error) {
	wall := n.clock()
	secret, sealed, err := n.sealSecret(fairlead.Endpoint{ID: id, Tenant: app.Tenant})
	if err != nil {
		return Created{}, fmt.Errorf("notifying: rotating the secret of an endpoint: %w", err)
	}
	var endpoint fairlead.Endpoint
	err = n.store.Update(ctx, func(tx *store.Tx) (err error) {
		if endpoint, err = own(tx, app, id); err != nil {
			return err
		}
		endpoint.Secrets = append([]fairlead.Sealed{sealed}, endpoint.Secrets[:min(1, len(endpoint.Secrets))]...)
		endpoint.Retiring = wall.Add(rotationOverlap)
		if err := tx.Endpoints.Put(app.Tenant, &endpoint); err != nil {
			return err
		}
		return note(ctx, tx, endpoint, wall, "endpoint.rotate")
	})
	if err != nil {
		return Created{}, err
	}
	return Created{Endpoint: endpoint, Secret: secret}, nil
}

// TestEndpoint publishes an EventEndpointTest event to one endpoint, and returns it: without
// its sequence where it is not committed yet, below store.Atomically.
func (n *Notifying) TestEndpoint(ctx context.Context, app fairlead.Application, id fairlead.EndpointID) (fairlead.Event, error) {
	endpoint, err := n.Endpoint(ctx, app, id)
	if err != nil {
		return fairlead.Event{}, err
	}
	if endpoint.Disabled != "" {
		return fairlead.Event{}, fairlead.Errorf(fairlead.Conflict, "The webhook endpoint is disabled. Enable it first.")
	}
	e, err := n.publishNow(ctx, app, fairlead.Event{Kind: fairlead.EventEndpointTest, Endpoint: id})
	if err != nil {
		return e, fmt.Errorf("notifying: testing an endpoint: %w", err)
	}
	return e, nil
}

// addressRefused says of a field that webhooks may not go there.
func addressRefused(field string, err error) error {
	refused := fairlead.InvalidField(field, "format", "must be an https address that this application may be called at")
	refused.Err = err
	return refused
}

// checkEndpoint refuses a wrong address or kind.
func (n *Notifying) checkEndpoint(app fairlead.Application, e fairlead.Endpoint) error {
	if err := n.engine.CheckAddress(app, e.Address); err != nil {
		return addressRefused("address", err)
	}
	known := fairlead.EventKinds()
	for _, k := range e.Kinds {
		if !slices.Contains(known, k) {
			return fairlead.InvalidField("kinds", "unknown", "must be types of events")
		}
	}
	if len(e.Kinds) > len(known) {
		return fairlead.InvalidField("kinds", "range", "must name each type once")
	}
	return nil
}

func (n *Notifying) sealSecret(e fairlead.Endpoint) (fairlead.Secret, fairlead.Sealed, error) {
	secret := deliver.NewSecret()
	sealed, err := n.vault.SealRoot(sealing.EndpointLocation(e), []byte(secret.Reveal()))
	return secret, sealed, err
}

// own loads an endpoint of the application; another's is NotFound.
func own(tx *store.Tx, app fairlead.Application, id fairlead.EndpointID) (fairlead.Endpoint, error) {
	endpoint, err := tx.Endpoints.Get(app.Tenant, string(id))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && endpoint.Application != app.ID {
		return fairlead.Endpoint{}, fairlead.Errorf(fairlead.NotFound, "There is no such webhook endpoint.")
	}
	return endpoint, err
}

// endpoints lists an application's endpoints, disabled ones too.
func endpoints(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID) ([]fairlead.Endpoint, error) {
	return tx.Endpoints.List(tenant, store.Query{Where: []store.Match{store.By(store.ByApplication, string(app))}, Limit: maxEndpoints})
}

// note writes what became of an endpoint into the audit trail: by whom a context names, else
// by its application.
func note(ctx context.Context, tx *store.Tx, e fairlead.Endpoint, wall time.Time, action string) error {
	who, from := fairlead.ActorIn(ctx)
	return tx.Audit.Append(fairlead.AuditEntry{
		ID: fairlead.AuditID(fairlead.NewID("aud", wall)), Tenant: e.Tenant, At: wall,
		Actor: cmp.Or(who, string(e.Application)), Action: action, Subject: string(e.ID), From: from,
	})
}
