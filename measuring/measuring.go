// Package measuring counts what goes well and what does not: links that people start and
// finish and where they leave, collections and how long they take, by hour and by
// institution.
//
// It owns the counts and nothing that they are of. The flow: every few seconds Run reads
// what a tenant's feed has beyond a stored cursor, adds it up in memory, and writes the sums
// and the cursor in one transaction, so that each event counts once, whatever is killed.
// Counts hold ids of institutions and nothing of persons. They are notes of the store: one
// for each hour of a tenant, and one for each day and institution.
package measuring

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// owner is whose notes the counts are: no dialect has that name.
	owner = "measuring"
	// cursorKey is the note of how far the feed was counted.
	cursorKey = "cursor"
	// batch is how many events are counted in one transaction.
	batch = 500
	// interval is how often the feeds are looked at.
	interval = 5 * time.Second
	// hours and days are for how long counts are stored.
	hours, days = 100 * 24, 800
)

// Options is what Measuring works with.
type Options struct {
	Store store.Store
	Log   *slog.Logger
}

// Measuring counts. Make it with New; it is safe for concurrent use.
type Measuring struct{ o Options }

// New builds the verb on its ports.
func New(o Options) *Measuring {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Measuring{o}
}

// Run counts until ctx ends.
func (m *Measuring) Run(ctx context.Context) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		if err := m.countAll(ctx); err != nil && ctx.Err() == nil {
			m.o.Log.WarnContext(ctx, "counting what happened failed", "error", err)
		}
	}
}

// countAll counts what is new of every tenant.
func (m *Measuring) countAll(ctx context.Context) error {
	for after := fairlead.TenantID(""); ; {
		var page []fairlead.Tenant
		err := m.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Tenants.List(after, 100)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, t := range page {
			after = t.ID
			if err := m.Count(ctx, t.ID); err != nil {
				return err
			}
		}
	}
}

// Count brings a tenant's counts up to what is committed.
func (m *Measuring) Count(ctx context.Context, tenant fairlead.TenantID) error {
	for {
		var newest, at int64
		err := m.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			if newest, err = tx.Events.Last(tenant); err == nil {
				_, at, err = readCursor(tx, tenant)
			}
			return err
		})
		if err != nil || at >= newest {
			return in("counting", err)
		}
		if err := m.o.Store.Update(ctx, func(tx *store.Tx) error { return m.countPage(tx, tenant) }); err != nil {
			return in("counting", err)
		}
	}
}

// countPage counts one page of the feed.
func (m *Measuring) countPage(tx *store.Tx, tenant fairlead.TenantID) error {
	cursor, at, err := readCursor(tx, tenant)
	if err != nil {
		return err
	}
	page, err := tx.Events.After(tenant, store.EventQuery{Sequence: at, Limit: batch})
	if err != nil || len(page) == 0 {
		return err
	}
	sums := map[string]*Counts{}
	for _, e := range page {
		keys := []string{hourKey(e.At)}
		if e.Institution != "" {
			keys = append(keys, dayKey(e.At, e.Institution))
		}
		var into []*Counts
		for _, key := range keys {
			if sums[key] == nil {
				sums[key] = &Counts{}
			}
			into = append(into, sums[key])
		}
		if err := count(tx, e, into); err != nil {
			return err
		}
	}
	for key, sum := range sums {
		if sum.none() {
			continue
		}
		if err := change(tx, tenant, key, func(c *Counts) { c.Add(*sum) }); err != nil {
			return err
		}
	}
	cursor.Value = fmt.Appendf(nil, "%d", page[len(page)-1].Sequence)
	if err := tx.Notes.Put(&cursor); err != nil {
		return err
	}
	return forget(tx, tenant, page[0].At)
}

// readCursor reads how far a tenant's feed was counted.
func readCursor(tx *store.Tx, tenant fairlead.TenantID) (n fairlead.Note, at int64, err error) {
	n, err = tx.Notes.Get(tenant, owner, cursorKey)
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Note{Tenant: tenant, Dialect: owner, Key: cursorKey}, 0, nil
	}
	if err == nil {
		err = json.Unmarshal(n.Value, &at)
	}
	return n, at, err
}

