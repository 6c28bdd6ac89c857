package collecting

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// noCurrency is ISO 4217's word for no currency, which institutions write where they mean
// that of the account.
const noCurrency = "XXX"

// accountFacts are what of a stored account its rows are read with.
type accountFacts struct {
	Currency string            `json:"currency"`
	Holders  []fairlead.Holder `json:"holders"`
}

// factsOf are those of an account by the institution's id; zero where it is not stored.
func (c *converter) factsOf(ref string) accountFacts {
	id := c.accounts[ref]
	rec, stored := c.accountRecords[id]
	if !stored {
		return accountFacts{}
	}
	if f, known := c.facts[id]; known {
		return f
	}
	var f accountFacts
	if json.Unmarshal(rec.Body, &f) != nil {
		f = accountFacts{}
	}
	c.facts[id] = f
	return f
}

// currencyOf is the currency of what hangs on an account: its own, or else the account's.
func (c *converter) currencyOf(own, account string) string {
	if own != "" && own != noCurrency {
		return own
	}
	return cmp.Or(c.factsOf(account).Currency, own)
}

// isHolder reports whether the other side of a row is but the name of the account's own
// holder, which institutions write where they have no other. Transfers go between accounts of
// one person, and say so by more than a name.
func (c *converter) isHolder(t fairlead.Transaction) bool {
	p := t.Counterparty
	if p == nil || p.Name == "" || t.Kind == "transfer" || t.Kind == "pix" || t.Kind == "ted" ||
		*p != (fairlead.Counterparty{Name: p.Name, Kind: p.Kind}) {
		return false
	}
	return sameName(p.Name, c.conn.Holder) || slices.ContainsFunc(c.factsOf(t.AccountRef).Holders, func(h fairlead.Holder) bool {
		return sameName(p.Name, h.Name)
	})
}

// setCurrencies gives amounts without a currency that of their account.
func (c *converter) setCurrencies(account string, amounts ...*fairlead.Money) {
	for _, m := range amounts {
		if m != nil {
			m.Currency = c.currencyOf(m.Currency, account)
		}
	}
}

// cloned is a copy of an amount that a page points to; nil stays nil.
func cloned(m *fairlead.Money) *fairlead.Money {
	if m == nil {
		return nil
	}
	copied := *m
	return &copied
}

func (c *converter) transaction(t fairlead.Transaction) fairlead.Transaction {
	t.BalanceAfter = cloned(t.BalanceAfter)
	c.setCurrencies(t.AccountRef, &t.Amount, t.BalanceAfter)
	if c.isHolder(t) {
		t.Counterparty = nil
	}
	return t
}

func (c *converter) bill(b fairlead.CardBill) fairlead.CardBill {
	b.Minimum = cloned(b.Minimum)
	c.setCurrencies(b.AccountRef, &b.Total, b.Minimum)
	return b
}

func (c *converter) holding(h fairlead.Holding) fairlead.Holding {
	h.UnitPrice, h.CostBasis, h.Gross, h.Net = cloned(h.UnitPrice), cloned(h.CostBasis), cloned(h.Gross), cloned(h.Net)
	c.setCurrencies(h.AccountRef, &h.Value, h.UnitPrice, h.CostBasis, h.Gross, h.Net)
	return h
}

func (c *converter) investment(t fairlead.InvestmentTransaction) fairlead.InvestmentTransaction {
	t.Price, t.Fees, t.Withheld = cloned(t.Price), cloned(t.Fees), cloned(t.Withheld)
	c.setCurrencies(t.AccountRef, &t.Amount, t.Price, t.Fees, t.Withheld)
	return t
}

// withCurrency is an account whose balances have its currency where they have none.
func withCurrency(a fairlead.Account) fairlead.Account {
	b := &a.Balances
	for _, m := range []**fairlead.Money{
		&b.Current, &b.Available, &b.Limit, &b.Used, &b.Blocked, &b.Invested, &b.OverdraftContracted, &b.OverdraftUsed, &b.OverdraftUnarranged,
	} {
		if *m = cloned(*m); *m != nil && ((*m).Currency == "" || (*m).Currency == noCurrency) && a.Currency != "" {
			(*m).Currency = a.Currency
		}
	}
	return a
}

// sameName reports whether two names have one normal form.
func sameName(a, b string) bool {
	x, y := strings.TrimSpace(a), strings.TrimSpace(b)
	if x == "" || y == "" {
		return x == y
	}
	if x[0]|y[0] < utf8.RuneSelf && x[0]|' ' != y[0]|' ' {
		return false // as most are: the first letters differ, whatever their case
	}
	return normalText(a) == normalText(b)
}
