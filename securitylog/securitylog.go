// Package securitylog says what an operator must see of attacks: wrong credentials,
// refused access, limits, what becomes of keys, replays, failures.
//
// It owns the closed list of events, their form (slog lines with a group
// "security"), their count, and the bound of what is written: an attack must not
// fill the disk that it cannot fill otherwise. It does not own what is an event:
// whoever sees one reports it. It is handed ids and addresses, and no values.
//
// Of one event from one source five lines a minute are written, and sixty from all
// together; the rest is counted, and told when the minute is over in at most eleven
// lines: the ten worst sources, and all others.
package securitylog

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	window     = time.Minute // what is bounded and summed up
	perSource  = 5           // lines of one event from one source
	perEvent   = 60          // lines of one event
	maxSources = 1000        // sources of one event that are told apart
	worst      = 10          // sources that a summary names
)

// others is the source of whoever came when there were too many.
const others = "others"

// Options is what a Log works with.
type Options struct {
	Log     *slog.Logger
	Clock   func() time.Time // real time
	Observe func(Event)      // counts each, written or not; nil: nobody does
}

// Log is safe for concurrent use. A nil one reports nothing.
type Log struct {
	o Options

	mu    sync.Mutex
	began time.Time
	seen  map[Event]*minute
}

// minute is what of one event happened since the window began.
type minute struct {
	written int
	sources map[string]*source
}

// source is what of one event came from one place.
type source struct {
	written int
	counted int // and not written
	entry   Entry
}

// New builds a Log. Run sums up what it does not write.
func New(o Options) *Log {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	return &Log{o: o, seen: map[Event]*minute{}}
}

// Run sums up each minute until ctx ends, and then the last one.
func (l *Log) Run(ctx context.Context) error {
	tick := time.NewTicker(window)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			l.Sum()
			return nil
		case <-tick.C:
			l.Sum()
		}
	}
}

// Report counts an event and writes its line, unless there were too many lately.
// What Entry leaves empty is taken from the request that ctx has (WithRequest).
func (l *Log) Report(ctx context.Context, event Event, e Entry) {
	if l == nil {
		return
	}
	e = requestIn(ctx).complete(e)
	l.o.Observe(event)
	if l.admits(event, e) {
		l.o.Log.LogAttrs(ctx, event.level(), "security event", slog.Group("security", e.attributes(event)...))
	}
}

// admits reports whether a line may be written, and counts it where not.
func (l *Log) admits(event Event, e Entry) bool {
	now := l.o.Clock()
	l.mu.Lock()
	if l.began.IsZero() {
		l.began = now
	}
	if now.Sub(l.began) >= window { // nobody runs it, or the machine slept
		l.mu.Unlock()
		l.Sum()
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	m := l.seen[event]
	if m == nil {
		m = &minute{sources: map[string]*source{}}
		l.seen[event] = m
	}
	name := sourceOf(e)
	s := m.sources[name]
	if s == nil && len(m.sources) >= maxSources {
		name = others
		s = m.sources[name]
	}
	if s == nil {
		s = &source{entry: e}
		m.sources[name] = s
	}
	if s.written < perSource && m.written < perEvent {
		s.written++
		m.written++
		return true
	}
	s.counted++
	return false
}

// Sum writes what was counted and not written, and begins a new window.
func (l *Log) Sum() {
	if l == nil {
		return
	}
	l.mu.Lock()
	began, seen := l.began, l.seen
	l.began, l.seen = l.o.Clock(), map[Event]*minute{}
	l.mu.Unlock()
	for _, event := range Events() {
		if m := seen[event]; m != nil {
			l.sum(event, m, began)
		}
	}
}

// sum writes the summary of one event.
func (l *Log) sum(event Event, m *minute, began time.Time) {
	names := slices.DeleteFunc(slices.Collect(maps.Keys(m.sources)), func(name string) bool { return m.sources[name].counted == 0 })
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.sources[b].counted, m.sources[a].counted), cmp.Compare(a, b))
	})
	rest, sources := 0, 0
	named := 0
	for _, name := range names {
		s := m.sources[name]
		if named == worst || name == others {
			rest += s.counted
			sources++
			continue
		}
		named++
		about := Entry{From: name, Tenant: s.entry.Tenant, Application: s.entry.Application}
		if s.entry.From == "" {
			about.From = ""
		}
		l.summarize(event, about.attributes(event), s.counted, 1, began)
	}
	if rest > 0 {
		l.summarize(event, Entry{From: others}.attributes(event), rest, sources, began)
	}
}

func (l *Log) summarize(event Event, about []any, count, sources int, began time.Time) {
	about = append(about, slog.Int("count", count), slog.Int("sources", sources), slog.Time("since", began))
	l.o.Log.LogAttrs(context.Background(), event.level(), "security events, counted only", slog.Group("security", about...))
}

// sourceOf is what counts as one: a client's IPv4 address or IPv6 /64, else the
// application, else the tenant.
func sourceOf(e Entry) string {
	ip, err := netip.ParseAddr(e.From)
	if err != nil {
		return cmp.Or(e.Application, e.Tenant, "unknown")
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
