package plaid_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTheStory(t *testing.T) {
	t.Parallel()
	dialecttest.RunStory(t, func(*testing.T) dialecttest.Story { return &story{} }, "ins_harbor")
}

// story is a customer with a hosted link who asks what came of it.
type story struct {
	client
	link, token string
}

func (s *story) Invite(a *apptest.App) *apptest.Browser {
	s.client = client{a}
	made := s.call("/link/token/create", object{
		"client_name": "Story", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "story"},
		"products": []string{"transactions"}, "required_if_supported_products": []string{"statements", "liabilities", "identity"},
		"hosted_link": object{"completion_redirect_uri": "http://localhost:9/done"},
	})
	s.link = made["link_token"].(string)
	return a.Visit(made["hosted_link_url"].(string))
}

func (s *story) AwaitData(string) {
	s.T.Helper()
	sessions := rows(s.call("/link/token/get", object{"link_token": s.link}), "link_sessions")
	added := rows(sessions[0]["results"].(object), "item_add_results")
	if len(sessions) != 1 || len(added) != 1 || len(rows(added[0], "accounts")) == 0 {
		s.T.Fatalf("the link brought %v", sessions)
	}
	s.token = s.call("/item/public_token/exchange", object{"public_token": added[0]["public_token"]})["access_token"].(string)
	s.Until("the transactions are there", func() bool {
		return s.call("/transactions/sync", named(s.token))["transactions_update_status"] == "HISTORICAL_UPDATE_COMPLETE"
	})
}

func (s *story) Facts() (f dialecttest.Facts) {
	s.T.Helper()
	for _, a := range rows(s.call("/accounts/get", named(s.token)), "accounts") {
		current, err := a["balances"].(object)["current"].(json.Number).Float64()
		if err != nil {
			s.T.Fatal(err)
		}
		switch a["type"] {
		case "credit":
			f.Balances = append(f.Balances, -current)
		case "depository", "investment":
			f.Balances = append(f.Balances, current)
		}
	}
	booked := 0
	for _, row := range s.history(s.token) {
		if !row["pending"].(bool) {
			booked++
		}
	}
	f.Transactions = &booked
	status, listed := s.raw("/statements/list", named(s.token))
	if status != http.StatusOK {
		return f // in the telling where they cannot be read
	}
	for _, a := range rows(listed, "accounts") {
		for _, statement := range rows(a, "statements") {
			f.Documents = append(f.Documents, s.download(statement["statement_id"].(string)))
		}
	}
	return f
}

// download fetches a statement and returns its hash, which must be the one that is said.
func (s *story) download(id string) string {
	s.T.Helper()
	r := s.Request(http.MethodPost, "/plaid/statements/download", object{
		"client_id": access.DevClientID, "secret": access.DevSecret, "access_token": s.token, "statement_id": id,
	})
	r.Header.Del("Authorization")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.T.Fatal(err)
	}
	defer response.Body.Close()
	sum := sha256.New()
	if n, err := io.Copy(sum, response.Body); err != nil || n == 0 {
		s.T.Fatal(n, err)
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	if said := response.Header.Get("Plaid-Content-Hash"); said != hash || response.Header.Get("Content-Type") != "application/pdf" {
		s.T.Errorf("a statement's hash is %s and is said to be %s", hash, said)
	}
	return hash
}

func (s *story) Document() string { return "" }

func (s *story) Revoke() bool {
	s.T.Helper()
	s.call("/item/remove", named(s.token))
	return s.refused("/accounts/get", named(s.token)) == "ITEM_NOT_FOUND"
}

func (s *story) Fails() fairlead.Product { return fairlead.ProductStatements }

func (s *story) Failed() bool {
	s.T.Helper()
	return s.refused("/statements/list", named(s.token)) == "INSTITUTION_NOT_RESPONDING"
}

func (s *story) Withdrawn() bool {
	s.T.Helper()
	return s.refused("/accounts/get", named(s.token)) == "ITEM_LOGIN_REQUIRED"
}
