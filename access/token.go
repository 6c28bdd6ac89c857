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
	revoked, err := a.endToken(ctx, c, token, dialect, "token.revoke")
	if err == nil && revoked {
		a.report(ctx, securitylog.TokenRevoked, securitylog.Entry{Tenant: string(c.Tenant.ID), Application: string(c.Application.ID)})
	}
	return in("revoking a token", err)
}

// SpendToken ends a token that is good for one use, for whoever uses it first:
// everybody else is Unauthenticated, and reported.
func (a *Access) SpendToken(ctx context.Context, c Caller, token, dialect string) error {
	spent, err := a.endToken(ctx, c, token, dialect, "token.spend")
	if err == nil && !spent {
		_, from := fairlead.ActorIn(ctx)
		a.report(ctx, securitylog.AuthenticationFailed, securitylog.Entry{From: from, Tenant: string(c.Tenant.ID), Application: string(c.Application.ID)})
		return refused()
	}
	return in("spending a token", err)
}

// endToken deletes a token of the caller's application and of a dialect, if there is one.
func (a *Access) endToken(ctx context.Context, c Caller, token, dialect, action string) (ended bool, err error) {
	if !plausible(token) {
		return false, nil
	}
	wall := a.clock()
	name := fairlead.DatedHash(token)
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		ended = false
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
		// Two at the same time on PostgreSQL must not both end it: the version, written
		// before, lets one of them lose and find none.
		if err := tx.Tokens.Put(&t); err != nil {
			return err
		}
		if err := tx.Tokens.Delete(fairlead.AccessToken, name); err != nil {
			return err
		}
		ended = true
		return audit(ctx, tx, t.Tenant, wall, action, t.Subject)
	})
	return ended, err
}
