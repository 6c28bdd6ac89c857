package server_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

// cutStore ends a request, as a process that is killed does, at one of the moments
// before and after its calls of the store: from then on the store does nothing for it.
type cutStore struct {
	store.Store
	mu     sync.Mutex
	moment int // at which to cut; negative: never
	passed int
}

func (c *cutStore) arm(moment int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moment, c.passed = moment, 0
}

// disarm reports whether the request was cut.
func (c *cutStore) disarm() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	cut := c.moment >= 0 && c.passed > c.moment
	c.moment = -1
	return cut
}

// pass is one moment of a request: what works beside it is not cut.
func (c *cutStore) pass(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, from := fairlead.ActorIn(ctx); from == "" || c.moment < 0 {
		return nil
	}
	if c.passed++; c.passed > c.moment {
		return fairlead.Errorf(fairlead.Unavailable, "The process is gone.")
	}
	return nil
}

func (c *cutStore) cut(ctx context.Context, call func() error) error {
	if err := c.pass(ctx); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	return c.pass(ctx)
}

func (c *cutStore) View(ctx context.Context, fn func(*store.Tx) error) error {
	return c.cut(ctx, func() error { return c.Store.View(ctx, fn) })
}

func (c *cutStore) Update(ctx context.Context, fn func(*store.Tx) error) error {
	return c.cut(ctx, func() error { return c.Store.Update(ctx, fn) })
}

// cuttable is an application whose requests can be cut off.
type cuttable struct {
	*apptest.App
	cut *cutStore
}

// restarted is the next process on the same data.
func (c cuttable) restarted(t *testing.T, options ...apptest.Option) cuttable {
	t.Helper()
	c.Stop()
	return startCuttable(t, options...)
}

func startCuttable(t *testing.T, options ...apptest.Option) cuttable {
	t.Helper()
	c := &cutStore{moment: -1}
	wrap := func(config *server.Config) {
		config.WrapStore = func(s store.Store) store.Store { c.Store = s; return c }
	}
	return cuttable{apptest.Start(t, append(options, wrap)...), c}
}

// post sends a request under an Idempotency-Key.
func (c cuttable) post(path, key string, body any) (int, string) {
	r := c.Request("POST", "/v1"+path, body)
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	r.Header.Set("Idempotency-Key", key)
	status, answer := c.Do(r)
	return status, string(answer)
}

// keyedRequest is a route whose POSTs may carry an Idempotency-Key.
type keyedRequest struct {
	name string
	// prepare makes what the request needs, and returns it.
	prepare func(c cuttable, key string) (path string, body any)
	// count is how often a request under the key had its effect.
	count func(c cuttable, key, path string) int
	every int // how many moments one step leaves out
}

type row struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Person string `json:"person"`
	URL    string `json:"url"`
}

// ofList counts rows of a list that hold a text.
func ofList(address string) func(cuttable, string, string) int {
	return func(c cuttable, key, _ string) (n int) {
		for _, r := range apptest.List[row](c.App, address) {
			if r.Name == key || r.Person == key || strings.HasSuffix(r.URL, key) {
				n++
			}
		}
		return n
	}
}

func keyedRequests() []keyedRequest {
	return []keyedRequest{
		{name: "links", prepare: func(_ cuttable, key string) (string, any) {
			return "/links", map[string]any{"person": key, "hints": map[string]any{"email": "a@b.example"}}
		}, count: ofList("/links")},
		{name: "applications", prepare: func(_ cuttable, key string) (string, any) {
			return "/applications", map[string]any{"name": key}
		}, count: ofList("/applications")},
		{name: "endpoints", prepare: func(_ cuttable, key string) (string, any) {
			return "/webhook_endpoints", map[string]any{"url": "http://127.0.0.1:9/" + key}
		}, count: ofList("/webhook_endpoints")},
		{name: "tokens of programs", prepare: func(c cuttable, key string) (string, any) {
			c.Call("POST", "/links", map[string]any{"person": key}, nil)
			return "/simplefin_tokens", map[string]any{"person": key, "name": key}
		}, count: ofList("/simplefin_tokens")},
		{name: "keys", prepare: func(c cuttable, key string) (string, any) {
			var made row
			c.Call("POST", "/applications", map[string]any{"name": "of " + key}, &made)
			return "/applications/" + made.ID + "/keys", map[string]any{}
		}, count: func(c cuttable, _, path string) int { return len(apptest.List[row](c.App, path)) }},
		{name: "test events", prepare: func(c cuttable, key string) (string, any) {
			var made row
			c.Call("POST", "/webhook_endpoints", map[string]any{"url": "http://127.0.0.1:9/" + key}, &made)
			return "/webhook_endpoints/" + made.ID + "/test", nil
		}, count: func(c cuttable, _, path string) int {
			return len(apptest.List[row](c.App, strings.TrimSuffix(path, "/test")+"/deliveries"))
		}},
		{name: "exchanges", prepare: func(c cuttable, key string) (string, any) {
			var made struct{ Code string }
			c.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "person": key, "products": []string{"accounts"}}, &made)
			return "/links/exchange", map[string]any{"code": made.Code}
		}, count: func(cuttable, string, string) int { return 1 }},
		{name: "links without a page", every: 6, prepare: func(_ cuttable, key string) (string, any) {
			return "/sandbox/links", map[string]any{"institution_id": "harbor", "person": key, "products": []string{"accounts"}}
		}, count: func(c cuttable, key, _ string) int {
			return max(ofList("/links")(c, key, ""), ofList("/connections")(c, key, ""))
		}},
	}
}

