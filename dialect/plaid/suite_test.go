package plaid_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// clientTests are the tests of the official Go client that are about what is served here.
// The others are about products that are not: assets, bank transfers, enrichment, income,
// identity verification, item import, monitoring, payments, processors.
var clientTests = []string{
	"TestAccountsGet", "TestAuthGet", "TestBalancesGet", "TestCategoriesGet", "TestHoldingsGet", "TestIdentityGet", "TestInstitutionsGet",
	"TestInstitutionsGetById", "TestInstitutionsSearch", "TestInvestmentsTransactionsGet", "TestItemAccessTokenInvalidate", "TestItemGet",
	"TestItemPublicTokenCreate", "TestItemPublicTokenExchange", "TestItemRemove", "TestItemWebhookUpdate", "TestJsonUnmarshal", "TestLiabilitiesGet",
	"TestLinkTokenCreateOptional", "TestLinkTokenCreateRequired", "TestLinkTokenCreateThenGet", "TestLinkTokenCreateThenGet_ExtendedAuth",
	"TestMakeGenericOpenAPIError", "TestSandboxItemResetLogin", "TestStatementsFullFlow", "TestTransactionsGet", "TestTransactionsGetWithOptions",
	"TestTransactionsRefresh", "TestUnknownEnums", "TestWebhookVerificationKeyGet",
}

func TestTheOfficialGoClientsOwnTestsPass(t *testing.T) {
	t.Parallel()
	if !apptest.Full() {
		t.Skip("compiling the official client takes minutes; make test does it")
	}
	a := apptest.Start(t)
	run := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-run", "^("+strings.Join(clientTests, "|")+")$", "github.com/plaid/plaid-go/v41/tests")
	run.Dir = "suite"
	run.Env = append(os.Environ(), "PLAID_API_URI="+a.URL+"/plaid", "CLIENT_ID="+access.DevClientID, "SECRET="+access.DevSecret, "GOFLAGS=-mod=readonly", "GOWORK=off")
	out, err := run.CombinedOutput()
	for _, name := range clientTests {
		if !strings.Contains(string(out), "\n--- PASS: "+name+" ") {
			t.Errorf("%s did not pass", name)
		}
	}
	if err != nil || t.Failed() {
		t.Errorf("the client's tests ended with %v:\n%s", err, out)
	}
}
