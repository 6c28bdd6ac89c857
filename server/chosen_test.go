package server_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// chosenAccounts are the accounts that a page of the choice offers, and those that are chosen.
func chosenAccounts(p *apptest.Browser) (offered, chosen []string) {
	for _, f := range p.Forms() {
		if f.Main() {
			chosen = f.Values["account"]
		}
	}
	for _, m := range accountBox.FindAllStringSubmatch(p.Page, -1) {
		offered = append(offered, m[1])
	}
	return offered, chosen
}

func TestAccountsThatThePersonLeavesOutAreNeverStored(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		app := apptest.Start(t, options...)
		_, address := linkFor(app, "anna")
		p := app.Visit(address)
		p.Submit()
		p.Press("choose", "institution", "harbor")
		p.Submit()
		p.Submit("user", "good", "password", "good")
		offered, chosen := chosenAccounts(p)
		if len(offered) < 3 || !slices.Equal(offered, chosen) {
			t.Fatalf("offered %v, chosen before the person does %v", offered, chosen)
		}
		p.Submit("account", offered[0])
		connections := apptest.List[struct{ ID string }](app, "/connections")
		if len(connections) != 1 {
			t.Fatalf("connected %+v", connections)
		}
		con := connections[0].ID
		isRead := func() bool {
			var c struct{ Status string }
			app.Call("GET", "/connections/"+con, nil, &c)
			return c.Status == "active"
		}
		app.Until("the first collection has ended", isRead)
		first, _ := onlyOneAccount(t, app, con, "", nil)
		app.Advance("48h")
		app.Until("a later collection has ended", isRead)
		_, documents := onlyOneAccount(t, app, con, first, nil)

		var update struct{ URL string }
		app.Call("POST", "/links", map[string]any{"connection_id": con, "person": "anna", "redirect_url": "http://localhost:9999/back"}, &update)
		p = app.Visit(update.URL)
		for range 3 {
			if len(accountBox.FindAllString(p.Page, -1)) > 0 {
				break
			}
			if passwordBox.MatchString(p.Page) {
				p.Submit("user", "good", "password", "good")
				continue
			}
			p.Submit()
		}
		if again, chosen := chosenAccounts(p); !slices.Equal(again, offered) || !slices.Equal(chosen, offered[:1]) {
			t.Fatalf("the update offers %v, of which %v are chosen, want %v", again, chosen, offered[:1])
		}
		p.Submit("account", offered[1])
		app.Until("the collection of the update has ended", isRead)
		app.Advance("800h") // over a month's end
		app.Until("a collection after the update has ended", isRead)
		// A document that the person once shared stays; no other of that account comes.
		if second, _ := onlyOneAccount(t, app, con, "", documents); second == first {
			t.Errorf("%s is stored still", first)
		}
	})
}

// onlyOneAccount wants all that a connection has to hang on one account, but documents that
// were shared before. It returns the account, and its documents.
func onlyOneAccount(t *testing.T, app *apptest.App, con, want string, before map[string]bool) (only string, documents map[string]bool) {
	t.Helper()
	type row struct {
		ID        string
		AccountID string `json:"account_id"`
		// Documents may be about several.
		AccountIDs []string `json:"account_ids"`
	}
	accounts := apptest.List[row](app, "/connections/"+con+"/accounts")
	if len(accounts) != 1 || want != "" && accounts[0].ID != want {
		t.Fatalf("stored are %+v, want one account (%s)", accounts, want)
	}
	only, documents = accounts[0].ID, map[string]bool{}
	rows := 0
	for _, list := range []string{"transactions", "bills", "loans", "holdings", "investment_transactions", "documents"} {
		for _, r := range apptest.List[row](app, "/connections/"+con+"/"+list) {
			if documents[r.ID] = list == "documents"; documents[r.ID] && before[r.ID] {
				continue
			}
			if r.AccountID != "" && r.AccountID != only || len(r.AccountIDs) > 0 && !slices.Contains(r.AccountIDs, only) {
				t.Errorf("%s %s hangs on %s%v, which was left out", list, r.ID, r.AccountID, r.AccountIDs)
			}
			rows++
		}
	}
	if rows == 0 {
		t.Error("nothing of the account is stored")
	}
	return only, documents
}

// A connection made without a page in the sandbox is one that a person has saved.
func TestALoginSavedWithoutAPageIsOfferedInANewLink(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	var made struct {
		ConnectionID string `json:"connection_id"`
	}
	app.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "user": "good", "password": "good", "person": "anna", "wait": 60}, &made)
	for name, institution := range map[string]string{"proposed": "harbor", "chosen": ""} {
		var link struct{ URL string }
		app.Call("POST", "/links", map[string]any{"person": "anna", "institution_id": orNil(institution), "redirect_url": "http://localhost:9999/back"}, &link)
		p := app.Visit(link.URL)
		if institution == "" {
			p.Submit()
			p.Press("choose", "institution", "harbor")
		}
		p.Press("saved")
		p.Submit()
		if !p.Left {
			t.Fatalf("%s: the page does not lead back; it says:\n%s", name, p.Text())
		}
		var got struct{ Connections []struct{ ID string } }
		app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
		if len(got.Connections) != 1 || got.Connections[0].ID != made.ConnectionID {
			t.Errorf("%s: connected %+v, want %s", name, got.Connections, made.ConnectionID)
		}
	}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

var (
	accountBox  = regexp.MustCompile(`name="account" value="([^"]*)"`)
	passwordBox = regexp.MustCompile(`type="password"`)
)
