package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead/apptest"
)

// linkFor asks for a redirect link and returns its hosted page.
func linkFor(app *apptest.App, person string) (id, address string) {
	var link struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{
		"person": person, "redirect_url": "http://localhost:9999/back?mine=1", "metadata": map[string]int{"order": 7},
	}, &link)
	return link.ID, link.URL
}

// connect walks the page to its end as a person without scripts does.
func connect(app *apptest.App, address, institution, user string) *apptest.Browser {
	app.T.Helper()
	p := app.Visit(address)
	p.Submit()
	p.Press("choose", "institution", institution)
	p.Submit()
	p.SignIn(user, user)
	if user == "otp" {
		p.Submit("code", "1234")
		p.Share()
	}
	p.Submit()
	if !p.Left {
		app.T.Fatalf("the page did not lead back to the application; it says:\n%s", p.Text())
	}
	return p
}

func TestAPersonConnectsABankAndTheApplicationReadsAndIsTold(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		app := apptest.Start(t, options...)
		receiver := apptest.NewReceiver(t)
		var endpoint struct{ Secret string }
		app.Call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL + "/hook"}, &endpoint)

		id, address := linkFor(app, "anna")
		p := connect(app, address, "harbor", "otp")
		q := p.At.Query()
		if q.Get("link_id") != id || q.Get("status") != "finished" || q.Get("mine") != "1" || q.Get("code") == "" {
			t.Fatalf("the browser was sent to %s", p.At)
		}
		var got struct {
			Connections []struct {
				ID            string
				InstitutionID string `json:"institution_id"`
				Person        string
			}
		}
		app.Call("POST", "/links/exchange", map[string]string{"code": q.Get("code")}, &got)
		if len(got.Connections) != 1 || got.Connections[0].Person != "anna" || got.Connections[0].InstitutionID != "ins_harbor" {
			t.Fatalf("the code gave %+v", got)
		}
		con := got.Connections[0].ID
		app.Until("the connection is active", func() bool {
			var c struct{ Status string }
			app.Call("GET", "/connections/"+con, nil, &c)
			return c.Status == "active"
		})
		readsEverything(app, con)
		isTold(app, receiver, endpoint.Secret)
	})
}

// readsEverything checks that each kind of data is there and hangs together.
func readsEverything(app *apptest.App, con string) {
	t := app.T
	t.Helper()
	type row struct {
		ID        string
		AccountID string `json:"account_id"`
		Mask      string
		Numbers   json.RawMessage
	}
	accounts := apptest.List[row](app, "/connections/"+con+"/accounts")
	if len(accounts) < 3 {
		t.Fatalf("there are %d accounts", len(accounts))
	}
	for _, a := range accounts {
		if a.Numbers != nil {
			t.Errorf("account %s shows its numbers unasked", a.ID)
		}
	}
	transactions := apptest.List[row](app, "/connections/"+con+"/transactions")
	if len(transactions) < 500 {
		t.Fatalf("two years have %d transactions", len(transactions))
	}
	seen := map[string]bool{}
	for _, tx := range transactions {
		if seen[tx.ID] || !slices.ContainsFunc(accounts, func(a row) bool { return a.ID == tx.AccountID }) {
			t.Fatalf("transaction %s comes twice or hangs on no account", tx.ID)
		}
		seen[tx.ID] = true
	}
	documents := apptest.List[row](app, "/connections/"+con+"/documents")
	if len(documents) == 0 {
		t.Fatal("there is no document")
	}
	var d struct {
		URL  string
		Size int
	}
	app.Call("GET", "/documents/"+documents[0].ID, nil, &d)
	r := app.Request("GET", strings.TrimPrefix(d.URL, app.URL), nil)
	status, body := app.Do(r)
	if status != 200 || !strings.HasPrefix(string(body), "%PDF-") || len(body) != d.Size {
		t.Errorf("the document's address answered %d with %d bytes, want %d", status, len(body), d.Size)
	}
	tampered := d.URL[:len(d.URL)-2] + "xx"
	if status, _ := app.Do(app.Request("GET", strings.TrimPrefix(tampered, app.URL), nil)); status != http.StatusNotFound {
		t.Errorf("a tampered address answered %d", status)
	}
	app.Advance("16m")
	status, body = app.Do(app.Request("GET", strings.TrimPrefix(d.URL, app.URL), nil))
	if status != http.StatusGone || !strings.Contains(string(body), "expired") {
		t.Errorf("after its time the address answered %d %s", status, body)
	}
}

