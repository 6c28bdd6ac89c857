package ofx

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// investments converts investment statements and the securities they name.
func (c *converter) investments(described map[string]ListedAccount) *Error {
	fallback := ""
	for i := range c.file.Investments {
		v := &c.file.Investments[i]
		if v.Currency == "" {
			return &Error{Line: v.Line, Column: v.Column, Element: "CURDEF", Kind: Missing, Reason: "is missing, empty or no currency code"}
		}
		if v.Account.ID == "" {
			return &Error{Line: v.Line, Column: v.Column, Element: "ACCTID", Kind: Missing, Reason: "is missing: the statement does not say which account it is of"}
		}
		if fallback == "" {
			fallback = v.Currency
		}
	}
	if fallback == "" {
		return nil // securities that nobody holds
	}
	for _, s := range c.file.Securities {
		c.security(s, fallback)
	}
	for i := range c.file.Investments {
		c.investment(&c.file.Investments[i], described)
	}
	return nil
}

func (c *converter) investment(v *Investment, described map[string]ListedAccount) {
	ref := accountRef("investment", v.Account)
	if _, known := c.accounts[ref]; !known {
		a := newAccount("investment", v.Account, v.Currency)
		if l, ok := described[ref]; ok {
			describe(&a, l)
		}
		c.addAccount(a)
	}
	a := &c.out.Accounts[c.accounts[ref]]
	if !v.AsOf.At.Before(a.Balances.AsOf) {
		a.Balances = fairlead.Balances{Available: moneyOf(v.Cash, v.Currency), AsOf: v.AsOf.At}
		if v.Route != nil {
			a.Subtype, a.Balances.Current = "401k", moneyOf(v.Route.Total, v.Currency)
			a.Extra = put(a.Extra, "EMPLOYERNAME", v.Route.Employer)
			a.Extra = put(a.Extra, "CURRENTVESTPCT", text(v.Route.Vested))
		}
		a.Extra = put(a.Extra, "MARGINBALANCE", text(v.Margin))
		a.Extra = put(a.Extra, "SHORTBALANCE", text(v.Short))
		a.Extra = put(a.Extra, "BUYPOWER", text(v.BuyingPower))
		a.Extra = namedExtra(a.Extra, v.Balances)
	}
	c.holdings(v, ref)
	c.movements(v, ref)
	c.cover(ref, v.Start, v.End, v.Listed)
}

// holdings converts positions. Their Ref is made of the security and where it is
// held, so that the same position in the next file is the same holding; positions
// that differ in nothing are numbered.
func (c *converter) holdings(v *Investment, account string) {
	seen := make(map[string]int, len(v.Positions))
	for _, p := range v.Positions {
		currency := v.Currency
		if p.Currency != nil {
			currency = p.Currency.Symbol
		}
		security := c.heldSecurity(p.Security, p.Element, currency)
		key := strings.Join([]string{account, security, p.Side, p.SubAccount, p.Source}, "/")
		seen[key]++
		h := fairlead.Holding{
			AccountRef: account, Ref: numbered(key, seen[key]), SecurityRef: security, Quantity: p.Units,
			UnitPrice: moneyOf(p.Price, currency), PriceDate: p.PriceAsOf.Day,
			Value: fairlead.Money{Amount: p.Value, Currency: currency}, Kind: securityKind(p.Element),
		}
		h.Extra = put(h.Extra, "POSTYPE", p.Side)
		h.Extra = put(h.Extra, "HELDINACCT", p.SubAccount)
		h.Extra = put(h.Extra, "INV401KSOURCE", p.Source)
		h.Extra = put(h.Extra, "MEMO", p.Memo)
		c.out.Holdings = append(c.out.Holdings, h)
	}
}

func numbered(key string, n int) string {
	if n < 2 {
		return key
	}
	return key + "#" + strconv.Itoa(n)
}

// movements converts what happened. Unlike a transaction's, the Ref is never empty:
// where there is no trustworthy FITID it is a digest of what the row says with its
// number among equal rows, so that an overlapping file gives the same.
func (c *converter) movements(v *Investment, account string) {
	trusted := trustedIDs(len(v.Movements), func(i int) string { return v.Movements[i].FITID })
	seen := make(map[string]int)
	for i := range v.Movements {
		m := &v.Movements[i]
		t := c.convertMovement(m, account, v.Currency)
		if trusted(m.FITID) {
			t.Ref = m.FITID
		} else {
			key := "~" + digest(m.Element, m.FITID, t.Traded.String(), t.Amount.String(), t.SecurityRef, text(m.Units), m.Memo, m.Source)
			seen[key]++
			t.Ref = numbered(key, seen[key])
			t.Extra = put(t.Extra, "FITID", m.FITID)
		}
		c.out.InvestmentTransactions = append(c.out.InvestmentTransactions, t)
	}
}

