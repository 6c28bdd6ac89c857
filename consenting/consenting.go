// Package consenting is what becomes of consents and connections after a link:
// they end by their time, by the application, by the person on their own page.
//
// It owns the end of a consent and of a connection, the warning before it, and
// the person's portal. It does not own how they come about (linking), nor what is
// left to erase (erasing): Disconnect makes that due.
package consenting

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Consenting works with.
type Options struct {
	Store        store.Store
	Vault        vault.Full
	Clock        fairlead.Clock
	Directory    *directory.Directory
	ConnectorEnv func(context.Context, fairlead.Tenant, string) (connector.Env, error) // for a tenant and connector name: guarded client, base address
	Publisher    lifecycle.Publisher
	BaseURL      string // public address, no slash at the end
	Log          *slog.Logger
}

// Consenting is the verb. It is safe for concurrent use.
type Consenting struct {
	o      Options
	sealer sealing.Sealer
	// programs bounds how often each program reads, by setup token.
	programs *ratelimit.Limiter
}

// New builds the verb on its ports.
func New(o Options) *Consenting {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Consenting{o: o, sealer: sealing.Sealer{Vault: o.Vault}, programs: ratelimit.New(programPerSecond, programAtOnce)}
}

// RevokeConsent ends a consent. One that its connection stands on ends the
// connection too. by is who wants it: app_…, "person" or "operator". Conflict:
// it has ended.
func (c *Consenting) RevokeConsent(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConsentID, by string, status fairlead.ConsentStatus) error {
	var consent fairlead.Consent
	var stands bool
	err := c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if consent, err = tx.Consents.Get(tenant, string(id)); err != nil || consent.Connection == "" {
			return err
		}
		conn, err := tx.Connections.Get(tenant, string(consent.Connection))
		stands = conn.Consent == consent.ID && conn.Status != fairlead.ConnectionDisconnected
		return err
	})
	switch {
	case err != nil:
		return in("revoking a consent", err)
	case consent.Status.Ended():
		return fairlead.Errorf(fairlead.Conflict, "This consent has ended.")
	case stands:
		return c.Disconnect(ctx, tenant, consent.Connection, by, status)
	}
	wall := c.o.Clock()
	return in("revoking a consent", c.o.Store.Update(ctx, func(tx *store.Tx) error {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return err
		}
		consent, err := tx.Consents.Get(tenant, string(id))
		if err != nil {
			return err
		}
		events, err := lifecycle.EndConsent(tx, &consent, status, "", now)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return fairlead.Errorf(fairlead.Conflict, "This consent has ended.")
		}
		if err := lifecycle.Publish(tx, c.o.Publisher, events...); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: wall, Actor: by, Action: "consent.revoke", Subject: string(id)})
	}))
}

// Expire is the handler of ExpireWork whose key is a consent: it warns before a
// consent's end, and ends it. The connection that stands on it needs the person then.
func (c *Consenting) Expire(ctx context.Context, w fairlead.Work) (out store.WorkResult, err error) {
	wall := c.o.Clock()
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
		out = store.WorkResult{}
		_, now, err := lifecycle.TenantNow(tx, w.Tenant, wall)
		if err != nil {
			return err
		}
		consent, err := tx.Consents.Get(w.Tenant, w.Key)
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil || consent.Status != fairlead.ConsentAuthorised || consent.Expires.IsZero() {
			return err
		}
		warning := consent.Expires.Add(-lifecycle.ConsentWarning)
		switch {
		case !now.Before(consent.Expires):
			events, err := lifecycle.ExpireConsent(tx, consent, now)
			if err != nil {
				return err
			}
			return lifecycle.Publish(tx, c.o.Publisher, events...)
		case now.Before(warning):
			out.Again = warning
			return nil
		}
		out.Again = consent.Expires
		short := consent.GrantedAt.After(warning) && consent.Agreed == nil // one so short is not worth a warning
		if !consent.Warned.IsZero() || short {
			return nil
		}
		consent.Warned = now
		if err := tx.Consents.Put(w.Tenant, &consent); err != nil {
			return err
		}
		e, err := lifecycle.ConsentEvent(tx, consent, fairlead.EventConsentExpiring, now)
		if err != nil {
			return err
		}
		return c.o.Publisher.Publish(tx, e)
	})
	return out, in("expiring a consent", err)
}

// in says what was being done; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("consenting: %s: %w", doing, err)
}
