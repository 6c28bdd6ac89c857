package example_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/example"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const (
	password = "canary-password"
	code     = "483920"
	token    = "canary-token"
	rows     = 30 // transactions of each account
)

// bank is Example Bank: a real server with two accounts. override answers a path
// instead, with a status.
type bank struct {
	*httptest.Server
	override map[string]int
	now      time.Time
}

func newBank(t *testing.T) *bank {
	t.Helper()
	b := &bank{override: map[string]int{}, now: time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /logins", b.logins)
	mux.HandleFunc("POST /logins/7/code", b.code)
	mux.HandleFunc("GET /accounts", b.accounts)
	mux.HandleFunc("GET /accounts/{id}/transactions", b.transactions)
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status, ok := b.override[r.URL.Path]; ok {
			w.WriteHeader(status)
			fmt.Fprint(w, `{}`)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/accounts") && r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(b.Close)
	return b
}

func field(r *http.Request, name string) string {
	var body map[string]string
	_ = json.NewDecoder(r.Body).Decode(&body)
	return body[name]
}

func (b *bank) logins(w http.ResponseWriter, r *http.Request) {
	if field(r, "password") != password {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprint(w, `{"id": "7", "phone": "•••• 7890", "expires_in": 300}`)
}

func (b *bank) code(w http.ResponseWriter, r *http.Request) {
	if field(r, "code") != code {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprintf(w, `{"access_token": %q, "customer_id": "c-1", "customer_name": "Ada Example"}`, token)
}

func (b *bank) accounts(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, `{"accounts": [
		{"id": "b", "name": "Savings", "last_four": "9200", "currency": "USD", "balance": "1200.00"},
		{"id": "a", "name": "Checking", "last_four": "9100", "currency": "USD", "balance": "52.10"}
	]}`)
}

func (b *bank) transactions(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	from, _ := strconv.Atoi(q.Get("cursor"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	to := min(from+limit, rows)
	list := []string{}
	for n := from; n < to; n++ {
		day := b.now.AddDate(0, 0, -n).Format(time.DateOnly)
		list = append(list, fmt.Sprintf(`{"id": "%s%d", "pending": %t, "amount": "-%d.50", "day": %q, "text": "Shop"}`, r.PathValue("id"), n, n == 0, n+1, day))
	}
	next := ""
	if to < rows {
		next = strconv.Itoa(to)
	}
	fmt.Fprintf(w, `{"transactions": [%s], "next": %q}`, strings.Join(list, ","), next)
}

func (b *bank) start() connector.Start {
	return connector.Start{Env: connector.Env{Environment: fairlead.Live, Now: b.now, Client: b.Client()}}
}

func (b *bank) session() connector.Session {
	return connector.Session{Env: b.start().Env, Secrets: map[string]fairlead.Secret{"token": fairlead.NewSecret(token)}}
}

func answer(pairs ...string) fairlead.Answer {
	a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
	for n := 0; n < len(pairs); n += 2 {
		a.Fields[pairs[n]] = fairlead.NewSecret(pairs[n+1])
	}
	return a
}

func TestItIsASoundConnector(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	wrong := answer(kit.UserField, "ada", kit.PasswordField, password+"-wrong")
	data := connectortest.Run(t, connectortest.Case{
		New:      func() connector.Connector { return example.New(b.URL) },
		Start:    b.start(),
		Answers:  []fairlead.Answer{answer(kit.UserField, "ada", kit.PasswordField, password), answer(kit.CodeField, code)},
		Wrong:    &wrong,
		Canaries: []string{password, code, token},
	}).Data
	page := data[fairlead.ProductTransactions]
	if n := len(page.Transactions); n != 2*rows {
		t.Errorf("%d transactions came", n)
	}
	if first := page.Transactions[0]; first.State != fairlead.TransactionPending || first.Amount.String() != "-1.50 USD" || first.AccountRef != "a" {
		t.Errorf("the first is %+v", first)
	}
	today := fairlead.DateOf(b.now)
	for n, account := range []string{"a", "b"} {
		if got := page.Covers[n]; got.AccountRef != account || got.Days.To != today {
			t.Errorf("covered of account %s: %+v", account, got)
		}
	}
}

func TestAnAccountThatWasClosedBetweenTwoPagesIsPassedOver(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	page, err := example.New(b.URL).Fetch(t.Context(), b.session(), connector.FetchRequest{
		Product: fairlead.ProductTransactions, Cursor: `{"account":"aa","bank":"20","days":{}}`, Limit: 100,
	})
	if err != nil || len(page.Transactions) != rows || page.Transactions[0].AccountRef != "b" || page.More {
		t.Errorf("got %d transactions, %v", len(page.Transactions), err)
	}
}

func TestEveryRefusalHasItsKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path   string
		status int
		kind   fairlead.ErrorKind
	}{
		{"/logins", http.StatusUnauthorized, fairlead.RejectedLogin},
		{"/logins", http.StatusLocked, fairlead.Locked},
		{"/logins", http.StatusBadGateway, fairlead.InstitutionDown},
		{"/logins/7/code", http.StatusUnauthorized, fairlead.RejectedChallenge},
		{"/logins/7/code", http.StatusGone, fairlead.ChallengeExpired},
		{"/accounts", http.StatusUnauthorized, fairlead.ConsentEnded},
		{"/accounts/a/transactions", http.StatusTooManyRequests, fairlead.SlowDown},
	} {
		b := newBank(t)
		b.override[c.path] = c.status
		if err := b.walk(t); !fairlead.Is(err, c.kind) {
			t.Errorf("%s answers %d: got %v, want %s", c.path, c.status, err, c.kind)
		}
	}
}

// walk logs in and fetches the first page of transactions, up to the first error.
func (b *bank) walk(t *testing.T) error {
	t.Helper()
	c := example.New(b.URL)
	turn, err := c.Begin(t.Context(), b.start())
	for _, a := range []fairlead.Answer{answer(kit.UserField, "ada", kit.PasswordField, password), answer(kit.CodeField, code)} {
		if err != nil {
			return err
		}
		turn, err = c.Resume(t.Context(), b.start(), turn.State, a)
	}
	if err != nil {
		return err
	}
	_, err = c.Fetch(t.Context(), b.session(), connector.FetchRequest{Product: fairlead.ProductTransactions})
	return err
}
