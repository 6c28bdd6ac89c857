package camt

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// accountKey names an account in a file: one number in three currencies is three accounts.
type accountKey struct{ number, currency string }

// account is what a file says of one.
type account struct {
	accountKey
	index     int // in the order of the file
	head      head
	current   *balance
	available *balance
	line      *fairlead.Money // of credit
	period    fairlead.Interval
	closed    *balance // of the last whole statement, for the next one to begin with
	pending   bool     // a report lists pending rows, or could have
}

// head is what the head of a statement says of its account.
type head struct {
	number, iban, bic, bank, branch, currency, kind, name, owner string
}

// balance is an amount on a day.
type balance struct {
	fairlead.Money
	day fairlead.Date
	at  time.Time
}

// after reports whether a balance is of a later time than another, or of the same.
func (b *balance) after(c *balance) bool { return c == nil || !b.at.Before(c.at) }

func readHead(t *tree, at int) head {
	svcr := t.at(at, "Svcr/FinInstnId")
	h := head{
		iban: compact(t.get(at, "Id/IBAN")), currency: t.get(at, "Ccy"), name: t.get(at, "Nm"),
		kind: t.get(at, "Tp/Cd", "Tp/Prtry"), owner: t.get(at, "Ownr/Nm", "Ownr/Pty/Nm"),
	}
	h.number = h.iban
	if h.number == "" {
		h.number = compact(t.get(at, "Id/Othr/Id", "Id/BBAN", "Id/PrtryAcct/Id", "Id/UPIC", "Prxy/Id"))
	}
	if svcr != 0 {
		h.bic = t.get(svcr, "BICFI", "BIC", "CmbndId/BIC")
		h.bank = t.get(svcr, "Nm", "CmbndId/Nm")
		h.branch = t.get(at, "Svcr/BrnchId/Id")
		if h.bic == "" {
			h.bic = t.get(svcr, "ClrSysMmbId/MmbId", "Othr/Id")
		}
	}
	return h
}

// account is the one of a number and a currency, made where the file had none yet.
func (f *file) account(h head, currency string) (*account, error) {
	key := accountKey{h.number, currency}
	if a := f.accounts[key]; a != nil {
		a.head.add(h)
		return a, nil
	}
	if len(f.order) >= format.MaxAccounts {
		return nil, (&format.Error{Field: "Acct", Kind: format.TooLarge, Reason: "is one of more accounts than can be read"}).OfShape()
	}
	a := &account{accountKey: key, index: len(f.order), head: h}
	f.accounts[key] = a
	f.order = append(f.order, a)
	return a, nil
}

// add fills in what a later statement of the account says besides.
func (h *head) add(o head) {
	for _, p := range []struct {
		to   *string
		from string
	}{{&h.bic, o.bic}, {&h.bank, o.bank}, {&h.branch, o.branch}, {&h.kind, o.kind}, {&h.name, o.name}, {&h.owner, o.owner}} {
		if *p.to == "" {
			*p.to = p.from
		}
	}
}

func (k accountKey) String() string { return k.number + " " + k.currency }

// noun is the account as the port has it.
func (a *account) noun(kind message) *format.Account {
	h := a.head
	out := &format.Account{
		Key:   a.String(),
		Names: format.Names{Scheme: "bank", Bank: h.bic, Branch: h.branch, Number: a.number, Currency: a.currency},
		Bank:  format.Bank{Name: h.bank, ID: h.bic},
	}
	out.Currency = a.currency
	var name string
	out.Kind, out.Subtype, name = accountKind(h.kind)
	if out.Kind == fairlead.AccountLoan || out.Kind == fairlead.AccountCard {
		out.Names.Scheme = string(out.Kind)
	}
	if n := len(a.number); n >= 4 {
		out.Mask = a.number[n-4:]
		name += " " + out.Mask
	}
	out.Name, out.Official = name, h.name
	if h.name != "" {
		out.Name = h.name
	}
	out.Numbers.IBAN = h.iban
	if h.iban == "" {
		out.Numbers.Number = a.number
	}
	if isBIC(h.bic) {
		out.Numbers.BIC = h.bic
	}
	if h.owner != "" {
		out.Holders = []fairlead.Holder{{Name: h.owner, Role: "owner"}}
	}
	if b := a.current; b != nil {
		out.Balances.Current, out.Balances.AsOf = &b.Money, b.at
	}
	if b := a.available; b != nil && b.after(a.current) {
		out.Balances.Available = &b.Money
		if a.current == nil {
			out.Balances.AsOf = b.at
		}
	}
	out.Balances.OverdraftContracted = a.line
	out.Period = a.period
	out.Complete.Pending = kind == report && a.pending
	return out
}

func isBIC(s string) bool {
	if len(s) != 8 && len(s) != 11 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'A' || c > 'Z') && (i < 6 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// accountKind goes by ExternalCashAccountType1Code. Most banks say nothing or CACC.
func accountKind(code string) (kind fairlead.AccountKind, subtype, name string) {
	switch code {
	case "SVGS", "ONDP":
		return fairlead.AccountDepository, "savings", "Savings"
	case "MOMA":
		return fairlead.AccountDepository, "money_market", "Money market"
	case "LOAN", "LLSV", "MGLD":
		return fairlead.AccountLoan, "loan", "Loan"
	case "ODFT":
		return fairlead.AccountLoan, "overdraft", "Overdraft"
	case "CARD":
		return fairlead.AccountCard, "", "Card"
	case "CACC", "CASH", "TRAN", "TRAS", "SLRY", "CISH":
		return fairlead.AccountDepository, "checking", "Account"
	}
	return fairlead.AccountDepository, "", "Account"
}
