package plaid

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// liabilities reads what is owed and the accounts that it hangs on, by their refs.
func (f *fetching) liabilities(ctx context.Context) (liabilities, map[string]account, error) {
	var list liabilityList
	if err := f.post(ctx, "/liabilities/get", f.body(), &list); err != nil {
		return liabilities{}, nil, err
	}
	byRef := make(map[string]account, len(list.Accounts))
	for _, a := range list.Accounts {
		if fairlead.ValidCurrency(a.Balances.Currency) {
			byRef[a.ID] = a
		}
	}
	return *list.Liabilities, byRef, nil
}

// bills are the last statements of cards: Plaid gives one a card, so what is not there is
// not gone.
func (f *fetching) bills(ctx context.Context) (connector.Page, error) {
	list, accounts, err := f.liabilities(ctx)
	if err != nil {
		return connector.Page{}, err
	}
	page := connector.Page{AsOf: f.asOf(ctx, false)}
	for i := range list.Credit {
		c := &list.Credit[i]
		a, known := accounts[c.Account]
		if !known || c.Due.IsZero() || c.Issued.IsZero() || !c.StatementBalance.given {
			continue // without a due day, an amount or an account it is no bill
		}
		page.Bills = append(page.Bills, c.convert(a.Balances.Currency))
	}
	return page, nil
}

func (c *creditCard) convert(currency string) fairlead.CardBill {
	bill := fairlead.CardBill{
		AccountRef: c.Account, Ref: c.Account + "-" + c.Issued.String(), Closes: c.Issued.Date, Due: c.Due.Date, State: "closed",
		Total: *c.StatementBalance.money(currency), Minimum: c.Minimum.money(currency),
	}
	if paid := c.LastPayment.money(currency); paid != nil && !c.LastPaid.IsZero() && !c.LastPaid.Before(c.Issued.Date) {
		bill.Payments = []fairlead.BillPayment{{Day: c.LastPaid.Date, Amount: *paid}}
		if paid.Amount.Cmp(bill.Total.Amount) >= 0 {
			bill.State = "paid"
		}
	}
	var rates []any
	for _, r := range c.APRs {
		if amount := r.Interest.money(currency); amount != nil && !amount.Amount.IsZero() {
			bill.Charges = append(bill.Charges, fairlead.BillCharge{Kind: "interest", Amount: *amount})
		}
		rates = append(rates, map[string]any(extra("type", r.Type, "percentage", r.Percentage.text(), "balance", r.Balance.text())))
	}
	bill.Extra = extra("plaid.is_overdue", flag(c.Overdue))
	if len(rates) > 0 {
		if bill.Extra == nil {
			bill.Extra = fairlead.Extra{}
		}
		bill.Extra["plaid.aprs"] = rates
	}
	return bill
}

