package access

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// maxKeys is how many keys an application may have at once, live or not.
const maxKeys = 20

// KeySpec is what a new key is to be.
type KeySpec struct {
	Expires        time.Time              // real time; zero: never
	Scopes         []fairlead.AccessScope // nil: all
	KeepForSigning bool                   // store a sealed copy, because a dialect signs with it
	Secret         fairlead.Secret        // a fixed secret, in a sandbox only; empty: 256 random bits
	id             fairlead.KeyID         // of the dev key
}

// CreateKey mints a key and returns its secret, which is shown this once: only
// its hash is stored, and a sealed copy where the spec asks for one.
func (a *Access) CreateKey(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, spec KeySpec) (fairlead.Key, fairlead.Secret, error) {
	key, secret, err := a.mint(tenant, app, spec)
	if err != nil {
		return fairlead.Key{}, fairlead.Secret{}, err
	}
	made := key
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		made = key
		return addKey(ctx, tx, &made, !spec.Secret.Empty())
	})
	if err != nil {
		return fairlead.Key{}, fairlead.Secret{}, fmt.Errorf("access: creating a key: %w", err)
	}
	a.reportKey(ctx, securitylog.KeyCreated, made)
	return made, secret, nil
}

// mint makes a key in memory.
func (a *Access) mint(tenant fairlead.TenantID, app fairlead.ApplicationID, spec KeySpec) (fairlead.Key, fairlead.Secret, error) {
	wall := a.clock()
	if !spec.Expires.IsZero() && !spec.Expires.After(wall) {
		return fairlead.Key{}, fairlead.Secret{}, fairlead.InvalidField("expires", "range", "must be in the future")
	}
	secret := spec.Secret
	if secret.Empty() {
		secret = fairlead.NewSecret(fairlead.NewToken())
	}
	value := secret.Reveal()
	if len(value) < 8 || len(value) > maxCredential {
		return fairlead.Key{}, fairlead.Secret{}, fairlead.InvalidField("secret", "range", "must have at least 8 characters")
	}
	scopes := spec.Scopes
	if scopes == nil {
		scopes = fairlead.AccessScopes()
	}
	if err := checkScopes(scopes); err != nil {
		return fairlead.Key{}, fairlead.Secret{}, err
	}
	key := fairlead.Key{
		Scopes: scopes,
		ID:     spec.id, Tenant: tenant, Application: app, Hash: fairlead.TokenHash(value), LastFour: value[len(value)-4:],
		Created: wall, Expires: spec.Expires,
	}
	if key.ID == "" {
		key.ID = fairlead.KeyID(fairlead.NewID("key", wall))
	}
	if spec.KeepForSigning {
		sealed, err := a.vault.SealRoot(sealing.SigningLocation(key), []byte(value))
		if err != nil {
			return fairlead.Key{}, fairlead.Secret{}, fmt.Errorf("access: sealing a key: %w", err)
		}
		key.Signing = sealed
	}
	return key, secret, nil
}

// addKey writes the key and the token that leads to it.
func addKey(ctx context.Context, tx *store.Tx, key *fairlead.Key, fixed bool) error {
	tenant, err := tx.Tenants.Get(key.Tenant)
	if err != nil {
		return err
	}
	if fixed && tenant.Environment != fairlead.Sandbox {
		return fairlead.Errorf(fairlead.Forbidden, "A secret is chosen only in a sandbox.")
	}
	// Two that count at the same time on PostgreSQL must not both find room: the
	// application's version, read before, lets one of them lose and count again.
	app, err := tx.Applications.Get(key.Tenant, string(key.Application))
	if err != nil {
		return err
	}
	present, err := keysOf(tx, key.Tenant, key.Application)
	if err != nil {
		return err
	}
	if len(present) >= maxKeys {
		return fairlead.Errorf(fairlead.Conflict, "An application has at most %d keys. Revoke one first.", maxKeys)
	}
	if err := tx.Applications.Put(key.Tenant, &app); err != nil {
		return err
	}
	if err := tx.Keys.Put(key.Tenant, key); err != nil {
		return err
	}
	// Expiry is judged by the key itself, in real time; a token's would follow the tenant's.
	err = tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.KeyToken, Name: key.Hash, Tenant: key.Tenant, Application: key.Application, Subject: string(key.ID),
	})
	if err != nil {
		return err
	}
	return audit(ctx, tx, key.Tenant, key.Created, "key.create", string(key.ID))
}

// Keys returns an application's keys, newest first.
func (a *Access) Keys(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID) (keys []fairlead.Key, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		keys, err = keysOf(tx, tenant, app)
		return err
	})
	return keys, in("listing keys", err)
}

// RevokeKey ends a key at once, and every token issued for it. A key of another
// application, or none, is NotFound.
func (a *Access) RevokeKey(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, id fairlead.KeyID) error {
	wall := a.clock()
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		key, err := tx.Keys.Get(tenant, string(id))
		if err != nil {
			return err
		}
		if key.Application != app {
			return fairlead.Errorf(fairlead.NotFound, "The application has no such key.")
		}
		if err := dropKey(tx, key); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, "key.revoke", string(id))
	})
	if err == nil {
		a.reportKey(ctx, securitylog.KeyRevoked, fairlead.Key{ID: id, Tenant: tenant, Application: app})
	}
	return in("revoking a key", err)
}

