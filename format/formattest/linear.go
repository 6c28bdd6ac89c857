package formattest

import (
	"errors"
	"runtime"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
)

// Linear reads an input of n parts and one of twice as many, and fails where the second
// costs more than 2.5 times the allocations or bytes: what grows faster than the input
// grows with its square. It gives the error of the second, since an input may be refused;
// what counts is what that costs.
func Linear(t *testing.T, f format.Format, of func(n int) []byte, n int) error {
	t.Helper()
	single, twice := of(n), of(2*n)
	const noise, slack = 2000, 256 << 10 // what any run may cost besides
	objects, bytes, _ := cost(f, single)
	objects2, bytes2, err := cost(f, twice)
	if float64(objects2) > 2.5*float64(objects+noise) {
		t.Errorf("%d bytes cost %d allocations, %d bytes %d", len(single), objects, len(twice), objects2)
	}
	if float64(bytes2) > 2.5*float64(bytes+slack) {
		t.Errorf("%d bytes cost %d bytes of memory, %d bytes %d", len(single), bytes, len(twice), bytes2)
	}
	if e, ok := errors.AsType[*format.Error](err); err != nil && !ok {
		t.Errorf("an error without a type: %v", err)
	} else if ok && (e.Kind == "" || e.Reason == "") {
		t.Errorf("an error without a kind or reason: %+v", e)
	}
	return err
}

// cost reads an input, lets go of what it says, and counts what was allocated.
func cost(f format.Format, data []byte) (objects, bytes uint64, err error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	err = f.Read(format.Input{Name: "hostile", Data: data}, func(format.Item) error { return nil })
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc, err
}
