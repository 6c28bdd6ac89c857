package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestAKeyGivenTwiceOrInAnotherCaseIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	own := string(devCaller(app).Application.ID)
	for _, c := range []struct{ method, path, body, field string }{
		{"POST", "/links", `{"person":"a","person":"b"}`, "person"},
		{"POST", "/links", `{"Person":"a"}`, "Person"},
		{"POST", "/links", `{"person":"a","hints":{"email":"a@b.example","email":"c@d.example"}}`, "hints.email"},
		{"POST", "/links", `{"person":"a","hints":{"Email":"a@b.example"}}`, "Email"},
		{"POST", "/links", `{"person":"a","metadata":{"x":{"y":1,"y":2}}}`, "metadata.x.y"},
		{"POST", "/webhook_endpoints", `{"url":"http://127.0.0.1:9/","url":"http://127.0.0.1:9/x"}`, "url"},
		{"PATCH", "/applications/" + own, `{"company_name":"a","company_name":"b"}`, "company_name"},
		{"PATCH", "/applications/" + own + "/settings/taiki", `{"webhook_url":null,"webhook_url":null}`, "webhook_url"},
		{"POST", "/applications/" + own + "/keys", `{"scopes":["read"],"SCOPES":["erase"]}`, "SCOPES"},
		{"POST", "/links/exchange", `{"code":"a","Code":"b"}`, "Code"},
	} {
		status, body := app.Raw(c.method, c.path, c.body)
		var p struct{ Fields []struct{ Name string } }
		if err := json.Unmarshal(body, &p); err != nil || status != http.StatusUnprocessableEntity || len(p.Fields) != 1 || !strings.HasSuffix(p.Fields[0].Name, c.field) {
			t.Errorf("%s %s %s answered %d %s", c.method, c.path, c.body, status, body)
		}
	}
	grant := `{"grant_type":"client_credentials","client_id":"dev","client_secret":"dev-secret"`
	for _, c := range []struct{ path, kind, body string }{
		{"/v1/oauth/token", "application/json", grant + `} x`},
		{"/v1/oauth/token", "application/json", grant + `}{}`},
		{"/v1/oauth/token", "application/json", grant + `,"client_id":"dev"}`},
		{"/v1/oauth/token", "application/json", grant + `,"Client_ID":"dev"}`},
		{"/v1/oauth/token", "application/x-www-form-urlencoded", url.Values{"grant_type": {"client_credentials"}, "client_id": {"dev", "dev"}, "client_secret": {access.DevSecret}}.Encode()},
		{"/v0/token", "application/json", grant + `,"client_id":"dev"}`},
		{"/data/v1/auth", "application/json", `{"accessKey":"dev","secretKey":"dev-secret","AccessKey":"dev"}`},
		{"/api/token", "application/json", `{"api_key":"dev","api_secret":"dev-secret","api_key":"dev"}`},
	} {
		r := app.Request("POST", c.path, c.body)
		r.Header.Set("Content-Type", c.kind)
		if status, body := app.Do(r); status < 400 || status >= 500 {
			t.Errorf("%s %s answered %d %s", c.path, c.body, status, body)
		}
	}
}

func TestMetadataComesBackAsItWasGivenToTheLastDigit(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	const metadata = `{"id":9007199254740993,"amount":0.10000000000000000555,"big":123456789012345678901234567890,"list":[1e400]}`
	status, body := app.Raw("POST", "/links", `{"person":"anna","metadata":`+metadata+`}`)
	var made struct{ ID string }
	if err := json.Unmarshal(body, &made); err != nil || status != 201 {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := app.Raw("GET", "/links/"+made.ID, nil); status != 200 || !strings.Contains(string(body), `"metadata":`+metadata) {
		t.Errorf("it comes back as %d %s", status, body)
	}
}
