package collecting

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// collect runs one product page by page. A problem of the institution's is
// recorded and ends this product only; an error returned ends the run.
func (r *run) collect(ctx context.Context, p fairlead.Product) error {
	state := r.conn.Products[p]
	ask := connector.FetchRequest{Product: p, Cursor: state.Cursor, Since: r.since(p), Limit: r.o.PageSize, Have: r.have}
	if p == fairlead.ProductStatements || p == fairlead.ProductTaxForms {
		ask.Limit = min(documentPage, r.o.PageSize)
	}
	if ask.Cursor != "" {
		r.resumed[p] = ask.Cursor
	}
	for pages := r.col.Products[p].Pages; ; pages++ {
		page, err := r.fetch(ctx, ask)
		if err == nil && page.More && (page.Cursor == ask.Cursor || pages >= maxPages) {
			err = fairlead.Errorf(fairlead.Internal, "The institution's pages do not end.")
		}
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return r.failed(ctx, p, err)
		}
		if err := r.keep(ctx, p, ask, page); err != nil {
			return err
		}
		if !page.More {
			return nil
		}
		ask.Cursor = page.Cursor
	}
}

// since is the day a product is asked for from: zero, everything, for a first
// collection, one that somebody asked for, and once a week; else a window before
// what is held completely. So a correction months back is seen within a week,
// and the institution's quota is left alone on the other days.
func (r *run) since(p fairlead.Product) fairlead.Date {
	state := r.conn.Products[p]
	if r.col.Cause != fairlead.CauseSchedule || state.LastGood.IsZero() || state.Covered.To.IsZero() || r.deep(p) {
		return fairlead.Date{}
	}
	to := state.Covered.To
	if today := fairlead.DateOf(r.col.Started); to.After(today) {
		to = today // some institutions cover the days to come
	}
	return to.AddDays(-window)
}

// deep tells whether it is time to ask for everything again. It goes by the
// collection's start, so that a resumed one decides alike.
func (r *run) deep(p fairlead.Product) bool {
	return r.col.Started.Sub(r.conn.Products[p].LastFullSync) >= deepEvery
}

func (r *run) have(ref string) bool {
	d, ok := r.documents[ref]
	return ok && d.Failed == nil && d.Blob != ""
}

func (r *run) fetch(ctx context.Context, ask connector.FetchRequest) (connector.Page, error) {
	bounded, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	page, err := r.connector.Fetch(bounded, r.session, ask)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		err = &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "The institution did not answer in time.", Err: err}
	}
	return page, err
}

// written is what a page makes of the store.
type written struct {
	records []fairlead.Record
	events  []fairlead.Event
	tally   fairlead.ProductCounts
	secrets fairlead.Sealed
}

func (w *written) add(rec fairlead.Record, known bool) {
	w.records = append(w.records, rec)
	switch {
	case !known:
		w.tally.Added++
	case rec.Removed:
		w.tally.Removed++
	default:
		w.tally.Changed++
	}
}

// keep matches a page with what is held and writes what is new: one transaction,
// unless the connector gave more than was asked for.
func (r *run) keep(ctx context.Context, p fairlead.Product, ask connector.FetchRequest, page connector.Page) error {
	var w written
	if page.Secrets != nil {
		sealed, err := r.sealSecrets(page.Secrets)
		if err != nil {
			return err
		}
		w.secrets, r.session.Secrets = sealed, page.Secrets
	}
	if err := r.settle(ctx, page, p, &w); err != nil {
		return err
	}
	if err := r.sweep(ctx, p, ask, page, &w); err != nil {
		return err
	}
	turn := connector.Page{Covers: page.Covers, Cursor: page.Cursor, More: page.More}
	if len(w.records) == 0 && len(w.events) == 0 && w.secrets == nil && len(r.migrated) == 0 {
		// Nothing to write: the place is kept with what is written next. After a
		// crash in between the page is asked for again, and changes nothing again.
		r.unkept = append(r.unkept, func(conn *fairlead.Connection, col *fairlead.Collection) { r.advance(p, turn, &w, conn, col) })
		return nil
	}
	for len(w.records) > r.o.PageSize {
		part := w.records[:r.o.PageSize]
		w.records = w.records[r.o.PageSize:]
		if err := r.update(ctx, part, func(*store.Tx, *fairlead.Connection, *fairlead.Collection) ([]fairlead.Event, error) { return nil, nil }); err != nil {
			return err
		}
	}
	err := r.update(ctx, w.records, func(_ *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		r.advance(p, turn, &w, conn, col)
		return w.events, nil
	})
	if err == nil && w.tally.Added+w.tally.Changed+w.tally.Removed > 0 {
		r.o.Changed(r.tenant.ID, r.conn.ID)
	}
	return err
}

