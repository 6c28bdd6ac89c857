// Package engine is what a database does for the tables of sqlstore, and the
// transaction that both work on.
//
// It owns the contract of an engine (store/sqlstore/sqlite, store/sqlstore/postgres)
// and what every engine has alike: Tx, the outbox, how a lost race is noticed. It
// knows no table: those, and the SQL that both engines run, are sqlstore's.
package engine

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Engine is one database.
type Engine interface {
	// View runs fn on a consistent snapshot; fn may run twice.
	View(ctx context.Context, fn func(*Tx) error) error
	// Update runs fn, then flush, which writes the outbox, and commits durably.
	// Both may run twice. Where several transactions share a commit, flush runs once,
	// on the outbox of all.
	Update(ctx context.Context, fn, flush func(*Tx) error) error
	// Wake signals that work may be due: after a commit here, or on another node.
	Wake() <-chan struct{}
	// Failed is why nothing can be written any more until the next start, or nil.
	Failed() error
	// Check is store.Store's.
	Check(ctx context.Context) error
	// Scrub is store.Store's.
	Scrub(ctx context.Context) error
	Close() error

	Statements
}

// Statements are those that SQLite and PostgreSQL write differently.
type Statements interface {
	// Shared reports that others may write while a transaction runs.
	Shared() bool
	// Now is the time that leases go by, in microseconds: one clock for all nodes.
	Now(tx *Tx) (int64, error)
	// Among reads columns of the records that fit conditions and whose column is in
	// the list that a parameter holds, by one index lookup for each value;
	// List makes such a parameter.
	Among(columns, conditions, column string, parameter int) string
	List(values []string) any
	// AmongHashes does so by ref_hash; Hashes makes its parameter.
	AmongHashes(columns, conditions string, parameter int) string
	Hashes(values []uint64) any
	// ForUpdate and SkipLocked end a SELECT that locks what it reads.
	ForUpdate() string
	SkipLocked() string
	// LockKey takes a concurrency key until the transaction ends, so that two
	// claims never count the same room; false: another claim has it.
	LockKey(tx *Tx, key string) (bool, error)
	// WriteRecords upserts a page in one statement; the first record gets the
	// position first. It returns how many rows it wrote.
	WriteRecords(tx *Tx, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record, first int64) (int64, error)
	// WriteDigests sets the digests of records that have their version, in one statement.
	WriteDigests(tx *Tx, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error
	// WriteInstitutions upserts institutions of a tenant that differ from what is stored, in
	// one statement; no two have one id. It returns how many rows it wrote.
	WriteInstitutions(tx *Tx, tenant fairlead.TenantID, rows []Institution) (int64, error)
	// Lease gives waiting rows to their Owner until their Lease.
	Lease(tx *Tx, work []fairlead.Work) error
}

// RecordUpdate is what an upsert changes in a record that is there already.
const RecordUpdate = `account = excluded.account, kind = excluded.kind, ref = excluded.ref, twin = excluded.twin, day = excluded.day,
	state = excluded.state, version = records.version + 1, position = excluded.position, changed = excluded.changed,
	removed = excluded.removed, reason = excluded.reason, body = excluded.body, sealed = excluded.sealed,
	ref_hash = excluded.ref_hash, digest = excluded.digest
	WHERE records.connection = excluded.connection`

// Institution is a row of institutions.
type Institution struct{ ID, Provider, Body string }

// InstitutionUpdate is what an upsert changes in an institution that is there already.
const InstitutionUpdate = `provider = excluded.provider, body = excluded.body
	WHERE institutions.provider <> excluded.provider OR institutions.body <> excluded.body`

// Micros is a time as it is stored.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// RefHash is the hash of a record's ref as it is stored.
func RefHash(r fairlead.Record) int64 {
	return int64(store.RefHash(r.Tenant, r.Connection, r.Kind, r.Account, r.Ref))
}

// Flag is a truth as it is stored.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Wake signals to workers that something may be due.
type Wake chan struct{}

// NewWake returns a Wake that nobody has signalled.
func NewWake() Wake { return make(Wake, 1) }

// Signal never waits: one signal stands for all.
func (w Wake) Signal() {
	select {
	case w <- struct{}{}:
	default:
	}
}
