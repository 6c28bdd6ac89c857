package deliver

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
)

const (
	// groupSize is how many deliveries of one group are in memory, and bufferSize how
	// many of all: where that is full, more groups wait than posts are made at once.
	groupSize  = 32
	bufferSize = maxPosts * groupSize
	pageSize   = 64
	// pollSoon and pollLate are how often a queue is looked into while posts are under
	// way: soon after something came or is said to, then ever later.
	pollSoon = 3 * time.Millisecond
	pollLate = 50 * time.Millisecond
	// rewindEvery is how often it is read from its beginning: what is sent once more
	// may stand before what was read already.
	rewindEvery = time.Second
)

// buffer is what a run has read of its queue, until it is recorded.
type buffer struct {
	known    map[fairlead.DeliveryID]bool
	groups   map[groupKey]*group
	firsts   []*attempt // ready: the heads of groups
	retries  []*attempt // ready
	cursor   position   // what stands up to here was read, since it was read from the beginning
	high     position   // what stands up to here was read at some time, or came in its order
	more     bool       // there is more to read at once
	toRefill []*group   // those to be read from where they were truncated
	rewound  time.Time
	pause    time.Duration
	next     time.Time // when to read next
	lingers  bool      // it is not read at once when nothing is held
}

// groupKey is the ordering key of first attempts: one connection (or link, where
// there is no connection yet) and one receiver. What is about neither is in no order.
type groupKey struct {
	application fairlead.ApplicationID
	about, to   string
}

func groupOf(d fairlead.Delivery) groupKey {
	return groupKey{d.Application, cmp.Or(string(d.Connection), string(d.Link), string(d.Event)), cmp.Or(string(d.Destination.Endpoint), d.Destination.Address)}
}

// group is what a buffer holds of an ordering key.
type group struct {
	waiting   []*attempt // the first one is ready, or under way
	truncated bool       // more was seen than is held
	from      position   // of the last one before that
}

// position is where a delivery stands in its queue.
type position struct {
	sequence int64
	id       fairlead.DeliveryID
}

func positionOf(d fairlead.Delivery) position { return position{d.Sequence, d.ID} }

func (p position) before(q position) bool {
	return p.sequence < q.sequence || p.sequence == q.sequence && p.id < q.id
}

func newBuffer(lingers bool) buffer {
	return buffer{known: map[fairlead.DeliveryID]bool{}, groups: map[groupKey]*group{}, pause: pollSoon, lingers: lingers}
}

// wants reports whether it is time to read.
func (b *buffer) wants(now time.Time) bool {
	return len(b.known) < bufferSize && (len(b.known) == 0 && !b.lingers || b.more || len(b.toRefill) > 0 || !now.Before(b.next))
}

// wantsArrivals reports whether those are to be loaded now: there is room for them, and
// nothing before them is still to be read.
func (b *buffer) wantsArrivals(arrivals []arrival) bool {
	if len(arrivals) == 0 || len(b.known) >= bufferSize || len(b.toRefill) > 0 {
		return false
	}
	return !b.more || !b.cursor.before(positionOf(*arrivals[0].delivery))
}

// hear takes in what a run was told, and returns the arrivals that are new to it.
func (b *buffer) hear(n news, now time.Time) []arrival {
	if n.committed {
		b.next = now
	}
	if n.soon {
		b.pollSoon(now)
	}
	if n.missed {
		b.more = true
		return nil
	}
	b.more = b.more && len(n.arrivals) == 0 // else all that is to be read on is among them
	return slices.DeleteFunc(n.arrivals, func(a arrival) bool { return !b.high.before(positionOf(*a.delivery)) })
}

// wait is how long nothing is to be read, if nothing happens.
func (b *buffer) wait(now time.Time) time.Duration {
	if wait := b.next.Sub(now); wait > 0 {
		return wait
	}
	return pollLate // it is full, or being read
}

// pollSoon has the queue looked into soon.
func (b *buffer) pollSoon(now time.Time) {
	b.pause = pollSoon
	if soon := now.Add(pollSoon); soon.Before(b.next) {
		b.next = soon
	}
}

// query is what to read.
type query struct {
	after    position
	arrivals []arrival // if there are any, nothing is read but what they need
	only     *group    // that is refilled; nil: whatever comes next
	retries  bool
	all      bool // nothing is held
	skip     map[fairlead.DeliveryID]bool
}

