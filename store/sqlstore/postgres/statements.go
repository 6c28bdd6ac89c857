package postgres

import (
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

func (d *Database) Shared() bool             { return true }
func (d *Database) List(values []string) any { return values }
func (d *Database) ForUpdate() string        { return " FOR UPDATE" }
func (d *Database) SkipLocked() string       { return " FOR UPDATE SKIP LOCKED" }

// Now is the server's clock: one for all nodes, whatever theirs say.
func (d *Database) Now(tx *engine.Tx) (now int64, err error) {
	err = tx.Read(func(row engine.Scanner) error { return row.Scan(&now) }, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
	return now, err
}

// Among: OFFSET 0 hinders the planner from reading a whole connection and
// filtering, which it prefers while it has no statistics of a table that grows.
func (d *Database) Among(columns, conditions, column string, parameter int) string {
	return fmt.Sprintf("SELECT p.* FROM unnest($%d::text[]) AS m (value) CROSS JOIN LATERAL (SELECT %s FROM records WHERE %s AND %s = m.value OFFSET 0) AS p",
		parameter, columns, conditions, column)
}

// AmongHashes: the conditions come after the lookup, so that the planner has no other index to prefer.
func (d *Database) AmongHashes(columns, conditions string, parameter int) string {
	return fmt.Sprintf("SELECT %s FROM unnest($%d::bigint[]) AS m (value) CROSS JOIN LATERAL (SELECT * FROM records WHERE ref_hash = m.value OFFSET 0) AS p WHERE %s",
		columns, parameter, conditions)
}

func (d *Database) Hashes(values []uint64) any {
	return column(values, func(value uint64) int64 { return int64(value) })
}

// lockClass is our class of advisory locks.
const lockClass = 0x6661_6972

func (d *Database) LockKey(tx *engine.Tx, key string) (locked bool, err error) {
	err = tx.Read(func(row engine.Scanner) error { return row.Scan(&locked) }, "SELECT pg_try_advisory_xact_lock($1::int, hashtext($2))", lockClass, key)
	return locked, err
}

const upsertRecords = `INSERT INTO records
		(tenant, id, connection, account, kind, ref, twin, day, state, version, position, changed, removed, reason, body, sealed, ref_hash, digest)
	SELECT $1, r.id, $2, r.account, r.kind, r.ref, r.twin, r.day, r.state, 1, $3::bigint + r.n - 1, r.changed, r.removed, r.reason, r.body, r.sealed, r.ref_hash, r.digest
	FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[],
		$10::text[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bytea[], $16::bigint[], $17::bigint[])
		WITH ORDINALITY AS r (id, account, kind, ref, twin, day, state, changed, removed, reason, body, sealed, ref_hash, digest, n)
	ON CONFLICT (tenant, id) DO UPDATE SET ` + engine.RecordUpdate

func (d *Database) WriteRecords(tx *engine.Tx, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record, first int64) (int64, error) {
	type R = fairlead.Record
	return tx.Exec(upsertRecords, string(tenant), string(c), first,
		column(records, func(r R) string { return string(r.ID) }),
		column(records, func(r R) string { return string(r.Account) }),
		column(records, func(r R) string { return string(r.Kind) }),
		column(records, func(r R) string { return r.Ref }),
		column(records, func(r R) int64 { return int64(r.DuplicateIndex) }),
		column(records, func(r R) string { return r.Day.String() }),
		column(records, func(r R) string { return r.State }),
		column(records, func(r R) int64 { return engine.Micros(r.Changed) }),
		column(records, func(r R) int64 { return engine.Flag(r.Removed) }),
		column(records, func(r R) string { return r.Reason }),
		column(records, func(r R) string { return string(r.Body) }),
		column(records, func(r R) []byte {
			if len(r.Sealed) == 0 {
				return nil
			}
			return r.Sealed
		}),
		column(records, engine.RefHash),
		column(records, func(r R) int64 { return int64(r.Digest) }))
}

// column is one value of each row.
func column[Row, T any](rows []Row, value func(Row) T) []T {
	list := make([]T, len(rows))
	for i, r := range rows {
		list[i] = value(r)
	}
	return list
}

func (d *Database) WriteDigests(tx *engine.Tx, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error {
	type R = fairlead.Record
	_, err := tx.Exec(`UPDATE records SET digest = p.digest FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS p (id, version, digest)
		WHERE records.tenant = $1 AND records.id = p.id AND records.connection = $2 AND records.version = p.version`,
		string(tenant), string(c),
		column(records, func(r R) string { return string(r.ID) }),
		column(records, func(r R) int64 { return int64(r.Version) }),
		column(records, func(r R) int64 { return int64(r.Digest) }))
	return err
}

const upsertInstitutions = `INSERT INTO institutions (tenant, id, provider, body)
	SELECT $1, i.id, i.provider, i.body FROM unnest($2::text[], $3::text[], $4::text[]) AS i (id, provider, body)
	ON CONFLICT (tenant, id) DO UPDATE SET ` + engine.InstitutionUpdate

func (d *Database) WriteInstitutions(tx *engine.Tx, tenant fairlead.TenantID, rows []engine.Institution) (int64, error) {
	type I = engine.Institution
	return tx.Exec(upsertInstitutions, string(tenant),
		column(rows, func(i I) string { return i.ID }),
		column(rows, func(i I) string { return i.Provider }),
		column(rows, func(i I) string { return i.Body }))
}

func (d *Database) Lease(tx *engine.Tx, work []fairlead.Work) error {
	if len(work) == 0 {
		return nil
	}
	type W = fairlead.Work
	_, err := tx.Exec(`UPDATE work SET owner = $1, lease = $2, attempt = work.attempt + 1
		FROM unnest($3::text[], $4::text[], $5::text[]) AS p (tenant, kind, key)
		WHERE work.tenant = p.tenant AND work.kind = p.kind AND work.key = p.key`,
		work[0].Owner, engine.Micros(work[0].Lease),
		column(work, func(w W) string { return string(w.Tenant) }),
		column(work, func(w W) string { return string(w.Kind) }),
		column(work, func(w W) string { return w.Key }))
	return err
}
