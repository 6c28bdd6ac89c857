package plaid

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
)

type liabilities struct {
	Credit   []creditCard  `json:"credit"`
	Mortgage []mortgage    `json:"mortgage"`
	Student  []studentLoan `json:"student"`
}

type creditCard struct {
	AccountID        string     `json:"account_id"`
	APRs             []struct{} `json:"aprs"` // which rates a card bears, is not known here
	IsOverdue        *bool      `json:"is_overdue"`
	LastPayment      *number    `json:"last_payment_amount"`
	LastPaymentDate  *string    `json:"last_payment_date"`
	StatementDate    *string    `json:"last_statement_issue_date"`
	StatementBalance *number    `json:"last_statement_balance"`
	MinimumPayment   *number    `json:"minimum_payment_amount"`
	NextPaymentDue   *string    `json:"next_payment_due_date"`
}

type mortgage struct {
	AccountID         string       `json:"account_id"`
	AccountNumber     *string      `json:"account_number"`
	LateFee           *number      `json:"current_late_fee"`
	Escrow            *number      `json:"escrow_balance"`
	PMI               *bool        `json:"has_pmi"`
	PrepaymentPenalty *bool        `json:"has_prepayment_penalty"`
	Rate              interestRate `json:"interest_rate"`
	LastPayment       *number      `json:"last_payment_amount"`
	LastPaymentDate   *string      `json:"last_payment_date"`
	TypeDescription   *string      `json:"loan_type_description"`
	Term              *string      `json:"loan_term"`
	Maturity          *string      `json:"maturity_date"`
	NextPayment       *number      `json:"next_monthly_payment"`
	NextPaymentDue    *string      `json:"next_payment_due_date"`
	Origination       *string      `json:"origination_date"`
	Principal         *number      `json:"origination_principal_amount"`
	PastDue           *number      `json:"past_due_amount"`
	Property          property     `json:"property_address"`
	InterestPaid      *number      `json:"ytd_interest_paid"`
	PrincipalPaid     *number      `json:"ytd_principal_paid"`
}

type interestRate struct {
	Percentage *number `json:"percentage"`
	Type       *string `json:"type"`
}

type property struct {
	City     *string `json:"city"`
	Country  *string `json:"country"`
	Postcode *string `json:"postal_code"`
	Region   *string `json:"region"`
	Street   *string `json:"street"`
}

type studentLoan struct {
	AccountID           string        `json:"account_id"`
	AccountNumber       *string       `json:"account_number"`
	Disbursed           []string      `json:"disbursement_dates"`
	Payoff              *string       `json:"expected_payoff_date"`
	Guarantor           *string       `json:"guarantor"`
	Rate                number        `json:"interest_rate_percentage"`
	IsOverdue           *bool         `json:"is_overdue"`
	LastPayment         *number       `json:"last_payment_amount"`
	LastPaymentDate     *string       `json:"last_payment_date"`
	StatementBalance    *number       `json:"last_statement_balance"`
	StatementDate       *string       `json:"last_statement_issue_date"`
	Name                *string       `json:"loan_name"`
	Status              loanStatus    `json:"loan_status"`
	MinimumPayment      *number       `json:"minimum_payment_amount"`
	NextPaymentDue      *string       `json:"next_payment_due_date"`
	Origination         *string       `json:"origination_date"`
	Principal           *number       `json:"origination_principal_amount"`
	OutstandingInterest *number       `json:"outstanding_interest_amount"`
	Reference           *string       `json:"payment_reference_number"`
	PSLF                forgiveness   `json:"pslf_status"`
	Plan                repaymentPlan `json:"repayment_plan"`
	Sequence            *string       `json:"sequence_number"`
	Servicer            property      `json:"servicer_address"`
	InterestPaid        *number       `json:"ytd_interest_paid"`
	PrincipalPaid       *number       `json:"ytd_principal_paid"`
}

type loanStatus struct {
	End  *string `json:"end_date"`
	Type *string `json:"type"`
}

type repaymentPlan struct {
	Description *string `json:"description"`
	Type        *string `json:"type"`
}

type forgiveness struct {
	Eligible  *string `json:"estimated_eligibility_date"`
	Made      *int    `json:"payments_made"`
	Remaining *int    `json:"payments_remaining"`
}

// getLiabilities answers what is owed on cards, home loans and student loans.
func (p *Plaid) getLiabilities(c call) (any, error) {
	out, found, conn, err := p.read(c, false, fairlead.ProductBills, fairlead.ProductLoans)
	if err != nil {
		return nil, err
	}
	today := fairlead.DateOf(c.now)
	var owed liabilities
	bills, err := readable(c, conn, fairlead.ProductBills, p.verbs.Reading.Bills)
	if err != nil {
		return nil, err
	}
	loans, err := readable(c, conn, fairlead.ProductLoans, p.verbs.Reading.Loans)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		if a.Kind == fairlead.AccountCard && a.Subtype != "debit" && a.Subtype != "prepaid" {
			owed.Credit = append(owed.Credit, creditOf(a, bills, today))
		}
		l, ok := loanOf(a, loans)
		switch {
		case !ok:
		case a.Subtype == "student":
			if rate, known := percentageOf(l); known {
				owed.Student = append(owed.Student, studentOf(a, l, rate, today))
			}
		case a.Subtype == "mortgage":
			owed.Mortgage = append(owed.Mortgage, mortgageOf(a, l, today))
		}
	}
	if owed.Credit == nil && owed.Mortgage == nil && owed.Student == nil {
		return nil, newError(itemError, "NO_LIABILITY_ACCOUNTS", "the Item has no credit card, mortgage or student loan among these accounts")
	}
	return struct {
		accountsAnswer
		Liabilities liabilities `json:"liabilities"`
	}{out, owed}, nil
}

