// Package bank is a make-believe bank with pages of its own, and a client that links at it.
//
// It owns the server: an OAuth authorisation server (pushed requests, PKCE, codes,
// refresh), the consents and resources interfaces of Open Finance Brasil as far as
// linking needs them, and the pages that a person visits (bank.go, consent.go, pages.go,
// html.go); the ordinary client of all that, which shares nothing with it but HTTP
// (client.go); a page to confirm on that belongs to no bank's server (external.go); and
// a persona at a browser (browser.go). Who logs in and what they own is the sandbox's.
//
// The flow: client → pushed request → the person opens /authorize → login, accounts,
// consent → back with a code → client redeems it → tokens open resources.
package bank

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// Server is one bank's server. It serves every tenant: the tenant is the client, its id
// the client_id, and every token carries it.
type Server struct {
	fairlead.Institution
	Path   string   // of its own under /sandbox/
	Memory kv.Store // what it remembers lies per tenant under bank/<path>/
	Login  Login
	// Time is a tenant's, for pages, which a browser visits without naming it. Nil: they
	// use the time at which the visit was begun.
	Time func(ctx context.Context, tenant fairlead.TenantID) (time.Time, error)
}

// Login is the conversation that opens a bank, the same as at banks without pages of
// their own.
type Login interface {
	// SignIn begins it; Resume goes on, and ends with the secrets user and words.
	SignIn() (connector.Turn, error)
	Resume(ctx context.Context, start connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error)
	// Offer lists the accounts of whom it was opened for.
	Offer(ctx context.Context, start connector.Start, user string, triggers []string) ([]fairlead.AccountOffer, error)
}

// Lives of what the server hands out, where the request names none.
const (
	requestLife = 10 * time.Minute // of a pushed request until it is opened
	visitLife   = 30 * time.Minute
	codeLife    = time.Minute
	accessLife  = 15 * time.Minute
	consentLife = 365 * 24 * time.Hour
	endlessLife = 100 * consentLife // of a consent for which no end was requested
	maxBody     = 256 << 10
)

// timeHeader carries the tenant's time where the server has no clock.
const timeHeader = "Sandbox-Time"

// Mount serves the bank's pages and interfaces.
func (b *Server) Mount(mux *http.ServeMux) {
	path := root + b.Path
	mux.HandleFunc("POST "+path+"/par", b.api(b.push))
	mux.HandleFunc("POST "+path+"/token", b.api(b.token))
	mux.HandleFunc("POST "+path+consentsPath, b.api(b.createConsent))
	mux.HandleFunc("GET "+path+consentsPath+"/{id}", b.api(b.readConsent))
	mux.HandleFunc("DELETE "+path+consentsPath+"/{id}", b.api(b.revokeConsent))
	mux.HandleFunc("GET "+path+resourcesPath, b.api(b.resources))
	mux.HandleFunc("GET "+path+"/authorize", b.page(b.open))
	mux.HandleFunc("GET "+path+"/s/{session}", b.page(b.show))
	mux.HandleFunc("POST "+path+"/s/{session}", b.page(b.act))
}

const (
	root          = "/sandbox/"
	consentsPath  = "/open-banking/consents/v3/consents"
	resourcesPath = "/open-banking/resources/v3/resources"
)

// consent is a consent as the bank stores it.
type consent struct {
	ID       string    `json:"id"`
	Status   string    `json:"status"` // AWAITING_AUTHORISATION, AUTHORISED, REJECTED
	Reason   string    `json:"reason,omitempty"`
	Products []string  `json:"permissions"`
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires"`
	Endless  bool      `json:"endless,omitempty"` // until it is revoked; Expires is far away
	TaxID    string    `json:"tax_id,omitempty"`  // the person's or company's, as the application gave it
	Company  string    `json:"company_id,omitempty"`
	User     string    `json:"user,omitempty"`
	Triggers []string  `json:"words,omitempty"`
	Accounts []string  `json:"accounts,omitempty"`
}

// pushed is an authorisation request that was pushed.
type pushed struct {
	Consent   string    `json:"consent"`
	Challenge string    `json:"challenge"`
	Redirect  string    `json:"redirect"`
	State     string    `json:"state"`
	Seed      string    `json:"seed"`
	Base      string    `json:"base"`
	Now       time.Time `json:"now"`
	Opens     time.Time `json:"opens"`
	Expires   time.Time `json:"expires"`
}

// issued is a code or a token: what it opens, until when.
type issued struct {
	Kind      string    `json:"kind"` // client, access, refresh, code
	Consent   string    `json:"consent,omitempty"`
	Challenge string    `json:"challenge,omitempty"`
	Redirect  string    `json:"redirect,omitempty"`
	Expires   time.Time `json:"expires"`
	Used      bool      `json:"used,omitempty"`
}

func (b *Server) key(kind, id string) string { return "bank/" + b.Path + "/" + kind + "/" + id }

