package flanks

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// jwksPath is where the keys for encrypted requests are.
const jwksPath = "/.well-known/jwks.json"

// Mount adds every address of the API; the page serves /link.
func (f *Flanks) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST /v0/token", f.token)
	mux.HandleFunc("GET "+jwksPath, f.jwks)
	for _, prefix := range prefixes() {
		mux.HandleFunc(prefix, f.notServed)
	}
	for pattern, route := range f.routes() {
		mux.Handle(pattern, f.called(route))
	}
}

// prefixes are where the vendor's addresses lie: what is not served below them is
// answered in JSON, because its clients read nothing else.
func prefixes() []string {
	return []string{"/v0/", "/connect/", "/v2/", "/aggregation/", "/report/", jwksPath}
}

// notServed answers 404, and 405 where another method is served.
func (f *Flanks) notServed(w http.ResponseWriter, r *http.Request) {
	var methods []string
	for pattern := range f.Scopes() {
		if method, path, _ := strings.Cut(strings.TrimSuffix(pattern, "{$}"), " "); path == r.URL.Path {
			methods = append(methods, method)
		}
	}
	if len(methods) == 0 {
		answer(w, http.StatusNotFound, refused{Error: "NOT_FOUND", Message: "There is no such endpoint."})
		return
	}
	slices.Sort(methods)
	w.Header().Set("Allow", strings.Join(methods, ", "))
	answer(w, http.StatusMethodNotAllowed, refused{Error: "METHOD_NOT_ALLOWED", Message: "This endpoint takes " + strings.Join(methods, " and ") + "."})
}

// route is what answers a call, the scope that its key must have, and how errors
// are spelled there.
type route struct {
	scope  fairlead.AccessScope
	handle handler
	refuse func(error) (int, any)
}

// routes is every call of a bearer.
func (f *Flanks) routes() map[string]route {
	const (
		read    = fairlead.AccessScopeRead
		link    = fairlead.AccessScopeLink
		collect = fairlead.AccessScopeCollect
		erase   = fairlead.AccessScopeErase
	)
	routes := map[string]route{
		"POST /v0/links/list-links":          {read, f.listLinks, linkRefusal},
		"POST /v0/links/create-link":         {link, f.createLink, linkRefusal},
		"POST /v0/links/edit-link":           {link, f.editLink, linkRefusal},
		"POST /v0/links/delete-link":         {link, f.deleteLink, linkRefusal},
		"POST /v0/links/pause-link":          {link, f.activate(false), linkRefusal},
		"POST /v0/links/resume-link":         {link, f.activate(true), linkRefusal},
		"GET /v0/platform/link":              {link, f.codes, refusal},
		"POST /v0/platform/link":             {link, f.exchange, refusal},
		"GET /v0/bank/available":             {read, f.available, refusal},
		"POST /v0/bank/credentials/status":   {read, f.status, refusal},
		"PUT /v0/bank/credentials/status":    {collect, f.force, refusal},
		"POST /v0/bank/credentials/list":     {read, f.list, refusal},
		"DELETE /v0/bank/credentials":        {erase, f.remove, refusal},
		"POST /v0/bank/credentials/all":      {read, f.all, refusal},
		"POST /v0/bank/credentials/auth":     {read, f.identity, refusal},
		"POST /v0/bank/credentials/auth/{$}": {read, f.identity, refusal},

		// Connect v2 and Aggregation v2. The vendor's page about filters makes a session at an
		// address of its own; both are served. Labels are the application's own words about
		// data: whoever may have data fetched may set them.
		"POST /connect/v2/connectors/list-connectors": {read, f.listConnectors, v2Refusal},
		"POST /connect/v2/sessions/create-session":    {link, f.createSession, v2Refusal},
		"POST /v2/connect/sessions":                   {link, f.createSession, v2Refusal},
		"POST /connect/v2/sessions/list-sessions":     {read, f.listSessions, v2Refusal},
		"POST /aggregation/v2/list-products":          {read, f.listProducts, v2Refusal},
		"POST /aggregation/v2/list-transactions":      {read, f.listTransactions, v2Refusal},
		"POST /aggregation/v2/set-product-labels":     {collect, f.setProductLabels, v2Refusal},
		"POST /aggregation/v2/set-transaction-labels": {collect, f.setTransactionLabels, v2Refusal},
	}
	for _, of := range f.reads() {
		routes["POST /v0/bank/credentials/"+of.path] = route{read, of.handler(f), refusal}
	}
	return routes
}

// Scopes is every call of a bearer with the scope that its key must have.
func (f *Flanks) Scopes() map[string]fairlead.AccessScope {
	scopes := map[string]fairlead.AccessScope{"POST /v0/token": "", "GET " + jwksPath: ""}
	for pattern, route := range f.routes() {
		scopes[pattern] = route.scope
	}
	return scopes
}

// call is one authenticated request.
type call struct {
	*http.Request
	access.Caller
	body []byte
}

// handler answers a call with what is encoded as JSON, or a streamed list.
type handler func(call) (any, error)

// called admits the bearer, reads the body whatever its Content-Type or the
// method, and encodes what the handler answers.
func (f *Flanks) called(to route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := f.attempt(w, r, to)
		if l, ok := out.(interface {
			write(context.Context, http.ResponseWriter)
		}); ok && err == nil {
			l.write(r.Context(), w)
			return
		}
		code := http.StatusOK
		if err != nil {
			if fairlead.KindOf(err) == fairlead.Internal && !errors.As(err, new(incompleteData)) {
				f.verbs.Log.ErrorContext(r.Context(), "flanks: request failed", "error", err)
			}
			code, out = to.refuse(err)
			retryAfter(w, err)
		}
		answer(w, code, out)
	})
}

func (f *Flanks) attempt(w http.ResponseWriter, r *http.Request, to route) (any, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	if token = strings.TrimSpace(token); token == "" { // no credentials are no wrong ones
		return nil, fairlead.Errorf(fairlead.Unauthenticated, "Send a bearer token.")
	}
	caller, err := f.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return f.verbs.Access.ByToken(r.Context(), token, name)
	})
	if err == nil {
		err = caller.May(to.scope)
	}
	if err != nil {
		return nil, err
	}
	body, err := content(w, r)
	if err == nil {
		if body, err = f.opened(r.Context(), body); fairlead.Is(err, fairlead.Invalid) {
			f.verbs.Access.CountWrong(r.Context(), r.RemoteAddr) // opening is dear, whoever asks
		}
	}
	if err != nil {
		return nil, err
	}
	return to.handle(call{r.WithContext(caller.In(r.Context(), r.RemoteAddr)), caller, body})
}
