package flanks_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// PostgreSQL refuses text with a zero byte: what is named so is not there, on both.
func TestNamesThatCannotBeStoredAreNotThere(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := enter(apptest.Start(t, options...))
		for call, want := range map[string]int{
			`POST /v0/links/edit-link {"token":"\u0000","name":"x"}`:                                                                400,
			`POST /v0/links/create-link {"redirect_uri":"http://127.0.0.1:9/back","name":"a\u0000b"}`:                               400,
			`POST /v0/links/create-link {"redirect_uri":"http://127.0.0.1:9/\u0000"}`:                                               400,
			`POST /v0/platform/link {"code":"\u0000"}`:                                                                              400,
			`POST /v0/bank/credentials/status {"credentials_token":"con_\u0000"}`:                                                   400,
			`PUT /v0/bank/credentials/status {"credentials_token":"\u0000","force":"sca"}`:                                          400,
			`DELETE /v0/bank/credentials {"credentials_token":"con_\u0000"}`:                                                        400,
			`POST /connect/v2/connectors/list-connectors {"query":{"connector_id_in":["\u0000"]}}`:                                  200,
			`POST /connect/v2/sessions/create-session {"configuration":{"connection_id":"con_\u0000"}}`:                             400,
			`POST /connect/v2/sessions/create-session {"configuration":{"connector_id":"\u0000"}}`:                                  400,
			`POST /connect/v2/sessions/create-session {"configuration":{"external_id":"a\u0000"}}`:                                  400,
			`POST /connect/v2/sessions/list-sessions {"query":{"session_id_in":["lnk_\u0000","\u0000"]}}`:                           200,
			`POST /aggregation/v2/list-products {"query":{"connection_id_in":["con_\u0000"]}}`:                                      200,
			`POST /aggregation/v2/list-products {"query":{"product_id_in":["acc_\u0000","hld_\u0000","lon_\u0000"]}}`:               200,
			`POST /aggregation/v2/list-transactions {"query":{"product_id_in":["acc_\u0000"]}}`:                                     200,
			`POST /aggregation/v2/list-transactions {"query":{"transaction_id_in":["txn_\u0000"]}}`:                                 200,
			`POST /aggregation/v2/set-product-labels {"product_id":"acc_\u0000","labels":{}}`:                                       404,
			`POST /aggregation/v2/set-transaction-labels {"transaction_id":"txn_\u0000","labels":{}}`:                               404,
			`POST /aggregation/v2/set-transaction-labels {"transaction_id":"itx_\u0000","labels":{}}`:                               404,
			`POST /aggregation/v2/set-transaction-labels {"transaction_id":"lon_\u0000.x","labels":{}}`:                             404,
			`GET /v0/platform/link?link_token=%00 `:                                                                                 200,
			`POST /v0/token {"client_id":"\u0000","client_secret":"\u0000","grant_type":"client_credentials"}`:                      403,
			`POST /v0/token {"client_id":"dev","client_secret":"dev-secret","grant_type":"refresh_token","refresh_token":"\u0000"}`: 403,
		} {
			head, body, _ := strings.Cut(call, " {")
			method, path, _ := strings.Cut(strings.TrimSpace(head), " ")
			var sent any
			if method != "GET" {
				sent = "{" + body
			}
			if status, text := c.raw(method, path, sent); status != want {
				t.Errorf("%s answers %d %s", call, status, text)
			}
		}
		link := c.link()
		for _, query := range []string{"token=%00", "token=" + link + "&external_id=%00", "token=" + link + "&bank=%00", "token=" + link + "&plan=%00", "token=" + link + "&sca_token=%00"} {
			if p := c.app.Visit(c.app.URL + "/link?" + query); p.Status >= 500 {
				t.Errorf("/link?%s answers %d", query, p.Status)
			}
		}
	})
}
