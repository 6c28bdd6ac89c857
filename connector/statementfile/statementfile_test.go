package statementfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/statementfile"
)

// bucket holds uploaded files by the name of their blob.
type bucket map[string][]byte

func (s bucket) open(f fairlead.File) (io.ReadCloser, error) {
	b, ok := s[f.Blob]
	if !ok {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such blob.")
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// put lays a file into the bucket.
func (s bucket) put(name string, b []byte) fairlead.File {
	s["blob/"+name] = b
	return fairlead.File{Blob: "blob/" + name, Name: name, Size: int64(len(b))}
}

func own(t *testing.T, name string) []byte {
	t.Helper()
	return file(t, filepath.Join("..", "..", "format", "ofx", "testdata", name))
}

// realFile reads one of the real files, or skips.
func realFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "ofx")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("real files are missing: %v", err)
		}
		t.Skipf("real files are missing: %v", err)
	}
	return file(t, filepath.Join(dir, name))
}

func file(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func uploaded(f fairlead.File) fairlead.Answer {
	return fairlead.Answer{Files: map[string]fairlead.File{"file": f}}
}

// link puts the connector to the test with a file that is to be accepted.
func link(t *testing.T, src []byte) connectortest.Result {
	t.Helper()
	s := bucket{}
	wrong := uploaded(s.put("page.html", []byte("<html>canary-content</html>")))
	return connectortest.Run(t, connectortest.Case{
		New: func() connector.Connector { return statementfile.New() },
		Start: connector.Start{
			Env:  connector.Env{Environment: fairlead.Live, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
			Open: s.open,
		},
		Answers:  []fairlead.Answer{uploaded(s.put("statement.ofx", src))},
		Wrong:    &wrong,
		Canaries: []string{"canary-content"},
	})
}

func TestItIsASoundConnectorWithFilesOfOurOwn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"twins.ofx", "corrections.ofx", "pending.ofx", "overlapping-statements.ofx", "card-number.ofx", "charset-utf16.ofx",
		"investment-every-kind.ofx", "empty-statement.ofx", "everything-of-a-row.ofx", "xml-oddities.ofx",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			link(t, own(t, name))
		})
	}
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
			d := link(t, realFile(t, name)).Data
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

func TestABadFileIsAskedForAgainWithASentenceThatSaysWhereAndWhy(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		"amount-bad.ofx":          "line 18: TRNAMT must be an amount",
		"date-of-no-calendar.ofx": "line 17: DTPOSTED must be a day",
		"cut-off.ofx":             "cut off at line 18",
		"web-page.ofx":            "not an OFX or QFX file",
		"nothing.ofx":             "not an OFX or QFX file",
		"login-request.ofx":       "holds no account",
		"no-currency.ofx":         "CURDEF is missing",
	} {
		s := bucket{}
		start := connector.Start{Open: s.open}
		turn, err := statementfile.New().Begin(t.Context(), start)
		if err != nil {
			t.Fatal(err)
		}
		again, err := statementfile.New().Resume(t.Context(), start, turn.State, uploaded(s.put(name, own(t, name))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		form := again.Step.Form
		if form == nil || !form.Again || !strings.Contains(form.Text, says) || strings.Contains(form.Text, "canary") {
			t.Errorf("%s: got %+v", name, again.Step)
		}
		done, err := statementfile.New().Resume(t.Context(), start, again.State, uploaded(s.put("good.ofx", own(t, "twins.ofx"))))
		if err != nil || done.Step.Done == nil {
			t.Errorf("%s: a good file after it gives %+v, %v", name, done.Step, err)
		}
	}
}

func TestAFileThatListsAccountsWithoutAStatementIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := bucket{}
	start := connector.Start{Open: s.open}
	turn, _ := statementfile.New().Begin(t.Context(), start)
	f := s.put("list.ofx", realFile(t, "ofxparse/account_listing_aggregation.ofx"))
	again, err := statementfile.New().Resume(t.Context(), start, turn.State, uploaded(f))
	if err != nil || again.Step.Form == nil || !strings.Contains(again.Step.Form.Text, "holds no statement") {
		t.Errorf("got %+v, %v", again.Step, err)
	}
}

func TestAFileOverTheLimitIsNotOpened(t *testing.T) {
	t.Parallel()
	start := connector.Start{Open: func(fairlead.File) (io.ReadCloser, error) {
		t.Error("the file was opened")
		return nil, io.EOF
	}}
	turn, _ := statementfile.New().Begin(t.Context(), start)
	again, err := statementfile.New().Resume(t.Context(), start, turn.State, uploaded(fairlead.File{Blob: "b", Size: 17 << 20}))
	if err != nil || again.Step.Form == nil || !again.Step.Form.Again {
		t.Errorf("got %+v, %v", again.Step, err)
	}
}

