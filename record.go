package fairlead

import (
	"encoding/json"
	"time"
)

// RecordKind is the kind of one piece of collected data; it is also the prefix
// of its id.
type RecordKind string

const (
	AccountRecord               RecordKind = "acc"
	TransactionRecord           RecordKind = "txn"
	BillRecord                  RecordKind = "bil"
	LoanRecord                  RecordKind = "lon"
	SecurityRecord              RecordKind = "sec"
	HoldingRecord               RecordKind = "hld"
	InvestmentTransactionRecord RecordKind = "itx"
	IdentityRecord              RecordKind = "idn"
	DocumentRecord              RecordKind = "doc"
)

// RecordKinds is the closed list.
func RecordKinds() []RecordKind {
	return []RecordKind{
		AccountRecord, TransactionRecord, BillRecord, LoanRecord, SecurityRecord,
		HoldingRecord, InvestmentTransactionRecord, IdentityRecord, DocumentRecord,
	}
}

// HasDate reports whether records of the kind lie on a day.
func (k RecordKind) HasDate() bool {
	switch k {
	case TransactionRecord, InvestmentTransactionRecord, BillRecord, DocumentRecord:
		return true
	}
	return false
}

// Record is one account, transaction, holding … as the store keeps it: the keys
// it is found by, its place in the change feed, and a body that is the JSON of
// the noun (Account, Transaction …).
type Record struct {
	ID             RecordID
	Tenant         TenantID
	Connection     ConnectionID
	Account        RecordID // the account it hangs on; empty for accounts, securities, identity
	Kind           RecordKind
	Ref            string // the institution's own id, or a likeness where it gives none; matching goes by it
	DuplicateIndex int    // which of several with the same likeness: two identical rows on one day stay two
	Day            Date   // orders and filters: booking day of a transaction, issue of a document
	State          string // pending, posted, reversed … of the noun
	Version        int    // counts the changes of this one thing, from 1
	Position       int64  // in the connection's change feed; given by the store
	Changed        time.Time
	Removed        bool
	Reason         string // why this version came: first, posted, corrected, removed, erased
	Body           json.RawMessage
	Sealed         Sealed // what must not be read from the database: numbers, tax documents
	Digest         uint64 // keyed, of what the institution said when this version came; 0: not known. It tells nothing without the key
}

// Extra is what an institution sends beyond our fields, keyed by the standard
// it comes from ("ofb.ipocCode", "ofx.FITID"), never by a vendor of linking.
// Decimals in it are text.
type Extra map[string]any

// AccountKind is the broad kind of an account.
type AccountKind string

const (
	AccountDepository AccountKind = "depository" // subtypes: checking, savings, payment, money_market, cd
	AccountCard       AccountKind = "card"       // credit, debit, prepaid
	AccountLoan       AccountKind = "loan"       // loan, mortgage, overdraft, invoice, line_of_credit
	AccountInvestment AccountKind = "investment" // brokerage, ira, 401k, fixed_income, funds, treasury, variable_income
	AccountPension    AccountKind = "pension"
	AccountOther      AccountKind = "other"
)

// Account is one account at an institution.
type Account struct {
	ID         RecordID       `json:"id,omitempty"`                       // ours; set when read
	Connection ConnectionID   `json:"connection,omitempty"`               // set when read
	Ref        string         `json:"ref" seal:"public"`                  // the institution's own id
	StableRef  string         `json:"stable_ref,omitempty" seal:"public"` // another of its ids, which stays the same where Ref changes with each consent
	Kind       AccountKind    `json:"kind"`
	Subtype    string         `json:"subtype,omitempty" seal:"public"`
	Name       string         `json:"name" seal:"text"`
	Official   string         `json:"official_name,omitempty" seal:"text"`
	Holders    []Holder       `json:"holders,omitempty"`
	Mask       string         `json:"mask,omitempty" seal:"public"` // last four
	Numbers    AccountNumbers `json:"-" seal:"private"`             // sealed, and read only on demand
	Currency   string         `json:"currency" seal:"public"`
	Balances   Balances       `json:"balances"`
	Status     string         `json:"status,omitempty" seal:"public"` // open, closed, blocked
	Opened     Date           `json:"opened,omitzero"`
	Extra      Extra          `json:"extra,omitempty" seal:"private"`
}

// Holder is somebody an account belongs to.
type Holder struct {
	Name string `json:"name" seal:"public"`
	Role string `json:"role" seal:"public"` // owner, joint, authorised, company
}

