package sandbox

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestEveryCardBillIsTheSumOfItsMovementsFromTheFirstOn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol", "puerto"} {
		for _, p := range unbulky() {
			b := newFixture(t, name)
			s := b.mustLogin(p.Name, "good")
			sums := map[string]fairlead.Decimal{}
			for _, x := range b.mustCollect(s, fairlead.ProductTransactions).Transactions {
				switch {
				case x.CardMask == "" || x.State != fairlead.TransactionPosted:
				case x.BillRef == "":
					t.Fatalf("%s/%s: %s of %s is on no bill", name, p.Name, x.Description, x.Booked)
				case x.Kind != "payment":
					sums[x.BillRef] = sums[x.BillRef].Add(x.Amount.Amount.Neg())
				}
			}
			bills := b.mustCollect(s, fairlead.ProductBills).Bills
			for n, bill := range bills {
				if sum := sums[bill.Ref]; !sum.Equal(bill.Total.Amount) {
					t.Errorf("%s/%s: bill %d of %d (%s) is %s, its movements make %s", name, p.Name, n+1, len(bills), bill.Ref, bill.Total, sum)
				}
				delete(sums, bill.Ref)
			}
			if len(bills) != 35 || len(sums) > 0 {
				t.Errorf("%s/%s: %d bills since January 2024, and movements of %d others", name, p.Name, len(bills), len(sums))
			}
		}
	}
}
