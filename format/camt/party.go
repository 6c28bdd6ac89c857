package camt

import (
	"github.com/fairlead-dev/fairlead"
)

// party is a debtor or creditor with its account and bank.
type party struct{ fairlead.Counterparty }

func (p *party) empty() bool { return p == nil || p.Name == "" && p.IBAN == "" && p.Account == "" }

// owns reports whether the party is the owner of an account.
func (p *party) owns(a *account) bool {
	return p != nil && (p.IBAN != "" && p.IBAN == a.number || p.Account != "" && compact(p.Account) == a.number)
}

// readParty reads one of the related parties, which newer versions wrap in Pty or Agt.
func readParty(t *tree, pties, agents int, role string) *party {
	p := &party{}
	if at := t.at(pties, role); at != 0 {
		if inner := t.at(at, "Pty"); inner != 0 {
			at = inner
		}
		p.Name = t.get(at, "Nm", "Agt/FinInstnId/Nm")
		if t.at(at, "Id/OrgId") != 0 || t.at(at, "Agt") != 0 {
			p.Kind = fairlead.PersonCompany
		}
		for _, path := range [...]string{"Id/OrgId", "Id/PrvtId"} {
			if id := t.at(at, path); id != 0 {
				t.each(id, "Othr", func(i int) { p.tax(t, i) })
			}
		}
	}
	if acct := t.at(pties, role+"Acct/Id"); acct != 0 {
		p.IBAN = compact(t.get(acct, "IBAN"))
		if p.IBAN == "" {
			p.Account = t.get(acct, "Othr/Id", "BBAN", "PrtryAcct/Id", "UPIC")
		}
		if p.Name == "" {
			p.Name = t.get(pties, role+"Acct/Nm")
		}
	}
	if agents != 0 {
		if id := t.at(agents, role+"Agt/FinInstnId"); id != 0 {
			p.Bank = t.get(id, "BICFI", "BIC", "CmbndId/BIC", "ClrSysMmbId/MmbId", "Othr/Id")
		}
	}
	return p
}

// tax notes an identification that is a tax number.
func (p *party) tax(t *tree, i int) {
	if p.TaxID == "" && t.get(i, "SchmeNm/Cd") == "TXID" {
		p.TaxID = t.get(i, "Id")
	}
}

// exchange is an amount in another currency than the account's.
type exchange struct {
	foreign fairlead.Money
	rate    string
	unit    string
}

// readExchange reads AmtDtls.
func readExchange(t *tree, at int, currency string) *exchange {
	if at == 0 || currency == "" {
		return nil
	}
	x, found := &exchange{}, false
	for _, name := range [...]string{"InstdAmt", "TxAmt", "CntrValAmt", "PrtryAmt"} {
		i := t.at(at, name)
		if i == 0 {
			continue
		}
		if m, is := t.money(i, "Amt"); is && !found && m.Currency != currency {
			x.foreign, found = m, true
		}
		if v := t.get(i, "CcyXchg/XchgRate"); v != "" && x.rate == "" {
			x.rate, x.unit = v, t.get(i, "CcyXchg/UnitCcy")
		}
	}
	if !found {
		return nil
	}
	return x
}

// put writes the foreign amount, with the direction of the row, and the rate if it is one of
// the account's currency for one unit of the foreign one. UnitCcy is no help: banks fill it
// in both ways. So the amounts must bear the rate out; charges may be between them.
func (x *exchange) put(r *row) {
	m := x.foreign
	if r.Amount.Amount.Sign() < 0 {
		m = m.Neg()
	}
	r.Foreign = &m
	if x.rate == "" {
		return
	}
	put(&r.Extra, "XchgRate", x.rate)
	put(&r.Extra, "UnitCcy", x.unit)
	rate, err := fairlead.ParseDecimal(x.rate)
	if err != nil || rate.Sign() <= 0 {
		return
	}
	own, foreign := r.Amount.Amount.Abs(), x.foreign.Amount
	direct := foreign.Mul(rate).Sub(own).Abs()
	// The other way round the account's amount times the rate gives the foreign one: the
	// two misses are compared in the account's currency, hence the second rate.
	reverse := own.Mul(rate).Sub(foreign).Abs().Mul(rate)
	tenth := fairlead.NewDecimal(1, 1)
	if direct.Cmp(own.Mul(tenth)) <= 0 && direct.Cmp(reverse) < 0 {
		r.Rate = &rate
	}
}
