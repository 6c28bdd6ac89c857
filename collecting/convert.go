package collecting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// converter makes records of the pages of one run. It writes nothing.
type converter struct {
	tenant fairlead.Tenant
	now    time.Time
	clock  fairlead.Clock
	conn   *fairlead.Connection // the run's, as last committed
	sealer sealing.Sealer
	lookup *storeLookup
	memory
	documents  documents
	reselected []string       // new ids of chosen accounts, which the institution has renamed
	rows       *rows          // of files
	log        uploadLog      // what was not logged yet
	issued     map[refKey]int // how many records of a ref were named
	listed     map[refKey]int // how many of a ref were on lists
	digests    *digests       // nil: nothing has one
	keys       keyLookup
	keyed      map[accountKind]*readKeys
	redigested []fairlead.Record // that are as they came, with their digests, which are to be stored
	// Of the page that is being matched.
	of      accountPage
	renamed map[string]string          // the new ref of a chosen account, by the old one
	unclear map[fairlead.RecordID]bool // stored accounts that one that was left out could be
}

func newConverter(c *Collecting, tenant fairlead.Tenant, now time.Time, conn *fairlead.Connection) *converter {
	made := &converter{
		issued: map[refKey]int{}, listed: map[refKey]int{}, keyed: map[accountKind]*readKeys{}, tenant: tenant, now: now, clock: c.o.Clock, conn: conn, sealer: c.sealer, memory: newMemory(),
		lookup:    &storeLookup{store: c.o.Store, tenant: tenant.ID, connection: conn.ID, empty: map[accountKind]bool{}},
		documents: newDocuments(c.sealer, c.o.Log, now, *conn),
	}
	made.lookup.open, made.keys = made.openPrivate, made.lookup
	made.rows = made.newRows(made.lookup)
	return made
}

// load reads what records hang on.
func (c *converter) load(ctx context.Context) error {
	defer c.loaded()
	c.documents.read = false
	var err error
	if c.digests, err = newDigests(c.sealer, *c.conn); err != nil {
		return err
	}
	return c.lookup.store.View(ctx, func(tx *store.Tx) error {
		clear(c.accounts)
		clear(c.accountRecords)
		clear(c.securities)
		for _, kind := range []fairlead.RecordKind{fairlead.AccountRecord, fairlead.SecurityRecord} {
			for rec, err := range store.AllRecords(tx.Records, c.tenant.ID, store.RecordQuery{Connection: c.conn.ID, Kind: kind}) {
				if err != nil {
					return fmt.Errorf("collecting: reading records: %w", err)
				}
				c.index(rec)
			}
		}
		return nil
	})
}

// index notes what a record is by the institution's id.
func (c *converter) index(rec fairlead.Record) {
	switch rec.Kind {
	case fairlead.AccountRecord:
		c.setAccount(rec.Ref, rec.ID)
		c.accountRecords[rec.ID] = rec
		delete(c.facts, rec.ID)
	case fairlead.SecurityRecord:
		c.setSecurity(rec.Ref, rec.ID)
	}
}

// selected reports whether the person gave access to the account.
func (c *converter) selected(ref string) bool {
	if id, known := c.accounts[ref]; known && id == "" {
		return false // it was left out: it could be any of several
	}
	return len(c.conn.Accounts) == 0 || slices.Contains(c.conn.Accounts, ref) || slices.Contains(c.reselected, ref)
}

// addAccounts selects the accounts that a connection gets by a file.
func (c *converter) addAccounts(u *connector.Uploaded) {
	if u == nil {
		return
	}
	if c.conn.Uploaded {
		c.log.Added = append(c.log.Added, u.Added...)
	}
	for _, ref := range u.Added {
		if !c.selected(ref) {
			c.reselected = append(c.reselected, ref)
		}
	}
}

// page matches everything on a page, accounts and securities first because the
// rest hangs on them. stored is the history of the product that an earlier
// collection was declared to have covered.
func (c *converter) page(ctx context.Context, page connector.Page, stored fairlead.Interval) (b batch, err error) {
	c.addAccounts(page.Uploaded)
	shown := c.covered(page, stored)
	for _, group := range []func(context.Context, connector.Page, *batch) ([]*incoming, error){
		c.accountsOf, c.securitiesOf, c.movementsOf, c.documentsOf,
	} {
		in, err := group(ctx, page, &b)
		if err != nil {
			return b, err
		}
		byKind := map[fairlead.RecordKind][]*incoming{}
		for _, a := range in {
			c.keyRef(a)
			byKind[a.record.Kind] = append(byKind[a.record.Kind], a)
		}
		for _, kind := range fairlead.RecordKinds() {
			if err := c.kind(ctx, kind, byKind[kind], c.lookup, shown, &b); err != nil {
				return b, err
			}
		}
	}
	if len(b.documents) > 0 {
		err = c.documents.linkStored(&b)
	}
	return b, err
}

