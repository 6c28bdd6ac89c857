// Package reading answers what an application asks about its data.
//
// It owns tenant-scoped, paged reads, the change feed's cursors, and the
// addresses of documents, which expire. It writes nothing but audit entries.
package reading

import (
	"log/slog"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Reading works with.
type Options struct {
	Store   store.Store
	Vault   vault.Full
	Bucket  bucket.Bucket
	Clock   fairlead.Clock
	BaseURL string // public address, no slash at the end
	Log     *slog.Logger
}

// Page is one page of a list. Next is the cursor of the page after it, "" at the end.
type Page[T any] struct {
	Data []T
	Next string
}

// Ask asks for a page of a connection's or an account's records.
type Ask struct {
	Connection fairlead.ConnectionID
	Account    fairlead.RecordID // instead of Connection
	Days       fairlead.Interval
	State      string // of transactions
	After      string // cursor
	Limit      int    // 0: 100, at most 500
	Oldest     bool   // oldest day first; default newest first for what has days
	Numbers    bool   // accounts: open the sealed numbers too
}

// Change is one entry of a connection's change feed.
type Change struct {
	Kind     fairlead.RecordKind
	What     string // added, changed, removed
	ID       fairlead.RecordID
	Account  fairlead.RecordID
	Position int64
	Version  int
	Record   any // Account, Transaction …; nil for removed ones
}

// ConnectionAsk asks for a page of connections, links, consents or persons.
type ConnectionAsk struct {
	Person      fairlead.PersonID
	Reference   string // the person's, instead of Person
	Application fairlead.ApplicationID
	Link        fairlead.LinkID
	Institution fairlead.InstitutionID
	After       string
	Limit       int
}

// Address is where a document can be downloaded, and until when (tenant time).
type Address struct {
	URL     string
	Expires time.Time
}

// MaxAddressLife bounds a document's address: 15 minutes.
const MaxAddressLife = 15 * time.Minute
