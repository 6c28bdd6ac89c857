package linking_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

func TestAPersonWhoFinishesAtTheServiceAndClosesTheWindowIsConnected(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	x.pass(20 * time.Second)
	if x.stored(p.link).Conversation == nil || len(s.polls()) == 0 {
		t.Fatalf("the visit did not go on after %d polls", len(s.polls()))
	}
	s.finish()
	x.pass(30 * time.Second)
	link := x.stored(p.link)
	if len(link.Connections) != 1 {
		t.Fatalf("nothing is connected: stage %s, problem %+v", link.Stage, link.Problem)
	}
	conn := x.connection(link.Connections[0])
	if want := sealing.Upstream(x.vault, x.tenant, "service", "item-visit-1"); conn.Upstream != want || conn.Institution != "service_oak" {
		t.Errorf("the service's name of the connection is %q, want %q; it is at %s", conn.Upstream, want, conn.Institution)
	}
	if !slices.Contains(x.kinds(), fairlead.EventConnectionLinked) {
		t.Errorf("the application was not notified: %v", x.kinds())
	}
	if used := x.slots().Used; !slices.Equal(used, []string{"item-visit-1"}) {
		t.Errorf("the slots used are %v", used)
	}
	p.at(fairlead.StageResult)
	polls := len(s.polls())
	x.pass(10 * time.Minute)
	if x.polled() || len(s.polls()) != polls {
		t.Errorf("the service is still polled: %d times", len(s.polls())-polls)
	}
	if link := x.stored(p.link); link.Status != fairlead.LinkOpen {
		t.Errorf("the link is %s while its person looks at what came of it", link.Status)
	}
}

func TestTheApplicationHearsOfAFinishedLinkSoonAfterThePersonClosedTheWindow(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	s.finish()
	x.pass(30 * time.Second)
	if kinds := x.kinds(); slices.Contains(kinds, fairlead.EventLinkFinished) {
		t.Errorf("a person who comes back finds the link ended: %v", kinds)
	}
	x.pass(3 * time.Minute)
	link := x.stored(p.link)
	if link.Status != fairlead.LinkFinished || !link.Ended.Before(link.Expires.Add(-time.Hour)) {
		t.Errorf("the link is %s, ended %s", link.Status, link.Ended)
	}
	if n := len(slices.DeleteFunc(x.kinds(), func(k fairlead.EventKind) bool { return k != fairlead.EventLinkFinished })); n != 1 {
		t.Errorf("the application hears %d times that it is finished", n)
	}
	if x.polled() {
		t.Error("work is left over")
	}
}

func TestALinkThatAPersonReturnedToStaysOpenAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	s.finish()
	x.pass(30 * time.Second)
	x.restart("node/2")
	if screen := p.screen(); screen.Stage != fairlead.StageResult {
		t.Fatalf("the page is at %s", screen.Stage)
	}
	x.pass(time.Hour)
	if link := x.stored(p.link); link.Status != fairlead.LinkOpen {
		t.Errorf("the link is %s", link.Status)
	}
}

func TestTheServiceIsPolledLessOftenAsTimeGoesByAndOnceMoreAtTheEnd(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	began := s.began(t, x)
	x.pass(31 * time.Minute)
	polls := s.polls()
	if len(polls) < 28 || len(polls) > 45 {
		t.Errorf("it was polled %d times in half an hour", len(polls))
	}
	before := began
	for n, at := range polls {
		if gap := at.Sub(before); gap > 66*time.Second || gap < 4*time.Second && n < len(polls)-1 {
			t.Errorf("poll %d came after %s", n, gap)
		}
		before = at
	}
	if last := polls[len(polls)-1].Sub(began); last < 30*time.Minute-time.Second {
		t.Errorf("the last poll came after %s, before the visit's end", last)
	}
	if x.polled() {
		t.Error("the service is polled after the visit's end")
	}
	if link := x.stored(p.link); link.Problem == nil || link.Problem.Kind != fairlead.ChallengeExpired {
		t.Errorf("the problem is %+v", link.Problem)
	}
}

