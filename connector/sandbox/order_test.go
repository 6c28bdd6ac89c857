package sandbox

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// TestTheOrderOfADaysMovementsIsTheSameEachTime: whatever days are asked for, and
// however late, the movements of an account stand in the one order in which their
// balances chain.
func TestTheOrderOfADaysMovementsIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol", "puerto"} {
		for _, p := range unbulky() {
			b := newFixture(t, name)
			s := b.mustLogin(p.Name, "good")
			ordinal := map[string]int{}
			for n, x := range lately(b, s) {
				ordinal[x.AccountRef+x.Ref] = n
			}
			s.Now = s.Now.Add(50 * time.Hour)
			later, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Since: fairlead.DateOf(noon().Add(-40 * 24 * time.Hour)), Limit: 13})
			if err != nil {
				t.Fatal(err)
			}
			last, account, balance, same := -1, "", fairlead.Money{}, 0
			for _, x := range later.Transactions {
				if x.State != fairlead.TransactionPosted {
					continue
				}
				if x.AccountRef == account && !balance.Amount.Add(x.Amount.Amount).Equal(x.BalanceAfter.Amount) {
					t.Fatalf("%s/%s: %s after %s and %s", name, p.Name, x.BalanceAfter, balance, x.Amount)
				}
				account, balance = x.AccountRef, *x.BalanceAfter
				if n, known := ordinal[x.AccountRef+x.Ref]; known {
					if same++; n < last {
						t.Fatalf("%s/%s: %s of %s stands elsewhere than before", name, p.Name, x.Description, x.Booked)
					}
					last = n
				}
			}
			if same < 20 {
				t.Errorf("%s/%s: %d movements were seen twice", name, p.Name, same)
			}
		}
	}
}
