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

// TestTheLeastPaymentIsTheCountrys: American banks want $35, or one per cent where it is more.
func TestTheLeastPaymentIsTheCountrys(t *testing.T) {
	t.Parallel()
	for _, user := range []string{"good", "investor"} {
		b := newFixture(t, "harbor")
		for _, bill := range b.mustCollect(b.mustLogin(user, "good"), fairlead.ProductBills).Bills {
			if bill.State == "open" {
				continue
			}
			want := fairlead.NewDecimal(3500, 2)
			if part := bill.Total.Amount.Mul(fairlead.NewDecimal(1, 2)).Round(2); part.Cmp(want) > 0 {
				want = part
			}
			if bill.Total.Amount.Cmp(want) < 0 {
				want = bill.Total.Amount
			}
			if off := bill.Minimum.Amount.Sub(want).Abs(); off.Cmp(fairlead.NewDecimal(1, 2)) > 0 {
				t.Errorf("%s: at least %s of %s, want %s", user, bill.Minimum, bill.Total, want)
			}
		}
	}
}