// change adds to stored counts.
func change(tx *store.Tx, tenant fairlead.TenantID, key string, add func(*Counts)) error {
	n, c, err := read(tx, tenant, key)
	if err != nil {
		return err
	}
	add(&c)
	if n.Value, err = json.Marshal(c); err != nil {
		return err
	}
	return tx.Notes.Put(&n)
}

// read reads stored counts; where there are none they are zero.
func read(tx *store.Tx, tenant fairlead.TenantID, key string) (n fairlead.Note, c Counts, err error) {
	n, err = tx.Notes.Get(tenant, owner, key)
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Note{Tenant: tenant, Dialect: owner, Key: key}, c, nil
	}
	if err == nil {
		err = json.Unmarshal(n.Value, &c)
	}
	return n, c, err
}

// forget deletes a few of the counts that are too old, at each page.
func forget(tx *store.Tx, tenant fairlead.TenantID, now time.Time) error {
	for prefix, before := range map[string]string{
		hourPrefix: hourKey(now.Add(-hours * time.Hour)), dayPrefix: dayKey(now.AddDate(0, 0, -days), ""),
	} {
		old, err := tx.Notes.List(tenant, owner, prefix, "", 10)
		if err != nil {
			return err
		}
		for _, n := range old {
			if n.Key >= before {
				break
			}
			if err := tx.Notes.Delete(tenant, owner, n.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

const hourPrefix, dayPrefix = "hour/", "day/"

func hourKey(at time.Time) string { return hourPrefix + at.UTC().Format("2006-01-02T15") }

func dayKey(at time.Time, i fairlead.InstitutionID) string {
	return dayPrefix + at.UTC().Format(time.DateOnly) + "/" + string(i)
}

// Hour is the counts of one hour.
type Hour struct {
	At time.Time // its beginning
	Counts
}

// Hours returns the n hours that end with the one of to, oldest first, those in which
// nothing happened too. At most 31 days of them.
func (m *Measuring) Hours(ctx context.Context, tenant fairlead.TenantID, to time.Time, n int) ([]Hour, error) {
	n = min(n, 31*24)
	first := to.UTC().Truncate(time.Hour).Add(-time.Duration(n-1) * time.Hour)
	out := make([]Hour, n)
	at := map[string]int{}
	for i := range out {
		out[i].At = first.Add(time.Duration(i) * time.Hour)
		at[hourKey(out[i].At)] = i
	}
	last := hourKey(to)
	err := m.o.Store.View(ctx, func(tx *store.Tx) error {
		after := hourKey(first.Add(-time.Hour))
		for {
			page, err := tx.Notes.List(tenant, owner, hourPrefix, after, 200)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, note := range page {
				if after = note.Key; after > last {
					return nil
				}
				if i, ok := at[after]; ok {
					if err := json.Unmarshal(note.Value, &out[i].Counts); err != nil {
						return err
					}
				}
			}
		}
	})
	return out, in("reading hours", err)
}

// Day returns the counts of one day (UTC) by institution, at most 1000 of them.
func (m *Measuring) Day(ctx context.Context, tenant fairlead.TenantID, day time.Time) (map[fairlead.InstitutionID]Counts, error) {
	out := map[fairlead.InstitutionID]Counts{}
	prefix := dayKey(day, "")
	err := m.o.Store.View(ctx, func(tx *store.Tx) error {
		clear(out)
		page, err := tx.Notes.List(tenant, owner, prefix, "", 1000)
		for _, note := range page {
			var c Counts
			if err := json.Unmarshal(note.Value, &c); err != nil {
				return err
			}
			out[fairlead.InstitutionID(strings.TrimPrefix(note.Key, prefix))] = c
		}
		return err
	})
	return out, in("reading a day", err)
}

// Days returns an institution's counts of the n days (UTC) that end with the one of to,
// oldest first. At most 100 of them.
func (m *Measuring) Days(ctx context.Context, tenant fairlead.TenantID, i fairlead.InstitutionID, to time.Time, n int) ([]Counts, error) {
	n = min(n, 100)
	out := make([]Counts, n)
	err := m.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		for d := range n {
			if _, out[d], err = read(tx, tenant, dayKey(to.AddDate(0, 0, d-n+1), i)); err != nil {
				return err
			}
		}
		return nil
	})
	return out, in("reading days", err)
}

func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("measuring: %s: %w", doing, err)
}