// kind pairs incoming records of one kind and turns them into records to write.
func (c *converter) kind(ctx context.Context, kind fairlead.RecordKind, in []*incoming, l lookup, shown covered, b *batch) error {
	in, came, err := c.setAside(ctx, kind, in)
	if err != nil || len(in) == 0 {
		return err
	}
	for _, a := range in {
		if err := a.encode(); err != nil {
			return err
		}
	}
	pairs, err := c.match(ctx, kind, in, l, shown, came)
	if err != nil {
		return err
	}
	for i, a := range in {
		if pairs[i].refused {
			if err := c.refuse(a); err != nil {
				return err
			}
		}
		if pairs[i].drop || (a.unselected && !c.reselect(a, pairs[i].stored)) {
			continue
		}
		if err := c.documents.link(a); err != nil {
			return err
		}
		c.noteRenamed(a, pairs[i].stored)
		said := saidBy(a)
		rec, changed, err := c.toRecord(ctx, a, pairs[i])
		if err != nil {
			return err
		}
		if rec.ID == "" {
			continue
		}
		c.claim(a, said, pairs[i], rec)
		c.met(a, rec)
		if changed {
			b.add(rec, pairs[i].stored != nil)
		} else {
			c.redigest(rec, a.record.Digest)
		}
		if changed && a.document != nil {
			c.documents.changed(a, rec, pairs[i].stored != nil, b)
		}
	}
	return nil
}

// match pairs what came with what is stored: rows of files by what they say, all else by id
// first.
func (c *converter) match(ctx context.Context, kind fairlead.RecordKind, in []*incoming, l lookup, shown covered, came []block) ([]pairing, error) {
	if c.conn.Uploaded && isRow(kind) {
		for _, a := range in {
			if a.pending() {
				c.setDay(pendingDay, a.record.Account, c.dayOf(kind, a.record.Account))
			}
		}
		return c.rows.match(ctx, kind, in)
	}
	if _, bare := l.(idsOnly); kind == fairlead.AccountRecord && !c.conn.Uploaded && !bare {
		return match(ctx, kind, in, l, c.seen, shown, came, c.identify)
	}
	return match(ctx, kind, in, l, c.seen, shown, came, nil)
}

// redigest notes the digest of what came where it is stored as it came and has another, or
// none: it was stored before there were digests, or by another form of them.
func (c *converter) redigest(stored fairlead.Record, digest uint64) {
	if digest != 0 && digest != stored.Digest && !stored.Removed {
		c.redigested = append(c.redigested, fairlead.Record{ID: stored.ID, Version: stored.Version, Digest: digest})
	}
}

// reselect reports whether an account that the person did not choose is one they
// did, under a new id of the institution's.
func (c *converter) reselect(a *incoming, stored *known) bool {
	if stored == nil || stored.record.Removed || !c.selected(stored.record.Ref) {
		return false
	}
	if !slices.Contains(c.reselected, a.record.Ref) {
		c.reselected = append(c.reselected, a.record.Ref)
	}
	return true
}

// noteRenamed notes that a chosen account has another ref now.
func (c *converter) noteRenamed(a *incoming, stored *known) {
	if c.renamed == nil || a.record.Kind != fairlead.AccountRecord || stored == nil || stored.record.Ref == a.record.Ref {
		return
	}
	if slices.Contains(c.conn.Accounts, stored.record.Ref) {
		c.renamed[stored.record.Ref] = a.record.Ref
	}
}

// met notes what has come, for twins, removals and what hangs on it.
func (c *converter) met(a *incoming, rec fairlead.Record) {
	c.seen.addRecord(rec.ID)
	if c.conn.Uploaded && !a.asOf.IsZero() {
		c.setDay(fileDay, rec.ID, a.asOf)
	}
	if a.pendingRef != "" && a.pendingRef != a.record.Ref {
		c.seen.addSuperseded(rec.Account, a.pendingRef)
	}
	c.index(rec)
}

func (c *converter) accountsOf(_ context.Context, page connector.Page, _ *batch) ([]*incoming, error) {
	out, err := c.renumberedOf(page)
	if err != nil {
		return nil, err
	}
	for _, account := range page.Accounts {
		out = append(out, incomingAccount(withCurrency(account)))
	}
	for _, a := range out {
		a.former = c.of.former[a.record.Ref]
		a.unselected = !c.selected(a.record.Ref) // unless it proves to be a chosen one under a new id
	}
	return out, nil
}

