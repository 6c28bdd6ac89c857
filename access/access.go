// Package access decides who is calling.
//
// It owns tenants, applications, their keys, the bearer tokens issued for those
// keys, the stored answers of idempotent requests and the reading of the audit trail. It
// does not own how a vendor spells credentials: a dialect extracts them and
// shows them here. It knows no HTTP.
//
// The flow: a key is minted once (CreateKey) and only its hash is stored; the
// caller shows it (ByClient, BySecret) or a token issued for it (IssueToken,
// ByToken); revoking the key ends both. Admit bounds how often. Whatever is wrong
// with credentials, the answer is the same: Unauthenticated.
package access

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// maxCredential bounds what is looked up: longer input is no credential of ours.
const maxCredential = 1024

// Access is the verb. It is safe for concurrent use.
type Access struct {
	store        store.Store
	vault        vault.Full
	clock        fairlead.Clock
	options      Options
	requests     *ratelimit.Limiter // requests, by application
	wrong        *ratelimit.Limiter // wrong credentials, by client address
	unknown      *ratelimit.Limiter // requests without any, by client address
	wrongSites   *ratelimit.Limiter // the two by site
	unknownSites *ratelimit.Limiter
	underWay     underWay // requests with an Idempotency-Key
	origins      origins
	requestKeys  openRequestKeys
	bodyKeys     openBodyKeys
	grants       grants
	uses         uses
	opened       ratelimit.Slots // streams and long polls
	unanswered   ratelimit.Slots // requests that are not answered yet
	gate         *ratelimit.Gate // to pages of events, by tenant
}

// Options tune a server. The zero value is usable.
type Options struct {
	// Seed is what the dev tenant derives its ids and its world from; empty: "dev".
	Seed string
	// Frozen makes the dev tenant's clock stand still at an instant from its birth.
	Frozen time.Time
	// Limits bound how many requests are let in.
	Limits Limits
	// Log is told what goes on in spite of an error; nil: nothing.
	Log *slog.Logger
	// Security is where failures, limits and what becomes of keys are reported; nil: nowhere.
	Security *securitylog.Log
}

// New builds the verb on its ports.
func New(s store.Store, v vault.Full, clock fairlead.Clock, options Options) *Access {
	l := options.Limits
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	return &Access{
		requestKeys: openRequestKeys{alone: make(chan struct{}, 1)},
		store:       s, vault: v, clock: clock, options: options,
		gate:         ratelimit.NewGate(readersAtOnce()),
		requests:     ratelimit.New(cmp.Or(l.PerSecond, usualPerSecond), cmp.Or(l.AtOnce, usualAtOnce)),
		wrong:        ratelimit.New(wrongPerSecond, cmp.Or(l.WrongAtOnce, usualWrongAtOnce)),
		unknown:      ratelimit.New(unknownPerSecond, cmp.Or(l.UnknownAtOnce, usualUnknownAtOnce)),
		wrongSites:   ratelimit.New(siteShare*wrongPerSecond, siteShare*cmp.Or(l.WrongAtOnce, usualWrongAtOnce)),
		unknownSites: ratelimit.New(siteShare*unknownPerSecond, siteShare*cmp.Or(l.UnknownAtOnce, usualUnknownAtOnce)),
	}
}

// Caller is who is calling, once that is certain.
type Caller struct {
	Tenant      fairlead.Tenant
	Application fairlead.Application
	Key         fairlead.KeyID         // that was shown, or that the token was issued for; empty for a public client id
	Dialect     string                 // of the token; empty for a key
	Scopes      []fairlead.AccessScope // of the key, as far as the token has them; none for a public client id
	Since       time.Time              // tenant time: when the first of the tokens was issued that renewed one another; zero for a key
	Operator    bool                   // set by the operator's own entry, never by credentials

	unused bool      // the key has not been used before
	used   time.Time // LastUsed of the key
}

// ByClient admits a client id with its secret: client credentials, or Basic. An
// unknown id and a wrong secret cannot be distinguished.
func (a *Access) ByClient(ctx context.Context, clientID string, secret fairlead.Secret) (Caller, error) {
	if !plausible(clientID) || !plausible(secret.Reveal()) {
		return Caller{}, refused()
	}
	wall := a.clock()
	return a.admit(ctx, func(tx *store.Tx) (Caller, error) {
		client, clientErr := tx.Tokens.Get(fairlead.ClientToken, clientID)
		key, keyErr := tx.Tokens.Get(fairlead.KeyToken, fairlead.TokenHash(secret.Reveal()))
		if clientErr != nil {
			return Caller{}, clientErr
		}
		if keyErr != nil {
			return Caller{}, keyErr
		}
		if client.Tenant != key.Tenant || client.Application != key.Application {
			return Caller{}, refused()
		}
		return holder(tx, wall, key.Tenant, key.Application, fairlead.KeyID(key.Subject))
	})
}

// BySecret admits a secret alone, for vendors whose callers send no id.
func (a *Access) BySecret(ctx context.Context, secret fairlead.Secret) (Caller, error) {
	if !plausible(secret.Reveal()) {
		return Caller{}, refused()
	}
	wall := a.clock()
	return a.admit(ctx, func(tx *store.Tx) (Caller, error) {
		key, err := tx.Tokens.Get(fairlead.KeyToken, fairlead.TokenHash(secret.Reveal()))
		if err != nil {
			return Caller{}, err
		}
		return holder(tx, wall, key.Tenant, key.Application, fairlead.KeyID(key.Subject))
	})
}

