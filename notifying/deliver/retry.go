package deliver

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// maxRetryAfter caps a receiver's Retry-After.
const maxRetryAfter = 24 * time.Hour

// nextAttempt is when a delivery is tried again after its made'th attempt failed,
// or false when the policy's attempts are used up. Times are the tenant's; first
// is that of the first attempt. The delay deviates by up to a tenth either way,
// so that what failed together does not come back together; the deviation
// follows from seed and count. A receiver's Retry-After makes it no shorter.
func nextAttempt(policy fairlead.Retry, made int, first, now time.Time, after time.Duration, seed string) (time.Time, bool) {
	delays := policy.Delays
	if len(delays) == 0 || policy.GiveUp == 0 && made > len(delays) {
		return time.Time{}, false
	}
	delay := delays[min(made, len(delays))-1]
	delay += time.Duration(float64(delay) * deviation(seed, made))
	delay = max(delay, min(after, maxRetryAfter), time.Millisecond)
	next := now.Add(delay)
	if policy.GiveUp > 0 && next.After(first.Add(policy.GiveUp)) {
		return time.Time{}, false
	}
	return next, true
}

// deviation is between -0.1 and +0.1.
func deviation(seed string, made int) float64 {
	h := fnv.New64a()
	h.Write([]byte(seed + "/" + strconv.Itoa(made)))
	return float64(h.Sum64()%2001)/10000 - 0.1
}

// retryAfter reads the header of an answer: seconds, or a date against real time.
func retryAfter(h http.Header, wall fairlead.Clock) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(0, min(seconds, int(maxRetryAfter/time.Second)))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, min(at.Sub(wall()), maxRetryAfter))
	}
	return 0
}
