package reading

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// decode reads a record's body into its noun, once.
func decode[T any](rec fairlead.Record) (noun T, err error) {
	if err = json.Unmarshal(rec.Body, &noun); err != nil {
		return noun, fmt.Errorf("reading: record %s: %w", rec.ID, err)
	}
	return noun, nil
}

// The functions below make nouns of records: what the store knows better than
// the body (ids, version) is set from the record.

func account(rec fairlead.Record) (fairlead.Account, error) {
	a, err := decode[fairlead.Account](rec)
	a.ID, a.Connection = rec.ID, rec.Connection
	return a, err
}

func transaction(rec fairlead.Record) (fairlead.Transaction, error) {
	t, err := decode[fairlead.Transaction](rec)
	t.ID, t.Connection, t.Account, t.Version, t.Changed = rec.ID, rec.Connection, rec.Account, rec.Version, rec.Changed
	if rec.Removed {
		t.State = fairlead.TransactionRemoved
	}
	return t, err
}

func bill(rec fairlead.Record) (fairlead.CardBill, error) {
	b, err := decode[fairlead.CardBill](rec)
	b.ID, b.Connection, b.Account = rec.ID, rec.Connection, rec.Account
	return b, err
}

func loan(rec fairlead.Record) (fairlead.Loan, error) {
	l, err := decode[fairlead.Loan](rec)
	l.ID, l.Connection, l.Account = rec.ID, rec.Connection, rec.Account
	return l, err
}

func security(rec fairlead.Record) (fairlead.Security, error) {
	s, err := decode[fairlead.Security](rec)
	s.ID, s.Connection = rec.ID, rec.Connection
	return s, err
}

func holding(rec fairlead.Record) (fairlead.Holding, error) {
	h, err := decode[fairlead.Holding](rec)
	h.ID, h.Connection, h.Account = rec.ID, rec.Connection, rec.Account
	return h, err
}

func investmentTransaction(rec fairlead.Record) (fairlead.InvestmentTransaction, error) {
	t, err := decode[fairlead.InvestmentTransaction](rec)
	t.ID, t.Connection, t.Account = rec.ID, rec.Connection, rec.Account
	return t, err
}

func document(rec fairlead.Record) (fairlead.Document, error) {
	d, err := decode[fairlead.Document](rec)
	d.ID, d.Connection = fairlead.DocumentID(rec.ID), rec.Connection
	return d, err
}

// bareIdentity is an identity unopened: that it exists, and its id.
func bareIdentity(rec fairlead.Record) (fairlead.Identity, error) {
	i, err := decode[fairlead.Identity](rec)
	i.ID, i.Connection = rec.ID, rec.Connection
	return i, err
}

// noun makes whatever the record is.
func noun(rec fairlead.Record) (any, error) {
	switch rec.Kind {
	case fairlead.AccountRecord:
		return account(rec)
	case fairlead.TransactionRecord:
		return transaction(rec)
	case fairlead.BillRecord:
		return bill(rec)
	case fairlead.LoanRecord:
		return loan(rec)
	case fairlead.SecurityRecord:
		return security(rec)
	case fairlead.HoldingRecord:
		return holding(rec)
	case fairlead.InvestmentTransactionRecord:
		return investmentTransaction(rec)
	case fairlead.IdentityRecord:
		return bareIdentity(rec)
	case fairlead.DocumentRecord:
		return document(rec)
	}
	return nil, fairlead.Errorf(fairlead.Internal, "A record of an unknown kind.")
}

// opener opens what is sealed in the records of connections, reading each
// connection's key once.
type opener struct {
	sealer sealing.Sealer
	keys   map[fairlead.ConnectionID]sealing.Key
}

// opener reads the keys of the records' connections. One that was disconnected
// has none any more.
func (r *Reading) opener(ctx context.Context, tenant fairlead.TenantID, records []fairlead.Record) (*opener, error) {
	o := &opener{r.sealer, map[fairlead.ConnectionID]sealing.Key{}}
	err := r.o.Store.View(ctx, func(tx *store.Tx) error {
		for _, rec := range records {
			if _, known := o.keys[rec.Connection]; known || len(rec.Sealed) == 0 {
				continue
			}
			conn, err := tx.Connections.Get(tenant, string(rec.Connection))
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
			o.keys[rec.Connection] = sealing.ConnectionKey(conn)
		}
		return nil
	})
	return o, err
}

// open decrypts what is sealed beside the record into v. Nothing sealed, or a
// key that was erased, leaves v alone.
func (o *opener) open(rec fairlead.Record, v any) error {
	key := o.keys[rec.Connection]
	if len(key.Wrapped) == 0 {
		return nil
	}
	if err := o.sealer.OpenJSON(key, string(rec.ID), sealing.RecordPart, rec.Sealed, v); err != nil {
		return fmt.Errorf("reading: opening record %s: %w", rec.ID, err)
	}
	return nil
}
