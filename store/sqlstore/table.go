package sqlstore

import (
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// definition says how one kind of noun is stored; define writes its SQL.
type definition[T any] struct {
	name    string
	what    string // in sentences
	cached  bool   // every request reads it and hardly anybody writes it
	rows    bool   // one is read by its id again and again
	keys    []key[T]
	numbers []numeric[T]

	row                         func(*T) (tenant fairlead.TenantID, id string, version *int64)
	get, insert, update, remove string
}

// key is a column that a noun is searched by. One without a name is only there
// to be unique.
type key[T any] struct {
	name   store.Key
	column string
	unique bool
	// fixed says that a noun has this key as long as it lives: replacing it leaves
	// the column alone, and with it the index.
	fixed bool
	value func(*T) string
	// first orders what Find finds by this key, when there may be several.
	first string
}

// numeric is a column that only the table's own queries use; it is NULL
// where value says false.
type numeric[T any] struct {
	column string
	value  func(*T) (int64, bool)
}

// define writes the statements of a table.
func define[T any, N store.Noun[T]](d definition[T]) *definition[T] {
	d.row = func(n *T) (fairlead.TenantID, string, *int64) { return N(n).Row() }
	columns, values, sets, free := "", "", "", ""
	n, changes := 0, 0
	add := func(column string, fixed bool) {
		columns += ", " + column
		values += fmt.Sprintf(", $%d", n+3)
		n++
		if !fixed {
			sets += fmt.Sprintf(", %s = $%d", column, changes+4)
			changes++
		}
	}
	for _, k := range d.keys {
		if k.unique {
			free += fmt.Sprintf(" AND NOT EXISTS (SELECT 1 FROM %s o WHERE o.tenant = $1 AND o.%s = $%d AND o.id <> $2)", d.name, k.column, changes+4)
		}
		add(k.column, k.fixed)
	}
	for _, m := range d.numbers {
		add(m.column, false)
	}
	d.get = "SELECT version, body FROM " + d.name + " WHERE tenant = $1 AND id = $2"
	d.insert = fmt.Sprintf("INSERT INTO %s (tenant, id, version%s, body) VALUES ($1, $2, 1%s, $%d) ON CONFLICT DO NOTHING", d.name, columns, values, n+3)
	d.update = fmt.Sprintf("UPDATE %s SET version = version + 1%s, body = $%d WHERE tenant = $1 AND id = $2 AND version = $3%s", d.name, sets, changes+4, free)
	d.remove = "DELETE FROM " + d.name + " WHERE tenant = $1 AND id = $2"
	return &d
}

func (d *definition[T]) version(n *T) *int64 {
	_, _, version := d.row(n)
	return version
}

// values are a noun's columns for an insert, or for an update, which leaves the fixed
// ones alone.
func (d *definition[T]) values(n *T, insert bool, body string, args ...any) []any {
	for _, k := range d.keys {
		if insert || !k.fixed {
			args = append(args, orNull(k.value(n)))
		}
	}
	for _, m := range d.numbers {
		if v, ok := m.value(n); ok {
			args = append(args, v)
		} else {
			args = append(args, nil)
		}
	}
	return append(args, body)
}

// table is a definition inside a transaction.
type table[T any] struct {
	tx *tx
	d  *definition[T]
}

var _ store.Table[fairlead.Link] = table[fairlead.Link]{}

// read reads (version, body) rows.
func (t table[T]) read(query string, args ...any) ([]T, error) {
	if t.d.cached {
		return cached(t.tx, t.d.name, scanBody(t.d.version), query, args...)
	}
	return all(t.tx, scanBody(t.d.version), query, args...)
}

// saw remembers a noun's version.
func (t table[T]) saw(n *T) {
	if t.tx.Races != nil {
		tenant, id, version := t.d.row(n)
		t.tx.Races.Saw(engine.Row{Table: t.d.name, Scope: string(tenant), ID: id}, *version)
	}
}

func (t table[T]) notFound() error {
	t.tx.Races.Missed(t.d.name)
	return fairlead.Errorf(fairlead.NotFound, "There is no such %s.", t.d.what)
}

// where writes the conditions of matches; order is how the keys order what they find.
func (t table[T]) where(tenant fairlead.TenantID, matches []store.Match) (w *where, order string, err error) {
	w = newWhere("SELECT version, body FROM "+t.d.name+" WHERE tenant = $1", string(tenant))
	for _, m := range matches {
		i := slices.IndexFunc(t.d.keys, func(k key[T]) bool { return k.name == m.Key && m.Key != "" })
		if i < 0 {
			return nil, "", internal("%s can't be searched by %q", t.d.name, m.Key)
		}
		w.and(t.d.keys[i].column+" = ?", m.Value)
		order += t.d.keys[i].first
	}
	return w, order, nil
}

// row names a noun's row.
func (t table[T]) row(tenant fairlead.TenantID, id string) engine.Row {
	return engine.Row{Table: t.d.name, Scope: string(tenant), ID: id}
}

// get reads one noun, from the engine's cache if it is there.
func (t table[T]) get(tenant fairlead.TenantID, id string) (n T, found bool, err error) {
	if !t.d.rows {
		return first(t.read(t.d.get, string(tenant), id))
	}
	var s stored
	if cached, ok := t.tx.Cache.Row(t.row(tenant, id)); ok {
		s, err = cached.(stored), t.tx.Usable()
	} else if s, found, err = one(t.tx, scanStored, t.d.get, string(tenant), id); found {
		t.tx.Cache.StoreRow(t.row(tenant, id), s, len(s.body))
	} else {
		return n, false, err
	}
	if err != nil {
		return n, true, err
	}
	n, err = decode([]byte(s.body), s.version, t.d.version)
	if err != nil {
		err = t.tx.Fail(internal("%s: %w", t.d.name, err))
	}
	return n, true, err
}

func (t table[T]) Get(tenant fairlead.TenantID, id string) (T, error) {
	n, found, err := t.get(tenant, id)
	if err != nil {
		return n, err
	}
	if !found {
		t.tx.Races.Saw(t.row(tenant, id), 0)
		return n, t.notFound()
	}
	t.saw(&n)
	return n, nil
}

func (t table[T]) Find(tenant fairlead.TenantID, matches ...store.Match) (T, error) {
	var none T
	if len(matches) == 0 {
		return none, internal("%s: Find without a condition", t.d.name)
	}
	w, order, err := t.where(tenant, matches)
	if err != nil {
		return none, err
	}
	n, found, err := first(t.read(w.text+" ORDER BY "+order+"id LIMIT 1", w.args...))
	if err != nil {
		return none, err
	}
	if !found {
		return none, t.notFound()
	}
	t.saw(&n)
	return n, nil
}

func (t table[T]) List(tenant fairlead.TenantID, q store.Query) ([]T, error) {
	w, _, err := t.where(tenant, q.Where)
	if err != nil {
		return nil, err
	}
	order, beyond := "id", ">"
	if q.Newest {
		order, beyond = "id DESC", "<"
	}
	if q.After != "" {
		w.and("id "+beyond+" ?", q.After)
	}
	query := w.text + " ORDER BY " + order + w.limit(store.PageSize(q.Limit, 100, 1000))
	nouns, err := t.read(query, w.args...)
	for i := range nouns {
		t.saw(&nouns[i])
	}
	return nouns, err
}

func (t table[T]) check(tenant fairlead.TenantID, n *T) error {
	if own, id, _ := t.d.row(n); tenant == "" || id == "" || own != tenant {
		return internal("%s: Put without an id, or of another tenant's noun", t.d.name)
	}
	return nil
}

func (t table[T]) Put(tenant fairlead.TenantID, n *T) error {
	if err := t.check(tenant, n); err != nil {
		return err
	}
	if err := t.tx.Writable(); err != nil {
		return err
	}
	body, err := encode(n)
	if err != nil {
		return err
	}
	_, id, version := t.d.row(n)
	t.invalidate(tenant, id)
	return t.tx.swap(t.row(tenant, id), t.d.what, version,
		func() (int64, error) { return t.tx.Exec(t.d.insert, t.d.values(n, true, body, string(tenant), id)...) },
		func() (int64, error) {
			return t.tx.Exec(t.d.update, t.d.values(n, false, body, string(tenant), id, *version)...)
		})
}

func (t table[T]) Delete(tenant fairlead.TenantID, id string) error {
	if err := t.tx.Writable(); err != nil {
		return err
	}
	t.invalidate(tenant, id)
	_, err := t.tx.Exec(t.d.remove, string(tenant), id)
	return err
}

func (t table[T]) invalidate(tenant fairlead.TenantID, id string) {
	if t.d.cached {
		t.tx.Cache.InvalidateTable(t.d.name)
	}
	if t.d.rows {
		t.tx.Cache.InvalidateRow(t.row(tenant, id))
	}
}
