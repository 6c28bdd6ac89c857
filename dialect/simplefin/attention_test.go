package simplefin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/simplefin"
)

func TestWhatNeedsAttentionIsSaidOfWhatItConcerns(t *testing.T) {
	t.Parallel()
	money := fairlead.NewMoney(100, 2, "USD")
	accounts := []fairlead.Account{
		{ID: "acc_1", Ref: "one", Name: "Checking", Balances: fairlead.Balances{Current: &money}},
		{ID: "acc_2", Ref: "two", Name: "Old\nloan", Kind: fairlead.AccountLoan},
	}
	down := fairlead.Problem{Kind: fairlead.InstitutionDown}
	of := fairlead.Problem{Kind: fairlead.NotReady, Accounts: []string{"one"}}
	conn := fairlead.Connection{
		ID: "con_1", Status: fairlead.ConnectionNeedsAction, Problem: &fairlead.Problem{Kind: fairlead.ActionNeeded},
		Products: map[fairlead.Product]fairlead.ProductState{
			fairlead.ProductTransactions: {Status: fairlead.ProductReady, Partial: []fairlead.Problem{of}},
			fairlead.ProductHoldings:     {Status: fairlead.ProductFailed, Problem: &down},
			fairlead.ProductStatements:   {Status: fairlead.ProductFailed, Problem: &down}, // which no program reads
		},
	}
	got := simplefin.Attention(conn, fairlead.Institution{Name: "Harbor Bank"}, accounts)
	for _, want := range []string{
		"con. con_1  Connection to Harbor Bank may need attention: Harbor Bank wants you to do something there first.",
		"act.missingdata con_1 acc_1 Checking at Harbor Bank: The transactions could not be read as a whole.",
		"con. con_1  Connection to Harbor Bank may need attention: The holdings could not be read as a whole.",
		"act.failed con_1 acc_2 Harbor Bank gives no balance of Old loan, so that it is left out.",
	} {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, want) }) {
			t.Errorf("nothing says %q: %q", want, got)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d things are said: %q", len(got), got)
	}
}

func TestEveryProblemHasASentenceThatSaysWhoMustAct(t *testing.T) {
	t.Parallel()
	for _, kind := range fairlead.ErrorKinds() {
		conn := fairlead.Connection{ID: "con_1", Status: fairlead.ConnectionNeedsAction, Problem: &fairlead.Problem{Kind: kind}}
		got := simplefin.Attention(conn, fairlead.Institution{Name: "Harbor Bank"}, nil)
		if len(got) != 1 || !strings.HasSuffix(got[0], ".") || strings.Contains(got[0], string(kind)+".") {
			t.Errorf("of %s is said %q", kind, got)
		}
	}
}
