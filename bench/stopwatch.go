package main

import (
	"syscall"
	"time"
)

// measured is what a side did in one round.
type measured struct {
	units       float64 // rows, requests, events …: what the line's name says
	lasted, cpu time.Duration
}

func (m measured) perSecond() float64 { return m.units / m.lasted.Seconds() }

// cpuPerUnit is in seconds.
func (m measured) cpuPerUnit() float64 { return m.cpu.Seconds() / m.units }

// stopwatch measures a stretch of a side.
type stopwatch struct {
	began   time.Time
	cpu     time.Duration
	cpuTime func() time.Duration
}

func startWatch() stopwatch { return startWatchOf(processorTime) }

// startWatchOf looks at the processor's time of somebody else.
func startWatchOf(cpuTime func() time.Duration) stopwatch {
	return stopwatch{time.Now(), cpuTime(), cpuTime}
}

// took says what a side did since the watch was started. The processor's time is usually that
// of this process: who calls and who answers, the collector of garbage and SQLite; a
// PostgreSQL server is another process and not in it.
func (w stopwatch) took(units int) measured {
	return measured{float64(units), time.Since(w.began), w.cpuTime() - w.cpu}
}

// processorTime is what the process has used, in its own code and in the kernel's.
func processorTime() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used) // of itself it cannot fail
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
