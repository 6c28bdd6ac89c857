package access

import (
	"encoding/json"
	"fmt"
	"sync"
)

// grants are those of tokens that were shown lately, by the State that says them: every
// request shows one, and decoding it costs more than all else that is asked of a token.
type grants struct {
	mu    sync.Mutex
	known map[string]grant
}

// maxGrants is how many are remembered before all are dropped.
const maxGrants = 10_000

func (g *grants) read(state []byte) (grant, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if known, ok := g.known[string(state)]; ok {
		return known, nil
	}
	var said grant
	if err := json.Unmarshal(state, &said); err != nil {
		return grant{}, fmt.Errorf("reading a token's state: %w", err)
	}
	if g.known == nil || len(g.known) >= maxGrants {
		g.known = map[string]grant{}
	}
	g.known[string(state)] = said
	return said, nil
}
