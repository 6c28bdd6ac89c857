package notifying

import (
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// depth is how many notices of one stream are held in memory, and widest how
	// many of all: where that is full, more streams wait than posts are made at once.
	depth  = 32
	widest = mostPosts * depth
	// linePage and retryPage are how many are read at once, and kept ready.
	linePage  = 64
	retryPage = 16
	// pollSoon and pollLate are how often a lane is looked into while posts are under
	// way: soon after something came or is said to, then ever later.
	pollSoon = 3 * time.Millisecond
	pollLate = 50 * time.Millisecond
	// pollOver is the pause between pages of which nothing can be held yet.
	pollOver = 10 * time.Millisecond
	// pollHint is how often what is hinted at is looked for at once after mostStill
	// looks that found nothing while nothing ended: such a lane hangs, and many
	// hints are of what its full streams can't hold.
	pollHint  = 50 * time.Millisecond
	mostStill = 4
	// mostVain is how many pages in a row a stream is sought in that are all of
	// others, before a pause of pollOver.
	mostVain = 8
	// rewindEach is how often the line is read from its beginning: what is told once
	// more may stand before what was read already.
	rewindEach = time.Second
)

// window is what a run holds of its lane, from being read to being recorded.
type window struct {
	known   map[fairlead.DeliveryID]bool
	streams map[stream]*line
	firsts  []*telling // ready: the heads of streams
	retries []*telling // ready
	turn    bool       // of a retry, where both are ready
	held    int        // first attempts
	retried int        // retries

	reading bool
	leaving []fairlead.DeliveryID // recorded while a page was being read, which may show them still

	cursor    place    // what stands up to here was read
	cut       int      // streams of which not all of that is held
	refill    []stream // of those, the ones to be read from where they were cut
	rewound   time.Time
	more      bool      // there is more to read at once
	dry       bool      // there was nothing when nothing was held
	vain      int       // pages in a row in which a stream was sought and not found
	rest      time.Time // until when none is sought
	pause     time.Duration
	look      time.Time // when to read next
	still     int       // looks that found nothing, since something last ended
	hurried   time.Time // when what was hinted at was last looked for
	nextRetry time.Time // tenant time
}

// line is what a window holds of a stream.
type line struct {
	waiting []*telling // the first one is ready, or under way
	cut     bool       // more was seen than is held
	from    place      // of the last one before the cut
	asked   bool       // it is to be refilled
}

// place is where a notice stands in the line of its lane.
type place struct {
	number int64
	id     fairlead.DeliveryID
}

func placeOf(n fairlead.Delivery) place { return place{n.Sequence, n.ID} }

func (p place) before(q place) bool {
	return p.number < q.number || p.number == q.number && p.id < q.id
}

func newWindow() window {
	return window{known: map[fairlead.DeliveryID]bool{}, streams: map[stream]*line{}, pause: pollSoon}
}

func (w *window) empty() bool { return len(w.known) == 0 }
func (w *window) ready() int  { return len(w.firsts) + len(w.retries) }

// wants tells whether it is time to read.
func (w *window) wants(now time.Time) bool {
	if w.reading || w.held >= widest || len(w.firsts) >= linePage {
		return false
	}
	return w.empty() || w.more || w.refills(now) || !now.Before(w.look)
}

// refills tells whether to seek what a stream is to be refilled with.
func (w *window) refills(now time.Time) bool { return len(w.refill) > 0 && !now.Before(w.rest) }

// wait is how long nothing is to be read, if nothing happens.
func (w *window) wait(now time.Time) time.Duration {
	next := w.look
	if len(w.refill) > 0 && w.rest.Before(next) {
		next = w.rest
	}
	if wait := next.Sub(now); wait > 0 {
		return wait
	}
	return pollLate // it is full: who takes something says so
}

// hurry has the lane looked into soon: something is about to be committed.
func (w *window) hurry(now time.Time) {
	if w.still > mostStill && now.Sub(w.hurried) < pollHint {
		return // pollLate sees it
	}
	w.hurried, w.pause = now, pollSoon
	if soon := now.Add(pollSoon); soon.Before(w.look) {
		w.look = soon
	}
}

