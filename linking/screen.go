package linking

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// Seconds until it is worth coming back.
const (
	busyWait       = 1
	approvalWait   = 2
	retrievingWait = 2
	visitWait      = 3
	longestWait    = 5 // a sandbox's clock may be advanced at any time
)

// firstInstitutions is how many a screen has of those that can be chosen: the rest are
// found by name.
const firstInstitutions = 60

// Screen is what to show now.
type Screen struct {
	Link         fairlead.Link
	Stage        fairlead.Stage
	Position     string // for the address: see Behind
	Company      string // whose application it is
	Sandbox      bool   // the banks are make-believe
	Presentation fairlead.Presentation
	Theme        fairlead.Theme
	Ancestors    []string                // origins that may frame the page
	Language     string                  // wanted by the link; "": the browser's
	Products     []fairlead.Product      // wanted
	Institutions []fairlead.Institution  // StageInstitution: the first of those that can be chosen
	Choices      int                     // StageInstitution: how many can be chosen
	Upload       *fairlead.Institution   // StageInstitution: where files are brought, of those that can be chosen; nil: nowhere
	Institution  *fairlead.Institution   // chosen
	Recent       []fairlead.Institution  // StageInstitution: those that the person has connected before, of those that can be chosen
	Countries    []string                // StageInstitution: of those that can be chosen, the one with the most first
	Validity     int                     // months proposed; 0 with Endless
	Endless      bool                    //
	Until        time.Time               // of the consent; zero: until revoked
	Step         *fairlead.Step          // StageConversation
	Turn         int                     // forms carry it
	Sample       bool                    // StageConversation: the institution is make-believe and can answer the form itself
	Confirms     bool                    // leaving loses what the person has done here: they are asked once
	Busy         bool                    // a turn is in flight: show waiting, come back
	WaitFor      int                     // seconds until it is worth coming back
	Accounts     []fairlead.AccountOffer // StageAccounts
	Problem      *fairlead.Problem       // what went wrong just now
	CanRetry     bool
	CanBack      bool
	CanAnother   bool
	CanAgain     bool                 // StageResult: nothing was there, another login of the institution may be tried
	Update       *fairlead.Connection // update mode: what is renewed, and its Problem
	Saved        bool                 // returning person: "sign in with what is saved" is offered
	Known        bool                 // the same is offered beside signing in, at the consent too: see Visit.UseSaved
	Connected    []Connected          // made so far
	Ended        bool
	Elsewhere    bool       // when Ended: what came of it is for another session, or was to be seen long ago
	AppReturn    *AppReturn // when Ended: where "finish" goes
	Tracker      Tracker    // names what the page tells the page that embeds it; nil: it tells nothing
	Now          time.Time  // tenant time
}

// Screen describes the link to the page, as it stands in the store now: a turn may
// have ended since it was opened. It changes nothing.
func (v *Visit) Screen(ctx context.Context) (Screen, error) {
	var s Screen
	wall := v.l.o.Clock()
	err := v.l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if v.state, err = v.l.readState(tx, v.tenant.ID, v.link.ID, wall); err != nil {
			return err
		}
		v.at = checkpointOf(v.link)
		s, err = v.l.screen(tx, v.state)
		return err
	})
	if err != nil {
		return Screen{}, in("describing a link", err)
	}
	if v.limited {
		s.Step, s.Connected, s.AppReturn, s.Accounts = nil, nil, nil, nil
		return s, nil
	}
	if s.Ended && (v.session != v.link.LastSession || !v.now.Before(v.link.Ended.Add(resultLife))) {
		s.Connected, s.Institution = nil, nil
		if s.Elsewhere = !v.link.Withdrawn; s.Elsewhere { // whoever comes to one that was withdrawn is sent back
			return s, nil
		}
	}
	if s.Ended {
		to, err := v.l.appReturn(v.link)
		s.AppReturn = &to
		return s, in("opening a link's end", err)
	}
	if s.Stage == fairlead.StageAccounts || s.Stage == fairlead.StageAcceptance {
		p, err := v.pendingAt(s.Stage)
		if err != nil {
			return s, err
		}
		s.Accounts, s.Turn = p.Offers, v.link.Conversation.Turn
		return s, nil
	}
	if err := v.openForm(s.Step); err != nil {
		return s, in("opening a form", err)
	}
	return s, in("opening what was typed", v.fillLogin(s.Step))
}

