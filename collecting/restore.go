package collecting

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// content is what a record says, apart from which one it is.
type content struct {
	noun  any // *fairlead.Transaction …
	ref   string
	day   fairlead.Date
	state string
}

// restore writes what some records are without the undone upload.
func (u *undoing) restore(ctx context.Context, keys []string) error {
	current, err := u.current(ctx, keys)
	if err != nil {
		return err
	}
	var b batch
	counts := map[fairlead.Product]fairlead.ProductCounts{}
	for _, key := range keys {
		rec, changed, err := u.remade(ctx, u.entries[key], current[key])
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if err := u.deleteBlob(ctx, rec); err != nil {
			return err
		}
		known := current[key].ID != ""
		b.add(rec, known && !current[key].Removed)
		count(counts, rec, known && !current[key].Removed)
	}
	if len(b.records) == 0 {
		return nil
	}
	return u.update(ctx, b.records, func(_ *store.Tx, _ *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		for p, n := range counts {
			sum := col.Products[p]
			sum.Pages, sum.Ended = sum.Pages+1, true
			sum.Added, sum.Changed, sum.Removed = sum.Added+n.Added, sum.Changed+n.Changed, sum.Removed+n.Removed
			col.Products[p] = sum
		}
		return nil, nil
	})
}

// count counts a record as its product's.
func count(counts map[fairlead.Product]fairlead.ProductCounts, rec fairlead.Record, live bool) {
	p := productOf(rec.Kind)
	n := counts[p]
	switch {
	case rec.Removed:
		n.Removed++
	case live:
		n.Changed++
	default:
		n.Added++
	}
	counts[p] = n
}

// productOf is the product that brings records of a kind.
func productOf(kind fairlead.RecordKind) fairlead.Product {
	switch kind {
	case fairlead.TransactionRecord:
		return fairlead.ProductTransactions
	case fairlead.SecurityRecord, fairlead.HoldingRecord:
		return fairlead.ProductHoldings
	case fairlead.InvestmentTransactionRecord:
		return fairlead.ProductInvestmentTransactions
	case fairlead.BillRecord:
		return fairlead.ProductBills
	case fairlead.LoanRecord:
		return fairlead.ProductLoans
	case fairlead.IdentityRecord:
		return fairlead.ProductIdentity
	case fairlead.DocumentRecord:
		return fairlead.ProductStatements
	}
	return fairlead.ProductAccounts
}

// current reads the records as they are now.
func (u *undoing) current(ctx context.Context, keys []string) (map[string]fairlead.Record, error) {
	var ids []fairlead.RecordID
	for _, key := range keys {
		if key[0] != '~' {
			ids = append(ids, fairlead.RecordID(key))
		}
	}
	records, err := u.convert.lookup.byIDs(ctx, ids)
	found := map[string]fairlead.Record{}
	for _, rec := range records {
		found[string(rec.ID)] = rec
	}
	return found, err
}

// remade is a record as the other uploads make it, and whether that is another than the
// present one, which is zero where there is none.
func (u *undoing) remade(ctx context.Context, entries []logEntry, now fairlead.Record) (fairlead.Record, bool, error) {
	said, live, err := u.fold(ctx, entries, now)
	switch {
	case err != nil:
		return now, false, err
	case !live && (now.ID == "" || now.Removed):
		return now, false, nil
	case !live:
		now.Version, now.Changed = now.Version+1, u.now
		now.Removed, now.Reason = true, undone
		return now, true, nil
	}
	a := &incoming{noun: said.noun, hasID: !isFingerprint(said.ref)}
	a.record.Kind, a.record.Ref, a.record.Account = entries[0].Kind, said.ref, entries[0].Account
	if err := a.encode(); err != nil {
		return now, false, err
	}
	rec := now
	if now.ID == "" {
		rec = a.record
		rec.Tenant, rec.Connection, rec.DuplicateIndex = u.tenant.ID, u.conn.ID, entries[0].Nth
		if rec.ID, err = u.convert.newID(ctx, a, entries[0].Nth); err != nil {
			return rec, false, err
		}
	}
	rec.Body, rec.Sealed, rec.Ref, rec.Day, rec.State, rec.Removed = a.record.Body, nil, said.ref, said.day, said.state, false
	if err := u.convert.sealInto(&rec, a.private, now); err != nil {
		return rec, false, err
	}
	if now.ID != "" && same(rec, now) {
		return now, false, nil
	}
	rec.Version, rec.Changed, rec.Reason = now.Version+1, u.now, undone
	return rec, true, nil
}

