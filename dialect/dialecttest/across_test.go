package dialecttest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// call calls an API as a backend does, with a bearer token where there is one.
func call(a *apptest.App, method, path, token string, body any) (answer map[string]any) {
	a.T.Helper()
	r := a.Request(method, path, body)
	r.Header.Del("Authorization")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	status, content := a.Do(r)
	if strings.HasPrefix(string(content), "[") {
		content = []byte(`{"list":` + string(content) + `}`)
	}
	if err := json.Unmarshal(content, &answer); err != nil || status != http.StatusOK {
		a.T.Fatalf("%s %s answered %d %s", method, path, status, content)
	}
	return answer
}

// TestAConnectionOfOneDialectIsReadThroughTheOthers links at Banco Farol by Klavi's
// pages and reads the same data by Flanks', Taiki's and the native API.
func TestAConnectionOfOneDialectIsReadThroughTheOthers(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	klavi := call(a, "POST", "/data/v1/auth", "", map[string]string{"accessKey": access.DevClientID, "secretKey": access.DevSecret})["accessToken"].(string)
	link := call(a, "POST", "/data/v1/links", klavi, map[string]string{"personalTaxId": "52998224725", "institutionCode": "001"})
	atBank := a.Visit(link["linkURL"].(string))
	throughBank(t, atBank)
	var connections []struct{ ID, Person, Status string }
	a.Until("the connection is collected", func() bool {
		connections = apptest.List[struct{ ID, Person, Status string }](a, "/connections")
		return len(connections) == 1 && connections[0].Status == "active"
	})
	one := map[string]string{"credentials_token": connections[0].ID}
	stored := apptest.List[struct{ ID string }](a, "/connections/"+connections[0].ID+"/accounts")
	flanks := call(a, "POST", "/v0/token", "", map[string]string{
		"client_id": access.DevClientID, "client_secret": access.DevSecret, "grant_type": "client_credentials",
	})["access_token"].(string)
	read := call(a, "POST", "/v0/bank/credentials/account", flanks, one)["list"].([]any)
	if len(read) == 0 || len(stored) < len(read) {
		t.Fatalf("Flanks reads %d accounts of %d", len(read), len(stored))
	}
	known := map[string]bool{}
	for _, account := range stored {
		known[account.ID] = true
	}
	for _, account := range read {
		if id, _ := account.(map[string]any)["_id"].(string); !known[id] {
			t.Errorf("Flanks reads an account %q that the native API does not have", id)
		}
	}
	r := a.Request("POST", "/initialize-token", map[string]string{"webhookURL": "http://127.0.0.1:9/webhook"})
	r.Header.Set("TAIKI-SECRET", access.DevSecret)
	r.Header.Set("TAIKI-USER-ID", connections[0].Person)
	if status, body := a.Do(r); status != http.StatusOK || !strings.Contains(string(body), `"userId":"`+connections[0].Person+`"`) {
		t.Errorf("Taiki answers for the person %d %s", status, body)
	}
	call(a, "DELETE", "/v0/bank/credentials", flanks, one)
	consents := call(a, "GET", "/data/v1/consents?personalTaxId=52998224725", klavi, nil)["list"].([]any)
	if len(consents) != 1 || consents[0].(map[string]any)["status"] != "REVOKED" {
		t.Errorf("what Flanks deletes is in Klavi %v", consents)
	}
}

// throughBank leads a person through a link with a bank of its own pages.
func throughBank(t *testing.T, p *apptest.Browser) {
	t.Helper()
	for range 20 {
		switch {
		case p.Left:
			return
		case strings.Contains(p.Page, `type="password"`):
			p.Submit("user", "good", "password", "good")
		case strings.Contains(p.Page, `class="go"`):
			p.Follow()
		case len(p.Forms()) > 0 && slices.ContainsFunc(p.Forms(), apptest.Form.Main):
			p.Submit()
		default:
			return
		}
	}
	t.Fatalf("the person is still at %s:\n%s", p.At, p.Text())
}
