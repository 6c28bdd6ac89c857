// Package operating decides who operates the server.
//
// It owns operators, their invitations, how they sign in (password with a code of an
// authenticator app, passkey, OpenID Connect), what slows down who guesses, and their
// sessions. What an operator may do is the noun's (fairlead.Operator.May). It does not
// own pages, cookies and forms: they are the console's. It speaks HTTP to nobody but the
// OpenID Connect provider, by a client that it is handed.
//
// The flow: an invitation is minted (FirstInvitation, Invite, Reset); whoever has its
// address chooses how to sign in (Accept); SignIn, FinishPasskeySignIn and FinishOIDC begin
// a session, whose token Session reads with every request. All rows are of
// fairlead.ServerTenant, whose time is real time. Whatever is wrong with what somebody
// signs in with, the answer is the same: Unauthenticated.
package operating

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Below the server's address.
const (
	InvitationPath = "/console/invitation/" // and the invitation's token
	OIDCPath       = "/console/oidc"        // where the OpenID Connect provider sends the browser back to
)

const (
	usualWrongAtOnce = 20   // wrong answers of one client address, saved up
	wrongPerSecond   = 0.1  // of them that come back
	siteShare        = 4    // how many clients' worth the neighbours of an IPv6 /48 have together
	maxValue         = 1024 // bytes of what is looked up: longer input is no token of ours
)

// Options is what an Operating works with.
type Options struct {
	Store    store.Store
	Vault    vault.Full
	Clock    fairlead.Clock
	BaseURL  string // public address of the server, without a slash at the end
	Log      *slog.Logger
	Security *securitylog.Log // nil: nowhere
	OIDC     *OIDC            // nil: nobody signs in by OpenID Connect
	// WrongAtOnce is how many wrong answers one client address may give at once, of which
	// one comes back every ten seconds; 0: 20.
	WrongAtOnce int
}

// OIDC is the OpenID Connect provider by which operators sign in.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret fairlead.Secret
	HTTP         *http.Client // guarded; nil: the default one
}

// Operating is the verb. It is safe for concurrent use.
type Operating struct {
	o          Options
	host       string             // of BaseURL
	passkeys   *webauthn.WebAuthn // nil: the server has no name that a passkey can be of
	hashing    *ratelimit.Gate    // passwords that are hashed at once
	waiting    ratelimit.Slots    // of a client address, that wait for it
	wrong      *ratelimit.Limiter // wrong answers, by client address
	wrongSites *ratelimit.Limiter // and by site
	discovered discovered
}

// New builds the verb on its ports.
func New(o Options) *Operating {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	most := cmp.Or(o.WrongAtOnce, usualWrongAtOnce)
	made := &Operating{
		o: o, hashing: ratelimit.NewGate(hashedAtOnce),
		wrong:      ratelimit.New(wrongPerSecond, most),
		wrongSites: ratelimit.New(siteShare*wrongPerSecond, siteShare*most),
	}
	if u, err := url.Parse(o.BaseURL); err == nil {
		made.host = u.Hostname()
		made.passkeys = newWebAuthn(u)
	}
	return made
}

// Client is where a request of an operator comes from.
type Client struct {
	From  string // address
	Agent string // User-Agent
}

// maxAgent bounds what is stored of a User-Agent, in bytes.
const maxAgent = 200

// agent is what is stored of the User-Agent.
func (c Client) agent() string {
	text := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, c.Agent[:min(len(c.Agent), 4*maxAgent)])
	for len(text) > maxAgent {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}

// refused is the one answer to whatever is wrong with what somebody signs in with.
func refused() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "This is wrong, or too many wrong answers came lately. Nothing more is said about it.")
}

// admit lets a client try, unless it was wrong too often lately.
func (o *Operating) admit(ctx context.Context, c Client) error {
	client, site := ratelimit.Client(c.From)
	now := o.o.Clock()
	if wait := max(o.wrong.Wait(client, now), o.wrongSites.Wait(site, now)); wait > 0 {
		o.o.Security.Report(ctx, securitylog.LimitReached, securitylog.Entry{From: c.From, Limit: "credentials"})
		return &fairlead.Error{Kind: fairlead.RateLimited, Detail: "Too many wrong answers came from this address.", RetryAfter: wait}
	}
	return nil
}

// countWrong counts what was wrong against the client, and reports it. of is whom it was
// about, where that is known.
func (o *Operating) countWrong(ctx context.Context, c Client, of fairlead.OperatorID) {
	client, site := ratelimit.Client(c.From)
	now := o.o.Clock()
	o.wrong.Take(client, now)
	o.wrongSites.Take(site, now)
	o.o.Security.Report(ctx, securitylog.AuthenticationFailed, securitylog.Entry{From: c.From, Subject: string(of)})
}

// judged counts an answer against the client where it was wrong.
func (o *Operating) judged(ctx context.Context, c Client, of fairlead.OperatorID, err error) {
	if fairlead.Is(err, fairlead.Unauthenticated) {
		o.countWrong(ctx, c, of)
	}
}

// report reports what became of an operator.
func (o *Operating) report(ctx context.Context, event securitylog.Event, c Client, of fairlead.OperatorID) {
	who, from := fairlead.ActorIn(ctx)
	if !fairlead.HasPrefix(who, "ope") {
		who = ""
	}
	o.o.Security.Report(ctx, event, securitylog.Entry{From: cmp.Or(c.From, from), Application: who, Subject: string(of)})
}

// plausible reports whether text may be a token.
func plausible(text string) bool {
	return text != "" && len(text) <= maxValue && utf8.ValidString(text)
}

// audit writes an entry into the server's own trail, in the name of ctx's actor.
func audit(ctx context.Context, tx *store.Tx, at time.Time, action string, of fairlead.OperatorID) error {
	return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: fairlead.ServerTenant, At: at, Action: action, Subject: string(of)})
}

// auditOwn writes what an operator did who came from a client.
func auditOwn(ctx context.Context, tx *store.Tx, at time.Time, action string, of fairlead.OperatorID, c Client) error {
	return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{
		Tenant: fairlead.ServerTenant, At: at, Actor: string(of), Action: action, Subject: string(of), From: c.From,
	})
}

// Prune removes the tokens that are over. It is due about hourly.
func (o *Operating) Prune(ctx context.Context) error {
	const batch = 200
	for {
		dropped := 0
		err := o.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			dropped, err = tx.Tokens.Prune(fairlead.ServerTenant, o.o.Clock(), batch)
			return err
		})
		if err != nil || dropped < batch {
			return in("pruning", err)
		}
	}
}

// in says what was under way when something failed that nobody classified.
func in(what string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fairlead.Error](err); ok {
		return err
	}
	return fmt.Errorf("operating: %s: %w", what, err)
}
