package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// tx is one transaction, as its tables share it.
type tx struct {
	*engine.Tx
	sql     engine.Statements
	tables  *tables
	created *createdSequence
	clock   fairlead.Tenant // that was read last
	mac     func(fairlead.AuditEntry) string
}

func (s *sqlStore) tx(e *engine.Tx) *tx {
	return &tx{Tx: e, sql: s.engine, tables: s.tables, created: &s.created, mac: s.auditMAC}
}

// nouns are the tables of a transaction, in one piece of memory.
type nouns struct {
	tx              store.Tx
	applications    table[fairlead.Application]
	keys            table[fairlead.Key]
	persons         persons
	templates       table[fairlead.Template]
	links           links
	connections     table[fairlead.Connection]
	consents        table[fairlead.Consent]
	collections     table[fairlead.Collection]
	collectionPages table[store.CollectionPage]
	uploadPages     table[store.UploadPage]
	providers       table[fairlead.Provider]
	setupTokens     table[fairlead.SetupToken]
	operators       table[fairlead.Operator]
	endpoints       table[fairlead.Endpoint]
	deliveries      deliveries
	savedResponses  table[store.SavedResponse]
}

// store is the transaction as a store's tables.
func (tx *tx) store() *store.Tx {
	t := tx.tables
	n := &nouns{
		applications:    table[fairlead.Application]{tx, t.applications},
		keys:            table[fairlead.Key]{tx, t.keys},
		persons:         persons{table[fairlead.Person]{tx, t.persons}},
		templates:       table[fairlead.Template]{tx, t.templates},
		links:           links{table[fairlead.Link]{tx, t.links}},
		connections:     table[fairlead.Connection]{tx, t.connections},
		consents:        table[fairlead.Consent]{tx, t.consents},
		collections:     table[fairlead.Collection]{tx, t.collections},
		collectionPages: table[store.CollectionPage]{tx, t.collectionPages},
		uploadPages:     table[store.UploadPage]{tx, t.uploadPages},
		providers:       table[fairlead.Provider]{tx, t.providers},
		setupTokens:     table[fairlead.SetupToken]{tx, t.setupTokens},
		operators:       table[fairlead.Operator]{tx, t.operators},
		endpoints:       table[fairlead.Endpoint]{tx, t.endpoints},
		deliveries:      deliveries{table[fairlead.Delivery]{tx, t.deliveries}},
		savedResponses:  table[store.SavedResponse]{tx, t.savedResponses},
	}
	n.tx = store.Tx{
		Tenants: tenants{tx}, Tokens: tokens{tx}, Applications: &n.applications, Keys: &n.keys, Persons: &n.persons,
		Templates: &n.templates, Links: &n.links, Connections: &n.connections, Consents: &n.consents, Collections: &n.collections,
		CollectionPages: &n.collectionPages, UploadPages: &n.uploadPages, Providers: &n.providers, SetupTokens: &n.setupTokens, Operators: &n.operators,
		Institutions: institutions{tx}, Endpoints: &n.endpoints, Deliveries: &n.deliveries, SavedResponses: &n.savedResponses,
		Notes: notes{tx}, Records: records{tx}, Events: events{tx}, Audit: audit{tx}, Work: work{tx},
		OnCommit: tx.OnCommit,
	}
	return &n.tx
}

// unstorable reports whether a text among the arguments is one that PostgreSQL refuses,
// whatever a caller sends as a name: nothing is stored by it, in either engine.
func unstorable(args []any) bool {
	return slices.ContainsFunc(args, func(arg any) bool {
		text, ok := arg.(string)
		return ok && !plain(text)
	})
}

// Exec runs a statement and returns how many rows it changed.
func (tx *tx) Exec(query string, args ...any) (int64, error) {
	if unstorable(args) {
		return 0, fairlead.Errorf(fairlead.Invalid, "A text is not UTF-8, or has a zero byte in it.")
	}
	return tx.Tx.Exec(query, args...)
}

// all reads every row of a query.
func all[T any](tx *tx, scan func(engine.Scanner) (T, error), query string, args ...any) (list []T, err error) {
	if unstorable(args) {
		return nil, tx.Usable()
	}
	err = tx.Read(func(row engine.Scanner) error {
		v, err := scan(row)
		if err == nil {
			list = append(list, v)
		}
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// one reads the only row of a query, if there is any.
func one[T any](tx *tx, scan func(engine.Scanner) (T, error), query string, args ...any) (T, bool, error) {
	return first(all(tx, scan, query, args...))
}

func first[T any](list []T, err error) (v T, found bool, _ error) {
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}

// number reads one integer.
func number(tx *tx, query string, args ...any) (int64, error) {
	n, _, err := one(tx, scanNumber, query, args...)
	return n, err
}

func scanNumber(row engine.Scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

func scanText(row engine.Scanner) (t string, err error) {
	err = row.Scan(&t)
	return t, err
}

// cached reads (version, body) rows of a table that the engine may cache.
func cached[T any](tx *tx, table string, scan func(engine.Scanner) (T, error), query string, args ...any) ([]T, error) {
	if err := tx.Usable(); err != nil {
		return nil, err
	}
	if nouns, ok := tx.Cache.Rows(table, query, args); ok {
		return nouns.([]T), nil
	}
	list, err := all(tx, scan, query, args...)
	if err == nil {
		tx.Cache.StoreRows(table, query, args, list)
	}
	return list, err
}

// scanBody reads (version, body) into a noun.
func scanBody[T any](version func(*T) *int64) func(engine.Scanner) (T, error) {
	return func(row engine.Scanner) (noun T, err error) {
		var body sql.RawBytes // decoding copies what it needs
		var v int64
		if err := row.Scan(&v, &body); err != nil {
			return noun, err
		}
		return decode(body, v, version)
	}
}

// decode is the noun of a stored body.
func decode[T any](body []byte, v int64, version func(*T) *int64) (noun T, err error) {
	if err := json.Unmarshal(body, &noun); err != nil {
		return noun, fmt.Errorf("a body is not what its noun is: %w", err)
	}
	*version(&noun) = v
	return noun, nil
}

// stored is a noun as its table has it.
type stored struct {
	version int64
	body    string
}

func scanStored(row engine.Scanner) (s stored, err error) {
	err = row.Scan(&s.version, &s.body)
	return s, err
}

// encode gives the body that is stored.
func encode(noun any) (string, error) {
	var body strings.Builder // unlike Marshal, it is written once and not copied
	if err := json.NewEncoder(&body).Encode(noun); err != nil {
		return "", internal("encoding %T: %w", noun, err)
	}
	return strings.TrimSuffix(body.String(), "\n"), nil
}

// swap is compare-and-swap: it inserts at version 0, else replaces exactly that
// version, and sets the noun's new one. what is the noun's name in a sentence.
func (tx *tx) swap(row engine.Row, what string, version *int64, insert, replace func() (int64, error)) error {
	old, write := *version, replace
	if old == 0 {
		write = insert
	}
	n, err := write()
	if err != nil {
		return err
	}
	if n == 0 {
		tx.Races.Refused(row, old)
		how := "was changed meanwhile"
		if old == 0 {
			how = "exists already"
		}
		return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The " + what + " " + how + ", or something unique to it is taken.", Err: store.ErrStale}
	}
	tx.OnUndo(func() { *version = old })
	*version = old + 1
	tx.Races.Saw(row, old+1)
	return nil
}

// micros is a time as it is stored, fromMicros back.
func micros(t time.Time) int64 { return engine.Micros(t) }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// orNull is a key as its column holds it: absent ones are NULL.
func orNull(v string) any {
	if v == "" {
		return nil
	}
	return v
}
