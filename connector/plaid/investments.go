package plaid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const movementDays = 729 // Plaid has 24 months of movements

func (f *fetching) holdings(ctx context.Context) (connector.Page, error) {
	f.refresh(ctx, "/investments/refresh")
	var list holdingList
	if err := f.post(ctx, "/investments/holdings/get", f.body(), &list); err != nil {
		return connector.Page{}, err
	}
	page := connector.Page{AsOf: f.asOf(ctx, true)}
	securities := byID(list.Securities)
	refs := map[string]int{}
	var left leftOut
	for _, a := range list.Accounts {
		if left.record(a.ID, a.Balances.Currency, true) && (a.Type == "investment" || a.Type == "brokerage") {
			page.Covers = append(page.Covers, connector.Coverage{AccountRef: a.ID})
		}
	}
	hidden := left.currency
	left.currency = nil // of accounts it is said only where something is held in them
	for i := range list.Holdings {
		h := &list.Holdings[i]
		if slices.Contains(hidden, h.Account) {
			left.record(h.Account, "", true)
			continue
		}
		if !left.record(h.Account, h.Currency, h.Account != "" && h.Quantity.given && h.Value.given) {
			continue
		}
		s := securities[h.Security]
		out := h.convert(s)
		if refs[out.Ref]++; refs[out.Ref] > 1 {
			out.Ref = fmt.Sprintf("%s-%d", out.Ref, refs[out.Ref])
		}
		page.Holdings = append(page.Holdings, out)
	}
	page.Partial = left.problems()
	page.Securities = securitiesOf(list.Securities, func(id string) string { return currencyOf(list.Holdings, id) })
	page.Holdings = namedOnly(page.Holdings, page.Securities)
	return page, nil
}

// namedOnly takes the security from holdings of one that could not be listed.
func namedOnly(holdings []fairlead.Holding, securities []fairlead.Security) []fairlead.Holding {
	for i := range holdings {
		ref := holdings[i].SecurityRef
		if !slices.ContainsFunc(securities, func(s fairlead.Security) bool { return s.Ref == ref }) {
			holdings[i].SecurityRef = ""
		}
	}
	return holdings
}

func byID(list []security) map[string]security {
	out := make(map[string]security, len(list))
	for _, s := range list {
		out[s.ID] = s
	}
	return out
}

// currencyOf is what a security is held in, for one that has none of its own.
func currencyOf(holdings []holding, id string) string {
	for _, h := range holdings {
		if h.Security == id && fairlead.ValidCurrency(h.Currency) {
			return h.Currency
		}
	}
	return ""
}

// convert is a holding as ours. Cash is a holding of its own here, as Plaid lists it: the
// account's balance is all of it together, and nothing is added to it.
func (h *holding) convert(s security) fairlead.Holding {
	out := fairlead.Holding{
		AccountRef: h.Account, Ref: h.Account + "-" + h.Security, SecurityRef: h.Security, Quantity: h.Quantity.value,
		UnitPrice: h.Price.money(h.Currency), PriceDate: h.Priced.Date, Value: *h.Value.money(h.Currency), CostBasis: h.Cost.money(h.Currency),
		Kind: securityKind(s), Subtype: underlined(s.Subtype),
		Extra: extra("plaid.vested_quantity", h.Vested.text(), "plaid.vested_value", h.VestedFor.text()),
	}
	if s.Bond != nil {
		out.Matures = s.Bond.Matures.Date
	}
	var lots []any
	for _, l := range h.Lots {
		bought := ""
		if !l.Bought.IsZero() {
			bought = l.Bought.Format(time.RFC3339)
		}
		lots = append(lots, map[string]any(extra("id", l.ID, "purchased", bought, "quantity", l.Quantity.text(), "price", l.Price.text(),
			"cost_basis", l.Cost.text(), "value", l.Value.text(), "position", l.Position)))
	}
	if len(lots) > 0 {
		if out.Extra == nil {
			out.Extra = fairlead.Extra{}
		}
		out.Extra["plaid.tax_lots"] = lots
	}
	return out
}

// securitiesOf are the securities as ours. holding says what currency one is held in.
func securitiesOf(list []security, holding func(id string) string) (out []fairlead.Security) {
	for _, s := range list {
		currency := s.Currency
		if !fairlead.ValidCurrency(currency) {
			currency = holding(s.ID)
		}
		if s.ID == "" || !fairlead.ValidCurrency(currency) {
			continue
		}
		out = append(out, s.convert(currency))
	}
	return out
}