// ask is what to read.
type ask struct {
	after   place
	refill  *stream // only this one; nil: whatever comes next
	retries int
	whole   bool // nothing is held
}

func (w *window) ask(now time.Time) ask {
	a := ask{whole: w.empty()}
	w.reading = true
	if a.whole {
		clear(w.streams)
		w.cut, w.refill, w.vain, w.rest = 0, nil, 0, time.Time{}
	}
	if w.retried < retryPage { // those that are held come first
		a.retries = w.retried + retryPage
	}
	if w.refills(now) {
		key := w.refill[0]
		w.refill = w.refill[1:]
		a.refill, a.after = &key, w.streams[key].from
		return a
	}
	if a.whole || !w.more && w.cut == 0 && now.Sub(w.rewound) > rewindEach {
		w.cursor, w.rewound = place{}, now
	}
	a.after = w.cursor
	return a
}

// page is what was read.
type page struct {
	firsts, retries []*telling
	last            place // of the line; zero: it has no more
	full            bool
	nextRetry       time.Time
}

// page reads what comes next in the lane and is not held yet, with all that its
// telling needs. Where that of one can't be read, it reads the notices alone:
// each is loaded when its turn comes, and fails by itself.
func (r *run) page(a ask) (page, error) {
	p, err := r.readPage(a, true)
	if unreadable(err) && r.ctx.Err() == nil {
		r.n.log.Error("some of what waits can't be read", "lane", r.work.Key, "error", err)
		p, err = r.readPage(a, false)
	}
	return p, err
}

