package native

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

type balancesBody struct {
	Current             *money     `json:"current,omitempty"`
	Available           *money     `json:"available,omitempty"`
	Limit               *money     `json:"limit,omitempty"`
	Used                *money     `json:"used,omitempty"`
	Blocked             *money     `json:"blocked,omitempty"`
	Invested            *money     `json:"invested,omitempty"`
	OverdraftContracted *money     `json:"overdraft_contracted,omitempty"`
	OverdraftUsed       *money     `json:"overdraft_used,omitempty"`
	OverdraftUnarranged *money     `json:"overdraft_unarranged,omitempty"`
	AsOf                *time.Time `json:"as_of,omitempty"`
}

type accountBody struct {
	ID           fairlead.RecordID        `json:"id"`
	ConnectionID fairlead.ConnectionID    `json:"connection_id"`
	Kind         fairlead.AccountKind     `json:"type"`
	Subtype      string                   `json:"subtype,omitempty"`
	Name         string                   `json:"name"`
	OfficialName string                   `json:"official_name,omitempty"`
	Holders      []fairlead.Holder        `json:"holders,omitempty"`
	Mask         string                   `json:"mask,omitempty" doc:"Last digits of the number."`
	Numbers      *fairlead.AccountNumbers `json:"numbers,omitempty" doc:"Only with ?numbers=true."`
	Currency     string                   `json:"currency"`
	Balances     balancesBody             `json:"balances" doc:"A balance that the source does not give is absent, never zero."`
	Status       string                   `json:"status,omitempty"`
	Opened       *string                  `json:"opened_on,omitempty"`
	Extra        fairlead.Extra           `json:"extra,omitempty"`
}

func accountOf(a fairlead.Account) accountBody {
	b := a.Balances
	body := accountBody{
		ID: a.ID, ConnectionID: a.Connection, Kind: a.Kind, Subtype: a.Subtype, Name: a.Name, OfficialName: a.Official,
		Holders: a.Holders, Mask: a.Mask, Currency: a.Currency, Status: a.Status, Opened: datePtr(a.Opened), Extra: a.Extra,
		Balances: balancesBody{
			moneyPtr(b.Current), moneyPtr(b.Available), moneyPtr(b.Limit), moneyPtr(b.Used), moneyPtr(b.Blocked), moneyPtr(b.Invested),
			moneyPtr(b.OverdraftContracted), moneyPtr(b.OverdraftUsed), moneyPtr(b.OverdraftUnarranged), timePtr(b.AsOf),
		},
	}
	if (a.Numbers != fairlead.AccountNumbers{}) {
		body.Numbers = &a.Numbers
	}
	return body
}

type TransactionBody struct {
	ID                  fairlead.RecordID         `json:"id" from:"-"`
	ConnectionID        fairlead.ConnectionID     `json:"connection_id" from:"-"`
	AccountID           fairlead.RecordID         `json:"account_id" from:"-"`
	State               fairlead.TransactionState `json:"status" from:"-"`
	Amount              money                     `json:"amount" doc:"Positive is money in."`
	Booked              *string                   `json:"booked_on" from:"booked" format:"date"`
	ValueDate           *string                   `json:"value_on,omitempty" from:"value_date"`
	TransactedAt        *time.Time                `json:"transacted_at,omitempty"`
	Description         string                    `json:"description"`
	OriginalDescription string                    `json:"original_description,omitempty"`
	Kind                string                    `json:"type,omitempty" from:"kind"`
	Counterparty        *counterpartyBody         `json:"counterparty,omitempty"`
	MCC                 string                    `json:"mcc,omitempty"`
	Category            string                    `json:"category,omitempty"`
	BalanceAfter        *money                    `json:"balance_after,omitempty"`
	ForeignAmount       *money                    `json:"foreign_amount,omitempty"`
	Rate                *string                   `json:"rate,omitempty" format:"decimal"`
	CheckNumber         string                    `json:"check_number,omitempty"`
	CardMask            string                    `json:"card_mask,omitempty"`
	BillRef             string                    `json:"bill_ref,omitempty"`
	Instalment          *fairlead.Instalment      `json:"instalment,omitempty"`
	Extra               fairlead.Extra            `json:"extra,omitempty"`
	Version             int                       `json:"version" from:"-"`
	ChangedAt           *time.Time                `json:"changed_at,omitempty" from:"-"`
}

