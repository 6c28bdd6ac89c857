package simplefin_test

import (
	"cmp"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// native are the accounts and transactions of a connection as the native API has them.
type nativeAccount struct {
	ID, Name, Type, Currency string
	Balances                 struct {
		Current, Available *struct{ Amount string }
	}
}

type nativeTransaction struct {
	ID, Account, Status, Description string
	Booked                           string `json:"booked_on"`
	Amount                           struct{ Amount, Currency string }
}

func TestWhatAProgramReadsIsWhatTheNativeAPIHas(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "harbor")
	got := p.program(nil).accounts("?pending=1")
	stored := map[string]nativeAccount{}
	for _, a := range apptest.List[nativeAccount](p.App, "/connections/"+p.connection+"/accounts") {
		stored[a.ID] = a
	}
	if len(got.Accounts) != len(stored) || len(stored) == 0 {
		t.Fatalf("%d accounts are read of %d", len(got.Accounts), len(stored))
	}
	pending := 0
	for _, a := range got.Accounts {
		of := stored[a.ID]
		if a.Name != of.Name || a.Currency != of.Currency || a.Balance != of.Balances.Current.Amount || a.BalanceDate <= 0 {
			t.Errorf("an account is %+v, stored as %+v", a, of)
		}
		if of.Balances.Available != nil && (a.Available == nil || *a.Available != of.Balances.Available.Amount) {
			t.Errorf("what is available of %s is %v, stored as %+v", a.Name, a.Available, of.Balances.Available)
		}
		if a.Org == nil || a.Org.Name != "Harbor Bank" || a.Org.Root != p.URL+"/simplefin" || a.Org.ID != "ins_harbor" || a.Conn != "" {
			t.Errorf("the institution of %s is %+v", a.Name, a.Org)
		}
		rows := map[string]nativeTransaction{}
		for _, n := range apptest.List[nativeTransaction](p.App, "/accounts/"+a.ID+"/transactions") {
			if n.Status == "posted" || n.Status == "pending" {
				rows[n.ID] = n
			}
		}
		if len(rows) != len(*a.Transactions) {
			t.Errorf("%d transactions of %s are read of %d", len(*a.Transactions), a.Name, len(rows))
		}
		for _, r := range *a.Transactions {
			n := rows[r.ID]
			day := time.Unix(cmp.Or(r.Posted, r.Transacted), 0).UTC()
			if r.Amount != n.Amount.Amount || r.Pending != (n.Status == "pending") || r.Description == "" {
				t.Errorf("a transaction is %+v, stored as %+v", r, n)
			}
			if r.Pending {
				pending++
				if r.Posted != 0 || r.Transacted == 0 {
					t.Errorf("what is pending was posted at %d and made at %d", r.Posted, r.Transacted)
				}
			} else if day.Format(time.DateOnly) != n.Booked || day.Hour() != 12 {
				t.Errorf("a transaction of %s was posted at %s", n.Booked, day)
			}
		}
		if !slices.IsSortedFunc(*a.Transactions, func(x, y transaction) int { return cmp.Compare(x.Posted, y.Posted) }) {
			t.Errorf("the transactions of %s are not in the order of when they were posted", a.Name)
		}
	}
	if pending == 0 {
		t.Error("nothing is pending, which proves nothing")
	}
}

func TestPendingTransactionsComeOnlyWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	program := linked(apptest.Start(t), "ada", "harbor").program(nil)
	for query, want := range map[string]bool{"": false, "?pending=1": true, "?pending=0": false, "?pending": true, "?pending=false": false} {
		found := false
		for _, a := range program.accounts(query).Accounts {
			found = found || slices.ContainsFunc(*a.Transactions, func(r transaction) bool { return r.Pending })
		}
		if found != want {
			t.Errorf("%q: pending ones come: %v", query, found)
		}
	}
}

