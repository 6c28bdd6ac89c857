package client_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/client"
)

// server answers requests one after another as the test says, and records them.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

// answers starts a server; each answer is given once, the last one for ever.
func answers(t *testing.T, all ...func(http.ResponseWriter)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		n := min(len(s.requests), len(all)-1)
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		all[n](w)
	}))
	t.Cleanup(s.Close)
	return s
}

func answer(status int, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func (s *server) client(t *testing.T, options ...client.Option) *client.Client {
	t.Helper()
	c, err := client.New(s.URL, "dev", "dev-secret", options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const limited = `{"type":"about:blank","title":"Too many requests","status":429,"kind":"rate_limited","request_id":"req_1"}`

const made = `{"id":"lnk_1","token":"t","url":"u","expires_at":"2026-01-01T00:00:00Z","status":"open"}`

func TestAPostIsTriedAgainUnderOneKeyAfterTheTimeThatTheServerNames(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(429, limited, "Retry-After", "1"), answer(503, `{"kind":"unavailable"}`), answer(201, made))
	begun := time.Now()
	link, err := s.client(t).CreateLink(t.Context(), client.LinkRequest{Person: new("anna")})
	if err != nil || link.ID != "lnk_1" {
		t.Fatalf("the link is %v: %v", link, err)
	}
	if took := time.Since(begun); took < time.Second {
		t.Errorf("a request was tried again after %s, the server named a second", took)
	}
	keys := map[string]bool{}
	for _, r := range s.requests {
		keys[r.Header.Get("Idempotency-Key")] = true
	}
	if len(s.requests) != 3 || len(keys) != 1 || keys[""] {
		t.Errorf("%d requests had the keys %v, want 3 with one", len(s.requests), keys)
	}
}

func TestAWaitThatIsTooLongIsNotBegun(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(429, limited, "Retry-After", "3600"))
	_, err := s.client(t).Link(t.Context(), "lnk_1")
	e, ok := errors.AsType[*client.Error](err)
	if !ok || e.RetryAfter != time.Hour || e.Kind != "rate_limited" || e.RequestID != "req_1" || !errors.Is(err, client.ErrRateLimited) {
		t.Errorf("the error is %#v", err)
	}
	if len(s.requests) != 1 {
		t.Errorf("%d requests were sent, want 1", len(s.requests))
	}
}

func TestAWaitOfAnyLengthIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"31536000", "10000000000", "99999999999999999999"} {
		s := answers(t, answer(429, limited, "Retry-After", header))
		_, err := s.client(t).Link(t.Context(), "lnk_1")
		if e, ok := errors.AsType[*client.Error](err); !ok || e.RetryAfter != 365*24*time.Hour || len(s.requests) != 1 {
			t.Errorf("%s: %d requests were sent: %v", header, len(s.requests), err)
		}
	}
}

func TestTheSecretIsNotPrinted(t *testing.T) {
	t.Parallel()
	c, err := client.New("http://127.0.0.1:9", "dev", "secret-word")
	if err != nil || strings.Contains(fmt.Sprintf("%v %+v %#v", c, c, c), "secret-word") {
		t.Errorf("%+v: %v", c, err)
	}
	if _, err := client.New("http://anna:secret-word@127.0.0.1:9", "dev", "dev-secret"); err == nil || strings.Contains(err.Error(), "secret-word") {
		t.Errorf("an address with a password in it: %v", err)
	}
}

func TestAWebhookThatIsNoEventIsRefusedThoughItIsSigned(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, body := range []string{"null", "{}", "[]", `"event"`, "{"} {
		header := http.Header{}
		header.Set("webhook-id", "evt_1")
		header.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
		header.Set("webhook-signature", signature("evt_1", now.Unix(), body))
		if event, err := client.VerifyWebhook([]byte(body), header, secret); !errors.Is(err, client.ErrWebhook) {
			t.Errorf("%s: %v, %v", body, event, err)
		}
	}
}

func TestWhatIsNotSafeToRepeatIsSentOnce(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(503, `{"kind":"unavailable"}`))
	_, err := s.client(t).UpdateApplication(t.Context(), "app_1", client.ApplicationUpdate{})
	if e, ok := errors.AsType[*client.Error](err); !ok || e.Status != 503 || len(s.requests) != 1 {
		t.Errorf("%d requests were sent: %v", len(s.requests), err)
	}
}

func TestARefusedRequestIsNotTriedAgainAndNamesItsFields(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(422, `{"title":"The request is not valid","kind":"invalid","fields":[{"name":"person","code":"required","reason":"must be given"}]}`))
	_, err := s.client(t).CreateLink(t.Context(), client.LinkRequest{})
	e, ok := errors.AsType[*client.Error](err)
	if !ok || len(e.Fields) != 1 || e.Fields[0].Name != "person" || !strings.Contains(err.Error(), "person must be given") || len(s.requests) != 1 {
		t.Errorf("%d requests were sent: %v", len(s.requests), err)
	}
}

