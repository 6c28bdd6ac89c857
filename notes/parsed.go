package notes

import (
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// maxParsed is how many texts of settings are remembered before all are forgotten.
const maxParsed = 1000

// Parsed is what a dialect makes of an application's settings, made once for each text
// that is stored of them: every request of a dialect asks. The zero value is usable,
// also by many at once. What it gives is shared: whoever is given it changes nothing.
type Parsed[T any] struct {
	mu   sync.RWMutex
	made map[string]T
}

// Of gives what an application's settings of a dialect come to.
func (p *Parsed[T]) Of(n *Notes, app fairlead.Application, dialect string, parse func(Values) T) (T, error) {
	text := app.Settings[dialect]
	p.mu.RLock()
	made, ok := p.made[string(text)]
	p.mu.RUnlock()
	if ok {
		return made, nil
	}
	values, err := n.Settings(app, dialect)
	if err != nil {
		return made, err
	}
	made = parse(values)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == nil || len(p.made) >= maxParsed {
		p.made = map[string]T{}
	}
	p.made[string(text)] = made
	return made, nil
}
