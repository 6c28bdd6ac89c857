package plaid

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

// envOf is what the engine hands over for a server.
func envOf(base string) connector.Env {
	return connector.Env{
		Tenant: "ten_1", Environment: fairlead.Sandbox, Now: time.Now().UTC(), Client: &http.Client{Timeout: 30 * time.Second}, BaseURL: "http://127.0.0.1:1",
		Provider: &connector.Provider{
			ID: "prv_1", Environment: fairlead.Sandbox, Base: base, SlotsLeft: -1,
			Settings: map[string]string{"client_id": plaidtest.ClientID, "plan": "trial", "country_codes": "US,CA", "client_name": "Fairlead", "language": "en", "days_requested": "730"},
			Keys:     map[string]fairlead.Secret{"secret": fairlead.NewSecret(plaidtest.Secret)},
		},
	}
}

func platypus() fairlead.Institution {
	return institution{ID: "ins_109508", Name: "First Platypus Bank", Products: []string{"transactions", "identity", "liabilities", "investments", "statements"}, Countries: []string{"US"}}.
		entry("US", fairlead.Sandbox).Institution
}

func startOf(env connector.Env) connector.Start {
	i := platypus()
	return connector.Start{Env: env, Institution: i, Products: i.Products, Person: "per_1", Conversation: "cnv_1", ReturnURL: env.BaseURL + "/l/return?state=abc"}
}

// returned is the answer of a person who comes back from Plaid's page.
func returned() fairlead.Answer { return fairlead.Answer{Return: map[string]string{}} }

// linked leads a login to its end.
func linked(t *testing.T, server *plaidtest.Server, s connector.Start) *fairlead.Done {
	t.Helper()
	turn, err := New().Begin(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	server.Finish(turn.Step.Send.Visit, "connect")
	return resumed(t, s, turn)
}

// resumed goes on until the login is done.
func resumed(t *testing.T, s connector.Start, turn connector.Turn) *fairlead.Done {
	t.Helper()
	for range 5 {
		var err error
		if turn, err = New().Resume(t.Context(), s, turn.State, returned()); err != nil {
			t.Fatal(err)
		}
		if turn.Step.Done != nil {
			return turn.Step.Done
		}
	}
	t.Fatal("the login does not end")
	return nil
}

func sessionOf(s connector.Start, done *fairlead.Done) connector.Session {
	return connector.Session{Env: s.Env, Institution: s.Institution, Person: s.Person, Connection: "con_1", Secrets: done.Secrets, Created: s.Now}
}

// collected reads a product to its end and stores what the pages say to store.
func collected(t *testing.T, s *connector.Session, p fairlead.Product, limit int) connector.Page {
	t.Helper()
	all, err := collect(t.Context(), s, p, limit)
	if err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	return all
}

func collect(ctx context.Context, s *connector.Session, p fairlead.Product, limit int) (all connector.Page, err error) {
	req := connector.FetchRequest{Product: p, Limit: limit}
	for {
		page, err := New().Fetch(ctx, *s, req)
		if err != nil {
			return all, err
		}
		all.Accounts = append(all.Accounts, page.Accounts...)
		all.Transactions = append(all.Transactions, page.Transactions...)
		all.Bills = append(all.Bills, page.Bills...)
		all.Loans = append(all.Loans, page.Loans...)
		all.Holdings = append(all.Holdings, page.Holdings...)
		all.Securities = append(all.Securities, page.Securities...)
		all.InvestmentTransactions = append(all.InvestmentTransactions, page.InvestmentTransactions...)
		all.Identities = append(all.Identities, page.Identities...)
		all.Documents = append(all.Documents, page.Documents...)
		all.Covers = append(all.Covers, page.Covers...)
		all.Partial = append(all.Partial, page.Partial...)
		all.ServedFrom, all.AsOf = page.ServedFrom, page.AsOf
		if page.Secrets != nil {
			s.Secrets = page.Secrets
		}
		if !page.More {
			return all, nil
		}
		req.Cursor = page.Cursor
	}
}

// wholeWalk logs in by the suite of all connectors.
func wholeWalk(t *testing.T, env connector.Env) connectortest.Result {
	t.Helper()
	s := startOf(env)
	return connectortest.Run(t, connectortest.Case{
		New:   func() connector.Connector { return New() },
		Start: s,
		Answer: func(_ int, step fairlead.Step) fairlead.Answer {
			if step.Send != nil && !strings.Contains(step.Send.URL, "#") {
				press(t, step.Send.URL, "connect")
			}
			return returned()
		},
		Canaries: []string{plaidtest.Secret},
		Session:  connector.Session{Env: s.Env, Connection: "con_1"},
	})
}

// press does on the hosted page what a person does.
func press(t *testing.T, address, button string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), `value="`+button+`"`) {
		t.Fatalf("the hosted page: %d %s", resp.StatusCode, body)
	}
	resp, err = client.Post(address, "application/x-www-form-urlencoded", strings.NewReader("do="+button))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if where := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || !strings.Contains(where, "/l/return?state=abc") {
		t.Fatalf("the page leads back to %q (%d)", where, resp.StatusCode)
	}
}

func TestTheConnectorPassesTheSuiteOfAllConnectors(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	result := wholeWalk(t, envOf(server.URL))
	for p, want := range map[fairlead.Product]int{
		fairlead.ProductAccounts: 6, fairlead.ProductTransactions: 24, fairlead.ProductBills: 1, fairlead.ProductLoans: 2, fairlead.ProductHoldings: 3,
		fairlead.ProductInvestmentTransactions: 32, fairlead.ProductIdentity: 2, fairlead.ProductStatements: 6,
	} {
		d := result.Data[p]
		got := map[fairlead.Product]int{
			fairlead.ProductAccounts: len(d.Accounts), fairlead.ProductTransactions: len(d.Transactions), fairlead.ProductBills: len(d.Bills), fairlead.ProductLoans: len(d.Loans),
			fairlead.ProductHoldings: len(d.Holdings), fairlead.ProductInvestmentTransactions: len(d.InvestmentTransactions), fairlead.ProductIdentity: len(d.Identities), fairlead.ProductStatements: len(d.Documents),
		}[p]
		if got != want {
			t.Errorf("%s: %d records, not %d", p, got, want)
		}
	}
}
