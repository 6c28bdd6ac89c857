package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

func billRef(a world.Account, m world.Month) string { return a.Ref + "-" + m.String() }

// bills lists every bill of the card since the start of history, the open one last.
func (f *fetching) bills() {
	today := world.DayOf(f.cursor.Now)
	for _, a := range f.customer.Accounts {
		if a.Kind != fairlead.AccountCard || a.Bulk || !f.sees(a) {
			continue
		}
		first := max(f.history(), a.Opened+32).Month()
		for m := first; m <= world.BillOf(today); m++ {
			f.page.Bills = append(f.page.Bills, f.bill(a, m, today))
		}
		covered := fairlead.Interval{From: first.Day(world.BillCloses).Date()}
		f.page.Covers = append(f.page.Covers, connector.Coverage{AccountRef: a.Ref, Days: covered})
	}
}

// bill writes one cycle as it stands today.
func (f *fetching) bill(a world.Account, m world.Month, today world.Day) fairlead.CardBill {
	out := f.cycle(a, m, today)
	if f.at.Country == "BR" {
		f.ofbBill(&out)
	}
	return out
}

func (f *fetching) cycle(a world.Account, m world.Month, today world.Day) fairlead.CardBill {
	b := f.customer.Bill(m, f.cursor.Now)
	out := fairlead.CardBill{AccountRef: a.Ref, Ref: billRef(a, m), Closes: b.Closes.Date(), Due: b.Due.Date(), Total: f.money(b.Total), State: "open"}
	if today <= b.Closes {
		return out
	}
	out.State = "closed"
	out.Minimum = f.pointer(min(b.Total, f.leastPayment(b.Total)))
	if b.Due.At(10 * 60).Before(f.cursor.Now) {
		out.State = "paid"
		if b.Total > 0 {
			out.Payments = []fairlead.BillPayment{{Day: b.Due.Date(), Amount: f.money(b.Total)}}
		}
	}
	return out
}

// leastPayment is the least that must be paid of a bill, as is usual in the country.
// American banks want $35, or one per cent of what is owed and the month's interest
// where that is more; bills are paid in full here, so there is no interest.
func (f *fetching) leastPayment(total int64) int64 {
	if f.at.Country == "US" {
		return max(total/100, 3500)
	}
	return max(total*15/100, 2500)
}
