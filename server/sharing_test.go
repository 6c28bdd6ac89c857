package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

// as sends a request with an application's credentials.
func as(app *apptest.App, client, secret, method, path string, body any) (int, []byte) {
	r := app.Request(method, "/v1"+path, body)
	r.SetBasicAuth(client, secret)
	return app.Do(r)
}

func TestWithConnectionsOfItsOwnAnApplicationFindsNobodyElses(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	operated(t, app.Server, "tenant.set", server.Params{Tenant: access.DevTenant, Sharing: fairlead.SharingApplication}, nil)
	client, _, secret := second(app)
	theirs := app.Linked("harbor", "good", "good")
	// The same login of the same person, linked by the other application.
	status, body := as(app, client, secret, "POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "person": "good", "wait": 60})
	var made struct {
		ConnectionID string `json:"connection_id"`
	}
	if err := json.Unmarshal(body, &made); err != nil || status != 201 || made.ConnectionID == theirs {
		t.Fatalf("linking the same login answered %d %s, and must make a connection of its own", status, body)
	}
	var connection struct {
		PersonID string `json:"person_id"`
	}
	app.Call("GET", "/connections/"+theirs, nil, &connection)
	first := func(path string) string {
		var page struct{ Data []struct{ ID string } }
		app.Call("GET", "/connections/"+theirs+path+"?limit=1", nil, &page)
		return page.Data[0].ID
	}
	account, transaction, document := first("/accounts"), first("/transactions"), first("/documents")
	for _, c := range []struct{ method, path string }{
		{"GET", "/connections/" + theirs},
		{"GET", "/connections/" + theirs + "/consents"},
		{"GET", "/connections/" + theirs + "/collections"},
		{"GET", "/connections/" + theirs + "/accounts"},
		{"GET", "/connections/" + theirs + "/transactions"},
		{"GET", "/connections/" + theirs + "/changes"},
		{"GET", "/connections/" + theirs + "/identity"},
		{"GET", "/accounts/" + account},
		{"GET", "/accounts/" + account + "/transactions"},
		{"GET", "/transactions/" + transaction},
		{"GET", "/documents/" + document},
		{"GET", "/documents/" + document + "/content"},
		{"POST", "/connections/" + theirs + "/collect"},
		{"POST", "/connections/" + theirs + "/files"},
		{"DELETE", "/connections/" + theirs},
	} {
		if status, body := as(app, client, secret, c.method, c.path, nil); status != http.StatusNotFound {
			t.Errorf("%s %s of a sibling answered %d %.200s", c.method, c.path, status, body)
		}
	}
	if status, body := as(app, client, secret, "POST", "/links", map[string]any{"connection_id": theirs}); status != http.StatusUnprocessableEntity {
		t.Errorf("renewing a sibling's connection answered %d %s", status, body)
	}
	for _, list := range []string{"/connections", "/connections?institution_id=ins_harbor"} {
		if status, body := as(app, client, secret, "GET", list, nil); status != 200 || strings.Contains(string(body), theirs) {
			t.Errorf("%s answered %d %s", list, status, body)
		}
	}
	if status, body := as(app, client, secret, "GET", "/persons/"+connection.PersonID+"/export", nil); status != 200 || strings.Contains(string(body), theirs) {
		t.Errorf("the export answered %d, and holds a sibling's connection", status)
	}
	if status, body := as(app, client, secret, "DELETE", "/persons/"+connection.PersonID, nil); status != http.StatusConflict {
		t.Errorf("erasing a person of whom a sibling has a connection answered %d %s", status, body)
	}
	if status, body := app.Raw("GET", "/connections/"+theirs, nil); status != 200 || strings.Contains(string(body), "disconnected") {
		t.Errorf("afterwards the sibling's connection answers %d %s", status, body)
	}
	if status, _ := app.Raw("DELETE", "/persons/"+connection.PersonID, nil); status != http.StatusNoContent {
		t.Errorf("erasing by who may manage answered %d", status)
	}
}

func TestConnectionsAreTheTenantsUnlessItSaysOtherwise(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	client, _, secret := second(app)
	con := app.Linked("harbor", "good", "good")
	if status, body := as(app, client, secret, "GET", "/connections/"+con, nil); status != 200 {
		t.Errorf("a sibling's read answered %d %s", status, body)
	}
}
