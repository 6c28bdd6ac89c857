package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
	"github.com/fairlead-dev/fairlead/store"
)

// toLogin opens a short link for one institution and stops where it asks who the
// person is; at a bank with pages of its own, there.
func toLogin(app *apptest.App, person, institution string, products ...string) *apptest.Browser {
	app.T.Helper()
	var link struct{ URL string }
	app.Call("POST", "/links", map[string]any{
		"person": person, "institution_id": institution, "products": products, "stages": []string{"consent"}, "redirect_url": "http://localhost:9999/back",
	}, &link)
	p := app.Visit(link.URL)
	p.Submit()
	if strings.Contains(p.Text(), "Continue at") {
		p.Submit()
	}
	return p
}

// atBank reports whether the browser is on a make-believe bank's own pages.
func atBank(p *apptest.Browser) bool { return strings.HasPrefix(p.At.Path, "/sandbox/") }

// finished fails unless the page has led back with a good end; at a bank's own
// pages it first shares what is offered there and agrees.
func finished(t *testing.T, p *apptest.Browser) {
	t.Helper()
	for n := 0; atBank(p) && !p.Left && n < 3; n++ {
		p.Submit()
	}
	if !p.Left || p.At.Query().Get("status") != "finished" {
		t.Fatalf("the page at %s says:\n%s", p.At, p.Text())
	}
}

func TestEveryPersonaConnectsAtEveryInstitution(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	institutions := apptest.List[struct {
		ID        string
		ShortName string `json:"short_name"`
		Logins    []string
	}](app, "/institutions")
	banks := 0
	for _, i := range institutions {
		if slices.Contains(i.Logins, "file") || slices.Contains(i.Logins, "token") || i.ShortName == "" {
			continue
		}
		banks++
		for _, persona := range world.Personas() {
			t.Run(i.ShortName+"/"+persona.Name, func(t *testing.T) {
				user := persona.Name + "+page"
				p := toLogin(app, i.ShortName+" "+persona.Name, i.ShortName, "identity")
				p.Submit("user", user, "password", "good")
				finished(t, p)
				var got struct{ Connections []struct{ ID string } }
				app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
				if len(got.Connections) != 1 {
					t.Errorf("the code gives %d connections", len(got.Connections))
				}
			})
		}
	}
	if banks < 6 {
		t.Fatalf("there are %d banks", banks)
	}
	app.Until("everybody's identity is there", func() bool {
		return !slices.ContainsFunc(apptest.List[struct{ Status string }](app, "/connections"), func(c struct{ Status string }) bool { return c.Status == "collecting" })
	})
	for _, c := range apptest.List[struct{ ID, Status, Person string }](app, "/connections") {
		if c.Status != "active" {
			t.Errorf("%s is %s", c.Person, c.Status)
		}
		if list := apptest.List[struct{ Names []string }](app, "/connections/"+c.ID+"/identity"); len(list) == 0 || len(list[0].Names) == 0 {
			t.Errorf("%s has no name", c.Person)
		}
	}
}

// looks is what a page shows of a kind of second factor.
func looks(kind string) *regexp.Regexp {
	return regexp.MustCompile(map[string]string{
		"code": `name="code"`, "reader": `(?s)7301.*name="code"`, "image": `(?s)data:image/svg.*name="code"`, "qr": `data:image/svg`,
		"choice": `name="device"`, "questions": `name="question1"`, "coordinates": `(?s)name="b4".*name="d7".*name="f1"`,
		"push": `http-equiv="refresh"`, "visit": `Continue at|class="go"`,
	}[kind])
}

