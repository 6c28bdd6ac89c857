package dialect

import (
	"net/http"
	"slices"
	"strings"
)

// CrossOrigin is the one place that says which origins may read the answers of a
// dialect's API: those of some application of this server, on the paths that pages of
// an application call from a browser. It answers preflights, which name neither
// application nor token, and marks every answer, a refusal too: a page must be able to
// tell a token that has expired from a network that is down. A handler that has learnt
// whose request it is calls OnlyFor.
type CrossOrigin struct {
	http.Handler // what answers
	verbs        Verbs
	paths        map[string][]string // the methods of each
}

// NewCrossOrigin puts the rule before a handler; routes are "POST /data/v1/consents".
// The handler may be routes' own mux.
func NewCrossOrigin(v Verbs, next http.Handler, routes ...string) *CrossOrigin {
	c := &CrossOrigin{Handler: next, verbs: v, paths: map[string][]string{}}
	for _, route := range slices.Sorted(slices.Values(routes)) {
		method, path, _ := strings.Cut(route, " ")
		c.paths[path] = append(c.paths[path], method)
	}
	return c
}

// ServeHTTP answers a preflight, or marks the answer for the origin that asks.
func (c *CrossOrigin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	methods, ok := c.paths[r.URL.Path]
	if !ok {
		c.Handler.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	allowed := origin != "" && c.verbs.Access.OriginAllowed(r.Context(), origin, c.verbs.Dev)
	if allowed {
		h.Set(allowOrigin, origin)
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	if r.Method != http.MethodOptions {
		c.Handler.ServeHTTP(w, r)
		return
	}
	if allowed {
		h.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept")
		h.Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
}

const allowOrigin = "Access-Control-Allow-Origin"

// OnlyFor takes the mark off again where the application whose request it is does not
// have the origin.
func OnlyFor(w http.ResponseWriter, originAllowed func(origin string) bool) {
	if origin := w.Header().Get(allowOrigin); origin != "" && !originAllowed(origin) {
		w.Header().Del(allowOrigin)
	}
}