// began is the tenant's time now.
func (s *service) began(t *testing.T, x *fixture) time.Time {
	t.Helper()
	now, err := x.time(t.Context(), x.tenant)
	must(t, err)
	return now
}

func TestAVisitWithoutAnEndCostsLittleForAsLongAsItsLinkIsOpen(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	s.lasts = 0
	p := x.atService(func(r *linking.CreateRequest) { r.Life = 90 * 24 * time.Hour })
	for until := x.stored(p.link).Expires; x.polled(); {
		var due fairlead.Work
		x.view(func(tx *store.Tx) (err error) {
			rows, err := tx.Work.List(x.tenant, store.WorkQuery{Kind: fairlead.PollWork})
			due = rows[0]
			return err
		})
		if due.Due.After(until) {
			break
		}
		now, err := x.time(t.Context(), x.tenant)
		must(t, err)
		x.advance(due.Due.Sub(now))
		x.poll()
	}
	if n := len(s.polls()); n < 100 || n > 1000 {
		t.Errorf("ninety days took %d polls", n)
	}
	x.advance(91 * 24 * time.Hour)
	_, err := x.l.Expire(t.Context(), x.work(fairlead.ExpireWork, string(p.link)))
	must(t, err)
	x.poll()
	if x.polled() || x.stored(p.link).Status != fairlead.LinkExpired {
		t.Errorf("the link is %s, and polled: %t", x.stored(p.link).Status, x.polled())
	}
}

func TestAPersonWhoLeftTheServicesPagesHasNoProblemAndMayTryAgain(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	first := s.last(func(v *serviceVisit) { v.state = "left" })
	x.pass(10 * time.Second)
	link := x.stored(p.link)
	if link.Problem != nil || link.Status != fairlead.LinkOpen || x.polled() {
		t.Fatalf("the link is %s, problem %+v, polled: %t", link.Status, link.Problem, x.polled())
	}
	screen := p.screen()
	if !screen.CanRetry || screen.Step != nil || screen.Problem == nil || screen.Problem.Code != "left" {
		t.Errorf("the page shows %+v with the step %+v", screen.Problem, screen.Step)
	}
	if c := x.consent(link.Consent); c.Status.Ended() {
		t.Errorf("the consent is %s", c.Status)
	}
	must(t, p.visit().Retry(t.Context()))
	if again := s.last(nil); again == first {
		t.Fatal("no other visit was begun")
	}
	s.finish()
	x.pass(10 * time.Second)
	if link := x.stored(p.link); len(link.Connections) != 1 {
		t.Errorf("nothing was connected: %+v", link.Problem)
	}
}

func TestALinkWhosePersonLeftTheServiceIsExitedWithoutAReason(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(func(r *linking.CreateRequest) { r.Spec.ExitOn = fairlead.ErrorKinds() })
	s.last(func(v *serviceVisit) { v.state = "left" })
	x.pass(10 * time.Second)
	must(t, p.visit().Leave(t.Context()))
	if link := x.stored(p.link); link.Status != fairlead.LinkExited || link.Reason != "" {
		t.Errorf("the link is %s because of %q", link.Status, link.Reason)
	}
}

func TestAWebhookAboutAVisitHasTheConnectorAskedAtOnce(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	s.poll = 0 // nothing but the webhook ends it
	p := x.atService(nil)
	if x.pass(time.Minute); len(s.polls()) != 0 {
		t.Fatal("it is polled")
	}
	name := s.last(nil)
	s.finish()
	for _, wrong := range [][3]string{{string(x.tenant), "service", "other"}, {string(x.tenant), "sandbox", name}, {"ten_other", "service", name}} {
		must(t, x.l.ResumeVisit(t.Context(), fairlead.TenantID(wrong[0]), wrong[1], wrong[2]))
	}
	if x.poll(); len(s.polls()) != 0 {
		t.Fatal("a name of another visit had it asked")
	}
	must(t, x.l.ResumeVisit(t.Context(), x.tenant, "service", name))
	x.poll()
	if link := x.stored(p.link); len(link.Connections) != 1 {
		t.Fatalf("nothing was connected: %+v", link.Problem)
	}
	must(t, x.l.ResumeVisit(t.Context(), x.tenant, "service", name)) // it comes twice
	if x.poll() != 0 || len(s.polls()) != 1 {
		t.Errorf("the connector was asked %d times", len(s.polls()))
	}
}

