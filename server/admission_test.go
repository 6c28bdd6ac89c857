package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// second makes another application of the dev tenant and returns its credentials.
func second(app *apptest.App) (id, key, secret string) {
	var made struct{ ID string }
	app.Call("POST", "/applications", map[string]string{"name": "second"}, &made)
	var k struct{ ID, Secret string }
	app.Call("POST", "/applications/"+made.ID+"/keys", map[string]any{}, &k)
	return made.ID, k.ID, k.Secret
}

func TestAnotherApplicationOfTheTenantNeitherReadsNorCancelsALink(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	id, _ := linkFor(app, "anna")
	other, _, secret := second(app)
	for _, op := range []operation{{"GET", "/v1/links/" + id}, {"POST", "/v1/links/" + id + "/cancel"}} {
		r := app.Request(op.method, op.path, nil)
		r.SetBasicAuth(other, secret)
		if status, body := app.Do(r); status != http.StatusNotFound {
			t.Errorf("%s %s by another application answered %d %s", op.method, op.path, status, body)
		}
	}
	var link struct{ Status string }
	app.Call("GET", "/links/"+id, nil, &link)
	if link.Status != "open" {
		t.Errorf("the link is %s", link.Status)
	}
}

func TestAStreamOfEventsEndsWithTheKeyThatOpenedIt(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	other, key, secret := second(app)
	r := app.Request("GET", "/v1/events", nil)
	r.SetBasicAuth(other, secret)
	r.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	if !lines.Scan() {
		t.Fatalf("the stream did not begin: %v", lines.Err())
	}
	app.Call("DELETE", "/applications/"+other+"/keys/"+key, nil, nil)
	happen(app, other)
	published := make(chan string, 1)
	go func() {
		all := ""
		for lines.Scan() {
			all += lines.Text() + "\n"
		}
		published <- all
	}()
	if all := <-published; strings.Contains(all, "event:") {
		t.Errorf("a stream whose key is gone told %s", all)
	}
}

// happen makes an event of an application.
func happen(app *apptest.App, application string) {
	var k struct{ Secret string }
	app.Call("POST", "/applications/"+application+"/keys", map[string]any{}, &k)
	r := app.Request("POST", "/v1/sandbox/links", map[string]string{"institution_id": "harbor", "user": "good"})
	r.SetBasicAuth(application, k.Secret)
	if status, body := app.Do(r); status != http.StatusCreated {
		app.T.Fatalf("linking answered %d %s", status, body)
	}
}

func TestMetricsCountTheAPIByRoute(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	id, _ := linkFor(app, "anna")
	app.Call("GET", "/links/"+id, nil, nil)
	_, body := app.Do(app.Request("GET", "/metrics", nil))
	if want := `fairlead_http_requests_total{route="GET /v1/links/{id}",status="200"} 1`; !strings.Contains(string(body), want) {
		t.Errorf("there is no %s", want)
	}
	if strings.Contains(string(body), id) || strings.Contains(string(body), `status="0"`) {
		t.Error("the metrics hold an id, or a status that is none")
	}
}

// production starts a server as serve does, but for TLS, and returns its address
// and an application of it.
func production(t *testing.T, change func(*server.Config), opened ...func(*server.Server)) (address string, made server.Made) {
	t.Helper()
	folder := t.TempDir()
	keys := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := keyset.Create(keys); err != nil {
		t.Fatal(err)
	}
	c := server.Config{
		Data: folder, Addr: "127.0.0.1:0", URL: "http://localhost:1", Vault: "file://" + keys, Log: slog.New(slog.DiscardHandler),
		Store: "sqlite://" + filepath.Join(folder, "fairlead.db"), Admin: "127.0.0.1:0",
	}
	change(&c)
	if err := sqlstore.Migrate(t.Context(), c.Store); err != nil {
		t.Fatal(err)
	}
	s, err := server.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range opened {
		known(s)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	operated(t, s, "tenant.create", server.Params{Tenant: "acme", Environment: "live"}, nil)
	operated(t, s, "app.create", server.Params{Tenant: "acme", Application: "shop"}, &made)
	return "http://" + s.Listening(), made
}

func operated(t *testing.T, s *server.Server, command string, params server.Params, answer any) {
	t.Helper()
	body, err := json.Marshal(params)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Command(t.Context(), command, body)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(got)
	if err == nil && answer != nil {
		err = json.Unmarshal(encoded, answer)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnApplicationThatAsksTooMuchIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	address, made := production(t, func(c *server.Config) { c.Rate = 1 })
	request := func(secret string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", address+"/v1/persons", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(made.ClientID, secret)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, string(body)
	}
	for what, secret := range map[string]string{"requests": made.Secret, "wrong credentials": "not the secret"} {
		limited := false
		for n := 0; n < 200 && !limited; n++ { // ten requests, or fifty wrong credentials, and what comes back meanwhile
			response, body := request(secret)
			if limited = response.StatusCode == http.StatusTooManyRequests; !limited {
				continue
			}
			after, err := strconv.Atoi(response.Header.Get("Retry-After"))
			if err != nil || after < 1 || !strings.Contains(body, `"kind":"rate_limited"`) {
				t.Errorf("429 came with Retry-After %q and %s", response.Header.Get("Retry-After"), body)
			}
		}
		if !limited {
			t.Errorf("200 %s were never too many", what)
		}
	}
}

func TestAPageThatMayNotFrameALinkLeavesNoTrace(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	var link struct{ Token string }
	app.Call("POST", "/links", map[string]any{"person": "anna", "mode": "frame"}, &link)
	post := func(origin string) int {
		r, err := http.NewRequestWithContext(t.Context(), "POST", app.URL+"/f", strings.NewReader("token="+link.Token))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", origin)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	opened := func() bool {
		_, body := app.Raw("GET", "/events", nil)
		return strings.Contains(string(body), "link.opened")
	}
	if status := post("https://evil.example"); status != http.StatusForbidden || opened() {
		t.Errorf("another site was answered %d, and the link opened: %v", status, opened())
	}
	if status := post("http://app.localhost:3000"); status != http.StatusSeeOther || !opened() {
		t.Errorf("the application was answered %d, and the link opened: %v", status, opened())
	}
}

func TestADeletedApplicationLeavesNoLinkOpen(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	other, _, secret := second(app)
	r := app.Request("POST", "/v1/links", map[string]any{"person": "anna", "hints": map[string]string{"email": "anna@example.com"}})
	r.SetBasicAuth(other, secret)
	status, body := app.Do(r)
	var link struct{ ID fairlead.LinkID }
	if err := json.Unmarshal(body, &link); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	var gone fairlead.Application
	operated(t, app.Server, "app.delete", server.Params{Tenant: access.DevTenant, Application: "second"}, &gone)
	left, err := app.Server.Verbs.Linking.Link(t.Context(), gone.Tenant, link.ID)
	if err != nil || left.Status != fairlead.LinkExited || len(left.Hints) > 0 {
		t.Errorf("its link is %s with %d bytes of hints: %v", left.Status, len(left.Hints), err)
	}
	if status, body := app.Do(r); status != http.StatusUnauthorized {
		t.Errorf("it is still let in: %d %s", status, body)
	}
}
