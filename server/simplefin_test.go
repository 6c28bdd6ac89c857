package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// simplefinServer runs a stand-in for a SimpleFIN server on the clock of an application.
func simplefinServer(app *apptest.App) *simplefintest.Server {
	app.T.Helper()
	s := simplefintest.Start()
	app.T.Cleanup(s.Close)
	s.Change(func(s *simplefintest.Server) { s.Now = func() time.Time { return appTime(app) } })
	s.Household(appTime(app))
	return s
}

// appTime is the time of an application's sandbox; while it stops, the zero time.
func appTime(app *apptest.App) time.Time {
	r := app.Request("GET", "/v1/sandbox/clock", nil)
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return time.Time{}
	}
	defer response.Body.Close()
	var clock struct{ Now time.Time }
	if json.NewDecoder(response.Body).Decode(&clock) != nil {
		return time.Time{}
	}
	return clock.Now
}

// paste walks the page with a setup token to where a person has something to do again.
func paste(app *apptest.App, address, token string) *apptest.Browser {
	app.T.Helper()
	p := app.Visit(address)
	p.Submit()
	if strings.Contains(p.Text(), "Choose your institution") {
		p.Press("choose", "institution", "simplefin-server")
	}
	for n := 0; n < 3 && !strings.Contains(p.Page, `name="token"`); n++ {
		p.Submit()
	}
	p.Submit("token", token)
	return p
}

type simplefinConnection struct {
	ID       string
	Status   string
	ResetsAt *time.Time `json:"resets_at"`
	DataAsOf *time.Time `json:"data_as_of"`
	NextRun  *time.Time `json:"next_run_at"`
	Problem  *struct{ Kind, Actor, Where, Detail, Code string }
	Products map[string]struct {
		Status     string
		From, To   string
		ServedFrom string `json:"served_from"`
		Missing    []struct {
			Kind, Actor, Code, Detail string
			AccountIDs                []string `json:"account_ids"`
		}
	}
}

func connectionNow(app *apptest.App, id string) (c simplefinConnection) {
	app.T.Helper()
	app.Call("GET", "/connections/"+id, nil, &c)
	return c
}

// linkSimplefin links all banks of a stand-in, and waits for the first collection.
func linkSimplefin(app *apptest.App, s *simplefintest.Server, person string) string {
	app.T.Helper()
	_, address := linkFor(app, person)
	p := paste(app, address, s.Token())
	if !strings.Contains(p.Text(), "Everyday 4411") || !strings.Contains(p.Text(), "Brokerage") {
		app.T.Fatalf("the page at %s offers no accounts:\n%s", p.At, p.Text())
	}
	for n := 0; n < 3 && !p.Left; n++ {
		p.Submit()
	}
	if !p.Left {
		app.T.Fatalf("the page at %s says:\n%s", p.At, p.Text())
	}
	var got struct{ Connections []struct{ ID string } }
	app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
	if len(got.Connections) != 1 {
		app.T.Fatalf("%+v", got)
	}
	id := got.Connections[0].ID
	app.Until("the first collection has ended", func() bool { return connectionNow(app, id).Status != "collecting" })
	return id
}

type simplefinRow struct {
	ID, Status, Description string
	AccountID               string `json:"account_id"`
	BookedOn                string `json:"booked_on"`
	Amount                  any
}

