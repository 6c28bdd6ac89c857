package simplefin

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// cashSymbols are symbols of positions that are money, or funds that a broker sweeps it into.
var cashSymbols = []string{"CASH", "USD", "CAD", "USD:CASH", "CUR:USD", "SPAXX", "FDRXX", "FCASH", "CORE", "VMFXX", "SWVXX", "SNVXX", "QCASH"}

// holdingsPage lists what is held in all accounts. Cash among it is a position of its own
// kind; the balance of the account has it too, so nothing is made up beside it.
func (r *reading) holdingsPage() connector.Page {
	page := connector.Page{AsOf: r.asOf()}
	securities := map[string]bool{}
	for _, l := range r.accounts {
		if l.skip != nil || l.Holdings == nil {
			continue // a bank that gives no positions says nothing of them
		}
		refs, complete := map[string]int{}, true
		for _, h := range *l.Holdings {
			security, position, ok := h.nouns(l)
			if !ok {
				complete = false
				r.loseHolding(l)
				continue
			}
			if refs[position.Ref]++; refs[position.Ref] > 1 {
				position.Ref += "#" + strconv.Itoa(refs[position.Ref])
			}
			if !securities[security.Ref] {
				securities[security.Ref] = true
				page.Securities = append(page.Securities, security)
			}
			page.Holdings = append(page.Holdings, position)
		}
		if complete && !l.missing && !r.missing {
			page.Covers = append(page.Covers, connector.Coverage{AccountRef: l.ref})
		}
	}
	page.Partial = slices.Clone(r.partial)
	return page
}

func (r *reading) loseHolding(l *listed) {
	err := fairlead.Errorf(fairlead.NotReady, "A position at %s has no value or no number of shares at the SimpleFIN server, so it is left out.", cmp.Or(kit.Clean(l.bank.name, 80), "a bank"))
	err.Actor, err.Code = fairlead.ActorInstitution, "position_left_out"
	r.say([]string{l.ref}, err)
}

// nouns converts a position. Its value is market_value; other fields that look like one
// hold the cost at some brokers. A cost or purchase price of zero is unknown.
func (h holding) nouns(l *listed) (fairlead.Security, fairlead.Holding, bool) {
	currency := l.currency
	if code := strings.ToUpper(strings.TrimSpace(string(h.Currency))); fairlead.ValidCurrency(code) && code != "XXX" {
		currency = code
	}
	symbol, description := strings.ToUpper(h.Symbol.id()), h.Description.shown()
	kind := "other"
	if h.isCash(symbol) {
		kind = "cash"
	}
	security := fairlead.Security{
		Ref: cmp.Or(symbol, strings.ToUpper(h.Description.id()), h.ID.id()), Ticker: symbol, Kind: kind, Currency: currency,
	}
	security.Name = cmp.Or(description, symbol, security.Ref)
	value, valued := h.MarketValue.decimal()
	shares, counted := h.Shares.decimal()
	if kind == "cash" && valued && (!counted || shares.IsZero()) {
		shares, counted = value, true // of money, a share is one of its unit
	}
	position := fairlead.Holding{
		AccountRef: l.ref, Ref: cmp.Or(h.ID.id(), security.Ref), SecurityRef: security.Ref, Quantity: shares, Kind: kind,
		Value: fairlead.Money{Amount: value, Currency: currency}, Extra: maps.Clone(h.more),
	}
	if !valued || !counted || security.Ref == "" {
		return security, position, false
	}
	if price, ok := divide(value, shares); ok && kind != "cash" {
		position.UnitPrice = &fairlead.Money{Amount: price, Currency: currency}
		position.Extra = note(position.Extra, "unit_price", "derived")
	}
	if cost, ok := h.CostBasis.decimal(); ok && !cost.IsZero() {
		position.CostBasis = &fairlead.Money{Amount: cost, Currency: currency}
	}
	if price, ok := h.PurchasePrice.decimal(); ok && !price.IsZero() {
		position.Extra = note(position.Extra, "purchase_price", price.String())
	}
	return security, position, true
}

// isCash reports whether a position is money.
func (h holding) isCash(symbol string) bool {
	said := strings.ToUpper(h.Description.id())
	return slices.Contains(cashSymbols, symbol) || symbol == "" && (said == "" || strings.Contains(said, "CASH") || strings.Contains(said, "MONEY MARKET") || strings.Contains(said, "SWEEP"))
}

// divide is a / b to six digits after the point, exact until it is rounded.
func divide(a, b fairlead.Decimal) (fairlead.Decimal, bool) {
	if b.IsZero() {
		return fairlead.Decimal{}, false
	}
	x, ok := new(big.Rat).SetString(a.String())
	y, ok2 := new(big.Rat).SetString(b.String())
	if !ok || !ok2 {
		return fairlead.Decimal{}, false
	}
	d, err := fairlead.ParseDecimal(new(big.Rat).Quo(x, y).FloatString(6))
	return d, err == nil
}
