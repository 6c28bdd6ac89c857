package reading

import (
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// decode makes a noun of a record's body and of what is sealed beside it.
func decode[T any](o *opener, rec fairlead.Record) (noun T, err error) {
	if err = json.Unmarshal(rec.Body, &noun); err != nil {
		return noun, fmt.Errorf("reading: record %s: %w", rec.ID, err)
	}
	e, err := encoded(o, rec)
	if err == nil {
		err = sealing.Join(&noun, e.Private)
	}
	if err != nil {
		return noun, fmt.Errorf("reading: opening record %s: %w", rec.ID, err)
	}
	return noun, nil
}

// encoded opens what is sealed of a record, and leaves it encoded.
func encoded(o *opener, rec fairlead.Record) (Encoded, error) {
	private, err := o.open(rec)
	return Encoded{rec, private}, err
}

// The functions below make nouns of records: what the store knows better than
// the body (ids, version) is set from the record.

func account(o *opener, rec fairlead.Record) (fairlead.Account, error) {
	a, err := decode[fairlead.Account](o, rec)
	a.ID, a.Connection = rec.ID, rec.Connection
	return a, err
}

func transaction(o *opener, rec fairlead.Record) (fairlead.Transaction, error) {
	t, err := decode[fairlead.Transaction](o, rec)
	t.ID, t.Connection, t.Account, t.Version, t.Changed = rec.ID, rec.Connection, rec.Account, rec.Version, rec.Changed
	if rec.Removed {
		t.State = fairlead.TransactionRemoved
	}
	return t, err
}

func bill(o *opener, rec fairlead.Record) (fairlead.CardBill, error) {
	b, err := decode[fairlead.CardBill](o, rec)
	b.ID, b.Connection, b.Account = rec.ID, rec.Connection, rec.Account
	return b, err
}

func loan(o *opener, rec fairlead.Record) (fairlead.Loan, error) {
	l, err := decode[fairlead.Loan](o, rec)
	l.ID, l.Connection, l.Account = rec.ID, rec.Connection, rec.Account
	return l, err
}

func security(o *opener, rec fairlead.Record) (fairlead.Security, error) {
	s, err := decode[fairlead.Security](o, rec)
	s.ID, s.Connection = rec.ID, rec.Connection
	return s, err
}

func holding(o *opener, rec fairlead.Record) (fairlead.Holding, error) {
	h, err := decode[fairlead.Holding](o, rec)
	h.ID, h.Connection, h.Account = rec.ID, rec.Connection, rec.Account
	return h, err
}

func investmentTransaction(o *opener, rec fairlead.Record) (fairlead.InvestmentTransaction, error) {
	t, err := decode[fairlead.InvestmentTransaction](o, rec)
	t.ID, t.Connection, t.Account = rec.ID, rec.Connection, rec.Account
	return t, err
}

func document(o *opener, rec fairlead.Record) (fairlead.Document, error) {
	d, err := decode[fairlead.Document](o, rec)
	d.ID, d.Connection = fairlead.DocumentID(rec.ID), rec.Connection
	return d, err
}

// identity opens who somebody is.
func identity(o *opener, rec fairlead.Record) (fairlead.Identity, error) {
	i, err := decode[fairlead.Identity](o, rec)
	i.ID, i.Connection = rec.ID, rec.Connection
	return i, err
}

// noun makes whatever the record is. Of an identity it shows only that it exists, of an
// account no numbers: those are read on demand.
func noun(o *opener, rec fairlead.Record) (any, error) {
	switch rec.Kind {
	case fairlead.AccountRecord:
		a, err := account(o, rec)
		a.Numbers = fairlead.AccountNumbers{}
		return a, err
	case fairlead.TransactionRecord:
		return transaction(o, rec)
	case fairlead.BillRecord:
		return bill(o, rec)
	case fairlead.LoanRecord:
		return loan(o, rec)
	case fairlead.SecurityRecord:
		return security(o, rec)
	case fairlead.HoldingRecord:
		return holding(o, rec)
	case fairlead.InvestmentTransactionRecord:
		return investmentTransaction(o, rec)
	case fairlead.IdentityRecord:
		return identity(&opener{}, rec)
	case fairlead.DocumentRecord:
		return document(o, rec)
	}
	return nil, fairlead.Errorf(fairlead.Internal, "A record of an unknown kind.")
}

// opener opens what is sealed in the records of connections, reading each
// connection's key once.
type opener struct {
	sealer sealing.Sealer
	keys   map[fairlead.ConnectionID]sealing.Key
}

func (r *Reading) opener() *opener {
	return &opener{r.sealer, map[fairlead.ConnectionID]sealing.Key{}}
}

// knows notes the key of a connection.
func (o *opener) knows(c fairlead.Connection) { o.keys[c.ID] = sealing.ConnectionKey(c) }

// read reads the keys of the records' connections that it does not know yet. One that
// was disconnected has none any more.
func (o *opener) read(tx *store.Tx, tenant fairlead.TenantID, records ...fairlead.Record) error {
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
}

// open decrypts what is sealed beside the record's body; nil where there is nothing, or
// its key was erased.
func (o *opener) open(rec fairlead.Record) ([]byte, error) {
	key := o.keys[rec.Connection]
	if len(rec.Sealed) == 0 || len(key.Wrapped) == 0 {
		return nil, nil
	}
	return o.sealer.Vault.Open(key.Wrapped, key.At(string(rec.ID), sealing.RecordPart), rec.Sealed)
}
