package klavi

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// moment is when a movement was made, as exactly as is known.
func moment(t fairlead.Transaction) time.Time {
	if !t.Transacted.IsZero() {
		return t.Transacted
	}
	return t.Booked.Time()
}

// cards reports card accounts with their bills, open and closed, and what is in each.
func (b *builder) cards(r *report) error {
	list := []object{}
	accounts, err := b.accounts(func(a fairlead.Account) bool { return a.Kind == fairlead.AccountCard })
	if err != nil {
		return err
	}
	for _, a := range accounts {
		card, err := b.card(r, a, share(accounts))
		if err != nil {
			return err
		}
		list = append(list, card)
	}
	r.arrays = append(r.arrays, field{"creditCards", list})
	return nil
}

func (b *builder) card(r *report, a held, room int) (object, error) {
	movements, err := b.transactions(r, a.ID, room)
	if err != nil {
		return nil, err
	}
	byBill := map[string][]object{}
	for _, t := range movements {
		byBill[t.BillRef] = append(byBill[t.BillRef], r.purchase(a.Account, t))
	}
	var open object
	closed := []object{}
	err = pages(reading.Query{Account: a.ID}, func(ask reading.Query) (reading.Page[fairlead.CardBill], error) {
		return b.reading.Bills(b.ctx, b.tenant, ask)
	}, func(bill fairlead.CardBill) bool {
		switch {
		case bill.State == "open" && open == nil:
			// What is on no bill yet is on the open one.
			open = statement(bill, append(byBill[""], byBill[bill.Ref]...))
		case bill.State != "open":
			closed = append(closed, statement(bill, byBill[bill.Ref]))
		}
		return true
	})
	if open == nil {
		open = object{{"billingDate", nil}, {"dueDate", nil}, {"billTotalAmount", nil}, {"minimumPaymentAmount", nil}, {"transactionDetails", details(byBill[""])}}
	}
	e := a.Extra
	return object{
		either(e, "brandName", a.institution.Name), either(e, "companyCnpj", nil),
		{"creditCardAccountId", a.Ref},
		either(e, "name", a.Name), either(e, "productType", "OUTROS"), either(e, "creditCardNetwork", "OUTRAS"),
		{"paymentMethods", first(extra(e, "paymentMethod"), []object{{{"identificationNumber", a.Mask}, {"isMultipleCreditCard", false}}})},
		{"limits", object{
			{"limitAmount", amount(a.Balances.Limit)}, {"availableAmount", amount(a.Balances.Available)}, {"usedAmount", amount(a.Balances.Used)},
		}},
		{"openStatement", open},
		{"closedStatements", closed},
	}, err
}

func details(list []object) []object {
	if list == nil {
		return []object{}
	}
	return list
}

// statement is one bill with what is in it.
func statement(bill fairlead.CardBill, list []object) object {
	out := object{
		{"billId", bill.Ref},
		{"billingDate", day(bill.Closes)},
		{"dueDate", day(bill.Due)},
		{"billTotalAmount", amount(&bill.Total)},
		{"minimumPaymentAmount", amount(bill.Minimum)},
	}
	if bill.State != "open" {
		out = append(out, field{"isPaid", bill.State == "paid"})
	}
	return append(out, field{"transactionDetails", details(list)})
}

// purchase is one movement of a card.
func (r *report) purchase(a fairlead.Account, t fairlead.Transaction) object {
	e := t.Extra
	kind := "OUTROS"
	switch t.Kind {
	case "payment":
		kind = "PAGAMENTO"
	case "refund":
		kind = "ESTORNO"
	case "fee":
		kind = "TARIFA"
	}
	paid := "A_VISTA"
	if t.Instalment != nil {
		paid = "A_PRAZO"
	}
	local := fairlead.Money{Amount: t.Amount.Amount.Abs(), Currency: t.Amount.Currency}
	spent := local
	if t.Foreign != nil {
		spent = fairlead.Money{Amount: t.Foreign.Amount.Abs(), Currency: t.Foreign.Currency}
	}
	out := object{
		{"transactionId", first(t.Ref, string(t.ID))},
		either(e, "identificationNumber", first(t.CardMask, a.Mask)),
		either(e, "transactionName", t.Description), either(e, "creditDebitType", direction(t.Amount)),
		either(e, "transactionType", kind), either(e, "paymentType", paid), either(e, "feeType", nil),
		{"brazilianAmount", amount(&local)},
		{"amount", amount(&spent)},
		{"transactionAmount", amount(&local)},
		{"transactionDate", day(fairlead.DateOf(moment(t)))},
		{"transactionDateTime", first(extra(e, "transactionDateTime"), instant(moment(t)))},
		either(e, "billPostDate", day(t.Booked)),
		{"postTransactionBalance", amount(t.BalanceAfter)},
		either(e, "payeeMCC", t.MCC), either(e, "chargeIdentificator", nil), either(e, "chargeNumber", nil),
	}
	return append(out, r.categories(t)...)
}
