package plaid

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

func received(t *testing.T, server *plaidtest.Server, body plaidtest.Object) connector.Received {
	t.Helper()
	b, signature, err := server.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	return connector.Received{Header: http.Header{"Plaid-Verification": {signature}}, Body: b}
}

func TestAWebhookBecomesWhatItSays(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	p, env := New(), envOf(server.URL)
	ends := time.Now().UTC().AddDate(0, 0, 5).Truncate(time.Second)
	for code, c := range map[string]struct {
		body plaidtest.Object
		want connector.ProviderUpdate
		err  fairlead.ErrorKind
	}{
		"LINK SESSION_FINISHED":               {plaidtest.Object{"link_token": "link-1"}, connector.ProviderUpdate{Kind: connector.UpdatedVisit, Visit: "link-1"}, ""},
		"LINK ITEM_ADD_RESULT":                {plaidtest.Object{"link_token": "link-1"}, connector.ProviderUpdate{Kind: connector.UpdatedVisit, Visit: "link-1"}, ""},
		"TRANSACTIONS SYNC_UPDATES_AVAILABLE": {nil, connector.ProviderUpdate{Kind: connector.UpdatedData, Upstream: "item-1"}, ""},
		"HOLDINGS DEFAULT_UPDATE":             {nil, connector.ProviderUpdate{Kind: connector.UpdatedData, Upstream: "item-1"}, ""},
		"ITEM LOGIN_REPAIRED":                 {nil, connector.ProviderUpdate{Kind: connector.UpdatedRepaired, Upstream: "item-1"}, ""},
		"ITEM ERROR":                          {plaidtest.Object{"error": plaidtest.Object{"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED"}}, connector.ProviderUpdate{Kind: connector.UpdatedProblem, Upstream: "item-1"}, fairlead.ConsentEnded},
		"ITEM USER_PERMISSION_REVOKED":        {nil, connector.ProviderUpdate{Kind: connector.UpdatedProblem, Upstream: "item-1"}, fairlead.ConsentEnded},
		"ITEM PENDING_DISCONNECT":             {plaidtest.Object{"disconnect_time": ends.Format(time.RFC3339)}, connector.ProviderUpdate{Kind: connector.UpdatedEnding, Upstream: "item-1", Ends: ends}, ""},
		"ITEM PENDING_EXPIRATION":             {plaidtest.Object{"consent_expiration_time": ends.Format(time.RFC3339)}, connector.ProviderUpdate{Kind: connector.UpdatedEnding, Upstream: "item-1", Ends: ends}, ""},
	} {
		kind, word, _ := strings.Cut(code, " ")
		got, err := p.Receive(t.Context(), env, received(t, server, plaidtest.With(c.body, "webhook_type", kind, "webhook_code", word, "item_id", "item-1")))
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %v, %v", code, got, err)
			continue
		}
		if c.err != "" && !fairlead.Is(got[0].Err, c.err) {
			t.Errorf("%s is %v", code, got[0].Err)
		}
		if got[0].Err = nil; got[0] != c.want {
			t.Errorf("%s is %+v, not %+v", code, got[0], c.want)
		}
	}
	if got, err := p.Receive(t.Context(), env, received(t, server, plaidtest.Object{"webhook_type": "ITEM", "webhook_code": "WEBHOOK_UPDATE_ACKNOWLEDGED", "item_id": "item-1"})); err != nil || len(got) != 0 {
		t.Errorf("what is of no concern is %v, %v", got, err)
	}
	if n := server.Calls("/webhook_verification_key/get"); n != 1 {
		t.Errorf("the key was fetched %d times", n)
	}
}

func TestAWebhookThatPlaidDidNotSignIsRefused(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	p, env := New(), envOf(server.URL)
	good := received(t, server, plaidtest.Object{"webhook_type": "ITEM", "webhook_code": "LOGIN_REPAIRED", "item_id": "item-1"})
	signature := good.Header.Get("Plaid-Verification")
	parts := strings.Split(signature, ".")
	encode := base64.RawURLEncoding.EncodeToString
	hmac, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: []byte(strings.Repeat("k", 32)), KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, _ := hmac.Sign([]byte(`{}`))
	symmetric, _ := signed.CompactSerialize()
	for name, header := range map[string]string{
		"none": "", "no signature at all": "x", "another algorithm": symmetric,
		"the algorithm none": encode([]byte(`{"alg":"none","kid":"k"}`)) + "." + parts[1] + ".",
		"another signature":  parts[0] + "." + parts[1] + "." + encode(make([]byte, 64)),
		"other claims":       parts[0] + "." + encode([]byte(`{"iat":1,"request_body_sha256":""}`)) + "." + parts[2],
		"a key nobody has":   encode([]byte(`{"alg":"ES256","kid":"nobody"}`)) + "." + parts[1] + "." + parts[2],
		"a megabyte":         strings.Repeat("a", 1<<20),
	} {
		_, err := p.Receive(t.Context(), env, connector.Received{Header: http.Header{"Plaid-Verification": {header}}, Body: good.Body})
		if !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s is %v", name, err)
		}
	}
	if _, err := p.Receive(t.Context(), env, connector.Received{Header: good.Header, Body: append(good.Body, ' ')}); !fairlead.Is(err, fairlead.Unauthenticated) {
		t.Errorf("a body with one more space is %v", err)
	}
	old := New()
	old.wall = func() time.Time { return time.Now().Add(6 * time.Minute) }
	if _, err := old.Receive(t.Context(), env, good); !fairlead.Is(err, fairlead.Unauthenticated) {
		t.Errorf("one of six minutes ago is %v", err)
	}
	calls := server.Calls("/webhook_verification_key/get")
	for range 5 {
		_, _ = p.Receive(t.Context(), env, connector.Received{Header: http.Header{"Plaid-Verification": {encode([]byte(`{"alg":"ES256","kid":"nobody"}`)) + "." + parts[1] + "." + parts[2]}}, Body: good.Body})
	}
	if server.Calls("/webhook_verification_key/get") != calls {
		t.Error("a key that nobody has is looked for each time")
	}
}

func TestAKeyThatWasRotatedIsFetchedAndTheOldOneStaysGoodForAWhile(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	p, env := New(), envOf(server.URL)
	body := plaidtest.Object{"webhook_type": "ITEM", "webhook_code": "LOGIN_REPAIRED", "item_id": "item-1"}
	before := received(t, server, body)
	server.RotateKey()
	for _, r := range []connector.Received{before, received(t, server, body)} {
		if _, err := p.Receive(t.Context(), env, r); err != nil {
			t.Error(err)
		}
	}
	server.Fail("/webhook_verification_key/get", 1, http.StatusInternalServerError, "API_ERROR", "INTERNAL_SERVER_ERROR", "oops")
	if _, err := New().Receive(t.Context(), env, before); !fairlead.Is(err, fairlead.Unavailable) {
		t.Errorf("a key that can't be fetched now is %v", err)
	}
}