func TestAPersonLinksTheirBanksWithASetupToken(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	con := linkSimplefin(app, s, "anna")
	c := connectionNow(app, con)
	if c.Status != "active" || c.Problem != nil || c.DataAsOf == nil {
		t.Errorf("%+v", c)
	}
	accounts := apptest.List[struct{ ID, Name, Type, Currency string }](app, "/connections/"+con+"/accounts")
	if len(accounts) != 3 {
		t.Errorf("%+v", accounts)
	}
	first := apptest.List[simplefinRow](app, "/connections/"+con+"/transactions")
	if len(first) != 150+100 && len(first) != 151+101 { // before and after noon
		t.Errorf("%d transactions", len(first))
	}
	if holdings := apptest.List[struct{ ID string }](app, "/connections/"+con+"/holdings"); len(holdings) != 2 {
		t.Errorf("%d holdings", len(holdings))
	}

	// A month passes: what was pending is posted under another id, and nothing is doubled.
	app.Advance("30d")
	// The last run by the schedule may have come before the last day's rows, which are of noon.
	app.Call("POST", "/connections/"+con+"/collect", nil, nil)
	app.Until("the last day is there", func() bool {
		return len(apptest.List[simplefinRow](app, "/connections/"+con+"/transactions")) >= len(first)+2*30 &&
			connectionNow(app, con).Products["transactions"].To >= s.Now().UTC().Format(time.DateOnly)
	})
	after := apptest.List[simplefinRow](app, "/connections/"+con+"/transactions")
	pending, known := 0, map[string]bool{}
	for _, row := range after {
		known[row.ID] = true
		if row.Status == "pending" {
			pending++
		}
	}
	if len(after) != len(first)+2*30 || pending != 4 {
		t.Errorf("after a month there are %d transactions, %d of them pending", len(after), pending)
	}
	for _, row := range first {
		if !known[row.ID] {
			t.Errorf("%s of %s has become another", row.Description, row.BookedOn)
		}
	}
	for _, secret := range s.Secrets() {
		if strings.Contains(app.Log.String(), secret) {
			t.Error("the log has what gives access")
		}
	}
}

func TestATroubledBankIsTheOnlyOneThatNeedsThePerson(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	con := linkSimplefin(app, s, "anna")
	s.Change(func(s *simplefintest.Server) {
		s.Errors = []simplefintest.Error{{Code: "con.auth", Msg: "Please sign in again", Conn: "CON-1"}}
		s.Account("ACT-1").Hidden = true
	})
	app.Advance("1d")
	app.Until("the trouble is said", func() bool { return connectionNow(app, con).Problem != nil })
	c := connectionNow(app, con)
	if c.Problem.Kind != "action_needed" || c.Problem.Actor != "person" || !strings.Contains(c.Problem.Detail, "Harbor Bank") {
		t.Errorf("%+v", c.Problem)
	}
	if accounts := apptest.List[struct{ Name string }](app, "/connections/"+con+"/accounts"); len(accounts) != 3 {
		t.Errorf("the account that failed is gone: %+v", accounts)
	}
	if missing := c.Products["transactions"].Missing; len(missing) == 0 || len(missing[0].AccountIDs) != 2 {
		t.Errorf("%+v", missing)
	}
	s.Change(func(s *simplefintest.Server) { s.Errors, s.Account("ACT-1").Hidden = nil, false })
	app.Advance("1d")
	app.Until("it is well again", func() bool { return connectionNow(app, con).Problem == nil })
}

// Complaint 33: a quota is retried hourly or shown as broken.
func TestAQuotaSaysWhenItResetsAndNothingSpins(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	con := linkSimplefin(app, s, "anna")
	s.Change(func(s *simplefintest.Server) { s.Fault = simplefintest.TooMany })
	app.Advance("1d")
	app.Until("the reset is said", func() bool { return connectionNow(app, con).ResetsAt != nil })
	c := connectionNow(app, con)
	if c.Status != "active" || c.ResetsAt.Before(s.Now()) || c.ResetsAt.After(s.Now().Add(7*time.Hour)) {
		t.Errorf("%+v", c)
	}
	before := len(s.Calls())
	status, body := app.Raw("POST", "/connections/"+con+"/collect", nil)
	if status != 429 || !strings.Contains(string(body), "until") {
		t.Errorf("who asks is answered %d %s", status, body)
	}
	app.Advance("30m")
	if n := len(s.Calls()); n != before {
		t.Errorf("%d calls were made before the reset", n-before)
	}
	s.Change(func(s *simplefintest.Server) { s.Fault = simplefintest.None })
	app.Advance("1d")
	app.Until("it goes on", func() bool { return connectionNow(app, con).ResetsAt == nil })
}

// Complaint 20: hidden upstream quotas tripped by the product itself.
func TestAMonthStaysWithinTwentyFourCallsADay(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	con := linkSimplefin(app, s, "anna")
	s.Change(func(s *simplefintest.Server) { s.Fault = simplefintest.HTML }) // what fails is tried again
	before := len(s.Calls())
	app.Advance("10d")
	if n := len(s.Calls()) - before; n > 10*24 || n < 10 {
		t.Errorf("%d calls in ten days", n)
	}
	if c := connectionNow(app, con); c.Status != "active" {
		t.Errorf("%+v", c)
	}
}

