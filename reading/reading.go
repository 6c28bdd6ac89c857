// Package reading answers what an application asks about its data.
//
// It owns tenant-scoped, paged reads, the change feed's cursors, and the
// addresses of documents, which expire. It writes nothing but audit entries.
//
// Cursors are opaque and versioned, hold no state on the server and never
// expire. What is sealed (account numbers, identities) is opened only where it
// is wanted. A document's address is an authenticated ciphertext that names
// the document, who asked and until when; nothing is stored for it.
package reading

import (
	"log/slog"
	"runtime"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/wakeup"
)

// Options is what Reading works with.
type Options struct {
	Store     store.Store
	Vault     vault.Full
	Bucket    bucket.Bucket
	Directory *directory.Directory // of institutions
	Clock     fairlead.Clock
	BaseURL   string // public address, no slash at the end
	Log       *slog.Logger
}

// Page is one page of a list. Next is the cursor of the page after it, "" at the end.
type Page[T any] struct {
	Data []T
	Next string
}

// Encoded is a record as it is stored, with what was sealed of it: for who answers it
// in a form of theirs without making a noun of it. Body and Private are the two objects
// that sealing.Divide made of the noun; the ids, the version and whether it was removed are
// the record's.
type Encoded struct {
	fairlead.Record
	Private []byte // nil: nothing was sealed
}

// Query selects a page of a connection's or an account's records.
type Query struct {
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
	// Was is, of a transaction that has changed, what it was at the cursor; nil where it
	// did not exist there.
	Was *fairlead.Transaction
}

// ListQuery selects a page of connections, links, consents or persons.
type ListQuery struct {
	Person      fairlead.PersonID
	Reference   string // the person's, instead of Person
	Application fairlead.ApplicationID
	Link        fairlead.LinkID
	Connection  fairlead.ConnectionID     // of consents
	Institution fairlead.InstitutionID    // of connections
	Status      fairlead.ConnectionStatus // of connections
	Newest      bool                      // newest first; a cursor goes on in the direction it came from
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

// Reading answers reads. It is safe for concurrent use.
type Reading struct {
	o       Options
	sealer  sealing.Sealer
	wakeups wakeup.Keyed[feed] // of the long polls under way
	gate    *ratelimit.Gate    // of tenants that read feeds
}

// New returns a Reading.
func New(o Options) *Reading {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Reading{o: o, gate: ratelimit.NewGate(max(runtime.GOMAXPROCS(0)/2, 1)), sealer: sealing.Sealer{Vault: o.Vault, Bucket: o.Bucket}}
}

const (
	usualPage = 100
	maxPage   = 500
	maxWait   = time.Minute // of a long poll, real time
)

// limit is how many to read: 0 means the usual, more than a page is refused.
func limit(n int) (int, error) {
	switch {
	case n == 0:
		return usualPage, nil
	case n < 0 || n > maxPage:
		return 0, fairlead.InvalidField("limit", "range", "must be between 1 and 500")
	}
	return n, nil
}
