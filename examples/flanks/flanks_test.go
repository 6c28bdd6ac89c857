package flanks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// client is index.mjs, running.
type client struct {
	t     *testing.T
	app   *apptest.App
	here  string // its address
	lines <-chan map[string]any
}

// run starts the client against an application of its own.
func run(t *testing.T) *client {
	t.Helper()
	k := &client{t: t, app: apptest.Start(t)}
	_, k.lines = apptest.Example(t, "index.mjs", "FLANKS_BASE_URL="+k.app.URL)
	k.here = k.says("listening")["listening"].(string)
	return k
}

// says is the next thing that the client says; it must be about key.
func (c *client) says(key string) map[string]any {
	c.t.Helper()
	select {
	case line, open := <-c.lines:
		if !open || line[key] == nil {
			c.t.Fatalf("the client says %v, nothing of %s", line, key)
		}
		return line
	case <-time.After(time.Minute):
		c.t.Fatalf("the client says nothing of %s", key)
	}
	return nil
}

// visit opens the client's own address in a browser, which is sent to the link.
func (c *client) visit(query string) *apptest.Browser {
	c.t.Helper()
	p := c.app.Visit(c.here + "/connect?" + query)
	p.Go(p.At.String())
	return p
}

// back follows the person to where the link's end has sent them.
func (c *client) back(p *apptest.Browser) {
	c.t.Helper()
	if !strings.HasPrefix(p.ReturnURL(), c.here+"/callback?") {
		c.t.Fatalf("the person was not sent back but is at %s:\n%s", p.At, p.Text())
	}
	p.Go(p.ReturnURL())
}

func TestTheVendorsQuickStartWorksWithAnotherBaseURL(t *testing.T) {
	t.Parallel()
	c := run(t)
	p := c.visit("user=ada")
	p.Submit()
	p.Press("choose", "institution", "ins_testbank")
	p.Submit()
	p.Submit("user", "otp", "password", "otp")
	p.Submit("code", "1234")
	c.back(p)
	if stored := c.says("stored"); stored["stored"] != "ada" {
		t.Errorf("the client stored %v", stored)
	}
	if status := c.says("status"); status["status"] != "testbank" || status["created"] != true || status["errored"] != false {
		t.Errorf("the status was %v", status)
	}
	data := c.says("data")
	for _, kind := range []string{"accounts", "portfolios", "investments", "transactions"} {
		if n, _ := data[kind].(float64); n < 1 {
			t.Errorf("the client read no %s: %v", kind, data)
		}
	}
	if data["name"] == "" {
		t.Errorf("the client read no name: %v", data)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.here+"/forget?user=ada", nil)
	if err != nil {
		t.Fatal(err)
	}
	status, body := c.app.Do(r)
	if status != 200 || c.says("forgotten")["forgotten"] != "ada" {
		t.Errorf("forgetting answered %d %s", status, body)
	}
}

func TestAPersonWhoGivesUpComesBackWithAnError(t *testing.T) {
	t.Parallel()
	c := run(t)
	p := c.visit("user=bob&bank=testbank")
	p.Submit()
	p.Submit()
	p.Submit("user", "bob", "password", "INVALID_CREDENTIALS")
	p.Press("leave")
	c.back(p)
	if failed := c.says("failed"); failed["failed"] != "ABORTED_BY_USER" || failed["user"] != "bob" {
		t.Errorf("the client got %v", failed)
	}
}