// advance moves the product's place and counts.
func (r *run) advance(p fairlead.Product, page connector.Page, w *written, conn *fairlead.Connection, col *fairlead.Collection) {
	state, tally := conn.Products[p], col.Products[p]
	tally.Pages++
	tally.Added += w.tally.Added
	tally.Changed += w.tally.Changed
	tally.Removed += w.tally.Removed
	for _, c := range page.Covers {
		tally.Covered = widen(tally.Covered, c.Days)
	}
	state.Cursor = page.Cursor
	if !page.More {
		tally.Ended = true
		if r.since(p).IsZero() {
			state.LastFullSync = col.Started
		}
		state.Status, state.Problem, state.LastGood, state.Cursor = fairlead.ProductReady, nil, r.now, ""
		if tally.Covered != (fairlead.Interval{}) {
			state.Covered = join(state.Covered, tally.Covered)
		}
	}
	conn.Products[p], col.Products[p] = state, tally
	if w.secrets != nil {
		conn.Secrets = w.secrets
	}
	for ref := range r.migrated {
		if !slices.Contains(conn.Accounts, ref) {
			conn.Accounts = append(slices.Clone(conn.Accounts), ref)
		}
	}
}

// widen is the span over all accounts of a collection.
func widen(a, b fairlead.Interval) fairlead.Interval {
	if a == (fairlead.Interval{}) {
		return b
	}
	if b == (fairlead.Interval{}) {
		return a
	}
	if b.From.Before(a.From) {
		a.From = b.From
	}
	if a.To.IsZero() || b.To.After(a.To) {
		a.To = b.To
	}
	return a
}

// join adds a new span to the history held. A gap between them makes the new
// one all that is held completely.
func join(held, came fairlead.Interval) fairlead.Interval {
	if held == (fairlead.Interval{}) || (!held.To.IsZero() && came.From.After(held.To.AddDays(1))) || (!came.To.IsZero() && came.To.Before(held.From)) {
		return came
	}
	if came.From.After(held.From) {
		came.From = held.From
	}
	if held.To.After(came.To) {
		came.To = held.To
	}
	return came
}

// settle matches everything on a page, accounts and securities first because
// the rest hangs on them.
func (r *run) settle(ctx context.Context, page connector.Page, p fairlead.Product, w *written) error {
	matched := rules{seen: r.wasSeen, superseded: r.wasSuperseded, covered: r.covered(page, p), fresh: r.isFresh(ctx)}
	for _, group := range []func(context.Context, connector.Page, *written) ([]*arrival, error){
		r.accountsOf, r.securitiesOf, r.movementsOf, r.documentsOf,
	} {
		arrivals, err := group(ctx, page, w)
		if err != nil {
			return err
		}
		arrivals, err = r.news(arrivals)
		if err != nil {
			return err
		}
		for _, kind := range fairlead.RecordKinds() {
			if err := r.settleKind(ctx, kind, ofKind(arrivals, kind), matched, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// news drops the documents that are held just as they came: an institution lists
// years of them at every collection.
func (r *run) news(in []*arrival) ([]*arrival, error) {
	out := in[:0]
	for _, a := range in {
		held, ok := r.shelved[a.record.Ref]
		if a.document == nil || !ok {
			out = append(out, a)
			continue
		}
		if err := a.write(); err != nil {
			return nil, err
		}
		if !same(a.record, held) {
			out = append(out, a)
			continue
		}
		r.told(a, held)
	}
	return out, nil
}

func ofKind(arrivals []*arrival, kind fairlead.RecordKind) []*arrival {
	var out []*arrival
	for _, a := range arrivals {
		if a.record.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// settleKind pairs arrivals of one kind and turns them into records to write.
func (r *run) settleKind(ctx context.Context, kind fairlead.RecordKind, in []*arrival, matched rules, w *written) error {
	if len(in) == 0 {
		return nil
	}
	for _, a := range in {
		if err := a.write(); err != nil {
			return err
		}
	}
	pairs, err := match(kind, in, storeShelf{r, ctx}, matched)
	if err != nil {
		return err
	}
	for i, a := range in {
		if pairs[i].drop || (a.stray && !r.adopt(a, pairs[i].held)) {
			continue
		}
		rec, changed, err := r.become(ctx, a, pairs[i])
		if err != nil {
			return err
		}
		if rec.ID == "" {
			continue
		}
		r.told(a, rec)
		if changed {
			w.add(rec, pairs[i].held != nil)
		}
		if changed && a.document != nil {
			r.announce(a, rec, pairs[i].held, w)
		}
	}
	return nil
}

// adopt tells whether an account that the person did not choose is one they did,
// under a new id of the institution's.
func (r *run) adopt(a *arrival, held *known) bool {
	if held == nil || held.record.Removed || !r.chosen(held.record.Ref) {
		return false
	}
	r.migrated[a.record.Ref] = true
	return true
}

// told remembers what has come, for twins, sweeping and what hangs on it.
func (r *run) told(a *arrival, rec fairlead.Record) {
	r.mark(r.seen, string(rec.ID))
	if a.pendingRef != "" && a.pendingRef != a.record.Ref {
		r.mark(r.superseded, string(rec.Account), a.pendingRef)
	}
	switch rec.Kind {
	case fairlead.AccountRecord:
		r.accounts[rec.Ref] = rec.ID
	case fairlead.SecurityRecord:
		r.securities[rec.Ref] = rec.ID
	}
}

func (r *run) wasSeen(id fairlead.RecordID) bool { return r.marked(r.seen, string(id)) }

func (r *run) wasSuperseded(account fairlead.RecordID, ref string) bool {
	return r.marked(r.superseded, string(account), ref)
}