// reportKey reports what became of a key: subject is the key, the rest is who did it.
func (a *Access) reportKey(ctx context.Context, event securitylog.Event, k fairlead.Key) {
	who, from := fairlead.ActorIn(ctx)
	a.report(ctx, event, securitylog.Entry{From: from, Tenant: string(k.Tenant), Application: who, Subject: string(k.ID)})
}

// RotateKey mints a key and lets the present ones live for the overlap, so that
// callers change over without interruption. The new one signs from now on where
// the old ones did, and has the scopes that they had between them; all where none
// was live.
func (a *Access) RotateKey(
	ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, overlap time.Duration,
) (fairlead.Key, fairlead.Secret, error) {
	if overlap < 0 {
		return fairlead.Key{}, fairlead.Secret{}, fairlead.InvalidField("overlap", "range", "must not be negative")
	}
	present, err := a.Keys(ctx, tenant, app)
	if err != nil {
		return fairlead.Key{}, fairlead.Secret{}, err
	}
	wall := a.clock()
	signs := slices.ContainsFunc(present, func(k fairlead.Key) bool { return k.Live(wall) && len(k.Signing) > 0 })
	key, secret, err := a.mint(tenant, app, KeySpec{KeepForSigning: signs, Scopes: scopesOf(present, wall)})
	if err != nil {
		return fairlead.Key{}, fairlead.Secret{}, err
	}
	until := wall.Add(overlap)
	made := key
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		made = key
		if err := retireKeys(tx, tenant, app, wall, until); err != nil {
			return err
		}
		return addKey(ctx, tx, &made, false)
	})
	if err != nil {
		return fairlead.Key{}, fairlead.Secret{}, fmt.Errorf("access: rotating a key: %w", err)
	}
	a.reportKey(ctx, securitylog.KeyRotated, made)
	return made, secret, nil
}

// scopesOf is what live keys may do between them; nil where none is live.
func scopesOf(keys []fairlead.Key, wall time.Time) (scopes []fairlead.AccessScope) {
	for _, s := range fairlead.AccessScopes() {
		if slices.ContainsFunc(keys, func(k fairlead.Key) bool { return k.Live(wall) && slices.Contains(k.Scopes, s) }) {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

// retireKeys bounds the life of an application's keys and drops those that are over.
func retireKeys(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID, now, until time.Time) error {
	present, err := keysOf(tx, tenant, app)
	if err != nil {
		return err
	}
	for _, k := range present {
		if !k.Live(now) {
			if err := dropKey(tx, k); err != nil {
				return err
			}
			continue
		}
		if !k.Expires.IsZero() && k.Expires.Before(until) {
			continue
		}
		k.Expires = until
		if err := tx.Keys.Put(tenant, &k); err != nil {
			return err
		}
	}
	return nil
}

// Signing returns the secrets a dialect signs with, newest first: live keys that
// have a sealed copy. Empty when there is none.
func (a *Access) Signing(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID) ([]fairlead.Secret, error) {
	keys, err := a.Keys(ctx, tenant, app)
	if err != nil {
		return nil, err
	}
	wall := a.clock()
	var secrets []fairlead.Secret
	for _, k := range keys {
		if len(k.Signing) == 0 || !k.Live(wall) {
			continue
		}
		plain, err := a.vault.OpenRoot(sealing.SigningLocation(k), k.Signing)
		if err != nil {
			return nil, fmt.Errorf("access: opening the signing copy of %s: %w", k.ID, err)
		}
		secrets = append(secrets, fairlead.NewSecret(string(plain)))
	}
	return secrets, nil
}

// keysOf lists an application's keys, newest first.
func keysOf(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID) ([]fairlead.Key, error) {
	keys, err := tx.Keys.List(tenant, store.Query{Where: []store.Match{store.By(store.ByApplication, string(app))}, Limit: maxKeys + 1})
	slices.SortFunc(keys, func(x, y fairlead.Key) int {
		if c := y.Created.Compare(x.Created); c != 0 {
			return c
		}
		return cmp.Compare(y.ID, x.ID)
	})
	return keys, err
}

// dropKey removes a key and the token that leads to it.
func dropKey(tx *store.Tx, key fairlead.Key) error {
	if err := tx.Tokens.Delete(fairlead.KeyToken, key.Hash); err != nil {
		return err
	}
	return tx.Keys.Delete(key.Tenant, string(key.ID))
}

// dropKeys removes all keys of an application.
func dropKeys(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID) (more bool, err error) {
	keys, err := keysOf(tx, tenant, app)
	if err != nil {
		return false, err
	}
	for _, k := range keys {
		if err := dropKey(tx, k); err != nil {
			return false, err
		}
	}
	return len(keys) > maxKeys, nil
}
