package flanks_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// everything reads a list of the newer API page by page.
func (c client) everything(path string, query map[string]any) (items []map[string]any, pages int) {
	c.app.T.Helper()
	var token *string
	for pages = 1; ; pages++ {
		var page struct {
			Items []map[string]any
			Next  *string `json:"next_page_token"`
		}
		c.call("POST", path, map[string]any{"query": query, "page_token": token}, &page)
		if len(page.Items) > 100 {
			c.app.T.Errorf("a page of %s has %d items", path, len(page.Items))
		}
		items = append(items, page.Items...)
		if token = page.Next; token == nil || pages > 500 {
			return items, pages
		}
	}
}

func TestTheNewerListsHoldWhatTheOlderOnesDo(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	want := map[string]map[any]bool{"products": {}, "transactions": {}}
	for _, person := range []string{"good", "NO_ACCOUNTS", "PRODUCT_FAILS_loans"} {
		token := c.linked(person)
		for path, list := range map[string]string{
			"account": "products", "card": "products", "investment": "products", "liability": "products",
			"data": "transactions", "card/transaction": "transactions", "investment/transaction": "transactions", "liability/transaction": "transactions",
		} {
			for _, item := range c.list(path, map[string]any{"credentials_token": token, "ignore_data_error": true}) {
				want[list][item["_id"]] = true
			}
		}
	}
	for list, id := range map[string]string{"products": "product_id", "transactions": "transaction_id"} {
		items, pages := c.everything("/aggregation/v2/list-"+list, map[string]any{})
		seen := map[any]bool{}
		for _, item := range items {
			if seen[item[id]] {
				t.Errorf("%v comes twice in %s", item[id], list)
			}
			if seen[item[id]] = true; !want[list][item[id]] {
				t.Errorf("%v is in %s alone", item[id], list)
			}
		}
		if len(seen) != len(want[list]) || list == "transactions" && pages < 5 {
			t.Errorf("%d pages of %s hold %d things, the older lists %d", pages, list, len(seen), len(want[list]))
		}
	}
}

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

func TestLabelsAreErasedWithThePersonsData(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	token := c.linked("empty-handed")
	items, _ := c.everything("/aggregation/v2/list-products", map[string]any{})
	c.call("POST", "/aggregation/v2/set-product-labels", map[string]any{"product_id": items[0]["product_id"], "labels": map[string]string{"owner": "Ada"}}, nil)
	v := c.app.Server.Verbs
	dev, err := v.Access.ApplicationByClientID(t.Context(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	noted := func() int {
		page, err := v.Notes.KV("flanks").List(t.Context(), dev.Tenant.ID, fairlead.NotesOf(fairlead.ConnectionID(token)), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(page)
	}
	if n := noted(); n != 1 {
		t.Fatalf("%d labels are stored", n)
	}
	c.app.Call("DELETE", "/persons/empty-handed", nil, nil)
	c.app.Until("the labels are erased", func() bool { return noted() == 0 })
}
