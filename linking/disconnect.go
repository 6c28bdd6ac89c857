package linking

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// revokeLimit is how long an institution may take to end a consent, real time.
const revokeLimit = 10 * time.Second

// Disconnect ends a connection: its consent is revoked at the institution where
// that can be done, its secrets and its key are erased, so that its documents
// and account numbers can't be opened any more. Records stay readable until the
// person is erased. by is who asked (app_…, "person", "operator"); status is how
// the consent ends. A connection that has ended already is no error.
func (l *Linking) Disconnect(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, by string, status fairlead.ConsentStatus) error {
	wall := l.o.Clock()
	var t fairlead.Tenant
	var conn fairlead.Connection
	var consent fairlead.Consent
	err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		if conn, err = tx.Connections.Get(tenant, string(id)); err != nil || conn.Consent == "" {
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
		failed = l.revoke(ctx, t, conn, consent.Ref, wall) != nil
	}
	for range 2 * attempts { // a collection under way writes the row often
		if err = l.cut(ctx, conn, by, status, failed, wall); !fairlead.Is(err, fairlead.Conflict) {
			break
		}
	}
	return in("disconnecting", err)
}

// revoke ends the consent at the institution, where the connector can. A failure
// is logged and recorded: it must not keep a person's data connected here.
func (l *Linking) revoke(ctx context.Context, t fairlead.Tenant, conn fairlead.Connection, ref string, wall time.Time) error {
	c, err := l.o.Registry.Connector(conn.Connector)
	if err != nil {
		return nil
	}
	revoker, able := c.(connector.Revoker)
	if !able {
		return nil
	}
	secrets, err := l.secretsOf(conn)
	if err == nil {
		err = l.revokeWith(ctx, revoker, t, conn, secrets, ref, wall)
	}
	if err != nil {
		l.o.Log.Warn("a consent could not be revoked at the institution", "connection", conn.ID, "institution", conn.Institution, "kind", fairlead.KindOf(err))
	}
	return err
}

func (l *Linking) revokeWith(ctx context.Context, revoker connector.Revoker, t fairlead.Tenant, conn fairlead.Connection, secrets map[string]fairlead.Secret, ref string, wall time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeLimit)
	defer cancel()
	i, err := l.o.Registry.Institution(t.Environment, string(conn.Institution))
	if err != nil {
		return err
	}
	return revoker.Revoke(ctx, connector.Session{
		Env: l.surround(t, conn.Connector, wall), Institution: i, Person: conn.Person, Reference: conn.Reference,
		Connection: conn.ID, Identity: conn.Identity, Secrets: secrets, Created: conn.Created,
	}, ref)
}

// revokeHeld ends at the institution, in the background, a consent that came to
// nothing here: the person did not accept, or the login is connected already.
func (l *Linking) revokeHeld(ctx context.Context, sc scene, held pending) {
	i, err := l.o.Registry.Institution(sc.tenant.Environment, string(sc.link.Institution))
	if err != nil || held.Grant == nil {
		return
	}
	c, err := l.o.Registry.Connector(i.Connector)
	revoker, able := c.(connector.Revoker)
	if err != nil || !able {
		return
	}
	secrets := map[string]fairlead.Secret{}
	for name, v := range held.Secrets {
		secrets[name] = fairlead.NewSecret(v)
	}
	conn := fairlead.Connection{Person: sc.link.Person, Reference: sc.link.Reference, Institution: i.ID, Connector: i.Connector, Identity: held.Identity, Created: sc.now}
	l.flights.Go(func() {
		if err := l.revokeWith(ctx, revoker, sc.tenant, conn, secrets, held.Grant.Ref, sc.real); err != nil {
			l.o.Log.Warn("a consent could not be revoked at the institution", "link", sc.link.ID, "institution", i.ID, "kind", fairlead.KindOf(err))
		}
	})
}

// cut writes the end of a connection in one transaction.
func (l *Linking) cut(ctx context.Context, seen fairlead.Connection, by string, status fairlead.ConsentStatus, failed bool, wall time.Time) error {
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(seen.Tenant)
		if err != nil {
			return err
		}
		now := t.Time(wall)
		conn, err := tx.Connections.Get(seen.Tenant, string(seen.ID))
		if err != nil || conn.Status == fairlead.ConnectionDisconnected {
			return err
		}
		conn.Status, conn.Problem, conn.Key, conn.Secrets = fairlead.ConnectionDisconnected, nil, nil, nil
		conn.Ended, conn.NextRun, conn.RenewAt, conn.Waiting = now, time.Time{}, time.Time{}, nil
		if err := tx.Connections.Put(t.ID, &conn); err != nil {
			return err
		}
		if err := l.cutConsent(tx, conn, status, now); err != nil {
			return err
		}
		err = l.o.Publisher.Publish(tx, fairlead.Event{
			Tenant: t.ID, Application: conn.Application, Kind: fairlead.EventConnectionDisconnected, At: now, Link: conn.Link, Connection: conn.ID,
			Consent: conn.Consent, Institution: conn.Institution, Person: conn.Person, Reference: conn.Reference, Status: string(conn.Status),
		})
		if err != nil {
			return err
		}
		if err := tx.Work.Cancel(t.ID, fairlead.CollectWork, string(conn.ID)); err != nil {
			return err
		}
		if err := tx.Work.Due(fairlead.Work{Kind: fairlead.EraseWork, Key: string(conn.ID), Tenant: t.ID, Due: now}); err != nil {
			return err
		}
		if failed {
			if err := audit(ctx, tx, t.ID, wall, by, "consent.revoke_failed", string(conn.Consent), ""); err != nil {
				return err
			}
		}
		return audit(ctx, tx, t.ID, wall, by, "connection.disconnect", string(conn.ID), "")
	})
}

// cutConsent ends the consent that a connection stood on.
func (l *Linking) cutConsent(tx *store.Tx, conn fairlead.Connection, status fairlead.ConsentStatus, now time.Time) error {
	if conn.Consent == "" {
		return nil
	}
	c, err := tx.Consents.Get(conn.Tenant, string(conn.Consent))
	if err != nil || !c.Become(status, now) {
		return err
	}
	if err := tx.Consents.Put(conn.Tenant, &c); err != nil {
		return err
	}
	if err := tx.Work.Cancel(conn.Tenant, fairlead.ExpireWork, string(c.ID)); err != nil {
		return err
	}
	return l.tellConsent(tx, c, fairlead.EventConsentRevoked, now)
}
