package page

import (
	"strconv"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestALinkAndAClientHaveAnAllowanceEach(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	l := newLimits(func() time.Time { return now })
	for n := range answersAtOnce {
		if err := l.allow("192.0.2.1", "/l/one"); err != nil {
			t.Fatalf("answer %d: %v", n, err)
		}
	}
	err := l.allow("192.0.2.1", "/l/one")
	if !fairlead.Is(err, fairlead.RateLimited) || fairlead.RetryAfter(err) != 2 {
		t.Errorf("one answer too many got %v, to come back after %d s", err, fairlead.RetryAfter(err))
	}
	if err := l.allow("192.0.2.2", "/l/one"); err != nil {
		t.Errorf("another client at the same link: %v", err)
	}
	taken := answersAtOnce
	for ; taken < 2*clientFactor*answersAtOnce; taken++ {
		if l.allow("192.0.2.1", "/l/"+strconv.Itoa(taken)) != nil {
			break
		}
	}
	if taken != clientFactor*answersAtOnce {
		t.Errorf("over all its links a client had %d answers", taken)
	}
	now = now.Add(2 * time.Second)
	if err := l.allow("192.0.2.1", "/l/one"); err != nil {
		t.Errorf("two seconds later: %v", err)
	}
}