func TestAccessThatWasEndedComesBackByANewToken(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	con := linkSimplefin(app, s, "anna")
	before := apptest.List[simplefinRow](app, "/connections/"+con+"/transactions")
	s.Disable()
	app.Advance("1d")
	app.Until("the person is needed", func() bool { return connectionNow(app, con).Status == "needs_action" })
	if c := connectionNow(app, con); c.Problem.Kind != "consent_ended" || c.Problem.Where != "link" {
		t.Errorf("%+v", c.Problem)
	}
	var link struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{"person": "anna", "connection_id": con, "redirect_url": "http://localhost:9999/back"}, &link)
	p := paste(app, link.URL, s.Token())
	for n := 0; n < 3 && !p.Left; n++ {
		p.Submit()
	}
	if !p.Left || p.At.Query().Get("status") != "finished" {
		t.Fatalf("the page at %s says:\n%s", p.At, p.Text())
	}
	app.Until("it is active", func() bool { return connectionNow(app, con).Status == "active" })
	after := apptest.List[simplefinRow](app, "/connections/"+con+"/transactions")
	for _, row := range before {
		if !slices.ContainsFunc(after, func(r simplefinRow) bool { return r.ID == row.ID }) {
			t.Errorf("%s of %s has become another", row.Description, row.BookedOn)
		}
	}
	if n := len(apptest.List[struct{ ID string }](app, "/connections")); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// Complaint 28: signing in again gives new account ids; only the first sync works.
func TestABankThatWasLinkedAgainAtTheServerKeepsItsAccounts(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	con := linkSimplefin(app, s, "anna")
	type account struct{ ID, Name string }
	before := apptest.List[account](app, "/connections/"+con+"/accounts")
	rows := len(apptest.List[simplefinRow](app, "/connections/"+con+"/transactions"))
	s.Change(func(s *simplefintest.Server) {
		s.Banks[0].Conn = "CON-44"
		for _, a := range s.Banks[0].Accounts {
			a.ID += "-NEW"
			for n := range a.Rows {
				a.Rows[n].ID += "-NEW"
				a.Rows[n].PendingID += "-NEW"
			}
		}
	})
	app.Call("POST", "/connections/"+con+"/collect", nil, nil)
	app.Until("it was collected", func() bool {
		return len(apptest.List[struct{ EndedAt *string }](app, "/connections/"+con+"/collections")) > 1
	})
	app.Until("it has ended", func() bool {
		return !slices.ContainsFunc(apptest.List[struct {
			EndedAt *string `json:"ended_at"`
		}](app, "/connections/"+con+"/collections"), func(c struct {
			EndedAt *string `json:"ended_at"`
		},
		) bool {
			return c.EndedAt == nil
		})
	})
	after := apptest.List[account](app, "/connections/"+con+"/accounts")
	if len(after) != len(before) {
		t.Errorf("%+v, before %+v", after, before)
	}
	for _, a := range before {
		if !slices.Contains(after, a) {
			t.Errorf("%s has become another account", a.Name)
		}
	}
	if n := len(apptest.List[simplefinRow](app, "/connections/"+con+"/transactions")); n != rows {
		t.Errorf("%d transactions, before %d", n, rows)
	}
}

func TestATokenThatIsRefusedIsAskedForAgainOnThePage(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	s := simplefinServer(app)
	_, address := linkFor(app, "anna")
	p := paste(app, address, "not a token")
	if !strings.Contains(p.Text(), "That isn’t a setup token") {
		t.Errorf("%s", p.Text())
	}
	used := s.Token()
	s.Change(func(s *simplefintest.Server) { s.Claims = simplefintest.Lost })
	p.Submit("token", used)
	if !strings.Contains(p.Text(), "got lost on the way") {
		t.Errorf("%s", p.Text())
	}
	s.Change(func(s *simplefintest.Server) { s.Claims = simplefintest.None })
	p.Submit("token", used)
	if !strings.Contains(p.Text(), "disable it on the server") {
		t.Errorf("%s", p.Text())
	}
	p.Submit("token", s.Token())
	if !strings.Contains(p.Text(), "Everyday 4411") {
		t.Errorf("%s", p.Text())
	}
}