// fillLogin puts back into a login form that was refused what names the login: secrets are
// typed again. Only the session that typed it sees it.
func (v *Visit) fillLogin(step *fairlead.Step) error {
	c := v.link.Conversation
	if step == nil || step.Form == nil || !step.Form.Again || c == nil || v.session == "" {
		return nil
	}
	var typed loginFields
	if err := v.opened(sealing.Logins, c.Logins, &typed); err != nil || typed.By != v.session {
		return err
	}
	form := *step.Form
	form.Fields = slices.Clone(form.Fields)
	for n, f := range form.Fields {
		if f.Login && f.Kind == fairlead.FieldText {
			form.Fields[n].Value = cmp.Or(typed.Logins[f.Name], f.Value)
		}
	}
	step.Form = &form
	return nil
}

// screen describes a state, with what the store has about it.
func (l *Linking) screen(tx *store.Tx, st state) (Screen, error) {
	link, spec := st.link, st.link.Spec
	s := Screen{
		Link: link, Stage: link.Stage, Company: st.company(), Sandbox: st.tenant.Environment == fairlead.Sandbox,
		Presentation: spec.Presentation, Theme: themeOf(st), Ancestors: l.ancestors(st), Language: spec.Language,
		Products: spec.Products, Validity: spec.Validity, Endless: spec.Endless,
		Position: positionOf(st), Problem: link.Problem, Ended: link.Status != fairlead.LinkOpen, Now: st.now,
	}
	s.Tracker, _ = l.finishers[link.Origin.Dialect].(Tracker)
	s.Presentation.TermsURL = cmp.Or(s.Presentation.TermsURL, st.app.TermsURL)
	s.Presentation.PrivacyURL = cmp.Or(s.Presentation.PrivacyURL, st.app.PrivacyURL)
	if link.Institution != "" {
		if i, err := l.o.Directory.Institution(tx, st.tenant, string(link.Institution)); err == nil {
			s.Institution = &i
			s.Products = requestedProducts(spec, i)
		}
	}
	if !s.Ended {
		if err := l.stageOn(tx, st, &s); err != nil {
			return s, err
		}
	}
	if err := l.connectedOn(tx, st, &s); err != nil {
		return s, err
	}
	if s.Stage == fairlead.StageResult && s.collecting() {
		s.WaitFor = retrievingWait
	}
	if s.Ended {
		return s, nil
	}
	s.CanBack = stageBefore(link, link.Stage) != "" && !s.Busy
	s.CanAgain = again(s)
	s.Confirms = losesWork(link)
	if more(link) && otherwise(s) {
		several, err := l.o.Directory.Several(tx, st.tenant, spec)
		if err != nil {
			return s, err
		}
		s.CanAnother = several
	}
	return s, nil
}

// otherwise reports whether another institution makes sense on this screen.
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

// collecting reports whether something of what has been connected is still to come.
func (s Screen) collecting() bool {
	return slices.ContainsFunc(s.Connected, func(c Connected) bool { return c.Collecting })
}

// Nothing reports whether something was connected and all was fetched, and nothing was there.
func (s Screen) Nothing() bool {
	return len(s.Connected) > 0 && !slices.ContainsFunc(s.Connected, func(c Connected) bool { return !c.Nothing })
}

// again reports whether another login of the institution may be tried, because nothing
// was at the first.
func again(s Screen) bool {
	limit := s.Link.Spec.Limit
	return s.Stage == fairlead.StageResult && s.Nothing() && s.Link.Spec.Connection == "" && (limit == 0 || len(s.Link.Connections) < limit)
}

// losesWork reports whether leaving loses something that the person has done: they have
// answered the institution or been there, and nothing is connected yet.
func losesWork(link fairlead.Link) bool {
	if len(link.Connections) > 0 {
		return false
	}
	switch c := link.Conversation; link.Stage {
	case fairlead.StageAccounts, fairlead.StageAcceptance:
		return true
	case fairlead.StageConversation:
		return c != nil && link.Problem == nil && (c.Answered || !c.Busy.IsZero() || c.Step.Send != nil && !c.Sent.IsZero())
	}
	return false
}

// themeOf lays the link's theme over the application's.
func themeOf(s state) fairlead.Theme {
	t := s.app.Theme
	if own := s.link.Spec.Presentation.Theme; own.Logo != "" {
		t.Logo = own.Logo
	}
	if own := s.link.Spec.Presentation.Theme; own.Accent != "" {
		t.Accent = own.Accent
	}
	return t
}

