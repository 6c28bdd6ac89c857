package plaid

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

func TestNoTokenIsInAnErrorWhateverAnswers(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	secrets := []string{session.Secrets[accessToken].Reveal(), plaidtest.Secret}
	for _, body := range []string{
		`{"error_type":"ITEM_ERROR","error_code":"%[1]s %[2]s","error_message":"%[1]s","request_id":"%[1]s"}`,
		`{"error_type":"ITEM_ERROR","error_code":"ITEM_LOGIN_REQUIRED","error_message":"%[1]s %[2]s","request_id":"%[1]s"}`,
		`{"error_type":"%[1]s","error_code":"SOMETHING_NEW","error_message":"%[2]s","request_id":"r %[2]s"}`,
		`<html>%[1]s %[2]s</html>`, `{"access_token":"%[1]s`, `"%[1]s %[2]s"`,
	} {
		for _, status := range []int{200, 400, 429, 500} {
			for path, product := range map[string]fairlead.Product{
				"/item/get": fairlead.ProductAccounts, "/transactions/sync": fairlead.ProductTransactions, "/liabilities/get": fairlead.ProductLoans,
				"/investments/holdings/get": fairlead.ProductHoldings, "/statements/list": fairlead.ProductStatements,
			} {
				server.Answer(path, 1, func(w http.ResponseWriter) {
					w.WriteHeader(status)
					fmt.Fprintf(w, body, secrets[0], secrets[1])
				})
				_, err := collect(t.Context(), session, product, 0)
				e, ok := errors.AsType[*fairlead.Error](err)
				if !ok {
					t.Fatalf("%s %d %s is %v", path, status, body, err)
				}
				for _, secret := range secrets {
					if strings.Contains(err.Error()+e.Code+e.Detail, secret) {
						t.Errorf("%s %d %s gives a token away: %v", path, status, body, err)
					}
				}
			}
		}
	}
}
