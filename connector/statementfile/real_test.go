package statementfile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/statementfile"
)

// realFile reads one of the files of banks that lie beside the repository, or skips.
func realFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "ofx")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("real files are missing: %v", err)
		}
		t.Skipf("real files are missing: %v", err)
	}
	return file(t, dir, name)
}

// sound puts the connector to the test with a file that is to be imported.
func sound(t *testing.T, src []byte) connectortest.Result {
	t.Helper()
	p := newPerson(t)
	wrong := fairlead.Answer{Files: map[string]fairlead.File{"file": p.put("page.html", []byte("<html>canary-content</html>"))}}
	return connectortest.Run(t, connectortest.Case{
		New: func() connector.Connector { return statementfile.New() },
		Start: connector.Start{
			Env: connector.Env{Environment: fairlead.Live, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Digest: digest}, Open: p.open,
		},
		Answers: []fairlead.Answer{
			{Files: map[string]fairlead.File{"file": p.put("statement.ofx", src)}},
			{Fields: map[string]fairlead.Secret{"import": fairlead.NewSecret("yes")}},
		},
		Wrong: &wrong, Canaries: []string{"canary-content"},
	})
}

func TestItIsASoundConnectorWithRealFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ accounts, transactions, holdings, movements int }{
		"ofxparse/checking.ofx":                          {1, 3, 0, 0},
		"ofxparse/anzcc.ofx":                             {1, 1, 0, 0},
		"ofxparse/fidelity.ofx":                          {1, 0, 6, 17},
		"ofxparse/vanguard.ofx":                          {1, 0, 2, 1},
		"ofxparse/tiaacref.ofx":                          {1, 0, 6, 1},
		"ofxparse/suncorp.ofx":                           {1, 1, 0, 0},
		"ofxparse/multiple_accounts.ofx":                 {2, 0, 0, 0},
		"asgrim-ofxparser/ofxdata-bb-two-stmtrs.ofx":     {2, 36, 0, 0},
		"asgrim-ofxparser/ofxdata-cmfr.ofx":              {1, 42, 0, 0},
		"asgrim-ofxparser/ofx-multiple-accounts-xml.ofx": {3, 3, 0, 0},
		"asgrim-ofxparser/ofxdata-investments-xml.ofx":   {1, 0, 0, 6},
		"asgrim-ofxparser/ofxdata-memoWithAmpersand.ofx": {1, 16, 0, 0},
		"ofx4j/pag-seguro.ofx":                           {1, 3, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sound(t, realFile(t, name)).Data
			got := struct{ accounts, transactions, holdings, movements int }{
				len(d[fairlead.ProductAccounts].Accounts), len(d[fairlead.ProductTransactions].Transactions),
				len(d[fairlead.ProductHoldings].Holdings), len(d[fairlead.ProductInvestmentTransactions].InvestmentTransactions),
			}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestAFileThatListsAccountsWithoutAStatementIsRequestedAgain(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	form := p.begin().bring(p.put("list.ofx", realFile(t, "ofxparse/account_listing_aggregation.ofx"))).form("file")
	if !form.Again || form.Text != "This file can't be read: it lists accounts but holds no statement of any. Please pick another one." {
		t.Errorf("it says %q", form.Text)
	}
}

func TestAFileNeverRemovesTransactionsButAListOfPositionsIsComplete(t *testing.T) {
	t.Parallel()
	data := sound(t, realFile(t, "ofxparse/fidelity.ofx")).Data
	account := data[fairlead.ProductAccounts].Accounts[0].Ref
	if diff := cmp.Diff([]connector.Coverage{{AccountRef: account}}, data[fairlead.ProductHoldings].Covers); diff != "" {
		t.Errorf("holdings (-want +got)\n%s", diff)
	}
	for _, src := range [][]byte{realFile(t, "ofxparse/fidelity.ofx"), ofx(true, checking)} {
		data := sound(t, src).Data
		for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductInvestmentTransactions} {
			if covers := data[p].Covers; len(covers) != 0 {
				t.Errorf("%s: %+v is covered", p, covers)
			}
		}
	}
}

func TestAListOfPendingRowsIsCompleteForThoseAlone(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "ofx-cases", "28-pending-then-posted-a.ofx"))
	if os.IsNotExist(err) && os.Getenv("CI") != "true" {
		t.Skip("skipped: no cases lie beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	data := sound(t, src).Data
	account := data[fairlead.ProductAccounts].Accounts[0].Ref
	if diff := cmp.Diff([]connector.Coverage{{AccountRef: account, Pending: true}}, data[fairlead.ProductTransactions].Covers); diff != "" {
		t.Errorf("transactions (-want +got)\n%s", diff)
	}
}
