package browsertest

import (
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestThePagesOfTheVendorsQuickStarts runs examples/klavi and examples/flanks as
// they stand and leads a person through their pages in a browser.
func TestThePagesOfTheVendorsQuickStarts(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	klavi := example(t, a, "klavi", "KLAVI_BASE_URL="+a.URL)
	flanks := example(t, a, "flanks", "FLANKS_BASE_URL="+a.URL)
	run(t, "dialects.mjs", map[string]string{
		"app": a.URL, "klaviLink": klavi.await("open"), "klaviSite": klavi.await("listening"), "flanksSite": flanks.await("listening"),
	})
	for key, want := range map[string]string{"stored": "ada", "status": "testbank", "failed": "ABORTED_BY_USER"} {
		if got := flanks.await(key); got != want {
			t.Errorf("Flanks' client prints %s %q, not %q", key, got, want)
		}
	}
	if linked, back := klavi.await("link"), klavi.await("redirected"); back != linked {
		t.Errorf("Klavi's client made the link %q and was led back with %q", linked, back)
	}
}

// client is an example that runs, and the JSON objects that it has printed.
type client struct {
	app     *apptest.App
	mu      sync.Mutex
	printed []map[string]any
}

// await is the first text that the example prints under a key; it waits for it.
func (c *client) await(key string) (text string) {
	c.app.T.Helper()
	c.app.Until("the example prints "+key, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, object := range c.printed {
			if value, ok := object[key].(string); ok {
				text = value
				return true
			}
		}
		return false
	})
	return text
}

// example runs an example until the test ends.
func example(t *testing.T, a *apptest.App, vendor string, env ...string) *client {
	t.Helper()
	c := &client{app: a}
	_, printed := apptest.Example(t, "../../examples/"+vendor+"/index.mjs", env...)
	go func() {
		for object := range printed {
			c.mu.Lock()
			c.printed = append(c.printed, object)
			c.mu.Unlock()
		}
	}()
	return c
}
