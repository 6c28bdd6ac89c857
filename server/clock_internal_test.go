package server

import (
	"testing"
	"time"
)

// steppingClock is a machine whose clock a test steps.
type steppingClock struct {
	wall    time.Time
	elapsed time.Duration
}

func (m *steppingClock) pass(d time.Duration) { m.wall, m.elapsed = m.wall.Add(d), m.elapsed+d }

func newSteppingClock() (*steppingClock, *steadyClock) {
	m := &steppingClock{wall: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	return m, newSteadyClock(func() time.Time { return m.wall }, func() time.Duration { return m.elapsed })
}

func TestTheClockNeverGoesBackAndStillPasses(t *testing.T) {
	t.Parallel()
	m, c := newSteppingClock()
	before := c.Now()
	m.wall = m.wall.Add(-time.Hour)
	for range 5 {
		now := c.Now()
		if now.Before(before) {
			t.Fatalf("it was %s, and is %s", before, now)
		}
		m.pass(time.Second)
	}
	if passed := c.Now().Sub(before); passed < 4700*time.Millisecond || passed > 5*time.Second {
		t.Errorf("%s have passed in five seconds after a step back by an hour", passed)
	}
	for range 21 * 60 {
		m.pass(time.Minute)
		c.Now()
	}
	if now := c.Now(); !now.Equal(m.wall) {
		t.Errorf("it is %s a day later, where the machine says %s", now, m.wall)
	}
}

func TestALeapThatIsTakenBackEndsNothing(t *testing.T) {
	t.Parallel()
	m, c := newSteppingClock()
	before := c.Now()
	m.wall = m.wall.AddDate(10, 0, 0)
	for range 20 {
		m.pass(time.Second)
		if passed := c.Now().Sub(before); passed > 20*time.Second {
			t.Fatalf("%s have passed in 20 seconds", passed)
		}
	}
	m.wall = m.wall.AddDate(-10, 0, 0)
	m.pass(time.Second)
	if now := c.Now(); !now.Equal(m.wall) {
		t.Errorf("it is %s, the machine says %s", now, m.wall)
	}
}

func TestALeapThatStandsIsFollowed(t *testing.T) {
	t.Parallel()
	m, c := newSteppingClock()
	c.Now()
	m.wall = m.wall.Add(time.Hour)
	for range 62 {
		m.pass(time.Second)
		c.Now()
	}
	if now := c.Now(); !now.Equal(m.wall) {
		t.Errorf("it is %s, the machine has said %s for a minute", now, m.wall)
	}
}

func TestWhatHasExpiredStaysSoOverARestart(t *testing.T) {
	t.Parallel()
	_, c := newSteppingClock()
	floor := c.Now().Add(time.Hour)
	c.notBefore(floor)
	if now := c.Now(); now.Before(floor) {
		t.Errorf("it is %s, before %s", now, floor)
	}
}
