// Package collecting fetches what a connection gives and keeps it.
//
// It owns collections: running a connector page by page, matching what comes to
// what is held (so that identical twins stay two and a pending transaction keeps
// its id), writing one transaction a page with the place to resume from, sealing
// documents into the bucket, and deciding what a problem means: retry, wait, or
// ask somebody to act. It does not own when work runs (working) nor what is told
// to whom (notifying).
package collecting

import (
	"log/slog"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Collecting works with.
type Options struct {
	Store    store.Store
	Vault    vault.Full
	Bucket   bucket.Bucket
	Clock    fairlead.Clock
	Registry *connector.Registry
	Surround func(fairlead.Tenant, string) connector.Surroundings
	Teller   Teller
	Log      *slog.Logger
	PageSize int // records a page; 0: 500
}

// Teller tells an event in the transaction of its cause (notifying.Tell).
type Teller interface {
	Tell(tx *store.Tx, e fairlead.Event) error
}
