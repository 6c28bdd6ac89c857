package flanks

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// unknownKind is the kind of an account that the bank never listed and that nothing
// tells: its movements are in no list.
const unknownKind fairlead.AccountKind = ""

// bare reports whether an account is only a name that the bank's movements hang on:
// the bank has never listed it, so nothing is known of it, and no list holds it.
func bare(a fairlead.Account) bool {
	return a.Kind == fairlead.AccountOther && a.Name == "" && a.Official == "" && a.Mask == "" && a.Status == "" && len(a.Holders) == 0 &&
		a.Balances.Current == nil && a.Balances.Available == nil
}

// listed reports whether the bank has listed an account of one of the kinds; of any
// without kinds.
func (v view) listed(kinds ...fairlead.AccountKind) bool {
	return slices.ContainsFunc(v.order, func(id fairlead.RecordID) bool {
		return !v.bare[id] && (len(kinds) == 0 || slices.Contains(kinds, v.accounts[id].Kind))
	})
}

// tellKinds tells the kind of the accounts that the bank never listed by what hangs on
// them: bills on a card, positions on a portfolio, a contract on a loan. Once all of
// these were collected, what has none of them is an account that money lies in.
func (f *Flanks) tellKinds(c call, v *view) error {
	v.bare = map[fairlead.RecordID]bool{}
	for id, a := range v.accounts {
		if bare(a) {
			v.bare[id] = true
		}
	}
	if len(v.bare) == 0 {
		return nil
	}
	r, query := f.verbs.Reading, reading.Query{Connection: v.conn.ID}
	kinds := map[fairlead.RecordID]fairlead.AccountKind{}
	err := each(c, query, r.Bills, func(b fairlead.CardBill) { kinds[b.Account] = fairlead.AccountCard })
	if err == nil {
		err = each(c, query, r.Holdings, func(h fairlead.Holding) { kinds[h.Account] = fairlead.AccountInvestment })
	}
	if err == nil {
		err = each(c, query, r.Loans, func(l fairlead.Loan) { kinds[l.Account] = fairlead.AccountLoan })
	}
	if err != nil {
		return err
	}
	others := unknownKind
	billed := v.conn.Products[fairlead.ProductBills].Status == fairlead.ProductReady
	if billed && !failed(v.conn, fairlead.ProductHoldings) && !failed(v.conn, fairlead.ProductLoans) {
		others = fairlead.AccountDepository
	}
	for id := range v.bare {
		a := v.accounts[id]
		if a.Kind = others; kinds[id] != "" {
			a.Kind = kinds[id]
		}
		v.accounts[id] = a
	}
	return nil
}