func (r *run) readPage(a ask, whole bool) (p page, err error) {
	wall := r.n.clock()
	began := time.Now()
	err = r.n.store.View(r.ctx, func(tx *store.Tx) error {
		p = page{}
		rd := newReader(tx)
		rd.began = began
		tenant, err := tx.Tenants.Get(r.work.Tenant)
		if err != nil {
			return err
		}
		notices, err := tx.Deliveries.FirstAttempts(tenant.ID, r.work.Key, fairlead.Delivery{Sequence: a.after.number, ID: a.after.id}, linePage)
		if err != nil {
			return err
		}
		if p.full = len(notices) == linePage; len(notices) > 0 {
			p.last = placeOf(notices[len(notices)-1])
		}
		if p.firsts, err = r.loadAll(rd, notices, a.refill, whole); err != nil {
			return err
		}
		if p.nextRetry, err = tx.Deliveries.NextRetry(tenant.ID, r.work.Key); err != nil {
			return err
		}
		if now := tenant.Time(wall); a.retries > 0 && !p.nextRetry.IsZero() && !p.nextRetry.After(now) {
			notices, err := tx.Deliveries.Retries(tenant.ID, r.work.Key, now, a.retries)
			if err != nil {
				return err
			}
			p.retries, err = r.loadAll(rd, notices, nil, whole)
			return err
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	all := slices.Concat(p.firsts, p.retries)
	r.n.openKeys(all)
	for _, t := range all {
		t.lighten()
	}
	return p, nil
}

// loadAll loads those notices that are not held yet and may be, or those of one
// stream; not whole, nothing is read for them yet.
func (r *run) loadAll(rd *reader, notices []fairlead.Delivery, only *stream, whole bool) ([]*telling, error) {
	r.mu.Lock()
	notices = slices.DeleteFunc(notices, func(n fairlead.Delivery) bool { return !r.window.misses(n, only) })
	r.mu.Unlock()
	tellings := make([]*telling, len(notices))
	if !whole {
		for i, notice := range notices {
			tellings[i] = newTelling(notice)
		}
		return tellings, nil
	}
	if err := rd.ahead(notices); err != nil {
		return nil, err
	}
	for i, notice := range notices {
		t, err := r.n.load(rd, notice)
		if err != nil {
			return nil, err
		}
		tellings[i] = t
	}
	return tellings, nil
}

// misses tells whether a notice that was read is to be held.
func (w *window) misses(n fairlead.Delivery, only *stream) bool {
	if w.known[n.ID] {
		return false
	}
	if !n.First.IsZero() {
		return true
	}
	if only != nil {
		return streamOf(n) == *only
	}
	s := w.streams[streamOf(n)]
	return s == nil || !s.cut
}

// answer takes in what was read.
func (w *window) answer(p page, a ask, now time.Time) {
	w.reading = false
	before := len(w.known)
	if a.refill != nil {
		w.uncut(*a.refill, p)
	} else {
		for _, t := range p.firsts {
			w.join(t)
		}
		if p.last != (place{}) {
			w.cursor = p.last
		}
	}
	for _, t := range p.retries {
		w.known[t.notice.ID] = true
		w.retried++
		w.retries = append(w.retries, t)
	}
	came := len(w.known) - before
	for _, id := range w.leaving {
		delete(w.known, id)
	}
	w.leaving = nil
	w.nextRetry = p.nextRetry
	w.dry = a.whole && came == 0
	if a.refill != nil {
		w.sought(came > 0, now)
		return
	}
	if w.still++; came > 0 {
		w.still = 0
	}
	over := p.full && came == 0 && w.cut > 0
	w.more = p.full && !over
	switch w.pause = min(4*w.pause, pollLate); {
	case came > 0:
		w.pause = pollSoon
	case over:
		w.pause = pollOver
	}
	w.look = now.Add(w.pause)
}

// sought has a stream that stands far behind others sought with pauses.
func (w *window) sought(found bool, now time.Time) {
	if w.vain++; found {
		w.vain = 0
	}
	if w.vain >= mostVain {
		w.vain, w.rest = 0, now.Add(pollOver)
	}
}

// join puts a notice into its stream, or cuts the stream where it is as long as
// may be held.
func (w *window) join(t *telling) {
	s := w.streams[t.stream]
	if s == nil {
		s = &line{}
		w.streams[t.stream] = s
	}
	if s.cut {
		return
	}
	if n := len(s.waiting); n == depth {
		s.cut, s.from = true, placeOf(s.waiting[n-1].notice)
		w.cut++
		return
	}
	w.known[t.notice.ID] = true
	w.held++
	at := len(s.waiting)
	for at > 1 && placeOf(t.notice).before(placeOf(s.waiting[at-1].notice)) { // it is told once more
		at--
	}
	s.waiting = slices.Insert(s.waiting, at, t)
	if len(s.waiting) == 1 {
		w.firsts = append(w.firsts, t)
	}
}

// uncut takes in what a stream was refilled with. It is cut again if there is
// more, or may be before what was read of all.
func (w *window) uncut(key stream, p page) {
	s := w.streams[key]
	s.cut, s.asked = false, false
	w.cut--
	for _, t := range p.firsts {
		w.join(t)
	}
	if !s.cut && p.full && p.last.before(w.cursor) {
		s.cut, s.from = true, p.last
		w.cut++
	}
	w.drained(key, s)
}

// drained has a stream refilled, or ends it, when it has run low.
func (w *window) drained(key stream, s *line) {
	switch {
	case s.cut && !s.asked && len(s.waiting) <= depth/2:
		s.asked = true
		w.refill = append(w.refill, key)
	case !s.cut && len(s.waiting) == 0:
		delete(w.streams, key)
	}
}

// take takes what is ready: first attempts and retries in turn.
func (w *window) take(mayRetry bool) (t *telling) {
	retry := mayRetry && len(w.retries) > 0 && (w.turn || len(w.firsts) == 0)
	switch {
	case retry:
		t, w.retries = w.retries[0], w.retries[1:]
	case len(w.firsts) > 0:
		t, w.firsts = w.firsts[0], w.firsts[1:]
	}
	w.turn = !retry
	return t
}

// leave takes an attempted notice out of its stream: the next one is ready.
func (w *window) leave(t *telling) {
	if t.retry {
		return
	}
	s := w.streams[t.stream]
	if s.waiting = s.waiting[1:]; len(s.waiting) > 0 {
		w.firsts = append(w.firsts, s.waiting[0])
	}
	w.drained(t.stream, s)
}

// forget lets go of a notice that is recorded, or waits no more.
func (w *window) forget(t *telling) {
	w.still = 0
	if t.retry {
		w.retried--
	} else {
		w.held--
	}
	if w.reading {
		w.leaving = append(w.leaving, t.notice.ID)
	} else {
		delete(w.known, t.notice.ID)
	}
}
