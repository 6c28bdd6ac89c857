package formattest

import (
	"runtime"
	"strconv"
	"strings"
	"sync"
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

// Costs fails where reading so many bytes takes more than the port allows: a megabyte may
// take as much computing as 650 times the yardstick, which is slower on a slow machine and
// under the race detector too. The detector slows readers three times more than the
// yardstick: without it, the worst of them take a fifth of that.
func Costs(t testing.TB, what string, size int, took time.Duration) {
	t.Helper()
	const allowed = 650
	megabytes := max(1, float64(size)/(1<<20))
	times := took.Seconds() / megabytes / yardstick(t).Seconds()
	t.Logf("%-32s %9d bytes %.3f s/MB, %.0f times the yardstick", what, size, took.Seconds()/megabytes, times)
	if times > allowed {
		t.Errorf("%s: %d bytes took %v of computing, %.0f times the yardstick a megabyte", what, size, took, times)
	}
}

var (
	measureOnce sync.Once
	measured    time.Duration
)

// yardstick is how long it takes here to split a megabyte of rows and count their cells.
func yardstick(t testing.TB) time.Duration {
	t.Helper()
	measureOnce.Do(func() {
		rows := strings.Repeat("2024-01-01;-1.00;reference 12345;some words that are there\n", 1<<20/59)
		for n := range 3 {
			took := CPU(t, func() {
				counts := map[string]int{}
				for row := range strings.Lines(rows) {
					for i, cell := range strings.Split(row, ";") {
						counts[cell+strconv.Itoa(i)]++
					}
				}
				if len(counts) != 4 {
					t.Fatalf("the yardstick counted %d cells", len(counts))
				}
			})
			if n == 0 || took < measured {
				measured = took
			}
		}
	})
	return measured
}
