package reading

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// list reads a page of one kind, of a connection or an account of the tenant's, as the
// store orders it.
func (r *Reading) list(
	ctx context.Context, tenant fairlead.TenantID, kind fairlead.RecordKind, q Query,
) (records []fairlead.Record, next string, o *opener, err error) {
	rows, err := rowsOf(kind, q)
	if err == nil {
		_, err = afterRecord(q.After, &rows, 0)
	}
	if err != nil {
		return nil, "", nil, err
	}
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		o = r.opener()
		if err = owned(ctx, tx, tenant, q, o); err != nil {
			return err
		}
		if records, err = tx.Records.Page(tenant, rows); err != nil {
			return err
		}
		return o.read(tx, tenant, records...)
	})
	if err != nil {
		return nil, "", nil, err
	}
	if n := rows.Limit - 1; len(records) > n {
		records = records[:n]
		next = recordCursor(records[n-1])
	}
	return records, next, o, nil
}

// rowsOf is what of the store a query asks for, from the beginning: one more than its
// page has.
func rowsOf(kind fairlead.RecordKind, q Query) (store.RecordQuery, error) {
	n, err := limit(q.Limit)
	return store.RecordQuery{
		Connection: q.Connection, Account: q.Account, Kind: kind, Days: q.Days, State: q.State, Limit: n + 1, Newest: !q.Oldest && kind.HasDate(),
	}, err
}

// owned answers NotFound for a connection or account that is not the tenant's:
// an empty list would hide a wrong id.
func owned(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, q Query, o *opener) error {
	if q.Connection == "" && q.Account == "" {
		return fairlead.InvalidField("connection", "required", "must name a connection or an account")
	}
	if q.Connection != "" {
		conn, err := found(ctx, tx, tenant, q.Connection)
		if err != nil {
			return err
		}
		o.knows(conn)
	}
	if q.Account != "" {
		_, err := find(ctx, tx, tenant, q.Account, fairlead.AccountRecord)
		return err
	}
	return nil
}

// found reads a connection of the tenant's that may be read in the context.
func found(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, id fairlead.ConnectionID) (fairlead.Connection, error) {
	c, err := tx.Connections.Get(tenant, string(id))
	if err != nil {
		return c, err
	}
	return c, c.Found(ctx)
}

// find reads one live record of a kind; of another kind, or of a connection that
// may not be read in the context, it is NotFound.
func find(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, id fairlead.RecordID, kind fairlead.RecordKind) (fairlead.Record, error) {
	rec, err := tx.Records.Get(tenant, id)
	if err == nil && fairlead.HolderIn(ctx) != "" {
		_, err = found(ctx, tx, tenant, rec.Connection)
	}
	if err != nil {
		return fairlead.Record{}, err
	}
	switch {
	case rec.Kind != kind:
		return rec, fairlead.Errorf(fairlead.NotFound, "There is no such record.")
	case rec.Removed && len(rec.Body) == 0:
		return rec, fairlead.Errorf(fairlead.Gone, "The record has been erased.")
	}
	return rec, nil
}

// pageOf reads a page and makes nouns of it, each body decoded once.
func pageOf[T any](ctx context.Context, r *Reading, tenant fairlead.TenantID, kind recordsOf[T], q Query) (Page[T], error) {
	records, next, o, err := r.list(ctx, tenant, kind.kind, q)
	if err != nil {
		return Page[T]{}, err
	}
	page := Page[T]{Data: make([]T, len(records)), Next: next}
	for i, rec := range records {
		if page.Data[i], err = kind.decode(o, rec); err != nil {
			return Page[T]{}, err
		}
	}
	return page, nil
}

// recordsOf is one kind of record and how a noun is made of it.
type recordsOf[T any] struct {
	kind   fairlead.RecordKind
	decode func(*opener, fairlead.Record) (T, error)
}

// Accounts lists accounts; their numbers are given only when asked for.
func (r *Reading) Accounts(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Account], error) {
	page, err := pageOf(ctx, r, tenant, recordsOf[fairlead.Account]{fairlead.AccountRecord, account}, q)
	for i := range page.Data {
		if !q.Numbers {
			page.Data[i].Numbers = fairlead.AccountNumbers{}
		}
	}
	return page, err
}

// Bills lists card bills, newest first.
func (r *Reading) Bills(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.CardBill], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.CardBill]{fairlead.BillRecord, bill}, q)
}

// Loans lists credit contracts.
func (r *Reading) Loans(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Loan], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.Loan]{fairlead.LoanRecord, loan}, q)
}

// Securities lists what the connection's holdings and movements are in.
func (r *Reading) Securities(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Security], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.Security]{fairlead.SecurityRecord, security}, q)
}

// Holdings lists positions.
func (r *Reading) Holdings(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Holding], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.Holding]{fairlead.HoldingRecord, holding}, q)
}

// InvestmentTransactions lists movements of investment accounts, newest first.
func (r *Reading) InvestmentTransactions(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.InvestmentTransaction], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.InvestmentTransaction]{fairlead.InvestmentTransactionRecord, investmentTransaction}, q)
}

// Documents lists statements and tax forms, newest first.
func (r *Reading) Documents(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Document], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.Document]{fairlead.DocumentRecord, document}, q)
}

// Identities lists who the institution says the person is: the one read that
// opens identities.
func (r *Reading) Identities(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Identity], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.Identity]{fairlead.IdentityRecord, identity}, q)
}

// get reads one record, and the key that opens it.
func (r *Reading) get(
	ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID, kind fairlead.RecordKind,
) (rec fairlead.Record, o *opener, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		o = r.opener()
		if rec, err = find(ctx, tx, tenant, id, kind); err != nil {
			return err
		}
		return o.read(tx, tenant, rec)
	})
	return rec, o, err
}

// Account reads one account, with its numbers if they are wanted.
func (r *Reading) Account(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID, numbers bool) (fairlead.Account, error) {
	rec, o, err := r.get(ctx, tenant, id, fairlead.AccountRecord)
	if err != nil {
		return fairlead.Account{}, err
	}
	a, err := account(o, rec)
	if !numbers {
		a.Numbers = fairlead.AccountNumbers{}
	}
	return a, err
}

// Transaction reads one transaction with its versions, oldest first, the present
// one last. One that was removed still answers, in the state removed.
func (r *Reading) Transaction(
	ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID,
) (now fairlead.Transaction, versions []fairlead.Transaction, err error) {
	var records []fairlead.Record
	var o *opener
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		o = r.opener()
		if _, err = find(ctx, tx, tenant, id, fairlead.TransactionRecord); err != nil {
			return err
		}
		if records, err = tx.Records.Versions(tenant, id); err != nil {
			return err
		}
		return o.read(tx, tenant, records...)
	})
	if err != nil {
		return now, nil, err
	}
	for _, rec := range records {
		if now, err = transaction(o, rec); err != nil {
			return now, nil, err
		}
		versions = append(versions, now)
	}
	return now, versions, nil
}

// Document reads one document.
func (r *Reading) Document(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID) (fairlead.Document, error) {
	rec, o, err := r.get(ctx, tenant, fairlead.RecordID(id), fairlead.DocumentRecord)
	if err != nil {
		return fairlead.Document{}, err
	}
	return document(o, rec)
}

// Security reads one security.
func (r *Reading) Security(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.Security, error) {
	rec, o, err := r.get(ctx, tenant, id, fairlead.SecurityRecord)
	if err != nil {
		return fairlead.Security{}, err
	}
	return security(o, rec)
}
