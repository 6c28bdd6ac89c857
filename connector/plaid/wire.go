package plaid

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// number is a JSON number by its digits: amounts never pass through a float.
type number struct {
	value fairlead.Decimal
	given bool // it was there, and not null
}

// UnmarshalJSON reads a number, in quotes too. One that can't be read is not known.
func (n *number) UnmarshalJSON(b []byte) error {
	value, err := kit.ParseDecimal(strings.Trim(string(bytes.TrimSpace(b)), `"`))
	*n = number{value, err == nil}
	return nil
}

// day is a calendar day, which no time of day and no zone moves; one that can't be read is
// not known.
type day struct{ fairlead.Date }

func (d *day) UnmarshalJSON(b []byte) error {
	text, _, _ := strings.Cut(strings.Trim(string(bytes.TrimSpace(b)), `"`), "T")
	at, err := fairlead.ParseDate(text)
	if err != nil || at.Year < 1900 { // what pads a day that is not known
		at = fairlead.Date{}
	}
	d.Date = at
	return nil
}

// yes is a flag that is set, in quotes too.
type yes bool

func (y *yes) UnmarshalJSON(b []byte) error {
	*y = strings.Trim(string(bytes.TrimSpace(b)), `"`) == "true"
	return nil
}

// money is nil where there was no number, which is never zero.
func (n number) money(currency string) *fairlead.Money {
	if !n.given {
		return nil
	}
	return &fairlead.Money{Amount: n.value, Currency: currency}
}

// decimal is nil where there was no number.
func (n number) decimal() *fairlead.Decimal {
	if !n.given {
		return nil
	}
	return &n.value
}

// fraction is a percentage (14.49) as a fraction (0.1449).
func (n number) fraction() *fairlead.Decimal {
	if !n.given {
		return nil
	}
	d := n.value.Mul(fairlead.NewDecimal(1, 2))
	return &d
}

// text is the digits, for Extra; nil where there were none.
func (n number) text() any {
	if !n.given {
		return nil
	}
	return n.value.String()
}

// instant is a point in time; one that can't be read is not known.
type instant struct{ time.Time }

func (i *instant) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil || text == nil {
		i.Time = time.Time{}
		return nil // a time beside the data breaks nothing
	}
	at, err := time.Parse(time.RFC3339Nano, *text)
	if err != nil || at.Year() <= 1970 {
		i.Time = time.Time{}
		return nil
	}
	i.Time = at.UTC()
	return nil
}

// answer is what every answer of Plaid's has; one without its request_id is no answer of
// Plaid's but of something between.
type answer struct {
	RequestID string `json:"request_id"`
}

func (a answer) whole() bool { return a.RequestID != "" }

// reply is any answer: whole reports whether it has what it must.
type reply interface{ whole() bool }

// failure is Plaid's error object.
type failure struct {
	Type    string `json:"error_type"`
	Code    string `json:"error_code"`
	Message string `json:"error_message"`
	Request string `json:"request_id"`
}