// alts are the texts of a page's pictures.
func alts(page string) (all []string) {
	for _, m := range regexp.MustCompile(`alt="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

// answers are the fields of each round of a second factor, as they are right.
func answers(w sandbox.TriggerInfo) (rounds [][]string) {
	switch w.Factor {
	case "code", "reader", "image":
		return [][]string{{"code", "1234"}}
	case "qr":
		return [][]string{{"scanned", "yes"}}
	case "coordinates":
		return [][]string{{"b4", "1234", "d7", "1234", "f1", "1234"}}
	case "choice":
		return [][]string{{"device", "phone"}, {"code", "1234"}}[:w.Rounds]
	}
	for r := range w.Rounds { // questions
		var fields []string
		for q := range w.Questions {
			n := strconv.Itoa(r*w.Questions + q + 1)
			fields = append(fields, "question"+n, "answer "+n)
		}
		rounds = append(rounds, fields)
	}
	return rounds
}

// spoiled is a round with its last field answered wrongly.
func spoiled(round []string) []string {
	wrong := slices.Clone(round)
	wrong[len(wrong)-1] = map[string]string{"phone": "second", "yes": ""}[round[len(round)-1]]
	if wrong[len(wrong)-1] == "" {
		wrong[len(wrong)-1] = "9999"
	}
	return wrong
}

// typeAnswers gives every round wrongly, and then rightly.
func typeAnswers(t *testing.T, p *apptest.Browser, w sandbox.TriggerInfo) {
	t.Helper()
	for _, round := range answers(w) {
		if w.Factor != "qr" { // there is no wrong way to go on
			p.Submit(spoiled(round)...)
			if !strings.Contains(p.Page, `role="alert"`) || !strings.Contains(p.Page, `name="`+round[0]+`"`) {
				t.Fatalf("a wrong answer does not ask again; the page at %s says:\n%s", p.At, p.Text())
			}
		}
		p.Submit(round...)
	}
}

// decide answers what waits for a user in the sandbox's console.
func decide(app *apptest.App, user string, yes bool) (found bool) {
	for _, a := range apptest.List[struct{ ID, User string }](app, "/sandbox/approvals") {
		if a.User == user {
			app.Call("POST", "/sandbox/approvals/"+a.ID, map[string]bool{"approve": yes}, nil)
			found = true
		}
	}
	return found
}

// waits holds still the first time that a page waits, so that it can be seen.
func waits(p *apptest.Browser) { p.Waits = func() bool { return false } }

// goesOn lets a page that waits show itself again until it does not, and does
// something each time.
func goesOn(p *apptest.Browser, each func()) {
	p.Waits = func() bool { each(); return true }
	p.Go(p.At.String())
}

func TestEverySecondFactorIsShownAndPassedOnThePage(t *testing.T) {
	t.Parallel()
	for _, group := range [][]string{{"harbor", "anchor", "testbank", "puerto"}, {"farol", "ancora"}} {
		app := apptest.Start(t)
		n := 0
		for _, w := range sandbox.Triggers() {
			if w.Factor == "" {
				continue
			}
			institution := group[n%len(group)]
			n++
			t.Run(institution+"/"+w.Text, func(t *testing.T) { passFactor(t, app, institution, w) })
		}
		if n < 20 {
			t.Errorf("only %d second factors", n)
		}
	}
}

func passFactor(t *testing.T, app *apptest.App, institution string, w sandbox.TriggerInfo) {
	user := "empty+" + strings.ToLower(w.Text)
	p := toLogin(app, w.Text, institution, "identity")
	waits(p)
	p.Submit("user", user, "password", w.Text)
	if p.Left || !looks(w.Factor).MatchString(p.Page) || regexp.MustCompile(`\bsandbox\.[a-z]+\b`).MatchString(p.Text()+strings.Join(alts(p.Page), " ")) {
		t.Fatalf("the page at %s does not ask for it:\n%s", p.At, p.Text())
	}
	switch w.Factor {
	case "push":
		passPush(t, app, p, user, w)
	case "visit":
		away := p.At.Path
		if atBank(p) {
			p.Follow()
		} else {
			p.Submit()
		}
		if !strings.HasPrefix(p.At.Path, "/sandbox/visit/") {
			t.Fatalf("from %s the link leads to %s", away, p.At)
		}
		p.Waits = nil
		p.Submit()
	default:
		typeAnswers(t, p, w)
	}
	p.Waits = nil
	finished(t, p)
}

// passPush confirms on the other device, or lets the time pass in which somebody does.
func passPush(t *testing.T, app *apptest.App, p *apptest.Browser, user string, w sandbox.TriggerInfo) {
	t.Helper()
	p.Go(p.At.String())
	if p.Left || !looks("push").MatchString(p.Page) {
		t.Fatalf("it does not wait:\n%s", p.Text())
	}
	if w.Text == "SCA_APP" {
		if !decide(app, user, true) {
			t.Fatal("nothing waits for approval")
		}
	}
	goesOn(p, func() { app.Advance("2s") })
}

func TestARefusedPushSaysSo(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	p := toLogin(app, "refuses", "harbor", "identity")
	waits(p)
	p.Submit("user", "empty+no", "password", "SCA_APP")
	if !decide(app, "empty+no", false) {
		t.Fatal("nothing waits for approval")
	}
	goesOn(p, func() { app.Advance("2s") })
	if p.Left || !strings.Contains(p.Text(), "declined on your device") {
		t.Errorf("the page says:\n%s", p.Text())
	}
}

func TestAnUpdatableCodeToScanIsAnotherOneEachTime(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	picture := regexp.MustCompile(`src="(data:image/svg[^"]+)"`)
	p := toLogin(app, "scans", "harbor", "identity")
	waits(p)
	p.Submit("user", "empty+qr", "password", "SCA_UPDATABLE_QR")
	first := picture.FindStringSubmatch(p.Page)
	if first == nil {
		t.Fatalf("there is no picture:\n%s", p.Text())
	}
	app.Advance("11s")
	p.Waits = func() bool {
		next := picture.FindStringSubmatch(p.Page)
		return next == nil || next[1] == first[1]
	}
	p.Go(p.At.String())
	if next := picture.FindStringSubmatch(p.Page); next == nil || next[1] == first[1] {
		t.Fatalf("after its seconds the picture is the same:\n%s", p.Text())
	}
	p.Waits = nil
	p.Submit()
	finished(t, p)
}

