package sqlite

import (
	"slices"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// tokenCache caches tokens: every request reads the one that its caller presents,
// while others are minted all the time. So a write does not empty it, as it empties
// a tableCache: each token goes by itself, as soon as the writer touches it.
//
// The epoch counts the batches that ended. A token that was read in an epoch and is
// still here was not written since: a View that began in that epoch or later sees it
// so, and the writer does.
type tokenCache struct {
	mu      sync.Mutex
	epoch   int64
	entries map[tokenKey]tokenEntry
	written map[tokenKey]bool // by the batch under way
	pruned  bool              // it deleted who knows which
}

type tokenKey struct {
	kind fairlead.TokenKind
	name string
}

type tokenEntry struct {
	epoch          int64
	lastSeenCommit int64 // by whoever read it from the table
	token          fairlead.Token
}

// maxTokens is how many are cached before all are dropped.
const maxTokens = 10_000

func newTokenCache() *tokenCache {
	return &tokenCache{entries: map[tokenKey]tokenEntry{}, written: map[tokenKey]bool{}}
}

// now is the epoch in which a View begins.
func (c *tokenCache) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch
}

func (v *cacheView) Token(kind fairlead.TokenKind, name string) (fairlead.Token, bool) {
	if v.noCache && !v.snapshot {
		return fairlead.Token{}, false
	}
	c, key := v.caches.tokens, tokenKey{kind, name}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || !v.write && e.epoch > v.tokenEpoch {
		return fairlead.Token{}, false
	}
	if !v.snapshot {
		v.usedTokens = append(v.usedTokens, key)
	}
	v.lastSeenCommit = max(v.lastSeenCommit, e.lastSeenCommit)
	return cloneToken(e.token), true
}

// StoreToken remembers a token that was read from the table, unless it may have been
// written since.
func (v *cacheView) StoreToken(t fairlead.Token) {
	c, key := v.caches.tokens, tokenKey{t.Kind, t.Name}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pruned || c.written[key] || !v.write && c.epoch != v.tokenEpoch {
		return
	}
	if len(c.entries) >= maxTokens {
		clear(c.entries)
	}
	c.entries[key] = tokenEntry{c.epoch, v.lastSeenCommit, cloneToken(t)}
}

// valid reports whether tokens that a View used are as its snapshot has them.
func (c *tokenCache) valid(used []tokenKey, epoch int64) bool {
	if len(used) == 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return !slices.ContainsFunc(used, func(key tokenKey) bool {
		e, cached := c.entries[key]
		return !cached || e.epoch > epoch
	})
}

func (v *cacheView) InvalidateToken(kind fairlead.TokenKind, name string) {
	c, key := v.caches.tokens, tokenKey{kind, name}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
	c.written[key] = true
}

func (v *cacheView) InvalidateTokens() {
	c := v.caches.tokens
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
	c.pruned = true
}

// endBatch comes when what the batch wrote is committed, or rolled back.
func (c *tokenCache) endBatch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.written)
	c.pruned = false
	c.epoch++
}

// cloneToken copies a token with all that hangs on it.
func cloneToken(t fairlead.Token) fairlead.Token {
	t.Value, t.State = slices.Clone(t.Value), slices.Clone(t.State)
	return t
}
