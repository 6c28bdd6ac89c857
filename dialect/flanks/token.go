package flanks

import (
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

	// The grants.
	grantClient   = "client_credentials"
	grantPassword = "password"
	grantRefresh  = "refresh_token"

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
	verb := f.verbs.Access
	var body tokenBody
	caller, err := verb.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		plain, err := f.opened(r.Context(), text)
		if fairlead.Is(err, fairlead.Invalid) || err == nil && dialect.Unmarshal(plain, &body) != nil {
			return access.Caller{}, denied() // counted: opening costs more than asking
		}
		if err != nil {
			return access.Caller{}, err
		}
		return f.granted(r.Context(), body)
	})
	if err != nil {
		return out, err
	}
	ctx := caller.In(r.Context(), r.RemoteAddr)
	if body.GrantType == grantClient {
		out = tokenAnswer{ExpiresIn: int(tokenLife.Seconds()), TokenType: "Bearer", Scope: "read write aggregation"}
		out.AccessToken, _, err = verb.IssueToken(ctx, caller, name, tokenLife)
		return out, err
	}
	mint := verb.IssueToken
	if body.GrantType == grantRefresh {
		if err := verb.SpendToken(ctx, caller, body.RefreshToken, refreshing); err != nil {
			return out, err
		}
		mint = func(ctx context.Context, c access.Caller, of string, life time.Duration) (string, time.Time, error) {
			return verb.RenewToken(ctx, c, of, life, refreshLimit)
		}
	}
	out = tokenAnswer{ExpiresIn: int(oldTokenLife.Seconds()), TokenType: "Bearer", Scope: "read write aggregation payment"}
	if out.AccessToken, _, err = mint(ctx, caller, name, oldTokenLife); err == nil {
		out.RefreshToken, _, err = mint(ctx, caller, refreshing, refreshLife)
	}
	return out, err
}

// denied is what is answered to anything that is wrong with a grant.
func denied() error { return fairlead.Errorf(fairlead.Unauthenticated, "The grant is not accepted.") }

// granted is the caller of a grant: of any, the client shows its secret. Besides it the
// older edition's password grant shows a login of the client's own, never a person's: its
// password must be a secret of the same application.
func (f *Flanks) granted(ctx context.Context, body tokenBody) (access.Caller, error) {
	secret, err := f.verbs.Access.ByClient(ctx, body.ClientID, fairlead.NewSecret(body.ClientSecret))
	if err != nil {
		return secret, err
	}
	switch body.GrantType {
	case grantClient:
		return secret, nil
	case grantPassword:
		if body.Username == "" {
			return access.Caller{}, denied()
		}
		_, err := f.verbs.Access.ByClient(ctx, body.ClientID, fairlead.NewSecret(body.Password))
		return secret, err
	case grantRefresh:
		old, err := f.verbs.Access.ByToken(ctx, body.RefreshToken, refreshing)
		if err == nil && (old.Tenant.ID != secret.Tenant.ID || old.Application.ID != secret.Application.ID) {
			return access.Caller{}, denied()
		}
		return old, err
	}
	return access.Caller{}, denied()
}