// eventKinds lists the kinds of events, of one connection unless it is "".
func eventKinds(app *apptest.App, connection string) (kinds []string) {
	app.T.Helper()
	type event struct {
		Type string
		Data struct {
			ConnectionID string `json:"connection_id"`
		}
	}
	for _, e := range apptest.List[event](app, "/events") {
		if connection == "" || e.Data.ConnectionID == connection {
			kinds = append(kinds, e.Type)
		}
	}
	return kinds
}

func TestAtABankOfTheirOwnPeopleChooseWhatToShare(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	p := toLogin(app, "anna", "farol", "accounts")
	if !atBank(p) || !strings.Contains(p.Text(), "Banco Farol") {
		t.Fatalf("the departure leads to %s", p.At)
	}
	p.Submit("user", "good", "password", "WRONG_PASSWORD")
	if !atBank(p) || !strings.Contains(p.Page, `role="alert"`) {
		t.Fatalf("a wrong password is taken:\n%s", p.Text())
	}
	p.Submit("user", "good", "password", "good")
	offered := p.Forms()[0].Values["account"]
	if len(offered) < 3 {
		t.Fatalf("the bank offers %v", offered)
	}
	p.Submit("account", offered[1])
	if !strings.Contains(p.Text(), "contas e saldos") {
		t.Fatalf("the bank does not say what is shared:\n%s", p.Text())
	}
	p.Submit()
	finished(t, p)
	var got struct{ Connections []struct{ ID string } }
	app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
	con := got.Connections[0].ID
	app.Until("the first collection has ended", func() bool { return slices.Contains(eventKinds(app, con), "collection.finished") })
	if accounts := apptest.List[struct{ ID string }](app, "/connections/"+con+"/accounts"); len(accounts) != 1 {
		t.Errorf("one account was shared, and there are %d", len(accounts))
	}
}

func TestRefusingAtTheBankEndsNothingElse(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	p := toLogin(app, "anna", "farol", "accounts")
	p.Push("cancel")
	if atBank(p) || p.Left || !strings.Contains(p.Text(), "Banco Farol") {
		t.Fatalf("the page at %s says:\n%s", p.At, p.Text())
	}
	p.Press("retry")
	if strings.Contains(p.Text(), "What you share") {
		p.Submit()
	}
	p.Submit()
	p.Submit("user", "good", "password", "good")
	finished(t, p)
}

func TestAVisitToTheBankThatTookTooLongCanBeBegunAgain(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	var link struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{"person": "slow", "institution_id": "farol", "products": []string{"accounts"}, "stages": []string{"consent"}, "expires_in": 7200, "redirect_url": "http://localhost:9999/back"}, &link)
	p := app.Visit(link.URL)
	p.Submit()
	p.Submit()
	app.Advance("31m")
	p.Submit("user", "good", "password", "good")
	if !strings.Contains(p.Text(), "expired") {
		t.Fatalf("the bank's page says:\n%s", p.Text())
	}
	p.Go(app.URL + "/l/" + link.ID)
	if p.Left || strings.Contains(p.Text(), "All done") {
		t.Fatalf("the page says:\n%s", p.Text())
	}
	for range 4 {
		if atBank(p) {
			break
		}
		if strings.Contains(p.Page, "/retry") {
			p.Press("retry")
		} else {
			p.Submit()
		}
	}
	p.Submit("user", "good", "password", "good")
	finished(t, p)
}