func TestTheStartIsInclusiveAndTheEndIsNot(t *testing.T) {
	t.Parallel()
	program := linked(apptest.Start(t), "ada", "harbor").program(nil)
	whole := rows(program.accounts(""))
	if len(whole) < 50 {
		t.Fatalf("there are only %d transactions", len(whole))
	}
	at := whole[len(whole)/2].Posted
	for query, want := range map[string]func(transaction) bool{
		fmt.Sprintf("?start-date=%d", at):                           func(r transaction) bool { return r.Posted >= at },
		fmt.Sprintf("?end-date=%d", at):                             func(r transaction) bool { return r.Posted < at },
		fmt.Sprintf("?start-date=%d.25", at):                        func(r transaction) bool { return r.Posted > at },
		fmt.Sprintf("?start-date=%d&end-date=%d", at, at+1):         func(r transaction) bool { return r.Posted == at },
		fmt.Sprintf("?start-date=%d&end-date=%d", at, at):           func(transaction) bool { return false },
		fmt.Sprintf("?start-date=%d&end-date=%d", at+86400, at-100): func(transaction) bool { return false },
		"?start-date=0": func(transaction) bool { return true },
		fmt.Sprintf("?start-date=%d&end-date=%d", at-30*86400, at): func(r transaction) bool { return r.Posted >= at-30*86400 && r.Posted < at },
	} {
		n := 0
		for _, r := range whole {
			if want(r) {
				n++
			}
		}
		got := rows(program.accounts(query))
		if len(got) != n || slices.ContainsFunc(got, func(r transaction) bool { return !want(r) }) {
			t.Errorf("%s brings %d transactions, want %d", query, len(got), n)
		}
	}
}

func rows(s set) (all []transaction) {
	for _, a := range s.Accounts {
		all = append(all, *a.Transactions...)
	}
	slices.SortFunc(all, func(a, b transaction) int { return cmp.Compare(a.Posted, b.Posted) })
	return all
}

func TestBalancesOnlyBringsNoTransactionsAndAccountsCanBeNamed(t *testing.T) {
	t.Parallel()
	program := linked(apptest.Start(t), "ada", "harbor").program(nil)
	all := program.accounts("?balances-only=1")
	for _, a := range all.Accounts {
		if a.Transactions != nil {
			t.Errorf("%s has transactions although only balances were wanted", a.Name)
		}
	}
	if len(all.Accounts) < 3 {
		t.Fatalf("there are only %d accounts", len(all.Accounts))
	}
	two := program.accounts("?version=2&account=" + all.Accounts[0].ID + "&account=" + all.Accounts[2].ID + "&account=acc_none")
	if len(two.Accounts) != 2 || two.Accounts[0].ID != all.Accounts[0].ID || two.Accounts[1].ID != all.Accounts[2].ID {
		t.Errorf("%d accounts come of two that were named", len(two.Accounts))
	}
	if len(two.Errlist) != 1 || two.Errlist[0].Code != "act." || two.Errlist[0].Account != "acc_none" || len(two.Errors) != 1 {
		t.Errorf("of one that there is not is said %+v", two.Errlist)
	}
}

func TestTheSecondVersionHasConnectionsInsteadOfOrganizations(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "harbor")
	got := p.program(nil).accounts("?version=2")
	if got.Errlist == nil || len(got.Errlist) != 0 || got.Errors == nil {
		t.Errorf("without an error the lists are %v and %v", got.Errlist, got.Errors)
	}
	if len(got.Connections) != 1 || got.Connections[0].ID != p.connection || got.Connections[0].Name != "Harbor Bank" ||
		got.Connections[0].OrgID != "ins_harbor" || got.Connections[0].Root != p.URL+"/simplefin" {
		t.Errorf("the connections are %+v", got.Connections)
	}
	for _, a := range got.Accounts {
		if a.Conn != p.connection || a.Org != nil {
			t.Errorf("%s is of the connection %q", a.Name, a.Conn)
		}
	}
}

