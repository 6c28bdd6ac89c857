package collecting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// halt is what prevented a run from reading everything.
type halt struct {
	login *fairlead.Problem // of the login: nothing can be read until somebody acts
	file  bool              // the uploaded file can't be read: no product of it can
	wait  time.Duration     // the shortest wait for a product that is not ready; 0: none
}

// fetchAll reads every product of the run. A problem of one product's stops no
// other; one of the login stops all.
func (r *run) fetchAll(ctx context.Context) (h halt, err error) {
	if r.col.Cause == fairlead.CauseRequested && loginNeeded(r.conn) {
		h.login = r.conn.Problem // found since this collection was requested: the same login is not tried again
		return h, nil
	}
	unrenewed, err := r.renew(ctx)
	switch {
	case err != nil:
		return h, err
	case unrenewed != nil && stopsAll(fairlead.KindOf(unrenewed)):
		p := r.problem(unrenewed, "")
		h.login = &p
		return h, nil
	case unrenewed == nil:
		if err := r.load(ctx); err != nil {
			return h, err
		}
	}
	for _, p := range r.products() {
		failure := unrenewed // no product can be read without secrets
		if failure == nil {
			if failure, err = r.fetchProduct(ctx, p); err != nil {
				return h, err
			}
		}
		if failure == nil {
			continue
		}
		if err := r.fail(ctx, p, failure, &h); err != nil || h.login != nil || h.file {
			return h, err
		}
	}
	return h, r.sayNothing(ctx)
}

// fetchProduct reads one product page by page. failure is the institution's; err,
// ours, ends the run.
func (r *run) fetchProduct(ctx context.Context, p fairlead.Product) (failure, err error) {
	req := connector.FetchRequest{
		Product: p, Cursor: r.conn.Products[p].Cursor, Since: r.since(p), Limit: r.o.PageSize, Have: func(ref string) bool {
			return r.convert.readDocuments(ctx) == nil && r.convert.documents.has(ref)
		},
	}
	if p == fairlead.ProductStatements || p == fairlead.ProductTaxForms {
		req.Limit = min(documentPage, r.o.PageSize)
	}
	r.whole, r.convert.documents.lacking = req.Cursor == "", false
	if r.whole {
		req.Tag = r.tag(p)
	}
	for pages := r.col.Products[p].Pages; ; pages++ {
		page, failure := r.source.fetch(ctx, req)
		if failure == nil && page.More && (page.Cursor == req.Cursor || pages >= maxPages) {
			failure = fairlead.Errorf(fairlead.Internal, "The institution's pages do not end.")
		}
		if failure == nil && page.Unchanged && (req.Tag == "" || page.More || len(kindsOn(page)) > 0) {
			failure = fairlead.Errorf(fairlead.Internal, "The institution says that nothing is new, where all was requested or with something new.")
		}
		if failure != nil {
			return failure, ctx.Err()
		}
		if err := r.save(ctx, req, page); err != nil {
			return nil, err
		}
		if !page.More {
			return nil, nil
		}
		req.Cursor, req.Tag = page.Cursor, ""
	}
}

// tag is the institution's name of what is stored of a product, where all that it had came
// and a usual collection follows: it may answer that nothing is new. Once a week it may not:
// the last time may have read no more than a window, or have made less of it than we do now.
func (r *run) tag(p fairlead.Product) string {
	state := r.conn.Products[p]
	if r.fullSyncDue(state) || r.col.Cause != fairlead.CauseSchedule && r.col.Cause != fairlead.CauseUpdated || state.Status != fairlead.ProductReady || len(state.Partial) > 0 {
		return ""
	}
	return state.Tag
}

// tagOf is what to store of a page's tag: none where something of the product is to be read
// again, or was read by another process that may know so.
func (r *run) tagOf(page connector.Page) string {
	if page.More || !r.whole || r.convert.documents.lacking || len(page.Tag) > connector.MaxTag {
		return ""
	}
	return page.Tag
}

