package simplefin_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// actualServer is what `make test` installs: the published server of a budgeting program.
const actualServer = "testdata/actual/node_modules/@actual-app/sync-server/build/bin/actual-server.js"

// actual is that server, running.
type actual struct {
	t     *testing.T
	url   string
	token string
}

// startActual runs the program on a loopback port until the test ends.
func startActual(t *testing.T) *actual {
	t.Helper()
	if _, err := os.Stat(actualServer); err != nil {
		if apptest.Full() {
			t.Fatalf("Actual's server is not installed: run scripts/setup (%v)", err)
		}
		t.Skip("Actual's server is not installed: run scripts/setup")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	var said bytes.Buffer
	c := exec.CommandContext(t.Context(), "node", actualServer)
	c.Env = append(os.Environ(), "ACTUAL_PORT="+port, "ACTUAL_HOSTNAME=127.0.0.1", "ACTUAL_DATA_DIR="+t.TempDir(), "TZ=UTC")
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("Actual says:\n%s", said.String())
		}
	})
	a := &actual{t: t, url: "http://127.0.0.1:" + port}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if response, err := http.Get(a.url + "/health"); err == nil {
			response.Body.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal("Actual's server does not answer")
		}
	}
	var made struct{ Token string }
	a.call("/account/bootstrap", map[string]string{"password": "a password of the test"}, &made)
	a.token = made.Token
	return a
}

// call posts to the program's own API and reads the data that it answers.
func (a *actual) call(path string, body, data any) {
	a.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", a.url+path, bytes.NewReader(text))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Actual-Token", a.token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	answer := struct {
		Status string
		Data   json.RawMessage
	}{}
	if err := json.Unmarshal(content, &answer); err != nil || answer.Status != "ok" {
		a.t.Fatalf("Actual answers %s with %s", path, content)
	}
	if data != nil {
		if err := json.Unmarshal(answer.Data, data); err != nil {
			a.t.Fatalf("Actual answers %s with %s: %v", path, content, err)
		}
	}
}

// actualTransactions is what the program makes of one account.
type actualTransactions struct {
	Balances []struct {
		BalanceAmount struct{ Amount, Currency string }
	}
	Transactions struct{ All, Booked, Pending []actualTransaction }
}

type actualTransaction struct {
	Date, PayeeName, Notes string
	Booked                 bool
	ID                     string                  `json:"transactionId"`
	Amount                 struct{ Amount string } `json:"transactionAmount"`
}

// TestActualReadsWhatTheNativeAPIHas has Actual's published sync server claim a setup
// token and read accounts and transactions, as its users do.
func TestActualReadsWhatTheNativeAPIHas(t *testing.T) {
	t.Parallel()
	client := startActual(t)
	p := linked(apptest.Start(t), "ada", "harbor")
	client.call("/secret", map[string]string{"name": "simplefin_token", "value": p.token(map[string]any{"name": "Actual"}).SetupToken}, nil)
	var status struct{ Configured bool }
	client.call("/simplefin/status", map[string]any{}, &status)
	if !status.Configured {
		t.Fatal("Actual does not take the setup token")
	}
	var read struct {
		Accounts []account
		Reason   string
	}
	client.call("/simplefin/accounts", map[string]any{}, &read)
	stored := apptest.List[nativeAccount](p.App, "/connections/"+p.connection+"/accounts")
	if len(read.Accounts) != len(stored) || len(stored) == 0 {
		t.Fatalf("Actual reads %d accounts of %d: %s", len(read.Accounts), len(stored), read.Reason)
	}
	const since = "2026-01-01"
	var ids, starts []string
	for _, a := range stored {
		i := slices.IndexFunc(read.Accounts, func(r account) bool { return r.ID == a.ID })
		if i < 0 || read.Accounts[i].Name != a.Name || read.Accounts[i].Balance != a.Balances.Current.Amount || read.Accounts[i].Org.Name != "Harbor Bank" {
			t.Errorf("Actual has not %+v as it is", a)
		}
		ids, starts = append(ids, a.ID), append(starts, since)
	}
	answers := map[string]actualTransactions{}
	client.call("/simplefin/transactions", map[string]any{"accountId": ids, "startDate": starts}, &answers)
	total, pending := 0, 0
	for _, a := range stored {
		n, waiting := compareActual(t, a, answers[a.ID], apptest.List[nativeTransaction](p.App, "/accounts/"+a.ID+"/transactions"), since)
		total, pending = total+n, pending+waiting
	}
	if total < 50 || pending == 0 {
		t.Errorf("Actual reads %d transactions, %d pending: that proves little", total, pending)
	}
	if tokens := apptest.List[setupToken](p.App, "/simplefin_tokens"); len(tokens) != 1 || tokens[0].Status != "active" || tokens[0].LastUsed == nil {
		t.Errorf("after Actual has read the tokens are %+v", tokens)
	}
}

