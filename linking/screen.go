package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Seconds until it is worth asking again.
const (
	busyWait       = 1
	approvalWait   = 2
	retrievingWait = 2
	visitWait      = 3
	longestWait    = 5 // a sandbox's clock may be advanced at any time
)

// Visit says what to show now. id is the link of the address, "" in a frame,
// whose address is the session itself. Errors: Unauthenticated without a
// session, NotFound when the address names another link than the session's.
func (l *Linking) Visit(ctx context.Context, s Session, id fairlead.LinkID) (Screen, error) {
	p, err := l.locate(ctx, s)
	if err != nil {
		return Screen{}, err
	}
	if id != "" && id != p.linkID {
		return Screen{}, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	sc, err := l.look(ctx, p)
	if err != nil {
		return Screen{}, err
	}
	if sc.link.Status == fairlead.LinkOpen && !sc.now.Before(sc.link.Expires) {
		if sc.link, _, err = l.end(ctx, p, ending{status: fairlead.LinkExpired}); err != nil {
			return Screen{}, err
		}
	}
	if sc.link.Status == fairlead.LinkOpen && sc.link.Stage == fairlead.StageResult && !wanted(sc.link.Spec, fairlead.StageResult) {
		l.rest(ctx, sc)
		if sc, err = l.look(ctx, p); err != nil {
			return Screen{}, err
		}
	}
	return l.screen(ctx, sc)
}

// screen describes a scene to the page.
func (l *Linking) screen(ctx context.Context, sc scene) (Screen, error) {
	link, spec := sc.link, sc.link.Spec
	s := Screen{
		Link: link, Stage: link.Stage, Company: sc.app.CompanyName, Sandbox: sc.tenant.Environment == fairlead.Sandbox, Presentation: spec.Presentation, Theme: themeOf(sc),
		Ancestors: l.ancestors(sc), Language: spec.Language, Products: spec.Products, Countries: spec.Countries,
		Validity: spec.Validity, Endless: spec.Endless, Problem: link.Problem, Ended: link.Status != fairlead.LinkOpen, Now: sc.now,
	}
	if spec.Presentation.CompanyName != "" {
		s.Company = spec.Presentation.CompanyName
	}
	if link.Institution != "" {
		i, err := l.o.Registry.Institution(sc.tenant.Environment, string(link.Institution))
		if err == nil {
			s.Institution = &i
			s.Products = asked(spec, i)
		}
	}
	if err := l.stageOn(ctx, sc, &s); err != nil {
		return Screen{}, err
	}
	if err := l.connectedOn(ctx, sc, &s); err != nil {
		return Screen{}, err
	}
	if s.Ended {
		d, err := l.destination(link)
		if err != nil {
			return Screen{}, in("opening a link's end", err)
		}
		s.Destination = &d
		return s, nil
	}
	s.CanBack = backward(link, link.Stage) != "" && !s.Busy
	s.CanAnother = more(link) && otherwise(s) && len(l.candidates(sc.tenant.Environment, spec)) > 1
	return s, nil
}

// otherwise tells whether another institution makes sense on this screen.
func otherwise(s Screen) bool {
	switch s.Stage {
	case fairlead.StageConversation:
		return s.Problem != nil
	case fairlead.StageResult:
		return true
	case fairlead.StageWelcome:
		return s.Saved
	}
	return false
}

// themeOf lays the link's theme over the application's.
func themeOf(sc scene) fairlead.Theme {
	t := sc.app.Theme
	if own := sc.link.Spec.Presentation.Theme; own.Logo != "" {
		t.Logo = own.Logo
	}
	if own := sc.link.Spec.Presentation.Theme; own.Accent != "" {
		t.Accent = own.Accent
	}
	return t
}

// ancestors are the origins that may frame the page: the application's, narrowed
// by the link's, and in dev everything on this machine.
func (l *Linking) ancestors(sc scene) []string {
	origins := sc.app.Origins
	if narrow := sc.link.Spec.Origins; len(narrow) > 0 {
		origins = narrow
	}
	if l.o.Dev {
		origins = append(append([]string(nil), origins...),
			"http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*", "https://localhost:*", "https://127.0.0.1:*")
	}
	return origins
}

// stageOn fills what the stage needs.
func (l *Linking) stageOn(ctx context.Context, sc scene, s *Screen) error {
	link := sc.link
	if s.Ended {
		return nil
	}
	switch link.Stage {
	case fairlead.StageWelcome:
		if link.Spec.Returning && link.ID != "" {
			saved, err := l.saved(ctx, sc)
			if err != nil {
				return err
			}
			s.Saved = len(saved) > 0
		}
	case fairlead.StageInstitution:
		s.Institutions = l.candidates(sc.tenant.Environment, link.Spec)
	case fairlead.StageConsent:
		s.Until = until(sc.now, link.Spec.Validity, link.Spec.Endless)
	case fairlead.StageConversation:
		conversationOn(sc, s)
	case fairlead.StageAccounts, fairlead.StageAcceptance:
		held, err := l.pendingOf(sc, link.Stage)
		if err != nil {
			return err
		}
		s.Accounts = held.Offers
		s.Turn = link.Conversation.Turn
		return l.untilOf(ctx, sc, s)
	case fairlead.StageRetrieving:
		s.Busy, s.WaitFor = true, retrievingWait
	}
	return nil
}

// untilOf reads until when the consent under way lasts.
func (l *Linking) untilOf(ctx context.Context, sc scene, s *Screen) error {
	return l.o.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Consents.Get(sc.tenant.ID, string(sc.link.Consent))
		s.Until = c.Expires
		return err
	})
}

