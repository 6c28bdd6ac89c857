package server

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// beatEvery is how often a process says that it lives.
	beatEvery = 3 * time.Second
	// silentLooks is after how many looks without a word a process counts as dead: looks
	// that this process made, so that an outage of its own kills nobody.
	silentLooks = 4
	// forgetLooks is after how many the row of a dead process goes: an hour of them.
	forgetLooks = int(time.Hour / beatEvery)
	processKey  = "process/"
)

// processes knows which of the processes over one database live. Each counts up a row of
// its own and looks at the others' rows: no two clocks are compared.
type processes struct {
	own   string
	store store.Store

	mu    sync.Mutex
	looks int
	known map[string]*pulse
}

// pulse is a process's count, and how many looks ago it was last seen to change.
type pulse struct {
	count  int64
	missed int
}

func newProcesses(own string, s store.Store) *processes {
	return &processes{own: own, store: s, known: map[string]*pulse{}}
}

// died reports whether a process has been silent for long. One that is not known, and
// has had the time to say a word, has.
func (p *processes) died(process string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if process == p.own {
		return false
	}
	missed := p.looks
	if known := p.known[process]; known != nil {
		missed = known.missed
	}
	return missed >= silentLooks
}

// beat says that this process lives, and looks at the others.
func (p *processes) beat(ctx context.Context) error {
	var notes []fairlead.Note
	err := p.store.Update(ctx, func(tx *store.Tx) (err error) {
		own, err := tx.Notes.Get(ownNotes, ownDialect, processKey+p.own)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		value, err := json.Marshal(own.Version + 1)
		if err != nil {
			return err
		}
		if err := tx.Notes.Put(&fairlead.Note{Tenant: ownNotes, Dialect: ownDialect, Key: processKey + p.own, Value: value, Version: own.Version}); err != nil {
			return err
		}
		notes, err = tx.Notes.List(ownNotes, ownDialect, processKey, "", 1000)
		return err
	})
	if err != nil {
		return err
	}
	for _, key := range p.heard(notes) {
		if err := p.store.Update(ctx, func(tx *store.Tx) error { return tx.Notes.Delete(ownNotes, ownDialect, key) }); err != nil {
			return err
		}
	}
	return nil
}

// heard takes in what the processes say, and returns the rows of those long dead.
func (p *processes) heard(notes []fairlead.Note) (dead []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looks++
	for _, n := range notes {
		process := strings.TrimPrefix(n.Key, processKey)
		known := p.known[process]
		if known == nil {
			known = &pulse{count: -1}
			p.known[process] = known
		}
		known.missed++
		if known.count != n.Version {
			known.count, known.missed = n.Version, 0
		}
		if known.missed >= forgetLooks {
			dead = append(dead, n.Key)
			delete(p.known, process)
		}
	}
	return dead
}

// keepBeating beats until the server stops. On SQLite there is no other process.
func (s *Server) keepBeating(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		if err := s.processes.beat(ctx); err != nil && ctx.Err() == nil {
			s.Config.Log.WarnContext(ctx, "this process could not say that it lives", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
