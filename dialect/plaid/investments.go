package plaid

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// readable reads a product of which some may be missing: what cannot be read is empty.
func readable[T any](
	c call, conn fairlead.Connection, of fairlead.Product,
	list func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[T], error),
) ([]T, error) {
	if product(conn, of) != nil {
		return nil, nil
	}
	return all(c.Context(), conn, reading.Query{}, list)
}

type holding struct {
	AccountID  string  `json:"account_id"`
	SecurityID string  `json:"security_id"`
	Price      *number `json:"institution_price"`
	PriceDate  *string `json:"institution_price_as_of"`
	PriceTime  *string `json:"institution_price_datetime"`
	Value      number  `json:"institution_value"`
	CostBasis  *number `json:"cost_basis"`
	Quantity   number  `json:"quantity"`
	ISO        *string `json:"iso_currency_code"`
	Unofficial *string `json:"unofficial_currency_code"`
}

type security struct {
	ID            string  `json:"security_id"`
	ISIN          *string `json:"isin"`
	CUSIP         *string `json:"cusip"`
	SEDOL         *string `json:"sedol"`
	OwnID         *string `json:"institution_security_id"`
	InstitutionID *string `json:"institution_id"`
	Proxy         *string `json:"proxy_security_id"`
	Name          *string `json:"name"`
	Ticker        *string `json:"ticker_symbol"`
	IsCash        *bool   `json:"is_cash_equivalent"`
	Type          *string `json:"type"`
	Subtype       *string `json:"subtype"`
	ClosePrice    *number `json:"close_price"`
	CloseDate     *string `json:"close_price_as_of"`
	Updated       *string `json:"update_datetime"`
	ISO           *string `json:"iso_currency_code"`
	Unofficial    *string `json:"unofficial_currency_code"`
	Market        *string `json:"market_identifier_code"`
	Sector        *string `json:"sector"`
	Industry      *string `json:"industry"`
	CFI           *string `json:"cfi_code"`
	Option        *string `json:"option_contract"`
	FixedIncome   *string `json:"fixed_income"`
}

// securityTypes are the vendor's types of our kinds.
var securityTypes = map[string]string{
	"equity": "equity", "etf": "etf", "fund": "mutual fund", "fixed_income": "fixed income", "treasury": "fixed income", "pension": "mutual fund",
	"derivative": "derivative", "crypto": "cryptocurrency", "cash": "cash", "other": "other",
}

func securityOf(s fairlead.Security, at fairlead.InstitutionID) security {
	out := security{
		ID: string(s.ID), ISIN: orNull(s.ISIN), CUSIP: orNull(s.CUSIP), OwnID: orNull(s.Ref), InstitutionID: orNull(institutionID(at)), Name: orNull(s.Name),
		Ticker: orNull(s.Ticker), Type: orNull(securityTypes[s.Kind]), Subtype: orNull(s.Subtype),
	}
	if s.Kind == "cash" {
		yes := true
		out.IsCash = &yes
	}
	out.ISO, out.Unofficial = currencies(s.Currency)
	return out
}

// securitiesOf are those of an Item that some ids name.
func (p *Plaid) securitiesOf(c call, conn fairlead.Connection, named map[fairlead.RecordID]bool) ([]security, error) {
	known, err := all(c.Context(), conn, reading.Query{}, p.verbs.Reading.Securities)
	out := []security{}
	for _, s := range known {
		if named[s.ID] {
			out = append(out, securityOf(s, conn.Institution))
		}
	}
	return out, err
}

// invested keeps of an answer the accounts that investments lie in.
func invested(out *accountsAnswer, found []fairlead.Account) []fairlead.Account {
	found = slices.DeleteFunc(found, func(a fairlead.Account) bool { return typesOf[a.Kind] != "investment" })
	out.Accounts = accountsOf(found)
	for i := range out.Accounts {
		out.Accounts[i].Balances.Margin = &margin{}
	}
	return found
}

func among(found []fairlead.Account, id fairlead.RecordID) bool {
	return slices.ContainsFunc(found, func(a fairlead.Account) bool { return a.ID == id })
}

func noInvestments() error {
	return newError(itemError, "NO_INVESTMENT_ACCOUNTS", "the Item has no investment account among these accounts")
}

func (p *Plaid) getHoldings(c call) (any, error) {
	out, found, conn, err := p.read(c, false, fairlead.ProductHoldings)
	if err != nil {
		return nil, err
	}
	if found = invested(&out, found); len(found) == 0 {
		return nil, noInvestments()
	}
	known, err := all(c.Context(), conn, reading.Query{}, p.verbs.Reading.Holdings)
	if err != nil {
		return nil, err
	}
	rows, named := []holding{}, map[fairlead.RecordID]bool{}
	for _, h := range known {
		if among(found, h.Account) {
			rows, named[h.Security] = append(rows, holdingOf(h)), true
		}
	}
	of, err := p.securitiesOf(c, conn, named)
	return struct {
		accountsAnswer
		Holdings   []holding  `json:"holdings"`
		Securities []security `json:"securities"`
		Fallback   bool       `json:"is_investments_fallback_item"`
	}{out, rows, of, false}, err
}

