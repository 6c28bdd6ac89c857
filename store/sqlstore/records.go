package sqlstore

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// records are collected data, with their history and change feed.
type records struct{ tx *tx }

const recordColumns = "tenant, id, connection, account, kind, ref, twin, day, state, version, position, changed, removed, reason, body, sealed"

// liveColumns are those of a record as it is now: its versions have no digest.
const liveColumns = recordColumns + ", digest"

func scanRecord(row engine.Scanner) (r fairlead.Record, err error) {
	var day string
	var changed, digest int64
	err = row.Scan(&r.Tenant, &r.ID, &r.Connection, &r.Account, &r.Kind, &r.Ref, &r.DuplicateIndex, &day, &r.State, &r.Version,
		&r.Position, &changed, &r.Removed, &r.Reason, (*[]byte)(&r.Body), (*[]byte)(&r.Sealed), &digest)
	if err != nil {
		return r, err
	}
	if len(r.Body) == 0 {
		r.Body = nil
	}
	r.Changed, r.Digest = fromMicros(changed), uint64(digest)
	return r, r.Day.UnmarshalText([]byte(day))
}

func (t records) Get(tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.Record, error) {
	r, found, err := one(t.tx, scanRecord, "SELECT "+liveColumns+" FROM records WHERE tenant = $1 AND id = $2", string(tenant), string(id))
	if err == nil && !found {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such record.")
	}
	return r, err
}

func (t records) ByIDs(tenant fairlead.TenantID, ids []fairlead.RecordID) ([]fairlead.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > 1000 {
		return nil, internal("%d records to read, more than 1000", len(ids))
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = string(id)
	}
	slices.Sort(names)
	return all(t.tx, scanRecord, t.tx.sql.Among(liveColumns, "tenant = $1", "id", 2)+" ORDER BY id", string(tenant), t.tx.sql.List(slices.Compact(names)))
}

func (t records) List(tenant fairlead.TenantID, q store.RecordQuery) ([]fairlead.Record, error) {
	w, err := listed(liveColumns, tenant, q, store.PageSize(q.Limit, 100, 1000))
	if err != nil {
		return nil, err
	}
	return all(t.tx, scanRecord, w.text, w.args...)
}

func (t records) Page(tenant fairlead.TenantID, q store.RecordQuery) ([]fairlead.Record, error) {
	w, err := listed(pageColumns, tenant, q, store.PageSize(q.Limit, 100, 1000))
	if err != nil {
		return nil, err
	}
	return all(t.tx, func(row engine.Scanner) (fairlead.Record, error) { return scanPage(row, tenant, q.Kind) }, w.text, w.args...)
}

const pageColumns = "id, connection, account, day, state, version, changed, body, sealed"

// scanPage reads a row into plain texts: database/sql finds out by reflection what a named
// type is, which costs as much as the reading.
func scanPage(row engine.Scanner, tenant fairlead.TenantID, kind fairlead.RecordKind) (fairlead.Record, error) {
	r := fairlead.Record{Tenant: tenant, Kind: kind}
	var day string
	var changed int64
	err := row.Scan((*string)(&r.ID), (*string)(&r.Connection), (*string)(&r.Account), &day, &r.State, &r.Version, &changed,
		(*[]byte)(&r.Body), (*[]byte)(&r.Sealed))
	if err != nil {
		return r, err
	}
	if len(r.Body) == 0 {
		r.Body = nil
	}
	r.Changed = fromMicros(changed)
	return r, r.Day.UnmarshalText([]byte(day))
}

func (t records) Keys(tenant fairlead.TenantID, q store.RecordQuery) ([]store.RecordKey, error) {
	if q.Account != "" {
		q.Connection = "" // it is of one connection, and which one is not in the index
	}
	w, err := listed(keyColumns(q.Account), tenant, q, store.PageSize(q.Limit, 1000, 5000))
	if err != nil {
		return nil, err
	}
	return all(t.tx, keyScan(q.Account), w.text, w.args...)
}

// keyColumns are those of keys. The account is one of them where it is not known.
func keyColumns(account fairlead.RecordID) string {
	if account != "" {
		return "id, day, ref_hash, digest"
	}
	return "id, day, ref_hash, digest, account"
}

// keyScan reads keyColumns, each row into the same variables.
func keyScan(account fairlead.RecordID) func(engine.Scanner) (store.RecordKey, error) {
	var id, day string
	var hash, digest int64
	into := []any{&id, &day, &hash, &digest}
	if account == "" {
		into = append(into, (*string)(&account))
	}
	return func(row engine.Scanner) (store.RecordKey, error) {
		if err := row.Scan(into...); err != nil {
			return store.RecordKey{}, err
		}
		k := store.RecordKey{ID: fairlead.RecordID(id), Account: account, RefHash: uint64(hash), Digest: uint64(digest)}
		return k, k.Day.UnmarshalText([]byte(day))
	}
}

