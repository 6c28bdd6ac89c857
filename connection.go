package fairlead

import "time"

// ConnectionStatus is how a connection stands.
type ConnectionStatus string

const (
	ConnectionCollecting   ConnectionStatus = "collecting"   // the first collection has not ended
	ConnectionActive       ConnectionStatus = "active"       // the first collection of every product, documents included, has ended
	ConnectionNeedsAction  ConnectionStatus = "needs_action" // Problem says whose
	ConnectionDisconnected ConnectionStatus = "disconnected" // secrets and data key are gone
)

// Connection is the lasting result of a link: this person at this institution.
type Connection struct {
	ID                  ConnectionID             `json:"id"`
	Tenant              TenantID                 `json:"tenant"`
	Application         ApplicationID            `json:"application"` // that made it; others of the tenant may read it
	Person              PersonID                 `json:"person"`
	Reference           string                   `json:"reference"` // the person's, copied
	Institution         InstitutionID            `json:"institution"`
	Connector           string                   `json:"connector"`
	Identity            string                   `json:"identity"`       // HMAC of the login; unique with person and institution
	Login               string                   `json:"login"`          // HMAC of the login for ScopeTenant
	Link                LinkID                   `json:"link,omitempty"` // the latest that made or renewed it
	Origin              Origin                   `json:"origin"`         // of that link
	Status              ConnectionStatus         `json:"status"`
	Problem             *Problem                 `json:"problem,omitempty"`
	Products            map[Product]ProductState `json:"products"`
	Holder              string                   `json:"holder,omitempty"`
	Accounts            []string                 `json:"accounts,omitempty"` // institution's ids the person chose; empty: all
	Key                 []byte                   `json:"key,omitempty"`      // wrapped data key; erasing it is crypto-erase
	Secrets             Sealed                   `json:"secrets,omitempty"`
	Consent             ConsentID                `json:"consent,omitempty"`
	Uploaded            bool                     `json:"uploaded,omitempty"` // fed by files: nothing is scheduled
	Uploads             int                      `json:"uploads,omitempty"`  // how many files were read
	Newest              map[string]time.Time     `json:"newest,omitempty"`   // of files: the latest day of which one spoke, by what and account
	Created             time.Time                `json:"created"`
	Refreshed           time.Time                `json:"refreshed,omitzero"` // end of the last collection that brought anything
	NextRun             time.Time                `json:"next_run,omitzero"`
	Ended               time.Time                `json:"ended,omitzero"`
	Failures            int                      `json:"failures,omitempty"`              // passing problems in a row: the back-off
	Waiting             []CollectionID           `json:"waiting,omitempty"`               // collections that have not ended, in the order in which they run
	RenewAt             time.Time                `json:"renew_at,omitzero"`               // when the secrets must be refreshed; zero: not known
	NeedsActionNotified bool                     `json:"needs_action_notified,omitempty"` // needs_action was published, and its recovery was not yet
	Upstream            string                   `json:"upstream,omitempty"`              // HMAC of the provider's name of it, by which its webhooks find it
	Calls               []time.Time              `json:"calls,omitempty"`                 // counted calls within the institution's quota, oldest first
	ResetsAt            time.Time                `json:"resets_at,omitzero"`              // until then the institution takes no more calls for it
	ResetsByProvider    bool                     `json:"resets_by_provider,omitempty"`    // ResetsAt is the provider's, and goes when that goes
	Version             int64                    `json:"-"`
}

// Missed is why a product that is wanted could not be read since then; nil where it was,
// or where the institution has none for the person. Behind a login that is refused, only
// what was read since then counts.
func (c Connection) Missed(p Product, since time.Time) *Problem {
	state, wanted := c.Products[p]
	switch {
	case !wanted || state.Status == ProductUnavailable:
		return nil
	case state.Problem == nil && c.Status == ConnectionNeedsAction && state.LastGood.Before(since):
		return c.Problem
	}
	return state.Problem
}

// InPart is what keeps a part of an otherwise active connection from being read until the
// person acts: one of several accounts, or one bank of several behind it. nil: nothing does.
func (c Connection) InPart() *Problem {
	for _, p := range Products() {
		for _, problem := range c.Products[p].Partial {
			if problem.Actor == ActorPerson {
				return &problem
			}
		}
	}
	return nil
}

// ProductStatus is how one product of a connection stands.
type ProductStatus string

const (
	ProductPending     ProductStatus = "pending" // never collected yet
	ProductReady       ProductStatus = "ready"
	ProductFailed      ProductStatus = "failed"      // Problem says why; what was there stays
	ProductUnavailable ProductStatus = "unavailable" // the institution or the consent does not have it
)

// ProductState is one product of a connection. Cursor lets a collection
// resume after a crash: it is stored with every page.
type ProductState struct {
	Status       ProductStatus `json:"status"`
	LastGood     time.Time     `json:"last_good,omitzero"`
	Problem      *Problem      `json:"problem,omitempty"`
	Covered      Interval      `json:"covered,omitzero"`        // history that is held completely
	LastFullSync time.Time     `json:"last_full_sync,omitzero"` // when everything there is was last asked for, not only a window
	Cursor       string        `json:"cursor,omitempty"`        // cursor of the page to fetch next, while a collection is under way
	AsOf         time.Time     `json:"as_of,omitzero"`          // how old the institution says that its data is; zero: it does not say
	Wanted       Date          `json:"wanted,omitzero"`         // from when on history was requested; zero: all there is
	ServedFrom   Date          `json:"served_from,omitzero"`    // from when on it was given
	Partial      []Problem     `json:"partial,omitempty"`       // what of the last run is missing although the rest came
	Tag          string        `json:"tag,omitempty"`           // the institution's name of all that the last run read; "": it has none, or something is to be read again
}