func transactionOf(t fairlead.Transaction) TransactionBody {
	return TransactionBody{
		t.ID, t.Connection, t.Account, t.State, moneyOf(t.Amount), datePtr(t.Booked), datePtr(t.Value), timePtr(t.Transacted),
		t.Description, t.Original, t.Kind, counterpartyOf(t.Counterparty), t.MCC, t.Category, moneyPtr(t.BalanceAfter), moneyPtr(t.Foreign),
		decimalPtr(t.Rate), t.Check, t.CardMask, t.BillRef, t.Instalment, t.Extra, t.Version, timePtr(t.Changed),
	}
}

// counterpartyBody is the other side of a movement.
type counterpartyBody struct {
	Name    string              `json:"name,omitempty"`
	TaxID   string              `json:"tax_id,omitempty"`
	Bank    string              `json:"bank,omitempty" doc:"Its code."`
	Branch  string              `json:"branch,omitempty"`
	Account string              `json:"account,omitempty" doc:"Its number there."`
	IBAN    string              `json:"iban,omitempty"`
	Kind    fairlead.PersonKind `json:"type,omitempty" from:"kind" doc:"person or company."`
}

func counterpartyOf(c *fairlead.Counterparty) *counterpartyBody {
	if c == nil {
		return nil
	}
	b := counterpartyBody(*c)
	return &b
}

type paymentBody struct {
	Day    *string `json:"paid_on"`
	Amount money   `json:"amount"`
}

type chargeBody struct {
	Kind   string `json:"type"`
	Amount money  `json:"amount"`
}

type billBody struct {
	ID           fairlead.RecordID     `json:"id"`
	ConnectionID fairlead.ConnectionID `json:"connection_id"`
	AccountID    fairlead.RecordID     `json:"account_id"`
	Ref          string                `json:"ref" doc:"The institution's id; transactions name it as bill_ref."`
	Closes       *string               `json:"closes_on"`
	Due          *string               `json:"due_on"`
	Total        money                 `json:"total" doc:"Positive is owed."`
	Minimum      *money                `json:"minimum,omitempty"`
	State        string                `json:"status"`
	Payments     []paymentBody         `json:"payments,omitempty"`
	Charges      []chargeBody          `json:"charges,omitempty"`
	Extra        fairlead.Extra        `json:"extra,omitempty"`
}

func billOf(b fairlead.CardBill) billBody {
	out := billBody{
		ID: b.ID, ConnectionID: b.Connection, AccountID: b.Account, Ref: b.Ref, Closes: datePtr(b.Closes), Due: datePtr(b.Due),
		Total: moneyOf(b.Total), Minimum: moneyPtr(b.Minimum), State: b.State, Extra: b.Extra,
	}
	for _, p := range b.Payments {
		out.Payments = append(out.Payments, paymentBody{datePtr(p.Day), moneyOf(p.Amount)})
	}
	for _, c := range b.Charges {
		out.Charges = append(out.Charges, chargeBody{c.Kind, moneyOf(c.Amount)})
	}
	return out
}

type rateBody struct {
	Nominal   *string `json:"nominal,omitempty" format:"decimal"`
	Effective *string `json:"effective,omitempty" format:"decimal"`
	Period    string  `json:"period"`
	Index     string  `json:"index,omitempty"`
	Kind      string  `json:"type,omitempty"`
}

type instalmentsBody struct {
	Total       int    `json:"total"`
	Paid        int    `json:"paid"`
	Due         int    `json:"due"`
	Overdue     int    `json:"overdue"`
	Amount      *money `json:"amount,omitempty"`
	DueDay      int    `json:"due_day,omitempty"`
	Periodicity string `json:"periodicity,omitempty"`
}

type scheduleBody struct {
	Number int     `json:"number"`
	Due    *string `json:"due_on"`
	Amount money   `json:"amount"`
	Paid   bool    `json:"paid"`
}

type loanPaymentBody struct {
	Ref    string  `json:"ref"`
	Day    *string `json:"paid_on"`
	Amount money   `json:"amount"`
	Number int     `json:"number,omitempty"`
}

type guaranteeBody struct {
	Kind    string `json:"type"`
	Subtype string `json:"subtype,omitempty"`
	Amount  money  `json:"amount"`
}