// listed is the query of a page of live records.
func listed(columns string, tenant fairlead.TenantID, q store.RecordQuery, limit int) (*where, error) {
	if (q.Connection == "" && q.Account == "") || q.Kind == "" {
		return nil, internal("records are listed by kind, of a connection or an account")
	}
	w := newWhere("SELECT "+columns+" FROM records WHERE tenant = $1 AND removed = 0", string(tenant))
	if q.Account != "" {
		w.and("account = ?", string(q.Account))
	}
	switch {
	case q.Connection == "":
	case q.Account == "":
		w.and("connection = ?", string(q.Connection))
	default: // not by an index: those of a connection hold its other accounts' records as well
		w.and("connection || '' = ?", string(q.Connection))
	}
	w.and("kind = ?", string(q.Kind))
	switch q.State {
	case "":
	case string(fairlead.TransactionPending): // few among many: it has an index, which only the plain text of the condition finds
		w.text += " AND state = 'pending'"
	default:
		w.and("state = ?", q.State)
	}
	if !q.Days.From.IsZero() {
		w.and("day >= ?", q.Days.From.String())
	}
	if !q.Days.To.IsZero() {
		w.and("day <= ?", q.Days.To.String())
	}
	order, beyond := " ORDER BY day, id", ">"
	if q.Newest {
		order, beyond = " ORDER BY day DESC, id DESC", "<"
	}
	if q.After != "" {
		w.args = append(w.args, q.AfterDay.String(), string(q.After))
		w.text += " AND (day, id) " + beyond + " (" + w.parameter(1) + ", " + w.parameter(0) + ")"
	}
	w.text += order
	w.text += w.limit(limit)
	return w, nil
}

func (t records) Match(
	tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID, refs []string,
) ([]fairlead.Record, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	if len(refs) > 1000 {
		return nil, internal("%d refs to match, more than 1000", len(refs))
	}
	if t.tx.Write && t.tx.sql.Shared() { // what is matched is about to be written: nobody else may write it meanwhile
		if _, err := t.feed(tenant, c, 0); err != nil {
			return nil, err
		}
	}
	conditions, args := t.ofAccount(tenant, c, kind, account, refs)
	found, err := all(t.tx, scanRecord, t.tx.sql.AmongHashes(liveColumns, conditions, 4)+" ORDER BY ref, twin, id", args...)
	wanted := make(map[string]bool, len(refs))
	for _, ref := range refs {
		wanted[ref] = true
	}
	return slices.DeleteFunc(found, func(r fairlead.Record) bool { return !wanted[r.Ref] }), err
}

// ofAccount is the condition of records of one kind and account, and its parameters, of
// which the fourth is the hashes of some refs, each once.
func (t records) ofAccount(
	tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID, refs []string,
) (conditions string, args []any) {
	hashes, hash := make([]uint64, len(refs)), store.RefHashes(tenant, c, kind, account)
	for i, ref := range refs {
		hashes[i] = hash(ref)
	}
	slices.Sort(hashes)
	conditions = "tenant = $1 AND connection = $2 AND kind = $3"
	args = []any{string(tenant), string(c), string(kind), t.tx.sql.Hashes(slices.Compact(hashes))}
	if store.RefIsOfAccount(kind) {
		conditions += " AND account = $5"
		args = append(args, string(account))
	}
	return conditions, args
}

func (t records) KeysOf(
	tenant fairlead.TenantID, c fairlead.ConnectionID, kind fairlead.RecordKind, account fairlead.RecordID, refs []string,
) ([]store.RecordKey, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	if len(refs) > 1000 {
		return nil, internal("%d refs to match, more than 1000", len(refs))
	}
	conditions, args := t.ofAccount(tenant, c, kind, account, refs)
	return all(t.tx, keyScan(""), t.tx.sql.AmongHashes(keyColumns(""), conditions+" AND removed = 0", 4), args...)
}

