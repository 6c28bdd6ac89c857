package collecting

import (
	"context"
	"fmt"

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
//
// What was shown is a set of ids in memory. After a crash the set begins anew:
// what the collection wrote before is known by its time, and what it only met
// again, unchanged, is found by requesting the earlier pages once more, and that
// only when something would be removed.
func (r *run) remove(ctx context.Context, req connector.FetchRequest, page connector.Page, b *batch) error {
	kind, ok := removable(req.Product)
	if !ok || len(page.Covers) == 0 || r.conn.Products[req.Product].LastGood.IsZero() {
		return nil // a first collection has nothing to miss
	}
	missed, err := r.missed(ctx, kind, req.Product, page)
	if err != nil || len(missed) == 0 {
		return err
	}
	if cursor, resumed := r.resumed[req.Product]; resumed {
		if err := r.replayPages(ctx, req, cursor); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.o.Log.WarnContext(ctx, "removals are left to the next collection", "connection", r.conn.ID, "product", req.Product, "kind", fairlead.KindOf(err))
			return nil
		}
		delete(r.resumed, req.Product)
		if missed, err = r.missed(ctx, kind, req.Product, page); err != nil {
			return err
		}
	}
	for _, rec := range missed {
		rec.Version++
		rec.Removed, rec.Reason, rec.Changed = true, "removed", r.now
		b.add(rec, true)
	}
	return nil
}

// missed lists the live records inside the page's coverage that were not shown.
func (r *run) missed(ctx context.Context, kind fairlead.RecordKind, p fairlead.Product, page connector.Page) (out []fairlead.Record, err error) {
	_, resumed := r.resumed[p]
	found := map[fairlead.RecordID]bool{}
	for _, cover := range page.Covers {
		account, known := r.convert.accounts[cover.AccountRef]
		if cover.AccountRef != "" && !known {
			continue
		}
		q := store.RecordQuery{Kind: kind, Account: account, Days: cover.Days}
		absent, err := r.convert.lookup.list(ctx, q, func(rec fairlead.Record) bool {
			return !r.convert.seen.hasRecord(rec.ID) && !(resumed && !rec.Changed.Before(r.col.Started))
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

// replayPages requests the pages before the cursor that a collection was resumed
// at, and notes what they show, writing nothing.
func (r *run) replayPages(ctx context.Context, req connector.FetchRequest, until string) error {
	for req.Cursor = ""; req.Cursor != until; {
		page, err := r.source.fetch(ctx, req)
		if err != nil {
			return fmt.Errorf("collecting: requesting pages again: %w", err)
		}
		if _, err := r.convert.page(ctx, page, r.conn.Products[req.Product].Covered); err != nil {
			return err
		}
		if !page.More || page.Cursor == req.Cursor {
			return nil
		}
		req.Cursor = page.Cursor
	}
	return nil
}
