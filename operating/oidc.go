package operating

import (
	"context"
	"crypto/subtle"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	oidcTime  = 15 * time.Second // for the provider to answer
	maxReturn = 2048             // bytes of a path
)

// signedBy are the algorithms that an id token may be signed with: never a shared key.
var signedBy = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// discovered is the provider once it was read: at the first sign-in, so that a server
// starts without it.
type discovered struct {
	mu       sync.Mutex
	provider *oidc.Provider
}

// HasOIDC reports whether operators can sign in by OpenID Connect.
func (o *Operating) HasOIDC() bool { return o.o.OIDC != nil }

// clientIn is a context with the client that speaks to the provider.
func (o *Operating) clientIn(ctx context.Context) context.Context {
	if o.o.OIDC.HTTP != nil {
		return oidc.ClientContext(ctx, o.o.OIDC.HTTP)
	}
	return ctx
}

// provider reads what the provider says of itself, once.
func (o *Operating) provider(ctx context.Context) (*oidc.Provider, error) {
	if o.o.OIDC == nil {
		return nil, fairlead.Errorf(fairlead.Unsupported, "Nobody signs in by OpenID Connect here.")
	}
	o.discovered.mu.Lock()
	defer o.discovered.mu.Unlock()
	if o.discovered.provider == nil {
		p, err := oidc.NewProvider(o.clientIn(ctx), o.o.OIDC.Issuer)
		if err != nil {
			o.o.Log.ErrorContext(ctx, "the OpenID Connect provider could not be read", "issuer", o.o.OIDC.Issuer, "error", err)
			return nil, fairlead.Errorf(fairlead.Unavailable, "The OpenID Connect provider can't be reached just now.")
		}
		o.discovered.provider = p
	}
	return o.discovered.provider, nil
}

func (o *Operating) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.o.OIDC.ClientID, ClientSecret: o.o.OIDC.ClientSecret.Reveal(), Endpoint: p.Endpoint(),
		RedirectURL: o.o.BaseURL + OIDCPath, Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// Departure is a browser on its way to the OpenID Connect provider. Browser is for a
// cookie of it: whoever comes back must have it.
type Departure struct {
	Address string
	Browser fairlead.Secret
}

// Arrival is a browser that came back from there.
type Arrival struct {
	State   fairlead.Secret
	Code    fairlead.Secret
	Browser fairlead.Secret
}

// BeginOIDC begins to sign in by OpenID Connect. to is the path of the console to go to
// afterwards; what is none is the console's first page. Errors: Unavailable; RateLimited.
func (o *Operating) BeginOIDC(ctx context.Context, to string, from Client) (Departure, error) {
	return o.depart(ctx, challenge{Purpose: oidcSignIn, Return: ownPath(to)}, from)
}

// BeginOIDCConfirm has the operator of a session show there once more who they are.
func (o *Operating) BeginOIDCConfirm(ctx context.Context, s Session, to string, from Client) (Departure, error) {
	return o.depart(ctx, challenge{Purpose: oidcSignIn, Return: ownPath(to), Operator: s.Operator.ID, Session: s.ID}, from,
		oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
}

// ownPath is a path of the console, and nothing that leads elsewhere.
func ownPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || len(to) > maxReturn || strings.ContainsAny(to, "\\\r\n") ||
		to != "/console" && !strings.HasPrefix(to, "/console/") || strings.Contains(u.Path, "..") {
		return "/console"
	}
	return to
}

func (o *Operating) depart(ctx context.Context, c challenge, from Client, more ...oauth2.AuthCodeOption) (d Departure, err error) {
	if err := o.admit(ctx, from); err != nil {
		return d, err
	}
	ctx, cancel := context.WithTimeout(ctx, oidcTime)
	defer cancel()
	p, err := o.provider(ctx)
	if err != nil {
		return d, err
	}
	d.Browser = fairlead.NewSecret(fairlead.NewToken())
	c.Nonce, c.Verifier, c.Browser = fairlead.NewToken(), oauth2.GenerateVerifier(), fairlead.TokenHash(d.Browser.Reveal())
	state, err := o.issue(ctx, c)
	if err != nil {
		return d, err
	}
	d.Address = o.oauth(p).AuthCodeURL(state.Reveal(), append(more, oidc.Nonce(c.Nonce), oauth2.S256ChallengeOption(c.Verifier))...)
	return d, nil
}

// claims is what counts of an id token.
type claims struct {
	Issuer   string `json:"-"`
	Subject  string `json:"-"`
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
	Party    string `json:"azp"`
	AuthTime int64  `json:"auth_time"`
}