// fold makes what a record says of what was stored before the first upload, and of what those
// that count say.
func (u *undoing) fold(ctx context.Context, entries []logEntry, now fairlead.Record) (out content, live bool, err error) {
	versions, err := u.versions(ctx, entries, now)
	if err != nil {
		return out, false, err
	}
	if before := entries[0].Before; before > 0 && !versions[before].Removed {
		if out, err = u.contentOf(versions[before]); err != nil {
			return out, false, err
		}
		live = true
	}
	of, last := u.lists[listKey(entries, now)], 0
	for _, e := range entries {
		if !e.counts {
			continue
		}
		said, err := u.said(e, versions)
		if err != nil {
			return out, false, err
		}
		live = live && !(listOf(e.Kind, out.state) != "" && of.misses(last, e.number))
		stale := e.List != "" && of.isStale(e.number)
		switch {
		case live && e.Kind == fairlead.HoldingRecord && stale:
		case live:
			out = mergeContent(out, said)
		case !stale:
			out, live = said, true
		}
		last = e.number
	}
	return out, live && !(listOf(entries[0].Kind, out.state) != "" && of.misses(last, math.MaxInt)), nil
}

// listKey is the list that a record may be on, and its account.
func listKey(entries []logEntry, now fairlead.Record) listed {
	key := listed{List: pendingDay, Account: now.Account}
	if entries[0].Kind == fairlead.HoldingRecord {
		key.List = holdingDay
	}
	for _, e := range entries {
		if e.Account != "" {
			key.Account = e.Account
		}
	}
	return key
}

