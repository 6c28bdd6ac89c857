package plaid

import (
	"cmp"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

type transaction struct {
	ID              string         `json:"transaction_id"`
	AccountID       string         `json:"account_id"`
	Amount          number         `json:"amount"` // positive is money out
	ISO             *string        `json:"iso_currency_code"`
	Unofficial      *string        `json:"unofficial_currency_code"`
	Category        []string       `json:"category"`    // the older taxonomy: not spoken here
	CategoryID      *string        `json:"category_id"` //
	Check           *string        `json:"check_number"`
	Date            string         `json:"date"`
	Location        location       `json:"location"`
	Name            string         `json:"name"`
	Merchant        *string        `json:"merchant_name"`
	Original        *string        `json:"original_description,omitempty"`
	PaymentMeta     paymentMeta    `json:"payment_meta"`
	Pending         bool           `json:"pending"`
	PendingID       *string        `json:"pending_transaction_id"`
	AccountOwner    *string        `json:"account_owner"`
	Type            string         `json:"transaction_type"`
	LogoURL         *string        `json:"logo_url"`
	Website         *string        `json:"website"`
	AuthorizedDate  *string        `json:"authorized_date"`
	AuthorizedTime  *string        `json:"authorized_datetime"`
	Time            *string        `json:"datetime"`
	PaymentChannel  string         `json:"payment_channel"`
	FinanceCategory *financeCat    `json:"personal_finance_category"`
	Code            *string        `json:"transaction_code"`
	IconURL         *string        `json:"personal_finance_category_icon_url,omitempty"` // never null, says the vendor's description
	Counterparties  []counterparty `json:"counterparties"`
	MerchantEntity  *string        `json:"merchant_entity_id"`
}

type location struct {
	Address  *string `json:"address"`
	City     *string `json:"city"`
	Region   *string `json:"region"`
	Postcode *string `json:"postal_code"`
	Country  *string `json:"country"`
	Lat      *number `json:"lat"`
	Lon      *number `json:"lon"`
	Store    *string `json:"store_number"`
}

type paymentMeta struct {
	Reference *string `json:"reference_number"`
	PPD       *string `json:"ppd_id"`
	Payee     *string `json:"payee"`
	ByOrder   *string `json:"by_order_of"`
	Payer     *string `json:"payer"`
	Method    *string `json:"payment_method"`
	Processor *string `json:"payment_processor"`
	Reason    *string `json:"reason"`
}

type financeCat struct {
	Primary    string  `json:"primary"`
	Detailed   string  `json:"detailed"`
	Confidence *string `json:"confidence_level"`
}

type counterparty struct {
	Name       string  `json:"name"`
	EntityID   *string `json:"entity_id"`
	Type       string  `json:"type"`
	Website    *string `json:"website"`
	LogoURL    *string `json:"logo_url"`
	Confidence *string `json:"confidence_level"`
}

// pendingSuffix makes the id of a transaction's life before it was booked: here it is one
// thing with one id for good, at the vendor it is another as soon as it is booked.
const pendingSuffix = "-pending"

// transactionID is the vendor's id of a transaction in a state; "": it has none, because
// the vendor does not show what was let go.
func transactionID(t fairlead.Transaction) string {
	switch t.State {
	case fairlead.TransactionPending:
		return string(t.ID) + pendingSuffix
	case fairlead.TransactionPosted:
		return string(t.ID)
	}
	return ""
}

// primaries are the vendor's first words of its categories.
var primaries = []string{
	"INCOME", "TRANSFER_IN", "TRANSFER_OUT", "LOAN_PAYMENTS", "LOAN_DISBURSEMENTS", "BANK_FEES", "ENTERTAINMENT", "FOOD_AND_DRINK", "GENERAL_MERCHANDISE",
	"HOME_IMPROVEMENT", "MEDICAL", "PERSONAL_CARE", "GENERAL_SERVICES", "GOVERNMENT_AND_NON_PROFIT", "TRANSPORTATION", "TRAVEL", "RENT_AND_UTILITIES", "OTHER",
}

// financeCategory is the vendor's category where the source said one of the vendor's; no
// other word is translated, for that would be a guess.
func financeCategory(word string) *financeCat {
	for _, primary := range primaries {
		if word == primary || strings.HasPrefix(word, primary+"_") {
			return &financeCat{Primary: primary, Detailed: word}
		}
	}
	return nil
}

// codesOf are the vendor's transaction codes of our kinds, where it has one.
var codesOf = map[string]string{
	"card": "purchase", "transfer": "transfer", "pix": "transfer", "ted": "transfer", "fee": "bank charge", "interest": "interest", "cash": "cash",
	"direct_debit": "direct debit", "cheque": "cheque", "refund": "refund", "payment": "payment", "boleto": "bill payment",
}

// transactionOf describes a transaction with the vendor's sign: what goes out is positive.
func transactionOf(t fairlead.Transaction) transaction {
	out := transaction{
		ID: transactionID(t), AccountID: string(t.Account), Amount: numberOf(t.Amount.Amount.Neg()), Check: orNull(t.Check), Date: t.Booked.String(),
		Name: cmp.Or(t.Description, t.Original), Original: orNull(t.Original), Pending: t.State == fairlead.TransactionPending, Type: "unresolved",
		PaymentChannel: "other", FinanceCategory: financeCategory(t.Category), Code: orNull(codesOf[t.Kind]), Counterparties: []counterparty{},
	}
	out.ISO, out.Unofficial = currencies(t.Amount.Currency)
	if !out.Pending && t.PendingRef != "" {
		out.PendingID = orNull(string(t.ID) + pendingSuffix)
	}
	if !t.Transacted.IsZero() {
		out.AuthorizedDate = orNull(fairlead.DateOf(t.Transacted).String())
		if h, m, s := t.Transacted.UTC().Clock(); h+m+s > 0 { // midnight is a day without a time
			out.AuthorizedTime = orNull(stamp(t.Transacted))
		}
	}
	if p := t.Counterparty; p != nil && p.Name != "" {
		if t.MCC != "" {
			out.Merchant = &p.Name
			out.Counterparties = append(out.Counterparties, counterparty{Name: p.Name, Type: "merchant"})
		}
		if t.Amount.Amount.Sign() < 0 {
			out.PaymentMeta.Payee = &p.Name
		} else {
			out.PaymentMeta.Payer = &p.Name
		}
	}
	return out
}

// transactionsBody is a request for transactions, by days or by cursor.
type transactionsBody struct {
	accessBody
	Start   string  `json:"start_date"`
	End     string  `json:"end_date"`
	After   *string `json:"cursor"`
	Count   *int    `json:"count"`
	Options struct {
		AccountIDs *[]string `json:"account_ids"`
		AccountID  *string   `json:"account_id"`
		Count      *int      `json:"count"`
		Offset     int       `json:"offset"`
		Original   *bool     `json:"include_original_description"`
	} `json:"options"`
}

// days reads the days of a request, both of which must be given.
func days(start, end string) (out fairlead.Interval, err error) {
	var missed []string
	for _, f := range []struct {
		name, value string
		into        *fairlead.Date
	}{{"start_date", start, &out.From}, {"end_date", end, &out.To}} {
		if f.value == "" {
			missed = append(missed, f.name)
			continue
		}
		if *f.into, err = fairlead.ParseDate(f.value); err != nil {
			return out, invalidField(f.name, "must be a day of the form YYYY-MM-DD")
		}
	}
	switch {
	case len(missed) > 0:
		return out, missing(missed...)
	case out.To.Before(out.From):
		return out, invalidField("end_date", "must not be before start_date")
	}
	return out, nil
}

const (
	defaultCount = 100
	maxCount     = 500
)

// counted is how many rows a request wants.
func counted(field string, count *int) (int, error) {
	if count == nil {
		return defaultCount, nil
	}
	if *count < 1 || *count > maxCount {
		return 0, invalidField(field, "must be between 1 and 500")
	}
	return *count, nil
}

// trimmed leaves out the original description where the caller does not want it.
func (b transactionsBody) trimmed(t transaction) transaction {
	if b.Options.Original == nil || !*b.Options.Original {
		t.Original = nil
	}
	return t
}

// getTransactions answers the transactions of some days, newest first.
func (p *Plaid) getTransactions(c call) (any, error) {
	var b transactionsBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	conn, note, err := p.opened(c, b.AccessToken)
	if err == nil {
		err = product(conn, fairlead.ProductTransactions)
	}
	if err != nil {
		return nil, err
	}
	span, err := days(b.Start, b.End)
	if err != nil {
		return nil, err
	}
	count, err := counted("options.count", b.Options.Count)
	if err == nil && b.Options.Offset < 0 {
		err = invalidField("options.offset", "must be 0 or more")
	}
	if err != nil {
		return nil, err
	}
	found, err := p.accounts(c.Context(), conn, note.Filters, b.Options.AccountIDs, false)
	if err != nil {
		return nil, err
	}
	listed, total, err := window(c.Context(), conn, reading.Query{Days: span}, p.verbs.Reading.Transactions, b.Options.Offset, count, func(t fairlead.Transaction) bool {
		return transactionID(t) != "" && among(found, t.Account)
	})
	if err != nil {
		return nil, err
	}
	rows := []transaction{}
	for _, t := range listed {
		rows = append(rows, b.trimmed(transactionOf(t)))
	}
	out := accountsAnswer{Accounts: accountsOf(found)}
	out.Item, err = p.itemOf(c.Context(), c, conn, note)
	return struct {
		accountsAnswer
		Transactions []transaction `json:"transactions"`
		Total        int           `json:"total_transactions"`
	}{out, rows, total}, err
}

// refreshTransactions has the institution asked again; what comes of it is told by webhook.
func (p *Plaid) refreshTransactions(c call) (any, error) {
	conn, _, err := p.namedAccounts(c)
	if err == nil {
		err = p.verbs.Collecting.Request(c.Context(), c.Tenant.ID, conn.ID)
	}
	return struct{}{}, err
}
