package plaid_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/plaid"
)

func TestEveryEndpointRefusesABodyThatIsNoneOfItsOwnAndNeverBreaks(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_harbor", nil, "transactions")
	bodies := []any{
		"", "null", "[]", "7", `"x"`, "{", "\x00", `{"access_token":7}`, `{"access_token":null}`, `{"access_token":{}}`, `{"access_token":""}`, `{"access_token":[]}`,
		`{"access_token":"` + strings.Repeat("a", 500_000) + `"}`, `{"access_token":"access-sandbox-x-y"}`, `{"access_token":"access-production-x-y"}`,
		`{"access_token":"` + token + `","options":7,"start_date":7,"count":"x","cursor":7,"webhook":7,"statement_id":7,"webhook_code":7,"webhook_type":7}`,
		`{"access_token":"` + token + `","options":null,"start_date":null,"count":null,"cursor":null,"statement_id":null,"webhook_code":null}`,
		`{"access_token":"` + token + `","options":{"account_ids":["nobody"],"account_id":"nobody","count":501,"offset":-1},"start_date":"2026-13-45","end_date":"x","count":0}`,
		`{"access_token":"` + token + `","start_date":"2026-02-01","end_date":"2026-01-01","count":501,"statement_id":"../../etc/passwd","webhook":"ftp://x"}`,
		`{"public_token":7}`, `{"public_token":"x"}`, `{"public_token":"public-sandbox-"}`, `{"link_token":7}`, `{"link_token":"x"}`,
		`{"institution_id":7,"initial_products":7,"country_codes":7}`, `{"institution_id":"ins_109508","initial_products":["nobody"],"country_codes":["XXX"]}`,
		`{"query":7,"country_codes":["US"],"count":1e99,"offset":-1,"products":7}`, `{"query":"` + strings.Repeat("a", 10_000) + `","country_codes":["us"],"count":501,"offset":0}`,
		`{"key_id":7}`, `{"key_id":"` + strings.Repeat("k", 10_000) + `"}`,
		`{"client_name":"x","language":"xx","country_codes":["US"],"user":{"client_user_id":"a"},"products":["auth","auth"]}`,
		`{"client_name":"x","language":"en","country_codes":[""],"user":"a","products":[7]}`,
		`{"client_name":"x","language":"en","country_codes":["US"],"user":{"client_user_id":"a"},"products":["auth"],"account_filters":7,"hosted_link":{"url_lifetime_seconds":1e30}}`,
	}
	for path := range plaid.New(dialect.Verbs{}).Scopes() {
		_, path, _ := strings.Cut(path, " /plaid")
		if path == "/categories/get" || path == "/item/remove" {
			continue
		}
		for _, body := range bodies {
			r := c.Request(http.MethodPost, "/plaid"+path, body)
			r.Header.Del("Authorization")
			r.Header.Set("PLAID-CLIENT-ID", access.DevClientID)
			r.Header.Set("PLAID-SECRET", access.DevSecret)
			status, answer := c.Do(r)
			if status >= 500 || status != http.StatusOK && !strings.Contains(string(answer), `"error_code"`) || status == http.StatusNotFound {
				t.Errorf("%s is answered %d %.300s for %.120v", path, status, answer, body)
			}
			if status != http.StatusOK && strings.Contains(string(answer), token) {
				t.Errorf("%s repeats the token: %.300s", path, answer)
			}
		}
	}
}

func TestACursorOfAnotherItemIsRefused(t *testing.T) {
	t.Parallel()
	c := start(t)
	one, two := c.item("ins_harbor", nil, "transactions"), c.item("ins_109508", nil, "transactions")
	cursor := c.call("/transactions/sync", object{"access_token": one, "count": 10})["next_cursor"]
	if code := c.refused("/transactions/sync", object{"access_token": two, "cursor": cursor}); code != "INVALID_FIELD" {
		t.Errorf("it is refused with %s", code)
	}
}

func TestAKeyWithoutTheScopeIsRefusedInTheVendorsShape(t *testing.T) {
	t.Parallel()
	c := start(t)
	var key struct {
		ClientID string `json:"client_id"`
		Secret   string `json:"secret"`
	}
	var apps struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	c.Call("GET", "/applications", nil, &apps)
	c.Call("POST", "/applications/"+apps.Data[0].ID+"/keys", object{"scopes": []string{"read"}}, &key)
	r := c.Request(http.MethodPost, "/plaid/sandbox/public_token/create", object{"client_id": access.DevClientID, "secret": key.Secret})
	r.Header.Del("Authorization")
	status, answer := c.Do(r)
	if status != http.StatusForbidden || !strings.Contains(string(answer), "UNAUTHORIZED_ROUTE_ACCESS") || !strings.Contains(string(answer), "request_id") {
		t.Errorf("it is answered %d %s", status, answer)
	}
}
