package access

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// What a dev server begins with. The secret is public, so a dev server answers
// loopback names only.
const (
	DevTenant   = "dev"        // name of the tenant
	DevClientID = "dev"        // and name of the application
	DevSecret   = "dev-secret" // its key
	DevCompany  = "Ledgerly"   // as people see the application: the demo's
)

// EnsureDev makes the sandbox tenant, application and key that a dev server
// begins with, where they are missing, and returns who they admit. All ids
// derive from Options.Seed.
func (a *Access) EnsureDev(ctx context.Context) (Caller, error) {
	secret := fairlead.NewSecret(DevSecret)
	c, err := a.ByClient(ctx, DevClientID, secret)
	if !fairlead.Is(err, fairlead.Unauthenticated) {
		return c, err
	}
	tenant, err := a.ensureDevTenant(ctx)
	if err != nil {
		return Caller{}, fmt.Errorf("access: making the dev tenant: %w", err)
	}
	app, err := a.ApplicationNamed(ctx, tenant.ID, DevClientID)
	if fairlead.Is(err, fairlead.NotFound) {
		app, err = a.CreateApplication(ctx, tenant.ID, ApplicationSpec{ClientID: DevClientID, Name: DevClientID, CompanyName: DevCompany})
	}
	if err != nil {
		return Caller{}, fmt.Errorf("access: making the dev application: %w", err)
	}
	spec := KeySpec{KeepForSigning: true, Secret: secret, id: fairlead.KeyID(fairlead.DerivedID("key", tenant.Seed, string(tenant.ID), string(app.ID)))}
	// A dev key that has expired after a rotation is in the way of its successor.
	if err := a.RevokeKey(ctx, tenant.ID, app.ID, spec.id); err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return Caller{}, fmt.Errorf("access: making the dev key: %w", err)
	}
	if _, _, err := a.CreateKey(ctx, tenant.ID, app.ID, spec); err != nil {
		return Caller{}, fmt.Errorf("access: making the dev key: %w", err)
	}
	return a.ByClient(ctx, DevClientID, secret)
}

// ensureDevTenant finds or makes the tenant; Options.Frozen counts at its birth only.
func (a *Access) ensureDevTenant(ctx context.Context) (fairlead.Tenant, error) {
	t, err := a.TenantNamed(ctx, DevTenant)
	if !fairlead.Is(err, fairlead.NotFound) {
		return t, err
	}
	seed := a.options.Seed
	if seed == "" {
		seed = DevTenant
	}
	return a.addTenant(ctx, fairlead.Tenant{
		ID: fairlead.TenantID(fairlead.DerivedID("ten", seed, DevTenant)), Name: DevTenant, Environment: fairlead.Sandbox,
		Seed: seed, Frozen: a.options.Frozen.UTC().Truncate(time.Microsecond), Created: a.clock(),
	})
}
