package server_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

// hosted is a service whose own pages people visit, and that posts webhooks. It outlives
// the servers that reach it.
type hosted struct {
	mu      sync.Mutex
	visits  int
	ended   map[string]bool
	resumed int
	poll    int
	stuck   bool // it never answers a poll
}

func (h *hosted) Describe() connector.Description {
	return connector.Description{Name: "hosted", Provider: &connector.ProviderSpec{Title: "Hosted"}}
}

func (h *hosted) Try(context.Context, connector.Env) (connector.ProviderReport, error) {
	return connector.ProviderReport{}, nil
}

func (h *hosted) Institutions(context.Context, connector.Env, string) (connector.DirectoryPage, error) {
	return connector.DirectoryPage{}, nil
}

func (h *hosted) send(visit string) connector.Turn {
	step := fairlead.Step{Send: &fairlead.Send{URL: "https://hosted.example/" + visit, Visit: visit, Poll: h.poll}}
	return connector.Turn{Step: step, State: []byte(visit)}
}

func (h *hosted) Begin(context.Context, connector.Start) (connector.Turn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.visits++
	return h.send(fmt.Sprint("visit-", h.visits)), nil
}

func (h *hosted) Resume(ctx context.Context, _ connector.Start, state []byte, _ fairlead.Answer) (connector.Turn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.resumed++
	if h.stuck {
		h.mu.Unlock()
		<-ctx.Done()
		time.Sleep(time.Hour)
	}
	visit := string(state)
	if !h.ended[visit] {
		return h.send(visit), nil
	}
	return connector.Turn{Slots: []string{visit}, Step: fairlead.Step{Done: &fairlead.Done{
		Secrets: map[string]fairlead.Secret{"item": fairlead.NewSecret(visit)}, Identity: fairlead.NewSecret(visit), Upstream: visit,
	}}}, nil
}

func (h *hosted) Fetch(context.Context, connector.Session, connector.FetchRequest) (connector.Page, error) {
	account := fairlead.Account{Name: "Checking", Kind: fairlead.AccountDepository, Currency: "USD"}
	account.Ref = "a"
	return connector.Page{Accounts: []fairlead.Account{account}}, nil
}

// Receive takes a webhook whose body is its kind and the visit or item that it is about.
func (h *hosted) Receive(_ context.Context, _ connector.Env, r connector.Received) ([]connector.ProviderUpdate, error) {
	if r.Header.Get("Signature") != "good" {
		return nil, fairlead.Errorf(fairlead.Unauthenticated, "The signature does not verify.")
	}
	kind, name, _ := strings.Cut(string(r.Body), " ")
	if kind == "visit" {
		return []connector.ProviderUpdate{{Kind: connector.UpdatedVisit, Visit: name}}, nil
	}
	return []connector.ProviderUpdate{{Kind: connector.ProviderUpdateKind(kind), Upstream: name}}, nil
}

func (h *hosted) finish() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended == nil {
		h.ended = map[string]bool{}
	}
	h.ended[fmt.Sprint("visit-", h.visits)] = true
}

func (h *hosted) polls() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.resumed
}

// with has a server reach the service.
func (h *hosted) with(c *server.Config) { c.Connectors = append(c.Connectors, h) }

// provide gives the dev tenant an account at the service, and a bank behind it.
func provide(app *apptest.App) fairlead.TenantID {
	app.T.Helper()
	me, err := app.Server.Verbs.Access.ByClient(app.T.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		app.T.Fatal(err)
	}
	id := me.Tenant.ID
	err = app.Server.Store.Update(app.T.Context(), func(tx *store.Tx) error {
		p := fairlead.Provider{
			ID: "prv_hosted", Tenant: id, Connector: "hosted", Environment: fairlead.Sandbox, Slots: fairlead.Slots{Limit: 10}, Created: fairlead.RealClock(),
		}
		if err := tx.Providers.Put(id, &p); err != nil {
			return err
		}
		_, err := tx.Institutions.Put(id, []fairlead.Institution{{
			ID: "hosted_oak", Name: "Oak Bank", Connector: "hosted", Provider: p.ID, Country: "US", Environments: []fairlead.Environment{fairlead.Sandbox},
			Products: []fairlead.Product{fairlead.ProductAccounts}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
		}})
		return err
	})
	if err != nil {
		app.T.Fatal(err)
	}
	return id
}

