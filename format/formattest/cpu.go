package formattest

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// rusageThread is RUSAGE_THREAD of Linux: what the calling thread has used.
const rusageThread = 1

// CPU is how long a function computes, whatever else the machine or other tests do: the
// time of its thread. What other goroutines do for it, such as collecting garbage, is
// not in it.
func CPU(t testing.TB, f func()) time.Duration {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := threadTime(t)
	f()
	return threadTime(t) - before
}

func threadTime(t testing.TB) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// Costs fails where reading so many bytes takes more than the port allows: 0.3 seconds of
// computing a megabyte, ten times as much under the race detector or on a machine that
// is as slow.
func Costs(t testing.TB, what string, size int, took time.Duration) {
	t.Helper()
	const allowed, slowest = 300 * time.Millisecond, 10
	megabytes := max(1, float64(size)/(1<<20))
	t.Logf("%-32s %9d bytes %.3f s/MB", what, size, took.Seconds()/megabytes)
	if took.Seconds()/megabytes > slowest*allowed.Seconds() {
		t.Errorf("%s: %d bytes took %v of computing", what, size, took)
	}
}