// AccountNumbers are the numbers an account is paid under.
type AccountNumbers struct {
	Number     string `json:"number,omitempty"`
	CheckDigit string `json:"check_digit,omitempty"`
	Branch     string `json:"branch,omitempty"`
	Routing    string `json:"routing,omitempty"`
	IBAN       string `json:"iban,omitempty"`
	BIC        string `json:"bic,omitempty"`
	SortCode   string `json:"sort_code,omitempty"`
	COMPE      string `json:"compe,omitempty"`
	ISPB       string `json:"ispb,omitempty"`
	PAN        string `json:"pan,omitempty"` // masked by the source
}

// Balances are what an account holds. A balance the source does not give is nil,
// never zero. Current is what is booked: for a card or loan, negative is owed.
type Balances struct {
	Current             *Money    `json:"current,omitempty"`
	Available           *Money    `json:"available,omitempty"`
	Limit               *Money    `json:"limit,omitempty"`
	Used                *Money    `json:"used,omitempty"` // of the limit
	Blocked             *Money    `json:"blocked,omitempty"`
	Invested            *Money    `json:"invested,omitempty"` // swept automatically
	OverdraftContracted *Money    `json:"overdraft_contracted,omitempty"`
	OverdraftUsed       *Money    `json:"overdraft_used,omitempty"`
	OverdraftUnarranged *Money    `json:"overdraft_unarranged,omitempty"`
	AsOf                time.Time `json:"as_of,omitzero"`
}

// TransactionState is where a transaction stands in its life.
type TransactionState string

const (
	TransactionPending  TransactionState = "pending"
	TransactionPosted   TransactionState = "posted"
	TransactionReversed TransactionState = "reversed"
	TransactionRemoved  TransactionState = "removed"
)

// Transaction is one logical movement from pending to posted to corrected; its
// id never changes.
type Transaction struct {
	ID          RecordID         `json:"id,omitempty"`
	Connection  ConnectionID     `json:"connection,omitempty"`
	Account     RecordID         `json:"account,omitempty"`
	AccountRef  string           `json:"account_ref,omitempty" seal:"public"`
	Ref         string           `json:"ref,omitempty" seal:"public"`         // the institution's id; empty where it gives none
	PendingRef  string           `json:"pending_ref,omitempty" seal:"public"` // the id it had while pending
	State       TransactionState `json:"state"`
	Amount      Money            `json:"amount"` // positive is money in
	Booked      Date             `json:"booked"` // booking day; for a pending one the expected or transaction day
	Value       Date             `json:"value_date,omitzero"`
	Transacted  time.Time        `json:"transacted_at,omitzero"`
	Description string           `json:"description" seal:"text"`
	Original    string           `json:"original_description,omitempty" seal:"text"`
	// Kind is card, transfer, pix, ted, boleto, fee, interest, cash, salary,
	// direct_debit, cheque, refund, payment or other.
	Kind         string        `json:"kind,omitempty" seal:"public"`
	Counterparty *Counterparty `json:"counterparty,omitempty"`
	MCC          string        `json:"mcc,omitempty" seal:"public"`
	Category     string        `json:"category,omitempty" seal:"public"` // from the source only; never guessed
	BalanceAfter *Money        `json:"balance_after,omitempty"`
	Foreign      *Money        `json:"foreign_amount,omitempty"`
	Rate         *Decimal      `json:"rate,omitempty"` // account currency for one unit of the foreign one
	Check        string        `json:"check_number,omitempty" seal:"public"`
	CardMask     string        `json:"card_mask,omitempty" seal:"public"`
	BillRef      string        `json:"bill_ref,omitempty" seal:"public"` // institution's id of the card bill
	Instalment   *Instalment   `json:"instalment,omitempty"`
	Extra        Extra         `json:"extra,omitempty" seal:"private"`
	Version      int           `json:"version,omitempty"`
	Changed      time.Time     `json:"changed_at,omitzero"`
}

// Instalment is the n-th of m.
type Instalment struct {
	Number int `json:"number"`
	Of     int `json:"of"`
}

// Counterparty is the other side of a movement.
type Counterparty struct {
	Name    string     `json:"name,omitempty" seal:"public"`
	TaxID   string     `json:"tax_id,omitempty" seal:"private"`
	Bank    string     `json:"bank,omitempty" seal:"public"` // code
	Branch  string     `json:"branch,omitempty" seal:"private"`
	Account string     `json:"account,omitempty" seal:"private"`
	IBAN    string     `json:"iban,omitempty" seal:"private"`
	Kind    PersonKind `json:"kind,omitempty"`
}

