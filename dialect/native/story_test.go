package native_test

import (
	"net/http"
	"net/url"
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
	dialecttest.RunStory(t, func(*testing.T) dialecttest.Story { return &story{} }, "ins_harbor")
}

// story is a customer of the native API who is notified by a webhook.
type story struct {
	app        *apptest.App
	receiver   *apptest.Receiver
	connection string
	address    string // of a document
}

func (s *story) Invite(a *apptest.App) *apptest.Browser {
	a.T.Helper()
	s.app, s.receiver = a, apptest.NewReceiver(a.T)
	a.Call("POST", "/webhook_endpoints", map[string]any{"url": s.receiver.URL, "types": []string{"collection.finished", "consent.revoked"}}, nil)
	var made struct{ URL string }
	a.Call("POST", "/links", map[string]any{"person": "story", "redirect_url": "http://127.0.0.1:9/back"}, &made)
	return a.Visit(made.URL)
}

func (s *story) AwaitData(end string) {
	s.app.T.Helper()
	u, err := url.Parse(end)
	if err != nil {
		s.app.T.Fatal(err)
	}
	var granted struct{ Connections []struct{ ID string } }
	s.app.Call("POST", "/links/exchange", map[string]string{"code": u.Query().Get("code")}, &granted)
	if len(granted.Connections) != 1 {
		s.app.T.Fatalf("the code stands for %d connections", len(granted.Connections))
	}
	s.connection = granted.Connections[0].ID
	s.app.Until("the collection is notified", func() bool { return len(s.receiver.Got()) > 0 })
}

func (s *story) Facts() (f dialecttest.Facts) {
	s.app.T.Helper()
	type account struct {
		Type     string
		Balances struct{ Current *struct{ Amount string } }
	}
	for _, a := range apptest.List[account](s.app, "/connections/"+s.connection+"/accounts") {
		if a.Type == "loan" || a.Balances.Current == nil {
			continue
		}
		n, err := strconv.ParseFloat(a.Balances.Current.Amount, 64)
		if err != nil {
			s.app.T.Fatal(err)
		}
		f.Balances = append(f.Balances, n)
	}
	booked := 0
	for _, t := range apptest.List[struct{ Status string }](s.app, "/connections/"+s.connection+"/transactions") {
		if t.Status == "posted" {
			booked++
		}
	}
	f.Transactions = &booked
	for _, d := range apptest.List[struct{ ID string }](s.app, "/connections/"+s.connection+"/documents") {
		var read struct{ URL string }
		s.app.Call("GET", "/documents/"+d.ID, nil, &read)
		s.address = read.URL
		f.Documents = append(f.Documents, dialecttest.Sum(s.app, read.URL))
	}
	return f
}

func (s *story) Document() string { return s.address }

func (s *story) Revoke() bool {
	s.app.T.Helper()
	s.app.Call("DELETE", "/connections/"+s.connection, nil, nil)
	var c struct{ Status string }
	s.app.Call("GET", "/connections/"+s.connection, nil, &c)
	status, _ := s.app.Raw("POST", "/connections/"+s.connection+"/collect", nil)
	return c.Status == "disconnected" && status == http.StatusConflict
}

func (s *story) Fails() fairlead.Product { return fairlead.ProductLoans }

func (s *story) Failed() bool {
	s.app.T.Helper()
	var c struct {
		Products map[string]struct {
			Status  string
			Problem *struct{ Kind string }
		}
	}
	s.app.Call("GET", "/connections/"+s.connection, nil, &c)
	loans := c.Products["loans"]
	partial := strings.Contains(string(s.receiver.Got()[0].Body), `"status":"partial"`)
	return partial && loans.Status == "failed" && loans.Problem != nil && c.Products["accounts"].Status == "ready"
}

func (s *story) Withdrawn() bool {
	s.app.T.Helper()
	s.app.Until("the end of the consent is notified", func() bool {
		return slices.ContainsFunc(s.receiver.Got(), func(got apptest.Received) bool { return strings.Contains(string(got.Body), `"consent.revoked"`) })
	})
	var c struct {
		Status  string
		Problem *struct{ Kind, Actor string }
	}
	s.app.Call("GET", "/connections/"+s.connection, nil, &c)
	return c.Status == "needs_action" && c.Problem != nil && c.Problem.Kind == "consent_ended" && c.Problem.Actor == "person"
}
