package demo_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/examples/demo"
)

// After a restart nobody knows the secret of the endpoint that the demo had, until its
// page is opened: the deliveries for it must end, not be tried for days.
func TestAnEndpointOfAnEarlierLifeIsEnded(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	demo.New(demo.Options{API: "http://127.0.0.1:9", Home: "http://127.0.0.1:9/demo", Log: slog.New(slog.DiscardHandler)}).
		ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/demo/webhook", strings.NewReader("{}")))
	if w.Code != http.StatusGone {
		t.Errorf("it is answered %d, want 410", w.Code)
	}
}
