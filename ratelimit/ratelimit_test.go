package ratelimit

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestAKeyWaitsAndAnotherDoesNot(t *testing.T) {
	t.Parallel()
	l := New(0.5, 3)
	for n := range 3 {
		if wait := l.Take("a", noon); wait != 0 {
			t.Fatalf("token %d is to be waited for: %s", n, wait)
		}
	}
	if wait := l.Wait("a", noon); wait != 2*time.Second {
		t.Errorf("the next token comes after %s, want 2s", wait)
	}
	if wait := l.Take("a", noon); wait != 2*time.Second {
		t.Errorf("a fourth token was taken, or comes after %s", wait)
	}
	if wait := l.Take("b", noon); wait != 0 {
		t.Errorf("another key waits %s", wait)
	}
	if wait := l.Take("a", noon.Add(2*time.Second)); wait != 0 {
		t.Errorf("when its time has come it still waits %s", wait)
	}
}

func TestMemoryIsBoundedAndABusyKeyOutlivesQuietOnes(t *testing.T) {
	t.Parallel()
	l := New(1, 2)
	now := noon
	for n := range maxBuckets - 1 {
		l.Take(strconv.Itoa(n), now)
	}
	now = now.Add(time.Second) // the others are full again
	l.Take("busy", now)
	l.Take("busy", now)
	l.Take("new", now)
	if len(l.buckets) > 2 {
		t.Errorf("%d buckets are left", len(l.buckets))
	}
	if l.Wait("busy", now) == 0 {
		t.Error("the busy key was forgotten with the quiet ones")
	}
	for n := range 2 * maxBuckets { // nobody is quiet
		l.Take("x"+strconv.Itoa(n), now)
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d buckets, want at most %d", len(l.buckets), maxBuckets)
	}
}

func TestAKeyIsForgottenWhenItsBucketIsFullAgain(t *testing.T) {
	t.Parallel()
	l := New(1, 10)
	for n := range 1000 {
		l.Take(strconv.Itoa(n), noon)
	}
	l.Take("later", noon.Add(11*time.Second))
	if l.Len() != 1 {
		t.Errorf("%d keys are remembered, 11 s after they were seen", l.Len())
	}
}

func TestALongKeyCostsNoMoreThanAShortOne(t *testing.T) {
	t.Parallel()
	l := New(1, 2)
	long := strings.Repeat("x", 28<<10)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 5000 {
		l.Take(long+strconv.Itoa(n), noon)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); l.Len() != 5000 || grown > 5<<20 {
		t.Errorf("%d keys of 28 KB hold %d bytes", l.Len(), grown)
	}
}

func TestWhoIsHeldBackStaysSoWhenManyOthersCome(t *testing.T) {
	t.Parallel()
	l := New(0.001, 5)
	for range 5 {
		l.Take("busy", noon)
	}
	for n := range 3 * maxBuckets {
		l.Take(strconv.Itoa(n), noon)
	}
	if l.Wait("busy", noon) == 0 || l.Len() > maxBuckets {
		t.Errorf("a flood of names set a busy key free: %d remembered", l.Len())
	}
}