// compareActual compares one account since a day.
func compareActual(t *testing.T, a nativeAccount, got actualTransactions, stored []nativeTransaction, since string) (total, pending int) {
	t.Helper()
	if len(got.Balances) == 0 || got.Balances[0].BalanceAmount.Amount != a.Balances.Current.Amount {
		t.Errorf("Actual has of %s the balances %+v", a.Name, got.Balances)
	}
	rows := map[string]actualTransaction{}
	for _, r := range got.Transactions.All {
		rows[r.ID] = r
	}
	for _, n := range stored {
		if n.Status != "posted" && n.Status != "pending" || n.Status == "posted" && n.Booked < since {
			continue
		}
		r, found := rows[n.ID]
		if !found || r.Amount.Amount != n.Amount.Amount || r.Booked != (n.Status == "posted") || r.Booked && r.Date != n.Booked || r.Notes == "" {
			t.Errorf("Actual has of %s %+v, stored as %+v", a.Name, r, n)
		}
		delete(rows, n.ID)
		if total++; !r.Booked {
			pending++
		}
	}
	for _, r := range rows {
		t.Errorf("Actual has of %s %+v, which is not stored", a.Name, r)
	}
	return total, pending
}

// TestActualTellsThePersonOfAConnectionThatNeedsThem breaks the login and has Actual read.
func TestActualTellsThePersonOfAConnectionThatNeedsThem(t *testing.T) {
	t.Parallel()
	client := startActual(t)
	a := apptest.Start(t)
	p := person{App: a}
	p.connection = a.Linked("harbor", "good", "REVOKED_AT_BANK")
	var conn struct{ Person string }
	a.Call("GET", "/connections/"+p.connection, nil, &conn)
	p.id = conn.Person
	client.call("/secret", map[string]string{"name": "simplefin_token", "value": p.token(nil).SetupToken}, nil)
	client.call("/simplefin/accounts", map[string]any{}, nil)
	a.Advance("50h")
	id := apptest.List[nativeAccount](a, "/connections/"+p.connection+"/accounts")[0].ID
	var said map[string]any
	client.call("/simplefin/transactions", map[string]any{"accountId": id, "startDate": "2026-01-01"}, &said)
	if said["error_code"] != "ACCOUNT_NEEDS_ATTENTION" {
		t.Errorf("Actual says %v", said)
	}
}

// TestActualSaysThatAUsedTokenIsNoGood gives it a token that was claimed by somebody else.
func TestActualSaysThatAUsedTokenIsNoGood(t *testing.T) {
	t.Parallel()
	client := startActual(t)
	p := linked(apptest.Start(t), "ada", "harbor")
	token := p.token(nil).SetupToken
	claim(p.App, token)
	client.call("/secret", map[string]string{"name": "simplefin_token", "value": token}, nil)
	var said map[string]any
	client.call("/simplefin/accounts", map[string]any{}, &said)
	if said["error_code"] != "INVALID_ACCESS_TOKEN" || !strings.Contains(said["reason"].(string), "Reset the token") {
		t.Errorf("Actual says %v", said)
	}
}
