package reading

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// list reads a page of one kind, of a connection or an account of the tenant's.
func (r *Reading) list(
	ctx context.Context, tenant fairlead.TenantID, kind fairlead.RecordKind, q Query,
) (records []fairlead.Record, next string, err error) {
	n, err := limit(q.Limit)
	if err != nil {
		return nil, "", err
	}
	rows := store.RecordQuery{
		Connection: q.Connection, Account: q.Account, Kind: kind, Days: q.Days, State: q.State, Limit: n + 1, Newest: !q.Oldest && kind.HasDate(),
	}
	if rows.AfterDay, rows.After, err = afterRecord(q.After, kind); err != nil {
		return nil, "", err
	}
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if err = owned(ctx, tx, tenant, q); err != nil {
			return err
		}
		records, err = tx.Records.List(tenant, rows)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if len(records) > n {
		records = records[:n]
		next = recordCursor(records[n-1])
	}
	return records, next, nil
}

// owned answers NotFound for a connection or account that is not the tenant's:
// an empty list would hide a wrong id.
func owned(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, q Query) error {
	if q.Connection == "" && q.Account == "" {
		return fairlead.InvalidField("connection", "required", "must name a connection or an account")
	}
	if q.Connection != "" {
		if err := found(ctx, tx, tenant, q.Connection); err != nil {
			return err
		}
	}
	if q.Account != "" {
		_, err := find(ctx, tx, tenant, q.Account, fairlead.AccountRecord)
		return err
	}
	return nil
}

// found is nil for a connection of the tenant's that may be read in the context.
func found(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	c, err := tx.Connections.Get(tenant, string(id))
	if err != nil {
		return err
	}
	return c.Found(ctx)
}

// find reads one live record of a kind; of another kind, or of a connection that
// may not be read in the context, it is NotFound.
func find(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, id fairlead.RecordID, kind fairlead.RecordKind) (fairlead.Record, error) {
	rec, err := tx.Records.Get(tenant, id)
	if err == nil && fairlead.HolderIn(ctx) != "" {
		err = found(ctx, tx, tenant, rec.Connection)
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
	records, next, err := r.list(ctx, tenant, kind.kind, q)
	if err != nil {
		return Page[T]{}, err
	}
	page := Page[T]{Data: make([]T, len(records)), Next: next}
	for i, rec := range records {
		if page.Data[i], err = kind.decode(rec); err != nil {
			return Page[T]{}, err
		}
	}
	return page, nil
}

// recordsOf is one kind of record and how a noun is made of it.
type recordsOf[T any] struct {
	kind   fairlead.RecordKind
	decode func(fairlead.Record) (T, error)
}

// Accounts lists accounts; their numbers are opened only when asked for.
func (r *Reading) Accounts(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Account], error) {
	records, next, err := r.list(ctx, tenant, fairlead.AccountRecord, q)
	if err != nil {
		return Page[fairlead.Account]{}, err
	}
	accounts, err := r.accounts(ctx, tenant, records, q.Numbers)
	return Page[fairlead.Account]{accounts, next}, err
}

func (r *Reading) accounts(ctx context.Context, tenant fairlead.TenantID, records []fairlead.Record, numbers bool) (_ []fairlead.Account, err error) {
	out := make([]fairlead.Account, len(records))
	for i, rec := range records {
		if out[i], err = account(rec); err != nil {
			return nil, err
		}
	}
	if !numbers {
		return out, nil
	}
	o, err := r.opener(ctx, tenant, records)
	if err != nil {
		return nil, err
	}
	for i, rec := range records {
		if err := o.open(rec, &out[i].Numbers); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Transactions lists transactions, newest day first.
func (r *Reading) Transactions(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Transaction], error) {
	return pageOf(ctx, r, tenant, recordsOf[fairlead.Transaction]{fairlead.TransactionRecord, transaction}, q)
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
	records, next, err := r.list(ctx, tenant, fairlead.IdentityRecord, q)
	if err != nil {
		return Page[fairlead.Identity]{}, err
	}
	o, err := r.opener(ctx, tenant, records)
	if err != nil {
		return Page[fairlead.Identity]{}, err
	}
	page := Page[fairlead.Identity]{Data: make([]fairlead.Identity, len(records)), Next: next}
	for i, rec := range records {
		if page.Data[i], err = o.identity(rec); err != nil {
			return Page[fairlead.Identity]{}, err
		}
	}
	return page, nil
}

func (o *opener) identity(rec fairlead.Record) (fairlead.Identity, error) {
	i, err := bareIdentity(rec)
	if err != nil {
		return i, err
	}
	if err := o.open(rec, &i); err != nil {
		return i, err
	}
	i.ID, i.Connection = rec.ID, rec.Connection
	return i, nil
}

// get reads one record.
func (r *Reading) get(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID, kind fairlead.RecordKind) (rec fairlead.Record, err error) {
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		rec, err = find(ctx, tx, tenant, id, kind)
		return err
	})
	return rec, err
}

// Account reads one account, with its numbers if they are wanted.
func (r *Reading) Account(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID, numbers bool) (fairlead.Account, error) {
	rec, err := r.get(ctx, tenant, id, fairlead.AccountRecord)
	if err != nil {
		return fairlead.Account{}, err
	}
	accounts, err := r.accounts(ctx, tenant, []fairlead.Record{rec}, numbers)
	if err != nil {
		return fairlead.Account{}, err
	}
	return accounts[0], nil
}

// Transaction reads one transaction with its versions, oldest first, the present
// one last. One that was removed still answers, in the state removed.
func (r *Reading) Transaction(
	ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID,
) (now fairlead.Transaction, versions []fairlead.Transaction, err error) {
	var records []fairlead.Record
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if _, err = find(ctx, tx, tenant, id, fairlead.TransactionRecord); err != nil {
			return err
		}
		records, err = tx.Records.Versions(tenant, id)
		return err
	})
	if err != nil {
		return now, nil, err
	}
	for _, rec := range records {
		if now, err = transaction(rec); err != nil {
			return now, nil, err
		}
		versions = append(versions, now)
	}
	return now, versions, nil
}

// Document reads one document.
func (r *Reading) Document(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID) (fairlead.Document, error) {
	rec, err := r.get(ctx, tenant, fairlead.RecordID(id), fairlead.DocumentRecord)
	if err != nil {
		return fairlead.Document{}, err
	}
	return document(rec)
}

// Security reads one security.
func (r *Reading) Security(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.Security, error) {
	rec, err := r.get(ctx, tenant, id, fairlead.SecurityRecord)
	if err != nil {
		return fairlead.Security{}, err
	}
	return security(rec)
}
