package consenting

import (
	"context"
	"maps"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// revokeLimit is how long an institution may take to end a consent, real time.
const revokeLimit = 10 * time.Second

// Disconnect ends a connection: its consent is revoked at the institution where
// that can be done, its secrets and its key are erased, so that its documents
// and account numbers can't be opened any more. Records stay readable until the
// person is erased. by is who wants it (app_…, "person", "operator"); status is
// how the consent ends. A connection that has ended already is no error.
func (c *Consenting) Disconnect(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, by string, status fairlead.ConsentStatus) error {
	var conn fairlead.Connection
	var consent fairlead.Consent
	err := c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if conn, err = tx.Connections.Get(tenant, string(id)); err == nil {
			err = conn.Found(ctx)
		}
		if err != nil || conn.Consent == "" {
			return err
		}
		consent, err = tx.Consents.Get(tenant, string(conn.Consent))
		return err
	})
	if err != nil || conn.Status == fairlead.ConnectionDisconnected {
		return in("disconnecting", err)
	}
	failed := false
	if status != fairlead.ConsentRevokedAtInstitution {
		failed = c.revokeStanding(ctx, conn, consent.Ref) != nil
	}
	end := disconnection{by, status, failed, c.o.Clock()}
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error { return c.writeDisconnected(ctx, tx, conn, end) })
	c.o.Vault.Forget(sealing.ConnectionKey(conn).Owner)
	return in("disconnecting", err)
}

// revokeStanding ends a connection's consent at the institution. A failure is
// logged and recorded: it must not leave a person's data connected here.
func (c *Consenting) revokeStanding(ctx context.Context, conn fairlead.Connection, ref string) error {
	secrets, err := c.sealer.Secrets(conn)
	if err == nil {
		err = c.Revoke(ctx, conn, secrets, ref)
	}
	if err != nil {
		c.o.Log.Warn("a consent could not be revoked at the institution", "connection", conn.ID, "institution", conn.Institution, "kind", fairlead.KindOf(err))
	}
	return err
}

// Revoke ends a consent at the institution, by its own reference, where the
// connector can.
func (c *Consenting) Revoke(ctx context.Context, conn fairlead.Connection, secrets map[string]fairlead.Secret, ref string) error {
	connection, err := c.o.Directory.Connector(conn.Connector)
	if err != nil {
		return nil
	}
	revoker, able := connection.(connector.Revoker)
	if !able {
		return nil
	}
	var t fairlead.Tenant
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Tenants.Get(conn.Tenant)
		return err
	})
	if err != nil {
		return in("reading a tenant", err)
	}
	i, err := c.o.Directory.Find(ctx, t, string(conn.Institution))
	if err != nil {
		return err
	}
	env, err := c.o.ConnectorEnv(ctx, t, conn.Connector)
	if err != nil {
		return err
	}
	env.Tenant, env.Environment, env.Seed, env.Now, env.BaseURL = t.ID, t.Environment, t.Seed, t.Time(c.o.Clock()), c.o.BaseURL
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeLimit)
	defer cancel()
	return revoker.Revoke(ctx, connector.Session{
		Env: env, Institution: i, Person: conn.Person, Reference: conn.Reference,
		Connection: conn.ID, Identity: conn.Identity, Secrets: secrets, Created: conn.Created,
	}, ref)
}

// disconnection is how a connection ends.
type disconnection struct {
	by     string
	status fairlead.ConsentStatus
	failed bool // the consent could not be revoked at the institution
	wall   time.Time
}

// writeDisconnected writes the end of a connection.
func (c *Consenting) writeDisconnected(ctx context.Context, tx *store.Tx, seen fairlead.Connection, d disconnection) error {
	_, now, err := lifecycle.TenantNow(tx, seen.Tenant, d.wall)
	if err != nil {
		return err
	}
	conn, err := tx.Connections.Get(seen.Tenant, string(seen.ID))
	if err != nil || conn.Status == fairlead.ConnectionDisconnected {
		return err
	}
	conn.Status, conn.Problem, conn.Key, conn.Secrets = fairlead.ConnectionDisconnected, nil, nil, nil
	conn.Ended, conn.NextRun, conn.RenewAt, conn.Waiting = now, time.Time{}, time.Time{}, nil
	conn.Calls, conn.ResetsAt, conn.ResetsByProvider, conn.Products = nil, time.Time{}, false, maps.Clone(conn.Products)
	for p, state := range conn.Products {
		state.Partial = nil // an institution's sentences go with it
		conn.Products[p] = state
	}
	if err := tx.Connections.Put(conn.Tenant, &conn); err != nil {
		return err
	}
	if err := lifecycle.EndSetupTokens(ctx, tx, conn, now, d.wall); err != nil {
		return err
	}
	var events []fairlead.Event
	if conn.Consent != "" {
		consent, err := tx.Consents.Get(conn.Tenant, string(conn.Consent))
		if err != nil {
			return err
		}
		if events, err = lifecycle.EndConsent(tx, &consent, d.status, "", now); err != nil {
			return err
		}
	}
	events = append(events, lifecycle.ConnectionEvent(conn, fairlead.EventConnectionDisconnected, now))
	if err := lifecycle.Publish(tx, c.o.Publisher, events...); err != nil {
		return err
	}
	if err := tx.Work.Cancel(conn.Tenant, fairlead.CollectWork, string(conn.ID)); err != nil {
		return err
	}
	if err := tx.Work.Due(fairlead.Work{Kind: fairlead.EraseWork, Key: string(conn.ID), Tenant: conn.Tenant, Due: now}); err != nil {
		return err
	}
	entry := fairlead.AuditEntry{Tenant: conn.Tenant, At: d.wall, Actor: d.by, Action: "connection.disconnect", Subject: string(conn.ID)}
	if d.failed {
		unrevoked := entry
		unrevoked.Action, unrevoked.Subject = "consent.revoke_failed", string(conn.Consent)
		if err := lifecycle.Audit(ctx, tx, unrevoked); err != nil {
			return err
		}
	}
	return lifecycle.Audit(ctx, tx, entry)
}