func TestANameOfAVisitIsNotStored(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	name := s.last(nil)
	x.view(func(tx *store.Tx) error {
		tokens, err := tx.Tokens.Of(x.tenant, fairlead.VisitToken, string(p.link))
		if len(tokens) != 1 || tokens[0].Name == name || tokens[0].Name == fairlead.TokenHash(name) {
			t.Errorf("the tokens are %+v", tokens)
		}
		return err
	})
	_, err := x.l.Cancel(t.Context(), x.tenant, p.link)
	must(t, err)
	x.view(func(tx *store.Tx) error {
		tokens, err := tx.Tokens.Of(x.tenant, fairlead.VisitToken, string(p.link))
		if len(tokens) != 0 {
			t.Error("the name leads to a link that has ended")
		}
		return err
	})
}

func TestNewsOfAVisitWhileATurnIsInFlightIsNotLost(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	hold := make(chan struct{})
	s.set(func(s *service) { s.hold = hold })
	x.advance(6 * time.Second)
	polled := make(chan int)
	go func() { polled <- x.poll() }()
	for len(s.polls()) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	if screen := p.screen(); screen.Busy || screen.Step == nil || screen.Step.Send == nil {
		t.Errorf("a page that is open shows the poll: busy %t, %+v", screen.Busy, screen.Step)
	}
	must(t, x.l.ResumeVisit(t.Context(), x.tenant, "service", s.last(nil)))
	s.set(func(s *service) { s.hold = nil })
	close(hold) // it answers what was so before the news
	<-polled
	s.finish()
	x.advance(time.Second) // the next usual poll is later
	x.poll()
	if link := x.stored(p.link); len(link.Connections) != 1 {
		t.Errorf("nothing was connected after %d polls: %+v", len(s.polls()), link.Conversation)
	}
}

func TestNeverAreTwoTurnsOfAVisitUnderWayAtOnce(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	other := linking.New(x.options) // another node
	hold := make(chan struct{})
	s.set(func(s *service) { s.hold = hold })
	x.advance(6 * time.Second)
	_, state, err := p.visit().Depart(t.Context())
	must(t, err)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { must(t, p.visit().Run(t.Context())) })
		all.Go(func() {
			_, err := other.Poll(t.Context(), x.work(fairlead.PollWork, string(p.link)))
			must(t, err)
		})
		all.Go(func() { must(t, x.comeBack(state, map[string]string{"x": "y"})) })
		all.Go(func() { must(t, x.l.ResumeVisit(t.Context(), x.tenant, "service", s.last(nil))) })
	}
	time.Sleep(200 * time.Millisecond)
	close(hold)
	all.Wait()
	must(t, other.Close(t.Context()))
	must(t, x.l.Close(t.Context()))
	if s.most != 1 {
		t.Errorf("%d turns were under way at once", s.most)
	}
}

func TestAPollThatAServerWasKilledInIsMadeAgainByTheNext(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"its own node", "another node"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			x, s := withService(t, 10)
			p := x.atService(nil)
			s.finish()
			x.update(func(tx *store.Tx) error { // as resume leaves it
				link, err := tx.Links.Get(x.tenant, string(p.link))
				if err != nil {
					return err
				}
				link.Conversation.Busy, link.Conversation.Process, link.Conversation.Polling = fairlead.RealClock().Add(time.Minute), "node/1", true
				return tx.Links.Put(x.tenant, &link)
			})
			next := "node/2"
			if by == "another node" {
				next = "other/1"
				x.options.Died = func(process string) bool { return process == "node/1" }
			}
			x.restart(next)
			if screen := p.screen(); screen.Problem != nil {
				t.Errorf("the page shows %+v", screen.Problem)
			}
			x.pass(10 * time.Second)
			if link := x.stored(p.link); len(link.Connections) != 1 {
				t.Errorf("nothing was connected: %+v", link.Problem)
			}
		})
	}
}

