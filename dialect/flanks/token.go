package flanks

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// Lives of tokens: of the present edition of the documentation, and of the older one,
// whose tokens can be refreshed.
const (
	tokenLife    = time.Hour
	oldTokenLife = 10 * time.Hour
	refreshLife  = 30 * 24 * time.Hour
	// refreshLimit is how long tokens renew one another before the secret must be shown again.
	refreshLimit = 365 * 24 * time.Hour

	// refreshing is what refresh tokens are tokens of: they open nothing else.
	refreshing = name + "-refresh"
)

// token issues a bearer token. Whatever is wrong with what was shown for it is answered
// alike.
func (f *Flanks) token(w http.ResponseWriter, r *http.Request) {
	text, err := content(w, r)
	var issued tokenAnswer
	if err == nil {
		issued, err = f.issue(r, text)
	}
	switch kind := fairlead.KindOf(err); {
	case err == nil:
		answer(w, http.StatusOK, issued)
	case kind == fairlead.Unauthenticated, kind == fairlead.NotFound, kind == fairlead.Invalid:
		answer(w, http.StatusForbidden, refused{Error: "access_denied"})
	default:
		if kind == fairlead.Internal {
			f.verbs.Log.ErrorContext(r.Context(), "flanks: issuing a token failed", "error", err)
		}
		code, out := refusal(err)
		retryAfter(w, err)
		answer(w, code, out)
	}
}

// issue reads what was shown and issues the tokens of its grant.
func (f *Flanks) issue(r *http.Request, text []byte) (out tokenAnswer, err error) {
	ctx := r.Context()
	var body tokenBody
	var secret access.Caller // who shows the secret; its Since is zero
	caller, err := f.verbs.Access.Admit(ctx, r.RemoteAddr, func() (c access.Caller, err error) {
		plain, err := f.opened(ctx, text)
		if err != nil {
			return c, err
		}
		if dialect.Unmarshal(plain, &body) != nil {
			return c, denied()
		}
		if secret, err = f.verbs.Access.ByClient(ctx, body.ClientID, fairlead.NewSecret(body.ClientSecret)); err != nil {
			return c, err
		}
		return f.granted(ctx, body, secret)
	})
	if err != nil {
		return out, err
	}
	out = tokenAnswer{ExpiresIn: int(tokenLife.Seconds()), TokenType: "Bearer", Scope: "read write aggregation"}
	if body.GrantType == "client_credentials" {
		out.AccessToken, _, err = f.verbs.Access.IssueToken(ctx, caller, name, tokenLife)
		return out, err
	}
	mint := f.verbs.Access.IssueToken
	if body.GrantType == "refresh_token" {
		mint = func(ctx context.Context, c access.Caller, of string, life time.Duration) (string, time.Time, error) {
			return f.verbs.Access.RenewToken(ctx, c, of, life, refreshLimit)
		}
	}
	out.ExpiresIn, out.Scope = int(oldTokenLife.Seconds()), "read write aggregation payment"
	if out.AccessToken, _, err = mint(ctx, caller, name, oldTokenLife); err != nil {
		return out, err
	}
	if out.RefreshToken, _, err = mint(ctx, caller, refreshing, refreshLife); err != nil {
		return out, err
	}
	if body.RefreshToken != "" { // each is good for one refresh
		err = f.verbs.Access.RevokeToken(ctx, caller, body.RefreshToken, refreshing)
	}
	return out, err
}

// denied is what is answered to anything that is wrong with a grant.
func denied() error { return fairlead.Errorf(fairlead.Unauthenticated, "The grant is not accepted.") }

// granted is the caller of a grant, whose client credentials are right. Besides them the
// older edition's password grant shows a login of the client's own, never a person's: its
// password must be a secret of the same application.
func (f *Flanks) granted(ctx context.Context, body tokenBody, secret access.Caller) (access.Caller, error) {
	if body.GrantType != "refresh_token" && body.RefreshToken != "" {
		return access.Caller{}, denied()
	}
	switch body.GrantType {
	case "client_credentials":
		return secret, nil
	case "password":
		if body.Username == "" {
			return access.Caller{}, denied()
		}
		_, err := f.verbs.Access.ByClient(ctx, body.ClientID, fairlead.NewSecret(body.Password))
		return secret, err
	case "refresh_token":
		old, err := f.verbs.Access.ByToken(ctx, cmp.Or(body.RefreshToken, "none"), refreshing)
		if err == nil && (old.Tenant.ID != secret.Tenant.ID || old.Application.ID != secret.Application.ID) {
			err = denied()
		}
		return old, err
	}
	return access.Caller{}, denied()
}
