package connectortest

import (
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// checkData holds what is true of all records together.
func (r *run) checkData() {
	r.Helper()
	c := &checker{accounts: map[string]bool{}, securities: map[string]bool{}, refs: map[string]bool{}, now: fairlead.DateOf(r.Session.Now)}
	if r.Session.Now.IsZero() {
		c.now = fairlead.Date{}
	}
	var all connector.Page
	for _, p := range fairlead.Products() {
		page, ok := r.result.Data[p]
		if !ok {
			continue
		}
		c.coverage(p, page.Covers)
		// A security may come with every product that names it.
		if p != fairlead.ProductAccounts {
			page.Accounts = nil
		}
		gather(&all, page)
	}
	c.named(all)
	c.banking(all)
	c.lending(all)
	c.investing(all)
	c.others(all)
	c.covered(all.Covers)
	for _, complaint := range c.complaints {
		r.Error(complaint)
	}
}

// checker gathers complaints about records.
type checker struct {
	complaints
	accounts, securities map[string]bool
	refs                 map[string]bool // kind, account and ref
	now                  fairlead.Date
}

// ref checks that an id names one record only. Where ids are optional "" is fine.
func (c *checker) ref(kind fairlead.RecordKind, account, ref string, optional bool) {
	if ref == "" {
		c.unless(optional, "%s: a record has no ref", kind)
		return
	}
	key := fmt.Sprintf("%s\x00%s\x00%s", kind, account, ref)
	c.unless(!c.refs[key], "%s: ref %q occurs twice", kind, ref)
	c.refs[key] = true
}

func (c *checker) account(kind fairlead.RecordKind, ref string, optional bool) {
	if ref == "" && optional {
		return
	}
	c.unless(c.accounts[ref], "%s: a record hangs on an account that was not listed: %q", kind, ref)
}

func (c *checker) money(kind fairlead.RecordKind, list ...*fairlead.Money) {
	for _, m := range list {
		c.unless(m == nil || fairlead.ValidCurrency(m.Currency), "%s: an amount has no currency of ISO 4217", kind)
	}
}

func (c *checker) day(kind fairlead.RecordKind, d fairlead.Date) {
	c.unless(!d.IsZero() && d.Year >= 1900 && d.Year <= 2200, "%s: a record has no plausible day: %q", kind, d)
}

// named gathers what others hang on.
func (c *checker) named(p connector.Page) {
	for _, a := range p.Accounts {
		k := fairlead.AccountRecord
		c.ref(k, "", a.Ref, false)
		c.accounts[a.Ref] = true
		c.unless(fairlead.ValidCurrency(a.Currency), "acc: currency %q is not of ISO 4217", a.Currency)
		c.unless(a.Name != "", "acc: an account has no name")
		switch a.Kind {
		case fairlead.AccountDepository, fairlead.AccountCard, fairlead.AccountLoan, fairlead.AccountInvestment, fairlead.AccountPension, fairlead.AccountOther:
		default:
			c.unless(false, "acc: kind %q is not of the closed list", a.Kind)
		}
		b := a.Balances
		c.money(k, b.Current, b.Available, b.Limit, b.Used, b.Blocked, b.Invested, b.OverdraftContracted, b.OverdraftUsed, b.OverdraftUnarranged)
		for _, number := range []string{a.Numbers.Number, a.Numbers.IBAN} { // refs are stored in the open
			c.unless(len(number) < 5 || !strings.Contains(a.Ref, number), "acc: a ref has the account's number in it: digest it (connector.Env.Digest)")
		}
		c.unless(len(a.Numbers.PAN) < 12 || !allDigits(a.Numbers.PAN), "acc: a card number is not masked")
	}
	for _, s := range p.Securities {
		c.unless(s.Ref != "", "sec: a security has no ref")
		c.unless(s.Name != "", "sec: a security has no name")
		c.unless(fairlead.ValidCurrency(s.Currency), "sec: currency %q is not of ISO 4217", s.Currency)
		c.securities[s.Ref] = true
	}
}

func allDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func (c *checker) banking(p connector.Page) {
	for i := range p.Transactions {
		t := &p.Transactions[i]
		k := fairlead.TransactionRecord
		c.ref(k, t.AccountRef, t.Ref, true)
		c.account(k, t.AccountRef, false)
		c.money(k, &t.Amount, t.BalanceAfter, t.Foreign)
		c.day(k, t.Booked)
		switch t.State {
		case fairlead.TransactionPending, fairlead.TransactionPosted, fairlead.TransactionReversed, fairlead.TransactionRemoved:
		default:
			c.unless(false, "txn: state %q is not of the closed list", t.State)
		}
	}
	for i := range p.Bills {
		b := &p.Bills[i]
		k := fairlead.BillRecord
		c.ref(k, b.AccountRef, b.Ref, false)
		c.account(k, b.AccountRef, false)
		c.money(k, &b.Total, b.Minimum)
		c.day(k, b.Due)
	}
}

func (c *checker) lending(p connector.Page) {
	for i := range p.Loans {
		l := &p.Loans[i]
		k := fairlead.LoanRecord
		c.ref(k, "", l.Ref, false)
		c.account(k, l.AccountRef, true)
		c.money(k, l.Amount, &l.Outstanding, l.Instalments.Amount)
		c.unless(l.Outstanding.Amount.Sign() >= 0, "lon: what is owed must be positive")
	}
}

func (c *checker) investing(p connector.Page) {
	for i := range p.Holdings {
		h := &p.Holdings[i]
		k := fairlead.HoldingRecord
		c.ref(k, h.AccountRef, h.Ref, false)
		c.account(k, h.AccountRef, false)
		c.money(k, &h.Value, h.UnitPrice, h.CostBasis, h.Gross, h.Net)
		c.unless(h.SecurityRef == "" || c.securities[h.SecurityRef], "hld: a holding is of a security that was not listed: %q", h.SecurityRef)
	}
	for i := range p.InvestmentTransactions {
		t := &p.InvestmentTransactions[i]
		k := fairlead.InvestmentTransactionRecord
		c.ref(k, t.AccountRef, t.Ref, false)
		c.account(k, t.AccountRef, false)
		c.money(k, &t.Amount, t.Price, t.Fees, t.Withheld)
		c.day(k, t.Traded)
		c.unless(t.SecurityRef == "" || c.securities[t.SecurityRef], "itx: a movement is of a security that was not listed: %q", t.SecurityRef)
	}
}

func (c *checker) others(p connector.Page) {
	for _, i := range p.Identities {
		c.ref(fairlead.IdentityRecord, "", i.Ref, false)
		c.unless(len(i.Names) > 0, "idn: an identity has no name")
		for _, rel := range i.Relations {
			c.account(fairlead.IdentityRecord, rel.AccountRef, false)
		}
	}
	for _, d := range p.Documents {
		c.ref(fairlead.DocumentRecord, "", d.Ref, false)
		c.day(fairlead.DocumentRecord, d.Issued)
		c.unless(d.FileName != "" && d.MediaType != "", "doc: a document has no file name or media type")
		c.unless(d.Open != nil, "doc: a document can't be opened")
		for _, ref := range d.AccountRefs {
			c.account(fairlead.DocumentRecord, ref, false)
		}
	}
}

// daily are the products whose records have days.
func daily(p fairlead.Product) bool {
	return p == fairlead.ProductTransactions || p == fairlead.ProductInvestmentTransactions
}

// coverage checks the spans that one product claims.
func (c *checker) coverage(p fairlead.Product, list []connector.Coverage) {
	for _, v := range list {
		from, to := v.Days.From, v.Days.To
		c.unless(from.IsZero() || to.IsZero() || !to.Before(from), "%s: a covered span ends before it begins", p)
		c.unless(c.now.IsZero() || to.IsZero() || !to.After(c.now.AddDays(370)), "%s: a covered span reaches far into the future", p)
		c.unless(daily(p) || p == fairlead.ProductBills || p == fairlead.ProductStatements || p == fairlead.ProductTaxForms || v.Days == (fairlead.Interval{}),
			"%s: covers days, but its records have none", p)
	}
}

func (c *checker) covered(list []connector.Coverage) {
	for _, v := range list {
		c.unless(v.AccountRef == "" || c.accounts[v.AccountRef], "a span is covered of an account that was not listed: %q", v.AccountRef)
	}
}