// CardBill is one billing cycle of a card account.
type CardBill struct {
	ID         RecordID      `json:"id,omitempty"`
	Connection ConnectionID  `json:"connection,omitempty"`
	Account    RecordID      `json:"account,omitempty"`
	AccountRef string        `json:"account_ref,omitempty" seal:"public"`
	Ref        string        `json:"ref" seal:"public"`
	Closes     Date          `json:"closes"`
	Due        Date          `json:"due"`
	Total      Money         `json:"total"` // what is owed: positive
	Minimum    *Money        `json:"minimum,omitempty"`
	State      string        `json:"state" seal:"public"` // open, closed, paid
	Payments   []BillPayment `json:"payments,omitempty"`
	Charges    []BillCharge  `json:"charges,omitempty"`
	Extra      Extra         `json:"extra,omitempty" seal:"private"`
}

// BillPayment is money that paid a bill.
type BillPayment struct {
	Day    Date  `json:"day"`
	Amount Money `json:"amount"`
}

// BillCharge is a finance charge of a bill: late interest, fine, IOF.
type BillCharge struct {
	Kind   string `json:"kind" seal:"public"`
	Amount Money  `json:"amount"`
}

// Loan is a credit contract.
type Loan struct {
	ID           RecordID         `json:"id,omitempty"`
	Connection   ConnectionID     `json:"connection,omitempty"`
	Account      RecordID         `json:"account,omitempty"` // where the institution shows it as an account too
	AccountRef   string           `json:"account_ref,omitempty" seal:"public"`
	Ref          string           `json:"ref" seal:"public"`
	Contract     string           `json:"contract_number,omitempty" seal:"private"`
	Name         string           `json:"name" seal:"text"`
	Kind         string           `json:"kind" seal:"public"` // loan, financing, overdraft, invoice_financing, mortgage
	Subtype      string           `json:"subtype,omitempty" seal:"public"`
	Contracted   Date             `json:"contracted"`
	Matures      Date             `json:"matures,omitzero"`
	Amount       *Money           `json:"amount,omitempty"` // what was lent; nil: unknown
	Outstanding  Money            `json:"outstanding"`      // what is still owed: positive
	Rates        []LoanRate       `json:"rates,omitempty"`
	TotalCost    *Decimal         `json:"total_cost,omitempty"` // CET, a fraction a year
	Instalments  LoanInstalments  `json:"instalments,omitzero"`
	Schedule     []LoanInstalment `json:"schedule,omitempty"`
	Payments     []LoanPayment    `json:"payments,omitempty"`
	Amortisation string           `json:"amortisation,omitempty" seal:"public"` // sac, price, sam, other
	Guarantees   []Guarantee      `json:"guarantees,omitempty"`
	Fees         []LoanFee        `json:"fees,omitempty"`
	Extra        Extra            `json:"extra,omitempty" seal:"private"`
}

// LoanRate is one rate of a contract, as fractions ("0.0199" is 1.99 %).
type LoanRate struct {
	Nominal   *Decimal `json:"nominal,omitempty"`
	Effective *Decimal `json:"effective,omitempty"`
	Period    string   `json:"period" seal:"public"` // month, year
	Index     string   `json:"index,omitempty" seal:"public"`
	Kind      string   `json:"kind,omitempty" seal:"public"` // nominal, effective
}

// LoanInstalments sums up a contract's instalments.
type LoanInstalments struct {
	Total       int    `json:"total"`
	Paid        int    `json:"paid"`
	Due         int    `json:"due"`
	Overdue     int    `json:"overdue"`
	Amount      *Money `json:"amount,omitempty"`
	DueDay      int    `json:"due_day,omitempty"`
	Periodicity string `json:"periodicity,omitempty" seal:"public"` // month
}

// LoanInstalment is one line of the schedule.
type LoanInstalment struct {
	Number int   `json:"number"`
	Due    Date  `json:"due"`
	Amount Money `json:"amount"`
	Paid   bool  `json:"paid"`
}

// LoanPayment is money paid on a contract.
type LoanPayment struct {
	Ref    string `json:"ref" seal:"public"`
	Day    Date   `json:"day"`
	Amount Money  `json:"amount"`
	Number int    `json:"number,omitempty"` // the instalment it paid
}

// Guarantee secures a contract.
type Guarantee struct {
	Kind    string `json:"kind" seal:"public"`
	Subtype string `json:"subtype,omitempty" seal:"public"`
	Amount  Money  `json:"amount"`
}

// LoanFee is a contracted fee.
type LoanFee struct {
	Name   string `json:"name" seal:"public"`
	Code   string `json:"code,omitempty" seal:"public"`
	Amount Money  `json:"amount"`
}

