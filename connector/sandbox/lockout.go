package sandbox

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// lockout is a login's wrong passwords in a row.
type lockout struct {
	Wrong int       `json:"wrong"`
	Until time.Time `json:"until,omitzero"`
}

const (
	wrongAllowed = 3
	lockLasts    = 15 * time.Minute
)

// lockKey is per person of the application too, so that two tests that type one
// user name do not lock each other out.
func lockKey(start connector.Start, user string) string {
	return "lock/" + string(start.Institution.ID) + "/" + string(start.Person) + "/" + fairlead.TokenHash(user)
}

// locked refuses a login that was wrong too often.
func (s *Sandbox) locked(ctx context.Context, start connector.Start, user string) error {
	l, _, err := kv.Get[lockout](ctx, s.memory, start.Tenant, lockKey(start, user))
	if err == nil && start.Now.Before(l.Until) {
		return fairlead.Errorf(fairlead.Locked, "The login is locked after too many wrong passwords.")
	}
	return err
}

// countWrong counts a wrong password and locks at the third.
func (s *Sandbox) countWrong(ctx context.Context, start connector.Start, user string) error {
	locks := false
	err := kv.Update(ctx, s.memory, start.Tenant, lockKey(start, user), func(l *lockout) bool {
		if !l.Until.IsZero() { // an old lock has passed
			*l = lockout{}
		}
		if l.Wrong++; l.Wrong >= wrongAllowed {
			l.Until = start.Now.Add(lockLasts)
		}
		locks = !l.Until.IsZero()
		return true
	})
	if err == nil && locks {
		return fairlead.Errorf(fairlead.Locked, "The login is locked after too many wrong passwords.")
	}
	return err
}