func (b *buffer) query(now time.Time) query {
	q := query{all: len(b.known) == 0, retries: len(b.retries) < maxPosts, skip: maps.Clone(b.known)}
	if q.all {
		clear(b.groups)
		b.toRefill = nil
	}
	if len(b.toRefill) > 0 {
		q.only, b.toRefill = b.toRefill[0], b.toRefill[1:]
		q.after = q.only.from
		return q
	}
	if q.all || !b.more && now.Sub(b.rewound) > rewindEvery && !b.truncated() {
		b.cursor, b.rewound = position{}, now
	}
	q.after = b.cursor
	return q
}

func (b *buffer) truncated() bool {
	for _, g := range b.groups {
		if g.truncated {
			return true
		}
	}
	return false
}

// add takes in a page and returns how many of it.
func (b *buffer) add(p page, now time.Time) int {
	before := len(b.known)
	for _, a := range p.retries {
		b.known[a.delivery.ID] = true
		b.retries = append(b.retries, a)
	}
	if g := p.query.only; g != nil {
		b.refill(g, p)
		return len(b.known) - before
	}
	for _, a := range p.firsts {
		b.join(a)
	}
	if p.last != (position{}) {
		b.cursor = p.last
	}
	if b.high.before(p.last) {
		b.high = p.last
	}
	came := len(b.known) - before
	if len(p.query.arrivals) > 0 {
		return came
	}
	b.more = p.full
	if b.pause = min(4*b.pause, pollLate); came > 0 {
		b.pause = pollSoon
	}
	b.next = now.Add(b.pause)
	return came
}

// refill takes in what a group is refilled with. It is truncated again if there is
// more, or may be before what was read of all.
func (b *buffer) refill(g *group, p page) {
	g.truncated = false
	for _, a := range p.firsts {
		if b.groups[a.group] == g && !b.high.before(positionOf(a.delivery)) { // what is beyond comes in its turn
			b.join(a)
		}
	}
	if !g.truncated && p.full && p.last.before(b.cursor) {
		g.truncated, g.from = true, p.last
	}
	if g.truncated && len(g.waiting) <= groupSize/2 {
		b.toRefill = append(b.toRefill, g)
	}
}

// join puts a delivery into its group, or truncates the group where it is full.
func (b *buffer) join(a *attempt) {
	g := b.groups[a.group]
	if g == nil {
		g = &group{}
		b.groups[a.group] = g
	}
	if g.truncated {
		return
	}
	if n := len(g.waiting); n == groupSize {
		g.truncated, g.from = true, positionOf(g.waiting[n-1].delivery)
		return
	}
	b.known[a.delivery.ID] = true
	at := len(g.waiting)
	for at > 1 && positionOf(a.delivery).before(positionOf(g.waiting[at-1].delivery)) { // it is sent once more
		at--
	}
	g.waiting = slices.Insert(g.waiting, at, a)
	if len(g.waiting) == 1 {
		b.firsts = append(b.firsts, a)
	}
}

// ready reports whether there is something to take.
func (b *buffer) ready(mayRetry bool) bool {
	return len(b.firsts) > 0 || mayRetry && len(b.retries) > 0
}

// take takes what is ready, retries first.
func (b *buffer) take(mayRetry bool) (a *attempt) {
	if mayRetry && len(b.retries) > 0 {
		a, b.retries = b.retries[0], b.retries[1:]
	} else {
		a, b.firsts = b.firsts[0], b.firsts[1:]
	}
	return a
}

// remove takes an attempted delivery out of its group: the next one is ready.
func (b *buffer) remove(a *attempt) {
	if a.retry {
		return
	}
	g := b.groups[a.group]
	if g.waiting = g.waiting[1:]; len(g.waiting) > 0 {
		b.firsts = append(b.firsts, g.waiting[0])
	}
	switch {
	case g.truncated && len(g.waiting) == groupSize/2:
		b.toRefill = append(b.toRefill, g)
	case !g.truncated && len(g.waiting) == 0:
		delete(b.groups, a.group)
	}
}

// expire has all that waits loaded again before it is sent.
func (b *buffer) expire() {
	for _, g := range b.groups {
		for _, a := range g.waiting[1:] { // the first one may be under way
			a.loaded = time.Time{}
		}
	}
	for _, a := range slices.Concat(b.firsts, b.retries) {
		a.loaded = time.Time{}
	}
}
