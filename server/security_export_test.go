package server

import (
	"context"
	"net/http"
	"net/http/httptest"

	"github.com/fairlead-dev/fairlead/securitylog"
)

// Provoke answers a request with a status, as a handler of the server's would.
func Provoke(s *Server, status int) {
	h := s.around(s.watched(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })), nil)
	r := httptest.NewRequest(http.MethodGet, s.URL()+"/provoked", nil)
	h.ServeHTTP(httptest.NewRecorder(), r)
}

// ReportLimit reports a limit that a dev server, whose limits are far, does not reach.
func ReportLimit(s *Server) {
	s.security.Report(context.Background(), securitylog.LimitReached, securitylog.Entry{From: "192.0.2.1", Limit: "credentials"})
}
