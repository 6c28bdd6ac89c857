package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

// plaidProvider sets the keys of a stand-in for Plaid and waits until its directory is read.
func plaidProvider(t *testing.T, a *apptest.App) (*plaidtest.Server, providerAnswer) {
	t.Helper()
	server := plaidtest.Start(t)
	var p providerAnswer
	a.Call("POST", "/providers", map[string]any{
		"connector": "plaid", "base": server.URL, "fields": map[string]any{"client_id": plaidtest.ClientID, "secret": plaidtest.Secret},
	}, &p)
	a.Until("the directory is read", func() bool {
		a.Call("GET", "/providers/"+p.ID, nil, &p)
		return p.Directory.RefreshedAt != nil && !p.Directory.Refreshing
	})
	if p.Directory.Institutions < 1100 || p.Keys["secret"] == plaidtest.Secret {
		t.Fatalf("the provider is %+v", p)
	}
	return server, p
}

// atPlaid walks the page until the person is sent to Plaid's, and gives the link token.
func atPlaid(t *testing.T, a *apptest.App, server *plaidtest.Server, address string, chosen bool) string {
	t.Helper()
	before := server.Latest()
	p := a.Visit(address)
	p.Submit()
	if !chosen {
		p.Press("choose", "institution", "plaid_ins_109508")
	}
	if server.Latest() == before {
		p.Submit()
	}
	a.Until("the person is sent to Plaid", func() bool { return server.Latest() != before })
	return server.Latest()
}

type plaidConnection struct {
	ID, Status string
	Problem    *struct{ Kind, Code, Actor string }
}

func plaidConnections(a *apptest.App) []plaidConnection {
	return apptest.List[plaidConnection](a, "/connections")
}

func TestABankIsLinkedThroughPlaidThoughTheWindowIsClosedThere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	server, _ := plaidProvider(t, a)
	_, address := linkFor(a, "ada")
	token := atPlaid(t, a, server, address, false)
	server.Finish(token, "connect") // nobody comes back: the webhook alone says so
	a.Until("the connection is collected", func() bool {
		list := plaidConnections(a)
		return len(list) == 1 && list[0].Status == "active"
	})
	con := plaidConnections(a)[0].ID
	rows := func() map[string]int { // how many there are of an amount and state
		out := map[string]int{}
		type row struct {
			Status string
			Amount struct{ Amount string }
		}
		for _, tx := range apptest.List[row](a, "/connections/"+con+"/transactions") {
			out[tx.Status+" "+tx.Amount.Amount]++
			out["all"]++
		}
		return out
	}
	if got := rows(); got["all"] != 24 || got["posted -2307.2112345"] != 1 || got["pending -4.50"] != 1 || got["posted -12.34"] != 20 {
		t.Fatalf("the transactions are %v", got)
	}
	statementArrives(t, a, server, con)

	item := server.Items()[0]
	server.Change(func() {
		item.Book("i1-pending", "i1-booked", "amount", plaidtest.Number("5.40"))
		item.Modify("i1-tx400", "amount", plaidtest.Number("99.99"))
		item.Remove("i1-tx380")
	})
	if status, err := server.Send(item.Webhook, plaidtest.Object{"webhook_type": "TRANSACTIONS", "webhook_code": "SYNC_UPDATES_AVAILABLE", "item_id": item.ID}); err != nil || status != http.StatusOK {
		t.Fatalf("the webhook was answered %d, %v", status, err)
	}
	a.Advance("2m") // what a webhook reports is collected a minute later
	a.Until("the changes have come", func() bool { return rows()["posted -5.40"] == 1 })
	if got := rows(); got["pending -4.50"] != 0 || got["posted -99.99"] != 1 || got["posted -12.34"] != 18 {
		t.Errorf("the transactions are %v", got)
	}
	breaksAndIsRepaired(t, a, server, con)
}

// statementArrives checks that a document has the bytes that the bank sent.
func statementArrives(t *testing.T, a *apptest.App, server *plaidtest.Server, con string) {
	t.Helper()
	list := apptest.List[struct{ ID string }](a, "/connections/"+con+"/documents")
	if len(list) != 6 {
		t.Fatalf("there are %d documents", len(list))
	}
	sent := map[string]bool{}
	for ref := range server.Items()[0].Statements {
		sent[string(server.PDF(ref))] = true
	}
	for _, d := range list {
		if status, body := a.Raw("GET", "/documents/"+d.ID+"/content", nil); status != http.StatusOK || !sent[string(body)] {
			t.Errorf("document %s is not what the bank sent: %d", d.ID, status)
		}
	}
}

// breaksAndIsRepaired lets the login end and renews it: no second Item is made.
func breaksAndIsRepaired(t *testing.T, a *apptest.App, server *plaidtest.Server, con string) {
	t.Helper()
	item := server.Items()[0]
	server.Change(func() { item.Error = "ITEM_LOGIN_REQUIRED" })
	broken := plaidtest.Object{"webhook_type": "ITEM", "webhook_code": "ERROR", "item_id": item.ID, "error": plaidtest.Object{"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED", "error_message": "x", "display_message": nil}}
	if status, err := server.Send(item.Webhook, broken); err != nil || status != http.StatusOK {
		t.Fatalf("the webhook was answered %d, %v", status, err)
	}
	a.Until("the connection needs the person", func() bool {
		c := plaidConnections(a)[0]
		return c.Status == "needs_action" && c.Problem != nil && c.Problem.Code == "ITEM_LOGIN_REQUIRED" && c.Problem.Actor == "person"
	})
	var link struct{ ID, URL string }
	a.Call("POST", "/links", map[string]any{"person": "ada", "connection_id": con, "redirect_url": "http://localhost:9999/back"}, &link)
	token := atPlaid(t, a, server, link.URL, true)
	server.Finish(token, "connect")
	a.Advance("2m")
	a.Until("the connection is well again", func() bool {
		list := plaidConnections(a)
		return len(list) == 1 && list[0].ID == con && list[0].Status == "active" && list[0].Problem == nil
	})
	if len(server.Items()) != 1 || server.Calls("/item/public_token/exchange") != 1 {
		t.Errorf("there are %d Items", len(server.Items()))
	}
}

func TestAWebhookThatPlaidDidNotSignChangesNothing(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	server, _ := plaidProvider(t, a)
	_, address := linkFor(a, "ada")
	token := atPlaid(t, a, server, address, false)
	hook := ""
	if last := server.Last("/link/token/create"); last != nil {
		hook, _ = last["webhook"].(string)
	}
	if !strings.Contains(hook, "/hooks/") {
		t.Fatalf("the webhook's address is %q", hook)
	}
	r, err := http.Post(hook, "application/json", strings.NewReader(`{"webhook_type":"LINK","webhook_code":"SESSION_FINISHED","link_token":"`+token+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusUnauthorized {
		t.Errorf("it is answered %d", r.StatusCode)
	}
	time.Sleep(50 * time.Millisecond)
	if len(plaidConnections(a)) != 0 {
		t.Error("there is a connection")
	}
}
