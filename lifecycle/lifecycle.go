// Package lifecycle is the floor that verbs stand on: what several of them do to
// consents, connections and collections, each defined once.
//
// Every function is pure inside one transaction: it takes a *store.Tx and nouns,
// holds no state and reads no clock. One that makes facts returns them as events.
// The caller publishes them (Publish) after it has written its own rows, because
// an event is routed by what the rows say.
package lifecycle

import (
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Publisher publishes an event in the transaction of its cause (notifying.Publish).
type Publisher interface {
	Publish(tx *store.Tx, e fairlead.Event) error
}

// Publish publishes events in their order.
func Publish(tx *store.Tx, p Publisher, events ...fairlead.Event) error {
	for _, e := range events {
		if err := p.Publish(tx, e); err != nil {
			return err
		}
	}
	return nil
}

// Known is what whoever publishes an event holds of what it is about, as their
// transaction has it. Nothing of it is changed by who is handed it.
type Known struct {
	Tenant      fairlead.Tenant
	Application fairlead.Application
	Link        *fairlead.Link
}

// PublishKnown publishes an event. A publisher that routes by what the event is about
// is handed what the caller holds of that, and does not read it again.
func PublishKnown(tx *store.Tx, p Publisher, e fairlead.Event, k Known) error {
	if p, ok := p.(interface {
		PublishKnown(tx *store.Tx, e fairlead.Event, k Known) error
	}); ok {
		return p.PublishKnown(tx, e, k)
	}
	return p.Publish(tx, e)
}

// TenantNow is a tenant and its own time at a real instant.
func TenantNow(tx *store.Tx, id fairlead.TenantID, wall time.Time) (fairlead.Tenant, time.Time, error) {
	t, err := tx.Tenants.Get(id)
	return t, t.Time(wall), err
}

// Audit appends an entry to its tenant's trail, so that it is written exactly
// when what it is about is. At (real time) must be set. ID is given when empty;
// Actor and From are those of ctx when empty.
func Audit(ctx context.Context, tx *store.Tx, entry fairlead.AuditEntry) error {
	who, from := fairlead.ActorIn(ctx)
	if entry.Actor == "" {
		entry.Actor = who
	}
	if entry.From == "" {
		entry.From = from
	}
	if entry.Tenant == "" || entry.At.IsZero() || entry.Action == "" {
		return fairlead.Errorf(fairlead.Internal, "lifecycle: an audit entry needs a tenant, a time and an action")
	}
	if entry.ID == "" {
		entry.ID = fairlead.AuditID(fairlead.NewID("aud", entry.At))
	}
	return tx.Audit.Append(entry)
}

// DropTokens deletes the tokens of some kinds that open a subject, but for those that
// it knows by name.
func DropTokens(tx *store.Tx, tenant fairlead.TenantID, subject string, kinds ...fairlead.TokenKind) error {
	for _, kind := range kinds {
		tokens, err := tx.Tokens.Of(tenant, kind, subject)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			if err := tx.Tokens.Delete(kind, t.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// DropLinkTokens deletes the tokens that open a link: its own, unless that opens another
// by now, and those of some kinds.
func DropLinkTokens(tx *store.Tx, link fairlead.Link, kinds ...fairlead.TokenKind) error {
	if link.Token != "" {
		t, err := tx.Tokens.Get(fairlead.LinkToken, link.Token)
		if err == nil && t.Subject == string(link.ID) {
			err = tx.Tokens.Delete(fairlead.LinkToken, link.Token)
		}
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
	}
	return DropTokens(tx, link.Tenant, string(link.ID), kinds...)
}

// MakeRoom deletes tokens of a kind that open a subject, the oldest first, until one
// more makes at most so many. The very first stays, and those that are named: coming
// by often is no way to put somebody else out.
func MakeRoom(tx *store.Tx, tenant fairlead.TenantID, kind fairlead.TokenKind, subject string, most int, spared ...string) error {
	tokens, err := tx.Tokens.Of(tenant, kind, subject)
	if err != nil {
		return err
	}
	left := len(tokens)
	for n, t := range tokens {
		if left < most {
			return nil
		}
		if n == 0 || slices.Contains(spared, t.Name) {
			continue
		}
		if err := tx.Tokens.Delete(kind, t.Name); err != nil {
			return err
		}
		left--
	}
	return nil
}

// NameTaken refuses a name that must be unique and is not.
func NameTaken() error {
	return &fairlead.Error{
		Kind: fairlead.Conflict, Detail: "This name is taken.",
		Fields: []fairlead.Field{{Name: "name", Code: "exclusive", Reason: "is taken already"}},
	}
}