func (c *converter) convertMovement(m *Movement, account, currency string) fairlead.InvestmentTransaction {
	if m.Currency != nil {
		currency = m.Currency.Symbol
	}
	t := fairlead.InvestmentTransaction{
		AccountRef: account, Kind: movementKind(m), Traded: m.Traded.Day, Settled: m.Settled.Day, Quantity: m.Units,
		Price: moneyOf(m.Price, currency), Amount: fairlead.Money{Currency: currency}, Withheld: moneyOf(m.Withheld, currency),
		Fees: moneyOf(sum(m.Commission, m.Fees, m.Load), currency), Description: m.Memo,
	}
	if m.Total != nil {
		t.Amount.Amount = *m.Total
	}
	if strings.HasPrefix(m.Element, "BUY") && t.Amount.Amount.Sign() > 0 {
		t.Amount = t.Amount.Neg() // some brokers write what was paid without its sign
	}
	if m.Security.ID != "" {
		t.SecurityRef = c.heldSecurity(m.Security, m.Element, currency)
	}
	if m.Bank != nil {
		t.Description, _ = describeRow(m.Bank)
		t.Extra = put(t.Extra, "TRNTYPE", m.Bank.Type)
		t.Extra = put(t.Extra, "CHECKNUM", m.Bank.Check)
	}
	t.Extra = put(t.Extra, "TRANSACTION", m.Element)
	t.Extra = put(t.Extra, "ACTION", m.Action)
	t.Extra = put(t.Extra, "REVERSALFITID", m.Reversal)
	t.Extra = put(t.Extra, "INV401KSOURCE", m.Source)
	t.Extra = put(t.Extra, "SUBACCTSEC", m.SubAccount)
	t.Extra = put(t.Extra, "TAXES", text(m.Taxes))
	for name, v := range m.Other {
		t.Extra = put(t.Extra, name, v)
	}
	return t
}

func movementKind(m *Movement) string {
	switch m.Element {
	case "BUYDEBT", "BUYMF", "BUYOPT", "BUYOTHER", "BUYSTOCK", "REINVEST":
		return "buy"
	case "SELLDEBT", "SELLMF", "SELLOPT", "SELLOTHER", "SELLSTOCK":
		return "sell"
	case "INCOME":
		switch m.Action {
		case "DIV", "CGLONG", "CGSHORT":
			return "dividend"
		case "INTEREST":
			return "interest"
		}
	case "MARGININTEREST":
		return "interest"
	case "INVEXPENSE":
		return "fee"
	case "TRANSFER", "JRNLFUND", "JRNLSEC":
		return "transfer"
	case "SPLIT":
		return "split"
	case "INVBANKTRAN":
		return cashKind(m.Bank)
	}
	return "other"
}

// cashKind is the kind of a bank row inside an investment account.
func cashKind(t *Transaction) string {
	switch t.Type {
	case "INT":
		return "interest"
	case "DIV":
		return "dividend"
	case "FEE", "SRVCHG":
		return "fee"
	case "XFER":
		return "transfer"
	case "DEP", "DIRECTDEP":
		return "contribution"
	case "CHECK", "PAYMENT", "ATM", "CASH", "POS", "DIRECTDEBIT", "REPEATPMT":
		return "withdrawal"
	}
	return "other"
}

// security adds an entry of the list; of several under one id the first counts.
func (c *converter) security(s Security, fallback string) {
	ref := securityRef(s.ID)
	if c.securities[ref] {
		return
	}
	c.securities[ref] = true
	out := fairlead.Security{
		Ref: ref, Name: s.Name, Ticker: s.Ticker, Kind: securityKind(s.Element), Subtype: s.Subtype, Currency: s.Currency,
	}
	if out.Currency == "" {
		out.Currency = fallback
	}
	switch s.ID.Type {
	case "CUSIP":
		out.CUSIP = s.ID.ID
	case "ISIN":
		out.ISIN = s.ID.ID
	case "TICKER":
		if out.Ticker == "" {
			out.Ticker = s.ID.ID
		}
	}
	if out.Name == "" {
		out.Name = s.ID.ID
	}
	if !s.Matures.IsZero() {
		out.Extra = put(out.Extra, "DTMAT", s.Matures.Day.String())
	}
	c.out.Securities = append(c.out.Securities, out)
}

// heldSecurity makes sure that a security named by a row is in the list: brokers
// leave some out of theirs.
func (c *converter) heldSecurity(id SecurityID, element, currency string) string {
	c.security(Security{Element: element, ID: id}, currency)
	return securityRef(id)
}

func securityRef(id SecurityID) string {
	if id.Type == "" {
		return "OTHER:" + id.ID
	}
	return id.Type + ":" + id.ID
}

// securityKind reads the kind out of an element's name: POSSTOCK, STOCKINFO, BUYSTOCK.
func securityKind(element string) string {
	switch {
	case strings.Contains(element, "STOCK"):
		return "equity"
	case strings.Contains(element, "MF"):
		return "fund"
	case strings.Contains(element, "DEBT"):
		return "fixed_income"
	case strings.Contains(element, "OPT"):
		return "derivative"
	}
	return "other"
}

func moneyOf(d *fairlead.Decimal, currency string) *fairlead.Money {
	if d == nil {
		return nil
	}
	return &fairlead.Money{Amount: *d, Currency: currency}
}

func sum(list ...*fairlead.Decimal) *fairlead.Decimal {
	var total *fairlead.Decimal
	for _, d := range list {
		switch {
		case d == nil:
		case total == nil:
			total = d
		default:
			s := total.Add(*d)
			total = &s
		}
	}
	return total
}

func text(d *fairlead.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}
