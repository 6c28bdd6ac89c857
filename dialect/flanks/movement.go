package flanks

import (
	"cmp"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// movement is what all transactions have.
type movement struct {
	common
	Amount        float64 `json:"amount"` // positive is money in
	Currency      string  `json:"currency"`
	OperationDate string  `json:"operationDate"` // YYYY-MM-DD
	ValueDate     *string `json:"valueDate"`
	Description   string  `json:"description"`
}

func (v view) movement(t fairlead.Transaction) movement {
	ref := ""
	if t.Ref != "" {
		ref = t.AccountRef + "/" + t.Ref
	}
	return movement{
		common: v.common(string(t.ID), ref, fairlead.ProductTransactions), Amount: t.Amount.Amount.Float64(), Currency: t.Amount.Currency,
		OperationDate: t.Booked.String(), ValueDate: orNull(t.Value.String()), Description: t.Description,
	}
}

type wireTransaction struct {
	movement
	AccountID          string    `json:"account_id"`
	Balance            *float64  `json:"balance"` // after it
	CardNumber         *string   `json:"cardNumber"`
	Category           *string   `json:"category"`
	ProductDescription string    `json:"productDescription"`
	Transfer           *transfer `json:"transfer"`
}

type transfer struct {
	Payer           *string `json:"payer"`
	PayerIBAN       *string `json:"ibanPayer"`
	Beneficiary     *string `json:"beneficiary"`
	BeneficiaryIBAN *string `json:"ibanBeneficiary"`
}

// booked finds the account of a transaction that belongs in a list: one that has
// been booked. Flanks has no word for what is pending or was taken back.
func (v view) booked(t fairlead.Transaction, kinds ...fairlead.AccountKind) (fairlead.Account, bool) {
	a, known := v.accounts[t.Account]
	if !known || t.State != fairlead.TransactionPosted {
		return a, false
	}
	for _, k := range kinds {
		if a.Kind == k {
			return a, true
		}
	}
	return a, false
}

func (v view) accountTransaction(t fairlead.Transaction) []any {
	a, ok := v.booked(t, fairlead.AccountDepository, fairlead.AccountOther)
	if !ok {
		return nil
	}
	out := wireTransaction{
		movement: v.movement(t), AccountID: string(a.ID), Balance: float(t.BalanceAfter), Category: orNull(t.Category),
		ProductDescription: official(a), Transfer: v.transfer(t, a),
	}
	if t.CardMask != "" {
		out.CardNumber = orNull("************" + t.CardMask)
	}
	return []any{out}
}

// transfer names both sides of a movement between accounts.
func (v view) transfer(t fairlead.Transaction, a fairlead.Account) *transfer {
	other := t.Counterparty
	if other == nil || t.Kind == "card" {
		return nil
	}
	there, thereIBAN, here, hereIBAN := orNull(other.Name), orNull(other.IBAN), orNull(v.conn.Holder), orNull(a.Numbers.IBAN)
	if t.Amount.Amount.Sign() < 0 {
		return &transfer{here, hereIBAN, there, thereIBAN}
	}
	return &transfer{there, thereIBAN, here, hereIBAN}
}

type wireCardTransaction struct {
	movement
	CardID   string  `json:"card_id"`
	PAN      *string `json:"cardNumber"`
	Category *string `json:"category"`
}

func (v view) cardTransaction(t fairlead.Transaction) []any {
	a, ok := v.booked(t, fairlead.AccountCard)
	if !ok {
		return nil
	}
	return []any{wireCardTransaction{v.movement(t), string(a.ID), pan(a), orNull(t.Category)}}
}

type wireLiability struct {
	common
	Alias       string   `json:"alias"`
	Description string   `json:"description"`
	Balance     *float64 `json:"balance"` // what is owed: positive
	Currency    string   `json:"currency"`
	Type        string   `json:"type"` // Loan, Credit
	Initial     *float64 `json:"initial_balance"`
	Start       *string  `json:"startDate"`
	End         *string  `json:"endDate"`
	interest
}

// liabilityType is Flanks' word: money lent once is a Loan, a line to draw on a Credit.
func liabilityType(kind string) string {
	switch kind {
	case "overdraft", "line_of_credit", "invoice_financing", "invoice":
		return "Credit"
	}
	return "Loan"
}

func (v view) liability(l fairlead.Loan) []any {
	return []any{wireLiability{
		common: v.common(string(l.ID), l.Ref, fairlead.ProductLoans), Alias: l.Name, Description: cmp.Or(l.Contract, l.Name),
		Balance: float(&l.Outstanding), Currency: l.Outstanding.Currency, Type: liabilityType(l.Kind), Initial: float(l.Amount),
		Start: orNull(l.Contracted.String()), End: orNull(l.Matures.String()), interest: interestOf(l),
	}}
}

// loanAccount is a liability that the bank shows as an account and nothing else.
func (v view) loanAccount(a fairlead.Account) []any {
	if a.Kind != fairlead.AccountLoan || v.loans[a.ID] {
		return nil
	}
	l := wireLiability{
		common: v.common(string(a.ID), a.Ref, fairlead.ProductAccounts), Alias: a.Name, Description: official(a), Currency: a.Currency,
		Type: liabilityType(a.Subtype), Start: orNull(a.Opened.String()),
	}
	if owed := balance(a); owed != nil {
		positive := -*owed
		l.Balance = &positive
	}
	return []any{l}
}

type wireLiabilityTransaction struct {
	movement
	LiabilityID string `json:"liability_id"`
}

// paid is what was paid on a contract, newest first, and of a day what the institution
// tells last. In which order it tells days is its own affair.
func paid(l fairlead.Loan) []fairlead.LoanPayment {
	payments := slices.Clone(l.Payments)
	slices.Reverse(payments)
	slices.SortStableFunc(payments, func(a, b fairlead.LoanPayment) int { return cmp.Compare(b.Day.String(), a.Day.String()) })
	return payments
}

// payments are the movements of a loan: what was paid on it.
func (v view) payments(l fairlead.Loan) (out []any) {
	for _, p := range paid(l) {
		id := string(l.ID) + "." + p.Ref
		out = append(out, wireLiabilityTransaction{movement{
			common: v.common(id, l.Ref+"/"+p.Ref, fairlead.ProductLoans), Amount: p.Amount.Amount.Float64(), Currency: p.Amount.Currency,
			OperationDate: p.Day.String(), ValueDate: orNull(p.Day.String()), Description: l.Name,
		}, string(l.ID)})
	}
	return out
}

// loanTransaction is a movement of a liability that is an account and nothing else.
func (v view) loanTransaction(t fairlead.Transaction) []any {
	a, ok := v.booked(t, fairlead.AccountLoan)
	if !ok || v.loans[a.ID] {
		return nil
	}
	return []any{wireLiabilityTransaction{v.movement(t), string(a.ID)}}
}

type wireInvestmentTransaction struct {
	movement
	InvestmentID *string  `json:"investment_id"` // null: the position is closed
	PortfolioID  *string  `json:"portfolio_id"`
	RefValos     *string  `json:"refValos"` // number of the securities account
	Name         string   `json:"name"`
	ISIN         *string  `json:"isin"`
	Type         string   `json:"type"` // buy, sell, dividend …
	Units        *float64 `json:"units"`
	Price        *float64 `json:"price"`
}

func (v view) investmentTransaction(t fairlead.InvestmentTransaction) []any {
	s := v.securities[t.Security]
	m := movement{
		common: v.common(string(t.ID), t.AccountRef+"/"+t.Ref, fairlead.ProductInvestmentTransactions), Amount: t.Amount.Amount.Float64(),
		Currency: t.Amount.Currency, OperationDate: t.Traded.String(), ValueDate: orNull(t.Settled.String()), Description: cmp.Or(t.Description, s.Name),
	}
	out := wireInvestmentTransaction{
		movement: m, InvestmentID: orNull(string(v.holdings[position{t.Account, t.Security}])), PortfolioID: orNull(string(t.Account)),
		RefValos: orNull(v.accounts[t.Account].Numbers.Number), Name: s.Name, ISIN: orNull(s.ISIN), Type: t.Kind, Price: float(t.Price),
	}
	if t.Quantity != nil {
		units := t.Quantity.Float64()
		out.Units = &units
	}
	return []any{out}
}
