package plaid

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

// fixtureOf is a connection at a server of its own.
func fixtureOf(t *testing.T) (*plaidtest.Server, *plaidtest.Item, *connector.Session) {
	t.Helper()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	session := sessionOf(s, linked(t, server, s))
	return server, server.Items()[0], &session
}

func find(t *testing.T, list []fairlead.Transaction, ref string) fairlead.Transaction {
	t.Helper()
	for _, tx := range list {
		if tx.Ref == ref {
			return tx
		}
	}
	t.Fatalf("there is no transaction %s", ref)
	return fairlead.Transaction{}
}

func TestPositiveIsMoneyInAndEveryDigitStays(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	all := collected(t, session, fairlead.ProductTransactions, 0)
	for ref, want := range map[string]string{"i1-salary": "2307.21 USD", "i1-exact": "-2307.2112345 USD", "i1-tx20": "-12.34 USD"} {
		if got := find(t, all.Transactions, ref).Amount.String(); got != want {
			t.Errorf("%s is %s, not %s", ref, got, want)
		}
	}
	for text, want := range map[string]string{"1e-7": "0.0000001", "2.5E+3": "2500.0", "-0.1": "-0.1", "12345678901234567890.12": "12345678901234567890.12"} {
		var n number
		if err := json.Unmarshal([]byte(text), &n); err != nil || n.value.String() != want {
			t.Errorf("%s is %s, %v", text, n.value, err)
		}
	}
	for _, text := range []string{`1e999`, `"x"`, `true`, `null`, `{}`, `""`} {
		n := number{given: true}
		if err := json.Unmarshal([]byte(text), &n); err != nil || n.given {
			t.Errorf("%s is taken for %s: %v", text, n.value, err)
		}
	}
}

func TestACalendarDateIsNeverMidnightUTC(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	all := collected(t, session, fairlead.ProductTransactions, 0)
	now := fairlead.DateOf(session.Now)
	timed := find(t, all.Transactions, "i1-timed")
	if timed.Booked != now.AddDays(-3) || timed.Transacted.Hour() != 18 {
		t.Errorf("it is booked on %s and was at %s", timed.Booked, timed.Transacted)
	}
	if plain := find(t, all.Transactions, "i1-tx20"); !plain.Transacted.IsZero() || plain.Extra["plaid.authorized_date"] != now.AddDays(-21).String() {
		t.Errorf("a day became an instant: %s, %v", plain.Transacted, plain.Extra)
	}
}

func TestACategoryIsTheSourcesAndThePayeeIsNeverTheHolder(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	all := collected(t, session, fairlead.ProductTransactions, 0)
	if tx := find(t, all.Transactions, "i1-tx20"); tx.Category != "FOOD_AND_DRINK_COFFEE" || tx.Counterparty.Name != "Corner Bakery" {
		t.Errorf("it is %+v", tx)
	}
	if tx := find(t, all.Transactions, "i1-salary"); tx.Category != "" || tx.Counterparty.Name != "Example Works Inc" {
		t.Errorf("it is %+v", tx)
	}
}

func TestChangesCorrectionsAndRemovalsMonthsBackArrive(t *testing.T) {
	t.Parallel()
	server, item, session := fixtureOf(t)
	first := collected(t, session, fairlead.ProductTransactions, 7)
	if len(first.Covers) != 2 || first.ServedFrom.IsZero() || first.AsOf.IsZero() {
		t.Errorf("covers %v, from %s", first.Covers, first.ServedFrom)
	}
	if len(first.Partial) == 0 || first.Partial[0].AccountRefs[0] != "i1-crypto" {
		t.Errorf("what is left out is %+v", first.Partial)
	}
	server.Change(func() {
		item.Modify("i1-tx400", "amount", plaidtest.Number("99.99"))
		item.Remove("i1-tx380")
		item.Book("i1-pending", "i1-booked", "amount", plaidtest.Number("5.40"))
		item.Add(plaidtest.Row("i1-late", "i1-savings", session.Now.AddDate(0, -9, 0).Format(time.DateOnly), "1", "Late"))
	})
	next := collected(t, session, fairlead.ProductTransactions, 0)
	if len(next.Transactions) != 5 || len(next.Covers) != 0 {
		t.Fatalf("%d changes, covering %v", len(next.Transactions), next.Covers)
	}
	if tx := find(t, next.Transactions, "i1-tx400"); tx.Amount.String() != "-99.99 USD" {
		t.Errorf("the correction is %s", tx.Amount)
	}
	for _, ref := range []string{"i1-tx380", "i1-pending"} {
		if tx := find(t, next.Transactions, ref); tx.State != fairlead.TransactionRemoved || tx.AccountRef == "" {
			t.Errorf("%s is %+v", ref, tx)
		}
	}
	if tx := find(t, next.Transactions, "i1-booked"); tx.PendingRef != "i1-pending" || tx.State != fairlead.TransactionPosted {
		t.Errorf("what was booked is %+v", tx)
	}
	if again := collected(t, session, fairlead.ProductTransactions, 0); len(again.Transactions) != 0 {
		t.Errorf("%d changes come again", len(again.Transactions))
	}
}

