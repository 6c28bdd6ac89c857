package sqlstore

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// key is a column that a noun is searched by. One without a name is only there
// to be unique.
type key[T any] struct {
	name   store.Key
	column string
	unique bool
	// fixed says that a noun keeps this key as long as it lives: replacing it leaves
	// the column alone, and with it the index.
	fixed bool
	value func(*T) string
	// first orders what Find finds by this key, when there may be several.
	first string
}

// numeric is a column that only the table's own queries look at; it is NULL
// where value says false.
type numeric[T any] struct {
	column string
	value  func(*T) (int64, bool)
}

// table says how one kind of noun is kept; newTable writes its SQL.
type table[T any] struct {
	name    string
	what    string // in sentences
	tenant  func(*T) fairlead.TenantID
	id      func(*T) string
	version func(*T) *int64
	keys    []key[T]
	numbers []numeric[T]
	shelf   *shelf // nil: it has none

	get, insert, update, remove string
}

// newTable writes the statements of a table.
func newTable[T any](t table[T]) *table[T] {
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
	for _, k := range t.keys {
		if k.unique {
			free += fmt.Sprintf(" AND NOT EXISTS (SELECT 1 FROM %s o WHERE o.tenant = $1 AND o.%s = $%d AND o.id <> $2)", t.name, k.column, changes+4)
		}
		add(k.column, k.fixed)
	}
	for _, m := range t.numbers {
		add(m.column, false)
	}
	t.get = "SELECT version, body FROM " + t.name + " WHERE tenant = $1 AND id = $2"
	t.insert = fmt.Sprintf("INSERT INTO %s (tenant, id, version%s, body) VALUES ($1, $2, 1%s, $%d) ON CONFLICT DO NOTHING", t.name, columns, values, n+3)
	t.update = fmt.Sprintf("UPDATE %s SET version = version + 1%s, body = $%d WHERE tenant = $1 AND id = $2 AND version = $3%s", t.name, sets, changes+4, free)
	t.remove = "DELETE FROM " + t.name + " WHERE tenant = $1 AND id = $2"
	return &t
}

// matching is what a list of matches comes to in SQL.
type matching struct {
	conditions string
	args       []any
	first      string
}

// where writes the conditions of matches, after the tenant's.
func (t *table[T]) where(tenant fairlead.TenantID, matches []store.Match) (matching, error) {
	w := matching{args: []any{string(tenant)}}
	for _, m := range matches {
		i := slices.IndexFunc(t.keys, func(k key[T]) bool { return k.name == m.Key && m.Key != "" })
		if i < 0 {
			return w, internal("%s can't be searched by %q", t.name, m.Key)
		}
		w.args = append(w.args, m.Value)
		w.conditions += " AND " + t.keys[i].column + " = $" + strconv.Itoa(len(w.args))
		w.first += t.keys[i].first
	}
	return w, nil
}

// drawer is a table inside a transaction.
type drawer[T any] struct {
	s *session
	t *table[T]
}

func (d drawer[T]) place(tenant fairlead.TenantID, id string) string {
	return d.t.name + "\x00" + string(tenant) + "\x00" + id
}

func (d drawer[T]) notFound() error {
	return fairlead.Errorf(fairlead.NotFound, "There is no such %s.", d.t.what)
}

func (d drawer[T]) Get(tenant fairlead.TenantID, id string) (T, error) {
	noun, found, err := oneNoun(d.s, d.t.shelf, d.t.version, d.t.get, string(tenant), id)
	if err != nil {
		return noun, err
	}
	if !found {
		d.s.saw(d.place(tenant, id), d.t.what, 0)
		return noun, d.notFound()
	}
	d.s.saw(d.place(tenant, id), d.t.what, *d.t.version(&noun))
	return noun, nil
}

func (d drawer[T]) Find(tenant fairlead.TenantID, where ...store.Match) (T, error) {
	var none T
	if len(where) == 0 {
		return none, internal("%s: Find without a condition", d.t.name)
	}
	w, err := d.t.where(tenant, where)
	if err != nil {
		return none, err
	}
	query := "SELECT version, body FROM " + d.t.name + " WHERE tenant = $1" + w.conditions + " ORDER BY " + w.first + "id LIMIT 1"
	noun, found, err := oneNoun(d.s, d.t.shelf, d.t.version, query, w.args...)
	if err != nil {
		return none, err
	}
	if !found {
		d.s.saw("", d.t.what, 0)
		return none, d.notFound()
	}
	d.s.saw(d.place(tenant, d.t.id(&noun)), d.t.what, *d.t.version(&noun))
	return noun, nil
}

func (d drawer[T]) List(tenant fairlead.TenantID, q store.Query) ([]T, error) {
	w, err := d.t.where(tenant, q.Where)
	if err != nil {
		return nil, err
	}
	order, beyond := "id", ">"
	if q.Newest {
		order, beyond = "id DESC", "<"
	}
	if q.After != "" {
		w.args = append(w.args, q.After)
		w.conditions += " AND id " + beyond + " $" + strconv.Itoa(len(w.args))
	}
	w.args = append(w.args, pageSize(q.Limit, 100, 1000))
	query := "SELECT version, body FROM " + d.t.name + " WHERE tenant = $1" + w.conditions + " ORDER BY " + order + upTo(len(w.args))
	nouns, err := allNouns(d.s, d.t.shelf, d.t.version, query, w.args...)
	for i := range nouns {
		d.s.saw(d.place(tenant, d.t.id(&nouns[i])), d.t.what, *d.t.version(&nouns[i]))
	}
	return nouns, err
}

func (d drawer[T]) check(tenant fairlead.TenantID, noun *T) error {
	if tenant == "" || d.t.id(noun) == "" || d.t.tenant(noun) != tenant {
		return internal("%s: Put without an id, or of another tenant's noun", d.t.name)
	}
	return nil
}

func (d drawer[T]) Put(tenant fairlead.TenantID, noun *T) error {
	if err := d.check(tenant, noun); err != nil {
		return err
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	id, version := d.t.id(noun), d.t.version(noun)
	body, err := encode(noun)
	if err != nil {
		return err
	}
	d.t.shelf.written()
	values := func(fixed bool, args ...any) []any {
		for _, k := range d.t.keys {
			if fixed || !k.fixed {
				args = append(args, keyValue(k.value(noun)))
			}
		}
		for _, m := range d.t.numbers {
			if n, there := m.value(noun); there {
				args = append(args, n)
			} else {
				args = append(args, nil)
			}
		}
		return append(args, body)
	}
	return d.s.swap(version, d.place(tenant, id), d.t.what,
		func() (int64, error) { return d.s.exec(d.t.insert, values(true, string(tenant), id)...) },
		func() (int64, error) { return d.s.exec(d.t.update, values(false, string(tenant), id, *version)...) })
}

func (d drawer[T]) Delete(tenant fairlead.TenantID, id string) error {
	if err := d.s.writable(); err != nil {
		return err
	}
	d.t.shelf.written()
	_, err := d.s.exec(d.t.remove, string(tenant), id)
	return err
}