// The shapes of Plaid's codes and request ids: what has another is somebody's own text, which
// may be anything, and goes into no error and no store.
var (
	codeShape    = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,80}$`)
	requestShape = regexp.MustCompile(`^[0-9A-Za-z]{1,24}$`)
)

// UnmarshalJSON reads an error object; one whose code is none has no code.
func (f *failure) UnmarshalJSON(b []byte) error {
	type plain failure
	err := json.Unmarshal(b, (*plain)(f))
	if !codeShape.MatchString(f.Code) {
		f.Code = ""
	}
	if !requestShape.MatchString(f.Request) {
		f.Request = ""
	}
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); mistyped {
		return nil
	}
	return err
}

type (
	tokenCreated struct {
		answer
		LinkToken  string  `json:"link_token"`
		Expiration instant `json:"expiration"`
		URL        string  `json:"hosted_link_url"`
	}
	tokenState struct {
		answer
		LinkToken string        `json:"link_token"`
		Sessions  []linkSession `json:"link_sessions"`
	}
	linkSession struct {
		ID       string  `json:"link_session_id"`
		Finished instant `json:"finished_at"`
		Results  *struct {
			Items []itemAdded `json:"item_add_results"`
		} `json:"results"`
		Exit      *linkExit `json:"exit"`
		OldExit   *linkExit `json:"on_exit"`
		OldResult *struct {
			PublicToken string `json:"public_token"`
			Metadata    struct {
				Institution *linkInstitution `json:"institution"`
			} `json:"metadata"`
		} `json:"on_success"`
	}
	itemAdded struct {
		PublicToken string           `json:"public_token"`
		Institution *linkInstitution `json:"institution"`
	}
	linkInstitution struct {
		ID   string `json:"institution_id"`
		Name string `json:"name"`
	}
	linkExit struct {
		Error    *failure `json:"error"`
		Metadata struct {
			Status string `json:"status"`
		} `json:"metadata"`
	}
	exchanged struct {
		answer
		AccessToken string `json:"access_token"`
		ItemID      string `json:"item_id"`
	}
	itemState struct {
		answer
		Item   *item `json:"item"`
		Status *struct {
			Transactions *updates `json:"transactions"`
			Investments  *updates `json:"investments"`
		} `json:"status"`
	}
	item struct {
		ID          string   `json:"item_id"`
		Institution string   `json:"institution_id"`
		Error       *failure `json:"error"`
		Available   []string `json:"available_products"`
		Products    []string `json:"products"`
		Billed      []string `json:"billed_products"`
		Consented   []string `json:"consented_products"`
		Expires     instant  `json:"consent_expiration_time"`
	}
	updates struct {
		Good instant `json:"last_successful_update"`
	}
)

func (r tokenCreated) whole() bool { return r.answer.whole() && r.LinkToken != "" }
func (r tokenState) whole() bool   { return r.answer.whole() && r.LinkToken != "" }
func (r exchanged) whole() bool    { return r.answer.whole() && r.AccessToken != "" && r.ItemID != "" }
func (r itemState) whole() bool    { return r.answer.whole() && r.Item != nil && r.Item.ID != "" }

// broken is what is wrong with the item; nil: nothing. Old servers write an empty object.
func (i item) broken() *failure {
	if i.Error == nil || i.Error.Code == "" {
		return nil
	}
	return i.Error
}

type (
	accountList struct {
		answer
		Accounts []account `json:"accounts"`
	}
	account struct {
		ID         string   `json:"account_id"`
		Persistent string   `json:"persistent_account_id"`
		Name       string   `json:"name"`
		Official   string   `json:"official_name"`
		Mask       string   `json:"mask"`
		Type       string   `json:"type"`
		Subtype    string   `json:"subtype"`
		Category   string   `json:"holder_category"`
		Balances   balances `json:"balances"`
		Owners     []owner  `json:"owners"`
	}
	balances struct {
		Current    number  `json:"current"`
		Available  number  `json:"available"`
		Limit      number  `json:"limit"`
		Margin     number  `json:"margin_loan_amount"`
		Currency   string  `json:"iso_currency_code"`
		Unofficial string  `json:"unofficial_currency_code"`
		Updated    instant `json:"last_updated_datetime"`
	}
	owner struct {
		Names  []string `json:"names"`
		Emails []struct {
			Data    string `json:"data"`
			Primary yes    `json:"primary"`
		} `json:"emails"`
		Phones []struct {
			Data    string `json:"data"`
			Primary yes    `json:"primary"`
		} `json:"phone_numbers"`
		Addresses []struct {
			Data    address `json:"data"`
			Primary yes     `json:"primary"`
		} `json:"addresses"`
	}
	address struct {
		Street   string `json:"street"`
		City     string `json:"city"`
		Region   string `json:"region"`
		Postcode string `json:"postal_code"`
		Country  string `json:"country"`
	}
)

func (r accountList) whole() bool { return r.answer.whole() && r.Accounts != nil }

type (
	syncPage struct {
		answer
		Status   string        `json:"transactions_update_status"`
		Accounts []account     `json:"accounts"`
		Added    []transaction `json:"added"`
		Modified []transaction `json:"modified"`
		Removed  []struct {
			ID      string `json:"transaction_id"`
			Account string `json:"account_id"`
		} `json:"removed"`
		Next string `json:"next_cursor"`
		More yes    `json:"has_more"`
	}
	transaction struct {
		ID             string         `json:"transaction_id"`
		Account        string         `json:"account_id"`
		Amount         number         `json:"amount"` // positive is money out
		Currency       string         `json:"iso_currency_code"`
		Unofficial     string         `json:"unofficial_currency_code"`
		Date           day            `json:"date"`
		Authorized     day            `json:"authorized_date"`
		Time           instant        `json:"datetime"`
		AuthorizedTime instant        `json:"authorized_datetime"`
		Name           string         `json:"name"`
		Merchant       string         `json:"merchant_name"`
		Original       string         `json:"original_description"`
		Pending        yes            `json:"pending"`
		PendingID      string         `json:"pending_transaction_id"`
		Check          string         `json:"check_number"`
		Owner          string         `json:"account_owner"`
		Channel        string         `json:"payment_channel"`
		Code           string         `json:"transaction_code"`
		Website        string         `json:"website"`
		Payment        payment        `json:"payment_meta"`
		Location       map[string]any `json:"location"`
		Category       *struct {
			Primary    string `json:"primary"`
			Detailed   string `json:"detailed"`
			Confidence string `json:"confidence_level"`
			Version    string `json:"version"`
		} `json:"personal_finance_category"`
		Counterparties []counterparty `json:"counterparties"`
	}
	payment struct {
		Payee     string `json:"payee"`
		Payer     string `json:"payer"`
		Reference string `json:"reference_number"`
		PPD       string `json:"ppd_id"`
		By        string `json:"by_order_of"`
		Method    string `json:"payment_method"`
		Processor string `json:"payment_processor"`
		Reason    string `json:"reason"`
	}
	counterparty struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Entity  string `json:"entity_id"`
		Website string `json:"website"`
		Numbers struct {
			BACS struct {
				Account  string `json:"account"`
				SortCode string `json:"sort_code"`
			} `json:"bacs"`
			International struct {
				IBAN string `json:"iban"`
				BIC  string `json:"bic"`
			} `json:"international"`
		} `json:"account_numbers"`
	}
)

func (r syncPage) whole() bool {
	return r.answer.whole() && r.Added != nil && r.Modified != nil && r.Removed != nil
}

type (
	liabilityList struct {
		answer
		Accounts    []account    `json:"accounts"`
		Liabilities *liabilities `json:"liabilities"`
	}
	liabilities struct {
		Credit   []creditCard `json:"credit"`
		Mortgage []mortgage   `json:"mortgage"`
		Student  []student    `json:"student"`
	}
	creditCard struct {
		Account string `json:"account_id"`
		APRs    []struct {
			Percentage number `json:"apr_percentage"`
			Type       string `json:"apr_type"`
			Balance    number `json:"balance_subject_to_apr"`
			Interest   number `json:"interest_charge_amount"`
		} `json:"aprs"`
		Overdue          *bool  `json:"is_overdue"`
		LastPayment      number `json:"last_payment_amount"`
		LastPaid         day    `json:"last_payment_date"`
		Issued           day    `json:"last_statement_issue_date"`
		StatementBalance number `json:"last_statement_balance"`
		Minimum          number `json:"minimum_payment_amount"`
		Due              day    `json:"next_payment_due_date"`
	}
	mortgage struct {
		Account     string `json:"account_id"`
		Number      string `json:"account_number"`
		Description string `json:"loan_type_description"`
		Term        string `json:"loan_term"`
		Originated  day    `json:"origination_date"`
		Principal   number `json:"origination_principal_amount"`
		Matures     day    `json:"maturity_date"`
		Rate        struct {
			Percentage number `json:"percentage"`
			Type       string `json:"type"`
		} `json:"interest_rate"`
		Monthly     number   `json:"next_monthly_payment"`
		Due         day      `json:"next_payment_due_date"`
		LastPayment number   `json:"last_payment_amount"`
		LastPaid    day      `json:"last_payment_date"`
		PastDue     number   `json:"past_due_amount"`
		LateFee     number   `json:"current_late_fee"`
		Escrow      number   `json:"escrow_balance"`
		PMI         *bool    `json:"has_pmi"`
		Penalty     *bool    `json:"has_prepayment_penalty"`
		Interest    number   `json:"ytd_interest_paid"`
		Repaid      number   `json:"ytd_principal_paid"`
		Property    *address `json:"property_address"`
	}
	student struct {
		Account     string `json:"account_id"`
		Number      string `json:"account_number"`
		Name        string `json:"loan_name"`
		Originated  day    `json:"origination_date"`
		Principal   number `json:"origination_principal_amount"`
		Payoff      day    `json:"expected_payoff_date"`
		Rate        number `json:"interest_rate_percentage"`
		Minimum     number `json:"minimum_payment_amount"`
		Due         day    `json:"next_payment_due_date"`
		LastPayment number `json:"last_payment_amount"`
		LastPaid    day    `json:"last_payment_date"`
		Unpaid      number `json:"outstanding_interest_amount"`
		Overdue     *bool  `json:"is_overdue"`
		Guarantor   string `json:"guarantor"`
		Sequence    string `json:"sequence_number"`
		Status      struct {
			Type string `json:"type"`
			Ends day    `json:"end_date"`
		} `json:"loan_status"`
		Plan struct {
			Type        string `json:"type"`
			Description string `json:"description"`
		} `json:"repayment_plan"`
		Interest number `json:"ytd_interest_paid"`
		Repaid   number `json:"ytd_principal_paid"`
	}
)

func (r liabilityList) whole() bool {
	return r.answer.whole() && r.Accounts != nil && r.Liabilities != nil
}

type (
	holdingList struct {
		answer
		Accounts   []account  `json:"accounts"`
		Holdings   []holding  `json:"holdings"`
		Securities []security `json:"securities"`
	}
	holding struct {
		Account    string `json:"account_id"`
		Security   string `json:"security_id"`
		Quantity   number `json:"quantity"`
		Price      number `json:"institution_price"`
		Priced     day    `json:"institution_price_as_of"`
		Value      number `json:"institution_value"`
		Cost       number `json:"cost_basis"`
		Currency   string `json:"iso_currency_code"`
		Unofficial string `json:"unofficial_currency_code"`
		Vested     number `json:"vested_quantity"`
		VestedFor  number `json:"vested_value"`
		Lots       []struct {
			ID       string  `json:"institution_lot_id"`
			Bought   instant `json:"original_purchase_datetime"`
			Quantity number  `json:"quantity"`
			Price    number  `json:"purchase_price"`
			Cost     number  `json:"cost_basis"`
			Value    number  `json:"current_value"`
			Position string  `json:"position_type"`
		} `json:"tax_lots"`
	}
	security struct {
		ID         string `json:"security_id"`
		ISIN       string `json:"isin"`
		CUSIP      string `json:"cusip"`
		Ticker     string `json:"ticker_symbol"`
		Name       string `json:"name"`
		Type       string `json:"type"`
		Subtype    string `json:"subtype"`
		Cash       bool   `json:"is_cash_equivalent"`
		Close      number `json:"close_price"`
		Closed     day    `json:"close_price_as_of"`
		Currency   string `json:"iso_currency_code"`
		Unofficial string `json:"unofficial_currency_code"`
		Market     string `json:"market_identifier_code"`
		Sector     string `json:"sector"`
		Industry   string `json:"industry"`
		Option     *struct {
			Kind       string `json:"contract_type"`
			Expires    day    `json:"expiration_date"`
			Strike     number `json:"strike_price"`
			Underlying string `json:"underlying_security_ticker"`
		} `json:"option_contract"`
		Bond *struct {
			Matures day    `json:"maturity_date"`
			Issued  day    `json:"issue_date"`
			Face    number `json:"face_value"`
			Yield   *struct {
				Percentage number `json:"percentage"`
				Type       string `json:"type"`
			} `json:"yield_rate"`
		} `json:"fixed_income"`
	}
	movementList struct {
		answer
		Accounts   []account  `json:"accounts"`
		Securities []security `json:"securities"`
		Movements  []movement `json:"investment_transactions"`
		Total      int        `json:"total_investment_transactions"`
	}
	movement struct {
		ID         string  `json:"investment_transaction_id"`
		Account    string  `json:"account_id"`
		Security   string  `json:"security_id"`
		Date       day     `json:"date"`
		Time       instant `json:"transaction_datetime"`
		Name       string  `json:"name"`
		Quantity   number  `json:"quantity"`
		Amount     number  `json:"amount"` // positive is cash out
		Price      number  `json:"price"`
		Fees       number  `json:"fees"`
		Type       string  `json:"type"`
		Subtype    string  `json:"subtype"`
		Currency   string  `json:"iso_currency_code"`
		Unofficial string  `json:"unofficial_currency_code"`
	}
)

func (r holdingList) whole() bool {
	return r.answer.whole() && r.Accounts != nil && r.Holdings != nil && r.Securities != nil
}

func (r movementList) whole() bool {
	return r.answer.whole() && r.Movements != nil && r.Securities != nil
}

type (
	statementList struct {
		answer
		Accounts []statementAccount `json:"accounts"`
	}
	statementAccount struct {
		ID         string      `json:"account_id"`
		Name       string      `json:"account_name"`
		Mask       string      `json:"account_mask"`
		Statements []statement `json:"statements"`
	}
	statement struct {
		ID     string `json:"statement_id"`
		Posted day    `json:"date_posted"`
		Month  int    `json:"month"`
		Year   int    `json:"year"`
	}
	institutionList struct {
		answer
		Institutions []institution `json:"institutions"`
		Total        int           `json:"total"`
	}
	institution struct {
		ID        string   `json:"institution_id"`
		Name      string   `json:"name"`
		Products  []string `json:"products"`
		Countries []string `json:"country_codes"`
		URL       string   `json:"url"`
		Colour    string   `json:"primary_color"`
		Logo      string   `json:"logo"` // base64 of a PNG
		Routing   []string `json:"routing_numbers"`
		OAuth     bool     `json:"oauth"`
		Status    *struct {
			Logins       *productStatus `json:"item_logins"`
			Transactions *productStatus `json:"transactions_updates"`
			Investments  *productStatus `json:"investments_updates"`
		} `json:"status"`
	}
	productStatus struct {
		Status string `json:"status"` // HEALTHY, DEGRADED, DOWN
	}
	verificationKey struct {
		answer
		Key struct {
			Algorithm string `json:"alg"`
			Curve     string `json:"crv"`
			Kind      string `json:"kty"`
			Use       string `json:"use"`
			ID        string `json:"kid"`
			X         string `json:"x"`
			Y         string `json:"y"`
			Expired   int64  `json:"expired_at"`
		} `json:"key"`
	}
)

func (r statementList) whole() bool   { return r.answer.whole() && r.Accounts != nil }
func (r institutionList) whole() bool { return r.answer.whole() && r.Institutions != nil }
func (r verificationKey) whole() bool { return r.answer.whole() && r.Key.X != "" && r.Key.Y != "" }
