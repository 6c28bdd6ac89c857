package klavi_test

import (
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// client is index.mjs, running; lines is what it says.
type client struct {
	t     *testing.T
	in    io.Writer
	lines <-chan map[string]any
	said  []map[string]any
}

func run(t *testing.T, base string) *client {
	t.Helper()
	k := &client{t: t}
	k.in, k.lines = apptest.Example(t, "index.mjs", "KLAVI_BASE_URL="+base)
	return k
}

// wait returns the first line that has the key with the value (nil: any).
func (c *client) wait(key string, value any) map[string]any {
	c.t.Helper()
	for _, line := range c.said {
		if got, has := line[key]; has && (value == nil || got == value) {
			return line
		}
	}
	deadline := time.After(time.Minute)
	for {
		select {
		case line, open := <-c.lines:
			if !open {
				c.t.Fatalf("the client ended before it said %s %v; it said %v", key, value, c.said)
			}
			c.said = append(c.said, line)
			if got, has := line[key]; has && (value == nil || got == value) {
				return line
			}
		case <-deadline:
			c.t.Fatalf("the client never said %s %v; it said %v", key, value, c.said)
		}
	}
}

var refresh = regexp.MustCompile(`(?i)http-equiv="refresh" content="[^"]*url=([^"]+)"`)

// walk does what a person does until they are back at the partner's page.
func walk(t *testing.T, p *apptest.Browser, partner string) {
	t.Helper()
	for range 20 {
		m := refresh.FindStringSubmatch(p.Page)
		switch {
		case p.Left || strings.HasPrefix(p.At.String(), partner):
			if p.Left {
				p.Go(p.At.String())
			}
			return
		case m != nil:
			p.Go(html.UnescapeString(m[1]))
		case strings.Contains(p.Page, `type="password"`):
			p.Submit("user", "good", "password", "good")
		case strings.Contains(p.Page, `value="ins_farol"`):
			p.Submit("institution", "ins_farol")
		default:
			p.Submit()
		}
	}
	t.Fatalf("the person is still at %s:\n%s", p.At, p.Text())
}

// TestTheVendorsQuickStartWorksWithAnotherBaseURL runs the client as it stands.
func TestTheVendorsQuickStartWorksWithAnotherBaseURL(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	c := run(t, app.URL)
	here, _ := c.wait("listening", nil)["listening"].(string)
	var apps struct{ Data []struct{ ID string } }
	app.Call("GET", "/applications", nil, &apps)
	app.Call("PATCH", "/applications/"+apps.Data[0].ID+"/settings/klavi", map[string]any{"events_url": here + "/events"}, nil)
	link := c.wait("link", nil)
	if link["expireIn"] != 1800.0 {
		t.Errorf("the link is %v", link)
	}
	walk(t, app.Visit(link["open"].(string)), here)
	back := c.wait("redirected", link["link"])
	if back["error"] != nil || !strings.HasPrefix(back["info"].(string), `{"myTraceId":"yourTraceId","myUUID":"yourUUID","customization":`) {
		t.Errorf("the redirect said %v", back)
	}
	c.wait("event", "consent_authorised")
	if consent := c.wait("consent", nil); consent["consent"] != "AUTHORISED" || consent["institution"] != "001" {
		t.Errorf("the consent is %v", consent)
	}
	for product, to := range map[string]string{"pf_checking_account": "/checking", "pf_credit_card": "/creditcard"} {
		report := c.wait("report", product)
		if report["to"] != to || report["code"] != 200.0 || report["trace"] != "yourTraceId" {
			t.Errorf("the report is %v", report)
		}
	}
	if n, _ := c.wait("report", "pf_checking_account")["accounts"].(float64); n < 1 {
		t.Error("the report has no account")
	}
	if _, err := io.WriteString(c.in, "request 52998224725\n"); err != nil {
		t.Fatal(err)
	}
	if requested := c.wait("requestId", nil); requested["message"] != "ok" {
		t.Errorf("the request answered %v", requested)
	}
	if report := c.wait("report", "pf_savings_account"); report["to"] != "/once" || report["trace"] != "onRequest" {
		t.Errorf("the report is %v", report)
	}
	for _, line := range c.said {
		if line["unsigned"] != nil {
			t.Errorf("a post was not signed as documented: %v", line)
		}
	}
}
