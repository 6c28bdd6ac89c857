package collecting

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// storeLookup is the lookup over the store of one connection's records.
type storeLookup struct {
	store      store.Store
	tenant     fairlead.TenantID
	connection fairlead.ConnectionID
	empty      map[accountKind]bool // as isEmpty found them
	newlyEmpty []string             // of empty, "kind account": what is not stored yet
	open       func(fairlead.Record) ([]byte, error)
}

// private opens what is sealed of a record, for its fingerprint; nil where it cannot.
func (l *storeLookup) private(rec fairlead.Record) []byte {
	plain, err := l.open(rec)
	if err != nil {
		return nil // it is reported by who writes the record
	}
	return plain
}

// accountKind is an account and a kind of what hangs on it.
type accountKind struct {
	kind    fairlead.RecordKind
	account fairlead.RecordID
}

func (l *storeLookup) withRefs(ctx context.Context, kind fairlead.RecordKind, refs []string) (found []fairlead.Record, err error) {
	err = l.store.View(ctx, func(tx *store.Tx) error {
		found = nil
		for rest := refs; len(rest) > 0; {
			n := min(len(rest), 1000)
			records, err := tx.Records.Match(l.tenant, l.connection, kind, "", rest[:n])
			if err != nil {
				return err
			}
			found, rest = append(found, records...), rest[n:]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: looking records up by id: %w", err)
	}
	return found, nil
}

func (l *storeLookup) between(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval) ([]fairlead.Record, error) {
	return l.list(ctx, store.RecordQuery{Kind: kind, Account: account, Days: days}, all)
}

func (l *storeLookup) pending(ctx context.Context, account fairlead.RecordID) ([]fairlead.Record, error) {
	return l.list(ctx, store.RecordQuery{Kind: fairlead.TransactionRecord, Account: account, State: string(fairlead.TransactionPending)}, all)
}

func all(fairlead.Record) bool { return true }

// scan hands on the live records of an account on some days, or of a state, as they
// are read.
func (l *storeLookup) scan(
	ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval, state string, row func(fairlead.Record),
) error {
	_, err := l.list(ctx, store.RecordQuery{Kind: kind, Account: account, Days: days, State: state}, func(rec fairlead.Record) bool {
		row(rec)
		return false
	})
	return err
}

func (l *storeLookup) byIDs(ctx context.Context, ids []fairlead.RecordID) (found []fairlead.Record, err error) {
	err = l.store.View(ctx, func(tx *store.Tx) (err error) {
		found, err = tx.Records.ByIDs(l.tenant, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: looking records up by their own ids: %w", err)
	}
	return found, nil
}

// list gives the live records that a query finds on exactly its account and that pass.
func (l *storeLookup) list(ctx context.Context, q store.RecordQuery, pass func(fairlead.Record) bool) (found []fairlead.Record, err error) {
	q.Connection = l.connection
	err = l.store.View(ctx, func(tx *store.Tx) error {
		found = nil
		for rec, err := range store.AllRecords(tx.Records, l.tenant, q) {
			if err != nil {
				return err
			}
			if rec.Account == q.Account && pass(rec) {
				found = append(found, rec)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: looking records up: %w", err)
	}
	return found, nil
}

// isEmpty reports whether an account had nothing of a kind stored before this run,
// by one query an account and kind.
func (l *storeLookup) isEmpty(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID) (bool, error) {
	key := accountKind{kind, account}
	if empty, known := l.empty[key]; known {
		return empty, nil
	}
	err := l.store.View(ctx, func(tx *store.Tx) error {
		found, err := tx.Records.List(l.tenant, store.RecordQuery{Connection: l.connection, Account: account, Kind: kind, Limit: 1})
		if err == nil {
			l.empty[key] = len(found) == 0
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("collecting: looking records up: %w", err)
	}
	if l.empty[key] {
		l.newlyEmpty = append(l.newlyEmpty, string(kind)+" "+string(account))
	}
	return l.empty[key], nil
}

// isTaken reports whether a record of this id exists, removed or not.
func (l *storeLookup) isTaken(ctx context.Context, id fairlead.RecordID) (bool, error) {
	err := l.store.View(ctx, func(tx *store.Tx) error {
		_, err := tx.Records.Get(l.tenant, id)
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return false, nil
	}
	return err == nil, err
}
