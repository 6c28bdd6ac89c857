package flanks_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTheStory(t *testing.T) {
	t.Parallel()
	dialecttest.RunStory(t, func(*testing.T) dialecttest.Story { return &story{} }, "ins_harbor")
}

// story is a customer who polls; Flanks has no documents.
type story struct {
	client
	credentials string
}

func (s *story) Invite(a *apptest.App) *apptest.Browser {
	s.client = enter(a)
	return a.Visit(a.URL + "/link?token=" + s.link() + "&external_id=story")
}

func (s *story) AwaitData(end string) {
	s.app.T.Helper()
	u, err := url.Parse(end)
	if err != nil {
		s.app.T.Fatal(err)
	}
	s.credentials = s.exchange(u.Query().Get("code")).Token
	s.extracted(s.credentials)
}

func (s *story) Facts() (f dialecttest.Facts) {
	s.app.T.Helper()
	one := map[string]any{"credentials_token": s.credentials}
	for _, path := range []string{"account", "card", "portfolio"} {
		for _, item := range s.list(path, one) {
			f.Balances = append(f.Balances, item["balance"].(float64))
		}
	}
	booked := len(s.list("data", one)) + len(s.list("card/transaction", one))
	f.Transactions = &booked
	return f
}

func (s *story) Document() string { return "" }

func (s *story) Revoke() bool {
	s.app.T.Helper()
	one := map[string]any{"credentials_token": s.credentials}
	s.call("DELETE", "/v0/bank/credentials", one, nil)
	status, _ := s.raw("POST", "/v0/bank/credentials/account", one)
	return status == 400
}

// Fails is loans: the bank's liabilities, which no other list is made of.
func (s *story) Fails() fairlead.Product { return fairlead.ProductLoans }

func (s *story) Failed() bool {
	s.app.T.Helper()
	status, body := s.raw("POST", "/v0/bank/credentials/liability", map[string]any{"credentials_token": s.credentials})
	errored := s.status(s.credentials).Errored
	return status == 400 && strings.Contains(string(body), "INCOMPLETE") && errored.Product["liability"] && !errored.Product["account"]
}

// Withdrawn is told by the token that the person renews the consent with.
func (s *story) Withdrawn() bool {
	s.app.T.Helper()
	s.client = enter(s.app) // the first token has expired
	return s.status(s.credentials).SCAToken != nil
}
