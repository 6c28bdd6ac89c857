package report

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// cardSpending sums the cards of each connection up, in the older shape.
func (b *builder) cardSpending() (map[fairlead.ConnectionID][]object, error) {
	out := map[fairlead.ConnectionID][]object{}
	for _, s := range b.Sources {
		out[s.Connection.ID] = []object{}
	}
	cards, err := b.analysed(func(a fairlead.Account) bool { return a.Kind == fairlead.AccountCard })
	if err != nil {
		return nil, err
	}
	for _, a := range cards {
		var bills []fairlead.CardBill
		for bill, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Account: a.ID}, b.Reading.Bills) {
			if err != nil {
				return nil, err
			}
			bills = append(bills, bill)
		}
		id := a.source.Connection.ID
		out[id] = append(out[id], b.spent(a, bills))
	}
	return out, nil
}

// spent sums one card up; its bills come newest first.
func (b *builder) spent(a analysed, bills []fairlead.CardBill) object {
	closed := slices.DeleteFunc(slices.Clone(bills), func(bill fairlead.CardBill) bool { return bill.State == "open" })
	var open, last, average, limit any
	for _, bill := range bills {
		if bill.State == "open" {
			open = bill.Total.Amount.Round(2).String()
			break
		}
	}
	if len(closed) > 0 {
		last = closed[0].Total.Amount.Round(2).String()
	}
	if len(closed) >= 3 {
		sum := closed[0].Total.Amount.Add(closed[1].Total.Amount).Add(closed[2].Total.Amount)
		average = sum.Mul(fairlead.NewDecimal(333_333_333, 9)).Round(2).String()
	}
	if m := a.Balances.Limit; m != nil {
		limit = m.Amount.Round(2).String()
	}
	late, parts := false, false
	for _, bill := range closed {
		late = late || slices.ContainsFunc(bill.Payments, func(p fairlead.BillPayment) bool { return p.Day.After(bill.Due) }) || len(bill.Charges) > 0
		parts = parts || extra(bill.Extra, "isInstalment") == true
	}
	return object{
		{"card_type", first(extra(a.Extra, "productType"), a.Name)},
		{"card_holder", b.holderOf(a.sourcedAccount)},
		{"card_last_4_digit", first(a.Mask)},
		{"credit_limit", limit},
		{"days_covered", b.covered(a)},
		{"has_late_payment", late},
		{"pay_bills_in_installment", parts},
		{"open_bill_balance", open},
		{"last_closed_bill", last},
		{"closed_bills_covered", len(closed)},
		{"avg_last_3_closed_bills", average},
	}
}