// holdingOf describes a position. Where the institution says no price, the vendor's
// required number is what its value says of one, or null where nothing is held of it.
func holdingOf(h fairlead.Holding) holding {
	out := holding{
		AccountID: string(h.Account), SecurityID: string(h.Security), PriceDate: orNull(h.PriceDate.String()), Value: numberOf(h.Value.Amount),
		CostBasis: amountOf(h.CostBasis), Quantity: numberOf(h.Quantity),
	}
	if out.Price = amountOf(h.UnitPrice); out.Price == nil && !h.Quantity.IsZero() {
		price := number(new(big.Rat).Quo(rational(h.Value.Amount), rational(h.Quantity)).FloatString(priceScale))
		out.Price = &price
	}
	out.ISO, out.Unofficial = currencies(h.Value.Currency)
	return out
}

// priceScale is how many digits a price has that was reckoned here.
const priceScale = 6

func rational(d fairlead.Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String()) // a decimal is one
	return r
}

type investmentTransaction struct {
	ID         string  `json:"investment_transaction_id"`
	Cancels    *string `json:"cancel_transaction_id"`
	AccountID  string  `json:"account_id"`
	SecurityID *string `json:"security_id"`
	Date       string  `json:"date"`
	Time       *string `json:"transaction_datetime"`
	Name       string  `json:"name"`
	Quantity   number  `json:"quantity"`
	Amount     number  `json:"amount"` // positive is cash out
	Price      number  `json:"price"`
	Fees       *number `json:"fees"`
	Type       string  `json:"type"`
	Subtype    string  `json:"subtype"`
	ISO        *string `json:"iso_currency_code"`
	Unofficial *string `json:"unofficial_currency_code"`
}

// movementTypes are the vendor's type and subtype of our kinds.
var movementTypes = map[string][2]string{
	"buy": {"buy", "buy"}, "sell": {"sell", "sell"}, "dividend": {"cash", "dividend"}, "interest": {"cash", "interest"}, "fee": {"fee", "miscellaneous fee"},
	"tax": {"fee", "tax"}, "transfer": {"transfer", "transfer"}, "split": {"transfer", "split"}, "contribution": {"cash", "contribution"},
	"withdrawal": {"cash", "withdrawal"},
}

func movementOf(t fairlead.InvestmentTransaction) investmentTransaction {
	words, ok := movementTypes[t.Kind]
	if !ok {
		words = [2]string{"transfer", "adjustment"}
	}
	day := t.Settled
	if day.IsZero() {
		day = t.Traded
	}
	out := investmentTransaction{
		ID: string(t.ID), AccountID: string(t.Account), SecurityID: orNull(string(t.Security)), Date: day.String(), Name: cmp.Or(t.Description, words[1]),
		Quantity: "0", Price: "0", Amount: numberOf(t.Amount.Amount.Neg()), Fees: amountOf(t.Fees), Type: words[0], Subtype: words[1],
	}
	if t.Quantity != nil {
		q := t.Quantity.Abs()
		if t.Kind == "sell" || t.Quantity.Sign() < 0 {
			q = q.Neg()
		}
		out.Quantity = numberOf(q)
	}
	if t.Price != nil {
		out.Price = numberOf(t.Price.Amount)
	}
	out.ISO, out.Unofficial = currencies(t.Amount.Currency)
	return out
}

// getInvestmentTransactions answers the movements of some days, newest first.
func (p *Plaid) getInvestmentTransactions(c call) (any, error) {
	var b transactionsBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	out, found, conn, err := p.read(c, false, fairlead.ProductInvestmentTransactions)
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
	if found = invested(&out, found); len(found) == 0 {
		return nil, noInvestments()
	}
	known, total, err := window(
		c.Context(), conn, reading.Query{Days: span}, p.verbs.Reading.InvestmentTransactions, b.Options.Offset, count,
		func(t fairlead.InvestmentTransaction) bool { return among(found, t.Account) },
	)
	if err != nil {
		return nil, err
	}
	named, rows := map[fairlead.RecordID]bool{}, []investmentTransaction{}
	for _, t := range known {
		rows, named[t.Security] = append(rows, movementOf(t)), true
	}
	of, err := p.securitiesOf(c, conn, named)
	return struct {
		accountsAnswer
		Transactions []investmentTransaction `json:"investment_transactions"`
		Total        int                     `json:"total_investment_transactions"`
		Securities   []security              `json:"securities"`
		Fallback     bool                    `json:"is_investments_fallback_item"`
	}{out, rows, total, of, false}, err
}
