package sqlstore

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/fairlead-dev/fairlead"
)

// mostShelved is how many answers of one table are kept before all are dropped.
const mostShelved = 2000

// shelf keeps what was read of a table that every request reads and hardly
// anybody writes (tenants, applications, their keys and endpoints). Only SQLite
// has shelves: there one process and one writer know of every change.
//
// What it gives is what the transaction would have read. turn is even while the
// table is as it was last committed, odd from the first write in a batch until
// that batch has ended. A View takes part when the turn is still the one it
// began at; the writer, when its batch has not written the table. A View that
// takes from a shelf before its snapshot stands begins anew when the table was
// written in between (snapshot in sqlite.go).
type shelf struct {
	place int // among shelves
	turn  atomic.Int64
	mu    sync.Mutex
	kept  map[string]shelved
}

// shelved is the answer to one query, at one turn.
type shelved struct {
	turn  int64
	upTo  int64 // the last commit that whoever kept it may have seen
	nouns any   // a slice of them, handed out as copies only
}

// shelfCount is how many tables are on shelves.
const shelfCount = 4

// shelves are those of one engine; nil where others write too.
type shelves [shelfCount]shelf

func newShelves() *shelves {
	all := &shelves{}
	for n := range all {
		all[n].place, all[n].kept = n, map[string]shelved{}
	}
	return all
}

// at is the n-th shelf, or nil.
func (all *shelves) at(n int) *shelf {
	if all == nil {
		return nil
	}
	return &all[n]
}

// turns is where the shelves stand when a View begins.
func (all *shelves) turns() (turns [shelfCount]int64) {
	if all != nil {
		for n := range all {
			turns[n] = all[n].turn.Load()
		}
	}
	return turns
}

// settle ends the batch: what it wrote is committed by now, or rolled back.
func (all *shelves) settle() {
	for n := range all {
		if h := &all[n]; h.turn.Load()%2 == 1 {
			h.mu.Lock()
			clear(h.kept)
			h.mu.Unlock()
			h.turn.Add(1)
		}
	}
}

// written says that the batch under way changes the table.
func (h *shelf) written() {
	if h != nil && h.turn.Load()%2 == 0 {
		h.turn.Add(1)
	}
}

// stands tells whether a session sees the table as it is at this turn.
func (h *shelf) stands(s *session) (turn int64, ok bool) {
	turn = h.turn.Load()
	return turn, turn%2 == 0 && (s.write || s.turns[h.place] == turn)
}

func (h *shelf) find(s *session, key string) (nouns any, found bool) {
	turn, ok := h.stands(s)
	if !ok || s.strict && !s.read {
		return nil, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	kept, ok := h.kept[key]
	if !ok || kept.turn != turn {
		return nil, false
	}
	s.shelved = s.shelved || !s.read
	s.upTo = max(s.upTo, kept.upTo)
	return kept.nouns, true
}

func (h *shelf) keep(s *session, key string, nouns any) {
	turn, ok := h.stands(s)
	if !ok {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.kept) >= mostShelved {
		clear(h.kept)
	}
	h.kept[key] = shelved{turn, s.upTo, nouns}
}

// allNouns reads (version, body) rows of a table, from its shelf if it has one.
func allNouns[T any](s *session, h *shelf, version func(*T) *int64, query string, args ...any) ([]T, error) {
	if h == nil {
		return all(s, scanBody(version), query, args...)
	}
	if err := s.usable(); err != nil {
		return nil, err
	}
	key := shelfKey(query, args)
	kept, ok := h.find(s, key)
	list, ok2 := kept.([]T)
	if !ok || !ok2 {
		var err error
		if list, err = all(s, scanBody(version), query, args...); err != nil {
			return nil, err
		}
		h.keep(s, key, list)
	}
	copies := make([]T, len(list))
	for i, n := range list {
		copies[i] = own(n)
	}
	return copies, nil
}

// shelfKey names a query and what it asks for.
func shelfKey(query string, args []any) string {
	var key strings.Builder
	key.Grow(len(query) + 40*len(args))
	key.WriteString(query)
	for _, a := range args {
		key.WriteByte(0)
		switch a := a.(type) {
		case string:
			key.WriteString(a)
		case int:
			key.WriteString(strconv.Itoa(a))
		default:
			fmt.Fprint(&key, a)
		}
	}
	return key.String()
}

// own copies a noun with all that hangs on it, so that whoever changes what it
// was given changes nothing here.
func own[T any](noun T) T {
	switch n := any(&noun).(type) {
	case *fairlead.Application:
		n.Origins, n.RedirectHosts, n.CallbackHosts = slices.Clone(n.Origins), slices.Clone(n.RedirectHosts), slices.Clone(n.CallbackHosts)
		n.Settings = maps.Clone(n.Settings)
		for name, raw := range n.Settings {
			n.Settings[name] = slices.Clone(raw)
		}
	case *fairlead.Key:
		n.Signing = slices.Clone(n.Signing)
	case *fairlead.Endpoint:
		n.Kinds, n.Secrets = slices.Clone(n.Kinds), slices.Clone(n.Secrets)
		for i, sealed := range n.Secrets {
			n.Secrets[i] = slices.Clone(sealed)
		}
	}
	return noun
}

// oneNoun reads the only row of a query, if there is any.
func oneNoun[T any](s *session, h *shelf, version func(*T) *int64, query string, args ...any) (v T, found bool, err error) {
	list, err := allNouns(s, h, version, query, args...)
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}
