package report

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// cards reports card accounts with their bills, open and closed, and what is in each.
func (b *builder) cards() error {
	list, accounts := []object{}, b.accounts(func(a fairlead.Account) bool { return a.Kind == fairlead.AccountCard })
	for _, a := range accounts {
		card, err := b.card(a, b.perAccount(accounts))
		if err != nil {
			return err
		}
		list = append(list, card)
	}
	b.arrays = append(b.arrays, field{"creditCards", list})
	return nil
}

func (b *builder) card(a sourcedAccount, most int) (object, error) {
	movements, err := b.transactions(a.ID, most)
	if err != nil {
		return nil, err
	}
	byBill := map[string][]object{}
	for _, t := range movements {
		byBill[t.BillRef] = append(byBill[t.BillRef], b.purchase(a, t))
	}
	var open object
	closed, known := []object{}, map[string]bool{"": true}
	for bill, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Account: a.ID}, b.Reading.Bills) {
		if err != nil {
			return nil, err
		}
		known[bill.Ref] = true
		switch {
		case bill.State == "open" && open == nil:
			// What is on no bill yet is on the open one.
			open = statement(bill, append(byBill[""], byBill[bill.Ref]...))
		case bill.State != "open":
			closed = append(closed, statement(bill, byBill[bill.Ref]))
		}
	}
	if open == nil {
		open = unknownBill(nil, byBill[""])
	}
	// A bill that the institution names and did not give: nothing of it is known but
	// what is on it.
	for _, t := range movements {
		if !known[t.BillRef] {
			known[t.BillRef] = true
			closed = append(closed, unknownBill(t.BillRef, byBill[t.BillRef]))
		}
	}
	e := a.Extra
	return object{
		either(e, "brandName", a.source.Institution.Name), either(e, "companyCnpj", nil),
		{"creditCardAccountId", a.Ref},
		either(e, "name", a.Name), either(e, "productType", "OUTROS"), either(e, "creditCardNetwork", "OUTRAS"),
		{"paymentMethods", first(extra(e, "paymentMethod"), []object{{{"identificationNumber", a.Mask}, {"isMultipleCreditCard", false}}})},
		{"limits", object{
			{"limitAmount", amount(a.Balances.Limit)}, {"availableAmount", amount(a.Balances.Available)}, {"usedAmount", amount(a.Balances.Used)},
		}},
		{"openStatement", open},
		{"closedStatements", closed},
	}, nil
}

// unknownBill has what is on a bill, and nothing of the bill itself.
func unknownBill(ref any, list []object) object {
	return object{
		{"billId", ref},
		{"billingDate", nil},
		{"dueDate", nil},
		{"billTotalAmount", nil},
		{"minimumPaymentAmount", nil},
		{"isPaid", nil},
		{"transactionDetails", details(list)},
	}
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
func (b *builder) purchase(a sourcedAccount, t fairlead.Transaction) object {
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
	var n, of any // of an instalment
	paid := "A_VISTA"
	if t.Instalment != nil {
		paid, n, of = "A_PRAZO", t.Instalment.Number, t.Instalment.Of
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
		{"transactionDate", dayOf(t)},
		{"transactionDateTime", instantOf(t)},
		either(e, "billPostDate", day(t.Booked)),
		{"postTransactionBalance", balanceText(t)},
		{"payeeMCC", number(first(extra(e, "payeeMCC"), t.MCC))},
		{"chargeIdentificator", number(first(extra(e, "chargeIdentificator"), n))},
		{"chargeNumber", number(first(extra(e, "chargeNumber"), of))},
	}
	return append(out, b.categories(a, t)...)
}