// away leads a person to the service's pages and closes the window.
func away(app *apptest.App, person string) (link string) {
	app.T.Helper()
	var made struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{
		"person": person, "redirect_url": "http://localhost:9999/back", "institution_id": "hosted_oak", "stages": []string{"result"},
	}, &made)
	app.Visit(made.URL)
	return made.ID
}

// connected is the connections that a link has made.
func connected(app *apptest.App, link string) []fairlead.ConnectionID {
	app.T.Helper()
	var found fairlead.Link
	err := app.Server.Store.View(app.T.Context(), func(tx *store.Tx) error {
		me, err := tx.Tenants.List("", 1)
		if err == nil {
			found, err = tx.Links.Get(me[0].ID, link)
		}
		return err
	})
	if err != nil {
		app.T.Fatal(err)
	}
	return found.Connections
}

// post is a webhook of the service's.
func post(app *apptest.App, path, signature, body string) (int, string) {
	app.T.Helper()
	r, err := http.NewRequestWithContext(app.T.Context(), "POST", app.URL+path, strings.NewReader(body))
	if err != nil {
		app.T.Fatal(err)
	}
	r.Header.Set("Signature", signature)
	status, answer := app.Do(r)
	return status, string(answer)
}

func TestAPersonWhoClosesTheWindowAtAServiceIsConnectedAndTheApplicationIsNotified(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		h := &hosted{poll: 1}
		app := apptest.Start(t, append(options, h.with)...)
		provide(app)
		receiver := apptest.NewReceiver(t)
		app.Call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL + "/hook"}, nil)
		link := away(app, "anna")
		app.Until("the service is polled", func() bool { return h.polls() > 0 })
		h.finish()
		app.Until("the connection is made", func() bool { return len(connected(app, link)) == 1 })
		made := connected(app, link)
		app.Until("the application hears of the connection", func() bool {
			return slices.ContainsFunc(receiver.Got(), func(r apptest.Received) bool {
				return strings.Contains(string(r.Body), `"connection.linked"`) && strings.Contains(string(r.Body), string(made[0]))
			})
		})
		var accounts struct{ Data []struct{ Name string } }
		app.Until("the account is collected", func() bool {
			app.Call("GET", "/connections/"+string(made[0])+"/accounts", nil, &accounts)
			return len(accounts.Data) == 1
		})
	})
}

func TestAVisitEndsAtAServerThatWasStartedAnew(t *testing.T) {
	t.Parallel()
	h := &hosted{poll: 2}
	folder := t.TempDir()
	first := apptest.Start(t, h.with, apptest.Data(folder))
	provide(first)
	link := away(first, "anna")
	first.Stop()
	h.finish()
	second := apptest.Start(t, h.with, apptest.Data(folder))
	second.Until("the connection is made", func() bool { return len(connected(second, link)) == 1 })
}

// pollingFolder names the variable that makes the test below a server of its own.
const pollingFolder = "FAIRLEAD_TEST_POLLING"

// TestAServerToBeKilledWhileItPolls is no test: it is the process that the next one kills.
func TestAServerToBeKilledWhileItPolls(t *testing.T) {
	folder, configured := os.LookupEnv(pollingFolder)
	if !configured {
		return
	}
	h := &hosted{poll: 1, stuck: true}
	app := apptest.Start(t, h.with, apptest.Data(folder))
	provide(app)
	link := away(app, "anna")
	app.Until("a poll is in flight", func() bool { return h.polls() > 0 })
	fmt.Println("polling", link)
	select {}
}

