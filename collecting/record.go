package collecting

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// toRecord makes the record of what came, and reports whether that differs from
// what is stored. No id: there is nothing to store.
func (c *converter) toRecord(ctx context.Context, a *incoming, p pairing) (fairlead.Record, bool, error) {
	rec := a.record
	rec.Tenant, rec.Connection, rec.Changed, rec.DuplicateIndex = c.tenant.ID, c.conn.ID, c.now, p.duplicateIndex
	rec.Removed = rec.Kind == fairlead.TransactionRecord && rec.State == string(fairlead.TransactionRemoved)
	if p.stored == nil {
		if rec.Removed {
			return fairlead.Record{}, false, nil // it was gone before we knew it
		}
		var err error
		if rec.ID, err = c.newID(ctx, a, p.duplicateIndex); err != nil {
			return rec, false, err
		}
		rec.Version, rec.Reason = 1, "first"
		err = c.sealInto(&rec, a.secret, nil)
		return rec, true, err
	}
	stored := p.stored.record
	rec.ID, rec.Version = stored.ID, stored.Version+1
	if !a.hasID && p.stored.hasID() && rec.State == stored.State && !stored.Removed {
		return stored, false, nil // a poorer source shows what a better one has shown
	}
	if err := mergeFields(a, stored); err != nil {
		return rec, false, err
	}
	rec.Body = a.record.Body
	if err := c.sealInto(&rec, a.secret, stored.Sealed); err != nil {
		return rec, false, err
	}
	if same(rec, stored) {
		return stored, false, nil
	}
	rec.Reason = reason(rec, stored)
	return rec, true, nil
}

// newID names a new thing. Natural keys begin with the person's reference, the
// institution and the connection, so that two people never meet. A name that is
// taken, by a thing that had this id of the institution's before, is passed over.
func (c *converter) newID(ctx context.Context, a *incoming, duplicateIndex int) (fairlead.RecordID, error) {
	for n := duplicateIndex; ; n++ {
		id := fairlead.RecordID(c.tenant.IDFor(string(a.record.Kind), c.now, c.conn.Reference, string(c.conn.Institution), string(c.conn.ID),
			a.accountRef, a.record.Ref, strconv.Itoa(n)))
		if c.seen.hasRecord(id) {
			continue
		}
		if taken, err := c.taken(ctx, a, id); err != nil || !taken {
			return id, err
		}
	}
}

// taken looks an id up where it could be taken at all: random ids never are, nor
// are those of an account that had nothing stored.
func (c *converter) taken(ctx context.Context, a *incoming, id fairlead.RecordID) (bool, error) {
	if c.tenant.Environment != fairlead.Sandbox || c.tenant.Seed == "" {
		return false, nil
	}
	if empty, err := c.lookup.isEmpty(ctx, a.record.Kind, a.record.Account); err != nil || empty {
		return false, err
	}
	return c.lookup.isTaken(ctx, id)
}

// mergeFields brings over what we know and the institution does not say again: the
// id a transaction had while pending, and when a balance was last seen to change.
func mergeFields(a *incoming, stored fairlead.Record) error {
	if bytes.Equal(a.record.Body, stored.Body) {
		return nil
	}
	switch noun := a.noun.(type) {
	case *fairlead.Transaction:
		if noun.PendingRef != "" || !a.hasID {
			return nil
		}
		var was fairlead.Transaction
		if err := json.Unmarshal(stored.Body, &was); err != nil {
			return fmt.Errorf("collecting: reading a record: %w", err)
		}
		noun.PendingRef = was.PendingRef
		if was.State == fairlead.TransactionPending && noun.State != fairlead.TransactionPending && was.Ref != noun.Ref {
			noun.PendingRef = was.Ref
		}
	case *fairlead.Account:
		var was fairlead.Account
		if err := json.Unmarshal(stored.Body, &was); err != nil {
			return fmt.Errorf("collecting: reading a record: %w", err)
		}
		asOf := noun.Balances.AsOf
		noun.Balances.AsOf = was.Balances.AsOf
		if err := a.encode(); err != nil {
			return err
		}
		if !bytes.Equal(a.record.Body, stored.Body) {
			noun.Balances.AsOf = asOf
		}
	default:
		return nil
	}
	return a.encode()
}

// sealInto seals what must not lie open, or leaves what is sealed already when
// nothing in it has changed.
func (c *converter) sealInto(rec *fairlead.Record, secret []byte, stored fairlead.Sealed) error {
	if secret == nil {
		return nil
	}
	key := sealing.ConnectionKey(*c.conn)
	if len(stored) > 0 {
		plain, err := c.sealer.Vault.Open(key.Wrapped, key.At(string(rec.ID), sealing.RecordPart), stored)
		if err != nil {
			return fmt.Errorf("collecting: opening a record: %w", err)
		}
		if bytes.Equal(plain, secret) {
			rec.Sealed = stored
			return nil
		}
	}
	sealed, err := c.sealer.Vault.Seal(key.Wrapped, key.At(string(rec.ID), sealing.RecordPart), secret)
	if err != nil {
		return fmt.Errorf("collecting: sealing a record: %w", err)
	}
	rec.Sealed = sealed
	return nil
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
