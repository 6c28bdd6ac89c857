package collecting

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// pendingWindow is how many days a pending transaction may take to be booked
// and still be recognised by its likeness.
const pendingWindow = 10

// shelf is where what is held is looked up. Each method is one query a page
// (and a span of days), never one a row.
type shelf interface {
	// withRefs returns the records of a kind with one of the refs, removed ones too.
	withRefs(kind fairlead.RecordKind, refs []string) ([]fairlead.Record, error)
	// between returns the live records of a kind and account on some days; a
	// zero interval is all of them.
	between(kind fairlead.RecordKind, account fairlead.RecordID, days fairlead.Interval) ([]fairlead.Record, error)
	// pending returns the account's live pending transactions.
	pending(account fairlead.RecordID) ([]fairlead.Record, error)
}

// rules are what matching must know besides the two sides.
type rules struct {
	// seen tells whether the record was told already in this collection.
	seen func(fairlead.RecordID) bool
	// superseded tells whether a posted transaction of this collection said that
	// it was this pending one.
	superseded func(account fairlead.RecordID, ref string) bool
	// covered tells whether the institution tells this account and day completely.
	covered func(account fairlead.RecordID, day fairlead.Date) bool
	// fresh tells whether the account held nothing of the kind before this
	// collection, so that looking for likenesses would find nothing.
	fresh func(kind fairlead.RecordKind, account fairlead.RecordID) (bool, error)
}

// known is a held record with what matching has decided about it.
type known struct {
	record fairlead.Record
	seen   bool // told earlier in this collection
	taken  bool // paired on this page
	look   *likeness
}

// like decodes the record at most once.
func (k *known) like() likeness {
	if k.look == nil {
		l := likenessOf(k.record)
		k.look = &l
	}
	return *k.look
}

// own tells whether the record carries an id of the institution's.
func (k *known) own() bool { return !isLikeness(k.record.Ref) }

// pairing is what one arrival turned out to be.
type pairing struct {
	held *known // nil: new
	twin int    // of a new one
	drop bool   // told twice on the page, or superseded by its posted form
}

// refKey is what an institution's id is unique within.
type refKey struct {
	account fairlead.RecordID
	ref     string
}

// matching pairs one page's arrivals of one kind with what is held: by the
// institution's id, then by the id it had while pending, then by likeness. Every
// held record is taken at most once, which is what keeps twins two.
type matching struct {
	in    []*arrival
	out   []pairing
	rules rules
	held  map[refKey][]*known // by ref; live ones first, then by twin
	byID  map[fairlead.RecordID]*known
	next  map[refKey]int // the twin number of the next new record
	met   map[block]bool
}

// block is a day of an account: ids are re-issued for whole blocks.
type block struct {
	account fairlead.RecordID
	day     fairlead.Date
}

// match pairs the arrivals, all of one kind. It reads the shelf once for refs
// and, only where something is left over in an account that held records
// before, once more for likenesses.
func match(kind fairlead.RecordKind, in []*arrival, s shelf, r rules) ([]pairing, error) {
	m := &matching{
		in: in, out: make([]pairing, len(in)), rules: r,
		held: map[refKey][]*known{}, byID: map[fairlead.RecordID]*known{}, next: map[refKey]int{}, met: map[block]bool{},
	}
	m.dropTold()
	records, err := s.withRefs(kind, m.refs())
	if err != nil {
		return nil, err
	}
	m.keep(records)
	m.pairByRef()
	m.pairByPendingRef()
	if err := m.pairLeftovers(kind, s); err != nil {
		return nil, err
	}
	m.numberNew()
	return m.out, nil
}

// dropTold drops what the page says twice under one id, the last one winning,
// and pending copies whose posted form is there too.
func (m *matching) dropTold() {
	last := make(map[refKey][]int, len(m.in))
	posted := map[refKey]bool{}
	for _, a := range m.in {
		if a.pendingRef != "" && a.pendingRef != a.record.Ref {
			posted[refKey{a.record.Account, a.pendingRef}] = true
		}
	}
	for i, a := range m.in {
		if !a.own {
			continue
		}
		k := refKey{a.record.Account, a.record.Ref}
		if posted[k] || (a.pending() && m.rules.superseded(k.account, k.ref)) {
			m.out[i].drop = true
			continue
		}
		for _, j := range last[k] {
			if !m.out[j].drop && m.in[j].like() == a.like() {
				m.out[j].drop = true
			}
		}
		last[k] = append(last[k], i)
	}
}

// refs are all ids that a held record could have.
func (m *matching) refs() []string {
	refs := make([]string, 0, len(m.in))
	for i, a := range m.in {
		if m.out[i].drop {
			continue
		}
		refs = append(refs, a.record.Ref)
		if a.pendingRef != "" && a.pendingRef != a.record.Ref {
			refs = append(refs, a.pendingRef)
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func (m *matching) keep(records []fairlead.Record) {
	for _, r := range records {
		m.add(r)
	}
	for _, group := range m.held {
		slices.SortFunc(group, func(a, b *known) int {
			if a.record.Removed != b.record.Removed {
				if a.record.Removed {
					return 1
				}
				return -1
			}
			return a.record.Twin - b.record.Twin
		})
	}
}

// add remembers a held record once.
func (m *matching) add(r fairlead.Record) *known {
	if k, ok := m.byID[r.ID]; ok {
		return k
	}
	k := &known{record: r, seen: m.rules.seen(r.ID)}
	m.byID[r.ID] = k
	key := refKey{r.Account, r.Ref}
	m.held[key] = append(m.held[key], k)
	m.next[key] = max(m.next[key], r.Twin+1)
	return k
}

func (m *matching) open(i int) bool { return !m.out[i].drop && m.out[i].held == nil }

func (m *matching) take(i int, k *known) {
	m.out[i].held, k.taken = k, true
}

// pairByRef pairs equal ids. Where one id names several (an institution that
// re-uses ids, or likenesses) the same looks come first, then the order.
func (m *matching) pairByRef() {
	for i, a := range m.in {
		group := m.held[refKey{a.record.Account, a.record.Ref}]
		if !m.open(i) || len(group) == 0 {
			continue
		}
		if !a.own {
			m.takeFirst(i, group, func(k *known) bool { return !k.seen })
			continue
		}
		if len(group) > 1 {
			m.takeFirst(i, group, func(k *known) bool { return k.like() == a.like() })
		}
	}
	for i, a := range m.in {
		if m.open(i) && a.own {
			m.takeFirst(i, m.held[refKey{a.record.Account, a.record.Ref}], func(k *known) bool {
				// An id told before in this collection with other looks is re-used by the
				// institution: a second thing, not a correction.
				return !k.seen || k.pending() || k.like() == a.like()
			})
		}
		if k := m.out[i].held; k != nil && a.own {
			m.met[block{a.record.Account, k.record.Day}] = true
		}
	}
}

func (k *known) pending() bool { return k.record.State == string(fairlead.TransactionPending) }

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
		if !m.open(i) || a.pendingRef == "" {
			continue
		}
		m.takeFirst(i, m.held[refKey{a.record.Account, a.pendingRef}], func(k *known) bool { return !k.record.Removed || !k.seen })
	}
}

// numberNew gives each new arrival its place among those of the same id.
func (m *matching) numberNew() {
	for i, a := range m.in {
		if m.open(i) {
			k := refKey{a.record.Account, a.record.Ref}
			m.out[i].twin = m.next[k]
			m.next[k]++
		}
	}
}
