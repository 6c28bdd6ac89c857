package server

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
)

// requestIDHeader is the id by which an answer is found in the log.
const requestIDHeader = "Fairlead-Request-Id"

// watched reports to the security log what a request's answer says: what nobody
// closer to it has reported, and every failure of the server's own.
func (s *Server) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, request := securitylog.WithRequest(r.Context(), r.RemoteAddr)
		inner := r.WithContext(ctx)
		answer := &identified{counting: counting{ResponseWriter: w}}
		defer func() {
			r.Pattern = inner.Pattern // what metrics are counted by
			status := cmp.Or(answer.status, http.StatusOK)
			p := recover()
			if p != nil && p != http.ErrAbortHandler {
				status = http.StatusInternalServerError
				answer.identify()
			}
			known, reported := request.Known()
			e := securitylog.Entry{Route: route(inner), Status: status, RequestID: w.Header().Get(requestIDHeader)}
			e.Scope = missingScope(status, w.Header())
			if event := eventOf(e, known, reported); event != "" {
				s.security.Report(ctx, event, e)
			}
			if w.Header().Get("Idempotent-Replayed") != "" {
				e.Status = 0 // it is the stored answer's
				s.security.Report(ctx, securitylog.IdempotencyReplayed, e)
			}
			if p != nil {
				panic(p)
			}
		}()
		next.ServeHTTP(answer, inner)
	})
}

// eventOf is what a status tells the operator; "": nothing, or nothing more than
// was reported.
func eventOf(e, known securitylog.Entry, reported bool) securitylog.Event {
	switch status := e.Status; {
	case status >= 500:
		return securitylog.ServerError
	case reported:
		return ""
	case e.Scope != "":
		return securitylog.ScopeMissing
	case status == http.StatusForbidden:
		return securitylog.AccessRefused
	case status == http.StatusNotFound && known.Application != "":
		return securitylog.UnknownID
	case status == http.StatusTooManyRequests:
		return securitylog.LimitReached
	}
	return ""
}

// missingScope is the scope that an answer says is missing (RFC 6750).
func missingScope(status int, h http.Header) string {
	challenge := h.Get("WWW-Authenticate")
	if status != http.StatusForbidden || !strings.Contains(challenge, "insufficient_scope") {
		return ""
	}
	_, scope, _ := strings.Cut(challenge, `scope="`)
	return strings.TrimSuffix(scope, `"`)
}

// identified gives the answer to a failure an id where its dialect has none.
type identified struct{ counting }

func (i *identified) WriteHeader(code int) {
	if code >= 500 {
		i.identify()
	}
	i.counting.WriteHeader(code)
}

func (i *identified) identify() {
	if h := i.Header(); h.Get(requestIDHeader) == "" {
		h.Set(requestIDHeader, fairlead.NewID("req", fairlead.RealClock()))
	}
}
