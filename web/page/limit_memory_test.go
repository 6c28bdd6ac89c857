package page

import (
	"strconv"
	"testing"
	"time"
)

func TestAClientWhoHasHadItsShareIsRememberedNoFurther(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	l := newLimits(func() time.Time { return now })
	for n := range 5000 {
		_ = l.allow("192.0.2.1", "lnk_"+strconv.Itoa(n))
	}
	if n := l.perLink.Len(); n > clientFactor*answersAtOnce {
		t.Errorf("one client left %d names behind", n)
	}
}
