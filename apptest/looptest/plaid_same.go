package looptest

import (
	"cmp"
	"fmt"

	"github.com/fairlead-dev/fairlead"
)

// plaidKinds are the kinds of transactions for which Plaid has a code; it has none of the
// others, and those come as unknown.
var plaidKinds = map[string]bool{
	"card": true, "transfer": true, "fee": true, "interest": true, "cash": true, "direct_debit": true, "cheque": true, "refund": true, "payment": true,
}

// samePlaid compares all that comes through Plaid, thing by thing: an id of the first
// server is the reference of the second.
func (l loop) samePlaid(when string) (first, second stored) {
	l.T.Helper()
	first, second = read(l.First, l.from), read(l.Second, l.to)
	l.plaidRecords(when, first, second)
	l.plaidStatements(when, first, second)
	return first, second
}

// plaidRecords compares all but the statements, which take the longest to read.
func (l loop) plaidRecords(when string, first, second stored) {
	l.T.Helper()
	l.plaidAccounts(when, first, second)
	l.plaidTransactions(when, first, second)
	l.plaidInvestments(when, first, second)
}

func (l loop) plaidAccounts(when string, first, second stored) {
	l.T.Helper()
	fact := func(a fairlead.Account) string {
		b := a.Balances
		return fmt.Sprintf("%s %s %q %q %s %s: current %s, available %s, limit %s, overdraft %s", a.Kind, a.Subtype, a.Name, a.Official, a.Mask, a.Currency,
			money(b.Current), money(b.Available), money(b.Limit), money(b.OverdraftContracted))
	}
	want, got := facts{}, facts{}
	for _, a := range first.accounts {
		l.add(want, "first", "account "+string(a.ID), fact(a))
	}
	for _, a := range second.accounts {
		l.add(got, "second", "account "+a.Ref, fact(a))
	}
	l.report(when, "accounts", 9, want, got)
}

func (l loop) plaidTransactions(when string, first, second stored) {
	l.T.Helper()
	want, got := l.plaidRows(first, second)
	l.report(when, "transactions", 500, want, got)
	l.report(when, "sums", 2, first.sums(func(id fairlead.RecordID) string { return string(id) }), second.sums(func(id fairlead.RecordID) string { return second.accounts[id].Ref }))
}

// plaidRows are the transactions of both: a pending one has an id of its own at Plaid.
func (l loop) plaidRows(first, second stored) (want, got facts) {
	l.T.Helper()
	fact := func(t fairlead.Transaction, account string) string {
		payee := ""
		if t.Counterparty != nil {
			payee = t.Counterparty.Name
		}
		return fmt.Sprintf("%s %s of %s: %s %s, %q %q %q %s %s", t.State, t.Booked, account, plain(t.Amount.Amount), t.Amount.Currency, t.Description, t.Original, payee, t.Kind, t.Check)
	}
	want, got = facts{}, facts{}
	for _, t := range first.transactions {
		ref := string(t.ID)
		if t.State == fairlead.TransactionPending {
			ref += "-pending"
		}
		t.Description = cmp.Or(t.Description, t.Original)
		if !plaidKinds[t.Kind] {
			t.Kind = ""
		}
		l.add(want, "first", "transaction "+ref, fact(t, string(t.Account)))
	}
	for _, t := range second.transactions {
		l.add(got, "second", "transaction "+t.Ref, fact(t, second.accounts[t.Account].Ref))
	}
	return want, got
}

func (l loop) plaidInvestments(when string, first, second stored) {
	l.T.Helper()
	position := func(h fairlead.Holding, s fairlead.Security) string {
		return fmt.Sprintf("%s of %q %s %s %s %s: %s at %s of %s is %s, cost %s", plain(h.Quantity), s.Name, s.ISIN, s.CUSIP, s.Ticker, s.Currency, s.Kind, money(h.UnitPrice), h.PriceDate, money(&h.Value), money(h.CostBasis))
	}
	want, got := facts{}, facts{}
	for _, h := range first.holdings {
		if h.UnitPrice == nil && plain(h.Quantity) == plain(h.Value.Amount) { // cash: Plaid must name a price
			one, _ := fairlead.ParseDecimal("1")
			h.UnitPrice = &fairlead.Money{Amount: one, Currency: h.Value.Currency}
		}
		l.add(want, "first", "holding of "+string(h.Account)+" in "+string(h.Security), position(h, first.securities[h.Security]))
	}
	for _, h := range second.holdings {
		l.add(got, "second", "holding of "+second.accounts[h.Account].Ref+" in "+second.securities[h.Security].Ref, position(h, second.securities[h.Security]))
	}
	l.report(when, "holdings", 3, want, got)

	moved := func(m fairlead.InvestmentTransaction, account, security string, day fairlead.Date) string {
		quantity := ""
		if m.Quantity != nil && !m.Quantity.IsZero() {
			quantity = plain(m.Quantity.Abs())
		}
		return fmt.Sprintf("%s %s of %s in %s: %s, %s, fees %s, %q", m.Kind, day, account, security, plain(m.Amount.Amount), quantity, money(m.Fees), m.Description)
	}
	want, got = facts{}, facts{}
	for _, m := range first.movements {
		day := m.Settled
		if day.IsZero() {
			day = m.Traded
		}
		if day.Before(l.since) {
			continue
		}
		l.add(want, "first", "movement "+string(m.ID), moved(m, string(m.Account), string(m.Security), day))
	}
	for _, m := range second.movements {
		l.add(got, "second", "movement "+m.Ref, moved(m, second.accounts[m.Account].Ref, second.securities[m.Security].Ref, m.Traded))
	}
	l.report(when, "movements", 10, want, got)
}

func (l loop) plaidStatements(when string, first, second stored) {
	l.T.Helper()
	fact := func(s statement, accounts []string) string {
		return fmt.Sprintf("issued %s for %d-%02d of %v, %d bytes %s", s.Issued, s.Period.To.Year, s.Period.To.Month, accounts, len(s.bytes), s.SHA256)
	}
	want, got, bytes := facts{}, facts{}, map[string]string{}
	for _, s := range first.statements {
		if s.Period.To.Before(l.papers) {
			continue
		}
		var accounts []string
		for _, a := range s.Accounts {
			accounts = append(accounts, string(a))
		}
		l.add(want, "first", "statement "+string(s.ID), fact(s, accounts))
		bytes[string(s.ID)] = s.bytes
	}
	for _, s := range second.statements {
		var accounts []string
		for _, a := range s.Accounts {
			accounts = append(accounts, second.accounts[a].Ref)
		}
		l.add(got, "second", "statement "+s.Ref, fact(s, accounts))
		if s.bytes != bytes[s.Ref] {
			l.T.Errorf("%s statement %s has other bytes on the second server", when, s.Ref)
		}
	}
	l.report(when, "statements", 24, want, got)
}