// conversationOn fills the screen of a conversation: a step, a wait, or a problem.
func conversationOn(sc scene, s *Screen) {
	c := sc.link.Conversation
	if c == nil {
		s.Busy, s.WaitFor = true, busyWait // about to begin
		return
	}
	s.Turn = c.Turn
	if sc.real.Before(c.Busy) {
		s.Busy, s.WaitFor = true, busyWait
		return
	}
	if c.Step != (fairlead.Step{}) {
		step := c.Step
		s.Step = &step
	}
	if !c.Busy.IsZero() && c.Step.Wait == nil {
		s.Problem = &fairlead.Problem{Kind: fairlead.Internal, Code: interrupted, Actor: fairlead.ActorPerson, Since: sc.now}
	}
	s.CanRetry = s.Problem != nil
	left := int(c.Next.Sub(sc.now).Seconds()) + 1
	switch {
	case c.Step.Wait != nil && c.Step.Wait.Approval != "":
		s.WaitFor = approvalWait
	case c.Step.Wait != nil:
		s.WaitFor = min(max(left, 1), longestWait)
	case c.Step.Form != nil && c.Step.Form.Refresh > 0:
		s.WaitFor = min(max(left, 1), c.Step.Form.Refresh+1)
	case c.Step.Send != nil:
		s.WaitFor = visitWait
	}
}

// connectedOn fills what has been made, and what is being renewed.
func (l *Linking) connectedOn(ctx context.Context, sc scene, s *Screen) error {
	return l.o.Store.View(ctx, func(tx *store.Tx) error {
		s.Connected = nil
		for _, id := range sc.link.Connections {
			c, err := tx.Connections.Get(sc.tenant.ID, string(id))
			if err != nil {
				return err
			}
			n, err := tx.Records.Count(sc.tenant.ID, c.ID)
			if err != nil {
				return err
			}
			i, err := l.o.Registry.Institution(sc.tenant.Environment, string(c.Institution))
			if err != nil {
				i = fairlead.Institution{ID: c.Institution, Name: string(c.Institution)}
			}
			s.Connected = append(s.Connected, Connected{Connection: c, Institution: i, Accounts: n[fairlead.AccountRecord]})
		}
		if id := sc.link.Spec.Connection; id != "" {
			c, err := tx.Connections.Get(sc.tenant.ID, string(id))
			if err != nil {
				return err
			}
			s.Update = &c
			if s.Problem == nil && s.Stage == fairlead.StageWelcome {
				s.Problem = c.Problem // why the person was asked to come
			}
		}
		return nil
	})
}
