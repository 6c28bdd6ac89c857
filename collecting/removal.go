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
	found := map[fairlead.RecordID]bool{}
	for _, cover := range page.Covers {
		account, known := r.convert.accounts[cover.AccountRef]
		if cover.AccountRef != "" && (!known || account == "") {
			continue
		}
		absent, err := r.absentFrom(ctx, kind, account, cover)
		if err != nil {
			return nil, err
		}
		for _, rec := range absent {
			if !found[rec.ID] {
				found[rec.ID] = true
				out = append(out, rec)
			}
		}
	}
	return out, nil
}

// absentFrom lists the live records of exactly an account inside one span that were not shown.
func (r *run) absentFrom(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID, cover connector.Coverage) ([]fairlead.Record, error) {
	if cover.Pending {
		return r.convert.lookup.list(ctx, pendingQuery(store.RecordQuery{Kind: kind, Account: account, Days: cover.Days}), func(rec fairlead.Record) bool {
			return !r.convert.seen.hasRecord(rec.ID)
		})
	}
	keys, err := r.convert.unmet(ctx, kind, account, cover.Days)
	if err != nil {
		return nil, err
	}
	return r.convert.lookup.ofKeys(ctx, keys)
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
	var accounts []fairlead.RecordID
	for id := range r.convert.accountRecords {
		accounts = append(accounts, id)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		if spared[account] {
			continue
		}
		pending, err := r.convert.lookup.pending(ctx, account)
		if err != nil {
			return err
		}
		for _, rec := range pending {
			if rec.Day.After(day) || spared[rec.ID] || r.convert.seen.hasRecord(rec.ID) {
				continue
			}
			rec.Version++
			rec.Removed, rec.Reason, rec.Changed = true, "removed", r.now
			b.add(rec, true)
		}
	}
	return nil
}
