package wakeup

import "testing"

func isWoken(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestAllWhoWaitForAKeyAreWokenAndNobodyElse(t *testing.T) {
	t.Parallel()
	var k Keyed[string]
	k.Wake("a") // nobody waits
	one, leaveOne := k.Wait("a")
	two, leaveTwo := k.Wait("a")
	other, leaveOther := k.Wait("b")
	k.Wake("a")
	if !isWoken(one) || !isWoken(two) || isWoken(other) {
		t.Errorf("woken: %v, %v and %v, want the first two", isWoken(one), isWoken(two), isWoken(other))
	}
	again, leaveAgain := k.Wait("a")
	leaveOne()
	leaveTwo() // of the earlier wake-up: the later one stays
	if isWoken(again) {
		t.Error("woken by an earlier wake-up")
	}
	if k.Wake("a"); !isWoken(again) {
		t.Error("not woken")
	}
	leaveAgain()
	if leaveOther(); len(k.waiting) != 0 {
		t.Errorf("%d keys are held while nobody waits", len(k.waiting))
	}
}
