package server_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/server"
)

// TestEveryDoorSlowsDownWhoeverGuesses asks each way in with something wrong, from
// one address, until it is told to wait.
func TestEveryDoorSlowsDownWhoeverGuesses(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct{ method, path, header, value, body, says string }{
		"a client's secret at Klavi":    {"POST", "/data/v1/auth", "", "", `{"accessKey":"shop","secretKey":"wrong"}`, `"statusCode":429`},
		"a bearer token at Klavi":       {"GET", "/data/v1/consents", "Authorization", "Bearer wrong", "", `"statusCode":429`},
		"a link's token at Klavi":       {"GET", "/data/v1/links/institutions", "Authorization", "Bearer wrong", "", `"statusCode":429`},
		"a client id of a basic link":   {"GET", "/data/v1/basic-links/nobody", "", "", "", `"statusCode":429`},
		"a client's secret at Flanks":   {"POST", "/v0/token", "", "", `{"client_id":"shop","client_secret":"wrong","grant_type":"client_credentials"}`, "Too many requests"},
		"a password at Flanks":          {"POST", "/v0/token", "", "", `{"client_id":"$CLIENT","client_secret":"$SECRET","grant_type":"password","username":"me","password":"guess"}`, "Too many requests"},
		"a refresh token at Flanks":     {"POST", "/v0/token", "", "", `{"client_id":"$CLIENT","client_secret":"$SECRET","grant_type":"refresh_token","refresh_token":"guess"}`, "Too many requests"},
		"a JWE at Flanks' tokens":       {"POST", "/v0/token", "", "", "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0.AAAA.AAAA.AAAA.AAAA", "Too many requests"},
		"a bearer token at Flanks":      {"POST", "/v0/links/list-links", "Authorization", "Bearer wrong", "", "Too many requests"},
		"a secret at Taiki":             {"POST", "/initialize-token", "TAIKI-SECRET", "wrong", `{}`, "Too many requests"},
		"a secret at the later Taiki":   {"POST", "/api/token", "", "", `{"api_key":"shop","api_secret":"wrong"}`, "Too many requests"},
		"a secret at the native tokens": {"POST", "/v1/oauth/token", "Content-Type", "application/json", `{"client_id":"shop","client_secret":"wrong","grant_type":"client_credentials"}`, `"rate_limited"`},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			address, made := production(t, func(*server.Config) {})
			sent := strings.NewReplacer("$CLIENT", made.ClientID, "$SECRET", made.Secret).Replace(c.body)
			for n := 0; n < 200; n++ {
				r, err := http.NewRequestWithContext(t.Context(), c.method, address+c.path, strings.NewReader(sent))
				if err != nil {
					t.Fatal(err)
				}
				if c.header != "" {
					r.Header.Set(c.header, c.value)
				}
				response, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(response.Body)
				response.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				if response.StatusCode != http.StatusTooManyRequests {
					continue
				}
				if after, err := strconv.Atoi(response.Header.Get("Retry-After")); err != nil || after < 1 || !strings.Contains(string(body), c.says) {
					t.Errorf("429 came with Retry-After %q and %s", response.Header.Get("Retry-After"), body)
				}
				return
			}
			t.Error("200 wrong ones were never too many")
		})
	}
}
