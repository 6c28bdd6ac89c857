package collecting

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Most of what a collection brings is there already, word for word. So the keys of what is
// stored on the days of a page are read first, from an index and without the bodies: what
// came with the digest that its ref has is what is stored, and is done with. Only the rest
// is read, compared and matched as match.go does it, and the outcome is the same.
//
// Keys that were read and did not come are held until the end of the product, because what
// of them never comes is what is missing.

const (
	// spanGap is how many days without rows are read along: a query of their own costs what
	// some ten keys cost.
	spanGap = 92
	// maxReadKeys is how many keys of an account are held at most. Where it takes more, the
	// rows of a page are looked up one by one.
	maxReadKeys = 20_000
)

// readKeys are the keys of an account that were read in this collection and have not come.
type readKeys struct {
	keys      []store.RecordKey
	days      []fairlead.Interval // that were read, merged
	scattered bool                // its rows come in an order that is not that of days
}

// question is what a page asks of the keys of an account.
type question struct {
	account fairlead.RecordID
	in      []*incoming
	at      []int // of what came
	*readKeys
	spans   []fairlead.Interval // days to read
	refs    []string            // to look up one by one
	read    []store.RecordKey   // of the days
	found   []store.RecordKey   // of the refs
	scatter bool                // the days have too many
}

// setAside takes from what came, all of one kind, what is stored just as it came. It
// returns the rest, and the blocks of which an id has come.
func (c *converter) setAside(ctx context.Context, kind fairlead.RecordKind, in []*incoming) (rest []*incoming, met []block, err error) {
	if c.digests == nil || c.conn.Uploaded || kind == fairlead.AccountRecord || kind == fairlead.DocumentRecord {
		return in, nil, nil
	}
	for _, a := range in {
		a.record.Digest = c.digests.of(a)
	}
	questions := c.questions(kind, in)
	if err := c.answer(ctx, kind, questions); err != nil {
		return nil, nil, err
	}
	done := make([]bool, len(in))
	for _, q := range questions {
		c.compare(kind, q, done)
	}
	for i, a := range in {
		switch b := (block{a.record.Account, a.record.Day}); {
		case !done[i]:
			rest = append(rest, a)
		case a.hasID && (len(met) == 0 || met[len(met)-1] != b):
			met = append(met, b)
		}
	}
	return rest, met, nil
}

// questions are what is to be read, account by account.
func (c *converter) questions(kind fairlead.RecordKind, in []*incoming) (questions []*question) {
	covers := map[fairlead.RecordID][]fairlead.Interval{}
	for _, cover := range c.of.covers {
		if account, known := c.accounts[cover.AccountRef]; known && !cover.Pending {
			covers[account] = append(covers[account], openEnded(cover.Days))
		}
	}
	for _, at := range byAccount(in) {
		q := &question{account: in[at[0]].record.Account, in: in, at: at}
		q.readKeys = c.keysRead(kind, q.account)
		questions = append(questions, q)
		var days []fairlead.Interval
		for _, i := range at {
			switch day := in[i].record.Day; {
			case q.scattered || kind.HasDate() && day.IsZero():
				q.refs = append(q.refs, in[i].record.Ref)
			case !kind.HasDate():
				days = []fairlead.Interval{always}
			case len(days) == 0 || days[len(days)-1].From != day:
				days = append(days, fairlead.Interval{From: day, To: day})
			}
		}
		q.spans = missing(widenTo(covers[q.account], closeGaps(mergeSpans(days))), q.days)
	}
	return questions
}

// always are all days that there can be.
var always = fairlead.Interval{To: fairlead.Date{Year: 9999, Month: 12, Day: 31}}

// openEnded gives a span that has no end the last day that there can be.
func openEnded(days fairlead.Interval) fairlead.Interval {
	if days.To.IsZero() {
		days.To = always.To
	}
	return days
}

// widenTo widens merged spans to the ends of those that a page covers, where these are near:
// what is missing of them is looked for when the page has been matched.
func widenTo(covers, spans []fairlead.Interval) []fairlead.Interval {
	if len(spans) == 0 {
		return spans
	}
	first, last := &spans[0], &spans[len(spans)-1]
	for _, cover := range covers {
		if cover.From.Before(first.From) && (cover.From.IsZero() || !cover.From.AddDays(spanGap).Before(first.From)) {
			first.From = cover.From
		}
		if cover.To.After(last.To) && (cover.To == always.To || !cover.To.After(last.To.AddDays(spanGap))) {
			last.To = cover.To
		}
	}
	return spans
}

// closeGaps joins merged spans that are near to each other.
func closeGaps(spans []fairlead.Interval) []fairlead.Interval {
	var out []fairlead.Interval
	for _, s := range spans {
		if n := len(out) - 1; n >= 0 && !s.From.After(out[n].To.AddDays(spanGap)) {
			out[n].To = s.To
			continue
		}
		out = append(out, s)
	}
	return out
}

func (c *converter) keysRead(kind fairlead.RecordKind, account fairlead.RecordID) *readKeys {
	key := accountKind{kind, account}
	h := c.keyed[key]
	if h == nil {
		h = &readKeys{}
		c.keyed[key] = h
	}
	return h
}

