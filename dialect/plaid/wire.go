package plaid

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// The vendor's objects. What its description requires is never left out: null stands
// where nothing is known.

// number is a decimal written as a JSON number, digit by digit.
type number = json.Number

func numberOf(d fairlead.Decimal) number { return number(d.String()) }

// amountOf is an amount as it is here; nil stays null.
func amountOf(m *fairlead.Money) *number {
	if m == nil {
		return nil
	}
	n := numberOf(m.Amount)
	return &n
}

// negated is an amount with the other sign; nil stays null.
func negated(m *fairlead.Money) *number {
	if m == nil {
		return nil
	}
	n := numberOf(m.Amount.Neg())
	return &n
}

type exchanged struct {
	AccessToken string `json:"access_token"`
	ItemID      string `json:"item_id"`
}

type publicToken struct {
	PublicToken string `json:"public_token"`
	Expiration  string `json:"expiration"`
}

type newToken struct {
	NewAccessToken string `json:"new_access_token"`
}

type itemBody struct {
	ItemID          string      `json:"item_id"`
	InstitutionID   *string     `json:"institution_id"`
	InstitutionName *string     `json:"institution_name"`
	Webhook         *string     `json:"webhook"`
	AuthMethod      *string     `json:"auth_method"`
	Error           *plaidError `json:"error"`
	Available       []string    `json:"available_products"`
	Billed          []string    `json:"billed_products"`
	Products        []string    `json:"products"`
	Consented       []string    `json:"consented_products,omitempty"`
	ConsentExpires  *string     `json:"consent_expiration_time"`
	UpdateType      string      `json:"update_type"`
	CreatedAt       string      `json:"created_at"`
}

type itemAnswer struct {
	Item   itemBody   `json:"item"`
	Status itemStatus `json:"status"`
}

type itemStatus struct {
	Investments  productUpdates `json:"investments"`
	Transactions productUpdates `json:"transactions"`
	LastWebhook  *lastWebhook   `json:"last_webhook"`
}

type productUpdates struct {
	Good   *string `json:"last_successful_update"`
	Failed *string `json:"last_failed_update"`
}

type lastWebhook struct {
	SentAt string `json:"sent_at"`
	Code   string `json:"code_sent"`
}

type account struct {
	ID           string   `json:"account_id"`
	Balances     balances `json:"balances"`
	Mask         *string  `json:"mask"`
	Name         string   `json:"name"`
	OfficialName *string  `json:"official_name"`
	Type         string   `json:"type"`
	Subtype      *string  `json:"subtype"`
	Holder       string   `json:"holder_category,omitempty"`
	Owners       *[]owner `json:"owners,omitempty"` // of /identity/get
}

type balances struct {
	Available  *number `json:"available"`
	Current    *number `json:"current"`
	Limit      *number `json:"limit"`
	ISO        *string `json:"iso_currency_code"`
	Unofficial *string `json:"unofficial_currency_code"`
	Updated    *string `json:"last_updated_datetime,omitempty"`
	Margin     *margin `json:"margin_loan_amount,omitempty"` // where investments are read alone
}

// margin is what was borrowed on investments, which no institution says here: null.
type margin struct{}

// MarshalJSON is null.
func (margin) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

type owner struct {
	Names     []string       `json:"names"`
	Phones    []contact      `json:"phone_numbers"`
	Emails    []contact      `json:"emails"`
	Addresses []ownerAddress `json:"addresses"`
}

type contact struct {
	Data    string `json:"data"`
	Primary bool   `json:"primary"`
	Type    string `json:"type"`
}

type ownerAddress struct {
	Data    addressData `json:"data"`
	Primary bool        `json:"primary"`
}

type addressData struct {
	City     *string `json:"city"`
	Region   *string `json:"region"`
	Street   string  `json:"street"` // never null, says the vendor's description
	Postcode *string `json:"postal_code"`
	Country  *string `json:"country"`
}

type authNumbers struct {
	ACH           []achNumber           `json:"ach"`
	EFT           []struct{}            `json:"eft"` // of Canada, whose banks give no such numbers here
	International []internationalNumber `json:"international"`
	BACS          []bacsNumber          `json:"bacs"`
}

type achNumber struct {
	AccountID   string  `json:"account_id"`
	Account     string  `json:"account"`
	Routing     string  `json:"routing"`
	WireRouting *string `json:"wire_routing"`
}

type internationalNumber struct {
	AccountID string `json:"account_id"`
	IBAN      string `json:"iban"`
	BIC       string `json:"bic"`
}

type bacsNumber struct {
	AccountID string `json:"account_id"`
	Account   string `json:"account"`
	SortCode  string `json:"sort_code"`
}