func (t records) SetDigests(tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error {
	if len(records) == 0 {
		return nil
	}
	if len(records) > 1000 {
		return internal("%d digests to set, more than 1000", len(records))
	}
	return t.tx.sql.WriteDigests(t.tx.Tx, tenant, c, records)
}

// feed moves a connection's feed on by n and returns where it stands. The row
// stays locked until the commit, so that feed order is commit order.
func (t records) feed(tenant fairlead.TenantID, c fairlead.ConnectionID, n int) (int64, error) {
	return t.tx.Returning(`INSERT INTO record_feeds (tenant, connection, n) VALUES ($1, $2, $3)
		ON CONFLICT (tenant, connection) DO UPDATE SET n = record_feeds.n + excluded.n RETURNING n`, string(tenant), string(c), n)
}

func (t records) Upsert(tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error {
	if len(records) == 0 {
		return nil
	}
	if err := checkPage(tenant, c, records); err != nil {
		return err
	}
	last, err := t.feed(tenant, c, len(records))
	if err != nil {
		return err
	}
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = string(r.ID)
	}
	if _, err := t.tx.Exec("INSERT INTO record_versions ("+recordColumns+") "+t.tx.sql.Among(recordColumns, "tenant = $1", "id", 2),
		string(tenant), t.tx.sql.List(ids)); err != nil {
		return err
	}
	position := last - int64(len(records)) + 1
	n, err := t.tx.sql.WriteRecords(t.tx.Tx, tenant, c, records, position)
	if err != nil {
		return err
	}
	if n != int64(len(records)) {
		return t.tx.Fail(fairlead.Errorf(fairlead.Conflict, "A record of that id belongs to another connection."))
	}
	for i := range records {
		records[i].Position = position + int64(i)
	}
	return nil
}

// checkPage refuses what the engines would treat differently.
func checkPage(tenant fairlead.TenantID, c fairlead.ConnectionID, records []fairlead.Record) error {
	if len(records) > 1000 {
		return internal("%d records in a page, more than 1000", len(records))
	}
	seen := make(map[fairlead.RecordID]bool, len(records))
	for _, r := range records {
		if r.Tenant != tenant || r.Connection != c || r.ID == "" || r.Kind == "" {
			return internal("a record without an id or a kind, or of another tenant or connection")
		}
		if seen[r.ID] {
			return internal("a record twice in one page")
		}
		seen[r.ID] = true
		if !plain(r.Ref) || !plain(string(r.Body)) {
			return fairlead.Errorf(fairlead.Invalid, "A record holds text that is not UTF-8.")
		}
	}
	return nil
}

// plain reports whether both engines can store a text.
func plain(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

func (t records) Changes(tenant fairlead.TenantID, c fairlead.ConnectionID, after int64, limit int) ([]fairlead.Record, error) {
	return all(t.tx, scanRecord, "SELECT "+liveColumns+` FROM records
		WHERE tenant = $1 AND connection = $2 AND position > $3 ORDER BY position`+limitTo(4),
		string(tenant), string(c), after, store.PageSize(limit, 100, 1000))
}

func (t records) Versions(tenant fairlead.TenantID, id fairlead.RecordID) ([]fairlead.Record, error) {
	return all(t.tx, scanRecord, "SELECT "+recordColumns+", 0 FROM record_versions WHERE tenant = $1 AND id = $2 UNION ALL SELECT "+
		recordColumns+", 0 FROM records WHERE tenant = $1 AND id = $2 ORDER BY version LIMIT 1000", string(tenant), string(id))
}

func (t records) Count(tenant fairlead.TenantID, c fairlead.ConnectionID) (map[fairlead.RecordKind]int, error) {
	type tally struct {
		kind fairlead.RecordKind
		n    int
	}
	tallies, err := all(t.tx, func(row engine.Scanner) (c tally, err error) {
		err = row.Scan(&c.kind, &c.n)
		return c, err
	}, "SELECT kind, count(*) FROM records WHERE tenant = $1 AND connection = $2 AND removed = 0 GROUP BY kind", string(tenant), string(c))
	if err != nil {
		return nil, err
	}
	counts := make(map[fairlead.RecordKind]int, len(tallies))
	for _, c := range tallies {
		counts[c.kind] = c.n
	}
	return counts, nil
}

// notErased picks the next records to erase. Erased ones move to the feed's end,
// so the first ones by position are always still to do.
const notErased = ` FROM records WHERE tenant = $1 AND connection = $2 AND reason <> 'erased' ORDER BY position LIMIT $3 + 0`

func (t records) Erase(tenant fairlead.TenantID, c fairlead.ConnectionID, limit int) (int, error) {
	limit = store.PageSize(limit, 500, 1000)
	last, err := t.feed(tenant, c, limit)
	if err != nil {
		return 0, err
	}
	if _, err := t.tx.Exec("DELETE FROM record_versions WHERE tenant = $1 AND id IN (SELECT id"+notErased+")", string(tenant), string(c), limit); err != nil {
		return 0, err
	}
	n, err := t.tx.Exec(`UPDATE records SET ref = '', twin = 0, day = '', state = '', removed = 1, reason = 'erased', body = '', sealed = NULL,
		ref_hash = NULL, digest = 0,
		version = records.version + 1, position = $4 + p.n
		FROM (SELECT id, row_number() OVER (ORDER BY position) AS n`+notErased+`) p
		WHERE records.tenant = $1 AND records.id = p.id`, string(tenant), string(c), limit, last-int64(limit))
	return int(n), err
}