// since is the day a product is requested from: zero, everything, for a first
// collection, one that somebody requested, and once a week; else a window before
// what is stored completely. So a correction months back is seen within a week,
// and the institution's quota is left alone on the other days. It goes by the
// collection's start, so that a resumed one decides alike.
func (r *run) since(p fairlead.Product) fairlead.Date {
	state, today := r.conn.Products[p], fairlead.DateOf(r.col.Started)
	if r.col.Cause != fairlead.CauseSchedule && r.col.Cause != fairlead.CauseUpdated || state.LastGood.IsZero() || state.Covered.To.IsZero() || r.fullSyncDue(state) {
		return fairlead.Date{}
	}
	to := state.Covered.To
	if to.After(today) {
		to = today // some institutions cover the days to come
	}
	return to.AddDays(-window)
}

// fullSyncDue reports whether everything there is was requested a week ago.
func (r *run) fullSyncDue(state fairlead.ProductState) bool {
	return r.col.Started.Sub(state.LastFullSync) >= fullSyncEvery
}

// save matches a page with what is stored, and writes what is new of it or lets it wait for
// others (append).
func (r *run) save(ctx context.Context, req connector.FetchRequest, page connector.Page) error {
	done := progress{
		product: req.Product, cursor: page.Cursor, ended: !page.More, full: r.since(req.Product).IsZero(), uploaded: uploadedOf(page.Uploaded),
	}
	done.partial = r.partial(page, req.Product)
	done.asOf, done.servedFrom, done.since = page.AsOf, page.ServedFrom, r.since(req.Product)
	missing := r.absentOf(req.Product, done.partial)
	for _, c := range missing.shown(page.Covers) {
		if !c.Pending {
			done.covered = widen(done.covered, c.Days)
		}
	}
	if page.Secrets != nil {
		sealed, err := r.sealer.SealSecrets(r.conn, page.Secrets)
		if err != nil {
			return fmt.Errorf("collecting: sealing secrets: %w", err)
		}
		done.secrets, r.source.session.Secrets = sealed, page.Secrets
	}
	if r.waitsFor(page, req.Product) {
		if err := r.update(ctx, nil, nil); err != nil {
			return err
		}
	}
	if page.Unchanged {
		done.tag, done.unchanged = req.Tag, true
		return r.append(ctx, page, unsavedPage{progress: done})
	}
	r.convert.begin(page, req, missing, r.admits())
	b, err := r.convert.page(ctx, page, r.conn.Products[req.Product].Covered)
	if err != nil {
		return err
	}
	done.tag = r.tagOf(page)
	if unclear := r.convert.unclearProblem(r.now); unclear != nil {
		unclear.Since = sinceBefore(r.conn.Products[req.Product].Partial, *unclear)
		done.partial = addProblem(done.partial, *unclear)
	}
	if err := r.remove(ctx, req, page, missing, &b); err != nil {
		return err
	}
	if err := r.lapse(ctx, req, page, missing, &b); err != nil {
		return err
	}
	if !page.More {
		clear(r.convert.keyed)
	}
	done.counts, done.accounts, done.renamed = b.counts, r.convert.reselected, r.convert.renamed
	done.resets = r.resetsBy(page.Partial)
	return r.append(ctx, page, unsavedPage{done, b})
}

// append adds a page to those that are not written yet, and writes them unless they can wait.
func (r *run) append(ctx context.Context, page connector.Page, p unsavedPage) error {
	r.unsaved = append(r.unsaved, p)
	if r.canWait(page) {
		return nil
	}
	return r.update(ctx, nil, nil)
}

// unsavedPage is a page that is not written yet. After a crash it is requested again.
type unsavedPage struct {
	progress
	batch
}

// apply is what the page does to the connection and the collection. Its records are not
// written by it.
func (p unsavedPage) apply(r *run, tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
	first := r.firstOf(*conn, p.product)
	p.progress.apply(conn, col, r.now)
	if first {
		p.countDocuments(col, p.product)
	}
	return p.documentEvents(*conn, first, r.now), p.resets.apply(tx, conn)
}