func TestPagesThatChangeUnderAWalkBeginAgainAtItsFirstCursor(t *testing.T) {
	t.Parallel()
	server, item, session := fixtureOf(t)
	page, err := New().Fetch(t.Context(), *session, connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 7})
	if err != nil || !page.More {
		t.Fatal(err)
	}
	server.Change(func() { item.Add(plaidtest.Row("i1-new", "i1-checking", "2026-11-01", "1", "New")) })
	seen := map[string]bool{}
	for cursor := page.Cursor; page.More; cursor = page.Cursor {
		if page, err = New().Fetch(t.Context(), *session, connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 7, Cursor: cursor}); err != nil {
			t.Fatal(err)
		}
		for _, tx := range page.Transactions {
			seen[tx.Ref] = true
		}
	}
	if len(seen) != 25 || page.Secrets == nil {
		t.Errorf("%d transactions", len(seen))
	}
}

func TestAWalkThatAlwaysChangesIsGivenUpAfterThree(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	server.Fail("/transactions/sync", 20, http.StatusBadRequest, "TRANSACTIONS_ERROR", mutation, "changed")
	_, err := collect(t.Context(), session, fairlead.ProductTransactions, 7)
	if !fairlead.Is(err, fairlead.NotReady) || server.Calls("/transactions/sync") != 4 {
		t.Errorf("%v after %d calls", err, server.Calls("/transactions/sync"))
	}
}

