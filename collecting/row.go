package collecting

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Rows that come in files are the same where their day, amount and text are, whatever
// their ids: banks give an id to another row in the next file, and another id to the same
// row. So many alike rows as the file with most of them has, so many there are: the first
// of a file is the first stored one, the second the second. An id only decides between
// alike ones, and lets a text grow. See docs/decisions/0014.

// isRow reports whether records of the kind are rows of files.
func isRow(kind fairlead.RecordKind) bool {
	return kind == fairlead.TransactionRecord || kind == fairlead.InvestmentTransactionRecord
}

// rowLookup is where stored rows are looked up. A collection scans each day of an account
// once at most, and looks each ref up once.
type rowLookup interface {
	isEmpty(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID) (bool, error)
	// scan hands on the live records of an account on some days, or of a state.
	scan(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval, state string, row func(fairlead.Record)) error
	withRefs(ctx context.Context, kind fairlead.RecordKind, refs []refKey) ([]fairlead.Record, error)
	// byIDs returns the records of some ids, removed ones too, at most 1000.
	byIDs(ctx context.Context, ids []fairlead.RecordID) ([]fairlead.Record, error)
}

// likeness is what alike rows have in common; pending ones are never alike to others.
type likeness [16]byte

func likenessOf(f fairlead.Date, amount, text string, pending bool) likeness {
	state := "posted"
	if pending {
		state = "pending"
	}
	sum := sha256.Sum256([]byte(f.String() + "\x00" + amount + "\x00" + text + "\x00" + state))
	return likeness(sum[:16])
}

// storedRow is a stored row, as far as matching needs it.
type storedRow struct {
	id      fairlead.RecordID
	ref     string
	was     string // the id that it had before
	index   int    // among alike ones
	f       fingerprint
	pending bool
	seen    bool // met in this collection
}

// alike are the stored rows of one likeness, in the order in which they were stored.
type alike struct {
	rows   []*storedRow
	sorted bool
	next   int // rows before it are met
	last   int // the highest index
}

// window gives the next n rows that were not met.
func (a *alike) window(n int) []*storedRow {
	if a == nil {
		return nil
	}
	if !a.sorted {
		slices.SortFunc(a.rows, func(x, y *storedRow) int {
			return cmp.Or(cmp.Compare(x.index, y.index), strings.Compare(string(x.id), string(y.id)))
		})
		a.sorted = true
	}
	var out []*storedRow
	for a.next < len(a.rows) && len(out) < n {
		if r := a.rows[a.next]; !r.seen {
			out = append(out, r)
		}
		a.next++
	}
	return out
}

// idOn is an id with the day and the amount of its row.
type idOn struct {
	ref    string
	day    fairlead.Date
	amount string
}

// price is what a pending row has in common with the booked one.
type price struct{ amount, text string }

// rowIndex is what a collection knows of the stored rows of one kind and account.
type rowIndex struct {
	known   map[fairlead.RecordID]*storedRow
	alike   map[likeness]*alike
	ids     map[idOn][]*storedRow
	pending map[price][]*storedRow
	booked  map[price][]*storedRow
	was     map[string][]*storedRow
	refs    map[string][]*storedRow // of the ids that were looked up
	gone    map[string][]*storedRow // pending rows that left, by the ids that were looked up
	days    []fairlead.Interval
	opened  bool                // the pending ones are in it
	undated bool                // those without a day are
	met     map[string]likeness // of the ids in this collection
}

func newRowIndex() *rowIndex {
	return &rowIndex{
		known: map[fairlead.RecordID]*storedRow{}, alike: map[likeness]*alike{}, ids: map[idOn][]*storedRow{}, pending: map[price][]*storedRow{},
		booked: map[price][]*storedRow{}, was: map[string][]*storedRow{}, refs: map[string][]*storedRow{}, met: map[string]likeness{}, gone: map[string][]*storedRow{},
	}
}

