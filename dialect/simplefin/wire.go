package simplefin

import (
	"cmp"
	"encoding/json"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// organization is the institution of an account, in the first version.
type organization struct {
	Domain string `json:"domain,omitempty"`
	Name   string `json:"name"`
	Root   string `json:"sfin-url"`
	URL    string `json:"url,omitempty"`
	ID     string `json:"id"`
}

// wireConnection is a connection, in the second version.
type wireConnection struct {
	ID             string `json:"conn_id"`
	Name           string `json:"name"`
	Organization   string `json:"org_id"`
	OrganizationAt string `json:"org_url,omitempty"`
	Root           string `json:"sfin_url"`
}

// wireAccount is an account but for its lists, which are written after it.
type wireAccount struct {
	Organization *organization `json:"org,omitempty"`     // of the first version
	Connection   string        `json:"conn_id,omitempty"` // of the second
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Currency     string        `json:"currency"`
	Balance      string        `json:"balance"`
	Available    string        `json:"available-balance,omitempty"`
	BalanceDate  int64         `json:"balance-date"`
	Extra        accountExtra  `json:"extra"`
}

// accountExtra is what the protocol has no field for.
type accountExtra struct {
	Kind    string `json:"account-type"`
	Subtype string `json:"account-subtype,omitempty"`
	Mask    string `json:"account-mask,omitempty"` // last four
	Opened  int64  `json:"account-open-date,omitempty"`
	Limit   string `json:"credit-limit,omitempty"`
}

// transaction is a movement. One that is pending was posted at 0.
type transaction struct {
	ID          string            `json:"id"`
	Posted      int64             `json:"posted"`
	Amount      string            `json:"amount"` // positive is money in
	Description string            `json:"description"`
	Payee       string            `json:"payee,omitempty"`
	Memo        string            `json:"memo,omitempty"`
	Transacted  int64             `json:"transacted_at,omitempty"`
	Pending     bool              `json:"pending,omitempty"`
	MCC         string            `json:"mcc,omitempty"` // ISO 18245
	Extra       *transactionExtra `json:"extra,omitempty"`
}

// transactionExtra is what the protocol has no field for.
type transactionExtra struct {
	Kind            string `json:"type,omitempty"`
	Category        string `json:"category,omitempty"`
	Check           string `json:"check-number,omitempty"`
	ForeignAmount   string `json:"foreign-amount,omitempty"`
	ForeignCurrency string `json:"foreign-currency,omitempty"`
}

// holding is a position, as the best-known server writes it; "0.00" says of a cost or a
// price that it is unknown.
type holding struct {
	ID            string `json:"id"`
	Created       int64  `json:"created"`
	Currency      string `json:"currency"`
	CostBasis     string `json:"cost_basis"`
	Description   string `json:"description"`
	MarketValue   string `json:"market_value"`
	PurchasePrice string `json:"purchase_price"`
	Shares        string `json:"shares"`
	Symbol        string `json:"symbol"`
}

// unknown is how a holding's cost or price is written that nobody knows.
const unknown = "0.00"

func (s *SimpleFIN) rootURL() string { return s.verbs.BaseURL + root }

func (s *SimpleFIN) organizationOf(i fairlead.Institution) *organization {
	return &organization{Domain: domain(i.Website), Name: shown(i.Name), Root: s.rootURL(), URL: i.Website, ID: string(i.ID)}
}

// domain is the host of an institution's website.
func domain(website string) string {
	u, err := url.Parse(website)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

func (s *SimpleFIN) connectionOf(c shared) wireConnection {
	return wireConnection{
		ID: string(c.ID), Name: shown(c.institution.Name), Organization: string(c.institution.ID), OrganizationAt: c.institution.Website, Root: s.rootURL(),
	}
}

// accountOf is an account whose balance is known.
func (s *SimpleFIN) accountOf(c shared, a fairlead.Account, version2 bool) wireAccount {
	balance := a.Balances.Current
	out := wireAccount{
		ID: string(a.ID), Name: accountName(a), Currency: s.currencyOf(cmp.Or(a.Currency, balance.Currency)), Balance: balance.Amount.String(),
		BalanceDate: c.asOf(a).Unix(),
		Extra:       accountExtra{Kind: string(a.Kind), Subtype: a.Subtype, Mask: a.Mask, Opened: unix(a.Opened)},
	}
	if available := a.Balances.Available; available != nil && available.Currency == balance.Currency {
		out.Available = available.Amount.String()
	}
	if limit := a.Balances.Limit; limit != nil {
		out.Extra.Limit = limit.Amount.String()
	}
	if version2 {
		out.Connection = string(c.ID)
	} else {
		out.Organization = s.organizationOf(c.institution)
	}
	return out
}

// asOf is when the balance of an account was what it is, as far as anybody said.
func (c shared) asOf(a fairlead.Account) time.Time {
	state := c.Products[fairlead.ProductAccounts]
	for _, at := range []time.Time{a.Balances.AsOf, state.AsOf, state.LastGood, c.Refreshed} {
		if !at.IsZero() {
			return at
		}
	}
	return c.Created
}

func unix(d fairlead.Date) int64 {
	if d.IsZero() {
		return 0
	}
	return noon(d).Unix()
}

func transactionOf(t fairlead.Transaction) transaction {
	out := transaction{
		ID: string(t.ID), Posted: unix(t.Booked), Amount: t.Amount.Amount.String(), Description: shown(cmp.Or(t.Original, t.Description)),
		Payee: shown(t.Description), MCC: t.MCC,
	}
	if t.Counterparty != nil && t.Counterparty.Name != "" {
		out.Payee = shown(t.Counterparty.Name)
		if t.Description != t.Original && t.Description != "" && t.Description != t.Counterparty.Name && out.Description != shown(t.Description) {
			out.Memo = shown(t.Description)
		}
	}
	if !t.Transacted.IsZero() {
		out.Transacted = t.Transacted.Unix()
	}
	if t.State == fairlead.TransactionPending {
		out.Pending, out.Posted = true, 0
		if out.Transacted == 0 {
			out.Transacted = unix(t.Booked)
		}
	}
	extra := transactionExtra{Kind: t.Kind, Category: t.Category, Check: t.Check}
	if t.Foreign != nil {
		extra.ForeignAmount, extra.ForeignCurrency = t.Foreign.Amount.String(), t.Foreign.Currency
	}
	if extra != (transactionExtra{}) {
		out.Extra = &extra
	}
	return out
}

func (c shared) holdingOf(h fairlead.Holding, security fairlead.Security) holding {
	out := holding{
		ID: string(h.ID), Created: unix(h.Acquired), Currency: h.Value.Currency, CostBasis: unknown, PurchasePrice: unknown,
		Description: shown(cmp.Or(security.Name, h.Ref)), MarketValue: h.Value.Amount.String(), Shares: h.Quantity.String(),
		Symbol: cmp.Or(security.Ticker, security.ISIN),
	}
	if out.Created == 0 {
		out.Created = c.Created.Unix()
	}
	if h.CostBasis != nil && h.CostBasis.Currency == h.Value.Currency {
		out.CostBasis = h.CostBasis.Amount.String()
		if !h.Quantity.IsZero() {
			out.PurchasePrice = average(h.CostBasis.Amount, h.Quantity)
		}
	}
	return out
}

// average is what one share cost, to six digits after the point.
func average(cost, shares fairlead.Decimal) string {
	c, _ := new(big.Rat).SetString(cost.String()) // decimals are rational numbers
	s, _ := new(big.Rat).SetString(shares.String())
	text := new(big.Rat).Quo(c, s).FloatString(6)
	whole, fraction, _ := strings.Cut(text, ".")
	for len(fraction) > 2 && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	return whole + "." + fraction
}

// encode is JSON without the escapes that are for HTML alone.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
