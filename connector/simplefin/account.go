package simplefin

import (
	"maps"

	"github.com/fairlead-dev/fairlead"
)

// noun is the account as Fairlead has it. A balance that the server does not give, or that
// can't be read, is nil.
func (l *listed) noun() fairlead.Account {
	a := fairlead.Account{
		Ref: l.ref, Kind: l.kind, Subtype: l.subtype, Name: l.title(), Mask: l.mask, Currency: l.currency, Extra: maps.Clone(l.more),
	}
	a.Balances.AsOf = l.balanceUpdated
	if d, ok := l.Balance.decimal(); ok {
		a.Balances.Current = &fairlead.Money{Amount: d, Currency: l.currency}
		if l.reversed(d) {
			a.Extra = note(a.Extra, "balance_sign", "positive") // as it was sent: whether it is a debt is not certain
		}
	}
	switch d, ok := l.AvailableBalance.decimal(); {
	case ok:
		a.Balances.Available = &fairlead.Money{Amount: d, Currency: l.currency}
	case l.AvailableBalance == "" && l.kind == fairlead.AccountDepository && a.Balances.Current != nil:
		same := *a.Balances.Current // the protocol: where it is left out they are equal
		a.Balances.Available = &same
	}
	a.Extra = note(a.Extra, "organisation", l.bank.name)
	return a
}

// reversed reports whether a card or loan has a positive balance though most of its rows
// are purchases: some banks come through with the debt as a positive number.
func (l *listed) reversed(balance fairlead.Decimal) bool {
	if l.kind != fairlead.AccountCard && l.kind != fairlead.AccountLoan || balance.Sign() <= 0 || l.Transactions == nil {
		return false
	}
	out := 0
	for _, t := range *l.Transactions {
		if d, ok := t.Amount.decimal(); ok && d.Sign() < 0 {
			out++
		}
	}
	return out > 0 && 2*out > len(*l.Transactions)
}
