package sqlite

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// One writer: nobody else holds a row or a concurrency key.

func (d *Database) Shared() bool                             { return false }
func (d *Database) ForUpdate() string                        { return "" }
func (d *Database) SkipLocked() string                       { return "" }
func (d *Database) LockKey(*engine.Tx, string) (bool, error) { return true, nil }

// Now goes on evenly while the process lives, whatever becomes of the wall clock: the
// leases of the process before it are freed at start.
func (d *Database) Now(*engine.Tx) (int64, error) {
	return engine.Micros(d.opened.Add(time.Since(d.opened))), nil
}

func (d *Database) Among(columns, conditions, column string, parameter int) string {
	return fmt.Sprintf("SELECT %s FROM records WHERE %s AND %s IN (SELECT value FROM json_each($%d))", columns, conditions, column, parameter)
}

func (d *Database) List(values []string) any {
	b, _ := json.Marshal(values) // strings always encode
	return string(b)
}

func (d *Database) AmongHashes(columns, conditions string, parameter int) string {
	return fmt.Sprintf("SELECT %s FROM records INDEXED BY records_ref_hash WHERE ref_hash IN (SELECT value FROM json_each($%d)) AND %s", columns, parameter, conditions)
}

func (d *Database) Hashes(values []uint64) any {
	list := []byte{'['}
	for n, value := range values {
		if n > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, int64(value), 10)
	}
	return string(append(list, ']'))
}

// upsertRecord writes one row. A statement of many rows keeps a copy of each page that it
// changes, so that it can take back what it did before the one in which it fails.
const upsertRecord = `INSERT INTO records
		(tenant, id, connection, account, kind, ref, twin, day, state, version, position, changed, removed, reason, body, sealed, ref_hash, digest)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $13, $14, $15, $16, $17)
	ON CONFLICT (tenant, id) DO UPDATE SET ` + engine.RecordUpdate

func (d *Database) WriteRecords(tx *engine.Tx, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record, first int64) (written int64, err error) {
	for i, r := range records {
		var sealed any
		if len(r.Sealed) > 0 {
			sealed = []byte(r.Sealed)
		}
		n, err := tx.Exec(upsertRecord, string(tenant), string(r.ID), string(c), string(r.Account), string(r.Kind), r.Ref, r.DuplicateIndex,
			r.Day.String(), r.State, first+int64(i), engine.Micros(r.Changed), engine.Flag(r.Removed), r.Reason, string(r.Body), sealed,
			engine.RefHash(r), int64(r.Digest))
		if err != nil {
			return written, err
		}
		written += n
	}
	return written, nil
}

func (d *Database) WriteDigests(tx *engine.Tx, tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error {
	rows := make([][3]any, len(records))
	for i, r := range records {
		rows[i] = [3]any{r.ID, r.Version, int64(r.Digest)}
	}
	page, err := json.Marshal(rows)
	if err != nil {
		return engine.Internal("encoding digests: %w", err)
	}
	_, err = tx.Exec(`UPDATE records SET digest = p.value->>2 FROM jsonb_each($3) AS p
		WHERE records.tenant = $1 AND records.id = p.value->>0 AND records.connection = $2 AND records.version = p.value->>1`,
		string(tenant), string(c), string(page))
	return err
}

const upsertInstitutions = `INSERT INTO institutions (tenant, id, provider, body)
	SELECT $1, value->>0, value->>1, value->>2 FROM jsonb_each($2) WHERE true
	ON CONFLICT (tenant, id) DO UPDATE SET ` + engine.InstitutionUpdate

func (d *Database) WriteInstitutions(tx *engine.Tx, tenant fairlead.TenantID, rows []engine.Institution) (int64, error) {
	list := make([][3]string, len(rows))
	for n, row := range rows {
		list[n] = [3]string{row.ID, row.Provider, row.Body}
	}
	page, err := json.Marshal(list)
	if err != nil {
		return 0, engine.Internal("encoding institutions: %w", err)
	}
	return tx.Exec(upsertInstitutions, string(tenant), string(page))
}

func (d *Database) Lease(tx *engine.Tx, work []fairlead.Work) error {
	for _, w := range work {
		if _, err := tx.Exec("UPDATE work SET owner = $4, attempt = $5, lease = $6 WHERE tenant = $1 AND kind = $2 AND key = $3",
			string(w.Tenant), string(w.Kind), w.Key, w.Owner, w.Attempt, engine.Micros(w.Lease)); err != nil {
			return err
		}
	}
	return nil
}