// answer reads what is asked, in one snapshot.
func (c *converter) answer(ctx context.Context, kind fairlead.RecordKind, questions []*question) error {
	if !slices.ContainsFunc(questions, func(q *question) bool { return len(q.spans)+len(q.refs) > 0 }) {
		return nil
	}
	err := c.keys.view(ctx, func(tx *store.Tx) (err error) {
		for _, q := range questions {
			q.read, q.found, q.scatter = nil, nil, false
			most := min(4*len(q.at)+1000, maxReadKeys-len(q.keys))
			for _, span := range q.spans {
				if q.scatter {
					break
				}
				err := c.keys.keys(tx, kind, q.account, span, func(k store.RecordKey) bool {
					q.read = append(q.read, k)
					q.scatter = len(q.read) > most
					return !q.scatter
				})
				if err != nil {
					return err
				}
			}
			refs := q.refs
			if q.scatter {
				q.read, refs = nil, nil
				for _, i := range q.at {
					refs = append(refs, q.in[i].record.Ref)
				}
			}
			if q.found, err = c.keys.keysOf(tx, kind, q.account, refs); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, q := range questions {
		if q.scatter {
			*q.readKeys = readKeys{scattered: true}
			continue
		}
		q.days = mergeSpans(append(q.spans, q.days...))
		q.keys = append(q.keys, q.read...)
	}
	return nil
}

// ofRef is what there is of one ref.
type ofRef struct {
	at     int  // of what came
	came   int  // how many of the page have it
	stored int  // how many stored ones have it
	named  bool // another one of the page says that it was this one while pending
	key    store.RecordKey
}

// compare sets aside what came with the digest that its ref has, where the ref is that of one
// thing on either side and no other of the page speaks of it.
func (c *converter) compare(kind fairlead.RecordKind, q *question, done []bool) {
	hashOf := store.RefHashes(c.tenant.ID, c.conn.ID, kind, q.account)
	refs := make(map[uint64]*ofRef, len(q.at))
	all := make([]ofRef, 0, len(q.at))
	for _, i := range q.at {
		hash := hashOf(q.in[i].record.Ref)
		if o := refs[hash]; o != nil {
			o.came++
			continue
		}
		all = append(all, ofRef{at: i, came: 1})
		refs[hash] = &all[len(all)-1]
	}
	for _, i := range q.at {
		if a := q.in[i]; a.pendingRef != "" && a.pendingRef != a.record.Ref {
			if o := refs[hashOf(a.pendingRef)]; o != nil {
				o.named = true
				refs[hashOf(a.record.Ref)].named = true
			}
		}
	}
	for _, keys := range [][]store.RecordKey{q.keys, q.found} {
		for _, k := range keys {
			if o := refs[k.RefHash]; o != nil {
				o.stored++
				o.key = k
			}
		}
	}
	for n := range all {
		o := &all[n]
		a := q.in[o.at]
		if o.came != 1 || o.stored != 1 || o.named || o.key.Digest != a.record.Digest || c.seen.hasRecord(o.key.ID) ||
			a.pending() && c.seen.hasSuperseded(a.record.Account, a.record.Ref) {
			continue
		}
		done[o.at] = true
		rec := a.record
		rec.ID = o.key.ID
		c.met(a, rec)
	}
	q.keys = slices.DeleteFunc(q.keys, func(k store.RecordKey) bool {
		o := refs[k.RefHash]
		return o != nil && done[o.at]
	})
}

// accountDays are some days of an account.
type accountDays struct {
	account fairlead.RecordID
	days    fairlead.Interval
}

// unmet are the keys of records on some days of accounts that have not come in this
// collection, span by span and in the order of days and ids. What of the spans was not read
// yet is read in one snapshot.
func (c *converter) unmet(ctx context.Context, kind fairlead.RecordKind, spans []accountDays) ([]store.RecordKey, error) {
	type unread struct {
		span int
		days fairlead.Interval
	}
	keys := make([][]store.RecordKey, len(spans))
	var toRead []unread
	for n, s := range spans {
		s.days = openEnded(s.days)
		h := c.keysRead(kind, s.account)
		for _, k := range h.keys {
			if s.days.Contains(k.Day) && !c.seen.hasRecord(k.ID) {
				keys[n] = append(keys[n], k)
			}
		}
		for _, days := range missing([]fairlead.Interval{s.days}, h.days) {
			toRead = append(toRead, unread{n, days})
		}
	}
	if len(toRead) > 0 {
		var read [][]store.RecordKey
		err := c.keys.view(ctx, func(tx *store.Tx) error {
			read = make([][]store.RecordKey, len(spans))
			for _, u := range toRead {
				err := c.keys.keys(tx, kind, spans[u.span].account, u.days, func(k store.RecordKey) bool {
					if !c.seen.hasRecord(k.ID) {
						read[u.span] = append(read[u.span], k)
					}
					return true
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for n := range spans {
			keys[n] = append(keys[n], read[n]...)
		}
	}
	for _, of := range keys {
		slices.SortFunc(of, func(a, b store.RecordKey) int {
			return cmp.Or(a.Day.Compare(b.Day), strings.Compare(string(a.ID), string(b.ID)))
		})
	}
	return slices.Concat(keys...), nil
}
