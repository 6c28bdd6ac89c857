package sqlstore

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// told is what is written at the end of a transaction: work that is due, and
// events and their notices, which get their place in the order of events.
type told struct {
	dues    dues
	wakes   bool // something may be due after the commit
	events  []*fairlead.Event
	notices []*fairlead.Delivery // of those events
}

func (t *told) add(more told) {
	t.dues = append(t.dues, more.dues...)
	t.events, t.notices = append(t.events, more.events...), append(t.notices, more.notices...)
}

// tells whether an event is among them.
func (t *told) tells(id fairlead.EventID) bool {
	return slices.ContainsFunc(t.events, func(e *fairlead.Event) bool { return e.ID == id })
}

// events keeps the tenant's facts, ordered by the commit that told them.
type events struct{ s *session }

func (d events) Append(e fairlead.Event) error {
	if e.Tenant == "" || e.ID == "" {
		return internal("an event without a tenant or an id")
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	d.s.events = append(d.s.events, &e)
	return nil
}

// flushTold gives each event its sequence, and the notices of it their place. The
// tenant's counter row stays locked until the commit, so that no later sequence
// can be seen before.
func (s *session) flushTold(t told) error {
	s.told = t
	if err := s.flushDues(); err != nil {
		return err
	}
	places := make(map[fairlead.EventID]int64, len(t.events))
	// One order of tenants everywhere, so that two transactions never wait for one
	// another's rows.
	slices.SortStableFunc(t.events, func(a, b *fairlead.Event) int { return cmp.Compare(a.Tenant, b.Tenant) })
	for rest := t.events; len(rest) > 0; {
		tenant, n := rest[0].Tenant, 1
		for n < len(rest) && rest[n].Tenant == tenant {
			n++
		}
		own := rest[:n]
		rest = rest[n:]
		last, err := s.bump(`INSERT INTO event_feeds (tenant, n) VALUES ($1, $2)
			ON CONFLICT (tenant) DO UPDATE SET n = event_feeds.n + excluded.n RETURNING n`, string(tenant), len(own))
		if err != nil {
			return err
		}
		for i, e := range own {
			e.Sequence = last - int64(len(own)) + int64(i) + 1
			if err := s.writeEvent(e); err != nil {
				return err
			}
			places[e.ID] = e.Sequence
		}
	}
	for _, n := range t.notices {
		n.Sequence, n.Version = places[n.Event], 0
		if err := (drawer[fairlead.Delivery]{s, s.tables.notices}).Put(n.Tenant, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) writeEvent(e *fairlead.Event) error {
	body, err := encode(e)
	if err != nil {
		return err
	}
	n, err := s.exec(`INSERT INTO events (tenant, sequence, id, application, kind, subject, at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		string(e.Tenant), e.Sequence, string(e.ID), string(e.Application), string(e.Kind), e.Subject(), instant(e.At), body)
	if err == nil && n == 0 {
		return internal("an event with an id that was told already")
	}
	return err
}

// tenantsOf lists the tenants of things once each, in one order everywhere, so
// that two transactions never wait for one another's rows.
func tenantsOf[T any](things []T, tenant func(T) fairlead.TenantID) []fairlead.TenantID {
	var list []fairlead.TenantID
	for _, t := range things {
		list = append(list, tenant(t))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func scanEvent(row scanner) (e fairlead.Event, err error) {
	var body sql.RawBytes // decoding copies what it keeps
	if err := row.Scan(&body); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("a body is not an event: %w", err)
	}
	return e, nil
}

func (d events) Get(tenant fairlead.TenantID, id fairlead.EventID) (fairlead.Event, error) {
	e, found, err := one(d.s, scanEvent, "SELECT body FROM events WHERE tenant = $1 AND id = $2", string(tenant), string(id))
	if err == nil && !found {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such event.")
	}
	return e, err
}

func (d events) Redact(tenant fairlead.TenantID, id fairlead.EventID) error {
	e, err := d.Get(tenant, id)
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	e.Reference, e.Request = "", nil
	body, err := encode(e)
	if err != nil {
		return err
	}
	_, err = d.s.exec("UPDATE events SET body = $3 WHERE tenant = $1 AND id = $2", string(tenant), string(id), body)
	return err
}

func (d events) After(tenant fairlead.TenantID, q store.EventQuery) ([]fairlead.Event, error) {
	b := newCondition("SELECT body FROM events WHERE tenant = $1", string(tenant))
	b.and("sequence > ?", q.Sequence)
	if q.Application != "" {
		b.and("application = ?", string(q.Application))
	}
	if q.Subject != "" {
		b.and("subject <> '' AND subject = ?", q.Subject)
	}
	in(b, "kind", q.Kinds)
	if !q.From.IsZero() || !q.To.IsZero() {
		d.span(b, q)
	}
	return all(d.s, scanEvent, b.text+" ORDER BY sequence"+b.limit(pageSize(q.Limit, 100, 1000)), b.args...)
}

// span narrows to a time: first to the sequences that the index over time gives,
// so that neither end of a long feed is walked through.
func (d events) span(b *condition, q store.EventQuery) {
	at := ""
	if !q.From.IsZero() {
		b.and("at >= ?", instant(q.From))
		at += " AND at >= $" + strconv.Itoa(len(b.args))
	}
	if !q.To.IsZero() {
		b.and("at < ?", instant(q.To))
		at += " AND at < $" + strconv.Itoa(len(b.args))
	}
	b.text += " AND sequence >= (SELECT min(sequence) FROM events WHERE tenant = $1" + at + ")"
	b.text += " AND sequence <= (SELECT max(sequence) FROM events WHERE tenant = $1" + at + ")"
}
