package collecting

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// An upload is undone by making each record that it had a part in anew of what the other
// uploads say of it, in the order in which they were read, on top of what was stored before
// the first of them. See docs/decisions/0014. It may be cut at any instant and begun anew:
// what records should be hangs on the logs alone.

// undoPage is how many records one transaction of an undo writes.
const undoPage = 200

// undone is the reason of the versions that an undo makes.
const undone = "undone"

// Undo takes an upload back: a collection of its own, which waits for those before it.
// NotFound: the connection has no such collection. Conflict: it is no upload, has not ended,
// is undone already, or the connection is disconnected.
func (c *Collecting) Undo(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, upload fairlead.CollectionID) (fairlead.Collection, error) {
	now, err := c.time(ctx, tenant)
	if err != nil {
		return fairlead.Collection{}, err
	}
	made := fairlead.CollectionID(fairlead.NewID("col", now))
	var put fairlead.Collection
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(tenant, string(id))
		if err == nil {
			err = conn.Found(ctx)
		}
		if err != nil {
			return err
		}
		col, err := tx.Collections.Get(tenant, string(upload))
		if err == nil && col.Connection != id {
			err = fairlead.Errorf(fairlead.NotFound, "There is no such collection.")
		}
		if err == nil {
			err = undoable(conn, col)
		}
		if err != nil {
			return err
		}
		col.Undone = made
		if err := tx.Collections.Put(tenant, &col); err != nil {
			return err
		}
		put = fairlead.Collection{ID: made, Tenant: tenant, Connection: id, Cause: fairlead.CauseUndo, Undoes: upload}
		return enqueue(tx, &conn, &put, now)
	})
	return put, err
}

// undoable says what keeps a collection from being undone.
func undoable(conn fairlead.Connection, col fairlead.Collection) error {
	switch {
	case conn.Status == fairlead.ConnectionDisconnected:
		return fairlead.Errorf(fairlead.Conflict, "The connection has been disconnected.")
	case col.File == nil || !conn.Uploaded:
		return fairlead.Errorf(fairlead.Conflict, "Only uploads can be undone.")
	case col.Undone != "":
		return fairlead.Errorf(fairlead.Conflict, "The upload is undone already.")
	case col.Ended.IsZero():
		return fairlead.Errorf(fairlead.Conflict, "The upload has not ended.")
	case col.Number == 0:
		return fairlead.Errorf(fairlead.Conflict, "Nothing is known any more of what this upload changed.")
	}
	return nil
}

// logEntry is a claim with the upload that made it.
type logEntry struct {
	claim
	number int
	counts bool // the upload is not undone
}

// undoing is an undo under way.
type undoing struct {
	*run
	uploads []fairlead.Collection // of the connection, in their order
	touched map[string]bool       // records by id, or by what is stored of them nowhere
	stored  map[string]string     // the record of what was stored nowhere, if there is one by now
	changed map[listed]bool       // lists that the undone upload had; without a day
	lists   map[listed]*lists     // of those that count; without a day
	entries map[string][]logEntry
	days    map[string]time.Time // of the uploads that count
	undone  map[string]time.Time // of the one that is undone
	added   map[string]bool      // refs of accounts that the connection got by that one
}

// lists are an account's pending rows, or positions, as uploads listed them.
type lists struct {
	all      []*list
	complete []int        // numbers of the uploads whose list was complete, and not stale
	stale    map[int]bool // numbers of those that came after a later one
}

// list is that of one upload.
type list struct {
	number   int
	day      time.Time
	complete bool
}

// misses reports whether an upload between two others had a complete list. One that has the
// record is among neither.
func (l *lists) misses(after, before int) bool {
	if l == nil {
		return false
	}
	n, _ := slices.BinarySearch(l.complete, after+1)
	return n < len(l.complete) && l.complete[n] < before
}

func (l *lists) isStale(number int) bool { return l != nil && l.stale[number] }

// undo takes an upload back, and ends the collection.
func (r *run) undo(ctx context.Context) error {
	u := &undoing{
		run: r, touched: map[string]bool{}, changed: map[listed]bool{}, lists: map[listed]*lists{}, entries: map[string][]logEntry{}, stored: map[string]string{},
		days: map[string]time.Time{}, undone: map[string]time.Time{}, added: map[string]bool{},
	}
	if err := u.readUploads(ctx); err != nil {
		return err
	}
	for _, pass := range []func(fairlead.Collection, uploadLog){u.noteUndone, u.noteLists, u.noteEntries} {
		for _, col := range u.uploads {
			if err := r.readLog(ctx, col.ID, func(log uploadLog) { pass(col, log) }); err != nil {
				return err
			}
		}
		if err := u.findStored(ctx); err != nil {
			return err
		}
	}
	u.judgeLists()
	keys := slices.Sorted(maps.Keys(u.entries))
	for part := range slices.Chunk(keys, min(undoPage, r.o.PageSize)) {
		if err := u.restore(ctx, part); err != nil {
			return err
		}
	}
	if err := u.settle(ctx); err != nil {
		return err
	}
	return r.end(ctx, halt{})
}

