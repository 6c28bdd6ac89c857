package collecting

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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

// keyLookup is where the keys of stored records are looked up.
type keyLookup interface {
	// view runs fn on a snapshot; it may run twice.
	view(ctx context.Context, fn func(*store.Tx) error) error
	// keys hands on the keys of exactly an account's live records on some days, until it is
	// told to stop.
	keys(tx *store.Tx, kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval, next func(store.RecordKey) bool) error
	// keysOf returns the keys of exactly an account's live records with one of the refs.
	keysOf(tx *store.Tx, kind fairlead.RecordKind, account fairlead.RecordID, refs []string) ([]store.RecordKey, error)
}

func (l *storeLookup) view(ctx context.Context, fn func(*store.Tx) error) error {
	if err := l.store.View(ctx, fn); err != nil {
		return fmt.Errorf("collecting: looking records up: %w", err)
	}
	return nil
}

func (l *storeLookup) keys(tx *store.Tx, kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval, next func(store.RecordKey) bool) error {
	q := store.RecordQuery{Connection: l.connection, Account: account, Kind: kind, Days: days, Limit: keyPage}
	for {
		page, err := tx.Records.Keys(l.tenant, q)
		if err != nil {
			return err
		}
		for _, k := range page {
			if k.Account == account && !next(k) {
				return nil
			}
		}
		if len(page) < keyPage {
			return nil
		}
		last := page[len(page)-1]
		q.AfterDay, q.After = last.Day, last.ID
	}
}

// keyPage is how many keys are read at once.
const keyPage = 1000

func (l *storeLookup) keysOf(tx *store.Tx, kind fairlead.RecordKind, account fairlead.RecordID, refs []string) (found []store.RecordKey, err error) {
	for part := range slices.Chunk(refs, keyPage) {
		keys, err := tx.Records.KeysOf(l.tenant, l.connection, kind, account, part)
		if err != nil {
			return nil, err
		}
		found = append(found, keys...)
	}
	return found, nil
}

func (l *storeLookup) withRefs(ctx context.Context, kind fairlead.RecordKind, refs []refKey) (found []fairlead.Record, err error) {
	of := map[fairlead.RecordID][]string{}
	for _, k := range refs {
		of[k.account] = append(of[k.account], k.ref)
	}
	err = l.store.View(ctx, func(tx *store.Tx) error {
		found = nil
		for _, account := range slices.Sorted(maps.Keys(of)) {
			for part := range slices.Chunk(of[account], 1000) {
				records, err := tx.Records.Match(l.tenant, l.connection, kind, account, part)
				if err != nil {
					return err
				}
				found = append(found, records...)
			}
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

// pendingUntil returns the connection's live pending transactions up to a day, account by account.
func (l *storeLookup) pendingUntil(ctx context.Context, day fairlead.Date) (found []fairlead.Record, err error) {
	q := pendingQuery(store.RecordQuery{Connection: l.connection, Kind: fairlead.TransactionRecord, Days: fairlead.Interval{To: day}})
	err = l.view(ctx, func(tx *store.Tx) error {
		found = nil
		for rec, err := range store.AllRecords(tx.Records, l.tenant, q) {
			if err != nil {
				return err
			}
			found = append(found, rec)
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b fairlead.Record) int { return strings.Compare(string(a.Account), string(b.Account)) })
	return found, err
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

// ofKeys reads the records of some keys, in their order.
func (l *storeLookup) ofKeys(ctx context.Context, keys []store.RecordKey) (found []fairlead.Record, err error) {
	for part := range slices.Chunk(keys, keyPage) {
		ids := make([]fairlead.RecordID, len(part))
		at := make(map[fairlead.RecordID]int, len(part))
		for i, k := range part {
			ids[i], at[k.ID] = k.ID, i
		}
		records, err := l.byIDs(ctx, ids)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(records, func(a, b fairlead.Record) int { return at[a.ID] - at[b.ID] })
		found = append(found, records...)
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
