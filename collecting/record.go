package collecting

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
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
		err = c.sealInto(&rec, a.private, fairlead.Record{})
		return rec, true, err
	}
	stored := p.stored.record
	if c.conn.Uploaded && isMerged(rec.Kind) {
		return c.merge(a, stored)
	}
	if rec.Removed && isBare(a.noun) { // it says which one is gone, and nothing of what it was
		if stored.Removed {
			return stored, false, nil
		}
		stored.Version++
		stored.Removed, stored.Reason, stored.Changed = true, "removed", c.now
		return stored, true, nil
	}
	rec.ID, rec.Version = stored.ID, stored.Version+1
	if !a.hasID && p.stored.hasID() && rec.State == stored.State && !stored.Removed {
		return stored, false, nil // a poorer source shows what a better one has shown
	}
	if err := mergeFields(a, stored); err != nil {
		return rec, false, err
	}
	rec.Body = a.record.Body
	if err := c.sealInto(&rec, a.private, stored); err != nil {
		return rec, false, err
	}
	if same(rec, stored) {
		return stored, false, nil
	}
	rec.Reason = reason(rec, stored)
	return rec, true, nil
}

// isBare reports whether a transaction has no amount: the institution names one that is
// gone by its id alone.
func isBare(noun any) bool {
	t, ok := noun.(*fairlead.Transaction)
	return ok && t.Amount.Currency == ""
}

// isMerged reports whether what files say of records of the kind is merged.
func isMerged(kind fairlead.RecordKind) bool { return isRow(kind) || kind == fairlead.AccountRecord }

// merge makes the record of what is stored and what a file says of it.
func (c *converter) merge(a *incoming, stored fairlead.Record) (fairlead.Record, bool, error) {
	private, err := c.openPrivate(stored)
	if err != nil {
		return stored, false, err
	}
	rec := stored
	var changed bool
	switch said := a.noun.(type) {
	case *fairlead.Transaction:
		changed, err = mergeInto(a, stored, private, *said, mergeTransaction)
		now := a.noun.(*fairlead.Transaction)
		rec.Day, rec.State, rec.Ref = now.Booked, string(now.State), mergedRef(a, stored, now.Ref)
	case *fairlead.InvestmentTransaction:
		changed, err = mergeInto(a, stored, private, *said, mergeInvestment)
		rec.Ref = mergedRef(a, stored, a.noun.(*fairlead.InvestmentTransaction).Ref)
	case *fairlead.Account:
		changed, err = mergeInto(a, stored, private, *said, mergeAccount)
		rec.Ref, rec.State = a.record.Ref, a.noun.(*fairlead.Account).Status
	}
	if err != nil || !changed && !stored.Removed {
		a.private = private // of what is stored
		return stored, false, err
	}
	if err := a.encode(); err != nil { // also what is only restored
		return rec, false, err
	}
	rec.Body, rec.Sealed, rec.Removed = a.record.Body, nil, false
	if err := c.sealInto(&rec, a.private, stored); err != nil {
		return rec, false, err
	}
	if same(rec, stored) {
		return stored, false, nil
	}
	rec.Version, rec.Changed = stored.Version+1, c.now
	rec.Reason = reason(rec, stored)
	return rec, true, nil
}

// mergeInto puts what is merged in the place of what came, and reports whether it differs from
// what is stored.
func mergeInto[T any](a *incoming, stored fairlead.Record, private []byte, said T, merge func(was, said T) T) (bool, error) {
	var was T
	if err := json.Unmarshal(stored.Body, &was); err != nil {
		return false, fmt.Errorf("collecting: reading a record: %w", err)
	}
	if err := sealing.Join(&was, private); err != nil {
		return false, fmt.Errorf("collecting: reading a record: %w", err)
	}
	now := merge(was, said)
	a.noun = &now
	return !reflect.DeepEqual(now, was), nil
}

// mergedRef is by which ref a row is stored: the id of the institution's where a file gives
// one, else the fingerprint of what it is now.
func mergedRef(a *incoming, stored fairlead.Record, ref string) string {
	switch {
	case ref != "":
		return ref
	case a.hasID:
		return stored.Ref
	}
	return a.record.Ref
}

// newID names a new thing. Natural keys begin with the person's reference, the
// institution and the connection, so that two people never meet. A name that is
// taken, by a thing that had this id of the institution's before, is passed over.
// Random ids are as old as their page, not as the collection, so that those of a page lie
// together in every index that has them.
func (c *converter) newID(ctx context.Context, a *incoming, duplicateIndex int) (fairlead.RecordID, error) {
	key := refKey{a.record.Account, a.record.Ref}
	if c.conn.Uploaded && isRow(a.record.Kind) { // one id may be that of very many rows
		duplicateIndex = c.issued[key]
	}
	for n := duplicateIndex; ; n++ {
		id := fairlead.RecordID(c.tenant.IDFor(string(a.record.Kind), c.clock(), c.conn.Reference, string(c.conn.Institution), string(c.conn.ID),
			a.accountRef, a.record.Ref, strconv.Itoa(n)))
		if c.seen.hasRecord(id) {
			continue
		}
		if taken, err := c.taken(ctx, a, id); err != nil || !taken {
			if c.conn.Uploaded && isRow(a.record.Kind) {
				c.issued[key] = n + 1
			}
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
func (c *converter) sealInto(rec *fairlead.Record, private []byte, stored fairlead.Record) error {
	if private == nil {
		return nil
	}
	if len(stored.Sealed) > 0 {
		plain, err := c.openPrivate(stored)
		if err != nil {
			return err
		}
		if bytes.Equal(plain, private) {
			rec.Sealed = stored.Sealed
			return nil
		}
	}
	key := sealing.ConnectionKey(*c.conn)
	sealed, err := c.sealer.Vault.Seal(key.Wrapped, key.At(string(rec.ID), sealing.RecordPart), private)
	if err != nil {
		return fmt.Errorf("collecting: sealing a record: %w", err)
	}
	rec.Sealed = sealed
	return nil
}

// openPrivate opens what is sealed beside a stored record's body.
func (c *converter) openPrivate(rec fairlead.Record) ([]byte, error) {
	if len(rec.Sealed) == 0 {
		return nil, nil
	}
	key := sealing.ConnectionKey(*c.conn)
	plain, err := c.sealer.Vault.Open(key.Wrapped, key.At(string(rec.ID), sealing.RecordPart), rec.Sealed)
	if err != nil {
		return nil, fmt.Errorf("collecting: opening a record: %w", err)
	}
	return plain, nil
}

// keyRef puts a keyed digest in place of a fingerprint that names a record: what it
// is made of may be sealed. In a sandbox ids hang on it, and the seed lies open anyway.
func (c *converter) keyRef(a *incoming) {
	if a.hasID || a.keyed || c.tenant.Environment == fairlead.Sandbox {
		return
	}
	a.record.Ref, a.keyed = fingerprintPrefix+sealing.Digest(c.sealer.Vault, c.tenant, "fingerprint", a.record.Ref)[:24], true
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
