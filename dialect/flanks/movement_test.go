package flanks

import (
	"context"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestPaymentsAreNewestFirstHoweverTheBankTellsThem(t *testing.T) {
	t.Parallel()
	payment := func(ref, day string) fairlead.LoanPayment {
		d, err := fairlead.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		return fairlead.LoanPayment{Ref: ref, Day: d}
	}
	const want = "e d c b a"
	for order, payments := range map[string][]fairlead.LoanPayment{
		"oldest first": {payment("a", "2026-01-05"), payment("b", "2026-02-05"), payment("c", "2026-02-05"), payment("d", "2026-03-05"), payment("e", "2026-04-05")},
		"newest first": {payment("e", "2026-04-05"), payment("d", "2026-03-05"), payment("b", "2026-02-05"), payment("c", "2026-02-05"), payment("a", "2026-01-05")},
		"no order":     {payment("d", "2026-03-05"), payment("b", "2026-02-05"), payment("e", "2026-04-05"), payment("a", "2026-01-05"), payment("c", "2026-02-05")},
	} {
		l := fairlead.Loan{ID: "loan_1", Payments: payments}
		newer := view{}.v2Payments(l)
		older, more, err := newestFirst(sourceOf(view{}.payments(l)))(context.Background())
		if err != nil || more {
			t.Fatal(err)
		}
		var got, v2 []string
		for n := range older {
			got = append(got, strings.TrimPrefix(older[n].(wireLiabilityTransaction).ID, "loan_1."))
			v2 = append(v2, strings.TrimPrefix(newer[n].(v2Movement).ID, "loan_1."))
		}
		if strings.Join(got, " ") != want || strings.Join(v2, " ") != want {
			t.Errorf("told in %s: liability/transaction has %v, list-transactions %v, want %s", order, got, v2, want)
		}
		if payments[0].Ref != map[string]string{"oldest first": "a", "newest first": "e", "no order": "d"}[order] {
			t.Error("the contract itself was sorted")
		}
	}
}