func (s security) convert(currency string) fairlead.Security {
	out := fairlead.Security{
		Ref: s.ID, ISIN: s.ISIN, CUSIP: s.CUSIP, Ticker: s.Ticker, Name: s.Name, Kind: securityKind(s), Subtype: underlined(s.Subtype), Currency: currency,
		Extra: extra("plaid.market_identifier_code", s.Market, "plaid.sector", s.Sector, "plaid.industry", s.Industry,
			"plaid.close_price", s.Close.text(), "plaid.close_price_as_of", s.Closed.String()),
	}
	for _, text := range []string{s.Ticker, s.ISIN, s.CUSIP, s.Type} {
		if out.Name == "" {
			out.Name = text
		}
	}
	if out.Name == "" {
		out.Name = "Security"
	}
	more := fairlead.Extra{}
	if o := s.Option; o != nil {
		maps.Copy(more, extra("plaid.option_type", o.Kind, "plaid.option_expiration", o.Expires.String(), "plaid.option_strike", o.Strike.text(), "plaid.option_underlying", o.Underlying))
	}
	if b := s.Bond; b != nil {
		maps.Copy(more, extra("plaid.maturity_date", b.Matures.String(), "plaid.issue_date", b.Issued.String(), "plaid.face_value", b.Face.text()))
		if b.Yield != nil {
			maps.Copy(more, extra("plaid.yield_percentage", b.Yield.Percentage.text(), "plaid.yield_type", b.Yield.Type))
		}
	}
	if len(more) > 0 {
		if out.Extra == nil {
			out.Extra = fairlead.Extra{}
		}
		maps.Copy(out.Extra, more)
	}
	return out
}

var securityKinds = map[string]string{
	"cash": "cash", "cryptocurrency": "crypto", "derivative": "derivative", "equity": "equity", "etf": "etf",
	"fixed income": "fixed_income", "mutual fund": "fund",
}

func securityKind(s security) string {
	if kind := securityKinds[s.Type]; kind != "" {
		return kind
	}
	return "other"
}

// span is how far the movements of one collection were read.
type span struct {
	From     fairlead.Date            `json:"f"`
	To       fairlead.Date            `json:"t"`
	Offset   int                      `json:"o"`
	Total    int                      `json:"n"` // as the first page said: when it changes, offsets have moved
	Restarts int                      `json:"r,omitempty"`
	Oldest   map[string]fairlead.Date `json:"a,omitempty"`
}