// canWait reports whether the page that came last may be written together with what comes
// after it, so that a collection that finds little is one transaction. Not so where it brought
// new secrets or other accounts, where more of the same product follows, and where it is much
// or takes long.
func (r *run) canWait(page connector.Page) bool {
	records, last := 0, r.unsaved[len(r.unsaved)-1]
	for _, p := range r.unsaved {
		records += len(p.records)
	}
	switch {
	case last.secrets != nil || len(last.accounts)+len(last.renamed) > 0 || !last.resets.isZero():
		return false
	case len(r.convert.log.Claims) >= maxLogged || len(r.convert.redigested) >= maxPage:
		return false
	case records == 0: // after a crash they are requested again, and change nothing again
		return true
	}
	return (!page.More || len(last.records) == 0) && !r.conn.Uploaded && records <= maxPage && time.Since(r.saved) < r.o.SaveAfter
}

// waitsFor reports whether a page is matched with records that are not written yet.
func (r *run) waitsFor(page connector.Page, product fairlead.Product) bool {
	kinds := kindsOn(page)
	if kind, ok := removable(product); ok {
		kinds = append(kinds, kind)
	}
	return slices.ContainsFunc(r.unsaved, func(p unsavedPage) bool {
		return slices.ContainsFunc(p.records, func(rec fairlead.Record) bool { return slices.Contains(kinds, rec.Kind) })
	})
}

// kindsOn are the kinds of record that a page has something of.
func kindsOn(page connector.Page) (kinds []fairlead.RecordKind) {
	for _, of := range []struct {
		kind fairlead.RecordKind
		n    int
	}{
		{fairlead.AccountRecord, len(page.Accounts) + len(page.Renumbered)},
		{fairlead.SecurityRecord, len(page.Securities)},
		{fairlead.TransactionRecord, len(page.Transactions)},
		{fairlead.BillRecord, len(page.Bills)},
		{fairlead.LoanRecord, len(page.Loans)},
		{fairlead.HoldingRecord, len(page.Holdings)},
		{fairlead.InvestmentTransactionRecord, len(page.InvestmentTransactions)},
		{fairlead.IdentityRecord, len(page.Identities)},
		{fairlead.DocumentRecord, len(page.Documents)},
	} {
		if of.n > 0 {
			kinds = append(kinds, of.kind)
		}
	}
	return kinds
}

// batch is what a page makes of the store.
type batch struct {
	records   []fairlead.Record
	documents []arrivedDocument
	counts    fairlead.ProductCounts // of records
}

func (b *batch) add(rec fairlead.Record, stored bool) {
	b.records = append(b.records, rec)
	switch {
	case !stored:
		b.counts.Added++
	case rec.Removed:
		b.counts.Removed++
	default:
		b.counts.Changed++
	}
}

// firstOf reports whether a product was never read to its end before: whatever it brings is
// new to the application, and published at once when the collection has ended. A file is
// sent by somebody who waits for that one.
func (r *run) firstOf(conn fairlead.Connection, p fairlead.Product) bool {
	return r.col.Cause != fairlead.CauseUpload && conn.Products[p].LastGood.IsZero()
}

// countDocuments adds the documents of the page to those that are yet to be published.
func (b *batch) countDocuments(col *fairlead.Collection, p fairlead.Product) {
	if len(b.documents) == 0 {
		return
	}
	counts := col.Products[p]
	if counts.Documents = maps.Clone(counts.Documents); counts.Documents == nil {
		counts.Documents = map[string]int{}
	}
	for _, d := range b.documents {
		counts.Documents[d.kind]++
	}
	col.Products[p] = counts
}

// documentsEvent is the one event of all documents that first runs brought, and takes them
// off those that are yet to be published; none where there are none.
func documentsEvent(conn fairlead.Connection, col *fairlead.Collection, now time.Time) []fairlead.Event {
	total := map[string]int{}
	for p, counts := range col.Products {
		for kind, n := range counts.Documents {
			total[kind] += n
		}
		counts.Documents = nil
		col.Products[p] = counts
	}
	if len(total) == 0 {
		return nil
	}
	e := lifecycle.ConnectionEvent(conn, fairlead.EventDocumentsAvailable, now)
	e.Status, e.Counts = "", total
	return []fairlead.Event{e}
}

// documentEvents are those of each document. Of a first run they are for dialects whose
// vendors publish each.
func (b *batch) documentEvents(conn fairlead.Connection, first bool, now time.Time) (events []fairlead.Event) {
	for _, d := range b.documents {
		if first {
			d.event = fairlead.EventDocumentArrived
		}
		e := lifecycle.ConnectionEvent(conn, d.event, now)
		e.Document, e.Status = d.id, d.kind
		events = append(events, e)
	}
	return events
}

