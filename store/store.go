// Package store is the port behind which everything is stored.
//
// It owns the contract: transactions, one small table per noun, records with
// their change feed, events, work with leases. It does not own SQL: that is
// store/sqlstore, which runs one SQL text on SQLite and PostgreSQL. Package
// store/storetest is the specification that every implementation passes.
//
// The tenant comes first in every read, so that one across tenants cannot be
// written by accident. The exceptions are Tokens, which lead from what an outsider
// presents to a tenant, Tenants themselves, and the Queue of work.
//
// Inside Update there is nothing but Tx calls: no network, no sealing, no clock.
// fn may run twice, a panic in it is contained and returned as an error, and it
// writes at most about 500 rows. When Update returns nil the write survives
// kill -9. Events appended inside get their sequence at commit, in commit order.
package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Store is one database. Errors are *fairlead.Error: NotFound, Conflict (a
// compare-and-swap or unique key lost), Unavailable; anything else is Internal.
type Store interface {
	// View runs fn on a consistent snapshot; fn may run twice.
	View(ctx context.Context, fn func(*Tx) error) error
	// Update runs fn and commits durably before it returns. A ctx that ends
	// while waiting in the queue refuses; once fn has begun it is not aborted.
	// Below Atomically both work in the transaction of the ctx (UnitOf).
	Update(ctx context.Context, fn func(*Tx) error) error
	// Queue is the work table as workers see it.
	Queue() Queue
	// Ping checks that the database answers, and that it takes writes as far as is known
	// without one.
	Ping(ctx context.Context) error
	// Check reads through the database where damage can be found that way, which takes
	// seconds for a gigabyte. What it finds wraps ErrDamaged.
	Check(ctx context.Context) error
	// Scrub has what was deleted or overwritten before leave the database's own files,
	// as far as the database lets it: after an erased key nobody who takes the disk
	// finds it there.
	Scrub(ctx context.Context) error
	Close() error
}

// Tx is one transaction, as a set of tables. It must not outlive fn.
type Tx struct {
	Tenants      Tenants
	Tokens       Tokens
	Applications Table[fairlead.Application]
	Keys         Table[fairlead.Key]
	Persons      Table[fairlead.Person]
	Templates    Table[fairlead.Template]
	Links        Links
	Connections  Table[fairlead.Connection]
	Consents     Table[fairlead.Consent]
	Collections  Table[fairlead.Collection]
	Endpoints    Table[fairlead.Endpoint]
	Deliveries   Deliveries
	// CollectionPages is what collections under way have met.
	CollectionPages Table[CollectionPage]
	UploadPages     Table[UploadPage]
	Providers       Table[fairlead.Provider]
	SetupTokens     Table[fairlead.SetupToken]
	Operators       Table[fairlead.Operator] // of fairlead.ServerTenant
	Institutions    Institutions
	SavedResponses  Table[SavedResponse]
	Notes           Notes
	Records         Records
	Events          Events
	Audit           Audit
	Work            Work

	// OnCommit has an observer, each once, told of the commit as soon as that is durable:
	// never of a transaction that failed or has to run again.
	OnCommit func(Observer)
}

// Observer is told of commits, one after another where they are Ordered. It must not
// wait: others wait for their commits meanwhile.
type Observer interface{ Committed(c Committed) }

// Committed is what a transaction appended, as it is stored: with its sequences. It is
// shared and must not be changed.
type Committed struct {
	Events     []*fairlead.Event
	Deliveries []*fairlead.Delivery // that are new, of those events
	// Ordered says that nobody but this process writes in the database, and that its
	// commits are told of in their order: so nothing stands between two that an observer
	// was told of. Else a commit is but a hint to look.
	Ordered bool
}

// Table stores one kind of noun. Ids are plain text here, so that one shape fits all.
type Table[T any] interface {
	// Get returns the noun, or NotFound.
	Get(tenant fairlead.TenantID, id string) (T, error)
	// Find returns the one noun that matches, or NotFound. Of several connections
	// of one identity or login it prefers one that is not disconnected.
	Find(tenant fairlead.TenantID, where ...Match) (T, error)
	// List returns a page in the order of ids.
	List(tenant fairlead.TenantID, q Query) ([]T, error)
	// Put inserts (Version 0) or replaces the version it was read at, and sets
	// the new Version on noun. Conflict when somebody else was faster or a unique
	// key is taken. The noun must carry the same tenant.
	Put(tenant fairlead.TenantID, noun *T) error
	// Delete removes the noun; a missing one is no error.
	Delete(tenant fairlead.TenantID, id string) error
}

// Match is one condition: a key that the noun is indexed by, and its value.
type Match struct {
	Key   Key
	Value string
}

// By is a Match.
func By(key Key, value string) Match { return Match{key, value} }

// Key is a name that a table can be searched by. A table refuses (Internal)
// a key it has no index for: a table scan can't be written by accident.
type Key string

// Keys, with the tables that have them. (unique) marks those that refuse a second.
const (
	ByApplication Key = "application" // Keys, Links, Templates, Endpoints, Connections, Consents, SetupTokens
	ByPerson      Key = "person"      // Links, Connections, Consents, SetupTokens
	ByReference   Key = "reference"   // Persons (unique)
	ByName        Key = "name"        // Applications (unique), Templates (unique)
	ByIdentity    Key = "identity"    // Connections: person + institution + identity (unique while not disconnected)
	ByLogin       Key = "login"       // Connections: institution + login
	ByInstitution Key = "institution" // Connections
	ByLink        Key = "link"        // Consents, Connections
	ByConnection  Key = "connection"  // Consents, Collections
	ByEvent       Key = "event"       // Deliveries
	ByEndpoint    Key = "endpoint"    // Deliveries
	ByConnector   Key = "connector"   // Providers (unique)
	ByEmail       Key = "email"       // Operators (unique)
	ByFailure     Key = "failure"     // Deliveries that failed: FailedDelivery
	ByUpstream    Key = "upstream"    // Connections
	ByStatus      Key = "status"      // Connections
)

// FailedDelivery is the value of ByFailure of a delivery that failed; others have none.
const FailedDelivery = "failed"

// IdentityKey is the ByIdentity value of a connection.
func IdentityKey(person fairlead.PersonID, institution fairlead.InstitutionID, identity string) string {
	return string(person) + " " + string(institution) + " " + identity
}

// LoginKey is the ByLogin value of a connection.
func LoginKey(institution fairlead.InstitutionID, login string) string {
	return string(institution) + " " + login
}

// Query selects a page. Limit is at most 1000 and 0 means 100.
type Query struct {
	Where  []Match
	After  string // id of the last one of the page before
	Limit  int
	Newest bool // descending ids
}

// Links is a Table, and finds open links by their end.
type Links interface {
	Table[fairlead.Link]
	// Expiring returns open links whose Expires is at or before a tenant time and is not
	// their ExpiryQueued, in the order of Expires and ID.
	Expiring(tenant fairlead.TenantID, until time.Time, limit int) ([]fairlead.Link, error)
	// NextExpiry is the earliest Expires of such an open link; zero: there is none.
	NextExpiry(tenant fairlead.TenantID) (time.Time, error)
}

// Deliveries is a Table, and the queues in which deliveries wait: a new one in the
// order of events, one that was tried for the time of its next attempt. A delivery
// leaves its queue when its State is not waiting any more.
//
// One that is put for the first time in the transaction of its event gets its
// Sequence, and can be read, at commit, as the event does.
type Deliveries interface {
	Table[fairlead.Delivery]
	// FirstAttempts returns what of a queue waits for its first attempt (First is zero),
	// in the order of Sequence and ID, after a delivery of it; the zero one is before all.
	FirstAttempts(tenant fairlead.TenantID, queue string, after fairlead.Delivery, limit int) ([]fairlead.Delivery, error)
	// Retries returns what of a queue was tried and whose Next is at or before a
	// tenant time, earliest first.
	Retries(tenant fairlead.TenantID, queue string, until time.Time, limit int) ([]fairlead.Delivery, error)
	// NextRetry is the earliest Next of what was tried in a queue; zero: there is none.
	NextRetry(tenant fairlead.TenantID, queue string) (time.Time, error)
}

// Tenants stores tenants themselves.
type Tenants interface {
	Get(id fairlead.TenantID) (fairlead.Tenant, error)
	ByName(name string) (fairlead.Tenant, error)
	List(after fairlead.TenantID, limit int) ([]fairlead.Tenant, error)
	Put(t *fairlead.Tenant) error
}

// Tokens leads from what an outsider presents to a tenant.
type Tokens interface {
	// Get returns the token of a kind, or NotFound. Whether it is Live or Used is the caller's to judge.
	Get(kind fairlead.TokenKind, name string) (fairlead.Token, error)
	// Put inserts or replaces, by compare-and-swap as a Table does.
	Put(t *fairlead.Token) error
	// Of lists the tokens that open a subject, oldest first, at most 1000; those that are
	// Known are not among them.
	Of(tenant fairlead.TenantID, kind fairlead.TokenKind, subject string) ([]fairlead.Token, error)
	// Listable lists an application's tokens of a kind whose Value is stored and
	// that are not Used, oldest first, at most 1000.
	Listable(tenant fairlead.TenantID, app fairlead.ApplicationID, kind fairlead.TokenKind) ([]fairlead.Token, error)
	Delete(kind fairlead.TokenKind, name string) error
	// Prune deletes up to limit of a tenant's tokens that expired before a tenant
	// time, but for those that are Known; it returns how many it did.
	Prune(tenant fairlead.TenantID, before time.Time, limit int) (int, error)
}

// SavedResponse is the response to an idempotent request. Its id is a hash of
// application, method, path and key.
type SavedResponse struct {
	ID      string            `json:"id"`
	Tenant  fairlead.TenantID `json:"tenant"`
	Request string            `json:"request"` // keyed hash of the body: the same key with another body is refused
	// Effect leads to what a request that takes long did at its beginning; "": none, or not done yet.
	Effect  string          `json:"effect,omitempty"`
	Status  int             `json:"status"` // 0 where only Effect is done
	Answer  fairlead.Sealed `json:"answer,omitempty"`
	Created time.Time       `json:"created"` // real time
	Version int64           `json:"-"`
}

// Row is where it is stored, as with every noun.
func (r *SavedResponse) Row() (fairlead.TenantID, string, *int64) { return r.Tenant, r.ID, &r.Version }

// Notes is what a dialect stores for itself.
type Notes interface {
	Get(tenant fairlead.TenantID, dialect, key string) (fairlead.Note, error)
	Put(n *fairlead.Note) error // compare-and-swap as a Table does
	// List returns notes whose key begins with prefix, in the order of keys.
	List(tenant fairlead.TenantID, dialect, prefix, after string, limit int) ([]fairlead.Note, error)
	Delete(tenant fairlead.TenantID, dialect, key string) error
	// Next counts up a named counter of the dialect and returns it: 1, 2, 3 …
	Next(tenant fairlead.TenantID, dialect, counter string) (int64, error)
}

// Institutions are those that providers reach: a copy of what their services list.
type Institutions interface {
	// Get returns an institution, Gone ones too, or NotFound.
	Get(tenant fairlead.TenantID, id fairlead.InstitutionID) (fairlead.Institution, error)
	// Put writes institutions that are new, or differ from what is stored; it returns how
	// many were written. Their Provider must be set. At most 1000.
	Put(tenant fairlead.TenantID, institutions []fairlead.Institution) (int, error)
	// List returns a page of a provider's institutions, Gone ones too, in the order of ids. At most 1000.
	List(tenant fairlead.TenantID, provider fairlead.ProviderID, after fairlead.InstitutionID, limit int) ([]fairlead.Institution, error)
	// Uses counts the tenant's connections by institution, disconnected ones aside.
	Uses(tenant fairlead.TenantID) (map[fairlead.InstitutionID]int, error)
	// Erase deletes up to limit institutions of a provider that no connection names, not even
	// one that has ended; it returns how many it did.
	Erase(tenant fairlead.TenantID, provider fairlead.ProviderID, limit int) (int, error)
}

// Records stores collected data and its change feed.
type Records interface {
	Get(tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.Record, error)
	// ByIDs returns the records of some ids, removed ones too, in the order of ids. What
	// there is not is left out. At most 1000.
	ByIDs(tenant fairlead.TenantID, ids []fairlead.RecordID) ([]fairlead.Record, error)
	// List returns live (not Removed) records of one kind of a connection or account.
	List(tenant fairlead.TenantID, q RecordQuery) ([]fairlead.Record, error)
	// Page returns what List returns without what only matching and the feed go by: Ref,
	// DuplicateIndex, Position, Reason and Digest are zero.
	Page(tenant fairlead.TenantID, q RecordQuery) ([]fairlead.Record, error)
	// Match returns all records, removed ones too, with one of the refs, of one kind and
	// account of a connection ("": what hangs on none; whatever the account unless RefIsOfAccount). At
	// most 1000 refs.
	Match(tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID, refs []string) ([]fairlead.Record, error)
	// Keys returns the keys of what List returns of an account, in the same order, from an
	// index alone: no bodies are read. Limit is at most 5000 and 0 means 1000. Of a
	// connection it reads rows too.
	Keys(tenant fairlead.TenantID, q RecordQuery) ([]RecordKey, error)
	// KeysOf returns the keys of the live ones of these whose ref has the hash of one of the
	// refs. At most 1000 refs.
	KeysOf(tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID, refs []string) ([]RecordKey, error)
	// SetDigests stores the Digest of records that still have the given Version. They stay at
	// their Version and Position: nothing has changed. At most 1000.
	SetDigests(tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error
	// Upsert writes a page in one statement: new records, and changed ones (by
	// ID), whose old version goes to the history. It gives each the next
	// Position of the connection's feed, in the order given, and counts its
	// Version up; Position is set on records, Version is not. At most 1000.
	Upsert(tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error
	// Changes returns what has a Position after the given one, in feed order,
	// removed ones as tombstones; each record once, at its latest position.
	Changes(tenant fairlead.TenantID, c fairlead.ConnectionID, after int64, limit int) ([]fairlead.Record, error)
	// Versions returns the history of a record, oldest first, the present one
	// last, at most 1000.
	Versions(tenant fairlead.TenantID, id fairlead.RecordID) ([]fairlead.Record, error)
	// Count counts live records by kind.
	Count(tenant fairlead.TenantID, c fairlead.ConnectionID) (map[fairlead.RecordKind]int, error)
	// Erase empties up to limit records and their history and leaves tombstones
	// (Removed, no body); it returns how many it did.
	Erase(tenant fairlead.TenantID, c fairlead.ConnectionID, limit int) (int, error)
}

// RecordKey is of a live record what decides whether what came again is what is there.
type RecordKey struct {
	ID      fairlead.RecordID
	Account fairlead.RecordID
	Day     fairlead.Date
	RefHash uint64 // of its Ref, by RefHash
	Digest  uint64 // Record.Digest
}

// RefIsOfAccount reports whether a ref of a kind is one within its account, and not in the
// whole connection: the accounts of a document may become known later.
func RefIsOfAccount(kind fairlead.RecordKind) bool { return kind != fairlead.DocumentRecord }

// RefHash is the hash by which records of a ref are found. Two refs may have the same one.
// Its first 24 bits are the same for all records of one kind and account: these lie
// together in their index, however many there are besides.
func RefHash(tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID, ref string) uint64 {
	return RefHashes(tenant, c, kind, account)(ref)
}

// RefHashes is RefHash of many refs of one kind and account.
func RefHashes(tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID) func(ref string) uint64 {
	if !RefIsOfAccount(kind) {
		account = ""
	}
	text := make([]byte, 0, 160)
	for _, part := range [...]string{string(tenant), string(c), string(kind), string(account)} {
		text = append(append(text, part...), 0)
	}
	together := crc32.ChecksumIEEE(text)
	return func(ref string) uint64 {
		whole := append(text, ref...)
		sum := sha256.Sum256(whole)
		text = whole[:len(text)] // which has room for the next one
		return uint64(together)>>8<<40 | binary.BigEndian.Uint64(sum[:8])>>24
	}
}

// RecordQuery selects a page of records: ordered by (Day, ID) — newest day
// first for transactions when Newest.
type RecordQuery struct {
	Connection fairlead.ConnectionID // or
	Account    fairlead.RecordID
	Kind       fairlead.RecordKind
	Days       fairlead.Interval
	State      string
	AfterDay   fairlead.Date // of the last one of the page before
	After      fairlead.RecordID
	Limit      int
	Newest     bool
}

// Events are the tenant's facts.
type Events interface {
	// Append stores the event; Sequence is given at commit, and only then can it be read.
	Append(e fairlead.Event) error
	Get(tenant fairlead.TenantID, id fairlead.EventID) (fairlead.Event, error)
	// After returns events in the order of sequence, or the newest first.
	After(tenant fairlead.TenantID, q EventQuery) ([]fairlead.Event, error)
	// Last returns the sequence of the newest event; 0 where there is none.
	Last(tenant fairlead.TenantID) (int64, error)
	// Redact empties what in an event names its person or is of their own words
	// (Reference, Request, Name); its id and sequence stay. A missing event is no error.
	Redact(tenant fairlead.TenantID, id fairlead.EventID) error
}

// EventQuery selects a page of events.
type EventQuery struct {
	Sequence    int64                  // of the last one of the page before
	Newest      bool                   // descending: those before Sequence; 0: all
	Floor       int64                  // none of a sequence below it
	Application fairlead.ApplicationID // empty: all
	Kinds       []fairlead.EventKind   // empty: all
	Subject     string                 // Event.Subject; empty: all
	From, To    time.Time              // of At; zero: open
	Limit       int
}

// Audit is the chained trail.
type Audit interface {
	// Append chains the entry to the tenant's last one, at commit.
	Append(e fairlead.AuditEntry) error
	After(tenant fairlead.TenantID, sequence int64, limit int) ([]fairlead.AuditEntry, error)
	// Last returns the newest entry; the zero one where there is none.
	Last(tenant fairlead.TenantID) (fairlead.AuditEntry, error)
}

// Work enqueues in the transaction of its cause: work exists exactly when its
// cause committed.
type Work interface {
	// Due enqueues. On a waiting row of the same (kind, key) the earlier due
	// wins; on a running one it runs again at that due after its end; a parked
	// one is no longer parked.
	Due(w fairlead.Work) error
	// Cancel removes a waiting row; a running one is not run again.
	Cancel(tenant fairlead.TenantID, kind fairlead.WorkKind, key string) error
	// Upcoming lists a tenant's unparked rows due at or before a tenant time, running or
	// not, in the order of due, kind and key; at most limit.
	Upcoming(tenant fairlead.TenantID, until time.Time, limit int) ([]fairlead.Work, error)
	// Claim is Queue.Claim of one tenant's work, in this transaction: leases begin when
	// it commits.
	Claim(r ClaimRequest) ([]fairlead.Work, error)
	// Parked lists what is not tried any more, for operators.
	Parked(tenant fairlead.TenantID, limit int) ([]fairlead.Work, error)
	// List returns a page of a tenant's rows in the order of kind and key, for operators.
	List(tenant fairlead.TenantID, q WorkQuery) ([]fairlead.Work, error)
}

// WorkQuery selects a page of work. Limit is at most 1000 and 0 means 100.
type WorkQuery struct {
	Kind    fairlead.WorkKind // empty: all
	Key     string            // empty: all
	Failing bool              // only what failed when it was tried last, or is parked
	After   fairlead.Work     // the last one of the page before: its Kind and Key
	Limit   int
}

// Queue is the work queue, as workers see it. Each method is a durable transaction of its own.
type Queue interface {
	// Claim leases due, unleased, unparked rows: fair between tenants, at most
	// PerConcurrencyKey running of one concurrency key over all nodes. Due is judged by
	// each tenant's own time at r.Now, leases by the database's clock: the clocks of nodes
	// may differ, and step.
	Claim(ctx context.Context, r ClaimRequest) ([]fairlead.Work, error)
	// Renew extends leases from now on; it returns those that were not lost.
	Renew(ctx context.Context, owner string, leased []fairlead.Work, lease time.Duration) ([]fairlead.Work, error)
	// Finish ends a claimed row: removed, or due again, or parked. Where it was
	// enqueued while it ran, the earlier of both dues wins. A lost lease (another
	// attempt) is Conflict and changes nothing.
	Finish(ctx context.Context, w fairlead.Work, result WorkResult) error
	// Release frees all leases of an owner: a node clears its own at start.
	Release(ctx context.Context, owner string) error
	// Wake signals that something may be due: after commits here, and by
	// notification from other nodes. Polling once a second is the net.
	Wake() <-chan struct{}
}

// ClaimRequest says what a worker can take.
type ClaimRequest struct {
	Owner             string
	Now               time.Time // real
	Lease             time.Duration
	Limit             int
	PerConcurrencyKey int
	Kinds             []fairlead.WorkKind // empty: all
	Tenant            fairlead.TenantID   // empty: all (advancing a clock takes one tenant's)
	Until             time.Time           // with Tenant: what is due by then counts as due, although the clock has not come there; zero: by the clock
}

// WorkResult is how a piece of work ended.
type WorkResult struct {
	Again  time.Time // tenant time; zero: done (unless enqueued anew while running)
	Failed bool      // counts Failures up; else they are reset
	Park   string    // why it is not tried any more
	Error  string    // of a failure, as in fairlead.Work
}
