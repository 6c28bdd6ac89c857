//go:build !race

// What whole people have is collected and compared in one goroutine, which races with
// nobody: under the race detector it takes minutes, so make check runs it without.

package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestWhatNamesAPersonIsFoundInNoFileLogOrTrail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	hints := map[string]string{
		"personal_tax_id": "52998224725", "business_tax_id": "11444777000161", "email": "canary.seven@example.org", "phone": "+5511987650341",
	}
	var link struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{"person": "hinted", "redirect_url": "http://localhost:9999/back", "hints": hints}, &link)
	found := map[string][]string{}
	for _, bank := range []string{"harbor", "farol", "ancora", "testbank", "puerto"} {
		id := app.Linked(bank, "good", "good")
		var c struct{ Person string }
		app.Call("GET", "/connections/"+id, nil, &c)
		status, body := app.Raw("GET", "/persons/"+c.Person+"/export", nil)
		var exported any
		if err := json.Unmarshal(body, &exported); err != nil || status != 200 {
			t.Fatalf("the export of %s answered %d (%v)", bank, status, err)
		}
		gather(found, exported)
	}
	caller, err := app.Server.Verbs.Access.ByClient(t.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		t.Fatal(err)
	}
	trail, err := app.Server.Verbs.Access.AuditTrail(t.Context(), caller.Tenant.ID, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	audit, _ := json.Marshal(trail)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.URL+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	status, metrics := app.Do(r)
	if status != 200 || !bytes.Contains(metrics, []byte("fairlead_")) {
		t.Fatalf("the metrics answered %d", status)
	}
	running := files(t, dir)
	app.Stop()
	in := files(t, dir)
	for name, content := range running {
		in[name+" while running"] = content
	}
	in["the log"], in["the audit trail"], in["the metrics"] = []byte(app.Log.String()), audit, metrics

	for kind, names := range sealedKinds {
		values := canaries(found, names)
		if len(values) == 0 && kind != "free texts with a number" {
			t.Errorf("%s: there are none to look for", kind)
		}
		for _, v := range values {
			if names := holding(in, v); len(names) > 0 {
				t.Errorf("%s: %q is in %v", kind, v, names)
				break
			}
		}
	}
	for name, v := range hints {
		if names := holding(in, v); len(names) > 0 {
			t.Errorf("the hint %s is in %v", name, names)
		}
	}
}
