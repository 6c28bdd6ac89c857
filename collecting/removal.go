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
func (r *run) remove(ctx context.Context, req connector.FetchRequest, page connector.Page, b *batch) error {
	page.Covers = slices.DeleteFunc(slices.Clone(page.Covers), func(cover connector.Coverage) bool {
		return r.convert.isStaleList(req.Product, cover) // also where nothing can be missing: it notes the day
	})
	kind, ok := removable(req.Product)
	if !ok || len(page.Covers) == 0 || r.conn.Products[req.Product].LastGood.IsZero() {
		return nil // a first collection has nothing to miss
	}
	missed, err := r.missed(ctx, kind, page)
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
		if cover.AccountRef != "" && !known {
			continue
		}
		q := store.RecordQuery{Kind: kind, Account: account, Days: cover.Days}
		if cover.Pending {
			q = pendingQuery(q)
		}
		absent, err := r.convert.lookup.list(ctx, q, func(rec fairlead.Record) bool {
			return !r.convert.seen.hasRecord(rec.ID)
		})
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