// progress is how far a page brings its product.
type progress struct {
	product  fairlead.Product
	cursor   string // of the next page
	ended    bool   // it was the last page
	full     bool   // everything was requested, not only a window
	covered  fairlead.Interval
	counts   fairlead.ProductCounts
	secrets  fairlead.Sealed   // nil: as they were
	accounts []string          // chosen ones under new ids of the institution's
	uploaded uploaded          // what a file holds besides
	renamed  map[string]string // chosen accounts that have another id of the institution's now, by the old one
	resets   resets            // until when no more calls are taken
	tag      string            // of the last page
	// unchanged says that the institution has what it had: what is known of the data stands.
	unchanged bool
	// What the page said of its data.
	asOf       time.Time
	since      fairlead.Date // from when on history was requested
	servedFrom fairlead.Date
	partial    []fairlead.Problem
}

func (p progress) apply(conn *fairlead.Connection, col *fairlead.Collection, now time.Time) {
	state, counts := conn.Products[p.product], col.Products[p.product]
	p.uploaded.apply(col)
	counts.Pages++
	counts.Added += p.counts.Added
	counts.Changed += p.counts.Changed
	counts.Removed += p.counts.Removed
	counts.Covered = widen(counts.Covered, p.covered)
	state.Cursor = p.cursor
	if p.asOf.After(counts.AsOf) {
		counts.AsOf = p.asOf
	}
	if !p.servedFrom.IsZero() {
		counts.ServedFrom = p.servedFrom
	}
	counts.Partial = addProblem(counts.Partial, p.partial...)
	if p.ended {
		counts.Ended = true
		if p.full && !p.unchanged {
			state.LastFullSync = col.Started
		}
		state.Status, state.Problem, state.LastGood, state.Cursor, state.Tag = fairlead.ProductReady, nil, now, "", p.tag
		if counts.Covered != (fairlead.Interval{}) {
			state.Covered = join(state.Covered, counts.Covered)
		}
		if !p.unchanged {
			p.finish(&state, counts)
		} else if !counts.AsOf.IsZero() {
			state.AsOf = counts.AsOf
		}
	}
	conn.Products[p.product], col.Products[p.product] = state, counts
	if p.secrets != nil {
		conn.Secrets = p.secrets
	}
	for was, now := range p.renamed {
		conn.Accounts = slices.Clone(conn.Accounts)
		if at := slices.Index(conn.Accounts, was); at >= 0 && slices.Contains(conn.Accounts, now) {
			conn.Accounts = slices.Delete(conn.Accounts, at, at+1)
		} else if at >= 0 {
			conn.Accounts[at] = now
		}
	}
	if len(p.accounts)+len(p.renamed) > 0 { // what hangs on them is to be read again
		for product, state := range conn.Products {
			state.Tag = ""
			conn.Products[product] = state
		}
	}
	for _, ref := range p.accounts {
		if !slices.Contains(conn.Accounts, ref) {
			conn.Accounts = append(slices.Clone(conn.Accounts), ref)
		}
	}
}

