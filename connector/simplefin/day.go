package simplefin

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// instant reads Unix seconds. 0, what is absent, and what no calendar of ours has are
// unknown: the zero time.
func instant(t text) time.Time {
	whole, _, _ := strings.Cut(strings.TrimSpace(string(t)), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n <= 0 || n > 7_258_118_400 { // the year 2200
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// newYork is the zone of North American banks' days, as most servers mean them.
var newYork = func() *time.Location {
	l, err := time.LoadLocation("America/New_York")
	if err != nil {
		return time.UTC // never: the zones are part of the program
	}
	return l
}()

// dayOf is the calendar day that a server means by an instant: midnight UTC is a day as
// such; any other instant is one of the bank's own day, which for accounts in US or
// Canadian dollars is New York's.
func dayOf(at time.Time, currency string) fairlead.Date {
	if at.IsZero() {
		return fairlead.Date{}
	}
	midnight := at.Truncate(24 * time.Hour).Equal(at)
	if midnight || currency != "USD" && currency != "CAD" {
		return fairlead.DateOf(at)
	}
	y, m, d := at.In(newYork).Date()
	return fairlead.Date{Year: y, Month: m, Day: d}
}
