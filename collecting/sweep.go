package collecting

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// swept is the kind of record whose absence a product's coverage can mean. No
// documents: an institution that shows only the last years' takes none back.
func swept(p fairlead.Product) (fairlead.RecordKind, bool) {
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

// sweep removes what the page covers and the collection did not tell.
//
// What was told is a set of ids in memory. After a crash the set begins anew:
// what the collection wrote before is known by its time, and what it only met
// again, unchanged, is found by asking for the earlier pages once more — and
// that only when something would be removed.
func (r *run) sweep(ctx context.Context, p fairlead.Product, ask connector.FetchRequest, page connector.Page, w *written) error {
	kind, ok := swept(p)
	if !ok || len(page.Covers) == 0 || r.conn.Products[p].LastGood.IsZero() {
		return nil // a first collection has nothing to miss
	}
	missed, err := r.missed(ctx, kind, p, page)
	if err != nil || len(missed) == 0 {
		return err
	}
	if place, resumed := r.resumed[p]; resumed {
		if err := r.recall(ctx, ask, place); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.o.Log.WarnContext(ctx, "removals are left to the next collection", "connection", r.conn.ID, "product", p, "kind", fairlead.KindOf(err))
			return nil
		}
		delete(r.resumed, p)
		if missed, err = r.missed(ctx, kind, p, page); err != nil {
			return err
		}
	}
	for _, rec := range missed {
		rec.Version++
		rec.Removed, rec.Reason, rec.Changed = true, "removed", r.now
		w.add(rec, true)
	}
	return nil
}

// missed lists the live records inside the page's coverage that were not told.
func (r *run) missed(ctx context.Context, kind fairlead.RecordKind, p fairlead.Product, page connector.Page) (out []fairlead.Record, err error) {
	_, resumed := r.resumed[p]
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		out = nil
		found := map[fairlead.RecordID]bool{}
		for _, c := range page.Covers {
			account, known := r.accounts[c.AccountRef]
			if c.AccountRef != "" && !known {
				continue
			}
			q := store.RecordQuery{Kind: kind, Account: account, Days: c.Days}
			err := r.each(tx, q, func(rec fairlead.Record) error {
				told := r.wasSeen(rec.ID) || (resumed && !rec.Changed.Before(r.col.Started))
				if rec.Account == account && !told && !found[rec.ID] {
					found[rec.ID] = true
					out = append(out, rec)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: looking for what is gone: %w", err)
	}
	return out, nil
}

// recall asks for the pages before the place a collection was resumed at, and
// marks what they tell, writing nothing.
func (r *run) recall(ctx context.Context, ask connector.FetchRequest, until string) error {
	for ask.Cursor = ""; ask.Cursor != until; {
		page, err := r.fetch(ctx, ask)
		if err != nil {
			return fmt.Errorf("collecting: asking for pages again: %w", err)
		}
		var unwritten written
		if err := r.settle(ctx, page, ask.Product, &unwritten); err != nil {
			return err
		}
		if !page.More || page.Cursor == ask.Cursor {
			return nil
		}
		ask.Cursor = page.Cursor
	}
	return nil
}