func TestAVisitEndsThoughTheServerWasKilledInTheMiddleOfAPoll(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	node := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAServerToBeKilledWhileItPolls$")
	node.Env = append(os.Environ(), pollingFolder+"="+folder)
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	link := ""
	for lines := bufio.NewScanner(out); link == "" && lines.Scan(); {
		link, _ = strings.CutPrefix(lines.Text(), "polling ")
		if !strings.HasPrefix(link, "lnk_") {
			link = ""
		}
	}
	if link == "" {
		t.Fatal("the server to be killed never polled")
	}
	node.Process.Kill()
	node.Wait()
	h := &hosted{poll: 1, visits: 1}
	h.finish()
	app := apptest.Start(t, h.with, apptest.Data(folder))
	began := time.Now()
	app.Until("the connection is made", func() bool { return len(connected(app, link)) == 1 })
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}

func TestAnotherNodeGoesOnWithAVisit(t *testing.T) {
	t.Parallel()
	h := &hosted{poll: 1}
	one := apptest.Start(t, h.with, apptest.On(apptest.Postgres(t)))
	two := apptest.Start(t, h.with, apptest.Beside(one, "two"))
	provide(one)
	link := away(one, "anna")
	one.Stop()
	h.finish()
	two.Until("the connection is made", func() bool { return len(connected(two, link)) == 1 })
}

func TestAWebhookOfAServiceEndsAVisit(t *testing.T) {
	t.Parallel()
	h := &hosted{}
	app := apptest.Start(t, h.with)
	tenant := provide(app)
	path := "/hooks/" + string(tenant) + "/hosted"
	link := away(app, "anna")
	if status, _ := post(app, path, "good", "visit visit-9"); status != http.StatusOK {
		t.Errorf("a visit that nobody waits for was answered %d", status)
	}
	h.finish()
	time.Sleep(100 * time.Millisecond)
	if h.polls() != 0 {
		t.Fatal("the service was polled")
	}
	if status, _ := post(app, path, "good", "visit visit-1"); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	app.Until("the connection is made", func() bool { return len(connected(app, link)) == 1 })
	if status, _ := post(app, path, "good", "data visit-1"); status != http.StatusOK {
		t.Errorf("news of a connection were answered %d", status)
	}
	if status, _ := post(app, path, "good", "data unknown"); status != http.StatusOK {
		t.Errorf("news of no connection here were answered %d", status)
	}
}

func TestAWebhookThatIsNotTheServicesIsRefusedAndLearnsNothing(t *testing.T) {
	t.Parallel()
	h := &hosted{}
	app := apptest.Start(t, h.with)
	tenant := provide(app)
	path := "/hooks/" + string(tenant) + "/hosted"
	away(app, "anna")
	h.finish()
	const canary = "hook-canary"
	for _, c := range []struct {
		path, signature, body string
		want                  int
	}{
		{path, "bad " + canary, "visit visit-1", http.StatusUnauthorized},
		{path, "", canary, http.StatusUnauthorized},
		{"/hooks/ten_unknown/hosted", "good", "visit visit-1", http.StatusNotFound},
		{"/hooks/" + string(tenant) + "/unknown", "good", "visit visit-1", http.StatusNotFound},
		{"/hooks/" + string(tenant) + "/sandbox", "good", "visit visit-1", http.StatusNotFound},
		{path, "good", strings.Repeat("x", 300<<10), http.StatusRequestEntityTooLarge},
	} {
		status, answer := post(app, c.path, c.signature, c.body)
		if status != c.want || strings.Contains(answer, canary) || strings.Contains(answer, "signature") || strings.Contains(answer, string(tenant)) {
			t.Errorf("%s by %q was answered %d: %s", c.path, c.signature, status, answer)
		}
	}
	time.Sleep(100 * time.Millisecond)
	if h.polls() != 0 {
		t.Error("a webhook that was refused had effect")
	}
	log := app.Log.String()
	if !strings.Contains(log, "authentication_failed") || !strings.Contains(log, string(tenant)) || strings.Contains(log, canary) {
		t.Errorf("the log says %s", log)
	}
}

func TestWebhooksOfOneClientAreBounded(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, (&hosted{}).with)
	path := "/hooks/" + string(provide(app)) + "/hosted"
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[int]int{}
	for range 8 {
		all.Go(func() {
			for range 150 {
				status, _ := post(app, path, "good", "data x")
				mu.Lock()
				seen[status]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if seen[http.StatusTooManyRequests] == 0 || seen[http.StatusOK] < 500 {
		t.Errorf("answered %v", seen)
	}
}
