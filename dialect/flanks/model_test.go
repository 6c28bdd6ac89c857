package flanks

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// seen is a view with one account of each kind and a loan that is shown as one.
func seen() view {
	return view{
		bank: "testbank", conn: fairlead.Connection{Holder: "Ada Lovelace", Institution: "ins_testbank"},
		accounts: map[fairlead.RecordID]fairlead.Account{
			"acc_cash":   {ID: "acc_cash", Kind: fairlead.AccountDepository, Name: "Cuenta", Numbers: fairlead.AccountNumbers{IBAN: "ES91"}},
			"acc_card":   {ID: "acc_card", Kind: fairlead.AccountCard, Mask: "1234"},
			"acc_line":   {ID: "acc_line", Kind: fairlead.AccountLoan, Subtype: "line_of_credit"},
			"acc_shadow": {ID: "acc_shadow", Kind: fairlead.AccountLoan, Subtype: "loan"},
		},
		loans: map[fairlead.RecordID]bool{"acc_shadow": true},
	}
}

func euros(cents int64) fairlead.Money { return fairlead.NewMoney(cents, 2, "EUR") }

func TestATransactionIsInTheListOfItsAccount(t *testing.T) {
	t.Parallel()
	v := seen()
	for _, c := range []struct {
		account                   fairlead.RecordID
		state                     fairlead.TransactionState
		account_, card, liability int
	}{
		{"acc_cash", fairlead.TransactionPosted, 1, 0, 0},
		{"acc_card", fairlead.TransactionPosted, 0, 1, 0},
		{"acc_line", fairlead.TransactionPosted, 0, 0, 1},
		{"acc_shadow", fairlead.TransactionPosted, 0, 0, 0}, // the loan's payments are listed instead
		{"acc_cash", fairlead.TransactionPending, 0, 0, 0},
		{"acc_card", fairlead.TransactionReversed, 0, 0, 0},
		{"acc_line", fairlead.TransactionRemoved, 0, 0, 0},
		{"acc_unknown", fairlead.TransactionPosted, 0, 0, 0},
	} {
		m := fairlead.Transaction{ID: "txn_1", Account: c.account, State: c.state, Amount: euros(-100)}
		if a, b, l := len(v.accountTransaction(m)), len(v.cardTransaction(m)), len(v.loanTransaction(m)); a != c.account_ || b != c.card || l != c.liability {
			t.Errorf("%s of %s is in %d, %d, %d lists of accounts, cards, liabilities", c.state, c.account, a, b, l)
		}
	}
}

func TestATransferNamesBothSides(t *testing.T) {
	t.Parallel()
	v := seen()
	other := &fairlead.Counterparty{Name: "Bob", IBAN: "ES00"}
	for name, c := range map[string]struct {
		cents int64
		kind  string
		other *fairlead.Counterparty
		want  string
	}{
		"money out":       {-100, "transfer", other, `{"payer":"Ada Lovelace","ibanPayer":"ES91","beneficiary":"Bob","ibanBeneficiary":"ES00"}`},
		"money in":        {100, "transfer", other, `{"payer":"Bob","ibanPayer":"ES00","beneficiary":"Ada Lovelace","ibanBeneficiary":"ES91"}`},
		"a purchase":      {-100, "card", other, `null`},
		"nobody is named": {100, "transfer", nil, `null`},
	} {
		got, err := json.Marshal(v.transfer(fairlead.Transaction{Amount: euros(c.cents), Kind: c.kind, Counterparty: c.other}, v.accounts["acc_cash"]))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, want %s (%v)", name, got, c.want, err)
		}
	}
}

func TestWhatTheBankDoesNotSayIsNull(t *testing.T) {
	t.Parallel()
	v := seen()
	for name, item := range map[string][]any{"account": v.account(v.accounts["acc_cash"]), "liability": v.loanAccount(v.accounts["acc_line"])} {
		b, err := json.Marshal(item[0])
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"balance", "updated_at_timestamp", "external_id"} {
			if value, has := got[field]; !has || value != nil {
				t.Errorf("%s: %s is %v", name, field, value)
			}
		}
	}
}

func TestACardsNumberIsMaskedWhateverTheBankSends(t *testing.T) {
	t.Parallel()
	for _, a := range []fairlead.Account{
		{Mask: "1234"}, {Numbers: fairlead.AccountNumbers{PAN: "4539578763621234"}}, {Mask: "1234", Numbers: fairlead.AccountNumbers{PAN: "************1234"}},
	} {
		if got := pan(a); got == nil || *got != "************1234" {
			t.Errorf("the number is %v", got)
		}
	}
	if got := pan(fairlead.Account{}); got != nil {
		t.Errorf("a card without a number has %q", *got)
	}
}