type feeBody struct {
	Name   string `json:"name"`
	Code   string `json:"code,omitempty"`
	Amount money  `json:"amount"`
}

type loanBody struct {
	ID             fairlead.RecordID     `json:"id"`
	ConnectionID   fairlead.ConnectionID `json:"connection_id"`
	AccountID      fairlead.RecordID     `json:"account_id,omitempty"`
	ContractNumber string                `json:"contract_number,omitempty"`
	Name           string                `json:"name"`
	Kind           string                `json:"type"`
	Subtype        string                `json:"subtype,omitempty"`
	Contracted     *string               `json:"contracted_on"`
	Matures        *string               `json:"matures_on,omitempty"`
	Amount         *money                `json:"amount,omitempty" doc:"What was lent."`
	Outstanding    money                 `json:"outstanding" doc:"Still owed: positive."`
	Rates          []rateBody            `json:"rates,omitempty" doc:"Fractions: 0.0199 is 1.99 %."`
	TotalCost      *string               `json:"total_cost,omitempty" format:"decimal"`
	Instalments    instalmentsBody       `json:"instalments"`
	Schedule       []scheduleBody        `json:"schedule,omitempty"`
	Payments       []loanPaymentBody     `json:"payments,omitempty"`
	Amortisation   string                `json:"amortisation,omitempty"`
	Guarantees     []guaranteeBody       `json:"guarantees,omitempty"`
	Fees           []feeBody             `json:"fees,omitempty"`
	Extra          fairlead.Extra        `json:"extra,omitempty"`
}

func loanOf(l fairlead.Loan) loanBody {
	n := l.Instalments
	b := loanBody{
		ID: l.ID, ConnectionID: l.Connection, AccountID: l.Account, ContractNumber: l.Contract, Name: l.Name, Kind: l.Kind,
		Subtype: l.Subtype, Contracted: datePtr(l.Contracted), Matures: datePtr(l.Matures), Amount: moneyPtr(l.Amount),
		Outstanding: moneyOf(l.Outstanding), TotalCost: decimalPtr(l.TotalCost), Amortisation: l.Amortisation, Extra: l.Extra,
		Instalments: instalmentsBody{n.Total, n.Paid, n.Due, n.Overdue, moneyPtr(n.Amount), n.DueDay, n.Periodicity},
	}
	for _, r := range l.Rates {
		b.Rates = append(b.Rates, rateBody{decimalPtr(r.Nominal), decimalPtr(r.Effective), r.Period, r.Index, r.Kind})
	}
	for _, s := range l.Schedule {
		b.Schedule = append(b.Schedule, scheduleBody{s.Number, datePtr(s.Due), moneyOf(s.Amount), s.Paid})
	}
	for _, p := range l.Payments {
		b.Payments = append(b.Payments, loanPaymentBody{p.Ref, datePtr(p.Day), moneyOf(p.Amount), p.Number})
	}
	for _, g := range l.Guarantees {
		b.Guarantees = append(b.Guarantees, guaranteeBody{g.Kind, g.Subtype, moneyOf(g.Amount)})
	}
	for _, f := range l.Fees {
		b.Fees = append(b.Fees, feeBody{f.Name, f.Code, moneyOf(f.Amount)})
	}
	return b
}

type securityBody struct {
	ID       fairlead.RecordID `json:"id"`
	ISIN     string            `json:"isin,omitempty"`
	CUSIP    string            `json:"cusip,omitempty"`
	Ticker   string            `json:"ticker,omitempty"`
	Name     string            `json:"name"`
	Kind     string            `json:"type"`
	Subtype  string            `json:"subtype,omitempty"`
	Currency string            `json:"currency"`
	Issuer   string            `json:"issuer,omitempty"`
	Extra    fairlead.Extra    `json:"extra,omitempty"`
}

func securityOf(s fairlead.Security) securityBody {
	return securityBody{s.ID, s.ISIN, s.CUSIP, s.Ticker, s.Name, s.Kind, s.Subtype, s.Currency, s.Issuer, s.Extra}
}