func (x *rowIndex) add(r *storedRow) *storedRow {
	if known := x.known[r.id]; known != nil {
		return known
	}
	x.known[r.id] = r
	l := likenessOf(r.f.day, r.f.amount, r.f.text, r.pending)
	group := x.alike[l]
	if group == nil {
		group = &alike{last: -1}
		x.alike[l] = group
	}
	group.rows, group.sorted, group.last = append(group.rows, r), false, max(group.last, r.index)
	on := idOn{r.ref, r.f.day, r.f.amount}
	x.ids[on] = append(x.ids[on], r)
	p := price{r.f.amount, r.f.text}
	if r.pending {
		x.pending[p] = append(x.pending[p], r)
	} else {
		x.booked[p] = append(x.booked[p], r)
	}
	if r.was != "" {
		x.was[r.was] = append(x.was[r.was], r)
	}
	return r
}

// rows matches the rows of the pages of one collection.
type rows struct {
	lookup  rowLookup
	seen    *seen
	open    func(fairlead.Record) []byte
	indexes map[accountKind]*rowIndex
	resumed bool // a run before this one has stored rows of this collection
	// isOlder reports whether the file is not newer than what was stored of an account.
	isOlder func(account fairlead.RecordID) bool
	// isStale reports whether a later file listed all pending rows of an account.
	isStale func(account fairlead.RecordID) bool
}

