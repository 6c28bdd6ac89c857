package flanks

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// TestEveryCombinationOfFailingProducts holds errored, and what is refused for it, to a
// table of which product fails which data, for every set of products that fail.
func TestEveryCombinationOfFailingProducts(t *testing.T) {
	t.Parallel()
	all := []fairlead.Product{
		fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductBills, fairlead.ProductLoans,
		fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions,
	}
	fails := map[fairlead.Product][]data{
		fairlead.ProductAccounts: {account}, fairlead.ProductIdentity: {auth, holders}, fairlead.ProductTransactions: {accountTransaction, cardTransaction},
		fairlead.ProductBills: {card}, fairlead.ProductLoans: {liability, liabilityTransaction}, fairlead.ProductHoldings: {portfolio, investment},
		fairlead.ProductInvestmentTransactions: {investmentTransaction},
	}
	listed := map[fairlead.RecordID]fairlead.Account{
		"acc_1": {ID: "acc_1", Kind: fairlead.AccountCard, Name: "Card"}, "acc_2": {ID: "acc_2", Kind: fairlead.AccountInvestment, Name: "Portfolio"},
	}
	for name, c := range map[string]struct {
		accounts map[fairlead.RecordID]fairlead.Account
		lastGood time.Time
		more     []data // that failing accounts fail as well
	}{
		"cards and portfolios were listed":  {accounts: listed},
		"nothing was listed":                {more: []data{card, portfolio, holders}},
		"what was listed is of another day": {accounts: listed, lastGood: time.Unix(1, 0), more: []data{card, portfolio, holders}},
	} {
		for set := range 1 << len(all) {
			v := view{conn: fairlead.Connection{Status: fairlead.ConnectionActive, Products: map[fairlead.Product]fairlead.ProductState{}}, accounts: c.accounts}
			for id := range c.accounts {
				v.order = append(v.order, id)
			}
			want := map[data]bool{}
			for n, p := range all {
				state := fairlead.ProductState{Status: fairlead.ProductReady, LastGood: time.Unix(1, 0)}
				if set&(1<<n) != 0 {
					state = fairlead.ProductState{Status: fairlead.ProductFailed, Problem: &fairlead.Problem{Kind: fairlead.InstitutionDown}, LastGood: c.lastGood}
					for _, d := range fails[p] {
						want[d] = true
					}
					if p == fairlead.ProductAccounts {
						for _, d := range c.more {
							want[d] = true
						}
					}
				}
				v.conn.Products[p] = state
			}
			for d := range products {
				if got := errored(v, d); got != want[d] {
					t.Errorf("%s, set %07b: errored of %s is %v", name, set, d, got)
				}
				if err := ready(v, d, false); (err != nil) != want[d] {
					t.Errorf("%s, set %07b: %s is given: %v", name, set, d, err)
				}
				if err := ready(v, d, true); err != nil {
					t.Errorf("%s, set %07b: %s is refused to those who take it so: %v", name, set, d, err)
				}
			}
		}
	}
}

func TestMovementsOfAnAccountOfUnknownKindAreInNoListAndTold(t *testing.T) {
	t.Parallel()
	v := view{
		conn: fairlead.Connection{Status: fairlead.ConnectionActive}, order: []fairlead.RecordID{"acc_1"}, bare: map[fairlead.RecordID]bool{"acc_1": true},
		accounts: map[fairlead.RecordID]fairlead.Account{"acc_1": {ID: "acc_1", Kind: unknownKind}},
	}
	m := fairlead.Transaction{ID: "txn_1", Account: "acc_1", State: fairlead.TransactionPosted, Amount: euros(-100)}
	if n := len(v.accountTransaction(m)) + len(v.cardTransaction(m)) + len(v.loanTransaction(m)); n != 0 {
		t.Errorf("it is in %d lists", n)
	}
	if !errored(v, accountTransaction) || !errored(v, cardTransaction) || errored(v, account) {
		t.Errorf("errored is %+v", flagsOf(v, errored))
	}
}