func TestHoldingsComeAsTheBestKnownServerSendsThem(t *testing.T) {
	t.Parallel()
	p := linked(apptest.Start(t), "ada", "anchor")
	stored := map[string]struct {
		ID, Quantity string
		Value        struct{ Amount, Currency string }
		CostBasis    *struct{ Amount string } `json:"cost_basis"`
	}{}
	for _, h := range apptest.List[struct {
		ID, Quantity string
		Value        struct{ Amount, Currency string }
		CostBasis    *struct{ Amount string } `json:"cost_basis"`
	}](p.App, "/connections/"+p.connection+"/holdings") {
		stored[h.ID] = h
	}
	n, symbols := 0, 0
	for _, a := range p.program(nil).accounts("").Accounts {
		if investment := a.Extra["account-type"] == "investment" || a.Extra["account-type"] == "pension"; investment != (a.Holdings != nil) {
			t.Errorf("%s (%v) has holdings: %v", a.Name, a.Extra, a.Holdings != nil)
		}
		if a.Holdings == nil {
			continue
		}
		for _, h := range *a.Holdings {
			of := stored[h.ID]
			cost := "0.00"
			if of.CostBasis != nil {
				cost = of.CostBasis.Amount
			}
			if h.Shares != of.Quantity || h.MarketValue != of.Value.Amount || h.Currency != of.Value.Currency || h.CostBasis != cost || h.PurchasePrice != priceOf(cost, of.Quantity) || h.Created == 0 || h.Description == "" {
				t.Errorf("a holding is %+v, stored as %+v", h, of)
			}
			n++
			if h.Symbol != "" {
				symbols++
			}
		}
	}
	if n != len(stored) || n == 0 || symbols == 0 {
		t.Errorf("%d holdings are read of %d, %d with a symbol", n, len(stored), symbols)
	}
}

// priceOf is what one share cost: unknown where the cost is.
func priceOf(cost, shares string) string {
	c, known := new(big.Rat).SetString(cost)
	s, owned := new(big.Rat).SetString(shares)
	if !known || !owned || c.Sign() == 0 || s.Sign() == 0 {
		return "0.00"
	}
	text := strings.TrimRight(c.Quo(c, s).FloatString(6), "0")
	for len(text)-strings.IndexByte(text, '.') < 3 {
		text += "0"
	}
	return text
}

func TestABadParameterIsNamedAndNothingIsRepeated(t *testing.T) {
	t.Parallel()
	program := linked(apptest.Start(t), "ada", "harbor").program(nil)
	for query, name := range map[string]string{
		"?start-date=2026-01-01": "start-date", "?end-date=soon%00": "end-date", "?version=3&start-date=1": "version",
		"?start-date=99999999999": "", "?start-date=999999999999": "start-date", "?start-date=-1": "",
		"?account=" + strings.Repeat("&account=acc_x", 1001): "account",
	} {
		status, _, body := program.get(query)
		switch {
		case name == "" && status != http.StatusOK:
			t.Errorf("%.60s is answered %d %s", query, status, body)
		case name != "" && (status != http.StatusBadRequest || !strings.Contains(string(body), name+" must ") || strings.Contains(string(body), "soon")):
			t.Errorf("%.60s is answered %d %s", query, status, body)
		}
	}
}

func TestTheOtherEndpointsAnswerInTheProtocolsShape(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/simplefin/info", 200, `{"versions":["1.0","2.0"]}`},
		{"GET", "/simplefin/currencies/PTS", 200, `{"abbr":"PTS","name":"PTS"}`},
		{"GET", "/simplefin/currencies/USD", 404, "no such currency"},
		{"GET", "/simplefin/currencies/a%2Fb", 404, "no such currency"},
		{"POST", "/simplefin/accounts", 405, "takes GET"},
		{"GET", "/simplefin/claim/x", 405, "takes POST"},
		{"GET", "/simplefin/nothing", 404, "no such endpoint"},
		{"GET", "/simplefin/accounts", 403, "Basic"},
	} {
		r, err := http.NewRequest(c.method, a.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, body := a.Do(r); status != c.status || !strings.Contains(string(body), c.body) {
			t.Errorf("%s %s is answered %d %s", c.method, c.path, status, body)
		}
	}
	r, err := http.NewRequest("POST", a.URL+"/simplefin/claim/x", strings.NewReader(strings.Repeat("x", 8000)))
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := a.Do(r); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a claim with a long body is answered %d", status)
	}
}
