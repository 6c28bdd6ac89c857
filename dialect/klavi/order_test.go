package klavi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

// A partner's state machine goes by the order, or sorts by eventTime.
func TestEventsOfOneCauseComeInTheirOrder(t *testing.T) {
	t.Parallel()
	p := start(t)
	wanted := []string{"pf_savings_account", "pf_balance", "pf_loans", "pf_funds"}
	p.set(map[string]any{"events_url": p.events, "delivery": "manual", "products": wanted})
	p.authorised("001", "good", cpf)
	p.collected(1)
	const requests, products = 6, 4
	for range requests {
		p.request("/personal/user-data", map[string]any{
			"taxId": cpf, "products": wanted, "productsCallbackURL": p.posts.URL + "/reports",
		})
	}
	ofRequest := map[string][]post{}
	for _, e := range p.wait(requests*(1+products), "every event arrived", func(e post) bool { return e.body.text("payload.requestId") != "" && e.Path == "/events" }) {
		id := e.body.text("payload.requestId")
		ofRequest[id] = append(ofRequest[id], e)
	}
	for id, events := range ofRequest {
		for n, e := range events {
			want := "product_generated_success"
			if n == 0 {
				want = "product_request_received"
			}
			if e.body.text("eventName") != want || n > 0 && e.body.text("eventTime") <= events[n-1].body.text("eventTime") {
				t.Errorf("of %s the %d. event is %s", id, n+1, e.Body)
			}
		}
	}
}

// row is a movement of a report.
type row struct {
	ID     string            `json:"transactionId"`
	Day    string            `json:"transactionDate"`
	At     string            `json:"transactionDateTime"`
	Way    string            `json:"creditDebitType"`
	State  string            `json:"completedAuthorisedPaymentType"`
	Amount fairlead.Money    `json:"transactionAmount"`
	After  *fairlead.Decimal `json:"postTransactionBalance"`
}

// signed is what the movement did to the balance.
func (r row) signed() fairlead.Decimal {
	if r.Way == "DEBITO" {
		return r.Amount.Amount.Neg()
	}
	return r.Amount.Amount
}

type account struct {
	Number   string `json:"number"`
	Balances struct {
		Available fairlead.Money `json:"availableAmount"`
	} `json:"balances"`
	Available *fairlead.Money `json:"availableAmount"` // of pf_balance
	Rows      []row           `json:"transactionDetails"`
}

type accounts struct {
	Checking []account `json:"checkingAccounts"`
	Savings  []account `json:"savingsAccounts"`
	Balance  []account `json:"pf_balance"`
}

func TestMovementsChainNewestFirstAndEndAtWhatIsAvailable(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_checking_account", "pf_savings_account", "pf_balance"}})
	p.authorised("001", "good", cpf)
	all := accounts{}
	for _, product := range []string{"pf_checking_account", "pf_savings_account", "pf_balance"} {
		if err := json.Unmarshal(p.report(product).Body, &all); err != nil {
			t.Fatal(err)
		}
	}
	balances := map[string]fairlead.Money{}
	for _, a := range all.Balance {
		balances[a.Number] = *a.Available
	}
	rows, limits := 0, 0
	for _, a := range append(all.Checking, all.Savings...) {
		var expected *fairlead.Decimal // what the next, older one must have left
		var available fairlead.Decimal
		for _, r := range a.Rows {
			if len(r.At) != len("2026-01-02T03:04:05.000Z") || r.Day != r.At[:10] {
				t.Errorf("%s is of %s, at %s", r.ID, r.Day, r.At)
			}
			if r.After == nil { // it is not booked
				available = available.Add(r.signed())
				continue
			}
			if expected == nil {
				available = available.Add(*r.After)
			} else if !expected.Equal(*r.After) {
				t.Errorf("account %s: after %s there are %s, the next one begins at %s", a.Number, r.ID, *r.After, expected)
			}
			before := r.After.Sub(r.signed())
			expected = &before
			rows++
		}
		if !available.Equal(a.Balances.Available.Amount) || !available.Equal(balances[a.Number].Amount) {
			t.Errorf("account %s: %s and %s are available, the movements end at %s", a.Number, a.Balances.Available, balances[a.Number], available)
		}
		limits++
	}
	if rows < 300 || limits < 2 {
		t.Errorf("only %d rows of %d accounts", rows, limits)
	}
}

// What is on a bill must not be lost because the bill itself did not come.
func TestEveryCardMovementIsReportedWithoutItsBills(t *testing.T) {
	t.Parallel()
	type cards struct {
		Code  int `json:"code"`
		Cards []struct {
			Open   struct{ TransactionDetails []row }   `json:"openStatement"`
			Closed []struct{ TransactionDetails []row } `json:"closedStatements"`
		} `json:"creditCards"`
	}
	p := start(t)
	p.set(map[string]any{"products": []string{"pf_credit_card"}})
	read := func(n int, password string) (cards, int) {
		path := fmt.Sprint("/cards/", n)
		p.linkedAs(cpfOf(n), password, map[string]any{"productsCallbackURL": p.posts.URL + path})
		var c cards
		if err := json.Unmarshal(p.wait(1, "the report came", func(r post) bool { return r.Path == path })[0].Body, &c); err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, card := range c.Cards {
			rows += len(card.Open.TransactionDetails)
			for _, bill := range card.Closed {
				rows += len(bill.TransactionDetails)
			}
		}
		return c, rows
	}
	_, want := read(1, "good")
	got, n := read(2, "PRODUCT_FAILS_bills")
	if got.Code != 204 || n != want || n < 50 {
		t.Errorf("code %d and %d movements, want 204 and %d", got.Code, n, want)
	}
}

