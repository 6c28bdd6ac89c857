// Package collecting fetches what a connection gives and stores it.
//
// It owns collections: running a connector page by page, matching what comes to
// what is stored (so that identical twins stay two and a pending transaction keeps
// its id), writing pages with the cursor to resume from, sealing
// documents into the bucket, and deciding what a problem means: retry, wait, or
// have somebody act. It does not own when work runs (working) nor what is
// delivered to whom (notifying).
//
// One run, each step in a file of its name:
//
//	run        load the connection, begin a collection or take up one that waits
//	source     the institution: the connector's session, secrets renewed when due
//	fetch      product by product and page by page; a page with much to write is a transaction
//	  convert    a page becomes incoming records, then records to write
//	  match      which stored record each is: by id, then by fingerprint (leftover)
//	  removal    what the institution no longer shows
//	schedule   judge the whole: status, problem, events, next run
package collecting

import (
	"context"
	"log/slog"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Collecting works with.
type Options struct {
	Store        store.Store
	Vault        vault.Vault
	Bucket       bucket.Bucket
	Clock        fairlead.Clock
	Directory    *directory.Directory
	ConnectorEnv func(context.Context, fairlead.Tenant, string) (connector.Env, error)
	Publisher    lifecycle.Publisher
	Log          *slog.Logger
	PageSize     int // records a page; 0: 500
	// SaveAfter is after how long, real time, changes are written rather than wait for what
	// else the collection finds; 0: a second.
	SaveAfter time.Duration
	// Changed, if not nil, is called after records of a connection have changed
	// and are committed (reading.Wake).
	Changed func(fairlead.TenantID, fairlead.ConnectionID)
}

// Collecting runs collections.
type Collecting struct {
	o        Options
	sealer   sealing.Sealer
	previews chan struct{} // one for each that is being made: its file lies in memory
}

// New returns a Collecting.
func New(o Options) *Collecting {
	if o.PageSize <= 0 || o.PageSize > maxPage {
		o.PageSize = maxPage
	}
	if o.SaveAfter == 0 {
		o.SaveAfter = time.Second
	}
	if o.Changed == nil {
		o.Changed = func(fairlead.TenantID, fairlead.ConnectionID) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Collecting{o, sealing.Sealer{Vault: o.Vault, Bucket: o.Bucket}, make(chan struct{}, maxPreviews)}
}

const (
	maxPage         = 500                              // records in one transaction
	maxPreviews     = 4                                // at once
	documentPage    = 25                               // documents a page: each is downloaded before the page is written
	previewTime     = 60 * time.Second                 // reading a file before anything of it is saved, real time
	downloadsAtOnce = 8                                // documents of a page
	documentTime    = 2 * time.Minute                  // one document's bytes, real time
	maxDocument     = 32 << 20                         // bytes
	maxPages        = 20_000                           // of one product in one collection
	window          = 30                               // days before what is stored completely that a usual collection requests again
	fullSyncEvery   = 7*24*time.Hour - scheduleEvery/8 // a week, also where a collection begins a little earlier than the last
	waitAtMost      = 24 * time.Hour                   // for data that is not ready, before the collection ends without it
	quotaAtMost     = 7 * 24 * time.Hour               // for calls that may be made again, before the collection ends without them
)
