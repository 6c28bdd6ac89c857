package fairlead

import "time"

// Clock gives real time. Everything that follows a tenant's own time calls
// Tenant.Time with it; tests hand in a fixed one.
type Clock func() time.Time

// RealClock is the wall clock in UTC, to the microsecond that the store keeps.
func RealClock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
