package sandbox

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

// pendingApproval is what waits for somebody's yes on another device.
type pendingApproval struct {
	simulated.Approval
	Decided bool      `json:"decided,omitempty"`
	Yes     bool      `json:"yes,omitempty"`
	Expires time.Time `json:"expires"`
}

const approvalKeys = "approval/"

// pushEvery is how often a waiting login polls, in seconds.
const pushEvery = 2

// push requests an approval and waits.
func (s *Sandbox) push(ctx context.Context, start connector.Start, t loginState, c challenge) (connector.Turn, error) {
	t.Approval, t.Requested = fairlead.NewID("apr", start.Now), start.Now
	if err := kv.DeleteExpired(ctx, s.memory, start.Tenant, approvalKeys, start.Now.Add(-time.Hour)); err != nil {
		return connector.Turn{}, err
	}
	err := kv.Update(ctx, s.memory, start.Tenant, approvalKeys+t.Approval, func(p *pendingApproval) bool {
		*p = pendingApproval{
			Approval: simulated.Approval{ID: t.Approval, Institution: start.Institution.ID, User: t.User, What: "sign in", Requested: start.Now},
			Expires:  start.Now.Add(challengeLife),
		}
		return true
	})
	if err != nil {
		return connector.Turn{}, err
	}
	return turn(waiting(t, c, start.Now), t)
}

func waiting(t loginState, c challenge, now time.Time) fairlead.Step {
	w := &fairlead.Wait{Seconds: pushEvery, Sentence: "wait.push", Approval: t.Approval, Expires: t.Requested.Add(challengeLife)}
	if c.After > 0 {
		w.Seconds = max(1, min(pushEvery, int((t.Requested.Add(c.After).Sub(now)+time.Second-1)/time.Second)))
	}
	return fairlead.Step{Wait: w}
}

// pushed reads whether the approval was given.
func (s *Sandbox) pushed(ctx context.Context, start connector.Start, t loginState, c challenge) (connector.Turn, error) {
	p, there, err := kv.Get[pendingApproval](ctx, s.memory, start.Tenant, approvalKeys+t.Approval)
	switch {
	case err != nil:
		return connector.Turn{}, err
	case there && p.Decided && !p.Yes:
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedChallenge, "The sign-in was refused on the other device.")
	case there && p.Decided, c.After > 0 && !start.Now.Before(t.Requested.Add(c.After)):
		if err := kv.Delete(ctx, s.memory, start.Tenant, approvalKeys+t.Approval); err != nil {
			return connector.Turn{}, err
		}
		return s.passed(ctx, start, t)
	case !there, !start.Now.Before(p.Expires):
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "Nobody confirmed the sign-in in time.")
	}
	return turn(waiting(t, c, start.Now), t)
}

// Approvals lists what waits to be approved, oldest first.
func (s *Sandbox) Approvals(ctx context.Context, tenant fairlead.TenantID) ([]simulated.Approval, error) {
	keys, err := s.memory.List(ctx, tenant, approvalKeys)
	if err != nil {
		return nil, err
	}
	out := []simulated.Approval{}
	for _, k := range keys {
		p, there, err := kv.Get[pendingApproval](ctx, s.memory, tenant, k)
		if err != nil {
			return nil, err
		}
		if there && !p.Decided {
			out = append(out, p.Approval)
		}
	}
	return out, nil
}

// Decide approves or refuses; NotFound for what does not wait.
func (s *Sandbox) Decide(ctx context.Context, tenant fairlead.TenantID, id string, approve bool) error {
	found := false
	err := kv.Update(ctx, s.memory, tenant, approvalKeys+id, func(p *pendingApproval) bool {
		found = p.ID == id && !p.Decided
		p.Decided, p.Yes = true, approve
		return found
	})
	if err == nil && !found {
		return fairlead.Errorf(fairlead.NotFound, "Nothing of that name waits to be approved.")
	}
	return err
}