// isTold checks that webhooks came, are signed, in order, and thin.
func isTold(app *apptest.App, receiver *apptest.Receiver, secret string) {
	t := app.T
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	kinds := func() (all []string) {
		for _, got := range receiver.Got() {
			var e struct{ Type string }
			if err := json.Unmarshal(got.Body, &e); err != nil {
				t.Fatal(err)
			}
			all = append(all, e.Type)
		}
		return all
	}
	app.Until("collection.finished was told", func() bool { return slices.Contains(kinds(), "collection.finished") })
	for _, want := range []string{"link.opened", "consent.granted", "connection.linked", "link.finished"} {
		if !slices.Contains(kinds(), want) {
			t.Errorf("%s was not told; told were %v", want, kinds())
		}
	}
	for _, got := range receiver.Got() {
		if err := verifier.Verify(got.Body, got.Header); err != nil {
			t.Errorf("a webhook's signature is wrong: %v", err)
		}
		if strings.Contains(string(got.Body), "amount") {
			t.Errorf("a webhook holds data: %s", got.Body)
		}
	}
}

func TestEachTroubleOnTheWayHasAClearPageOfItsOwn(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	toLogin := func(person string) *apptest.Browser {
		_, address := linkFor(app, person)
		p := app.Visit(address)
		p.Submit()
		p.Press("choose", "institution", "harbor")
		p.Submit()
		return p
	}
	t.Run("a wrong password asks again and says so", func(t *testing.T) {
		p := toLogin("wrong")
		p.Submit("user", "good", "password", "WRONG_PASSWORD")
		if !strings.Contains(strings.ToLower(p.Text()), "password") || p.Left || strings.Contains(p.Page, "WRONG_PASSWORD") {
			t.Errorf("the page says:\n%s", p.Text())
		}
		p.SignIn("good", "good")
		p.Submit()
		if !p.Left {
			t.Errorf("the right password does not help; the page says:\n%s", p.Text())
		}
	})
	t.Run("a wrong code asks again", func(t *testing.T) {
		p := toLogin("code")
		p.Submit("user", "otp", "password", "otp")
		p.Submit("code", "9999")
		p.Submit("code", "1234")
		p.Share()
		p.Submit()
		if !p.Left {
			t.Errorf("the page says:\n%s", p.Text())
		}
	})
	t.Run("an institution that is down offers to try again or leave", func(t *testing.T) {
		p := toLogin("down")
		p.Submit("user", "good", "password", "DOWN")
		if !strings.Contains(p.Text(), "Harbor Bank") || p.Left {
			t.Errorf("the page says:\n%s", p.Text())
		}
		p.Press("leave")
		for range 3 {
			if p.Left {
				break
			}
			p.Submit()
		}
		if p.At.Query().Get("error") == "" || p.At.Query().Get("status") == "finished" {
			t.Errorf("leaving led to %s", p.At)
		}
	})
	t.Run("a link that has expired says so", func(t *testing.T) {
		_, address := linkFor(app, "late")
		app.Advance("31m")
		if p := app.Visit(address); p.Status != http.StatusGone && !strings.Contains(strings.ToLower(p.Text()), "expired") {
			t.Errorf("status %d:\n%s", p.Status, p.Text())
		}
	})
	t.Run("an address that never was one says so", func(t *testing.T) {
		if p := app.Visit(app.URL + "/l/" + strings.Repeat("x", 43)); p.Status < 400 {
			t.Errorf("status %d:\n%s", p.Status, p.Text())
		}
	})
}

func TestLinkingAgainFindsTheSameConnectionAndTwoPeopleNeverShareOne(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	exchange := func(person string) string {
		_, address := linkFor(app, person)
		p := connect(app, address, "harbor", "good")
		var got struct{ Connections []struct{ ID string } }
		app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
		return got.Connections[0].ID
	}
	first, again, other := exchange("anna"), exchange("anna"), exchange("ben")
	if first != again {
		t.Errorf("linking again gave %s, then %s", first, again)
	}
	if first == other {
		t.Errorf("two people share %s", first)
	}
}

func TestACodeWorksOnceAndDiesAfterAMinute(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	codeOf := func(person string) string {
		_, address := linkFor(app, person)
		return connect(app, address, "harbor", "good").At.Query().Get("code")
	}
	code := codeOf("anna")
	request := map[string]string{"code": code}
	app.Call("POST", "/links/exchange", request, nil)
	if status, body := app.Raw("POST", "/links/exchange", request); status < 400 {
		t.Errorf("the second exchange answered %d %s", status, body)
	} else if strings.Contains(string(body), url.QueryEscape(code)) {
		t.Error("the refusal repeats the code")
	}
	late := map[string]string{"code": codeOf("ben")}
	app.Advance("61s")
	if status, body := app.Raw("POST", "/links/exchange", late); status < 400 {
		t.Errorf("after a minute the exchange answered %d %s", status, body)
	}
}