// match pairs the rows of a page, all of one kind.
func (m *rows) match(ctx context.Context, kind fairlead.RecordKind, in []*incoming) ([]pairing, error) {
	out := make([]pairing, len(in))
	for _, group := range byAccount(in) {
		p := &rowPage{rows: m, kind: kind, account: in[group[0]].record.Account, in: in, at: group, out: out, paired: map[int]*storedRow{}}
		if err := p.match(ctx); err != nil {
			return nil, err
		}
		if err := p.read(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// byAccount groups what came by account, each in its order.
func byAccount(in []*incoming) (groups [][]int) {
	at := map[fairlead.RecordID]int{}
	for i, a := range in {
		n, known := at[a.record.Account]
		if !known {
			n = len(groups)
			at[a.record.Account], groups = n, append(groups, nil)
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

// rowPage is the rows of one account on one page.
type rowPage struct {
	*rows
	kind    fairlead.RecordKind
	account fairlead.RecordID
	in      []*incoming
	at      []int // of those that are of the account
	out     []pairing
	paired  map[int]*storedRow
	index   *rowIndex
}

func (p *rowPage) isOpen(i int) bool { return !p.out[i].drop && p.paired[i] == nil }

// left are the rows that are neither paired nor dropped.
func (p *rowPage) left() (out []int) {
	for _, i := range p.at {
		if p.isOpen(i) {
			out = append(out, i)
		}
	}
	return out
}

func (p *rowPage) take(i int, r *storedRow) { p.paired[i], r.seen = r, true }

func (p *rowPage) match(ctx context.Context) error {
	key := accountKind{p.kind, p.account}
	if p.index = p.indexes[key]; p.index == nil {
		p.index = newRowIndex()
		p.indexes[key] = p.index
	}
	p.dropRepeated()
	p.dropCorrected()
	empty, err := p.lookup.isEmpty(ctx, p.kind, p.account)
	if err != nil {
		return err
	}
	if !empty || p.resumed {
		if err := p.load(ctx); err != nil {
			return err
		}
	}
	p.pairAlike()
	if err := p.pairCorrected(ctx); err != nil {
		return err
	}
	p.pairGrown()
	p.pairBooked()
	p.pairSuperseded()
	if !empty || p.resumed {
		if err := p.pairGone(ctx); err != nil {
			return err
		}
	}
	p.numberNew()
	return nil
}

func likenessOfIncoming(a *incoming) likeness {
	f := a.fingerprint()
	return likenessOf(f.day, f.amount, f.text, a.pending())
}

// dropRepeated drops a row that the file lists again under its id. An id that other rows
// have too says nothing: these are twins.
func (p *rowPage) dropRepeated() {
	again := make([]bool, len(p.at))
	for n, i := range p.at {
		if a := p.in[i]; a.hasID {
			again[n] = p.index.meet(a.record.Ref, likenessOfIncoming(a))
		}
	}
	for n, i := range p.at {
		p.out[i].drop = again[n] && p.index.met[p.in[i].record.Ref] == likenessOfIncoming(p.in[i])
	}
}

// several is what is met under an id that more than one row has.
var several = likeness{1}

// meet notes the likeness of a row with an id, and reports whether the id was met.
func (x *rowIndex) meet(ref string, l likeness) bool {
	before, met := x.met[ref]
	if met && before != l {
		l = several
	}
	x.met[ref] = l
	return met
}

// dropCorrected drops rows that another of the page says it corrects. A chain of corrections
// ends in its last one, and a circle corrects nothing.
func (p *rowPage) dropCorrected() {
	corrects := map[string]int{} // by the id that is corrected
	named := map[string][]int{}
	for _, i := range p.at {
		a := p.in[i]
		if p.out[i].drop || !a.hasID {
			continue
		}
		named[a.record.Ref] = append(named[a.record.Ref], i)
		if a.pendingRef != "" && a.pendingRef != a.record.Ref {
			corrects[a.pendingRef] = i
		}
	}
	walked := map[int]bool{}
	for _, i := range p.at {
		if _, corrected := corrects[p.in[i].record.Ref]; corrected || p.out[i].drop {
			continue
		}
		for ref := p.in[i].pendingRef; ref != "" && len(named[ref]) == 1 && !walked[named[ref][0]]; {
			j := named[ref][0]
			if j == i {
				break
			}
			walked[j], p.out[j].drop = true, true
			ref = p.in[j].pendingRef
			p.in[i].corrected = append(p.in[i].corrected, ref)
		}
	}
	for _, i := range p.at { // a page before this one did
		if a := p.in[i]; a.hasID && a.pendingRef == "" && p.seen.hasSuperseded(p.account, a.record.Ref) {
			p.out[i].drop = true
		}
	}
}

// load brings the days of the page into the index, as far as they are not in it.
func (p *rowPage) load(ctx context.Context) error {
	var days []fairlead.Interval
	for _, i := range p.at {
		d := p.in[i].record.Day
		if d.IsZero() { // of these there are hardly any
			d = fairlead.Date{Year: 1, Month: 1, Day: 1 + pendingWindow}
			if !p.index.undated {
				p.index.undated = true
				if err := p.lookup.scan(ctx, p.kind, p.account, fairlead.Interval{}, "", p.noteStored); err != nil {
					return err
				}
			}
		}
		days = append(days, fairlead.Interval{From: d.AddDays(-pendingWindow), To: d.AddDays(pendingWindow)})
	}
	for _, span := range missing(mergeSpans(days), p.index.days) {
		if err := p.lookup.scan(ctx, p.kind, p.account, span, "", p.noteStored); err != nil {
			return err
		}
	}
	p.index.days = mergeSpans(append(days, p.index.days...))
	if p.kind != fairlead.TransactionRecord || p.index.opened {
		return nil
	}
	p.index.opened = true
	return p.lookup.scan(ctx, p.kind, p.account, fairlead.Interval{}, string(fairlead.TransactionPending), p.noteStored)
}

func (p *rowPage) noteStored(rec fairlead.Record) { p.note(rec) }

// note adds a stored record to the index.
func (p *rowPage) note(rec fairlead.Record) *storedRow {
	if known := p.index.known[rec.ID]; known != nil {
		return known
	}
	r := &storedRow{id: rec.ID, ref: rec.Ref, index: rec.DuplicateIndex, seen: p.seen.hasRecord(rec.ID)}
	r.f = fingerprintOf(rec, p.open(rec))
	r.pending = rec.State == string(fairlead.TransactionPending)
	if p.kind == fairlead.TransactionRecord {
		var t struct {
			PendingRef string `json:"pending_ref"`
		}
		if json.Unmarshal(rec.Body, &t) == nil && t.PendingRef != rec.Ref {
			r.was = t.PendingRef
		}
	}
	if r.seen {
		p.index.meet(r.ref, likenessOf(r.f.day, r.f.amount, r.f.text, r.pending))
	}
	return p.index.add(r)
}

// mergeSpans orders spans and joins those that touch.
func mergeSpans(spans []fairlead.Interval) []fairlead.Interval {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b fairlead.Interval) int { return a.From.Compare(b.From) })
	var out []fairlead.Interval
	for _, s := range spans {
		if n := len(out) - 1; n >= 0 && !s.From.After(out[n].To.AddDays(1)) {
			if s.To.After(out[n].To) {
				out[n].To = s.To
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// missing is what of some spans lies outside of others; both are merged.
func missing(want, have []fairlead.Interval) (out []fairlead.Interval) {
	for _, w := range want {
		for _, h := range have {
			if h.To.Before(w.From) || h.From.After(w.To) {
				continue
			}
			if h.From.After(w.From) {
				out = append(out, fairlead.Interval{From: w.From, To: h.From.AddDays(-1)})
			}
			w.From = h.To.AddDays(1)
		}
		if !w.From.After(w.To) {
			out = append(out, w)
		}
	}
	return out
}

// pairAlike pairs so many alike rows as there are on both sides, in the order in which they
// were stored; among these, equal ids first.
func (p *rowPage) pairAlike() {
	groups := map[likeness][]int{}
	var order []likeness
	for _, i := range p.left() {
		l := likenessOfIncoming(p.in[i])
		if groups[l] == nil {
			order = append(order, l)
		}
		groups[l] = append(groups[l], i)
	}
	for _, l := range order {
		p.pairGroup(groups[l], p.index.alike[l].window(len(groups[l])))
	}
}

func (p *rowPage) pairGroup(in []int, stored []*storedRow) {
	if len(stored) == 0 {
		return
	}
	byRef := map[string][]*storedRow{}
	for _, r := range stored {
		byRef[r.ref] = append(byRef[r.ref], r)
	}
	for _, i := range in {
		if same := byRef[p.in[i].record.Ref]; len(same) > 0 {
			p.take(i, same[0])
			byRef[p.in[i].record.Ref] = same[1:]
		}
	}
	rest := stored
	for _, i := range in {
		for len(rest) > 0 && rest[0].seen {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return
		}
		if p.isOpen(i) {
			p.take(i, rest[0])
		}
	}
}

// pairCorrected pairs rows with what the file says they correct, where that is one row.
func (p *rowPage) pairCorrected(ctx context.Context) error {
	var refs []refKey
	for _, i := range p.left() {
		for _, ref := range p.in[i].corrects() {
			if _, known := p.index.refs[ref]; !known {
				p.index.refs[ref] = nil
				refs = append(refs, refKey{p.account, ref})
			}
		}
	}
	if len(refs) > 0 {
		records, err := p.lookup.withRefs(ctx, p.kind, refs)
		if err != nil {
			return err
		}
		for _, rec := range records {
			if !rec.Removed {
				p.index.refs[rec.Ref] = append(p.index.refs[rec.Ref], p.note(rec))
			}
		}
	}
	taken := map[*storedRow]bool{}
	for _, r := range p.paired {
		taken[r] = true
	}
	for _, i := range p.left() {
		for _, ref := range p.in[i].corrects() {
			found := p.index.refs[ref]
			if len(found) != 1 || !p.isOpen(i) || taken[found[0]] {
				continue
			}
			p.take(i, found[0])
			taken[found[0]], p.index.refs[ref] = true, nil
			if now := p.in[i].record.Ref; p.in[i].hasID { // what corrects this one on a later page
				p.index.refs[now] = append(p.index.refs[now], found[0])
			}
		}
	}
	return nil
}

// pairGrown pairs a row with the one of its id, day and amount whose text has some words less,
// or more: banks complete a text later.
func (p *rowPage) pairGrown() {
	came := map[idOn]int{}
	left := p.left()
	for _, i := range left {
		came[idOf(p.in[i])]++
	}
	for _, i := range left {
		on := idOf(p.in[i])
		if !p.in[i].hasID || came[on] != 1 {
			continue
		}
		stored := p.index.ids[on]
		if len(stored) != 1 || stored[0].seen || stored[0].pending != p.in[i].pending() {
			continue
		}
		if text := p.in[i].fingerprint().text; grows(stored[0].f.text, text) || grows(text, stored[0].f.text) {
			p.take(i, stored[0])
		}
	}
}

func idOf(a *incoming) idOn { return idOn{a.record.Ref, a.record.Day, a.fingerprint().amount} }

// grows reports whether a text has all the words of another, in their order, and more.
func grows(from, to string) bool {
	rest := strings.Fields(from)
	for _, word := range strings.Fields(to) {
		if len(rest) > 0 && rest[0] == word {
			rest = rest[1:]
		}
	}
	return len(rest) == 0 && len(from) < len(to)
}

// pairBooked recognises stored pending rows in booked ones of the same amount and text,
// where it is one to one.
func (p *rowPage) pairBooked() {
	arrived := map[price][]int{}
	for _, i := range p.left() {
		if a := p.in[i]; !a.pending() {
			f := a.fingerprint()
			arrived[price{f.amount, f.text}] = append(arrived[price{f.amount, f.text}], i)
		}
	}
	for at, in := range arrived {
		if stored := notSeen(p.index.pending, at); len(in) == 1 && len(stored) == 1 && inWindow(stored[0].f.day, p.in[in[0]].record.Day) {
			p.take(in[0], stored[0])
		}
	}
}

// inWindow reports whether a row that was pending on a day may be booked on another.
func inWindow(pending, booked fairlead.Date) bool {
	return !booked.Before(pending.AddDays(-1)) && !booked.After(pending.AddDays(pendingWindow))
}

// notSeen gives the rows of a price that were not met, at most two: nobody wants more. It
// forgets those that were, so that none is looked at twice.
func notSeen(all map[price][]*storedRow, at price) (out []*storedRow) {
	rest := all[at]
	for len(rest) > 0 && len(out) < 2 {
		if !rest[0].seen {
			out = append(out, rest[0])
		}
		rest = rest[1:]
	}
	if n := len(all[at]) - len(rest) - len(out); n > 0 {
		left := all[at][n:]
		copy(left, out)
		all[at] = left
	}
	return out
}

// pairSuperseded pairs what an older file has with what became of it: a row that was
// corrected, or a pending one that is booked. Of what a later file says is pending no more,
// it brings nothing back.
func (p *rowPage) pairSuperseded() {
	for _, i := range p.left() {
		a := p.in[i]
		became := p.index.was[a.record.Ref]
		if a.pending() && len(became) == 0 && p.isOlder(p.account) {
			f := a.fingerprint()
			became = slices.DeleteFunc(notSeen(p.index.booked, price{f.amount, f.text}), func(r *storedRow) bool { return !inWindow(f.day, r.f.day) })
		}
		switch {
		case len(became) == 1 && (a.hasID || a.pending()):
			p.take(i, became[0])
		case a.pending() && p.isStale(p.account):
			p.out[i].drop, p.out[i].refused = true, true
		}
	}
}

// pairGone pairs pending rows with those that left a list and are on one again.
func (p *rowPage) pairGone(ctx context.Context) error {
	var refs []refKey
	for _, i := range p.left() {
		ref := p.in[i].record.Ref
		if _, known := p.index.gone[ref]; p.in[i].pending() && !known {
			p.index.gone[ref] = nil
			refs = append(refs, refKey{p.account, ref})
		}
	}
	if len(refs) > 0 {
		records, err := p.lookup.withRefs(ctx, p.kind, refs)
		if err != nil {
			return err
		}
		for _, rec := range records {
			if rec.Removed && rec.State == string(fairlead.TransactionPending) {
				p.index.gone[rec.Ref] = append(p.index.gone[rec.Ref], &storedRow{id: rec.ID, index: rec.DuplicateIndex, f: fingerprintOf(rec, p.open(rec))})
			}
		}
	}
	for _, i := range p.left() {
		ref := p.in[i].record.Ref
		if gone := p.index.gone[ref]; p.in[i].pending() && len(gone) > 0 && gone[0].f == p.in[i].fingerprint() {
			p.take(i, gone[0])
			p.index.gone[ref] = gone[1:]
		}
	}
	return nil
}

// numberNew gives each new row its index among the alike.
func (p *rowPage) numberNew() {
	for _, i := range p.left() {
		l := likenessOfIncoming(p.in[i])
		group := p.index.alike[l]
		if group == nil {
			group = &alike{last: -1, sorted: true}
			p.index.alike[l] = group
		}
		group.last++
		p.out[i].duplicateIndex = group.last
	}
}

// read reads the stored records of what was paired.
func (p *rowPage) read(ctx context.Context) error {
	var ids []fairlead.RecordID
	for _, r := range p.paired {
		ids = append(ids, r.id)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found := map[fairlead.RecordID]*known{}
	for part := range slices.Chunk(ids, 1000) {
		records, err := p.lookup.byIDs(ctx, part)
		if err != nil {
			return err
		}
		for _, rec := range records {
			found[rec.ID] = &known{record: rec, opened: p.open}
		}
	}
	for i, r := range p.paired {
		p.out[i].stored = found[r.id]
		p.out[i].duplicateIndex = r.index
	}
	return nil
}
