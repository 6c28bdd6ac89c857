package collecting

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// chosen tells whether the person let us have the account.
func (r *run) chosen(ref string) bool {
	return len(r.conn.Accounts) == 0 || slices.Contains(r.conn.Accounts, ref) || r.migrated[ref]
}

func (r *run) accountsOf(_ context.Context, page connector.Page, _ *written) ([]*arrival, error) {
	var out []*arrival
	for _, account := range page.Accounts {
		a, err := accountArrival(account)
		if err != nil {
			return nil, err
		}
		a.stray = !r.chosen(account.Ref) // unless it proves to be a chosen one under a new id
		out = append(out, a)
	}
	return out, nil
}

func (r *run) securitiesOf(_ context.Context, page connector.Page, _ *written) ([]*arrival, error) {
	var out []*arrival
	for _, s := range page.Securities {
		out = append(out, securityArrival(s))
	}
	return out, nil
}

// movementsOf is everything that hangs on accounts and securities.
func (r *run) movementsOf(ctx context.Context, page connector.Page, w *written) ([]*arrival, error) {
	if err := r.unnamed(ctx, page, w); err != nil {
		return nil, err
	}
	out := make([]*arrival, 0, len(page.Transactions)+len(page.Holdings)+len(page.InvestmentTransactions))
	for _, t := range page.Transactions {
		if r.chosen(t.AccountRef) {
			out = append(out, transactionArrival(t, r.accounts[t.AccountRef]))
		}
	}
	for _, b := range page.Bills {
		if r.chosen(b.AccountRef) {
			out = append(out, billArrival(b, r.accounts[b.AccountRef]))
		}
	}
	for _, l := range page.Loans {
		if l.AccountRef == "" || r.chosen(l.AccountRef) {
			out = append(out, loanArrival(l, r.accounts[l.AccountRef]))
		}
	}
	for _, h := range page.Holdings {
		if r.chosen(h.AccountRef) {
			out = append(out, holdingArrival(h, r.accounts[h.AccountRef], r.securities[h.SecurityRef]))
		}
	}
	for _, t := range page.InvestmentTransactions {
		if r.chosen(t.AccountRef) {
			out = append(out, investmentArrival(t, r.accounts[t.AccountRef], r.securities[t.SecurityRef]))
		}
	}
	for _, i := range page.Identities {
		a, err := identityArrival(i, r.accounts)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// unnamed makes bare accounts for refs that the institution never listed, so
// that what hangs on them is kept all the same. An account that was removed
// keeps its id and stays removed.
func (r *run) unnamed(ctx context.Context, page connector.Page, w *written) error {
	var missing []string
	need := func(ref, currency string) *arrival {
		if _, known := r.accounts[ref]; known || ref == "" || !r.chosen(ref) || slices.Contains(missing, ref) {
			return nil
		}
		missing = append(missing, ref)
		noun := fairlead.Account{Ref: ref, Kind: fairlead.AccountOther, Currency: currency}
		return newArrival(fairlead.AccountRecord, ref, &noun, likeAccount)
	}
	var bare []*arrival
	for _, t := range page.Transactions {
		bare = append(bare, need(t.AccountRef, t.Amount.Currency))
	}
	for _, b := range page.Bills {
		bare = append(bare, need(b.AccountRef, b.Total.Currency))
	}
	for _, l := range page.Loans {
		bare = append(bare, need(l.AccountRef, l.Amount.Currency))
	}
	for _, h := range page.Holdings {
		bare = append(bare, need(h.AccountRef, h.Value.Currency))
	}
	for _, t := range page.InvestmentTransactions {
		bare = append(bare, need(t.AccountRef, t.Amount.Currency))
	}
	if len(missing) == 0 {
		return nil
	}
	removed, err := storeShelf{r, ctx}.withRefs(fairlead.AccountRecord, missing)
	if err != nil {
		return err
	}
	for _, rec := range removed {
		r.accounts[rec.Ref] = rec.ID
	}
	bare = slices.DeleteFunc(bare, func(a *arrival) bool { return a == nil || r.accounts[a.record.Ref] != "" })
	return r.settleKind(ctx, fairlead.AccountRecord, bare, rules{
		seen: r.wasSeen, superseded: r.wasSuperseded,
		covered: func(fairlead.RecordID, fairlead.Date) bool { return false },
		fresh:   func(fairlead.RecordKind, fairlead.RecordID) (bool, error) { return true, nil },
	}, w)
}

// covered tells which accounts and days the institution tells completely: what
// this page declares, and for pages before the last of a span what the product
// was declared to be held for by an earlier collection.
func (r *run) covered(page connector.Page, p fairlead.Product) func(fairlead.RecordID, fairlead.Date) bool {
	held := r.conn.Products[p].Covered
	return func(account fairlead.RecordID, day fairlead.Date) bool {
		if held != (fairlead.Interval{}) && !day.IsZero() && held.Contains(day) {
			return true
		}
		return slices.ContainsFunc(page.Covers, func(c connector.Coverage) bool {
			return r.accounts[c.AccountRef] == account && c.Days.Contains(day)
		})
	}
}