// readUploads lists the connection's uploads in the order in which they were read.
func (u *undoing) readUploads(ctx context.Context) error {
	q := store.Query{Where: []store.Match{store.By(store.ByConnection, string(u.conn.ID))}, Limit: 1000}
	collections := func(tx *store.Tx) store.Table[fairlead.Collection] { return tx.Collections }
	for page, err := range store.Pages(ctx, u.o.Store, collections, u.tenant.ID, q) {
		if err != nil {
			return fmt.Errorf("collecting: reading collections: %w", err)
		}
		for _, col := range page {
			if col.Number > 0 {
				u.uploads = append(u.uploads, col)
			}
		}
	}
	slices.SortFunc(u.uploads, func(a, b fairlead.Collection) int { return a.Number - b.Number })
	return nil
}

// key names what a claim is of: a record, or what is stored of it nowhere.
func (c claim) key() string {
	if c.Record != "" {
		return string(c.Record)
	}
	return "~" + strings.Join([]string{string(c.Kind), string(c.Account), strconv.Itoa(c.Nth), c.Ref}, " ")
}

// noteUndone takes from the log of the undone upload which records it had a part in.
func (u *undoing) noteUndone(col fairlead.Collection, log uploadLog) {
	if col.ID != u.col.Undoes {
		return
	}
	for _, c := range log.Claims {
		u.touched[c.key()] = true
		if c.List != "" {
			u.changed[listed{List: c.List, Account: c.Account}] = true
		}
	}
	for _, l := range log.Lists {
		u.changed[listed{List: l.List, Account: l.Account}] = true
	}
	maps.Copy(u.undone, log.Days)
	for _, ref := range log.Added {
		u.added[ref] = true
	}
}

// noteLists adds the records of lists that change, and gathers the lists.
func (u *undoing) noteLists(col fairlead.Collection, log uploadLog) {
	counts := col.Undone == ""
	for _, c := range log.Claims {
		if c.List == "" {
			continue
		}
		at := listed{List: c.List, Account: c.Account}
		if u.changed[at] {
			u.touched[c.key()] = true
		}
		if counts {
			u.list(at, col.Number, c.Day)
		}
	}
	if !counts {
		return
	}
	for _, l := range log.Lists {
		u.list(listed{List: l.List, Account: l.Account}, col.Number, l.Day).complete = true
	}
	for key, day := range log.Days {
		if day.After(u.days[key]) {
			u.days[key] = day
		}
	}
}

// list is an upload's list of an account.
func (u *undoing) list(at listed, number int, day time.Time) *list {
	of := u.lists[at]
	if of == nil {
		of = &lists{stale: map[int]bool{}}
		u.lists[at] = of
	}
	if n := len(of.all) - 1; n < 0 || of.all[n].number != number {
		of.all = append(of.all, &list{number: number, day: day})
	}
	return of.all[len(of.all)-1]
}

// judgeLists finds which lists counted when they were read.
func (u *undoing) judgeLists() {
	for _, of := range u.lists {
		var newest time.Time
		for _, l := range of.all {
			switch {
			case !l.day.IsZero() && l.day.Before(newest):
				of.stale[l.number] = true
				continue
			case l.complete:
				of.complete = append(of.complete, l.number)
			}
			if l.day.After(newest) {
				newest = l.day
			}
		}
	}
}

// noteEntries gathers what all uploads say of the records.
func (u *undoing) noteEntries(col fairlead.Collection, log uploadLog) {
	for _, c := range log.Claims {
		key := c.key()
		if id := u.stored[key]; id != "" {
			key = id
		}
		if u.touched[key] {
			u.note(key, logEntry{claim: c, number: col.Number, counts: col.Undone == ""})
		}
	}
}

// note adds what an upload says of a record, unless that is what the one before it said: a
// file that is brought again and again costs no more than once.
func (u *undoing) note(key string, e logEntry) {
	all := u.entries[key]
	if n := len(all) - 1; n >= 0 && e.List == "" && e.Body == nil {
		before := all[n]
		if !e.counts || before.counts && before.List == "" && before.Body == nil && before.Version == e.Version {
			return
		}
	}
	u.entries[key] = append(all, e)
}

// findStored looks for records of what was refused when it came, and came again since.
func (u *undoing) findStored(ctx context.Context) error {
	refs := map[fairlead.RecordKind][]refKey{}
	var keys []string
	for key := range u.touched {
		if refused, ok := strings.CutPrefix(key, "~"); ok && u.stored[key] == "" {
			part := strings.SplitN(refused, " ", 4)
			kind := fairlead.RecordKind(part[0])
			keys, refs[kind] = append(keys, key), append(refs[kind], refKey{fairlead.RecordID(part[1]), part[3]})
		}
	}
	found := map[string]string{}
	for kind, refs := range refs {
		slices.SortFunc(refs, refKey.compare)
		records, err := u.convert.lookup.withRefs(ctx, kind, slices.Compact(refs))
		if err != nil {
			return err
		}
		slices.SortFunc(records, func(a, b fairlead.Record) int { // as claim.Nth counts them
			return cmp.Or(cmp.Compare(a.DuplicateIndex, b.DuplicateIndex), strings.Compare(string(a.ID), string(b.ID)))
		})
		nth := map[refKey]int{}
		for _, rec := range records {
			at := refKey{rec.Account, rec.Ref}
			found[claim{Kind: kind, Account: rec.Account, Ref: rec.Ref, Nth: nth[at]}.key()] = string(rec.ID)
			nth[at]++
		}
	}
	for _, key := range keys {
		if id := found[key]; id != "" {
			u.stored[key], u.touched[id] = id, true
		}
	}
	return nil
}
