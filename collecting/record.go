package collecting

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// become makes the record of an arrival, and tells whether that differs from
// what is held. No id: there is nothing to keep.
func (r *run) become(ctx context.Context, a *arrival, p pairing) (fairlead.Record, bool, error) {
	rec := a.record
	rec.Tenant, rec.Connection, rec.Changed, rec.Twin = r.tenant.ID, r.conn.ID, r.now, p.twin
	rec.Removed = rec.Kind == fairlead.TransactionRecord && rec.State == string(fairlead.TransactionRemoved)
	if p.held == nil {
		if rec.Removed {
			return fairlead.Record{}, false, nil // it was gone before we knew it
		}
		var err error
		if rec.ID, err = r.newID(ctx, a, p.twin); err != nil {
			return rec, false, err
		}
		rec.Version, rec.Reason = 1, "first"
		err = r.sealInto(&rec, a.secret, nil)
		return rec, true, err
	}
	held := p.held.record
	rec.ID, rec.Version = held.ID, held.Version+1
	if !a.own && p.held.own() && rec.State == held.State && !held.Removed {
		return held, false, nil // a poorer source tells what a better one has told
	}
	if err := r.carry(a, &rec, held); err != nil {
		return rec, false, err
	}
	if err := r.sealInto(&rec, a.secret, held.Sealed); err != nil {
		return rec, false, err
	}
	if same(rec, held) {
		return held, false, nil
	}
	rec.Reason = reason(rec, held)
	return rec, true, nil
}

// newID names a new thing. Natural keys begin with the person's reference, the
// institution and the connection, so that two people never meet. A name that is
// taken — by a thing that had this id of the institution's before — is passed over.
func (r *run) newID(ctx context.Context, a *arrival, twin int) (fairlead.RecordID, error) {
	for ; ; twin++ {
		id := fairlead.RecordID(r.tenant.IDFor(string(a.record.Kind), r.now, r.conn.Reference, string(r.conn.Institution), string(r.conn.ID),
			a.accountRef, a.record.Ref, strconv.Itoa(twin)))
		if r.wasSeen(id) {
			continue
		}
		if taken, err := r.taken(ctx, a, id); err != nil || !taken {
			return id, err
		}
	}
}

// taken looks an id up where it could be taken at all: random ids never are, nor
// are those of an account that held nothing.
func (r *run) taken(ctx context.Context, a *arrival, id fairlead.RecordID) (bool, error) {
	if r.tenant.Environment != fairlead.Sandbox || r.tenant.Seed == "" {
		return false, nil
	}
	if fresh, err := r.isFresh(ctx)(a.record.Kind, a.record.Account); err != nil || fresh {
		return false, err
	}
	err := r.o.Store.View(ctx, func(tx *store.Tx) error {
		_, err := tx.Records.Get(r.tenant.ID, id)
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// carry brings over what we know and the institution does not say again: the id
// a transaction had while pending, and when a balance was last seen to change.
func (r *run) carry(a *arrival, rec *fairlead.Record, held fairlead.Record) error {
	if bytes.Equal(rec.Body, held.Body) {
		return nil
	}
	switch noun := a.noun.(type) {
	case *fairlead.Transaction:
		if noun.PendingRef != "" || !a.own {
			return nil
		}
		var was fairlead.Transaction
		if err := json.Unmarshal(held.Body, &was); err != nil {
			return fmt.Errorf("collecting: reading a record: %w", err)
		}
		noun.PendingRef = was.PendingRef
		if was.State == fairlead.TransactionPending && noun.State != fairlead.TransactionPending && was.Ref != noun.Ref {
			noun.PendingRef = was.Ref
		}
	case *fairlead.Account:
		var was fairlead.Account
		if err := json.Unmarshal(held.Body, &was); err != nil {
			return fmt.Errorf("collecting: reading a record: %w", err)
		}
		asOf := noun.Balances.AsOf
		noun.Balances.AsOf = was.Balances.AsOf
		if err := a.write(); err != nil {
			return err
		}
		if !bytes.Equal(a.record.Body, held.Body) {
			noun.Balances.AsOf = asOf
		}
	default:
		return nil
	}
	err := a.write()
	rec.Body = a.record.Body
	return err
}

// sealInto seals what must not lie open, or keeps what is sealed already when
// nothing in it has changed.
func (r *run) sealInto(rec *fairlead.Record, secret []byte, held fairlead.Sealed) error {
	if secret == nil {
		return nil
	}
	if len(held) > 0 {
		plain, err := r.o.Vault.Open(r.conn.Key, r.owner(), held)
		if err != nil {
			return fmt.Errorf("collecting: opening a record: %w", err)
		}
		if bytes.Equal(plain, secret) {
			rec.Sealed = held
			return nil
		}
	}
	sealed, err := r.seal(secret)
	rec.Sealed = sealed
	return err
}

func same(a, b fairlead.Record) bool {
	return a.Removed == b.Removed && a.Ref == b.Ref && a.Account == b.Account && a.Day == b.Day && a.State == b.State &&
		bytes.Equal(a.Body, b.Body) && bytes.Equal(a.Sealed, b.Sealed)
}

// reason says in a word why a new version came.
func reason(now, was fairlead.Record) string {
	switch {
	case now.Removed:
		return "removed"
	case was.Removed:
		return "restored"
	case now.State != was.State && now.State != "":
		return now.State // posted, reversed, closed …
	case now.Ref != was.Ref:
		return "reissued"
	}
	return "corrected"
}
