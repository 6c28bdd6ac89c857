package simplefin_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestWhereApplicationsAreKeptApartATokenReadsItsOwnOnesConnectionsAlone(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	if _, err := a.Server.Command(t.Context(), "tenant.set", []byte(`{"tenant":"dev","sharing":"own"}`)); err != nil {
		t.Fatal(err)
	}
	theirs := linked(a, "ada", "harbor")
	token := theirs.token(nil)
	var app struct {
		ID       string `json:"id"`
		ClientID string `json:"client_id"`
	}
	a.Call("POST", "/applications", map[string]any{"name": "other"}, &app)
	var key struct {
		Secret       string `json:"secret"`
		ClientSecret string `json:"client_secret"`
	}
	a.Call("POST", "/applications/"+app.ID+"/keys", map[string]any{}, &key)
	as := func(method, path string, body any) (int, []byte) {
		r := a.Request(method, "/v1"+path, body)
		r.SetBasicAuth(app.ClientID, key.Secret+key.ClientSecret)
		return a.Do(r)
	}
	for _, c := range [][2]string{{"GET", "/simplefin_tokens/" + token.ID}, {"DELETE", "/simplefin_tokens/" + token.ID}} {
		if status, body := as(c[0], c[1], nil); status != http.StatusNotFound {
			t.Errorf("%s of another application's token is answered %d %s", c[0], status, body)
		}
	}
	if status, body := as("GET", "/simplefin_tokens", nil); status != http.StatusOK || string(body[:11]) != `{"data":[],` {
		t.Errorf("another application's list is %d %s", status, body)
	}
	if status, body := as("POST", "/simplefin_tokens", map[string]any{"person": "ada", "connection_ids": []string{theirs.connection}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a token of another application's connection is answered %d %s", status, body)
	}
	status, body := as("POST", "/simplefin_tokens", map[string]any{"person": "ada"})
	var made setupToken
	if err := json.Unmarshal(body, &made); err != nil || status != http.StatusCreated {
		t.Fatalf("a token of its own is answered %d %s", status, body)
	}
	_, address := claim(a, made.SetupToken)
	if got := programAt(a, address).accounts("?version=2"); len(got.Accounts) != 0 || len(got.Connections) != 0 || len(got.Errlist) != 1 || got.Errlist[0].Code != "gen." {
		t.Errorf("it reads %d accounts of another application, and says %+v", len(got.Accounts), got.Errlist)
	}
}