// finish says of a product that was read to its end how old its data is, how far back it
// goes, and what of it is missing.
func (p progress) finish(state *fairlead.ProductState, counts fairlead.ProductCounts) {
	if !p.full && absentIn(counts.Partial).recovered(state.Partial) {
		state.LastFullSync = time.Time{} // what happened to them meanwhile lies before the window
	}
	state.AsOf, state.Partial = counts.AsOf, counts.Partial
	given := counts.ServedFrom
	if given.IsZero() {
		given = counts.Covered.From
	}
	if begins := state.Covered.From; p.full || !state.ServedFrom.IsZero() && begins.After(state.ServedFrom) { // or history begins anew, after a gap
		state.Wanted, state.ServedFrom = p.since, given
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

// join adds a new span to the stored history. A gap between them makes the new
// one all that is stored completely.
func join(stored, added fairlead.Interval) fairlead.Interval {
	if stored == (fairlead.Interval{}) || (!stored.To.IsZero() && added.From.After(stored.To.AddDays(1))) || (!added.To.IsZero() && added.To.Before(stored.From)) {
		return added
	}
	if added.From.After(stored.From) {
		added.From = stored.From
	}
	if stored.To.After(added.To) {
		added.To = stored.To
	}
	return added
}

// problem describes an error met at the institution.
func (r *run) problem(err error, p fairlead.Product) fairlead.Problem {
	problem := fairlead.NewProblem(err, p, r.now)
	if e, ok := errors.AsType[*fairlead.Error](err); ok && e.RetryAfter > 0 {
		problem.RetryAfter = r.now.Add(min(e.RetryAfter, fairlead.MaxRetryAfter))
	}
	if e, ok := errors.AsType[*fairlead.Error](err); ok && r.conn.Uploaded && isOfFile(problem) {
		problem.Detail = e.Detail
	}
	if problem.File == nil && !r.conn.Uploaded {
		problem.Detail = shownDetail(problem.Detail)
	}
	if problem.File != nil {
		masked := *problem.File
		masked.File = sealing.Masked(masked.File)
		problem.File = &masked
	}
	if before := r.conn.Products[p].Problem; before != nil && before.Kind == problem.Kind {
		problem.Since = before.Since
	}
	return problem
}

// stopsAll reports whether the problem is one of the login, not of one product:
// requesting the next product would try the same login again.
func stopsAll(k fairlead.ErrorKind) bool {
	switch k {
	case fairlead.RejectedLogin, fairlead.Locked, fairlead.RejectedChallenge, fairlead.ChallengeExpired, fairlead.ConsentEnded, fairlead.ActionNeeded:
		return true
	}
	return false
}

// fail records what prevented one product from being read. What is stored stays.
func (r *run) fail(ctx context.Context, p fairlead.Product, err error, h *halt) error {
	problem := r.problem(err, p)
	r.o.Log.WarnContext(ctx, "a product could not be collected", "connection", r.conn.ID, "product", p, "kind", problem.Kind)
	// A file that was accepted is tried again while it is our own means that lack: nobody
	// sends it once more.
	waits := problem.Kind == fairlead.NotReady || r.conn.Uploaded && problem.Kind == fairlead.Unavailable
	if errors.Is(err, errQuota) && r.now.Sub(r.col.Started) < quotaAtMost {
		// What was read is not read again: the collection goes on from its cursor.
		if wait := problem.RetryAfter.Sub(r.now); h.wait == 0 || wait < h.wait {
			h.wait = max(wait, time.Second)
		}
		return r.update(ctx, nil, func(_ *store.Tx, conn *fairlead.Connection, _ *fairlead.Collection) ([]fairlead.Event, error) {
			state := conn.Products[p]
			state.Problem = &problem
			conn.Products[p] = state
			return nil, nil
		})
	}
	if waits && r.now.Sub(r.col.Started) < waitAtMost {
		wait := time.Minute
		if !problem.RetryAfter.IsZero() {
			wait = max(problem.RetryAfter.Sub(r.now), time.Second)
		}
		if h.wait == 0 || wait < h.wait {
			h.wait = wait
		}
		return nil // the product has not ended: its cursor stands
	}
	h.file = r.conn.Uploaded && isOfFile(problem)
	if h.file {
		problem.Product, problem.Actor = "", fairlead.ActorPerson
	}
	if stopsAll(problem.Kind) {
		problem.Product = ""
		h.login = &problem
	}
	var until resets
	until.note(err, r.now, r.o.Clock())
	return r.update(ctx, nil, func(tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		if err := until.apply(tx, conn); err != nil {
			return nil, err
		}
		state, counts := conn.Products[p], col.Products[p]
		state.Cursor, state.Tag = "", ""
		if col.Cause != fairlead.CauseUpload || state.LastGood.IsZero() { // a bad file spoils nothing that is there
			state.Problem, state.Status = &problem, fairlead.ProductFailed
			if problem.Kind == fairlead.Unsupported || problem.Kind == fairlead.Forbidden {
				state.Status = fairlead.ProductUnavailable
			}
		}
		counts.Problem, counts.Ended = &problem, true
		conn.Products[p], col.Products[p] = state, counts
		if h.file {
			failAll(conn, &problem)
		}
		return nil, nil
	})
}