// ancestors are the origins that may frame the page: the application's, narrowed
// by the link's, and in dev everything on this machine.
func (l *Linking) ancestors(s state) []string {
	origins := s.app.Origins
	if narrow := s.link.Spec.Origins; len(narrow) > 0 {
		origins = narrow
	}
	if l.o.Dev {
		origins = append(append([]string(nil), origins...),
			"http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*", "https://localhost:*", "https://127.0.0.1:*")
	}
	return origins
}

// stageOn fills what the stage needs.
func (l *Linking) stageOn(tx *store.Tx, st state, s *Screen) error {
	link := st.link
	switch link.Stage {
	case fairlead.StageWelcome:
		if link.ID != "" && (link.Spec.Returning || offersSaved(link)) {
			saved, err := l.savedIn(tx, st)
			s.Saved, s.Known = link.Spec.Returning && len(saved) > 0, offersSaved(link) && len(saved) > 0
			return err
		}
	case fairlead.StageInstitution:
		return l.choiceOn(tx, st, s)
	case fairlead.StageConsent:
		s.Until = until(st.now, link.Spec.Validity, link.Spec.Endless)
		if offersSaved(link) {
			saved, err := l.savedIn(tx, st)
			s.Known = len(saved) > 0
			return err
		}
	case fairlead.StageConversation:
		conversationOn(st, s)
		if s.Institution != nil && s.Step != nil && s.Step.Form != nil {
			_, s.Sample = l.simulator(st.tenant, *s.Institution)
		}
	case fairlead.StageAccounts, fairlead.StageAcceptance:
		if c := link.Conversation; c != nil && st.wall.Before(c.Busy) {
			s.Busy, s.WaitFor = true, busyWait // the connection is being made
		}
		c, err := tx.Consents.Get(st.tenant.ID, string(link.Consent))
		s.Until = c.Expires
		return err
	case fairlead.StageRetrieving:
		s.Busy, s.WaitFor = true, retrievingWait
	}
	return nil
}

// near is the country of a language's region, where it has one.
func near(lang string) []string {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil
	}
	if region, confidence := tag.Region(); confidence == language.Exact && region.IsCountry() {
		return []string{region.String()}
	}
	return nil
}

// conversationOn fills the screen of a conversation: a step, a wait, or a problem.
func conversationOn(st state, s *Screen) {
	c := st.link.Conversation
	if c == nil {
		s.Busy, s.WaitFor = true, busyWait // about to begin
		return
	}
	s.Turn = c.Turn
	polled := c.Step.Send != nil && (c.Polling || c.Step.Send.Poll > 0)
	if st.wall.Before(c.Busy) && !c.Polling {
		s.Busy, s.WaitFor = true, busyWait
		return
	}
	if c.Step != (fairlead.Step{}) {
		step := c.Step
		s.Step = &step
	}
	if c.Left { // no problem of the link's, but what the page says
		s.Problem = &fairlead.Problem{Kind: fairlead.ConsentEnded, Code: connector.ErrLeft.Code, Since: st.now}
	}
	if !c.Busy.IsZero() && c.Step.Wait == nil && !polled {
		s.Problem = &fairlead.Problem{Kind: fairlead.Internal, Code: interrupted, Actor: fairlead.ActorPerson, Since: st.now}
	}
	s.CanRetry = s.Problem != nil
	left := int(c.Next.Sub(st.now).Seconds()) + 1
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
func (l *Linking) connectedOn(tx *store.Tx, st state, s *Screen) error {
	for _, id := range st.link.Connections {
		c, err := tx.Connections.Get(st.tenant.ID, string(id))
		if err != nil {
			return err
		}
		n, err := tx.Records.Count(st.tenant.ID, c.ID)
		if err != nil {
			return err
		}
		i, err := l.o.Directory.Institution(tx, st.tenant, string(c.Institution))
		if err != nil {
			i = fairlead.Institution{ID: c.Institution, Name: string(c.Institution)}
		}
		s.Connected = append(s.Connected, connectedNow(c, i, n, st.link))
	}
	if id := st.link.Spec.Connection; id != "" {
		c, err := tx.Connections.Get(st.tenant.ID, string(id))
		if err != nil {
			return err
		}
		s.Update = &c
		if s.Problem == nil && s.Stage == fairlead.StageWelcome {
			s.Problem = c.Problem // why the person was invited
		}
	}
	return nil
}
