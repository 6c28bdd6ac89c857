package collecting

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// pendingWindow is how many days a pending transaction may take to be booked
// and still be recognised by its fingerprint.
const pendingWindow = 10

// alikeWindow is how many days apart they are where only the words are alike.
const alikeWindow = 5

// lookup is where stored records are looked up. Each method is one query a page
// (and a span of days), never one a row.
type lookup interface {
	// withRefs returns the records of a kind with one of the refs, removed ones too.
	withRefs(ctx context.Context, kind fairlead.RecordKind, refs []refKey) ([]fairlead.Record, error)
	// between returns the live records of a kind and account on some days; a
	// zero interval is all of them.
	between(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval) ([]fairlead.Record, error)
	// pending returns the account's live pending transactions.
	pending(ctx context.Context, account fairlead.RecordID) ([]fairlead.Record, error)
	// isEmpty reports whether the account had nothing of the kind stored before this
	// collection, so that looking for fingerprints would find nothing.
	isEmpty(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID) (bool, error)
}

// known is a stored record with what matching has decided about it.
type known struct {
	record fairlead.Record
	seen   bool // met earlier in this collection
	taken  bool // paired on this page
	cached *fingerprint
	opened func(fairlead.Record) []byte
}

// fingerprint opens and decodes the record at most once.
func (k *known) fingerprint() fingerprint {
	if k.cached == nil {
		var private []byte
		if len(k.record.Sealed) > 0 && k.opened != nil {
			private = k.opened(k.record)
		}
		f := fingerprintOf(k.record, private)
		k.cached = &f
	}
	return *k.cached
}

// hasID reports whether the record carries an id of the institution's.
func (k *known) hasID() bool { return !isFingerprint(k.record.Ref) }

func (k *known) pending() bool { return k.record.State == string(fairlead.TransactionPending) }

// pairing is what one incoming record turned out to be.
type pairing struct {
	stored         *known // nil: new
	duplicateIndex int    // of a new one
	drop           bool   // twice on the page, or superseded by its posted form
	refused        bool   // of what is dropped: it is older than what is stored
}

// refKey is what an institution's id is unique within.
type refKey struct {
	account fairlead.RecordID
	ref     string
}

func (k refKey) compare(other refKey) int {
	return cmp.Or(strings.Compare(string(k.account), string(other.account)), strings.Compare(k.ref, other.ref))
}

// refKeyOf is a record's.
func refKeyOf(rec fairlead.Record) refKey {
	if !store.RefIsOfAccount(rec.Kind) {
		return refKey{ref: rec.Ref}
	}
	return refKey{rec.Account, rec.Ref}
}

// covered reports whether the institution has shown an account and day completely.
type covered func(account fairlead.RecordID, day fairlead.Date) bool

// matching pairs one page's records of one kind with stored ones: by the
// institution's id, then by the id they had while pending, then by fingerprint.
// Every stored record is taken at most once, which is why identical twins stay two.
type matching struct {
	in      []*incoming
	out     []pairing
	seen    *seen
	covered covered
	byRef   map[refKey][]*known // live ones first, then by duplicate index
	byID    map[fairlead.RecordID]*known
	next    map[refKey]int // the duplicate index of the next new record
	met     map[block]bool // blocks of which an id came again
	opened  func(fairlead.Record) []byte
}

// block is a day of an account: ids are re-issued for whole blocks.
type block struct {
	account fairlead.RecordID
	day     fairlead.Date
}

// match pairs incoming records, all of one kind. It looks up refs once and, only
// where something is left over in an account that had records before,
// fingerprints once more.
//
// Of the blocks in came an id has come already. leftovers is another way to pair what no id
// has paired; nil: by fingerprints.
func match(
	ctx context.Context, kind fairlead.RecordKind, in []*incoming, l lookup, s *seen, c covered, came []block, leftovers func(*matching) error,
) ([]pairing, error) {
	m := &matching{
		in: in, out: make([]pairing, len(in)), seen: s, covered: c,
		byRef: map[refKey][]*known{}, byID: map[fairlead.RecordID]*known{}, next: map[refKey]int{}, met: map[block]bool{},
	}
	if opens, ok := l.(interface {
		private(rec fairlead.Record) []byte
	}); ok {
		m.opened = opens.private
	}
	for _, b := range came {
		m.met[b] = true
	}
	m.dropRepeated()
	records, err := l.withRefs(ctx, kind, m.refs())
	if err != nil {
		return nil, err
	}
	m.addAll(records)
	m.pairFormer()
	m.pairByRef()
	m.pairByPendingRef()
	switch {
	case leftovers != nil:
		if err := leftovers(m); err != nil {
			return nil, err
		}
	case matchedByFingerprint(kind):
		if err := m.pairLeftovers(ctx, kind, l); err != nil {
			return nil, err
		}
	}
	m.numberNew()
	return m.out, nil
}