func TestTypesAreFlanksWords(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"equity": "VI", "fund": "F", "etf": "ETF", "treasury": "FI", "pension": "PP",
		"crypto": "C", "derivative": "DV", "cash": "L", "art": "O",
	} {
		if got := investmentType(kind); got != want {
			t.Errorf("%s is %s, want %s", kind, got, want)
		}
	}
	for kind, want := range map[string]string{"loan": "Loan", "mortgage": "Loan", "line_of_credit": "Credit", "overdraft": "Credit"} {
		if got := liabilityType(kind); got != want {
			t.Errorf("%s is %s, want %s", kind, got, want)
		}
	}
	for subtype, want := range map[string]string{"funds": "F", "brokerage": "S", "treasury": "FI", "401k": "PP", "": "MIX"} {
		if got := portfolioType(fairlead.Account{Kind: fairlead.AccountInvestment, Subtype: subtype}); got != want {
			t.Errorf("%s is %s, want %s", subtype, got, want)
		}
	}
}

func TestAnAuthorisedPersonIsNoOwner(t *testing.T) {
	t.Parallel()
	v := seen()
	a := fairlead.Account{Kind: fairlead.AccountDepository, Holders: []fairlead.Holder{{Name: "Bob", Role: "owner"}, {Name: "Ada Lovelace", Role: "authorised"}}}
	got := v.account(a)[0].(wireAccount)
	if got.IsOwner || got.NumOwners != 1 || got.Owners[0] != "Bob" {
		t.Errorf("owners are %v, the person is one: %v", got.Owners, got.IsOwner)
	}
}

func TestPartOfTheDataIsReadyBeforeTheRest(t *testing.T) {
	t.Parallel()
	conn := fairlead.Connection{Status: fairlead.ConnectionCollecting, Products: map[fairlead.Product]fairlead.ProductState{
		fairlead.ProductAccounts: {Status: fairlead.ProductReady}, fairlead.ProductLoans: {Status: fairlead.ProductFailed},
		fairlead.ProductTransactions: {Status: fairlead.ProductPending}, fairlead.ProductHoldings: {Status: fairlead.ProductUnavailable},
	}}
	v := view{conn: conn}
	if !created(v, account) || !created(v, liability) || !created(v, investment) || created(v, accountTransaction) || !pending(conn) {
		t.Errorf("created is %+v, pending %v", flagsOf(v, created), pending(conn))
	}
	if errored(v, account) || !errored(v, liability) || errored(v, accountTransaction) {
		t.Errorf("errored is %+v", flagsOf(v, errored))
	}
	refused := fairlead.ProductState{Status: fairlead.ProductFailed, Problem: &fairlead.Problem{Kind: fairlead.RejectedLogin}}
	for lastGood, want := range map[time.Time]bool{{}: true, time.Unix(1, 0): false} {
		refused.LastGood = lastGood
		if got := errored(view{conn: fairlead.Connection{Products: map[fairlead.Product]fairlead.ProductState{fairlead.ProductLoans: refused}}}, liability); got != want {
			t.Errorf("after a refused login, with data of %v, errored is %v", lastGood, got)
		}
	}
	if err := ready(v, liability, false); err == nil {
		t.Error("errored data is given without a request for it")
	}
	if err := ready(v, liability, true); err != nil {
		t.Errorf("errored data is refused to those who take it so: %v", err)
	}
	if err := ready(v, accountTransaction, true); !fairlead.Is(err, fairlead.NotReady) {
		t.Errorf("data that is not there yet: %v", err)
	}
}

func TestCashInAPortfolioBearsThePortfoliosName(t *testing.T) {
	t.Parallel()
	v := seen()
	v.securities = map[fairlead.RecordID]fairlead.Security{"sec_1": {Name: "Luz Ibera"}}
	for name, h := range map[string]fairlead.Holding{
		"Cuenta":    {Account: "acc_cash", Kind: "cash", Value: euros(100)},
		"Luz Ibera": {Account: "acc_cash", Kind: "equity", Security: "sec_1", Value: euros(100)},
	} {
		if got := v.investment(h)[0].(wireInvestment); got.Name != name {
			t.Errorf("%s is named %q, want %q", h.Kind, got.Name, name)
		}
	}
}

func TestTheReferenceAccountOfAPortfolioIsAnAccount(t *testing.T) {
	t.Parallel()
	v := seen()
	v.order = []fairlead.RecordID{"acc_cash", "acc_card"}
	for iban, want := range map[string]bool{"ES91": true, "ES17": false, "": false} {
		p := v.portfolio(fairlead.Account{Kind: fairlead.AccountInvestment, Numbers: fairlead.AccountNumbers{IBAN: iban}})[0].(wirePortfolio)
		if (p.RefAccount != nil) != want || len(p.RefAccounts) > 0 != want {
			t.Errorf("of %q the reference is %v", iban, p.RefAccounts)
		}
	}
}
