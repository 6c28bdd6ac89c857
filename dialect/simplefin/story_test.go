package simplefin_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTheStory(t *testing.T) {
	t.Parallel()
	dialecttest.RunStory(t, func(*testing.T) dialecttest.Story { return &story{} }, "ins_puerto")
}

// story is a person who gives a setup token to a program; the protocol invites nobody, and
// knows no documents.
type story struct {
	person
	program program
}

func (s *story) Invite(a *apptest.App) *apptest.Browser {
	a.T.Helper()
	s.App = a
	var link struct{ URL string }
	a.Call("POST", "/links", map[string]any{
		"person": "ada", "redirect_url": "http://127.0.0.1:9/back", "products": []string{"accounts", "transactions", "holdings", "loans", "statements"},
	}, &link)
	return a.Visit(link.URL)
}

func (s *story) AwaitData(string) {
	s.T.Helper()
	s.Until("the data is there", func() bool {
		for _, c := range apptest.List[struct{ ID, Person, Status string }](s.App, "/connections") {
			s.id, s.connection = c.Person, c.ID
			return c.Status != "collecting"
		}
		return false
	})
	s.program = s.person.program(nil)
}

func (s *story) Facts() (f dialecttest.Facts) {
	s.T.Helper()
	booked := 0
	for _, a := range s.program.accounts("?pending=1").Accounts {
		if a.Extra["account-type"] == "loan" { // as the other dialects have it
			continue
		}
		balance, err := strconv.ParseFloat(a.Balance, 64)
		if err != nil {
			s.T.Fatal(err)
		}
		f.Balances = append(f.Balances, balance)
		for _, t := range *a.Transactions {
			if !t.Pending {
				booked++
			}
		}
	}
	f.Transactions = &booked
	return f
}

func (s *story) Document() string { return "" }

// Revoke is the native call; what a program reads then is nothing.
func (s *story) Revoke() bool {
	s.T.Helper()
	s.Call("DELETE", "/connections/"+s.connection, nil, nil)
	status, _, _ := s.program.get("")
	return status == http.StatusOK && len(s.program.accounts("").Accounts) == 0
}

// Fails is holdings: a story in which no transaction is read has nothing to compare.
func (s *story) Fails() fairlead.Product { return fairlead.ProductHoldings }

func (s *story) Failed() bool {
	s.T.Helper()
	return slices.ContainsFunc(s.program.accounts("").Errors, func(e string) bool {
		return strings.HasPrefix(e, "Connection to Banca Puerto may need attention: The holdings could not be read")
	})
}

func (s *story) Withdrawn() bool {
	s.T.Helper()
	return slices.ContainsFunc(s.program.accounts("?version=2").Errlist, func(p problem) bool {
		return p.Code == "con.auth" && p.Conn == s.connection && strings.Contains(p.Message, "permission at Banca Puerto has ended")
	})
}
