package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

// Want hands the connector what the person wants of the form of the turn instead of
// answering it. Errors: Conflict for a stale form, a turn in flight and what the form does
// not offer; NotReady where another code is wanted too early.
func (v *Visit) Want(ctx context.Context, turn int, want fairlead.Want) error {
	v.acting()
	form, err := v.formOf(turn)
	if err != nil {
		return err
	}
	switch {
	case want == fairlead.WantOther && form.Other, want == fairlead.WantResend && form.Resend != nil:
	default:
		return moved()
	}
	if want == fairlead.WantResend && v.now.Before(form.Resend.After) {
		return &fairlead.Error{Kind: fairlead.NotReady, Detail: "A code is on its way. Another can be sent in a moment.", RetryAfter: form.Resend.After.Sub(v.now)}
	}
	return v.resume(ctx, fairlead.Answer{Want: want}, nil)
}

// samplePersona is who a make-believe institution knows without anything special about them.
const samplePersona = "good"

// Sample answers the form of the turn as a make-believe institution would have it
// answered. Errors: those of Answer; Forbidden where the institution is a real one.
func (v *Visit) Sample(ctx context.Context, turn int) error {
	form, err := v.formOf(turn)
	if err != nil {
		return err
	}
	i, err := v.institution(ctx)
	if err != nil {
		return err
	}
	sim, ok := v.l.simulator(v.tenant, i)
	if !ok {
		return fairlead.Errorf(fairlead.Forbidden, "Only a make-believe institution says what to type.")
	}
	a, err := sim.Headless(samplePersona, samplePersona, fairlead.Step{Form: &form})
	if err != nil {
		return err
	}
	return v.Answer(ctx, turn, a)
}

// formOf is the form that a page of the turn shows.
func (v *Visit) formOf(turn int) (fairlead.Form, error) {
	if err := v.state.open(); err != nil {
		return fairlead.Form{}, err
	}
	c := v.link.Conversation
	if v.link.Stage != fairlead.StageConversation || c == nil || c.Turn != turn || v.wall.Before(c.Busy) || c.Step.Form == nil {
		return fairlead.Form{}, moved()
	}
	return *c.Step.Form, nil
}

// simulator plays the persons of a make-believe institution; false: it is a real one.
func (l *Linking) simulator(tenant fairlead.Tenant, i fairlead.Institution) (simulated.Simulator, bool) {
	if tenant.Environment != fairlead.Sandbox {
		return nil, false
	}
	c, err := l.o.Directory.Connector(i.Connector)
	if err != nil {
		return nil, false
	}
	sim, ok := c.(simulated.Simulator)
	return sim, ok
}
