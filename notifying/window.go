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
	// rewindEach is how often the line is read from its beginning: what is told once
	// more may stand before what was read already.
	rewindEach = time.Second
)

// window is what a run holds of its lane, from being read to being recorded.
type window struct {
	known   map[fairlead.NoticeID]bool
	streams map[stream]*line
	firsts  []*telling // ready: the heads of streams
	retries []*telling // ready
	turn    bool       // of a retry, where both are ready
	held    int        // first attempts
	retried int        // retries

	reading bool
	leaving []fairlead.NoticeID // recorded while a page was being read, which may show them still

	cursor    place
	back      *place // the line is to be read again from here
	rewound   time.Time
	more      bool // there is more to read at once
	dry       bool // there was nothing when nothing was held
	pause     time.Duration
	look      time.Time // when to read next
	nextRetry time.Time // tenant time
}

// line is what a window holds of a stream.
type line struct {
	waiting []*telling // the first one is ready, or under way
	cut     bool       // more was seen than is held
}

// place is where a notice stands in the line of its lane.
type place struct {
	number int64
	id     fairlead.NoticeID
}

func placeOf(n fairlead.Notice) place { return place{n.Place, n.ID} }

func (p place) before(q place) bool {
	return p.number < q.number || p.number == q.number && p.id < q.id
}

func newWindow() window {
	return window{known: map[fairlead.NoticeID]bool{}, streams: map[stream]*line{}, pause: pollSoon}
}

func (w *window) empty() bool { return len(w.known) == 0 }
func (w *window) ready() int  { return len(w.firsts) + len(w.retries) }

// wants tells whether it is time to read.
func (w *window) wants(now time.Time) bool {
	if w.reading || w.held >= widest || len(w.firsts) >= linePage {
		return false
	}
	return w.empty() || w.more || w.back != nil || !now.Before(w.look)
}

// hurry has the lane looked into soon: something is about to be committed.
func (w *window) hurry(now time.Time) {
	w.pause = pollSoon
	if soon := now.Add(pollSoon); soon.Before(w.look) {
		w.look = soon
	}
}

// ask is what to read.
type ask struct {
	after   place
	retries int
	whole   bool // nothing is held
}

func (w *window) ask(now time.Time) ask {
	a := ask{whole: w.empty()}
	if a.whole || now.Sub(w.rewound) > rewindEach {
		w.cursor, w.rewound = place{}, now
	}
	if w.back != nil && w.back.before(w.cursor) {
		w.cursor = *w.back
	}
	w.back, w.reading = nil, true
	a.after = w.cursor
	if w.retried < retryPage { // those that are held come first
		a.retries = w.retried + retryPage
	}
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
// telling needs.
func (r *run) page(a ask) (p page, err error) {
	real := r.n.clock()
	err = r.n.store.View(r.ctx, func(tx *store.Tx) error {
		p = page{}
		rd := newReader(tx)
		tenant, err := tx.Tenants.Get(r.work.Tenant)
		if err != nil {
			return err
		}
		notices, err := tx.Notices.Line(tenant.ID, r.work.Key, fairlead.Notice{Place: a.after.number, ID: a.after.id}, linePage)
		if err != nil {
			return err
		}
		if p.full = len(notices) == linePage; len(notices) > 0 {
			p.last = placeOf(notices[len(notices)-1])
		}
		if p.firsts, err = r.loadAll(rd, notices); err != nil {
			return err
		}
		if p.nextRetry, err = tx.Notices.NextRetry(tenant.ID, r.work.Key); err != nil {
			return err
		}
		if now := tenant.Time(real); a.retries > 0 && !p.nextRetry.IsZero() && !p.nextRetry.After(now) {
			notices, err := tx.Notices.Retries(tenant.ID, r.work.Key, now, a.retries)
			if err != nil {
				return err
			}
			rd.events = nil
			p.retries, err = r.loadAll(rd, notices)
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

// loadAll loads those notices that are not held yet.
func (r *run) loadAll(rd *reader, notices []fairlead.Notice) ([]*telling, error) {
	r.mu.Lock()
	notices = slices.DeleteFunc(notices, func(n fairlead.Notice) bool { return r.window.known[n.ID] })
	r.mu.Unlock()
	if err := rd.ahead(notices); err != nil {
		return nil, err
	}
	tellings := make([]*telling, len(notices))
	for i, notice := range notices {
		t, err := r.n.load(rd, notice)
		if err != nil {
			return nil, err
		}
		tellings[i] = t
	}
	return tellings, nil
}

// answer takes in what was read.
func (w *window) answer(p page, a ask, now time.Time) {
	w.reading = false
	came, cut := 0, false
	if w.back == nil { // else some of a stream would be passed over
		for _, t := range p.firsts {
			if w.join(t) {
				came++
			} else {
				cut = true
			}
		}
		if p.last != (place{}) {
			w.cursor = p.last
		}
	}
	for _, t := range p.retries {
		w.known[t.notice.ID] = true
		w.retried++
		w.retries = append(w.retries, t)
		came++
	}
	for _, id := range w.leaving {
		delete(w.known, id)
	}
	w.leaving = nil
	w.nextRetry = p.nextRetry
	w.more = p.full && (came > 0 || !cut) // a page of what can't be held yet is enough for a while
	w.dry = a.whole && came == 0
	w.pause = min(4*w.pause, pollLate)
	if came > 0 {
		w.pause = pollSoon
	}
	w.look = now.Add(w.pause)
}

// join puts a notice into its stream; false: the stream is as long as may be held.
func (w *window) join(t *telling) bool {
	s := w.streams[t.stream]
	if s == nil {
		s = &line{}
		w.streams[t.stream] = s
	}
	if s.cut = s.cut || len(s.waiting) >= depth; s.cut {
		return false
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
	return true
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
	s.waiting = s.waiting[1:]
	last := t
	if n := len(s.waiting); n > 0 {
		last = s.waiting[n-1]
		w.firsts = append(w.firsts, s.waiting[0])
	} else {
		delete(w.streams, t.stream)
	}
	if s.cut && len(s.waiting) <= depth/2 {
		s.cut = false
		if from := placeOf(last.notice); w.back == nil || from.before(*w.back) {
			w.back = &from
		}
	}
}

// forget lets go of a notice that is recorded, or waits no more.
func (w *window) forget(t *telling) {
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
