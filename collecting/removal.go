package collecting

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// removable is the kind of record whose absence a product's coverage can mean. No
// documents: an institution that shows only the last years' takes none back.
func removable(p fairlead.Product) (fairlead.RecordKind, bool) {
	switch p {
	case fairlead.ProductAccounts:
		return fairlead.AccountRecord, true
	case fairlead.ProductIdentity:
		return fairlead.IdentityRecord, true
	case fairlead.ProductTransactions:
		return fairlead.TransactionRecord, true
	case fairlead.ProductBills:
		return fairlead.BillRecord, true
	case fairlead.ProductLoans:
		return fairlead.LoanRecord, true
	case fairlead.ProductHoldings:
		return fairlead.HoldingRecord, true
	case fairlead.ProductInvestmentTransactions:
		return fairlead.InvestmentTransactionRecord, true
	}
	return "", false
}

// remove removes what the page covers and the collection did not show.
func (r *run) remove(ctx context.Context, req connector.FetchRequest, page connector.Page, missing absent, b *batch) error {
	page.Covers = slices.DeleteFunc(missing.shown(page.Covers), func(cover connector.Coverage) bool {
		return r.convert.isStaleList(req.Product, cover) // also where nothing can be missing: it notes the day
	})
	kind, ok := removable(req.Product)
	if !ok || len(page.Covers) == 0 || r.conn.Products[req.Product].LastGood.IsZero() {
		return nil // a first collection has nothing to miss
	}
	if kind == fairlead.AccountRecord && r.convert.namesUnknown(missing) {
		return nil // any of those that are stored may be meant
	}
	missed, err := r.missed(ctx, kind, page)
	if err == nil && kind == fairlead.AccountRecord {
		missed = slices.DeleteFunc(missed, func(rec fairlead.Record) bool { return missing.refs[rec.Ref] || r.convert.unclear[rec.ID] })
	}
	if err != nil || len(missed) == 0 {
		return err
	}
	for _, rec := range missed {
		rec.Version++
		rec.Removed, rec.Reason, rec.Changed = true, "removed", r.now
		b.add(rec, true)
	}
	return nil
}

// missed lists the live records inside the page's coverage that were not shown.
func (r *run) missed(ctx context.Context, kind fairlead.RecordKind, page connector.Page) (out []fairlead.Record, err error) {
	var spans []accountDays
	for _, cover := range page.Covers {
		account, known := r.convert.accounts[cover.AccountRef]
		switch {
		case cover.AccountRef != "" && (!known || account == ""):
		case cover.Pending:
			pending, err := r.convert.lookup.list(ctx, pendingQuery(store.RecordQuery{Kind: kind, Account: account, Days: cover.Days}), func(rec fairlead.Record) bool {
				return !r.convert.seen.hasRecord(rec.ID)
			})
			if err != nil {
				return nil, err
			}
			out = append(out, pending...)
		default:
			spans = append(spans, accountDays{account, cover.Days})
		}
	}
	keys, err := r.convert.unmet(ctx, kind, spans)
	if err != nil {
		return nil, err
	}
	records, err := r.convert.lookup.ofKeys(ctx, keys)
	if err != nil {
		return nil, err
	}
	found := map[fairlead.RecordID]bool{}
	return slices.DeleteFunc(append(records, out...), func(rec fairlead.Record) bool {
		twice := found[rec.ID] || rec.Removed // by a page before this one, which covers the day too
		found[rec.ID] = true
		return twice
	}), nil
}

// lapse removes pending transactions that were not shown again for longer than one takes to
// be booked, at the end of a product of which the institution lists what there is. What an
// account that is missing had stays.
func (r *run) lapse(ctx context.Context, req connector.FetchRequest, page connector.Page, missing absent, b *batch) error {
	if req.Product != fairlead.ProductTransactions || page.More || page.Delta || missing.some || r.conn.Uploaded || r.conn.Products[req.Product].LastGood.IsZero() {
		return nil
	}
	spared := map[fairlead.RecordID]bool{}
	for ref := range missing.refs {
		spared[r.convert.accounts[ref]] = true
	}
	for _, rec := range b.records {
		spared[rec.ID] = true // the page has removed it already
	}
	day := fairlead.DateOf(r.now).AddDays(-pendingWindow - 1)
	pending, err := r.convert.lookup.pendingUntil(ctx, day)
	if err != nil {
		return err
	}
	for _, rec := range pending {
		if _, live := r.convert.accountRecords[rec.Account]; !live || spared[rec.Account] || spared[rec.ID] || r.convert.seen.hasRecord(rec.ID) {
			continue
		}
		rec.Version++
		rec.Removed, rec.Reason, rec.Changed = true, "removed", r.now
		b.add(rec, true)
	}
	return nil
}
