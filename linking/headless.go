package linking

import (
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

const (
	headlessLimit = 60 * time.Second // real time, for the whole of a headless link
	headlessTurns = 200
	headlessPause = 50 * time.Millisecond
)

// Headless links a persona without a page, through the same stages as a person
// would go. What the institution refuses is told as the Outcome's Problem, not as
// an error. Errors: Forbidden outside a sandbox, Unsupported where the
// institution can't be simulated, Unavailable when it took too long.
func (l *Linking) Headless(ctx context.Context, app fairlead.Application, ask HeadlessRequest) (Created, LinkResult, error) {
	tenant, err := l.tenantOf(ctx, app.Tenant)
	if err != nil {
		return Created{}, LinkResult{}, err
	}
	if tenant.Environment != fairlead.Sandbox {
		return Created{}, LinkResult{}, fairlead.Errorf(fairlead.Forbidden, "Only a sandbox tenant links without a page.")
	}
	i, err := l.o.Registry.Institution(tenant.Environment, ask.Institution)
	if err != nil {
		return Created{}, LinkResult{}, fairlead.InvalidField("institution", "unknown", "must be an institution of the sandbox")
	}
	c, err := l.o.Registry.Connector(i.Connector)
	if err != nil {
		return Created{}, LinkResult{}, err
	}
	sim, able := c.(simulated.Simulator)
	if !able {
		return Created{}, LinkResult{}, fairlead.Errorf(fairlead.Unsupported, "This institution can't be linked without a page.")
	}
	if ask.Spec.Connection == "" {
		ask.Spec.Institution = i.ID
	}
	ask.Spec.Mode = fairlead.ModeHeadless
	if len(ask.Spec.Stages) > 0 && !slices.Contains(ask.Spec.Stages, fairlead.StageResult) {
		ask.Spec.Stages = append(slices.Clone(ask.Spec.Stages), fairlead.StageResult)
	}
	made, err := l.create(ctx, app, ask.CreateRequest, "")
	if err != nil {
		return Created{}, LinkResult{}, err
	}
	d := driver{Linking: l, place: place{tenantID: tenant.ID, linkID: made.Link.ID, client: "headless"}, sim: sim, user: ask.User, password: ask.Password, institution: i}
	if d.password == "" {
		d.password = d.user
	}
	o, err := d.drive(ctx)
	made.Link = o.Link
	return made, o, in("linking without a page", err)
}

// driver plays the person.
type driver struct {
	*Linking
	place
	sim            simulated.Simulator
	user, password string
	institution    fairlead.Institution
}

// drive acts at each stage until the link has ended.
func (d *driver) drive(ctx context.Context) (LinkResult, error) {
	ctx, cancel := context.WithTimeout(ctx, headlessLimit)
	defer cancel()
	for range headlessTurns {
		sc, err := d.look(ctx, d.place)
		if err != nil {
			return LinkResult{Link: sc.link}, err
		}
		if sc.link.Status != fairlead.LinkOpen || sc.link.Stage == fairlead.StageResult || hopeless(sc) {
			o, _, err := d.endAs(ctx, d.place, ending{})
			return o, err
		}
		if err := d.act(ctx, sc); err != nil {
			if ctx.Err() != nil {
				break
			}
			return LinkResult{Link: sc.link}, err
		}
	}
	o, _, err := d.outcome(context.WithoutCancel(ctx), d.o.Store.View, d.place)
	if err == nil {
		err = fairlead.Errorf(fairlead.Unavailable, "The link took too long; its page can still be opened.")
	}
	return o, err
}

// hopeless tells whether a problem stands that the persona would only meet again.
func hopeless(sc scene) bool {
	return sc.link.Stage == fairlead.StageConversation && sc.link.Problem != nil
}

// act does what the present stage asks for.
func (d *driver) act(ctx context.Context, sc scene) error {
	switch sc.link.Stage {
	case fairlead.StageWelcome:
		return d.proceed(ctx, d.place)
	case fairlead.StageInstitution:
		return d.choose(ctx, d.place, string(d.institution.ID))
	case fairlead.StageConsent:
		return d.agree(ctx, d.place, 0, false)
	case fairlead.StageConversation:
		return d.converse(ctx, sc)
	case fairlead.StageAccounts:
		held, err := d.pendingOf(sc, fairlead.StageAccounts)
		if err != nil {
			return err
		}
		var refs []string
		for _, offer := range held.Offers {
			refs = append(refs, offer.Ref)
		}
		return d.pick(ctx, d.place, refs)
	case fairlead.StageAcceptance:
		return d.accept(ctx, d.place, true)
	}
	if err := d.poll(ctx, d.place); err != nil {
		return err
	}
	return pause(ctx)
}

// converse answers the step of a conversation.
func (d *driver) converse(ctx context.Context, sc scene) error {
	c := sc.link.Conversation
	switch {
	case c == nil:
		return d.begin(ctx, d.place)
	case sc.real.Before(c.Busy):
		return pause(ctx)
	case c.Step.Form != nil:
		a, err := d.sim.Headless(d.user, d.password, c.Step)
		if err != nil {
			return err
		}
		return d.answer(ctx, d.place, c.Turn, a)
	case c.Step.Send != nil:
		query, err := d.sim.Visit(ctx, d.surroundings(sc, d.institution.Connector), d.user, d.password, c.Step.Send.URL)
		if err != nil {
			return d.refuse(ctx, sc, err)
		}
		return d.comeBack(ctx, sc, query)
	case c.Step.Wait != nil && c.Step.Wait.Approval != "":
		if err := d.sim.Decide(ctx, sc.tenant.ID, c.Step.Wait.Approval, true); err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
	}
	if err := d.poll(ctx, d.place); err != nil {
		return err
	}
	return pause(ctx)
}

// pause waits a moment of real time.
func pause(ctx context.Context) error {
	t := time.NewTimer(headlessPause)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
