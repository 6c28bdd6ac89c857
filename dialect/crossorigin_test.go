package dialect_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// Whatever the answer is, the page that asked may read it: a status that a browser
// hides is a "network error" to whoever debugs it.
func TestEveryAnswerSaysWhichOriginMayReadIt(t *testing.T) {
	t.Parallel()
	db, err := sqlstore.Open(t.Context(), "sqlite://"+t.TempDir()+"/test.db", sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	verbs := dialect.Verbs{Access: access.New(db, keyset.Memory(), time.Now, access.Options{}), Dev: true}
	const page = "http://localhost:3000"
	for _, status := range []int{200, 401, 404, 405, 413, 422, 429, 500, 503} {
		handler := dialect.NewCrossOrigin(verbs, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "another's" {
				dialect.OnlyFor(w, func(origin string) bool { return origin != page })
			}
			w.WriteHeader(status)
		}), "POST /here", "GET /here")
		headers := func(method, path, origin, token string) http.Header {
			r, w := httptest.NewRequest(method, path, nil), httptest.NewRecorder()
			r.Header.Set("Origin", origin)
			r.Header.Set("Authorization", token)
			handler.ServeHTTP(w, r)
			return w.Header()
		}
		for _, c := range []struct{ method, path, origin, token, allowed string }{
			{"GET", "/here", page, "", page},
			{"PUT", "/here", page, "", page},
			{"OPTIONS", "/here", page, "", page},
			{"GET", "/here", "https://evil.example", "", ""},
			{"GET", "/here", page, "another's", ""},
			{"GET", "/elsewhere", page, "", ""},
		} {
			h := headers(c.method, c.path, c.origin, c.token)
			if got := h.Get("Access-Control-Allow-Origin"); got != c.allowed || c.path == "/here" && h.Get("Vary") != "Origin" {
				t.Errorf("%d to %s %s of %s: allowed %q, vary %q", status, c.method, c.path, c.origin, got, h.Get("Vary"))
			}
		}
		if h := headers("OPTIONS", "/here", page, ""); h.Get("Access-Control-Allow-Methods") != "GET, POST" {
			t.Errorf("the preflight allows %q", h.Get("Access-Control-Allow-Methods"))
		}
	}
}
