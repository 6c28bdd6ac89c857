package server_test

import (
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

func TestTheAuditTrailTellsWhoDidWhatFromWhere(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := app.Linked("harbor", "good", "good")
	id, _ := linkFor(app, "anna")
	document := apptest.List[struct{ ID string }](app, "/connections/"+con+"/documents")[0].ID
	app.Call("POST", "/links/"+id+"/cancel", nil, nil)
	var c struct{ Person string }
	app.Call("GET", "/connections/"+con, nil, &c)
	for _, path := range []string{"/documents/" + document + "/content", "/persons/" + c.Person + "/export"} {
		if status, body := app.Raw("GET", path, nil); status != 200 {
			t.Fatalf("%s answered %d %s", path, status, body)
		}
	}
	caller, err := app.Server.Verbs.Access.ByClient(t.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		t.Fatal(err)
	}
	own := string(caller.Application.ID)
	app.Call("PATCH", "/applications/"+own+"/settings/klavi", map[string]any{}, nil)
	app.Call("DELETE", "/connections/"+con, nil, nil)
	app.Call("DELETE", "/persons/anna", nil, nil)
	operated(t, app.Server, "app.rotate", server.Params{Tenant: access.DevTenant, Application: access.DevClientID, Overlap: 1 << 40}, nil)

	trail, err := app.Server.Verbs.Access.AuditTrail(t.Context(), caller.Tenant.ID, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []fairlead.AuditEntry{
		{Action: "link.cancel", Actor: own, From: "127.0.0.1"},
		{Action: "document.download", Actor: own, From: "127.0.0.1"},
		{Action: "person.export", Actor: own, From: "127.0.0.1"},
		{Action: "settings.change", Actor: own, From: "127.0.0.1"},
		{Action: "connection.disconnect", Actor: own, From: "127.0.0.1"},
		{Action: "person.erase", Actor: own, From: "127.0.0.1"},
		{Action: "key.create", Actor: "operator"},
	} {
		if !slices.ContainsFunc(trail, func(e fairlead.AuditEntry) bool {
			return e.Action == want.Action && e.Actor == want.Actor && e.From == want.From && e.Subject != ""
		}) {
			t.Errorf("the trail has no %s by %s from %q", want.Action, want.Actor, want.From)
		}
	}
}
