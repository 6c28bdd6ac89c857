package access

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// RenewToken mints a token for a caller who shows one, as IssueToken does, but none
// that lives longer than atMost after the first of those that renewed one another:
// the last is shorter, and then it is Unauthenticated, so that the key must be
// shown again.
func (a *Access) RenewToken(
	ctx context.Context, c Caller, dialect string, life, atMost time.Duration,
) (token string, expires time.Time, err error) {
	if c.Since.IsZero() {
		return "", time.Time{}, fairlead.Errorf(fairlead.Forbidden, "Only a token is renewed.")
	}
	left := c.Since.Add(atMost).Sub(c.Tenant.Time(a.clock()))
	if left < time.Second {
		return "", time.Time{}, refused()
	}
	return a.IssueToken(ctx, c, dialect, min(life, left))
}

// RevokeToken ends a bearer token of the caller's application and of a dialect. It
// is no error where there is none: of another's nothing is said, and nothing done.
func (a *Access) RevokeToken(ctx context.Context, c Caller, token, dialect string) error {
	if !plausible(token) {
		return nil
	}
	wall := a.clock()
	name := fairlead.DatedHash(token)
	revoked := false
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		revoked = false
		t, err := tx.Tokens.Get(fairlead.AccessToken, name)
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if t.Tenant != c.Tenant.ID || t.Application != c.Application.ID || t.Dialect != dialect {
			return nil
		}
		if err := tx.Tokens.Delete(fairlead.AccessToken, name); err != nil {
			return err
		}
		revoked = true
		return audit(ctx, tx, t.Tenant, wall, "token.revoke", t.Subject)
	})
	if err == nil && revoked {
		a.report(ctx, securitylog.TokenRevoked, securitylog.Entry{Tenant: string(c.Tenant.ID), Application: string(c.Application.ID)})
	}
	return in("revoking a token", err)
}