func TestAServiceThatDoesNotAnswerForAWhileDoesNotEndTheVisit(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	s.set(func(s *service) { s.down = true })
	x.pass(2 * time.Minute)
	if link := x.stored(p.link); link.Problem != nil || link.Conversation.Step.Send == nil {
		t.Fatalf("the visit has ended: %+v", link.Problem)
	}
	if n := len(s.polls()); n < 3 || n > 12 {
		t.Errorf("it was polled %d times in two minutes", n)
	}
	_, state, err := p.visit().Depart(t.Context())
	must(t, err)
	must(t, x.comeBack(state, map[string]string{"x": "y"})) // the person comes back meanwhile
	s.finish()
	s.set(func(s *service) { s.down = false })
	x.pass(2 * time.Minute)
	if link := x.stored(p.link); len(link.Connections) != 1 {
		t.Errorf("nothing was connected: %+v", link.Problem)
	}
}

func TestAPageThatIsOpenIsNotDisturbedByPolls(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	turn := p.screen().Turn
	x.pass(5 * time.Minute)
	screen := p.screen()
	if screen.Turn != turn || screen.Problem != nil || len(s.polls()) == 0 {
		t.Errorf("turn %d became %d after %d polls, problem %+v", turn, screen.Turn, len(s.polls()), screen.Problem)
	}
	before := len(s.polls())
	x.advance(6 * time.Second) // sooner than work would
	p.screen()
	if len(s.polls()) != before+1 {
		t.Error("a person who looks at the page waits as long as one who does not")
	}
}

func TestAWaitThatFollowsAVisitEndsWithoutAPageToo(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	s.waits = true
	p := x.atService(nil)
	x.pass(20 * time.Second)
	s.finish()
	x.pass(30 * time.Second)
	if link := x.stored(p.link); link.Conversation == nil || link.Conversation.Step.Wait == nil {
		x.pass(3 * time.Minute) // until nobody comes back to the page
		if len(link.Connections) != 1 || x.polled() {
			t.Errorf("connected %d, problem %+v, polled: %t", len(link.Connections), link.Problem, x.polled())
		}
		if used := x.slots().Used; !slices.Equal(used, []string{"item-visit-1"}) {
			t.Errorf("the slots used are %v", used)
		}
		return
	}
	t.Errorf("it waits still: %+v", x.stored(p.link).Conversation)
}

func TestAServiceThatFailsWhileWhatAVisitBroughtIsExchangedIsAskedAgainForAWhile(t *testing.T) {
	t.Parallel()
	for _, comesBack := range []bool{true, false} {
		x, s := withService(t, 10)
		s.waits = true
		p := x.atService(nil)
		s.finish()
		for x.pass(time.Second); x.stored(p.link).Conversation.Step.Wait == nil; {
			x.pass(time.Second)
		}
		s.set(func(s *service) { s.down = true })
		x.pass(3 * time.Minute)
		if link := x.stored(p.link); link.Problem != nil || link.Conversation.Step.Wait == nil {
			t.Fatalf("it was given up: %+v", link.Problem)
		}
		if comesBack {
			s.set(func(s *service) { s.down = false })
			x.pass(2 * time.Minute)
			if link := x.stored(p.link); len(link.Connections) != 1 {
				t.Errorf("nothing was connected: %+v", link.Problem)
			}
			continue
		}
		x.pass(30 * time.Minute)
		if link := x.stored(p.link); link.Problem == nil || link.Problem.Kind != fairlead.InstitutionDown || x.polled() {
			t.Errorf("problem %+v, polled: %t", link.Problem, x.polled())
		}
		if n := len(s.polls()); n > 60 {
			t.Errorf("it was asked %d times", n)
		}
	}
}
