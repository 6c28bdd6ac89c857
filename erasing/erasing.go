// Package erasing takes away what is over: a person with everything about them,
// the files of a disconnected connection, the last secrets of an ended link.
//
// It owns the order in which things go, and what stays as a tombstone. It does
// not own how a link or a connection ends: it has others end them first (Ender).
package erasing

import (
	"context"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Ender ends what still stands of a person.
type Ender interface {
	// Cancel ends an open link (linking).
	Cancel(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error)
	// Disconnect ends a connection (consenting).
	Disconnect(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, by string, status fairlead.ConsentStatus) error
}

// Options is what Erasing works with.
type Options struct {
	Store  store.Store
	Vault  vault.Vault // forgets the keys that were erased
	Bucket bucket.Bucket
	Clock  fairlead.Clock
	Ender  Ender
}

// Erasing is the verb. It is safe for concurrent use, once wired.
type Erasing struct {
	o     Options
	notes []string // dialects whose notes of a connection go with its data
}

// New builds the verb on its ports.
func New(o Options) *Erasing { return &Erasing{o: o} }

// ErasesNotes registers a dialect whose notes of a connection (fairlead.NotesOf) go with
// its data. It is called while wiring, before anything is served.
func (x *Erasing) ErasesNotes(dialect string) { x.notes = append(x.notes, dialect) }

// Erase is the handler of EraseWork; the key is a disconnected connection, whose
// files go, or an erased person, of whom everything goes. It ends when nothing of what
// was erased is left in the database's files or in memory. It may be repeated.
func (x *Erasing) Erase(ctx context.Context, w fairlead.Work) (out store.WorkResult, err error) {
	switch {
	case strings.HasPrefix(w.Key, "con_"):
		err = x.eraseFiles(ctx, w.Tenant, fairlead.ConnectionID(w.Key))
	case strings.HasPrefix(w.Key, "per_"):
		out.Again, err = x.erasePerson(ctx, w.Tenant, fairlead.PersonID(w.Key))
	}
	if err == nil {
		x.o.Vault.Forget(vault.Owner{Tenant: w.Tenant, ID: w.Key})
		err = x.o.Store.Scrub(ctx)
	}
	return out, in("erasing", err)
}

// linkTokens are the kinds that open a link's page.
func linkTokens() []fairlead.TokenKind {
	return []fairlead.TokenKind{
		fairlead.LinkToken, fairlead.PageToken, fairlead.FrameToken, fairlead.OAuthStateToken, fairlead.ContinueToken, fairlead.VisitToken,
	}
}

func (x *Erasing) link(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (link fairlead.Link, err error) {
	err = x.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		link, err = tx.Links.Get(tenant, string(id))
		return err
	})
	return link, in("reading a link", err)
}

func (x *Erasing) deleteBlobs(ctx context.Context, blobs []string) error {
	for _, blob := range blobs {
		if err := x.o.Bucket.Delete(ctx, blob); err != nil {
			return in("deleting a file", err)
		}
	}
	return nil
}

// in says what was being done; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("erasing: %s: %w", doing, err)
}
