package flanks_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/flanks"
)

// sealed is a JWE of a text.
func sealed(t *testing.T, key any, kid string, alg jose.KeyAlgorithm, enc jose.ContentEncryption, zip jose.CompressionAlgorithm, text string) string {
	t.Helper()
	e, err := jose.NewEncrypter(enc, jose.Recipient{Algorithm: alg, Key: key, KeyID: kid}, &jose.EncrypterOptions{Compression: zip})
	if err != nil {
		t.Fatal(err)
	}
	jwe, err := e.Encrypt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := jwe.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// post sends a body as it is.
func (c client) post(path, contentType, body string) (int, string) {
	c.app.T.Helper()
	r, err := http.NewRequest(http.MethodPost, c.app.URL+path, strings.NewReader(body))
	if err != nil {
		c.app.T.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+c.token)
	status, content := c.app.Do(r)
	return status, string(content)
}

func TestAnyRequestMayBeEncrypted(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	status, text := c.app.Do(c.app.Request("GET", "/.well-known/jwks.json", nil))
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil || status != 200 || len(set.Keys) != 1 {
		t.Fatalf("the keys: %d %s %v", status, text, err)
	}
	key := set.Keys[0]
	if !key.IsPublic() || key.Algorithm != "RSA-OAEP-256" || key.Use != "enc" || key.KeyID == "" {
		t.Fatalf("the key is %s", text)
	}
	good := func(text string) string {
		return sealed(t, key.Key, key.KeyID, jose.RSA_OAEP_256, jose.A256GCM, jose.NONE, text)
	}
	if status, body := c.post("/v0/token", "application/jose", good(`{"client_id":"dev","client_secret":"dev-secret","grant_type":"client_credentials"}`)); status != 200 {
		t.Errorf("a token: %d %s", status, body)
	}
	for _, contentType := range []string{"application/jose", "application/json", "text/plain"} {
		if status, body := c.post("/v0/links/create-link", contentType, good(`{"redirect_uri":"http://127.0.0.1:9/back"}`)+"\n"); status != 200 || !strings.Contains(body, "127.0.0.1:9") {
			t.Errorf("a link: %d %s", status, body)
		}
	}
	if status, _ := c.post("/aggregation/v2/list-products", "application/jose", sealed(t, key.Key, "", jose.RSA_OAEP_256, jose.A256GCM, jose.NONE, `{"query":{}}`)); status != 200 {
		t.Errorf("without a kid: %d", status)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	whole := good(`{}`)
	for name, body := range map[string]string{
		"another's key":         sealed(t, other.Public(), key.KeyID, jose.RSA_OAEP_256, jose.A256GCM, jose.NONE, `{}`),
		"an unknown kid":        sealed(t, key.Key, "nobody", jose.RSA_OAEP_256, jose.A256GCM, jose.NONE, `{}`),
		"an older algorithm":    sealed(t, key.Key, key.KeyID, jose.RSA_OAEP, jose.A256GCM, jose.NONE, `{}`),
		"PKCS 1":                sealed(t, key.Key, key.KeyID, jose.RSA1_5, jose.A256GCM, jose.NONE, `{}`),
		"another cipher":        sealed(t, key.Key, key.KeyID, jose.RSA_OAEP_256, jose.A128CBC_HS256, jose.NONE, `{}`),
		"compressed":            sealed(t, key.Key, key.KeyID, jose.RSA_OAEP_256, jose.A256GCM, jose.DEFLATE, strings.Repeat(`{"a":1}`, 100)),
		"a part changed":        whole[:len(whole)-4] + "AAAA",
		"five parts of nothing": "a.b.c.d.e",
	} {
		status, text := c.post("/v0/links/create-link", "application/jose", body)
		if status != 400 || !strings.Contains(text, "ValidationError") || !strings.Contains(text, "jwks.json") {
			t.Errorf("%s: %d %s", name, status, text)
		}
		if status, text := c.post("/v0/bank/credentials/status", "application/jose", body); status != 400 || !strings.Contains(text, "CONFIGURATION_ERROR") {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if status, text := c.post("/v0/links/create-link", "application/jose", good(`not JSON`)); status != 400 || !strings.Contains(text, "must be a JSON object") {
		t.Errorf("a JWE of no JSON: %d %s", status, text)
	}
	if status, _ := c.post("/v0/links/create-link", "application/jose", good(`{"name":"`+strings.Repeat("x", 70<<10)+`"}`)); status != 413 {
		t.Errorf("a JWE that is too large: %d", status)
	}
}

// Opening is dear: whoever sends what does not open is not heard after a while, also who
// has a good token.
func TestJWEsThatDoNotOpenCountAgainstTheirAddress(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	of := c.app.Server
	verbs, now := of.Verbs, time.Now()
	verbs.Access = access.New(of.Store, of.Vault, func() time.Time { return now }, access.Options{Limits: access.Limits{WrongAtOnce: 2}})
	mux := http.NewServeMux()
	flanks.New(verbs).Mount(mux)
	post := func(from, body string) int {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/v0/links/list-links", strings.NewReader(body))
		r.RemoteAddr = from
		r.Header.Set("Authorization", "Bearer "+c.token)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w.Code
	}
	for n, want := range []int{400, 400, 429} {
		if got := post("192.0.2.1", "a.b.c.d.e"); got != want {
			t.Errorf("JWE %d answers %d, want %d", n, got, want)
		}
	}
	for range 5 {
		if got := post("192.0.2.2", "no JSON"); got == 429 {
			t.Error("a body that is no JWE counts")
		}
	}
}