// grant is the State of an access token.
type grant struct {
	Key    fairlead.KeyID         `json:"key"`
	Scopes []fairlead.AccessScope `json:"scopes"`
	Since  time.Time              `json:"since,omitzero"`
}

// IssueToken mints a bearer token of a dialect for a caller who showed a key, or
// (a renewal, whose Since is the first one's) a token. It has the caller's scopes.
// expires is in the tenant's time. The token dies with the key; a key that is
// dead already is Unauthenticated.
func (a *Access) IssueToken(ctx context.Context, c Caller, dialect string, life time.Duration) (token string, expires time.Time, err error) {
	if c.Key == "" {
		return "", time.Time{}, fairlead.Errorf(fairlead.Forbidden, "A token is issued only for a key.")
	}
	if life <= 0 {
		return "", time.Time{}, fairlead.InvalidField("expires_in", "range", "must be positive")
	}
	wall := a.clock()
	token = fairlead.NewDatedToken(wall)
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		// The key may have been revoked since it was shown.
		now, err := holder(tx, wall, c.Tenant.ID, c.Application.ID, c.Key)
		if fairlead.Is(err, fairlead.NotFound) {
			return refused()
		}
		if err != nil {
			return err
		}
		g := grant{Key: c.Key, Scopes: both(c.Scopes, now.Scopes), Since: c.Since}
		if g.Since.IsZero() {
			g.Since = now.Tenant.Time(wall)
		}
		state, err := json.Marshal(g)
		if err != nil {
			return err
		}
		expires = now.Tenant.Time(wall).Add(life)
		return tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.AccessToken, Name: fairlead.DatedHash(token), Tenant: now.Tenant.ID, Application: now.Application.ID,
			Subject: string(now.Application.ID), Dialect: dialect, Expires: expires, State: state,
		})
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("access: issuing a token: %w", err)
	}
	return token, expires, nil
}

// ByToken admits a bearer token. It is Unauthenticated when it is wrong or
// expired, of another dialect, or when its key or application is gone.
func (a *Access) ByToken(ctx context.Context, token, dialect string) (Caller, error) {
	if !plausible(token) {
		return Caller{}, refused()
	}
	wall := a.clock()
	return a.admit(ctx, func(tx *store.Tx) (Caller, error) {
		t, err := tx.Tokens.Get(fairlead.AccessToken, fairlead.DatedHash(token))
		if err != nil {
			return Caller{}, err
		}
		g, err := a.grants.read(t.State)
		if err != nil {
			return Caller{}, err
		}
		c, err := holder(tx, wall, t.Tenant, t.Application, g.Key)
		if err != nil {
			return Caller{}, err
		}
		if t.Dialect != dialect || !t.Live(c.Tenant.Time(wall)) {
			return Caller{}, refused()
		}
		c.Dialect, c.Scopes, c.Since = t.Dialect, both(g.Scopes, c.Scopes), g.Since
		return c, nil
	})
}

// ApplicationByClientID finds an application by its public client id. It proves
// nothing about who is calling: the Caller has no key.
func (a *Access) ApplicationByClientID(ctx context.Context, clientID string) (Caller, error) {
	if !plausible(clientID) {
		return Caller{}, fairlead.Errorf(fairlead.NotFound, "There is no such application.")
	}
	var c Caller
	err := a.store.View(ctx, func(tx *store.Tx) error {
		client, err := tx.Tokens.Get(fairlead.ClientToken, clientID)
		if err != nil {
			return err
		}
		c, err = owner(tx, client.Tenant, client.Application)
		return err
	})
	if err != nil {
		return Caller{}, fmt.Errorf("access: finding an application: %w", err)
	}
	return c, nil
}

// admit runs find on a snapshot and gives one answer to everything missing.
func (a *Access) admit(ctx context.Context, find func(*store.Tx) (Caller, error)) (Caller, error) {
	var c Caller
	err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = find(tx)
		return err
	})
	switch {
	case err == nil:
		return c, nil
	case fairlead.Is(err, fairlead.NotFound), fairlead.Is(err, fairlead.Unauthenticated):
		return Caller{}, refused()
	}
	return Caller{}, fmt.Errorf("access: checking credentials: %w", err)
}

// holder is the caller to whom a live key belongs.
func holder(tx *store.Tx, wall time.Time, tenant fairlead.TenantID, app fairlead.ApplicationID, id fairlead.KeyID) (Caller, error) {
	key, err := tx.Keys.Get(tenant, string(id))
	if err != nil {
		return Caller{}, err
	}
	if key.Application != app || !key.Live(wall) {
		return Caller{}, refused()
	}
	c, err := owner(tx, tenant, app)
	c.Key, c.Scopes, c.unused, c.used = id, key.Scopes, key.FirstUsed.IsZero(), key.LastUsed
	return c, err
}

// owner is the application with its tenant.
func owner(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID) (c Caller, err error) {
	if c.Tenant, err = tx.Tenants.Get(tenant); err != nil {
		return Caller{}, err
	}
	if c.Application, err = tx.Applications.Get(tenant, string(app)); err != nil {
		return Caller{}, err
	}
	return c, nil
}

// plausible reports whether a credential is worth looking up. PostgreSQL refuses
// text with a zero byte, and that would be another answer.
func plausible(s string) bool {
	return s != "" && len(s) <= maxCredential && utf8.ValidString(s) && !strings.Contains(s, "\x00")
}

// refused is the one answer to every kind of wrong credentials.
func refused() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "The credentials are missing or not valid.")
}
