package hub

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// fault is something that goes wrong at the service while it is switched on.
type fault struct {
	means  string
	err    error                         // what every call is refused with
	mangle func([]byte) (string, []byte) // what becomes of an answer: its type and body
}

// faults are what POST /sandbox/estuary/v1/{tenant}/fault switches on, one at a time.
var faults = map[string]fault{
	"down":      {means: "Every call is answered 503.", err: refusal{status: http.StatusServiceUnavailable, word: "unavailable"}},
	"revoked":   {means: "The keys are revoked.", err: refusal{status: http.StatusUnauthorized, word: "keys_revoked"}},
	"quota":     {means: "The calls of the hour are used up."},
	"html":      {means: "Every answer is a web page.", mangle: func([]byte) (string, []byte) { return "text/html", []byte("<html><body>Maintenance</body></html>") }},
	"torn":      {means: "Every answer breaks off.", mangle: func(b []byte) (string, []byte) { return "application/json", b[:len(b)/2] }},
	"shapeless": {means: "Every answer is an empty object.", mangle: func([]byte) (string, []byte) { return "application/json", []byte("{}") }},
	"fewer":     {means: "Some banks are not listed."},
}

// setFault switches a fault on, or off with an empty body.
func (h *Hub) setFault(r *request) (any, error) {
	if err := r.ParseForm(); err != nil {
		return nil, refusal{status: http.StatusBadRequest, word: "invalid_request"}
	}
	if _, err := h.options.Time(r.Context(), r.tenant); err != nil {
		return nil, refusal{status: http.StatusNotFound, word: "unknown_account"}
	}
	name := strings.TrimSpace(r.PostForm.Get("fault"))
	if _, ok := faults[name]; name != "" && !ok {
		return map[string]any{"error": "unknown_fault", "faults": slices.Sorted(maps.Keys(faults))}, nil
	}
	err := h.change(r, func(a *account) bool {
		a.Fault = name
		return true
	})
	r.account.Fault = "" // the answer of the switch itself is whole
	return map[string]string{"fault": name}, err
}
