package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// events are a tenant's facts, in the order of their commits.
type events struct{ tx *tx }

func (t events) Append(e fairlead.Event) error {
	if e.Tenant == "" || e.ID == "" {
		return internal("an event without a tenant or an id")
	}
	if err := t.tx.Writable(); err != nil {
		return err
	}
	t.tx.Outbox.Events = append(t.tx.Outbox.Events, &e)
	return nil
}

// appends reports whether an event is appended in this transaction.
func (tx *tx) appends(id fairlead.EventID) bool {
	return slices.ContainsFunc(tx.Outbox.Events, func(e *fairlead.Event) bool { return e.ID == id })
}

func (tx *tx) insertEvent(e *fairlead.Event) error {
	body, err := encode(e)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO events (tenant, sequence, id, application, kind, subject, at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		string(e.Tenant), e.Sequence, string(e.ID), string(e.Application), string(e.Kind), e.Subject(), micros(e.At), body)
	if err == nil && n == 0 {
		return internal("an event with an id that is there already")
	}
	return err
}

func scanEvent(row engine.Scanner) (e fairlead.Event, err error) {
	var body sql.RawBytes // decoding copies what it needs
	if err := row.Scan(&body); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("a body is not an event: %w", err)
	}
	return e, nil
}

func (t events) Get(tenant fairlead.TenantID, id fairlead.EventID) (fairlead.Event, error) {
	e, found, err := one(t.tx, scanEvent, "SELECT body FROM events WHERE tenant = $1 AND id = $2", string(tenant), string(id))
	if err == nil && !found {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such event.")
	}
	return e, err
}

func (t events) Last(tenant fairlead.TenantID) (int64, error) {
	scan := func(row engine.Scanner) (sequence int64, err error) { return sequence, row.Scan(&sequence) }
	sequence, _, err := one(t.tx, scan, "SELECT sequence FROM events WHERE tenant = $1 ORDER BY sequence DESC LIMIT 1", string(tenant))
	return sequence, err
}

func (t events) Redact(tenant fairlead.TenantID, id fairlead.EventID) error {
	e, err := t.Get(tenant, id)
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	e.Reference, e.Request, e.Name = "", nil, ""
	body, err := encode(e)
	if err != nil {
		return err
	}
	_, err = t.tx.Exec("UPDATE events SET body = $3 WHERE tenant = $1 AND id = $2", string(tenant), string(id), body)
	return err
}

func (t events) After(tenant fairlead.TenantID, q store.EventQuery) ([]fairlead.Event, error) {
	w := newWhere("SELECT body FROM events WHERE tenant = $1", string(tenant))
	order := " ORDER BY sequence"
	switch {
	case q.Newest:
		order += " DESC"
		if q.Sequence > 0 {
			w.and("sequence < ?", q.Sequence)
		}
	default:
		w.and("sequence > ?", q.Sequence)
	}
	if q.Floor > 0 {
		w.and("sequence >= ?", q.Floor)
	}
	if q.Application != "" {
		w.and("application = ?", string(q.Application))
	}
	if q.Subject != "" {
		w.and("subject <> '' AND subject = ?", q.Subject)
	}
	andOneOf(w, "kind", q.Kinds)
	if !q.From.IsZero() || !q.To.IsZero() {
		andSpan(w, q)
	}
	return all(t.tx, scanEvent, w.text+order+w.limit(store.PageSize(q.Limit, 100, 1000)), w.args...)
}

// andSpan narrows to a time: first to the sequences that the index over time gives,
// so that neither end of a long feed is walked through.
func andSpan(w *where, q store.EventQuery) {
	at := ""
	if !q.From.IsZero() {
		w.and("at >= ?", micros(q.From))
		at += " AND at >= " + w.parameter(0)
	}
	if !q.To.IsZero() {
		w.and("at < ?", micros(q.To))
		at += " AND at < " + w.parameter(0)
	}
	w.text += " AND sequence >= (SELECT min(sequence) FROM events WHERE tenant = $1" + at + ")"
	w.text += " AND sequence <= (SELECT max(sequence) FROM events WHERE tenant = $1" + at + ")"
}
