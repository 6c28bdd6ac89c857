package flanks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// jwksPath is where the keys for encrypted requests are.
const jwksPath = "/.well-known/jwks.json"

// maxBody caps a request; the vendor's samples are below a kilobyte.
const maxBody = 64 << 10

// Mount adds every address of the API; the page serves /link.
func (f *Flanks) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST /v0/token", f.token)
	mux.HandleFunc("GET "+jwksPath, f.jwks)
	for _, prefix := range prefixes() {
		mux.HandleFunc(prefix, func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusNotFound, refused{Error: "NOT_FOUND", Message: "There is no such endpoint."})
		})
	}
	for pattern, route := range f.routes() {
		mux.Handle(pattern, f.called(route))
	}
}

// prefixes are where the vendor's addresses lie: what is not served below them is
// answered in JSON, because its clients read nothing else.
func prefixes() []string {
	return []string{"/v0/", "/connect/", "/v2/connect/", "/aggregation/", "/report/"}
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
	}
	for pattern, route := range f.newerRoutes() {
		routes[pattern] = route
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
		body, err = f.opened(r.Context(), body)
	}
	if err != nil {
		return nil, err
	}
	return to.handle(call{r.WithContext(caller.In(r.Context(), r.RemoteAddr)), caller, body})
}

func content(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, dialect.Unread(err)
	}
	return body, nil
}

// decode reads the body; an empty one is an empty object.
func (c call) decode(into any) error {
	if len(strings.TrimSpace(string(c.body))) == 0 {
		return nil
	}
	err := dialect.Unmarshal(c.body, into)
	if strict, ok := errors.AsType[*fairlead.Error](err); ok {
		return strict
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fairlead.InvalidField(wrong.Field, "format", "has a wrong type")
	}
	if err != nil {
		return fairlead.InvalidField("body", "format", "must be a JSON object")
	}
	return nil
}

// decodeStrict is decode for the newer endpoints: what they do not know they refuse,
// because a filter that is not understood must not look as if it had been applied.
func (c call) decodeStrict(into any) error {
	if err := c.decode(into); err != nil {
		return err
	}
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	if err := d.Decode(reflect.New(reflect.TypeOf(into).Elem()).Interface()); err != nil {
		name := strings.Trim(strings.TrimPrefix(err.Error(), "json: unknown field "), `"`)
		return fairlead.InvalidField(name, "unknown", "is no field that this endpoint takes")
	}
	return nil
}