func TestCredentialsDoNotFollowARedirect(t *testing.T) {
	t.Parallel()
	elsewhere := answers(t, answer(200, `{}`))
	s := answers(t, answer(302, "", "Location", elsewhere.URL))
	if _, err := s.client(t).Link(t.Context(), "lnk_1"); err == nil {
		t.Error("a redirect was taken for an answer")
	}
	if len(elsewhere.requests) != 0 {
		t.Error("the request was sent to another server")
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(429, limited, "Retry-After", "20"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if _, err := s.client(t).Link(ctx, "lnk_1"); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(begun), err)
	}
}

func TestAnswersOfANewerServerAreRead(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(200, `{"id":"lnk_1","status":"paused","colour":"blue","stage":"x","person":"a","connection_ids":[],"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-01-01T00:00:00Z"}`))
	link, err := s.client(t).Link(t.Context(), "lnk_1")
	if err != nil || link.Status != "paused" {
		t.Errorf("the link is %v: %v", link, err)
	}
}

func TestEveryOperationOfTheDescriptionHasAMethod(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var description struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(file, &description); err != nil {
		t.Fatal(err)
	}
	count := 0
	for path, operations := range description.Paths {
		for method, o := range operations {
			if o.OperationID == "" || strings.HasPrefix(path, "/v1/oauth/") { // the credentials go with each request
				continue
			}
			count++
			name := strings.ToUpper(o.OperationID[:1]) + o.OperationID[1:]
			if _, ok := reflect.TypeFor[*client.Client]().MethodByName(name); ok {
				continue
			}
			if _, ok := reflect.TypeFor[*client.Client]().MethodByName(strings.TrimPrefix(name, "Get")); !ok {
				t.Errorf("%s %s (%s) has no method", method, path, o.OperationID)
			}
		}
	}
	if count < 60 {
		t.Errorf("the description has %d operations, which can't be all", count)
	}
}

const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func signature(id string, at int64, body string) string {
	mac := hmac.New(sha256.New, []byte("01234567890123456789012345678901"))
	fmt.Fprintf(mac, "%s.%d.%s", id, at, body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestAWebhookIsTrustedByOneGoodSignatureInTime(t *testing.T) {
	t.Parallel()
	const body = `{"id":"evt_1","type":"link.finished","timestamp":"2026-01-01T00:00:00Z","sequence":1,"application_id":"app_1","data":{"link_id":"lnk_1"}}`
	now := time.Unix(1_767_225_600, 0)
	good := signature("evt_1", now.Unix(), body)
	cases := map[string]struct {
		header map[string]string
		body   string
		ok     bool
	}{
		"good":                      {map[string]string{}, body, true},
		"among others":              {map[string]string{"webhook-signature": "v1,bm8= v2,eA== " + good + " v1a,zzz"}, body, true},
		"another body":              {map[string]string{}, body + " ", false},
		"another id":                {map[string]string{"webhook-id": "evt_2"}, body, false},
		"no signature":              {map[string]string{"webhook-signature": ""}, body, false},
		"of another version":        {map[string]string{"webhook-signature": strings.Replace(good, "v1", "v2", 1)}, body, false},
		"too old":                   {map[string]string{"webhook-timestamp": fmt.Sprint(now.Unix() - 301)}, body, false},
		"from the future":           {map[string]string{"webhook-timestamp": fmt.Sprint(now.Unix() + 301)}, body, false},
		"at no time":                {map[string]string{"webhook-timestamp": "soon"}, body, false},
		"within time, not signed":   {map[string]string{"webhook-timestamp": fmt.Sprint(now.Unix() - 1)}, body, false},
		"an empty one among others": {map[string]string{"webhook-signature": "v1, " + good}, body, true},
	}
	for name, c := range cases {
		header := http.Header{}
		for k, v := range map[string]string{"webhook-id": "evt_1", "webhook-timestamp": fmt.Sprint(now.Unix()), "webhook-signature": good} {
			header.Set(k, v)
		}
		for k, v := range c.header {
			header.Set(k, v)
		}
		for _, secrets := range [][]string{{secret}, {"whsec_b3RoZXI=", secret}} {
			event, err := client.Verifier{Secrets: secrets, Now: func() time.Time { return now }}.Verify([]byte(c.body), header)
			if c.ok && (err != nil || event.ID != "evt_1" || *event.Data.LinkID != "lnk_1") {
				t.Errorf("%s: %v", name, err)
			}
			if !c.ok && !errors.Is(err, client.ErrWebhook) {
				t.Errorf("%s: %v, want %v", name, err, client.ErrWebhook)
			}
		}
	}
}

func TestAnIDOfDotsLeadsToNoOtherPath(t *testing.T) {
	t.Parallel()
	s := answers(t, answer(http.StatusNotFound, `{"type":"not_found"}`))
	for _, id := range []string{".", "..", "../links", "a/b"} {
		if err := s.client(t).DeleteConnection(context.Background(), id); err == nil {
			t.Fatalf("%q: no error", id)
		}
	}
	for _, r := range s.requests {
		if got := r.URL.EscapedPath(); strings.Count(got, "/") != 3 || !strings.HasPrefix(got, "/v1/connections/") || strings.HasSuffix(got, "/.") || strings.HasSuffix(got, "/..") {
			t.Errorf("sent to %s", got)
		}
	}
}