func TestNoCursorIsStoredBeforeTheLastPage(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	for cursor := ""; ; {
		page, err := New().Fetch(t.Context(), *session, connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 5, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		if (page.Secrets != nil) == page.More {
			t.Fatalf("more: %v, secrets: %v", page.More, page.Secrets)
		}
		if !page.More {
			return
		}
		cursor = page.Cursor
	}
}

func TestNothingYetIsNotReadyAndHalfAHistoryCoversNothing(t *testing.T) {
	t.Parallel()
	server, item, session := fixtureOf(t)
	server.Change(func() { item.Status = "NOT_READY" })
	_, err := collect(t.Context(), session, fairlead.ProductTransactions, 0)
	if e := new(fairlead.Error); !errors.As(err, &e) || e.Kind != fairlead.NotReady || e.RetryAfter != 30*time.Second {
		t.Errorf("nothing yet is %v", err)
	}
	server.Change(func() { item.Status = "INITIAL_UPDATE_COMPLETE" })
	if half := collected(t, session, fairlead.ProductTransactions, 0); len(half.Covers) != 0 || !half.ServedFrom.IsZero() || len(half.Transactions) != 24 {
		t.Errorf("half a history covers %v", half.Covers)
	}
	server.Change(func() {
		item.Status = historical
		item.Add(plaidtest.Row("i1-old", "i1-checking", session.Now.AddDate(-1, -6, 0).Format(time.DateOnly), "1", "Old"))
	})
	whole := collected(t, session, fairlead.ProductTransactions, 0)
	if len(whole.Covers) != 2 || whole.ServedFrom != fairlead.DateOf(session.Now.AddDate(-1, -6, 0)) {
		t.Errorf("all of it covers %v", whole.Covers)
	}
}

func TestAnotherChoiceOfAccountsIsReadFromTheBeginning(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	session.Accounts = []string{"i1-card"}
	collected(t, session, fairlead.ProductTransactions, 0)
	session.Accounts = []string{"i1-checking", "i1-card"}
	if all := collected(t, session, fairlead.ProductTransactions, 0); len(all.Transactions) != 24 {
		t.Errorf("%d transactions of an account that was added", len(all.Transactions))
	}
}

func TestWhatIsOwedIsNegativeAndAMissingBalanceIsNoZero(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	page := collected(t, session, fairlead.ProductAccounts, 0)
	byRef := map[string]fairlead.Account{}
	for _, a := range page.Accounts {
		byRef[a.Ref] = a
	}
	if b := byRef["i1-card"].Balances; b.Current.String() != "-311.05 USD" || b.Limit.String() != "2500 USD" || b.Available.String() != "2188.95 USD" {
		t.Errorf("the card is %+v", b)
	}
	if a := byRef["i1-mortgage"]; a.Kind != fairlead.AccountLoan || a.Subtype != "mortgage" || a.Balances.Current.String() != "-156302.06 USD" {
		t.Errorf("the loan is %+v", a)
	}
	if b := byRef["i1-savings"].Balances; b.Available != nil || b.Limit != nil || b.Current == nil || b.AsOf.IsZero() {
		t.Errorf("savings are %+v", b)
	}
	if _, there := byRef["i1-crypto"]; there || len(page.Partial) != 1 || page.AsOf.IsZero() {
		t.Errorf("coins are there, or nothing is said of them: %+v", page.Partial)
	}
}

func TestARefusedBalanceCallThrowsNothingAway(t *testing.T) {
	t.Parallel()
	server, item, session := fixtureOf(t)
	session.Attended = true
	server.Fail("/accounts/balance/get", 1, http.StatusTooManyRequests, "RATE_LIMIT_EXCEEDED", "BALANCE_LIMIT", "slow down")
	page := collected(t, session, fairlead.ProductAccounts, 0)
	if len(page.Accounts) != 6 || len(page.Partial) != 2 || !fairlead.Is(page.Partial[0].Err, fairlead.SlowDown) {
		t.Errorf("%d accounts, %+v", len(page.Accounts), page.Partial)
	}
	server.Fail("/transactions/refresh", 1, http.StatusBadRequest, "INVALID_INPUT", "INVALID_PRODUCT", "no add-on")
	if all := collected(t, session, fairlead.ProductTransactions, 0); len(all.Transactions) != 24 || server.Calls("/transactions/refresh") != 1 {
		t.Errorf("%d transactions", len(all.Transactions))
	}
	server.Change(func() { item.Error = "ITEM_LOGIN_REQUIRED" })
	if _, err := collect(t.Context(), session, fairlead.ProductAccounts, 0); !fairlead.Is(err, fairlead.ConsentEnded) || codeOf(err) != "ITEM_LOGIN_REQUIRED" {
		t.Errorf("a broken login is %v", err)
	}
}

func TestAProductThatWasNotAllowedStopsNoOther(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	server.Fail("/liabilities/get", 1, http.StatusBadRequest, "ITEM_ERROR", "NO_LIABILITY_ACCOUNTS", "none")
	if _, err := collect(t.Context(), session, fairlead.ProductLoans, 0); !fairlead.Is(err, fairlead.Unsupported) {
		t.Errorf("no liabilities is %v", err)
	}
	if page := collected(t, session, fairlead.ProductHoldings, 0); len(page.Holdings) != 3 {
		t.Errorf("%d holdings", len(page.Holdings))
	}
}

func TestBillsAndLoansSayWhatIsOwedAndAtWhatRate(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	now := fairlead.DateOf(session.Now)
	bill := collected(t, session, fairlead.ProductBills, 0).Bills[0]
	if bill.Ref != "i1-card-"+now.AddDays(-20).String() || bill.Total.String() != "1708.77 USD" || bill.Due != now.AddDays(5) || len(bill.Payments) != 1 || bill.State != "closed" {
		t.Errorf("the bill is %+v", bill)
	}
	loans := collected(t, session, fairlead.ProductLoans, 0).Loans
	if l := loans[0]; l.Kind != "mortgage" || l.Rates[0].Nominal.String() != "0.0399" || l.Outstanding.String() != "156302.06 USD" || l.Contract != "3120194154" || len(l.Payments) != 1 {
		t.Errorf("the mortgage is %+v", l)
	}
	if l := loans[1]; l.Subtype != "student" || l.Outstanding.String() != "65262.0 USD" || len(l.Payments) != 0 || l.Amount.String() != "25000 USD" {
		t.Errorf("the student loan is %+v", l)
	}
}

func TestWhatWasLentIsUnknownAndNotZeroWhereTheBankDoesNotSay(t *testing.T) {
	t.Parallel()
	server, item, session := fixtureOf(t)
	server.Change(func() { item.Liabilities["student"].([]plaidtest.Object)[0]["origination_principal_amount"] = nil })
	loans := collected(t, session, fairlead.ProductLoans, 0).Loans
	if len(loans) != 2 || loans[0].Amount == nil || loans[1].Amount != nil || loans[1].Extra["plaid.origination_principal_amount"] != nil {
		t.Errorf("they are %+v", loans)
	}
}

func TestCashInABrokerageIsCountedOnce(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	page := collected(t, session, fairlead.ProductHoldings, 0)
	sum := fairlead.NewDecimal(0, 0)
	for _, h := range page.Holdings {
		sum = sum.Add(h.Value.Amount)
	}
	for _, a := range collected(t, session, fairlead.ProductAccounts, 0).Accounts {
		if a.Ref == "i1-brokerage" && !sum.Equal(a.Balances.Current.Amount) {
			t.Errorf("the holdings are worth %s, the account %s", sum, a.Balances.Current)
		}
	}
	if h := page.Holdings[0]; h.Quantity.String() != "8.0625" || h.CostBasis.String() != "1800.05 USD" || h.Kind != "etf" || h.PriceDate.String() != "2026-11-27" {
		t.Errorf("the holding is %+v", h)
	}
	if h := page.Holdings[2]; h.Matures.String() != "2030-05-15" {
		t.Errorf("the bond is %+v", h)
	}
}

func TestCashThatLeavesABrokerageIsNegative(t *testing.T) {
	t.Parallel()
	server, item, session := fixtureOf(t)
	all := collected(t, session, fairlead.ProductInvestmentTransactions, 5)
	want := map[string][2]string{"i1-mv0": {"buy", "-62.52 USD"}, "i1-dividend": {"dividend", "18.61 USD"}, "i1-deposit": {"contribution", "2000 USD"}}
	for _, m := range all.InvestmentTransactions {
		if w, ok := want[m.Ref]; ok && (m.Kind != w[0] || m.Amount.String() != w[1]) {
			t.Errorf("%s is %s of %s", m.Ref, m.Kind, m.Amount)
		}
	}
	if len(all.InvestmentTransactions) != 32 || len(all.Covers) != 1 || all.ServedFrom != fairlead.DateOf(session.Now.AddDate(0, 0, -320)) {
		t.Errorf("%d movements, covering %v", len(all.InvestmentTransactions), all.Covers)
	}
	page, err := New().Fetch(t.Context(), *session, connector.FetchRequest{Product: fairlead.ProductInvestmentTransactions, Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	server.Change(func() {
		item.Movements = append([]plaidtest.Object{plaidtest.With(item.Movements[0], "investment_transaction_id", "i1-new")}, item.Movements...)
	})
	seen := map[string]bool{}
	for page.More {
		if page, err = New().Fetch(t.Context(), *session, connector.FetchRequest{Product: fairlead.ProductInvestmentTransactions, Limit: 5, Cursor: page.Cursor}); err != nil {
			t.Fatal(err)
		}
		for _, m := range page.InvestmentTransactions {
			seen[m.Ref] = true
		}
	}
	if len(seen) != 33 {
		t.Errorf("%d movements after one came in between", len(seen))
	}
}

func TestAStatementsBytesAreWhatTheBankSent(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	page := collected(t, session, fairlead.ProductStatements, 2)
	if len(page.Documents) != 6 || page.Documents[0].Issued.Before(page.Documents[5].Issued) {
		t.Fatalf("%d statements", len(page.Documents))
	}
	d := page.Documents[0]
	body, err := d.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(body)
	if !bytes.Equal(got, server.PDF(d.Ref)) || !bytes.Contains(got, []byte{0, 0xff, 0xfe}) {
		t.Errorf("the bytes are others: %q", got)
	}
	for name, answer := range map[string]func(w http.ResponseWriter){
		"a torn file": func(w http.ResponseWriter) {
			w.Header().Set("Plaid-Content-Hash", strings.Repeat("0", 64))
			_, _ = w.Write(got)
		},
		"HTML":    func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html></html>")) },
		"no PDF":  func(w http.ResponseWriter) { _, _ = w.Write([]byte("hello")) },
		"nothing": func(http.ResponseWriter) {},
	} {
		server.Answer("/statements/download", 1, answer)
		if _, err := d.Open(t.Context()); !fairlead.Is(err, fairlead.InstitutionDown) {
			t.Errorf("%s is %v", name, err)
		}
	}
	server.Fail("/statements/list", 1, http.StatusBadRequest, "ITEM_ERROR", "PRODUCT_NOT_READY", "later")
	if _, err := collect(t.Context(), session, fairlead.ProductStatements, 2); !fairlead.Is(err, fairlead.NotReady) {
		t.Errorf("a first listing is %v", err)
	}
}

// Plaid looks for statements once, and from then on only when it is requested to.
func TestStatementsOfLaterMonthsAreRequestedAndThatSeldom(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	start := session.Now
	before := len(collected(t, session, fairlead.ProductStatements, 0).Documents)
	if n := server.Calls("/statements/refresh"); n != 0 {
		t.Fatalf("%d requests though the last month is there", n)
	}
	session.Now = start.AddDate(0, 2, 10)
	collected(t, session, fairlead.ProductStatements, 2) // several pages request once
	sent := server.Last("/statements/refresh")
	if server.Calls("/statements/refresh") != 1 || sent["start_date"] != fairlead.DateOf(start).AddDays(1-start.Day()).String() || sent["end_date"] != fairlead.DateOf(session.Now).String() {
		t.Errorf("%d requests, the last %v", server.Calls("/statements/refresh"), sent)
	}
	if n := len(collected(t, session, fairlead.ProductStatements, 0).Documents); n <= before {
		t.Errorf("%d statements, and %d before", n, before)
	}
	server.Fail("/statements/refresh", 1, http.StatusBadRequest, "INVALID_INPUT", "PRODUCT_NOT_ENABLED", "x")
	session.Now = start.AddDate(0, 5, 0)
	if page, err := collect(t.Context(), session, fairlead.ProductStatements, 0); err != nil || len(page.Documents) <= before {
		t.Errorf("a request that is refused leaves %d statements, %v", len(page.Documents), err)
	}
	calls := server.Calls("/statements/refresh")
	for day := range 14 {
		session.Now = start.AddDate(0, 5, day)
		collected(t, session, fairlead.ProductStatements, 0)
	}
	if n := server.Calls("/statements/refresh") - calls; n > 2 {
		t.Errorf("%d requests in two weeks", n)
	}
}

func TestWhoWaitsHasTheBankAndTheBrokerReadAgain(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	for _, p := range []fairlead.Product{fairlead.ProductTransactions, fairlead.ProductHoldings} {
		collected(t, session, p, 0)
	}
	if server.Calls("/investments/refresh")+server.Calls("/transactions/refresh") != 0 {
		t.Error("nobody waits, and it costs")
	}
	session.Attended = true
	server.Fail("/investments/refresh", 1, http.StatusBadRequest, "INVALID_INPUT", "INVALID_PRODUCT", "not authorized")
	for _, p := range []fairlead.Product{fairlead.ProductTransactions, fairlead.ProductHoldings} {
		collected(t, session, p, 0) // an add-on that is not there spoils nothing
	}
	if server.Calls("/investments/refresh") != 1 || server.Calls("/transactions/refresh") != 1 {
		t.Errorf("%d and %d requests", server.Calls("/investments/refresh"), server.Calls("/transactions/refresh"))
	}
}

func TestAnOwnerOfSeveralAccountsIsOnePerson(t *testing.T) {
	t.Parallel()
	_, _, session := fixtureOf(t)
	people := collected(t, session, fairlead.ProductIdentity, 0).Identities
	if len(people) != 2 || len(people[0].Relations) != 6 || people[0].Emails[0] != "ada@example.com" || people[0].Addresses[0].Country != "US" || people[1].Relations[0].Role != "joint" {
		t.Errorf("they are %+v", people)
	}
}

func TestAWaitThatPlaidNamesIsWaited(t *testing.T) {
	t.Parallel()
	server, _, session := fixtureOf(t)
	server.Answer("/transactions/sync", 1, func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "321")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"error_type":"RATE_LIMIT_EXCEEDED","error_code":"TRANSACTIONS_SYNC_LIMIT","error_message":"x","display_message":null,"request_id":"r"}`))
	})
	_, err := collect(t.Context(), session, fairlead.ProductTransactions, 0)
	if e := new(fairlead.Error); !errors.As(err, &e) || e.Kind != fairlead.SlowDown || e.RetryAfter != 321*time.Second {
		t.Errorf("it is %v", err)
	}
}
