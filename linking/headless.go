package linking

import (
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simulated"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	headlessLimit = 60 * time.Second // real time, for the whole of a headless link
	headlessTurns = 200
	headlessPause = 50 * time.Millisecond
)

// HeadlessRequest links a persona without a page (sandbox only).
type HeadlessRequest struct {
	CreateRequest
	Institution string // id, short name or code
	User        string
	Password    string // "": same as User
	// Once makes the link, or returns the id of the one that it made for the same
	// request before; nil: one is made.
	Once func(ctx context.Context, create func(context.Context) (id string, err error)) (id string, err error)
}

// Headless links a persona without a page, through the same stages as a person
// would go. What the institution refuses is the result's Problem, not an error.
// Errors: Forbidden outside a sandbox, Unsupported where the institution can't be
// simulated, Unavailable when it took too long.
func (l *Linking) Headless(ctx context.Context, app fairlead.Application, request HeadlessRequest) (Created, LinkResult, error) {
	tenant, err := l.tenantOf(ctx, app.Tenant)
	if err != nil {
		return Created{}, LinkResult{}, err
	}
	if tenant.Environment != fairlead.Sandbox {
		return Created{}, LinkResult{}, fairlead.Errorf(fairlead.Forbidden, "Only a sandbox tenant links without a page.")
	}
	i, err := l.o.Directory.Find(ctx, tenant, request.Institution)
	if err != nil {
		return Created{}, LinkResult{}, fairlead.InvalidField("institution", "unknown", "must be an institution of the sandbox")
	}
	c, err := l.o.Directory.Connector(i.Connector)
	if err != nil {
		return Created{}, LinkResult{}, err
	}
	sim, able := c.(simulated.Simulator)
	if !able {
		return Created{}, LinkResult{}, fairlead.Errorf(fairlead.Unsupported, "This institution can't be linked without a page.")
	}
	if request.Spec.Connection == "" {
		request.Spec.Institution = i.ID
	}
	request.Spec.Mode = fairlead.ModeHeadless
	if len(request.Spec.Stages) > 0 && !slices.Contains(request.Spec.Stages, fairlead.StageResult) {
		request.Spec.Stages = append(slices.Clone(request.Spec.Stages), fairlead.StageResult)
	}
	made, err := l.createOnce(ctx, app, request)
	if err != nil {
		return Created{}, LinkResult{}, err
	}
	p := persona{sim: sim, user: request.User, password: request.Password, institution: i}
	if p.password == "" {
		p.password = p.user
	}
	result, err := p.link(ctx, l, made.Link)
	made.Link = result.Link
	return made, result, in("linking without a page", err)
}

// createOnce makes the link of a request, unless it was made before.
func (l *Linking) createOnce(ctx context.Context, app fairlead.Application, request HeadlessRequest) (made Created, err error) {
	if request.Once == nil {
		return l.create(ctx, app, request.CreateRequest, "")
	}
	id, err := request.Once(ctx, func(ctx context.Context) (string, error) {
		made, err = l.create(ctx, app, request.CreateRequest, "")
		return string(made.Link.ID), err
	})
	if err == nil && made.Link.ID == "" {
		made.Link, err = l.Link(ctx, app.Tenant, fairlead.LinkID(id))
	}
	return made, err
}

// persona plays the person.
type persona struct {
	sim            simulated.Simulator
	user, password string
	institution    fairlead.Institution
}

// link acts at each stage until the link has ended.
func (p persona) link(ctx context.Context, l *Linking, link fairlead.Link) (LinkResult, error) {
	bounded, cancel := context.WithTimeout(ctx, headlessLimit)
	defer cancel()
	v, err := l.openLink(bounded, link.Tenant, link.ID, "headless")
	for turns := 0; err == nil && turns < headlessTurns; turns++ {
		// A problem of the institution's the persona would only meet again.
		hopeless := v.link.Stage == fairlead.StageConversation && (v.link.Problem != nil || v.link.Conversation != nil && v.link.Conversation.Left)
		if v.link.Status != fairlead.LinkOpen || v.link.Stage == fairlead.StageResult || hopeless {
			result, _, err := v.end(bounded, ending{})
			return result, err
		}
		if err = p.act(bounded, v); err == nil {
			err = v.refresh(bounded)
		}
	}
	if err != nil && bounded.Err() == nil {
		return LinkResult{Link: v.link}, err
	}
	result := &LinkResult{}
	wall := l.o.Clock()
	err = l.o.Store.View(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		s, err := l.readState(tx, link.Tenant, link.ID, wall)
		if err == nil {
			result, err = readResult(tx, s)
		}
		return err
	})
	if err == nil {
		err = fairlead.Errorf(fairlead.Unavailable, "The link took too long; its page can still be opened.")
	}
	return *result, err
}

// act does what the present stage wants of a person.
func (p persona) act(ctx context.Context, v *Visit) error {
	switch v.link.Stage {
	case fairlead.StageWelcome:
		return v.Proceed(ctx)
	case fairlead.StageInstitution:
		return v.Choose(ctx, string(p.institution.ID))
	case fairlead.StageConsent:
		return v.Agree(ctx, 0, false)
	case fairlead.StageConversation:
		return p.converse(ctx, v)
	case fairlead.StageAccounts:
		pending, err := v.pendingAt(fairlead.StageAccounts)
		if err != nil {
			return err
		}
		var refs []string
		for _, offer := range pending.Offers {
			refs = append(refs, offer.Ref)
		}
		return v.Pick(ctx, refs)
	case fairlead.StageAcceptance:
		return v.Accept(ctx, true)
	}
	if err := v.Run(ctx); err != nil {
		return err
	}
	return pause(ctx)
}

// converse answers the step of a conversation.
func (p persona) converse(ctx context.Context, v *Visit) error {
	c := v.link.Conversation
	switch {
	case c == nil:
		return v.Run(ctx)
	case v.wall.Before(c.Busy):
		return pause(ctx)
	case c.Step.Form != nil:
		a, err := p.sim.Headless(p.user, p.password, c.Step)
		if err != nil {
			return err
		}
		return v.Answer(ctx, c.Turn, a)
	case c.Step.Send != nil:
		env, err := v.env(ctx, p.institution.Connector)
		if err != nil {
			return err
		}
		query, err := p.sim.Visit(ctx, env, p.user, p.password, c.Step.Send.URL)
		if err != nil {
			return v.refuse(ctx, err)
		}
		return v.Return(ctx, query)
	case c.Step.Wait != nil && c.Step.Wait.Approval != "":
		if err := p.sim.Decide(ctx, v.tenant.ID, c.Step.Wait.Approval, true); err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
	}
	if err := v.Run(ctx); err != nil {
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
