package native

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/simulating"
)

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// maxAdvance bounds one call, so that a slip of the pen does not run a century.
const maxAdvance = 10 * 366 * 24 * time.Hour

// target is the instant that the clock is asked to reach.
func (a advanceAsk) target(ctx context.Context, v *simulating.Simulating) (time.Time, error) {
	if (a.By == "") == (a.To == nil) {
		return time.Time{}, fairlead.InvalidField("by", "exclusive", "give either by or to")
	}
	c, err := v.Clock(ctx, callerOf(ctx).Tenant.ID)
	if err != nil {
		return time.Time{}, err
	}
	var by time.Duration
	if a.To == nil {
		if by, err = parseSpan(a.By); err != nil {
			return time.Time{}, err
		}
	}
	to := c.Now.Add(by)
	if a.To != nil {
		to = *a.To
	}
	if to.Sub(c.Now) > maxAdvance {
		return time.Time{}, fairlead.InvalidField("by", "range", "must be at most ten years")
	}
	return to, nil
}

// parseSpan reads "30d", "36h", "90m", "10s" and sums like "1d12h".
func parseSpan(s string) (time.Duration, error) {
	bad := fairlead.InvalidField("by", "format", "must be a span like 30d, 12h or 90m")
	days, rest, found := strings.Cut(s, "d")
	if !found {
		days, rest = "0", s
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < 0 || n > 4000 {
		return 0, bad
	}
	span := time.Duration(n) * 24 * time.Hour
	if rest != "" {
		more, err := time.ParseDuration(rest)
		if err != nil || more < 0 {
			return 0, bad
		}
		span += more
	}
	if span == 0 {
		return 0, bad
	}
	return span, nil
}