// loanOf is the contract that an account shows now.
func loanOf(a fairlead.Account, loans []fairlead.Loan) (fairlead.Loan, bool) {
	i := slices.IndexFunc(loans, func(l fairlead.Loan) bool { return l.Account == a.ID })
	if a.Kind != fairlead.AccountLoan || i < 0 {
		return fairlead.Loan{}, false
	}
	return loans[i], true
}

// creditOf is a card with its newest bill that has closed.
func creditOf(a fairlead.Account, bills []fairlead.CardBill, today fairlead.Date) creditCard {
	out := creditCard{AccountID: string(a.ID), APRs: []struct{}{}}
	var last, paid *fairlead.CardBill
	for i, b := range bills {
		if b.Account != a.ID || b.State == "open" || !b.Closes.Before(today) {
			continue
		}
		if last == nil || last.Closes.Before(b.Closes) {
			last = &bills[i]
		}
		if len(b.Payments) > 0 && (paid == nil || paid.Closes.Before(b.Closes)) {
			paid = &bills[i]
		}
	}
	if last != nil {
		overdue := last.State != "paid" && last.Due.Before(today)
		out.IsOverdue, out.StatementDate, out.StatementBalance = &overdue, orNull(last.Closes.String()), amountOf(&last.Total)
		out.MinimumPayment, out.NextPaymentDue = amountOf(last.Minimum), orNull(last.Due.String())
	}
	if paid != nil {
		payment := paid.Payments[len(paid.Payments)-1]
		out.LastPayment, out.LastPaymentDate = amountOf(&payment.Amount), orNull(payment.Day.String())
	}
	return out
}

// percentageOf is the yearly nominal rate of a contract in per cent.
func percentageOf(l fairlead.Loan) (number, bool) {
	for _, r := range l.Rates {
		if r.Nominal != nil && r.Period == "year" {
			return numberOf(percent(*r.Nominal)), true
		}
	}
	return "", false
}

// percent is a fraction in per cent, exactly, without zeros that say nothing.
func percent(d fairlead.Decimal) fairlead.Decimal {
	out := d.Mul(fairlead.NewDecimal(100, 0))
	for out.Scale() > 0 && out.Round(out.Scale()-1).Equal(out) {
		out = out.Round(out.Scale() - 1)
	}
	return out
}

// dues are what a contract's schedule says of today: the next instalment, and whether an
// earlier one is unpaid.
func dues(l fairlead.Loan, today fairlead.Date) (next *fairlead.LoanInstalment, overdue *bool, pastDue *fairlead.Money) {
	if len(l.Schedule) == 0 {
		return nil, nil, nil
	}
	late, sum := false, fairlead.Money{Currency: l.Outstanding.Currency}
	for i, s := range l.Schedule {
		switch {
		case s.Paid:
		case s.Due.Before(today):
			late, sum.Amount = true, sum.Amount.Add(s.Amount.Amount)
		case next == nil || s.Due.Before(next.Due):
			next = &l.Schedule[i]
		}
	}
	return next, &late, &sum
}

// lastPayment is the newest payment of a contract.
func lastPayment(l fairlead.Loan) (amount *number, day *string) {
	var last *fairlead.LoanPayment
	for i, paid := range l.Payments {
		if last == nil || last.Day.Before(paid.Day) {
			last = &l.Payments[i]
		}
	}
	if last == nil {
		return nil, nil
	}
	return amountOf(&last.Amount), orNull(last.Day.String())
}

func mortgageOf(a fairlead.Account, l fairlead.Loan, today fairlead.Date) mortgage {
	out := mortgage{
		AccountID: string(a.ID), AccountNumber: orNull(l.Contract), TypeDescription: orNull(l.Name), Maturity: orNull(l.Matures.String()),
		Origination: orNull(l.Contracted.String()), Principal: amountOf(l.Amount),
	}
	if rate, known := percentageOf(l); known {
		out.Rate.Percentage = &rate
	}
	next, _, pastDue := dues(l, today)
	if out.PastDue = amountOf(pastDue); next != nil {
		out.NextPayment, out.NextPaymentDue = amountOf(&next.Amount), orNull(next.Due.String())
	}
	out.LastPayment, out.LastPaymentDate = lastPayment(l)
	return out
}

func studentOf(a fairlead.Account, l fairlead.Loan, rate number, today fairlead.Date) studentLoan {
	out := studentLoan{
		AccountID: string(a.ID), AccountNumber: orNull(l.Contract), Payoff: orNull(l.Matures.String()), Rate: rate, Name: orNull(l.Name),
		Origination: orNull(l.Contracted.String()), Principal: amountOf(l.Amount),
	}
	next, overdue, _ := dues(l, today)
	if out.IsOverdue = overdue; next != nil {
		out.MinimumPayment, out.NextPaymentDue = amountOf(&next.Amount), orNull(next.Due.String())
	}
	out.LastPayment, out.LastPaymentDate = lastPayment(l)
	return out
}
