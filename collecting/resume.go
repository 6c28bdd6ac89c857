package collecting

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// A collection may be cut at any instant, and another process goes on from the cursor.
// What it does there must not depend on what the first one had in memory. So all that a
// page leaves in memory for those after it is stored in the transaction that moves the
// cursor past it: a store.CollectionPage. The stored ones, in their order, over what is
// read from the records, make the memory of the run that was cut.

// resume reads what the runs before this one have met.
func (r *run) resume(ctx context.Context) error {
	err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if r.before, err = lifecycle.CollectionPages(tx, r.tenant.ID, r.col.ID); err != nil || r.col.Number == 0 {
			return err
		}
		logged, err := lifecycle.UploadPages(tx, r.tenant.ID, r.col.ID)
		r.logged = len(logged)
		return err
	})
	if err != nil {
		return fmt.Errorf("collecting: reading what was met: %w", err)
	}
	r.stored = len(r.before)
	return nil
}

// load reads what pages are matched with besides records.
func (r *run) load(ctx context.Context) error {
	if err := r.convert.load(ctx); err != nil {
		return err
	}
	r.convert.restore(r.before)
	r.before = nil
	return nil
}

// forget deletes what a collection has met: it has ended.
func (r *run) forget(tx *store.Tx) error {
	for n := range r.stored {
		if err := tx.CollectionPages.Delete(r.tenant.ID, store.CollectionPageID(r.col.ID, n)); err != nil {
			return err
		}
	}
	return nil
}

// loaded begins what is new: the first page to be stored has all that the records said
// when the collection began, which those it writes may change.
func (m *memory) loaded() {
	m.newAccounts, m.newSecurities = maps.Clone(m.accounts), maps.Clone(m.securities)
}

// memory is what of a converter later pages depend on, with what of it is not stored yet.
type memory struct {
	seen           *seen
	accounts       map[string]fairlead.RecordID          // by the institution's id
	securities     map[string]fairlead.RecordID          // by the institution's id
	accountRecords map[fairlead.RecordID]fairlead.Record // live ones
	facts          map[fairlead.RecordID]accountFacts
	days           map[string]time.Time // of the file, by what and account
	newDays        map[string]time.Time
	newAccounts    map[string]fairlead.RecordID
	newSecurities  map[string]fairlead.RecordID
}

func newMemory() memory {
	return memory{
		seen: newSeen(), accounts: map[string]fairlead.RecordID{}, securities: map[string]fairlead.RecordID{},
		accountRecords: map[fairlead.RecordID]fairlead.Record{}, facts: map[fairlead.RecordID]accountFacts{}, days: map[string]time.Time{}, newDays: map[string]time.Time{},
		newAccounts: map[string]fairlead.RecordID{}, newSecurities: map[string]fairlead.RecordID{},
	}
}

func (m *memory) setAccount(ref string, id fairlead.RecordID) {
	if m.accounts[ref] != id {
		m.accounts[ref], m.newAccounts[ref] = id, id
	}
}

// leaveOut notes that nothing of an account is stored in this collection.
func (m *memory) leaveOut(ref string) { m.accounts[ref], m.newAccounts[ref] = "", "" }

func (m *memory) setSecurity(ref string, id fairlead.RecordID) {
	if m.securities[ref] != id {
		m.securities[ref], m.newSecurities[ref] = id, id
	}
}

// restore makes the memory that the pages were stored of.
func (c *converter) restore(pages []store.CollectionPage) {
	for _, p := range pages {
		c.seen.restore(p.Seen)
		maps.Copy(c.accounts, p.Accounts)
		maps.Copy(c.securities, p.Securities)
		maps.Copy(c.days, p.Days)
		for _, key := range p.Empty {
			kind, account, _ := strings.Cut(key, " ")
			c.lookup.empty[accountKind{fairlead.RecordKind(kind), fairlead.RecordID(account)}] = true
		}
	}
	if len(pages) > 0 {
		c.rows.resumed = true
		clear(c.newAccounts)
		clear(c.newSecurities)
	}
}

// unstored is what was met since the last page was stored; nil: nothing.
func (c *converter) unstored(id string) *store.CollectionPage {
	if len(c.seen.fresh) == 0 && len(c.newAccounts) == 0 && len(c.newSecurities) == 0 && len(c.newDays) == 0 && len(c.lookup.newlyEmpty) == 0 {
		return nil
	}
	return &store.CollectionPage{
		ID: id, Tenant: c.tenant.ID, Seen: c.seen.fresh, Accounts: c.newAccounts, Securities: c.newSecurities, Empty: c.lookup.newlyEmpty,
		Days: c.newDays,
	}
}

// storedAll says that what was unstored has committed.
func (c *converter) storedAll() {
	c.seen.fresh, c.lookup.newlyEmpty = nil, nil
	c.newAccounts, c.newSecurities = map[string]fairlead.RecordID{}, map[string]fairlead.RecordID{}
	c.newDays = map[string]time.Time{}
}