type holdingBody struct {
	ID           fairlead.RecordID     `json:"id"`
	ConnectionID fairlead.ConnectionID `json:"connection_id"`
	AccountID    fairlead.RecordID     `json:"account_id"`
	SecurityID   fairlead.RecordID     `json:"security_id,omitempty"`
	Quantity     string                `json:"quantity" format:"decimal"`
	UnitPrice    *money                `json:"unit_price,omitempty"`
	PriceDate    *string               `json:"priced_on,omitempty"`
	Value        money                 `json:"value"`
	CostBasis    *money                `json:"cost_basis,omitempty"`
	Acquired     *string               `json:"acquired_on,omitempty"`
	Matures      *string               `json:"matures_on,omitempty"`
	Gross        *money                `json:"gross,omitempty"`
	Net          *money                `json:"net,omitempty"`
	Kind         string                `json:"type"`
	Subtype      string                `json:"subtype,omitempty"`
	Extra        fairlead.Extra        `json:"extra,omitempty"`
}

func holdingOf(h fairlead.Holding) holdingBody {
	return holdingBody{
		h.ID, h.Connection, h.Account, h.Security, h.Quantity.String(), moneyPtr(h.UnitPrice), datePtr(h.PriceDate), moneyOf(h.Value),
		moneyPtr(h.CostBasis), datePtr(h.Acquired), datePtr(h.Matures), moneyPtr(h.Gross), moneyPtr(h.Net), h.Kind, h.Subtype, h.Extra,
	}
}

type investmentTransactionBody struct {
	ID           fairlead.RecordID     `json:"id"`
	ConnectionID fairlead.ConnectionID `json:"connection_id"`
	AccountID    fairlead.RecordID     `json:"account_id"`
	SecurityID   fairlead.RecordID     `json:"security_id,omitempty"`
	Kind         string                `json:"type"`
	TradeDate    *string               `json:"traded_on"`
	SettleDate   *string               `json:"settled_on,omitempty"`
	Quantity     *string               `json:"quantity,omitempty" format:"decimal"`
	Price        *money                `json:"price,omitempty"`
	Amount       money                 `json:"amount" doc:"Positive is money in."`
	Fees         *money                `json:"fees,omitempty"`
	TaxWithheld  *money                `json:"tax_withheld,omitempty"`
	Description  string                `json:"description,omitempty"`
	Extra        fairlead.Extra        `json:"extra,omitempty"`
}

func investmentTransactionOf(t fairlead.InvestmentTransaction) investmentTransactionBody {
	return investmentTransactionBody{
		t.ID, t.Connection, t.Account, t.Security, t.Kind, datePtr(t.Traded), datePtr(t.Settled), decimalPtr(t.Quantity),
		moneyPtr(t.Price), moneyOf(t.Amount), moneyPtr(t.Fees), moneyPtr(t.Withheld), t.Description, t.Extra,
	}
}

type relationBody struct {
	AccountID fairlead.RecordID `json:"account_id,omitempty"`
	Role      string            `json:"role"`
}

// taxDocumentBody is a number by which a state knows somebody.
type taxDocumentBody struct {
	Kind   string `json:"type" doc:"cpf, cnpj, ssn, ein, nif, dni or passport."`
	Number string `json:"number"`
}

type addressBody struct {
	Lines    []string `json:"lines" nullable:"false"`
	City     string   `json:"city,omitempty"`
	Region   string   `json:"region,omitempty"`
	Postcode string   `json:"postcode,omitempty"`
	Country  string   `json:"country"`
}

type identityBody struct {
	ID           fairlead.RecordID     `json:"id"`
	ConnectionID fairlead.ConnectionID `json:"connection_id"`
	Kind         fairlead.PersonKind   `json:"type"`
	Names        []string              `json:"names" nullable:"false"`
	Documents    []taxDocumentBody     `json:"documents,omitempty"`
	BirthDate    *string               `json:"born_on,omitempty"`
	Emails       []string              `json:"emails,omitempty"`
	Phones       []string              `json:"phones,omitempty"`
	Addresses    []addressBody         `json:"addresses,omitempty"`
	Relations    []relationBody        `json:"relations,omitempty"`
	Extra        fairlead.Extra        `json:"extra,omitempty"`
}

