package fairlead

import "time"

// WorkKind is a kind of due work.
type WorkKind string

const (
	CollectWork WorkKind = "collect" // key: a connection
	DeliverWork WorkKind = "deliver" // key: a queue of deliveries
	PollWork    WorkKind = "poll"    // key: a link whose person is at an outside service
	ExpireWork  WorkKind = "expire"  // key: a link, consent, or the tenant's open links
	EraseWork   WorkKind = "erase"   // key: a connection or person
	PruneWork   WorkKind = "prune"   // key: what is pruned
	RefreshWork WorkKind = "refresh" // key: a provider, whose directory is read
)

// Work is something due. There is at most one live row per (kind, key);
// enqueueing onto a running one makes it run again.
type Work struct {
	Kind           WorkKind
	Key            string
	Tenant         TenantID
	ConcurrencyKey string    // institution or receiver: bounds how many run at once, across nodes
	Due            time.Time // tenant time
	At             time.Time // tenant time that it runs at, beside what is due before it (an advance); zero: that of the tenant's clock. Not stored
	Attempt        int       // fences: a lost lease cannot settle
	Owner          string
	Lease          time.Time // real time
	Parked         string    // why it was given up, where an operator sees it
	Failures       int       // in a row
	Error          string    // of the last failure: its kind and its words, for operators
}