func TestABucketThatFailsIsNotTheFilesFault(t *testing.T) {
	t.Parallel()
	start := connector.Start{Open: func(fairlead.File) (io.ReadCloser, error) { return nil, errors.New("disk on fire") }}
	turn, _ := statementfile.New().Begin(t.Context(), start)
	_, err := statementfile.New().Resume(t.Context(), start, turn.State, uploaded(fairlead.File{Blob: "b"}))
	if !fairlead.Is(err, fairlead.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestNextMonthsFileOfTheSameAccountIsTheSameLogin(t *testing.T) {
	t.Parallel()
	january := own(t, "twins.ofx")
	february := []byte(strings.ReplaceAll(string(january), "202401", "202402"))
	other := []byte(strings.ReplaceAll(string(january), "000123456789", "000987654321"))
	of := func(src []byte) string { return identity(t, link(t, src)) }
	if of(january) != of(february) {
		t.Error("February's file is taken for another login")
	}
	if of(january) == of(other) {
		t.Error("the file of another account is taken for the same login")
	}
}

func identity(t *testing.T, r connectortest.Result) string {
	t.Helper()
	return r.Steps[len(r.Steps)-1].Done.Identity.Reveal()
}

func TestAnUploadIsReadInsteadOfTheFileThatWasLinked(t *testing.T) {
	t.Parallel()
	s := bucket{}
	january := s.put("january.ofx", own(t, "twins.ofx"))
	march := s.put("march.ofx", own(t, "pending.ofx"))
	start := connector.Start{Open: s.open}
	turn, _ := statementfile.New().Begin(t.Context(), start)
	done, err := statementfile.New().Resume(t.Context(), start, turn.State, uploaded(january))
	if err != nil {
		t.Fatal(err)
	}
	session := connector.Session{Open: s.open, Secrets: done.Step.Done.Secrets}
	for _, c := range []struct {
		file *fairlead.File
		rows int
	}{{nil, 7}, {&march, 2}} {
		session.File = c.file
		page, err := statementfile.New().Fetch(t.Context(), session, connector.FetchRequest{Product: fairlead.ProductTransactions})
		if err != nil || len(page.Transactions) != c.rows {
			t.Errorf("got %d rows, %v; want %d", len(page.Transactions), err, c.rows)
		}
	}
	bad := s.put("bad.ofx", []byte("<OFX><BANKMSGSRSV1>"))
	session.File = &bad
	if _, err := statementfile.New().Fetch(t.Context(), session, connector.FetchRequest{Product: fairlead.ProductAccounts}); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("an upload that can't be read gives %v", err)
	}
}

func TestAFileNeverRemovesTransactionsButAListOfPositionsIsComplete(t *testing.T) {
	t.Parallel()
	data := link(t, own(t, "investment-every-kind.ofx")).Data
	account := data[fairlead.ProductAccounts].Accounts[0].Ref
	if diff := cmp.Diff([]connector.Coverage{{AccountRef: account}}, data[fairlead.ProductHoldings].Covers); diff != "" {
		t.Errorf("holdings (-want +got)\n%s", diff)
	}
	for _, src := range [][]byte{own(t, "twins.ofx"), own(t, "investment-every-kind.ofx")} {
		data := link(t, src).Data
		for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductInvestmentTransactions} {
			if n := len(data[p].Covers); n != 0 {
				t.Errorf("%s: %d spans are covered", p, n)
			}
		}
	}
}

func TestTwinsComeAsTwoWithoutARef(t *testing.T) {
	t.Parallel()
	twins := 0
	for _, x := range link(t, own(t, "twins.ofx")).Data[fairlead.ProductTransactions].Transactions {
		if x.Description == "COFFEE" && x.Ref == "" {
			twins++
		}
	}
	if twins != 2 {
		t.Errorf("of two identical rows %d came", twins)
	}
}

func TestThePersonChoosesAmongTheAccountsOfTheFile(t *testing.T) {
	t.Parallel()
	r := link(t, realFile(t, "ofxparse/multiple_accounts.ofx"))
	shown, err := json.Marshal(r.Steps[len(r.Steps)-1])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Checking 9100", "Savings 9200"} {
		if !strings.Contains(string(shown), name) {
			t.Errorf("%s is not offered: %s", name, shown)
		}
	}
}