// linkedAs links somebody of a tax id at Banco Farol with a password of the make-believe
// banks; more goes into the link.
func (p *partner) linkedAs(taxID, password string, more map[string]any) {
	p.t.Helper()
	body := map[string]any{"personalTaxId": taxID}
	maps.Copy(body, more)
	status, made := p.consent(p.must("POST", "/links", body), "track "+taxID, map[string]any{"personalTaxId": taxID})
	if status != 200 {
		p.t.Fatalf("the consent answered %d %v", status, made)
	}
	person := p.Visit(made.text("consentRedirectURL"))
	toBank(p.t, person)
	person.Submit("user", "good", "password", password)
	atBank(p.t, person, "good")
}

// cpfOf is the CPF of somebody, by number.
func cpfOf(n int) string {
	text := fmt.Sprintf("%09d", 314159000+n)
	for range 2 {
		sum := 0
		for i, c := range text {
			sum += int(c-'0') * (len(text) + 1 - i)
		}
		text += strconv.Itoa(sum * 10 % 11 % 10)
	}
	return text
}

// TestWhatDoesNotComeIsTold is the table of what fails or is missing at the bank
// against what becomes of the products, by themselves and on request alike.
func TestWhatDoesNotComeIsTold(t *testing.T) {
	t.Parallel()
	const whole, part, none = 200, 204, 5000
	products := []string{"pf_checking_account", "pf_credit_card", "pf_balance", "pf_loans", "pf_funds"}
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "products": products})
	table := map[string][]int{"good": {whole, whole, whole, whole, whole}} // in the order of products
	for word, want := range map[string][]int{
		"accounts":     {none, none, none, whole, whole},
		"transactions": {part, part, whole, whole, whole},
		"bills":        {whole, part, whole, whole, whole},
		"loans":        {whole, whole, whole, none, whole},
		"holdings":     {whole, whole, whole, whole, none},
	} {
		table["PRODUCT_FAILS_"+word], table["PRODUCT_MISSING_"+word] = want, want
	}
	who := map[string]string{}
	for password := range table {
		who[password] = cpfOf(len(who))
		p.linkedAs(who[password], password, map[string]any{"productsCallbackURL": p.posts.URL + "/automatic/" + password})
	}
	for password, want := range table {
		p.holdsToTheTable(who[password], "/automatic/"+password, products, want)
		p.request("/personal/user-data", map[string]any{"taxId": who[password], "products": products, "productsCallbackURL": p.posts.URL + "/requested/" + password})
		p.holdsToTheTable(who[password], "/requested/"+password, products, want)
	}
}

// holdsToTheTable compares the events of one cause and the reports that were posted to
// its path with the codes wanted.
func (p *partner) holdsToTheTable(taxID, path string, products []string, want []int) {
	p.t.Helper()
	events := map[string]string{}
	for _, e := range p.wait(len(products), "every product was told of", func(e post) bool {
		return e.body.text("payload.productName") != "" && e.body.text("payload.personalTaxId") == taxID &&
			(e.body.text("payload.requestId") != "") == strings.HasPrefix(path, "/requested/")
	}) {
		name := e.body.text("eventName")
		if (e.body.text("payload.productReportId") == "") != (name == "product_generated_failed") {
			p.t.Errorf("%s: told as %s", path, e.Body)
		}
		events[e.body.text("payload.productName")] += name + " " + e.body.text("payload.code")
	}
	reports := 0
	for n, product := range products {
		event := fmt.Sprintf("product_generated_success %d", want[n])
		if want[n] == 5000 {
			event = "product_generated_failed 5000"
		} else {
			reports++
		}
		if events[product] != event {
			p.t.Errorf("%s, %s was told as %q, want %q", path, product, events[product], event)
		}
	}
	got := p.wait(reports, "every report came", func(r post) bool { return r.Path == path })
	for _, r := range got {
		if r.body.text("code") == "5000" {
			p.t.Errorf("%s: a failed product was reported: %s", path, r.Body)
		}
	}
	if len(got) != reports {
		p.t.Errorf("%s: %d reports, want %d", path, len(got), reports)
	}
}

// A product that has no address is not told as generated: by itself it is passed
// over, and on request it fails.
func TestAProductWithoutAnAddressIsNotToldAsGenerated(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "products": []string{"pf_balance", "pf_loans"}})
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf, "productsCallbackURL": map[string]string{"pf_loans": p.posts.URL + "/loans"}})
	_, made := p.consent(link, "1", nil)
	authorise(t, p.Visit(made.text("consentRedirectURL")), "good")
	p.report("pf_loans")
	id := p.request("/personal/user-data", map[string]any{"taxId": cpf, "products": []string{"pf_balance"}})
	events := p.wait(1, "the request was told", func(e post) bool { return e.body.text("payload.productName") == "pf_balance" })
	if len(events) != 1 || events[0].body.text("eventName") != "product_generated_failed" || events[0].body.text("payload.requestId") != id {
		t.Errorf("told as %s", events[0].Body)
	}
}