func identityOf(i fairlead.Identity) identityBody {
	b := identityBody{
		ID: i.ID, ConnectionID: i.Connection, Kind: i.Kind, Names: orEmpty(i.Names), BirthDate: datePtr(i.Born),
		Emails: i.Emails, Phones: i.Phones, Extra: i.Extra,
	}
	for _, a := range i.Addresses {
		b.Addresses = append(b.Addresses, addressBody{orEmpty(a.Lines), a.City, a.Region, a.Postcode, a.Country})
	}
	for _, d := range i.Documents {
		b.Documents = append(b.Documents, taxDocumentBody(d))
	}
	for _, r := range i.Relations {
		b.Relations = append(b.Relations, relationBody{r.Account, r.Role})
	}
	return b
}

type documentBody struct {
	ID           fairlead.DocumentID        `json:"id"`
	ConnectionID fairlead.ConnectionID      `json:"connection_id"`
	Kind         string                     `json:"type"`
	Form         string                     `json:"form,omitempty"`
	TaxYear      int                        `json:"tax_year,omitempty"`
	PeriodFrom   *string                    `json:"period_from,omitempty"`
	PeriodTo     *string                    `json:"period_to,omitempty"`
	Issued       *string                    `json:"issued_on"`
	FileName     string                     `json:"file_name"`
	MediaType    string                     `json:"media_type"`
	Size         int64                      `json:"size" doc:"Bytes."`
	SHA256       string                     `json:"sha256,omitempty"`
	Accounts     []fairlead.RecordID        `json:"account_ids" nullable:"false"`
	Revision     int                        `json:"revision"`
	Replaces     fairlead.DocumentID        `json:"replaces_id,omitempty"`
	Fields       map[string]fairlead.Parsed `json:"fields,omitempty"`
	Failed       *problemBody               `json:"problem,omitempty"`
	URL          string                     `json:"url,omitempty" doc:"Where it can be downloaded, until expires_at."`
	ExpiresAt    *time.Time                 `json:"expires_at,omitempty"`
}

func documentOf(d fairlead.Document) documentBody {
	b := documentBody{
		ID: d.ID, ConnectionID: d.Connection, Kind: d.Kind, Form: d.Form, TaxYear: d.TaxYear, PeriodFrom: datePtr(d.Period.From),
		PeriodTo: datePtr(d.Period.To), Issued: datePtr(d.Issued), FileName: d.FileName, MediaType: d.MediaType, Size: d.Size,
		SHA256: d.SHA256, Accounts: d.Accounts, Revision: d.Revision, Replaces: d.Replaces, Fields: d.Fields, Failed: problemPtr(d.Failed),
	}
	if b.Accounts == nil {
		b.Accounts = []fairlead.RecordID{}
	}
	return b
}

// kindNames are the words of the change feed for kinds of records.
var kindNames = map[fairlead.RecordKind]string{
	fairlead.AccountRecord: "account", fairlead.TransactionRecord: "transaction", fairlead.BillRecord: "bill", fairlead.LoanRecord: "loan",
	fairlead.SecurityRecord: "security", fairlead.HoldingRecord: "holding", fairlead.InvestmentTransactionRecord: "investment_transaction",
	fairlead.IdentityRecord: "identity", fairlead.DocumentRecord: "document",
}

type changeBody struct {
	Kind      string            `json:"type"`
	Change    string            `json:"change" doc:"added, changed or removed."`
	ID        fairlead.RecordID `json:"id"`
	AccountID fairlead.RecordID `json:"account_id,omitempty"`
	Version   int               `json:"version"`
	Record    any               `json:"record,omitempty" doc:"As it is now; absent when removed."`
}

func changeOf(c reading.Change) changeBody {
	return changeBody{kindNames[c.Kind], c.What, c.ID, c.Account, c.Version, recordOf(c.Record)}
}

// recordOf gives any record its shape of this API.
func recordOf(r any) any {
	switch r := r.(type) {
	case fairlead.Account:
		return accountOf(r)
	case fairlead.Transaction:
		return transactionOf(r)
	case fairlead.CardBill:
		return billOf(r)
	case fairlead.Loan:
		return loanOf(r)
	case fairlead.Security:
		return securityOf(r)
	case fairlead.Holding:
		return holdingOf(r)
	case fairlead.InvestmentTransaction:
		return investmentTransactionOf(r)
	case fairlead.Identity:
		return identityOf(r)
	case fairlead.Document:
		return documentOf(r)
	}
	return nil
}
