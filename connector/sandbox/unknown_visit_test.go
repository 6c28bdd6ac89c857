package sandbox

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestAVisitThatNobodyBeganIsNotFound(t *testing.T) {
	t.Parallel()
	s := New(NewMemory(), Options{Time: func(context.Context, fairlead.TenantID) (time.Time, error) {
		return time.Time{}, fairlead.Errorf(fairlead.NotFound, "There is no such tenant.")
	}})
	mux := http.NewServeMux()
	s.Mount(mux)
	for _, address := range []string{
		"GET /sandbox/farol/authorize", "GET /sandbox/farol/authorize?client_id=x&request_uri=urn:ietf:params:oauth:request_uri:x",
		"GET /sandbox/farol/authorize?client_id=%00&request_uri=urn:ietf:params:oauth:request_uri:x", "GET /sandbox/farol/s/x", "POST /sandbox/farol/s/x",
		"GET /sandbox/farol/s/x.y", "GET /sandbox/farol/s/%00.y", "POST /sandbox/farol/s/..%2f%5cevil.example", "GET /sandbox/ancora/s/x", "GET /sandbox/keel/s/x",
		"GET /sandbox/visit/x/y", "POST /sandbox/visit/x/y", "GET /sandbox/visit/%00/y", "GET /sandbox/visit/..%2f%5cevil.example/y", "GET /sandbox/nothing",
	} {
		method, path, _ := strings.Cut(address, " ")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		if w.Code != http.StatusNotFound || w.Header().Get("Location") != "" {
			body, _ := io.ReadAll(w.Body)
			t.Errorf("%s answered %d to %q: %.80s", address, w.Code, w.Header().Get("Location"), body)
		}
	}
	for _, address := range []string{"POST /sandbox/farol/par", "POST /sandbox/farol/token", "GET /sandbox/farol/open-banking/resources/v3/resources"} {
		method, path, _ := strings.Cut(address, " ")
		for _, header := range []string{"", "Basic AHg6eA==", "Basic eDp4", "Bearer x", "Bearer \x00.x", "Bearer .x"} {
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set("Authorization", header)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code != http.StatusUnauthorized {
				t.Errorf("%s with %q answered %d", address, header, w.Code)
			}
		}
	}
}