// dropRepeated drops what is on the page twice under one id, the last one winning,
// and pending copies whose posted form is there too.
func (m *matching) dropRepeated() {
	last := make(map[refKey][]int, len(m.in))
	posted := map[refKey]bool{}
	for _, a := range m.in {
		if a.pendingRef != "" && a.pendingRef != a.record.Ref {
			posted[refKey{a.record.Account, a.pendingRef}] = true
		}
	}
	for i, a := range m.in {
		if !a.hasID {
			continue
		}
		k := refKeyOf(a.record)
		if posted[k] || (a.pending() && m.seen.hasSuperseded(k.account, k.ref)) {
			m.out[i].drop = true
			continue
		}
		for _, j := range last[k] {
			if !m.out[j].drop && m.in[j].fingerprint() == a.fingerprint() {
				m.out[j].drop = true
			}
		}
		last[k] = append(last[k], i)
	}
}

// refs are all ids that a stored record could have.
func (m *matching) refs() []refKey {
	refs := make([]refKey, 0, len(m.in))
	for i, a := range m.in {
		if m.out[i].drop {
			continue
		}
		refs = append(refs, refKeyOf(a.record))
		if a.pendingRef != "" && a.pendingRef != a.record.Ref {
			refs = append(refs, refKey{a.record.Account, a.pendingRef})
		}
		if a.former != "" {
			refs = append(refs, refKey{a.record.Account, a.former})
		}
	}
	slices.SortFunc(refs, refKey.compare)
	return slices.Compact(refs)
}

func (m *matching) addAll(records []fairlead.Record) {
	for _, r := range records {
		m.add(r)
	}
	for _, group := range m.byRef {
		slices.SortFunc(group, func(a, b *known) int {
			if a.record.Removed != b.record.Removed {
				if a.record.Removed {
					return 1
				}
				return -1
			}
			return a.record.DuplicateIndex - b.record.DuplicateIndex
		})
	}
}

// add notes a stored record once.
func (m *matching) add(r fairlead.Record) *known {
	if k, ok := m.byID[r.ID]; ok {
		return k
	}
	k := &known{record: r, seen: m.seen.hasRecord(r.ID), opened: m.opened}
	m.byID[r.ID] = k
	key := refKeyOf(r)
	m.byRef[key] = append(m.byRef[key], k)
	m.next[key] = max(m.next[key], r.DuplicateIndex+1)
	return k
}

func (m *matching) isOpen(i int) bool { return !m.out[i].drop && m.out[i].stored == nil }

func (m *matching) take(i int, k *known) {
	m.out[i].stored, k.taken = k, true
}

// pairByRef pairs equal ids. Where one id names several (an institution that
// re-uses ids, or fingerprints) equal fingerprints come first, then the order.
func (m *matching) pairByRef() {
	for i, a := range m.in {
		group := m.byRef[refKeyOf(a.record)]
		if !m.isOpen(i) || len(group) == 0 {
			continue
		}
		if !a.hasID {
			m.takeFirst(i, group, func(k *known) bool { return !k.seen })
			continue
		}
		if len(group) > 1 {
			m.takeFirst(i, group, func(k *known) bool { return k.fingerprint() == a.fingerprint() })
		}
	}
	for i, a := range m.in {
		if m.isOpen(i) && a.hasID {
			m.takeFirst(i, m.byRef[refKeyOf(a.record)], func(k *known) bool {
				// An id met before in this collection with another fingerprint is re-used by
				// the institution: a second thing, not a correction.
				return !k.seen || k.pending() || k.fingerprint() == a.fingerprint()
			})
		}
		if k := m.out[i].stored; k != nil && a.hasID {
			m.met[block{a.record.Account, k.record.Day}] = true
		}
	}
}

func (m *matching) takeFirst(i int, group []*known, fits func(*known) bool) {
	for _, k := range group {
		if !k.taken && fits(k) {
			m.take(i, k)
			return
		}
	}
}

func (m *matching) pairByPendingRef() {
	for i, a := range m.in {
		if !m.isOpen(i) || a.pendingRef == "" {
			continue
		}
		m.takeFirst(i, m.byRef[refKey{a.record.Account, a.pendingRef}], func(k *known) bool { return !k.record.Removed || !k.seen })
	}
}

// numberNew gives each new record its duplicate index among those of the same id.
func (m *matching) numberNew() {
	for i, a := range m.in {
		if m.isOpen(i) {
			k := refKeyOf(a.record)
			m.out[i].duplicateIndex = m.next[k]
			m.next[k]++
		}
	}
}