// Security is what can be held.
type Security struct {
	ID         RecordID     `json:"id,omitempty"`
	Connection ConnectionID `json:"connection,omitempty"`
	Ref        string       `json:"ref" seal:"public"`
	ISIN       string       `json:"isin,omitempty" seal:"public"`
	CUSIP      string       `json:"cusip,omitempty" seal:"public"`
	Ticker     string       `json:"ticker,omitempty" seal:"public"`
	Name       string       `json:"name" seal:"public"`
	Kind       string       `json:"kind" seal:"public"` // equity, etf, fund, fixed_income, treasury, pension, derivative, crypto, cash, other
	Subtype    string       `json:"subtype,omitempty" seal:"public"`
	Currency   string       `json:"currency" seal:"public"`
	Issuer     string       `json:"issuer,omitempty" seal:"public"`
	Extra      Extra        `json:"extra,omitempty" seal:"private"`
}

// Holding is a position in a security.
type Holding struct {
	ID          RecordID     `json:"id,omitempty"`
	Connection  ConnectionID `json:"connection,omitempty"`
	Account     RecordID     `json:"account,omitempty"`
	AccountRef  string       `json:"account_ref,omitempty" seal:"public"`
	Ref         string       `json:"ref" seal:"public"`
	Security    RecordID     `json:"security,omitempty"`
	SecurityRef string       `json:"security_ref,omitempty" seal:"public"`
	Quantity    Decimal      `json:"quantity"`
	UnitPrice   *Money       `json:"unit_price,omitempty"`
	PriceDate   Date         `json:"price_date,omitzero"`
	Value       Money        `json:"value"`
	CostBasis   *Money       `json:"cost_basis,omitempty"`
	Acquired    Date         `json:"acquired,omitzero"`
	Matures     Date         `json:"matures,omitzero"`
	Gross       *Money       `json:"gross,omitempty"`
	Net         *Money       `json:"net,omitempty"`
	Kind        string       `json:"kind" seal:"public"` // as Security.Kind
	Subtype     string       `json:"subtype,omitempty" seal:"public"`
	Extra       Extra        `json:"extra,omitempty" seal:"private"`
}

// InvestmentTransaction is a movement in an investment account.
type InvestmentTransaction struct {
	ID          RecordID     `json:"id,omitempty"`
	Connection  ConnectionID `json:"connection,omitempty"`
	Account     RecordID     `json:"account,omitempty"`
	AccountRef  string       `json:"account_ref,omitempty" seal:"public"`
	Ref         string       `json:"ref" seal:"public"`
	Security    RecordID     `json:"security,omitempty"`
	SecurityRef string       `json:"security_ref,omitempty" seal:"public"`
	Kind        string       `json:"kind" seal:"public"` // buy, sell, dividend, interest, fee, tax, transfer, split, contribution, withdrawal, other
	Traded      Date         `json:"trade_date"`
	Settled     Date         `json:"settle_date,omitzero"`
	Quantity    *Decimal     `json:"quantity,omitempty"`
	Price       *Money       `json:"price,omitempty"`
	Amount      Money        `json:"amount"` // positive is money in
	Fees        *Money       `json:"fees,omitempty"`
	Withheld    *Money       `json:"tax_withheld,omitempty"`
	Description string       `json:"description,omitempty" seal:"text"`
	Extra       Extra        `json:"extra,omitempty" seal:"private"`
}

// Identity is who the institution says the person is. The whole of it is sealed.
type Identity struct {
	ID         RecordID          `json:"id,omitempty"`
	Connection ConnectionID      `json:"connection,omitempty"`
	Ref        string            `json:"ref" seal:"public"`
	Kind       PersonKind        `json:"kind" seal:"private"`
	Names      []string          `json:"names" seal:"private"`
	Documents  []TaxDocument     `json:"documents,omitempty" seal:"private"`
	Born       Date              `json:"birth_date,omitzero" seal:"private"`
	Emails     []string          `json:"emails,omitempty" seal:"private"`
	Phones     []string          `json:"phones,omitempty" seal:"private"`
	Addresses  []Address         `json:"addresses,omitempty" seal:"private"`
	Relations  []AccountRelation `json:"relations,omitempty" seal:"private"`
	Extra      Extra             `json:"extra,omitempty" seal:"private"`
}

// TaxDocument is a number by which a state knows somebody.
type TaxDocument struct {
	Kind   string `json:"kind"` // cpf, cnpj, ssn, ein, nif, dni, passport
	Number string `json:"number"`
}

// Address is a postal address.
type Address struct {
	Lines    []string `json:"lines"`
	City     string   `json:"city,omitempty"`
	Region   string   `json:"region,omitempty"`
	Postcode string   `json:"postcode,omitempty"`
	Country  string   `json:"country"`
}

// AccountRelation is the person's part in one account.
type AccountRelation struct {
	AccountRef string   `json:"account_ref"`
	Account    RecordID `json:"account,omitempty"`
	Role       string   `json:"role"`
}
