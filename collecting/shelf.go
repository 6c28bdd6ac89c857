package collecting

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// storeShelf is the shelf over the store, for one page.
type storeShelf struct {
	*run
	ctx context.Context
}

func (s storeShelf) withRefs(kind fairlead.RecordKind, refs []string) (found []fairlead.Record, err error) {
	err = s.o.Store.View(s.ctx, func(tx *store.Tx) error {
		found = nil
		for rest := refs; len(rest) > 0; {
			n := min(len(rest), 1000)
			records, err := tx.Records.Match(s.tenant.ID, s.conn.ID, kind, "", rest[:n])
			if err != nil {
				return err
			}
			found, rest = append(found, records...), rest[n:]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: matching: %w", err)
	}
	return found, nil
}

func (s storeShelf) between(kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval) ([]fairlead.Record, error) {
	return s.list(store.RecordQuery{Kind: kind, Account: account, Days: days})
}

func (s storeShelf) pending(account fairlead.RecordID) ([]fairlead.Record, error) {
	return s.list(store.RecordQuery{Kind: fairlead.TransactionRecord, Account: account, State: string(fairlead.TransactionPending)})
}

func (s storeShelf) list(q store.RecordQuery) (found []fairlead.Record, err error) {
	err = s.o.Store.View(s.ctx, func(tx *store.Tx) error {
		found = nil
		return s.each(tx, q, func(rec fairlead.Record) error {
			if rec.Account == q.Account {
				found = append(found, rec)
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: looking for likenesses: %w", err)
	}
	return found, nil
}

// isFresh tells whether an account held nothing of a kind before this run, by one
// query an account and kind.
func (r *run) isFresh(ctx context.Context) func(fairlead.RecordKind, fairlead.RecordID) (bool, error) {
	return func(kind fairlead.RecordKind, account fairlead.RecordID) (bool, error) {
		key := shelfKey{kind, account}
		if fresh, known := r.fresh[key]; known {
			return fresh, nil
		}
		err := r.o.Store.View(ctx, func(tx *store.Tx) error {
			found, err := tx.Records.List(r.tenant.ID, store.RecordQuery{Connection: r.conn.ID, Account: account, Kind: kind, Limit: 1})
			r.fresh[key] = len(found) == 0
			return err
		})
		if err != nil {
			return false, fmt.Errorf("collecting: looking for likenesses: %w", err)
		}
		return r.fresh[key], nil
	}
}
