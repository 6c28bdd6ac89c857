package simplefin_test

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/simplefin"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// now is the time of the tests.
var now = time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC)

// standIn runs a server with a household at a fixed time.
func standIn(t *testing.T) *simplefintest.Server {
	t.Helper()
	s := simplefintest.Start()
	t.Cleanup(s.Close)
	s.Change(func(s *simplefintest.Server) { s.Now = func() time.Time { return now } })
	s.Household(now)
	return s
}

func env(s *simplefintest.Server) connector.Env {
	return connector.Env{
		Tenant: "tnt_test", Environment: fairlead.Live, Now: now, Client: s.Client(), BaseURL: "https://fairlead.example",
		Digest:    func(parts ...string) string { return fairlead.TokenHash(fmtParts(parts)) },
		PlainHTTP: fairlead.Loopback,
	}
}

func fmtParts(parts []string) (s string) {
	for _, p := range parts {
		s += p + "\x00"
	}
	return s
}

func another(t *testing.T) fairlead.Institution {
	t.Helper()
	for _, i := range simplefin.New().Describe().Institutions {
		if i.ID == simplefin.Another {
			return i
		}
	}
	t.Fatal("no such institution")
	return fairlead.Institution{}
}

func answer(token string) fairlead.Answer {
	return fairlead.Answer{Fields: map[string]fairlead.Secret{"token": fairlead.NewSecret(token)}}
}

// run puts the connector to the shared specification.
func run(t *testing.T, s *simplefintest.Server) connectortest.Result {
	t.Helper()
	wrong, token := answer("no token at all"), s.Token()
	return connectortest.Run(t, connectortest.Case{
		New:   func() connector.Connector { return simplefin.New() },
		Start: connector.Start{Env: env(s), Institution: another(t)},
		Answer: func(n int, _ fairlead.Step) fairlead.Answer {
			if n == 0 {
				return answer(token)
			}
			return fairlead.Answer{}
		},
		Wrong: &wrong, Canaries: append(s.Secrets(), token),
	})
}

func TestTheConnectorPassesTheSharedSpecification(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	result := run(t, s)
	if n := len(result.Data[fairlead.ProductAccounts].Accounts); n != 3 {
		t.Errorf("%d accounts", n)
	}
	if n := len(result.Data[fairlead.ProductTransactions].Transactions); n != 151+101 {
		t.Errorf("%d transactions", n)
	}
	if n := len(result.Data[fairlead.ProductHoldings].Holdings); n != 2 {
		t.Errorf("%d holdings", n)
	}
}

func TestBothVersionsOfTheProtocolAreRead(t *testing.T) {
	t.Parallel()
	second, first := standIn(t), standIn(t)
	first.Change(func(s *simplefintest.Server) { s.Version1 = true })
	a, b := run(t, second), run(t, first)
	for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings} {
		x, y := a.Data[p], b.Data[p]
		if len(x.Accounts) != len(y.Accounts) || len(x.Transactions) != len(y.Transactions) || len(x.Holdings) != len(y.Holdings) {
			t.Errorf("%s: the versions differ", p)
		}
	}
}
