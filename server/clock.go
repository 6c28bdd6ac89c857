package server

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// stepped is how far the machine's clock may be from ours before it has stepped.
	stepped = 2 * time.Second
	// leapTime is how long a leap forward must stand before it is believed: one that is
	// taken back before then has ended nothing.
	leapTime = time.Minute
	// floorEvery is how often it is stored how late it is.
	floorEvery = time.Minute
	// floorAhead is by how much the stored time may be ahead of the machine's at a
	// start. Further ahead it was wrong.
	floorAhead = 24 * time.Hour
	// floorWait is how long after a start a stored time that was not believed stays: the
	// machine's clock may yet be put right.
	floorWait = time.Hour
	clockKey  = "clock/" // and the node: one that is ahead takes no other with it
)

// steadyClock is real time that never goes back, so that nothing which has expired
// comes alive again, and that passes evenly while the machine's clock steps. It follows
// a step back by passing a little slower, and a leap forward once that has stood.
type steadyClock struct {
	wall    func() time.Time
	elapsed func() time.Duration // monotonic

	mu     sync.Mutex
	last   time.Time     // given last
	at     time.Duration // elapsed then
	leapt  bool
	leapAt time.Duration // elapsed when a leap was first seen
}

func newSteadyClock(wall func() time.Time, elapsed func() time.Duration) *steadyClock {
	return &steadyClock{wall: wall, elapsed: elapsed, last: wall(), at: elapsed()}
}

// machineClock is a steady clock over the machine's.
func machineClock() *steadyClock {
	start := time.Now()
	return newSteadyClock(func() time.Time { return time.Now().Round(0) }, func() time.Duration { return time.Since(start) })
}

// Now is the time, in UTC, to the microsecond that the store keeps.
func (c *steadyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	elapsed, wall := c.elapsed(), c.wall()
	passed := elapsed - c.at
	steady := c.last.Add(passed)
	ahead := wall.Sub(steady)
	if ahead <= stepped {
		c.leapt = false
	}
	switch {
	case ahead > stepped && !c.leapt:
		c.leapt, c.leapAt = true, elapsed
	case ahead > stepped && elapsed-c.leapAt >= leapTime:
		steady, c.leapt = wall, false
	case ahead > stepped: // it may be taken back
	case ahead >= 0:
		steady = wall
	default:
		steady = c.last.Add(passed - passed/20)
		if steady.Before(wall) {
			steady = wall
		}
	}
	c.last, c.at = steady, elapsed
	return steady.UTC().Truncate(time.Microsecond)
}

// notBefore makes it at least so late.
func (c *steadyClock) notBefore(floor time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if floor.After(c.last) {
		c.last = floor
	}
}

// resumeClock reads how late it was when a server over this data last said so.
func (s *Server) resumeClock(ctx context.Context) error {
	var floor time.Time
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		n, err := tx.Notes.Get(ownNotes, ownDialect, clockKey+s.Config.Node)
		if err == nil {
			err = json.Unmarshal(n.Value, &floor)
		}
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if ahead := floor.Sub(s.clock.Now()); ahead > floorAhead {
		s.Config.Log.Warn("the machine's clock is far behind the time of the last run: it is believed", "by", ahead)
		s.clockDoubted = true
		return nil
	}
	s.clock.notBefore(floor)
	return nil
}

// storeClock stores how late it is, now and then.
func (s *Server) storeClock(ctx context.Context) {
	tick := time.NewTicker(floorEvery)
	defer tick.Stop()
	if s.clockDoubted {
		select {
		case <-ctx.Done():
			return
		case <-time.After(floorWait):
		}
	}
	for {
		value, _ := json.Marshal(s.clock.Now()) // a time: cannot fail
		err := s.Store.Update(ctx, func(tx *store.Tx) error {
			n, err := tx.Notes.Get(ownNotes, ownDialect, clockKey+s.Config.Node)
			if err != nil && !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
			return tx.Notes.Put(&fairlead.Note{Tenant: ownNotes, Dialect: ownDialect, Key: clockKey + s.Config.Node, Value: value, Version: n.Version})
		})
		if err != nil && ctx.Err() == nil && !fairlead.Is(err, fairlead.Conflict) { // another node was faster
			s.Config.Log.DebugContext(ctx, "the time could not be stored", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
