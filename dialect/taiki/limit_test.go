package taiki_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

func TestGuessingSecretsIsStopped(t *testing.T) {
	t.Parallel()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "fairlead.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	who := access.New(s, keyset.Memory(), fairlead.RealClock, access.Options{Limits: access.Limits{WrongAtOnce: 2}})
	mux := http.NewServeMux()
	taiki.New(dialect.Verbs{Access: who}).Mount(mux)
	for path, guess := range map[string]func(*http.Request){
		"/initialize-token": func(r *http.Request) { r.Header.Set("TAIKI-SECRET", "a guess") },
		"/api/token":        func(*http.Request) {},
	} {
		var statuses []int
		for range 3 {
			r := httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader(`{"webhookURL":"https://app.example.com/","api_key":"dev","api_secret":"a guess"}`))
			r.RemoteAddr = path // each from an address of its own
			guess(r)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			statuses = append(statuses, w.Code)
			if w.Code == http.StatusTooManyRequests && (w.Header().Get("Retry-After") == "" || w.Body.String() != `{"error":"Too many requests"}`+"\n") {
				t.Errorf("%s answered %v %s", path, w.Header(), w.Body)
			}
		}
		if !slices.Equal(statuses, []int{401, 401, 429}) {
			t.Errorf("guesses at %s are answered %v", path, statuses)
		}
	}
}
