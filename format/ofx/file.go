package ofx

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// File is what a file says, in its own terms.
type File struct {
	Header      Header
	SignOn      SignOn
	Statements  []Statement  // bank and card
	Investments []Investment // investment statements
	Securities  []Security
	AccountList []ListedAccount
	Profile     *Profile
	Failures    []Failure // questions that the institution answered with an error
	Warnings    []*Error  // what was left out because it could not be understood; at most 50
}

// SignOn is the answer to the login.
type SignOn struct {
	Status     Status
	Server     Stamp
	Language   string
	Org, FID   string
	IntuitBank string // INTU.BID: what Quicken calls the institution
	Line       int    // 0: there was none
}

// Status is how the institution answered.
type Status struct {
	Code     int
	Severity string // INFO, WARN, ERROR
	Message  string
}

// Failed reports whether the question was refused.
func (s Status) Failed() bool { return s.Severity == "ERROR" }

// Failure is a question that was refused.
type Failure struct {
	Element      string // STMTTRNRS, CCSTMTTRNRS …
	Status       Status
	Line, Column int
}

// Stamp is a date with what is known of its time.
type Stamp struct {
	Day   fairlead.Date // as the institution wrote it, in its own zone
	At    time.Time     // UTC; a date without a zone counts as UTC, as the specification has it
	Clock bool          // a time of day was given
}

func (s Stamp) IsZero() bool { return s.Day.IsZero() }

// AccountFrom names an account.
type AccountFrom struct {
	Bank   string // BANKID, or BROKERID
	Branch string
	ID     string
	Type   string // CHECKING, SAVINGS, MONEYMRKT, CREDITLINE, CD; empty for cards and investments
	Key    string // ACCTKEY: a check digit in some countries
}

// Balance is an amount on a day.
type Balance struct {
	Amount fairlead.Decimal
	AsOf   Stamp
}

// NamedBalance is a line of BALLIST.
type NamedBalance struct {
	Name, Description, Type string // Type: DOLLAR, PERCENT, NUMBER
	Value                   fairlead.Decimal
}

// Statement is a bank or card account with its rows.
type Statement struct {
	Card         bool
	Currency     string // CURDEF
	Account      AccountFrom
	Start, End   Stamp // what the rows claim to cover
	Ledger       *Balance
	Available    *Balance
	Balances     []NamedBalance
	Transactions []Transaction
	Line, Column int
}

// Currency is CURRENCY or ORIGCURRENCY.
type Currency struct {
	Symbol string
	Rate   *fairlead.Decimal // statement's currency for one of Symbol
}

// Payee is the other side, at length.
type Payee struct {
	Name, City, State, PostalCode, Country, Phone string
	Lines                                         []string
}

// Transaction is STMTTRN, or STMTTRNP where Pending.
type Transaction struct {
	Type          string
	Pending       bool
	Posted        Stamp // DTTRAN of a pending one
	User          Stamp // when the person did it
	Available     Stamp // value date
	Amount        fairlead.Decimal
	FITID         string
	CorrectFITID  string
	CorrectAction string // REPLACE, DELETE
	ServerID      string // SRVRTID
	Check         string
	Reference     string // REFNUM
	SIC           string
	Name          string
	LongName      string // EXTDNAME
	Payee         *Payee
	Memo          string
	To            *AccountFrom
	Currency      *Currency         // the amount is in this currency
	Original      *Currency         // the amount was converted from this currency
	Other         map[string]string // further values, by element
	Line, Column  int
}

// Investment is an investment account with what it did and holds.
type Investment struct {
	AsOf         Stamp
	Currency     string
	Account      AccountFrom
	Start, End   Stamp
	Movements    []Movement
	Listed       bool // a list of positions was given, even if empty
	Positions    []Position
	Cash         *fairlead.Decimal // AVAILCASH
	Margin       *fairlead.Decimal
	Short        *fairlead.Decimal
	BuyingPower  *fairlead.Decimal
	Balances     []NamedBalance
	Route        *Plan // of a 401(k)
	Line, Column int
}

// Plan is INV401K and INV401KBAL.
type Plan struct {
	Employer string
	Vested   *fairlead.Decimal // per cent
	Total    *fairlead.Decimal
}

// SecurityID names a security.
type SecurityID struct {
	ID   string
	Type string // CUSIP, ISIN, TICKER, PRIVATE …
}

// Movement is one thing that happened in an investment account.
type Movement struct {
	Element      string // BUYSTOCK, INCOME, TRANSFER …, INVBANKTRAN
	FITID        string
	Reversal     string // REVERSALFITID
	Traded       Stamp
	Settled      Stamp
	Memo         string
	Security     SecurityID
	Units        *fairlead.Decimal
	Price        *fairlead.Decimal
	Total        *fairlead.Decimal
	Commission   *fairlead.Decimal
	Fees         *fairlead.Decimal
	Load         *fairlead.Decimal
	Taxes        *fairlead.Decimal
	Withheld     *fairlead.Decimal
	Action       string // BUYTYPE, SELLTYPE, INCOMETYPE, TFERACTION, OPTACTION
	Source       string // INV401KSOURCE
	SubAccount   string // SUBACCTSEC
	Currency     *Currency
	Original     *Currency
	Bank         *Transaction // of INVBANKTRAN
	Other        map[string]string
	Line, Column int
}

// Position is a security held.
type Position struct {
	Element      string // POSSTOCK, POSMF …
	Security     SecurityID
	SubAccount   string // HELDINACCT
	Side         string // LONG, SHORT
	Units        fairlead.Decimal
	Price        *fairlead.Decimal
	Value        fairlead.Decimal
	PriceAsOf    Stamp
	Memo         string
	Source       string // INV401KSOURCE
	Currency     *Currency
	Line, Column int
}

// Security is an entry of SECLIST.
type Security struct {
	Element  string // STOCKINFO, MFINFO, DEBTINFO, OPTINFO, OTHERINFO
	ID       SecurityID
	Name     string
	Ticker   string
	Subtype  string // STOCKTYPE, MFTYPE, DEBTTYPE, OPTTYPE
	Currency string
	Matures  Stamp // DTMAT of a bond
}

// ListedAccount is an account that the login can see (ACCTINFO).
type ListedAccount struct {
	Element     string // BANKACCTINFO, CCACCTINFO, INVACCTINFO
	Description string
	Account     AccountFrom
	Status      string // SVCSTATUS: AVAIL, PEND, ACTIVE
	Product     string // USPRODUCTTYPE: 401K, IRA …
}

// Profile is what an institution's server says of itself.
type Profile struct {
	Name, City, State, PostalCode, Country string
	Phone, URL, Email                      string
	Updated                                Stamp
	MessageSets                            []MessageSet
}

// MessageSet is a kind of question that the server answers.
type MessageSet struct {
	Name    string // BANKMSGSETV1
	URL     string
	Realm   string
	Version string
}