// flag is a yes or no that may be unknown.
func flag(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

func (f *fetching) loans(ctx context.Context) (connector.Page, error) {
	list, accounts, err := f.liabilities(ctx)
	if err != nil {
		return connector.Page{}, err
	}
	page := connector.Page{AsOf: f.asOf(ctx, false)}
	add := func(ref string, convert func(account) fairlead.Loan) {
		a, known := accounts[ref]
		if !known {
			return
		}
		if !a.Balances.Current.given {
			page.Partial = append(page.Partial, connector.PartialProblem{AccountRefs: []string{ref}, Err: &fairlead.Error{
				Kind: fairlead.InstitutionDown, Code: "balance_missing", Detail: "The bank does not say what is still owed on the loan.",
			}})
			return
		}
		page.Loans = append(page.Loans, convert(a))
		page.Covers = append(page.Covers, connector.Coverage{AccountRef: ref})
	}
	for i := range list.Mortgage {
		add(list.Mortgage[i].Account, list.Mortgage[i].convert)
	}
	for i := range list.Student {
		add(list.Student[i].Account, list.Student[i].convert)
	}
	return page, nil
}

// loan is what both kinds have.
func (a account) loan(principal number) fairlead.Loan {
	currency := a.Balances.Currency
	out := fairlead.Loan{
		AccountRef: a.ID, Ref: a.ID, Name: a.title(), Outstanding: fairlead.Money{Amount: a.Balances.Current.value, Currency: currency},
		Amount: principal.money(currency),
	}
	if out.Outstanding.Amount.Sign() < 0 {
		out.Outstanding.Amount = fairlead.NewDecimal(0, 0) // paid in excess: nothing is owed
	}
	return out
}

func rates(percentage number) []fairlead.LoanRate {
	if f := percentage.fraction(); f != nil {
		return []fairlead.LoanRate{{Nominal: f, Period: "year", Kind: "nominal"}}
	}
	return nil
}

func instalments(amount *fairlead.Money, due fairlead.Date) fairlead.LoanInstalments {
	out := fairlead.LoanInstalments{Amount: amount, DueDay: due.Day}
	if amount != nil || out.DueDay > 0 {
		out.Periodicity = "month"
	}
	return out
}

func lastPayment(ref string, amount *fairlead.Money, day fairlead.Date) []fairlead.LoanPayment {
	if amount == nil || day.IsZero() {
		return nil
	}
	return []fairlead.LoanPayment{{Ref: ref + "-" + day.String(), Day: day, Amount: *amount}}
}

func (m *mortgage) convert(a account) fairlead.Loan {
	currency := a.Balances.Currency
	out := a.loan(m.Principal)
	out.Kind, out.Subtype, out.Contract, out.Contracted, out.Matures = "mortgage", underlined(a.Subtype), m.Number, m.Originated.Date, m.Matures.Date
	out.Rates = rates(m.Rate.Percentage)
	out.Instalments = instalments(m.Monthly.money(currency), m.Due.Date)
	out.Payments = lastPayment(m.Account, m.LastPayment.money(currency), m.LastPaid.Date)
	out.Extra = extra("plaid.loan_type_description", m.Description, "plaid.loan_term", m.Term, "plaid.interest_rate_type", m.Rate.Type,
		"plaid.next_payment_due_date", m.Due.String(), "plaid.past_due_amount", m.PastDue.text(), "plaid.current_late_fee", m.LateFee.text(),
		"plaid.escrow_balance", m.Escrow.text(), "plaid.has_pmi", flag(m.PMI), "plaid.has_prepayment_penalty", flag(m.Penalty),
		"plaid.ytd_interest_paid", m.Interest.text(), "plaid.ytd_principal_paid", m.Repaid.text(), "plaid.origination_principal_amount", m.Principal.text())
	if m.Property != nil && m.Property.Street != "" {
		where := m.Property.convert()
		if out.Extra == nil {
			out.Extra = fairlead.Extra{}
		}
		out.Extra["plaid.property_address"] = map[string]any(extra("street", m.Property.Street, "city", where.City, "region", where.Region, "postal_code", where.Postcode, "country", where.Country))
	}
	return out
}

func (l *student) convert(a account) fairlead.Loan {
	currency := a.Balances.Currency
	out := a.loan(l.Principal)
	if l.Name != "" {
		out.Name = l.Name
	}
	out.Kind, out.Subtype, out.Contract, out.Contracted, out.Matures = "loan", "student", l.Number, l.Originated.Date, l.Payoff.Date
	out.Rates = rates(l.Rate)
	out.Instalments = instalments(l.Minimum.money(currency), l.Due.Date)
	out.Payments = lastPayment(l.Account, l.LastPayment.money(currency), l.LastPaid.Date)
	out.Extra = extra("plaid.loan_status", l.Status.Type, "plaid.loan_status_end_date", l.Status.Ends.String(), "plaid.repayment_plan", l.Plan.Type,
		"plaid.next_payment_due_date", l.Due.String(), "plaid.outstanding_interest_amount", l.Unpaid.text(), "plaid.is_overdue", flag(l.Overdue),
		"plaid.sequence_number", l.Sequence, "plaid.ytd_interest_paid", l.Interest.text(), "plaid.ytd_principal_paid", l.Repaid.text(),
		"plaid.origination_principal_amount", l.Principal.text(), "plaid.guarantor", l.Guarantor)
	return out
}
