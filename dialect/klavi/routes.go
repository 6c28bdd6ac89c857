package klavi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
)

// Mount adds /data/v1/*.
func (k *Klavi) Mount(mux *http.ServeMux) {
	inner := http.NewServeMux()
	for pattern, route := range k.routes() {
		method, path, _ := strings.Cut(pattern, " ")
		inner.HandleFunc(method+" "+prefix+path, k.answered(route.handle))
	}
	inner.HandleFunc(prefix+"/", k.answered(func(http.ResponseWriter, *http.Request) (any, error) {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such address in this API.")
	}))
	// What pages of the partner's call with a link's token.
	mux.Handle(prefix+"/", dialect.NewCrossOrigin(k.verbs, inner,
		"GET "+prefix+"/links/institutions", "GET "+prefix+"/institutions", "POST "+prefix+"/consents"))
}

// route is what answers a call, and the scope that its key must have; none where
// the call shows a link's token, or nothing.
type route struct {
	scope  fairlead.AccessScope
	handle handler
}

// routes is every call.
func (k *Klavi) routes() map[string]route {
	const (
		read  = fairlead.AccessScopeRead
		link  = fairlead.AccessScopeLink
		erase = fairlead.AccessScopeErase
	)
	by := func(scope fairlead.AccessScope, handle func(call) (any, error)) route {
		return route{scope, k.byApplication(scope, handle)}
	}
	return map[string]route{
		"POST /auth":                          {"", k.auth},
		"GET /refresh":                        by("", k.refresh),
		"POST /links":                         by(link, k.createLink),
		"GET /links/{linkId}":                 by(read, k.readLink),
		"GET /links/institutions":             {"", k.byLink(k.institutions)},
		"GET /institutions":                   {"", k.byLink(k.institutions)},
		"POST /consents":                      {"", k.byLink(k.createConsent)},
		"GET /consents":                       by(read, k.listConsents),
		"GET /consents/{consentId}":           by(read, k.readConsent),
		"DELETE /consents/{consentId}":        by(erase, k.revokeConsent),
		"DELETE /consents/{consentId}/revoke": by(erase, k.revokeConsent),
		"POST /personal/institution-data":     by(read, k.requestReports(report.Person)),
		"POST /personal/user-data":            by(read, k.requestReports(report.Person)),
		"POST /business/institution-data":     by(read, k.requestReports(report.Company)),
		"POST /business/user-data":            by(read, k.requestReports(report.Company)),
		"GET /basic-links/{appId}":            {"", k.basicLink},
	}
}

// Scopes is every call with the scope that its key must have.
func (k *Klavi) Scopes() map[string]fairlead.AccessScope {
	scopes := map[string]fairlead.AccessScope{}
	for pattern, route := range k.routes() {
		method, path, _ := strings.Cut(pattern, " ")
		scopes[method+" "+prefix+path] = route.scope
	}
	return scopes
}

// handler returns what is answered as JSON; nil, nil when it has answered by itself.
type handler func(http.ResponseWriter, *http.Request) (any, error)

// call is a request whose caller is known.
type call struct {
	*http.Request
	access.Caller
}

// byApplication is a handler of calls that show an access token with a scope; ""
// for any.
func (k *Klavi) byApplication(scope fairlead.AccessScope, handle func(call) (any, error)) handler {
	return func(_ http.ResponseWriter, r *http.Request) (any, error) {
		c, err := k.caller(r)
		if err == nil && scope != "" {
			err = c.May(scope)
		}
		if err != nil {
			return nil, err
		}
		return handle(call{r.WithContext(c.In(r.Context(), r.RemoteAddr)), c})
	}
}

// byLink is a handler of calls that show a link's token.
func (k *Klavi) byLink(handle func(call, fairlead.Link) (any, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) (any, error) {
		link, c, err := k.holder(w, r)
		if err != nil {
			return nil, err
		}
		return handle(call{r.WithContext(c.In(r.Context(), r.RemoteAddr)), c}, link)
	}
}

// answered answers with the JSON of what a handler returns, or of its error.
func (k *Klavi) answered(handle handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		body, err := handle(w, r)
		if err != nil {
			k.refuse(w, r, err)
		} else if body != nil {
			answer(w, http.StatusOK, body)
		}
	}
}

func (k *Klavi) auth(_ http.ResponseWriter, r *http.Request) (any, error) {
	var body authBody
	if err := read(r, &body); err != nil {
		return nil, err
	}
	c, err := k.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return k.verbs.Access.ByClient(r.Context(), body.AccessKey, fairlead.NewSecret(body.SecretKey))
	})
	if fairlead.Is(err, fairlead.Unauthenticated) {
		err = fairlead.Errorf(fairlead.Unauthenticated, "Invalid accessKey or secretKey")
	}
	if err != nil {
		return nil, err
	}
	return k.issue(r, c)
}

// refresh renews a token, until renewLife after the first was issued for the key.
func (k *Klavi) refresh(c call) (any, error) {
	token, expires, err := k.verbs.Access.RenewToken(c.Context(), c.Caller, name, tokenLife, renewLife)
	if fairlead.Is(err, fairlead.Unauthenticated) {
		return nil, expired()
	}
	left := min(tokenLife, expires.Sub(c.Tenant.Time(k.verbs.Clock())).Round(time.Second))
	return accessToken{token, int(left.Seconds())}, err
}

func (k *Klavi) issue(r *http.Request, c access.Caller) (any, error) {
	token, _, err := k.verbs.Access.IssueToken(r.Context(), c, name, tokenLife)
	return accessToken{token, int(tokenLife.Seconds())}, err
}

// caller is who shows an access token.
func (k *Klavi) caller(r *http.Request) (access.Caller, error) {
	token := bearer(r)
	if token == "" { // no credentials are no wrong ones
		return access.Caller{}, expired()
	}
	c, err := k.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return k.verbs.Access.ByToken(r.Context(), token, name)
	})
	if fairlead.Is(err, fairlead.Unauthenticated) {
		return c, expired()
	}
	return c, err
}

// holder is who shows a link's token, with the application that made the link.
// Its pages on the application's own origins may read the answer.
func (k *Klavi) holder(w http.ResponseWriter, r *http.Request) (link fairlead.Link, c access.Caller, err error) {
	token := bearer(r)
	if token == "" {
		return link, c, expired()
	}
	c, err = k.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (c access.Caller, err error) {
		link, c, err = k.ofToken(r.Context(), token)
		return c, err
	})
	if err == nil {
		dialect.OnlyFor(w, func(origin string) bool { return c.Application.OriginAllowed(origin, k.verbs.Dev) })
	}
	return link, c, err
}

// ofToken finds a link of this dialect's by its token, with its application.
func (k *Klavi) ofToken(ctx context.Context, token string) (link fairlead.Link, c access.Caller, err error) {
	link, err = k.verbs.Linking.LinkByToken(ctx, token)
	kind := fairlead.KindOf(err)
	if err != nil && (kind == fairlead.Unauthenticated || kind == fairlead.Gone) || err == nil && link.Origin.Dialect != name {
		return link, c, expired()
	}
	if err == nil {
		c.Tenant, err = k.verbs.Access.Tenant(ctx, link.Tenant)
	}
	if err == nil {
		c.Application, err = k.verbs.Access.Application(ctx, link.Tenant, link.Application)
	}
	return link, c, err
}

// bearer is the token of the Authorization header.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func expired() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "Invalid or expired token")
}