func TestAConsentRevokedAtTheBankIsToldAtTheNextCollection(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := app.Linked("farol", "empty", "REVOKED_AT_BANK")
	app.Advance("50h") // past the second collection by the schedule
	kinds := eventKinds(app, con)
	if !slices.Contains(kinds, "consent.revoked") || !slices.Contains(kinds, "connection.needs_action") {
		t.Errorf("told were %v", kinds)
	}
	consents := apptest.List[struct{ Status string }](app, "/connections/"+con+"/consents")
	if len(consents) != 1 || consents[0].Status != "revoked_at_institution" {
		t.Errorf("the consents are %v", consents)
	}
	app.Advance("72h")
	if again := eventKinds(app, con); len(again) != len(kinds) {
		t.Errorf("it was told more than once: %v", again[len(kinds):])
	}
}

// atFarol asks the interface of Banco Farol's own server, as its registered
// client, about the consent of a connection.
func atFarol(app *apptest.App, method, con string) (status int, body string) {
	app.T.Helper()
	var consent fairlead.Consent
	ctx := context.Background()
	err := app.Server.Store.View(ctx, func(tx *store.Tx) error {
		tenant, err := tx.Tenants.ByName("dev")
		if err != nil {
			return err
		}
		c, err := tx.Connections.Get(tenant.ID, con)
		if err != nil {
			return err
		}
		consent, err = tx.Consents.Get(tenant.ID, string(c.Consent))
		return err
	})
	if err != nil {
		app.T.Fatal(err)
	}
	request := app.Request("POST", "/sandbox/farol/token", "grant_type=client_credentials")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(string(consent.Tenant), fairlead.DerivedID("sec", "dev", string(consent.Tenant), "farol"))
	var token struct {
		Access string `json:"access_token"`
	}
	if status, answer := app.Do(request); json.Unmarshal(answer, &token) != nil || status != 200 {
		app.T.Fatalf("the bank's token address answered %d %s", status, answer)
	}
	r := app.Request(method, "/sandbox/farol/open-banking/consents/v3/consents/"+url.PathEscape(consent.Ref), nil)
	r.Header.Set("Authorization", "Bearer "+token.Access)
	status, answer := app.Do(r)
	return status, string(answer)
}

func TestWhatIsRevokedAtTheBankItselfIsRevokedHere(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := app.Linked("farol", "empty", "good")
	if status, body := atFarol(app, "GET", con); status != 200 || !strings.Contains(body, "AUTHORISED") {
		t.Fatalf("the bank's consent answered %d %s", status, body)
	}
	if status, body := atFarol(app, "DELETE", con); status != http.StatusNoContent {
		t.Fatalf("revoking answered %d %s", status, body)
	}
	app.Advance("25h")
	if kinds := eventKinds(app, con); !slices.Contains(kinds, "consent.revoked") || !slices.Contains(kinds, "connection.needs_action") {
		t.Errorf("told were %v", kinds)
	}
}

func TestDisconnectingRevokesTheConsentAtTheBank(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := app.Linked("farol", "empty", "good")
	app.Call("DELETE", "/connections/"+con, nil, nil)
	app.Until("the bank knows", func() bool {
		status, body := atFarol(app, "GET", con)
		return status == 200 && strings.Contains(body, "CUSTOMER_MANUALLY_REVOKED")
	})
	if kinds := eventKinds(app, con); !slices.Contains(kinds, "consent.revoked") || !slices.Contains(kinds, "connection.disconnected") {
		t.Errorf("told were %v", kinds)
	}
}

func TestEveryWordThatRefusesALoginHasAPageThatSaysSo(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	for _, w := range sandbox.Triggers() {
		if w.Refuses == "" {
			continue
		}
		t.Run(w.Text, func(t *testing.T) {
			p := toLogin(app, w.Text, "harbor", "identity")
			p.Submit("user", "empty", "password", w.Text)
			if p.Left && p.At.Query().Get("error") == "" {
				t.Fatalf("it led to %s", p.At)
			}
			if text := p.Text(); !p.Left && (!strings.Contains(text, "Harbor Bank") || strings.Contains(text, w.Text) || p.Status != 200) {
				t.Errorf("the page (%d) says:\n%s", p.Status, text)
			}
			if strings.Contains(p.Page, fmt.Sprintf("%q", w.Text)) || strings.Contains(p.At.String(), url.QueryEscape(w.Text)) {
				t.Error("what was typed is on the page")
			}
		})
	}
}