func (f *fetching) span() (s span, err error) {
	if f.req.Cursor == "" {
		s.To = fairlead.DateOf(f.s.Now)
		if s.From = s.To.AddDays(-movementDays); f.req.Since.After(s.From) {
			s.From = f.req.Since
		}
		return s, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(f.req.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil || s.Offset < 0 || s.From.IsZero() || s.To.IsZero() {
		return s, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	return s, nil
}

func (s span) encode() string {
	b, err := json.Marshal(s)
	if err != nil {
		return "" // it is numbers and days
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// movements reads a window, newest first, by offset.
func (f *fetching) movements(ctx context.Context) (connector.Page, error) {
	s, err := f.span()
	if err != nil {
		return connector.Page{}, err
	}
	count := 500
	if f.req.Limit > 0 {
		count = min(f.req.Limit, 500)
	}
	body := f.body()
	body["start_date"], body["end_date"] = s.From.String(), s.To.String()
	body["options"] = object{"count": count, "offset": s.Offset}
	var list movementList
	if err := f.postWithin(ctx, "/investments/transactions/get", body, &list, investmentLimit); err != nil {
		return connector.Page{}, err
	}
	if s.Offset > 0 && list.Total != s.Total {
		if s.Restarts++; s.Restarts > maxRestarts {
			return connector.Page{}, &fairlead.Error{Kind: fairlead.NotReady, Code: mutation, Detail: "Plaid is reading the broker at the moment.", RetryAfter: time.Minute}
		}
		s.Offset, s.Oldest = 0, nil
		return connector.Page{Cursor: s.encode(), More: true}, nil
	}
	s.Total = list.Total
	page := list.convert(&s)
	if s.Offset += len(list.Movements); len(list.Movements) > 0 && s.Offset < list.Total {
		page.Cursor, page.More = s.encode(), true
		return page, nil
	}
	page.AsOf = f.asOf(ctx, true)
	f.coverMovements(&page, s, list.Accounts)
	return page, nil
}

// coverMovements says what a window that was read to its end covers: of everything there
// is no more than from the first row on, because what lies before may just not be there.
func (f *fetching) coverMovements(page *connector.Page, s span, accounts []account) {
	to := s.To
	if !page.AsOf.IsZero() && fairlead.DateOf(page.AsOf).Before(to) {
		to = fairlead.DateOf(page.AsOf)
	}
	for _, a := range accounts {
		if a.Type != "investment" && a.Type != "brokerage" || !fairlead.ValidCurrency(a.Balances.Currency) {
			continue
		}
		from, found := s.Oldest[a.ID]
		if found && (page.ServedFrom.IsZero() || from.Before(page.ServedFrom)) && f.req.Since.IsZero() {
			page.ServedFrom = from
		}
		if s.From == f.req.Since {
			from, found = s.From, true
		}
		if found && !to.Before(from) {
			page.Covers = append(page.Covers, connector.Coverage{AccountRef: a.ID, Days: fairlead.Interval{From: from, To: to}})
		}
	}
}

func (list movementList) convert(s *span) (page connector.Page) {
	var left leftOut
	for _, a := range list.Accounts {
		left.record(a.ID, a.Balances.Currency, true)
	}
	hidden := left.currency
	for i := range list.Movements {
		m := &list.Movements[i]
		if slices.Contains(hidden, m.Account) || !left.record(m.Account, m.Currency, m.ID != "" && m.Account != "" && m.Amount.given && !m.Date.IsZero()) {
			continue
		}
		page.InvestmentTransactions = append(page.InvestmentTransactions, m.convert())
		if s.Oldest == nil {
			s.Oldest = map[string]fairlead.Date{}
		}
		if first, ok := s.Oldest[m.Account]; !ok || m.Date.Before(first) {
			s.Oldest[m.Account] = m.Date.Date
		}
	}
	page.Partial = left.problems()
	page.Securities = securitiesOf(list.Securities, func(id string) string {
		for _, m := range list.Movements {
			if m.Security == id && fairlead.ValidCurrency(m.Currency) {
				return m.Currency
			}
		}
		return ""
	})
	for i := range page.InvestmentTransactions {
		t := &page.InvestmentTransactions[i]
		if !slices.ContainsFunc(page.Securities, func(s fairlead.Security) bool { return s.Ref == t.SecurityRef }) {
			t.SecurityRef = ""
		}
	}
	return page
}

// convert is a movement as ours: Plaid's positive amount is cash that went out.
func (m *movement) convert() fairlead.InvestmentTransaction {
	out := fairlead.InvestmentTransaction{
		AccountRef: m.Account, Ref: m.ID, SecurityRef: m.Security, Kind: m.kind(), Traded: m.Date.Date, Description: m.Name,
		Amount: fairlead.Money{Amount: m.Amount.value.Neg(), Currency: m.Currency}, Fees: m.Fees.money(m.Currency),
		Extra: extra("plaid.type", m.Type, "plaid.subtype", m.Subtype),
	}
	if !m.Time.IsZero() {
		out.Extra["plaid.transaction_datetime"] = m.Time.Format(time.RFC3339)
	}
	if m.Security != "" && m.Quantity.given && !m.Quantity.value.IsZero() {
		out.Quantity, out.Price = m.Quantity.decimal(), m.Price.money(m.Currency)
	}
	return out
}

// movementKinds are ours by Plaid's subtype; what is not here goes by the type.
var movementKinds = map[string]string{
	"dividend": "dividend", "qualified dividend": "dividend", "non-qualified dividend": "dividend", "dividend reinvestment": "buy",
	"interest": "interest", "interest receivable": "interest", "interest reinvestment": "buy", "margin expense": "interest",
	"account fee": "fee", "fund fee": "fee", "legal fee": "fee", "management fee": "fee", "miscellaneous fee": "fee", "transfer fee": "fee", "trust fee": "fee",
	"non-resident tax": "tax", "tax": "tax", "tax withheld": "tax", "split": "split", "stock distribution": "split",
	"contribution": "contribution", "deposit": "contribution", "withdrawal": "withdrawal",
	"transfer": "transfer", "send": "transfer", "spin off": "other", "merger": "other", "return of principal": "other",
	"long-term capital gain": "dividend", "short-term capital gain": "dividend", "unqualified gain": "dividend",
	"long-term capital gain reinvestment": "buy", "short-term capital gain reinvestment": "buy",
	"buy": "buy", "buy to cover": "buy", "sell": "sell", "sell short": "sell", "distribution": "withdrawal",
}

func (m *movement) kind() string {
	if kind := movementKinds[strings.ToLower(m.Subtype)]; kind != "" {
		return kind
	}
	switch m.Type {
	case "buy", "sell", "fee", "transfer":
		return m.Type
	}
	return "other"
}
