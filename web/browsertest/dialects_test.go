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
		"app": a.URL, "klaviLink": klavi.says("open"), "klaviSite": klavi.says("listening"), "flanksSite": flanks.says("listening"),
	})
	for key, want := range map[string]string{"stored": "ada", "status": "testbank", "failed": "ABORTED_BY_USER"} {
		if got := flanks.says(key); got != want {
			t.Errorf("Flanks' client says %s %q, not %q", key, got, want)
		}
	}
	if linked, back := klavi.says("link"), klavi.says("redirected"); back != linked {
		t.Errorf("Klavi's client made the link %q and was led back with %q", linked, back)
	}
}

// client is an example that runs, and what it has said: JSON objects, one a line.
type client struct {
	app  *apptest.App
	mu   sync.Mutex
	said []map[string]any
}

// says is the first text that the example says under a key; it waits for it.
func (c *client) says(key string) (text string) {
	c.app.T.Helper()
	c.app.Until("the example says "+key, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, line := range c.said {
			if value, ok := line[key].(string); ok {
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
	_, said := apptest.Example(t, "../../examples/"+vendor+"/index.mjs", env...)
	go func() {
		for line := range said {
			c.mu.Lock()
			c.said = append(c.said, line)
			c.mu.Unlock()
		}
	}()
	return c
}
