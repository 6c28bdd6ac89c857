package sqlstore

import (
	"slices"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// tokenShelf keeps tokens that were read: every request reads the one that its
// caller presents, while others are minted all the time. So it is not emptied
// when its table is written, as a shelf is: each token goes by itself, as soon as
// the writer touches it. Only SQLite has one, for the reason that a shelf has.
//
// turn counts the batches that ended. A token that was read at a turn and is still
// here was not written since: a View that began at that turn or later sees it so,
// and the writer does.
type tokenShelf struct {
	mu      sync.Mutex
	turn    int64
	kept    map[string]keptToken
	written map[string]bool // by the batch under way
	pruned  bool            // it deleted who knows which
}

type keptToken struct {
	turn  int64
	upTo  int64 // the last commit that whoever kept it may have seen
	token fairlead.Token
}

// mostTokens is how many are kept before all are dropped.
const mostTokens = 10_000

func newTokenShelf() *tokenShelf {
	return &tokenShelf{kept: map[string]keptToken{}, written: map[string]bool{}}
}

// now is the turn at which a View begins.
func (h *tokenShelf) now() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.turn
}

// find gives a token as a session sees it. What a View takes before its snapshot
// stands is remembered, for stands.
func (h *tokenShelf) find(s *session, place string) (fairlead.Token, bool) {
	if h == nil || s.strict && !s.read {
		return fairlead.Token{}, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.kept[place]
	if !ok || !s.write && k.turn > s.tokenTurn {
		return fairlead.Token{}, false
	}
	if !s.write && !s.read {
		s.presented = append(s.presented, place)
	}
	s.upTo = max(s.upTo, k.upTo)
	return ownToken(k.token), true
}

// keep remembers a token that a session has read from the table, unless it may
// have been written since.
func (h *tokenShelf) keep(s *session, place string, t fairlead.Token) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pruned || h.written[place] || !s.write && h.turn != s.tokenTurn {
		return
	}
	if len(h.kept) >= mostTokens {
		clear(h.kept)
	}
	h.kept[place] = keptToken{h.turn, s.upTo, ownToken(t)}
}

// stands tells whether all that a View took before its snapshot stood is as the
// snapshot has it.
func (h *tokenShelf) stands(s *session) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !slices.ContainsFunc(s.presented, func(place string) bool {
		k, still := h.kept[place]
		return !still || k.turn > s.tokenTurn
	})
}

// touch drops a token that is being written.
func (h *tokenShelf) touch(place string) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.kept, place)
	h.written[place] = true
}

// prune drops all: some are being deleted.
func (h *tokenShelf) prune() {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.kept)
	h.pruned = true
}

// settle ends the batch: what it wrote is committed by now, or rolled back.
func (h *tokenShelf) settle() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.written)
	h.pruned = false
	h.turn++
}

// ownToken copies a token with all that hangs on it.
func ownToken(t fairlead.Token) fairlead.Token {
	t.Value, t.State = slices.Clone(t.Value), slices.Clone(t.State)
	return t
}