// FinishOIDC begins a session of the operator whose account at the provider it is, or
// confirms the one that departed to confirm (its token is then empty). to is the path to go to. The first
// time the account is that of the operator who was invited with its verified e-mail; none is made. Errors:
// Unauthenticated, the same for whatever is wrong; Unavailable; RateLimited.
func (o *Operating) FinishOIDC(ctx context.Context, a Arrival, from Client) (made SignedIn, to string, err error) {
	if err := o.admit(ctx, from); err != nil {
		return made, "", err
	}
	p, err := o.provider(ctx)
	if err != nil {
		return made, "", err
	}
	var id fairlead.OperatorID
	defer func() { o.judged(ctx, from, id, err) }()
	c, err := o.spend(ctx, a.State, oidcSignIn)
	if err != nil {
		return made, "", err
	}
	if subtle.ConstantTimeCompare([]byte(c.Browser), []byte(fairlead.TokenHash(a.Browser.Reveal()))) != 1 {
		return made, "", refused()
	}
	who, err := o.exchange(ctx, p, c, a.Code)
	if err != nil {
		return made, "", err
	}
	made, err = o.arrive(ctx, c, who, from, &id)
	if err != nil {
		return SignedIn{}, "", in("signing in by OpenID Connect", err)
	}
	if !made.Token.Empty() {
		o.report(ctx, securitylog.OperatorSignedIn, from, id)
	}
	return made, c.Return, nil
}

// exchange trades the code for an id token and checks it.
func (o *Operating) exchange(ctx context.Context, p *oidc.Provider, c challenge, code fairlead.Secret) (who claims, err error) {
	if !plausible(code.Reveal()) && len(code.Reveal()) > 4*maxValue || code.Empty() {
		return who, refused()
	}
	ctx, cancel := context.WithTimeout(o.clientIn(ctx), oidcTime)
	defer cancel()
	tokens, err := o.oauth(p).Exchange(ctx, code.Reveal(), oauth2.VerifierOption(c.Verifier))
	if err != nil {
		o.o.Log.WarnContext(ctx, "the OpenID Connect provider did not take a code", "issuer", o.o.OIDC.Issuer)
		return who, refused()
	}
	raw, _ := tokens.Extra("id_token").(string)
	verifier := p.VerifierContext(ctx, &oidc.Config{ClientID: o.o.OIDC.ClientID, SupportedSigningAlgs: signedBy, Now: o.o.Clock})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return who, refused()
	}
	if err := token.Claims(&who); err != nil {
		return who, refused()
	}
	who.Issuer, who.Subject = token.Issuer, token.Subject
	others := len(token.Audience) > 1 && who.Party == "" || who.Party != "" && who.Party != o.o.OIDC.ClientID
	old := c.Session != "" && o.o.Clock().Sub(time.Unix(who.AuthTime, 0)) > FreshFor
	if others || old || who.Subject == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(c.Nonce)) != 1 {
		return who, refused()
	}
	return who, nil
}

// accountName is the name of the token that leads from an account to its operator.
func accountName(issuer, subject string) string { return fairlead.TokenHash(issuer + "\x00" + subject) }

// arrive finds whose account it is, and begins or confirms a session.
func (o *Operating) arrive(ctx context.Context, c challenge, who claims, from Client, id *fairlead.OperatorID) (made SignedIn, err error) {
	now, token := o.o.Clock(), fairlead.NewSecret(fairlead.NewToken())
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		made = SignedIn{}
		op, err := accountOf(ctx, tx, who, from, now)
		if err != nil {
			return err
		}
		*id = op.ID
		if c.Session != "" {
			if op.ID != c.Operator {
				return refused()
			}
			if err := proven(tx, Session{ID: c.Session, Operator: op}, now); err != nil {
				return err
			}
			return auditOwn(ctx, tx, now, "operator.confirm", op.ID, from)
		}
		made.Token = token
		if made.Session, err = begin(ctx, tx, &op, ByOIDC, from, token, now); err != nil {
			return err
		}
		return tx.Operators.Put(fairlead.ServerTenant, &op)
	})
	return made, err
}

// accountOf is the operator of an account: by its subject, or the first time by its
// verified e-mail, which binds it.
func accountOf(ctx context.Context, tx *store.Tx, who claims, from Client, now time.Time) (op fairlead.Operator, err error) {
	name := accountName(who.Issuer, who.Subject)
	t, err := tx.Tokens.Get(fairlead.OperatorAccountToken, name)
	if err == nil {
		op, err = enabled(tx, fairlead.OperatorID(t.Subject))
		if fairlead.Is(err, fairlead.NotFound) || err == nil && (op.Issuer != who.Issuer || op.Subject != who.Subject) {
			err = refused()
		}
		return op, err
	}
	if !fairlead.Is(err, fairlead.NotFound) {
		return op, err
	}
	if !who.Verified || !plausible(who.Email) {
		return op, refused()
	}
	op, err = tx.Operators.Find(fairlead.ServerTenant, store.By(store.ByEmail, strings.ToLower(who.Email)))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && (op.Issuer != "" || !op.Disabled.IsZero()) {
		err = refused()
	}
	if err != nil {
		return op, err
	}
	op.Issuer, op.Subject = who.Issuer, who.Subject
	err = tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.OperatorAccountToken, Name: name, Tenant: fairlead.ServerTenant, Subject: string(op.ID), Known: true,
	})
	if err == nil {
		err = dropInvitations(tx, string(op.ID))
	}
	if err == nil {
		err = tx.Operators.Put(fairlead.ServerTenant, &op)
	}
	if err != nil {
		return op, err
	}
	return op, auditOwn(ctx, tx, now, "operator.oidc", op.ID, from)
}
