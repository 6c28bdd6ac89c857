package storetest

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/store"
)

func scrubTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"AScrubLosesNothingAndHoldsNobodyUp": scrubLosesNothing,
	}
}

// scrubLosesNothing scrubs while others write and read.
func scrubLosesNothing(t *testing.T, f *fixture) {
	done := make(chan error, 1)
	go func() {
		for n := 0; n < 5; n++ {
			if err := f.Scrub(t.Context()); err != nil {
				done <- err
				return
			}
			time.Sleep(time.Millisecond)
		}
		done <- nil
	}()
	for range 50 {
		f.update(func(tx *store.Tx) error { return tx.Audit.Append(entry(ours, "one")) })
	}
	if err := <-done; err != nil {
		t.Errorf("Scrub: %v", err)
	}
	checkChain(t, f, ours, 50)
}