// versions reads the versions of a record that its entries name.
func (u *undoing) versions(ctx context.Context, entries []logEntry, now fairlead.Record) (map[int]fairlead.Record, error) {
	wanted := map[int]bool{}
	if entries[0].Before > 0 {
		wanted[entries[0].Before] = true
	}
	for _, e := range entries {
		if e.counts && e.Body == nil {
			wanted[e.Version] = true
		}
	}
	found := map[int]fairlead.Record{}
	if wanted[now.Version] {
		found[now.Version] = now
	}
	if len(wanted) == len(found) {
		return found, nil
	}
	err := u.o.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Records.Versions(u.tenant.ID, now.ID)
		for _, rec := range all {
			if wanted[rec.Version] {
				found[rec.Version] = rec
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("collecting: reading versions: %w", err)
	}
	if len(found) != len(wanted) {
		return nil, fmt.Errorf("collecting: a version that an upload speaks of is missing")
	}
	return found, nil
}

// said is what an upload said of a record.
func (u *undoing) said(e logEntry, versions map[int]fairlead.Record) (content, error) {
	if e.Body == nil {
		return u.contentOf(versions[e.Version])
	}
	return decode(e.Kind, e.Ref, e.Body, e.Private)
}

// contentOf is what a stored record says.
func (u *undoing) contentOf(rec fairlead.Record) (content, error) {
	private, err := u.convert.openPrivate(rec)
	if err != nil {
		return content{}, err
	}
	c, err := decode(rec.Kind, rec.Ref, rec.Body, private)
	c.day, c.state = rec.Day, rec.State
	return c, err
}

// decode makes a content of a noun in its two parts.
func decode(kind fairlead.RecordKind, ref string, body, private []byte) (content, error) {
	c := content{noun: nounOf(kind), ref: ref}
	if err := json.Unmarshal(body, c.noun); err != nil {
		return c, fmt.Errorf("collecting: reading what an upload said: %w", err)
	}
	if err := sealing.Join(c.noun, private); err != nil {
		return c, fmt.Errorf("collecting: reading what an upload said: %w", err)
	}
	switch n := c.noun.(type) {
	case *fairlead.Transaction:
		c.day, c.state = n.Booked, string(n.State)
	case *fairlead.InvestmentTransaction:
		c.day = n.Traded
	case *fairlead.Account:
		c.state = n.Status
	case *fairlead.CardBill:
		c.day, c.state = n.Closes, n.State
	case *fairlead.Document:
		c.day, c.state = n.Issued, n.Kind
	}
	return c, nil
}

func nounOf(kind fairlead.RecordKind) any {
	switch kind {
	case fairlead.TransactionRecord:
		return &fairlead.Transaction{}
	case fairlead.BillRecord:
		return &fairlead.CardBill{}
	case fairlead.LoanRecord:
		return &fairlead.Loan{}
	case fairlead.SecurityRecord:
		return &fairlead.Security{}
	case fairlead.HoldingRecord:
		return &fairlead.Holding{}
	case fairlead.InvestmentTransactionRecord:
		return &fairlead.InvestmentTransaction{}
	case fairlead.IdentityRecord:
		return &fairlead.Identity{}
	case fairlead.DocumentRecord:
		return &fairlead.Document{}
	}
	return &fairlead.Account{}
}

// mergeContent is a record with what another upload says of it, as merge does it when the
// upload comes.
func mergeContent(was, said content) content {
	switch before := was.noun.(type) {
	case *fairlead.Transaction:
		now := mergeTransaction(*before, *said.noun.(*fairlead.Transaction))
		return content{&now, refOf(now.Ref, was.ref, said.ref), now.Booked, string(now.State)}
	case *fairlead.InvestmentTransaction:
		now := mergeInvestment(*before, *said.noun.(*fairlead.InvestmentTransaction))
		return content{&now, refOf(now.Ref, was.ref, said.ref), now.Traded, ""}
	case *fairlead.Account:
		now := mergeAccount(*before, *said.noun.(*fairlead.Account))
		return content{&now, said.ref, fairlead.Date{}, now.Status}
	}
	return said
}

// refOf is the ref of a merged row: mergedRef.
func refOf(ref, was, said string) string {
	switch {
	case ref != "":
		return ref
	case !isFingerprint(said):
		return was
	}
	return said
}

// deleteBlob deletes the file of a document that goes. It does so before the record is
// written: nobody would find it afterwards.
func (u *undoing) deleteBlob(ctx context.Context, rec fairlead.Record) error {
	if rec.Kind != fairlead.DocumentRecord || !rec.Removed {
		return nil
	}
	var d fairlead.Document
	if json.Unmarshal(rec.Body, &d) != nil || d.Blob == "" {
		return nil
	}
	return u.o.Bucket.Delete(ctx, d.Blob)
}

// settle takes back what the undone upload alone did to the connection itself.
func (u *undoing) settle(ctx context.Context) error {
	newest, moved := u.newestLeft()
	accounts, fewer, err := u.accountsLeft(ctx)
	if err != nil || !moved && !fewer {
		return err
	}
	return u.update(ctx, nil, func(_ *store.Tx, conn *fairlead.Connection, _ *fairlead.Collection) ([]fairlead.Event, error) {
		conn.Newest, conn.Accounts = newest, accounts
		return nil, nil
	})
}

// newestLeft are the latest days without those that the undone upload alone had.
func (u *undoing) newestLeft() (newest map[string]time.Time, changed bool) {
	newest = maps.Clone(u.conn.Newest)
	for key, day := range u.undone {
		if !newest[key].Equal(day) || u.days[key].Equal(day) {
			continue
		}
		changed = true
		if newest[key] = u.days[key]; newest[key].IsZero() {
			delete(newest, key)
		}
	}
	return newest, changed
}

// accountsLeft are the chosen accounts without those that the connection got by the undone
// upload and that no other has: a later file of them is offered again, as it was before.
func (u *undoing) accountsLeft(ctx context.Context) (accounts []string, changed bool, err error) {
	if len(u.added) == 0 {
		return u.conn.Accounts, false, nil
	}
	var live []string
	_, err = u.convert.lookup.list(ctx, store.RecordQuery{Kind: fairlead.AccountRecord}, func(rec fairlead.Record) bool {
		live = append(live, rec.Ref)
		return false
	})
	if err != nil {
		return nil, false, err
	}
	gone := func(ref string) bool { return u.added[ref] && !slices.Contains(live, ref) }
	if !slices.ContainsFunc(slices.Collect(maps.Keys(u.added)), gone) {
		return u.conn.Accounts, false, nil
	}
	if accounts = slices.DeleteFunc(slices.Clone(u.conn.Accounts), gone); len(u.conn.Accounts) == 0 {
		accounts = live
	}
	if len(accounts) == 0 { // which would be all
		return u.conn.Accounts, false, nil
	}
	return accounts, true, nil
}