// call is one request to the interfaces.
type call struct {
	*Server
	r      *http.Request
	tenant fairlead.TenantID
	now    time.Time
	token  issued // who calls, where a bearer token is required
}

// oauthError is an error as RFC 6749 writes it.
type oauthError struct {
	status int
	code   string
}

func (e oauthError) Error() string { return "bank: " + e.code }

func oauthErrorIs(err error, status int) bool {
	e, ok := errors.AsType[oauthError](err)
	return ok && e.status == status
}

// api wraps an interface: client or bearer in, JSON out.
func (b *Server) api(serve func(*call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		c := &call{Server: b, r: r}
		v, err := serve(c)
		if err == nil {
			if v == nil {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			_ = json.NewEncoder(w).Encode(v)
			return
		}
		e, known := errors.AsType[oauthError](err)
		if !known {
			e = oauthError{http.StatusInternalServerError, "server_error"}
		}
		w.WriteHeader(e.status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": e.code})
	}
}

// authenticate checks the client's secret and reads the tenant's time.
func (c *call) authenticate() error {
	id, secret, ok := c.r.BasicAuth()
	if !ok {
		return oauthError{http.StatusUnauthorized, "invalid_client"}
	}
	if !isTenant(fairlead.TenantID(id)) {
		return oauthError{http.StatusUnauthorized, "invalid_client"}
	}
	known, there, err := kv.Get[string](c.r.Context(), c.Memory, fairlead.TenantID(id), c.key("registered", "secret"))
	if err != nil {
		return err
	}
	if !there || subtle.ConstantTimeCompare([]byte(known), []byte(fairlead.TokenHash(secret))) != 1 {
		return oauthError{http.StatusUnauthorized, "invalid_client"}
	}
	c.tenant = fairlead.TenantID(id)
	return c.readTime()
}

func (c *call) readTime() (err error) {
	if c.Time != nil {
		c.now, err = c.Time(c.r.Context(), c.tenant)
		return err
	}
	if c.now, err = time.Parse(time.RFC3339Nano, c.r.Header.Get(timeHeader)); err != nil {
		return oauthError{http.StatusBadRequest, "invalid_request"}
	}
	return nil
}

// bearer checks a token of a kind.
func (c *call) bearer(kind string) error {
	value, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return oauthError{http.StatusUnauthorized, "invalid_token"}
	}
	tenant, _, _ := strings.Cut(value, ".")
	c.tenant = fairlead.TenantID(tenant)
	if !isTenant(c.tenant) {
		return oauthError{http.StatusUnauthorized, "invalid_token"}
	}
	t, there, err := kv.Get[issued](c.r.Context(), c.Memory, c.tenant, c.key(kind, fairlead.TokenHash(value)))
	if err != nil {
		return err
	}
	if !there {
		return oauthError{http.StatusUnauthorized, "invalid_token"}
	}
	if err := c.readTime(); err != nil {
		return err
	}
	if !c.now.Before(t.Expires) || t.Kind != kind {
		return oauthError{http.StatusUnauthorized, "invalid_token"}
	}
	c.token = t
	return nil
}

// issue mints a token and stores what it opens.
func (c *call) issue(t issued) (string, error) {
	value := string(c.tenant) + "." + fairlead.NewToken()
	return value, kv.Put(c.r.Context(), c.Memory, c.tenant, c.key(t.Kind, fairlead.TokenHash(value)), t)
}

// consentOf reads a consent; one that has run out is REJECTED with a reason, as the
// definitions have it.
func (b *Server) consentOf(ctx context.Context, tenant fairlead.TenantID, id string, now time.Time) (consent, error) {
	k, there, err := kv.Get[consent](ctx, b.Memory, tenant, b.key("consent", id))
	if err == nil && !there {
		err = oauthError{http.StatusNotFound, "not_found"}
	}
	if k.Status != "REJECTED" && !now.Before(k.Expires) {
		k.Status, k.Reason = "REJECTED", "CONSENT_MAX_DATE_REACHED"
	}
	return k, err
}

// push takes an authorisation request (RFC 9126).
func (b *Server) push(c *call) (any, error) {
	if err := c.authenticate(); err != nil {
		return nil, err
	}
	f := c.r.PostFormValue
	redirect, err := url.Parse(f("redirect_uri"))
	consentID, scoped := strings.CutPrefix(f("scope"), "openid consent:")
	if err != nil || redirect.Host == "" || (redirect.Scheme != "https" && redirect.Scheme != "http") || !scoped || f("response_type") != "code" || f("code_challenge_method") != "S256" || f("code_challenge") == "" {
		return nil, oauthError{http.StatusBadRequest, "invalid_request"}
	}
	if _, err := b.consentOf(c.r.Context(), c.tenant, consentID, c.now); err != nil {
		return nil, oauthError{http.StatusBadRequest, "invalid_scope"}
	}
	if err := c.deleteExpired(); err != nil {
		return nil, err
	}
	opens, expires := c.now.Add(requestLife), c.now.Add(visitLife)
	if d, err := time.ParseDuration(f("opens")); err == nil && d > 0 {
		opens = c.now.Add(d)
	}
	if d, err := time.ParseDuration(f("lasts")); err == nil && d > 0 {
		expires = c.now.Add(d)
	}
	id := fairlead.NewToken()
	err = kv.Put(c.r.Context(), b.Memory, c.tenant, b.key("request", fairlead.TokenHash(id)), pushed{
		Consent: consentID, Challenge: f("code_challenge"), Redirect: redirect.String(),
		State: f("state"), Seed: f("seed"), Base: f("base"), Now: c.now, Opens: opens, Expires: expires,
	})
	return map[string]any{"request_uri": requestPrefix + id, "expires_in": int(opens.Sub(c.now).Seconds())}, err
}

const requestPrefix = "urn:ietf:params:oauth:request_uri:"

// token gives tokens for codes, refresh tokens and clients.
func (b *Server) token(c *call) (any, error) {
	if err := c.authenticate(); err != nil {
		return nil, err
	}
	switch c.r.PostFormValue("grant_type") {
	case "client_credentials":
		value, err := c.issue(issued{Kind: "client", Expires: c.now.Add(accessLife)})
		return map[string]any{"access_token": value, "token_type": "Bearer", "expires_in": int(accessLife.Seconds())}, err
	case "authorization_code":
		return b.redeem(c)
	case "refresh_token":
		return b.refresh(c)
	}
	return nil, oauthError{http.StatusBadRequest, "unsupported_grant_type"}
}

// redeem takes a code, once, with the proof of who requested it (RFC 7636).
func (b *Server) redeem(c *call) (any, error) {
	var code issued
	err := kv.Update(c.r.Context(), b.Memory, c.tenant, b.key("code", fairlead.TokenHash(c.r.PostFormValue("code"))), func(t *issued) bool {
		code = *t
		t.Used = true
		return code.Kind == "code" && !code.Used
	})
	if err != nil {
		return nil, err
	}
	proof := sha256.Sum256([]byte(c.r.PostFormValue("code_verifier")))
	good := code.Kind == "code" && !code.Used && c.now.Before(code.Expires) && code.Redirect == c.r.PostFormValue("redirect_uri") &&
		code.Challenge == base64.RawURLEncoding.EncodeToString(proof[:])
	if !good {
		return nil, oauthError{http.StatusBadRequest, "invalid_grant"}
	}
	k, err := b.consentOf(c.r.Context(), c.tenant, code.Consent, c.now)
	if err != nil || k.Status != "AUTHORISED" {
		return nil, oauthError{http.StatusBadRequest, "invalid_grant"}
	}
	access, err := c.issue(issued{Kind: "access", Consent: k.ID, Expires: earlier(c.now.Add(accessLife), k.Expires)})
	if err != nil {
		return nil, err
	}
	refresh, err := c.issue(issued{Kind: "refresh", Consent: k.ID, Expires: k.Expires})
	return map[string]any{"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": int(accessLife.Seconds()), "sub": k.User}, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// refresh gives a new access token; the refresh token stays, as Open Finance Brasil wants.
func (b *Server) refresh(c *call) (any, error) {
	t, there, err := kv.Get[issued](c.r.Context(), b.Memory, c.tenant, b.key("refresh", fairlead.TokenHash(c.r.PostFormValue("refresh_token"))))
	if err != nil {
		return nil, err
	}
	if !there || t.Kind != "refresh" || !c.now.Before(t.Expires) {
		return nil, oauthError{http.StatusBadRequest, "invalid_grant"}
	}
	k, err := b.consentOf(c.r.Context(), c.tenant, t.Consent, c.now)
	if err != nil || k.Status != "AUTHORISED" {
		return nil, oauthError{http.StatusBadRequest, "invalid_grant"}
	}
	if err := c.deleteExpired(); err != nil {
		return nil, err
	}
	access, err := c.issue(issued{Kind: "access", Consent: k.ID, Expires: earlier(c.now.Add(accessLife), k.Expires)})
	return map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": int(accessLife.Seconds())}, err
}

// outliving is how long what has run out is remembered: a client may be called for an
// instant before that of another, where an advance runs their collections side by side.
const outliving = 24 * time.Hour

// deleteExpired deletes some of the tokens, requests and sessions that ran out a while ago:
// a random sixteenth of the names each time, and never many at once.
func (c *call) deleteExpired() error {
	digit := fairlead.TokenHash(fairlead.NewToken())[:1]
	for _, kind := range []string{"access", "code", "client", "request", "session"} {
		if err := kv.DeleteExpired(c.r.Context(), c.Memory, c.tenant, c.key(kind, digit), c.now.Add(-outliving)); err != nil {
			return err
		}
	}
	return nil
}