func TestAKeyWhoseRequestWasCutOffAnywhereHasOneEffectAndOneAnswer(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		options = append(options, apptest.Data(t.TempDir()))
		c := startCuttable(t, options...)
		for _, r := range keyedRequests() {
			moments := 0
			for moment := 0; ; moment += 1 + r.every {
				key := fmt.Sprintf("%s-%d", strings.ReplaceAll(r.name, " ", "-"), moment)
				path, body := r.prepare(c, key)
				c.cut.arm(moment)
				first, firstAnswer := c.post(path, key, body)
				cut := c.cut.disarm()
				if cut && first < 500 {
					t.Errorf("%s, cut off at moment %d: answered %d", r.name, moment, first)
				}
				if r.every > 0 { // what was under way is the dead process's
					c = c.restarted(t, options...)
				}
				status, answer := c.post(path, key, body)
				if status >= 300 || !cut && answer != firstAnswer {
					t.Errorf("%s, cut off at moment %d: then answered %d %s", r.name, moment, status, answer)
				}
				if _, again := c.post(path, key, body); again != answer {
					t.Errorf("%s, cut off at moment %d: answered %s and %s", r.name, moment, answer, again)
				}
				if n := r.count(c, key, path); n != 1 {
					t.Errorf("%s, cut off at moment %d: its effect is there %d times", r.name, moment, n)
				}
				if moments++; !cut {
					break
				}
			}
			if moments < 4 {
				t.Errorf("%s: cut off at %d moments only", r.name, moments)
			}
		}
	})
}

func TestACodeThatWasRevokedIsNotAnsweredByAKey(t *testing.T) {
	t.Parallel()
	c := startCuttable(t)
	var made struct{ Code string }
	c.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor"}, &made)
	body := map[string]any{"code": made.Code}
	for range 2 {
		if status, answer := c.post("/links/exchange", "k", body); status != 200 {
			t.Fatalf("exchanged with %d %s", status, answer)
		}
	}
	if status, _ := c.post("/links/exchange", "k", map[string]any{"code": "another"}); status != 409 {
		t.Errorf("the key with another code: %d", status)
	}
	if status, _ := c.post("/links/exchange", "another", body); status != 410 {
		t.Errorf("shown again under another key: %d", status)
	}
	if status, answer := c.post("/links/exchange", "k", body); status != 410 {
		t.Errorf("after it was revoked, the first key gets %d %s", status, answer)
	}
}

func TestAnAdvanceThatWasCutOffEndsWhereItWasToEnd(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := startCuttable(t, apptest.Frozen(begin))
	for moment := range 12 {
		key := fmt.Sprint("advance-", moment)
		c.cut.arm(moment)
		c.post("/sandbox/clock/advance", key, map[string]any{"by": "1d"})
		c.cut.disarm()
		for range 2 {
			status, answer := c.post("/sandbox/clock/advance", key, map[string]any{"by": "1d"})
			if status != 200 {
				t.Fatalf("cut off at moment %d: %d %s", moment, status, answer)
			}
		}
		var clock struct{ Now time.Time }
		c.Call("GET", "/sandbox/clock", nil, &clock)
		if want := begin.AddDate(0, 0, moment+1); !clock.Now.Equal(want) {
			t.Fatalf("cut off at moment %d the clock came to %s, want %s", moment, clock.Now, want)
		}
	}
}
