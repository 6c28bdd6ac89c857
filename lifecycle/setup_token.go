package lifecycle

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// MaxSetupTokens is how many setup tokens a person may have, ended ones too.
const MaxSetupTokens = 50

// SetupTokens lists a person's setup tokens, oldest first.
func SetupTokens(tx *store.Tx, tenant fairlead.TenantID, person fairlead.PersonID) ([]fairlead.SetupToken, error) {
	return tx.SetupTokens.List(tenant, store.Query{Where: []store.Match{store.By(store.ByPerson, string(person))}, Limit: 1000})
}

// RevokeSetupToken ends a setup token and the credentials that were exchanged for it.
// One that has ended already is left as it is.
func RevokeSetupToken(ctx context.Context, tx *store.Tx, t fairlead.SetupToken, now, wall time.Time) error {
	if !t.Revoked.IsZero() {
		return nil
	}
	t.Revoked = now
	if err := tx.SetupTokens.Put(t.Tenant, &t); err != nil {
		return err
	}
	if err := DropTokens(tx, t.Tenant, string(t.ID), fairlead.ProgramToken); err != nil {
		return err
	}
	return Audit(ctx, tx, fairlead.AuditEntry{Tenant: t.Tenant, At: wall, Action: "setup_token.revoke", Subject: string(t.ID)})
}

// EndSetupTokens ends the setup tokens that read one connection alone, or others that have
// ended too, because it ends. Those of everything that the person shares go on.
func EndSetupTokens(ctx context.Context, tx *store.Tx, conn fairlead.Connection, now, wall time.Time) error {
	tokens, err := SetupTokens(tx, conn.Tenant, conn.Person)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if len(t.Connections) == 0 || !t.Reads(conn) {
			continue
		}
		left := false
		for _, id := range t.Connections {
			c, err := tx.Connections.Get(conn.Tenant, string(id))
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
			left = left || err == nil && c.ID != conn.ID && c.Status != fairlead.ConnectionDisconnected
		}
		if left {
			continue
		}
		if err := RevokeSetupToken(ctx, tx, t, now, wall); err != nil {
			return err
		}
	}
	return nil
}

// DeleteSetupToken deletes a setup token with everything that leads to it.
func DeleteSetupToken(tx *store.Tx, t fairlead.SetupToken) error {
	if err := DropTokens(tx, t.Tenant, string(t.ID), fairlead.ProgramToken, fairlead.SetupSecretToken); err != nil {
		return err
	}
	return tx.SetupTokens.Delete(t.Tenant, string(t.ID))
}

// DeleteSetupTokens deletes all setup tokens of a person.
func DeleteSetupTokens(tx *store.Tx, tenant fairlead.TenantID, person fairlead.PersonID) error {
	tokens, err := SetupTokens(tx, tenant, person)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if err := DeleteSetupToken(tx, t); err != nil {
			return err
		}
	}
	return nil
}