func (c *converter) securitiesOf(_ context.Context, page connector.Page, _ *batch) ([]*incoming, error) {
	var out []*incoming
	for _, s := range page.Securities {
		out = append(out, incomingSecurity(s))
	}
	return out, nil
}

// movementsOf is everything that hangs on accounts and securities.
func (c *converter) movementsOf(ctx context.Context, page connector.Page, b *batch) ([]*incoming, error) {
	if err := c.addUnlisted(ctx, page, b); err != nil {
		return nil, err
	}
	out := make([]*incoming, 0, len(page.Transactions)+len(page.Holdings)+len(page.InvestmentTransactions))
	for _, t := range page.Transactions {
		if c.selected(t.AccountRef) {
			out = append(out, incomingTransaction(c.transaction(t), c.accounts[t.AccountRef]))
		}
	}
	for _, b := range page.Bills {
		if c.selected(b.AccountRef) {
			out = append(out, incomingBill(c.bill(b), c.accounts[b.AccountRef]))
		}
	}
	for _, l := range page.Loans {
		if l.AccountRef == "" || c.selected(l.AccountRef) {
			out = append(out, incomingLoan(l, c.accounts[l.AccountRef]))
		}
	}
	if c.conn.Uploaded {
		c.notePriceDays(page.Holdings)
	}
	for _, h := range page.Holdings {
		if !c.selected(h.AccountRef) {
			continue
		}
		a := incomingHolding(c.holding(h), c.accounts[h.AccountRef], c.securities[h.SecurityRef])
		if !c.isStaleHolding(h) {
			out = append(out, a)
		} else if err := c.refuse(a); err != nil {
			return nil, err
		}
	}
	for _, t := range page.InvestmentTransactions {
		if c.selected(t.AccountRef) {
			out = append(out, incomingInvestment(c.investment(t), c.accounts[t.AccountRef], c.securities[t.SecurityRef]))
		}
	}
	for _, i := range page.Identities {
		out = append(out, incomingIdentity(i, c.accounts))
	}
	return out, nil
}

// addUnlisted makes bare accounts for refs that the institution never listed, so
// that what hangs on them is stored all the same. An account that was removed
// keeps its id and stays removed.
func (c *converter) addUnlisted(ctx context.Context, page connector.Page, b *batch) error {
	var missing []*incoming
	var refs []string
	need := func(ref, currency string) {
		if _, known := c.accounts[ref]; known || ref == "" || !c.selected(ref) || slices.Contains(refs, ref) {
			return
		}
		noun := fairlead.Account{Ref: ref, Kind: fairlead.AccountOther, Currency: currency}
		refs, missing = append(refs, ref), append(missing, newIncoming(fairlead.AccountRecord, ref, &noun, accountFingerprint))
	}
	for _, t := range page.Transactions {
		need(t.AccountRef, t.Amount.Currency)
	}
	for _, b := range page.Bills {
		need(b.AccountRef, b.Total.Currency)
	}
	for _, l := range page.Loans {
		need(l.AccountRef, l.Amount.Currency)
	}
	for _, h := range page.Holdings {
		need(h.AccountRef, h.Value.Currency)
	}
	for _, t := range page.InvestmentTransactions {
		need(t.AccountRef, t.Amount.Currency)
	}
	if len(missing) == 0 {
		return nil
	}
	keys := make([]refKey, len(refs))
	for i, ref := range refs {
		keys[i] = refKey{ref: ref}
	}
	removed, err := c.lookup.withRefs(ctx, fairlead.AccountRecord, keys)
	if err != nil {
		return err
	}
	for _, rec := range removed {
		c.setAccount(rec.Ref, rec.ID)
	}
	bare := slices.DeleteFunc(missing, func(a *incoming) bool { return c.accounts[a.record.Ref] != "" })
	return c.kind(ctx, fairlead.AccountRecord, bare, idsOnly{c.lookup}, func(fairlead.RecordID, fairlead.Date) bool { return false }, b)
}

// idsOnly is a lookup for what has no fingerprint.
type idsOnly struct{ lookup }

func (idsOnly) isEmpty(context.Context, fairlead.RecordKind, fairlead.RecordID) (bool, error) {
	return true, nil
}

// covered says which accounts and days the institution has shown completely: what
// this page declares, and for pages before the last of a span what an earlier
// collection was declared to have covered.
func (c *converter) covered(page connector.Page, stored fairlead.Interval) covered {
	return func(account fairlead.RecordID, day fairlead.Date) bool {
		if stored != (fairlead.Interval{}) && !day.IsZero() && stored.Contains(day) {
			return true
		}
		return slices.ContainsFunc(page.Covers, func(p connector.Coverage) bool {
			id := c.accounts[p.AccountRef]
			return !p.Pending && id == account && (id != "" || p.AccountRef == "") && p.Days.Contains(day)
		})
	}
}
