package linking_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

func TestAPersonGoesFromWelcomeToACodeThatIsExchangedOnce(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	ctx := t.Context()
	p := x.open(nil)
	if s := p.at(fairlead.StageWelcome); s.Company != "Test Company" || s.CanBack {
		t.Errorf("welcome of %q, back %v", s.Company, s.CanBack)
	}
	must(t, p.visit().Proceed(ctx))
	if s := p.at(fairlead.StageInstitution); len(s.Institutions) < 2 || !s.CanBack {
		t.Errorf("%d institutions, back %v", len(s.Institutions), s.CanBack)
	}
	must(t, p.visit().Choose(ctx, "harbor"))
	if s := p.at(fairlead.StageConsent); s.Validity != 12 || s.Until.Before(s.Now.AddDate(0, 11, 0)) || len(s.Products) == 0 {
		t.Errorf("validity %d until %s for %v", s.Validity, s.Until, s.Products)
	}
	must(t, p.visit().Agree(ctx, 6, false))
	if s := p.at(fairlead.StageConversation); s.Step == nil || s.Step.Form == nil {
		t.Fatalf("no form is shown: %+v", s)
	}
	s := p.login("good", "good")
	if s.Stage != fairlead.StageResult || len(s.Connected) != 1 || s.Connected[0].Institution.ShortName != "harbor" || !s.CanAnother {
		t.Fatalf("stage %s, connected %d, another %v", s.Stage, len(s.Connected), s.CanAnother)
	}
	conn := s.Connected[0].Connection
	consent := x.consent(conn.Consent)
	if consent.Status != fairlead.ConsentAuthorised || consent.Connection != conn.ID || consent.Expires.After(s.Now.AddDate(0, 6, 1)) {
		t.Errorf("consent %s of %s until %s", consent.Status, consent.Connection, consent.Expires)
	}
	var history []fairlead.ConsentStatus
	for _, h := range consent.History {
		history = append(history, h.Status)
	}
	if !slices.Equal(history, []fairlead.ConsentStatus{fairlead.ConsentStarted, fairlead.ConsentAwaitingAuthorisation, fairlead.ConsentAuthorised}) {
		t.Errorf("the consent's history is %v", history)
	}
	if !x.due(fairlead.CollectWork, string(conn.ID)) {
		t.Error("no collection is due")
	}

	d, err := p.visit().Finish(ctx)
	must(t, err)
	again, err := p.visit().Finish(ctx)
	must(t, err)
	if d.URL != again.URL || !strings.HasPrefix(d.URL, "https://app.example.com/done?code=") || x.finisher.calls.Load() != 1 {
		t.Errorf("finished at %q, then %q, after %d calls", d.URL, again.URL, x.finisher.calls.Load())
	}
	if s := p.screen(); !s.Ended || s.AppReturn == nil || s.AppReturn.URL != d.URL {
		t.Errorf("the ended page leads to %+v", s.AppReturn)
	}
	_, code, _ := strings.Cut(d.URL, "code=")
	g, err := x.l.Exchange(ctx, x.app, code, "key-1")
	must(t, err)
	if len(g.Connections) != 1 || g.Connections[0].ID != conn.ID {
		t.Errorf("granted %+v", g.Connections)
	}
	if g, err = x.l.Exchange(ctx, x.app, code, "key-1"); err != nil || len(g.Connections) != 1 {
		t.Errorf("the same replay key got %v", err)
	}
	_, err = x.l.Exchange(ctx, x.app, code, "key-2")
	wantKind(t, err, fairlead.Gone)
	_, err = x.l.Exchange(ctx, x.app, code, "key-1")
	wantKind(t, err, fairlead.Gone) // the grant was revoked by the replay
	if x.connection(conn.ID).Status == fairlead.ConnectionDisconnected {
		t.Error("a replay cut the connection")
	}
	want := []fairlead.EventKind{
		fairlead.EventLinkCreated, fairlead.EventLinkOpened, fairlead.EventConsentGranted, fairlead.EventConnectionLinked, fairlead.EventLinkFinished,
	}
	if got := x.kinds(); !slices.Equal(got, want) {
		t.Errorf("published %v, want %v", got, want)
	}
}

func TestACodeExpiresAndIsTheApplicationsOwn(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.connect("good")
	d, err := p.visit().Finish(t.Context())
	must(t, err)
	_, code, _ := strings.Cut(d.URL, "code=")
	other := x.app
	other.ID = "app_other"
	_, err = x.l.Exchange(t.Context(), other, code, "")
	wantKind(t, err, fairlead.NotFound)
	x.advance(2 * time.Minute)
	_, err = x.l.Exchange(t.Context(), x.app, code, "")
	wantKind(t, err, fairlead.Gone)
}

func TestAWrongPasswordAsksAgainAndAStaleFormIsTold(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	first := p.toLogin("harbor")
	s := p.login("good", "WRONG_PASSWORD")
	if s.Problem == nil || s.Problem.Kind != fairlead.RejectedLogin || s.Step == nil || !s.Step.Form.Again || s.Turn == first.Turn {
		t.Fatalf("problem %+v, step %+v, turn %d after %d", s.Problem, s.Step, s.Turn, first.Turn)
	}
	err := p.visit().Answer(t.Context(), first.Turn, fields("user", "good", "password", "good"))
	wantKind(t, err, fairlead.Conflict)
	err = p.visit().Answer(t.Context(), s.Turn, fields("user", "good"))
	wantKind(t, err, fairlead.Invalid)
	if s = p.login("good", "good"); s.Stage != fairlead.StageResult || s.Problem != nil {
		t.Errorf("stage %s, problem %+v", s.Stage, s.Problem)
	}
}

func TestTenWrongPasswordsEndTheLink(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	var s linking.Screen
	for i := range 10 {
		// Another user each time, because the bank locks one after three.
		if s = p.login("good+"+string(rune('a'+i)), "WRONG_PASSWORD"); s.Ended {
			break
		}
	}
	if !s.Ended || s.Link.Status != fairlead.LinkFailed || s.Link.Reason != fairlead.RejectedLogin {
		t.Errorf("ended %v as %s because of %q", s.Ended, s.Link.Status, s.Link.Reason)
	}
}

func TestAnInstitutionThatIsDownLetsThePersonRetryOrLeave(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	s := p.login("good", "DOWN")
	if s.Step != nil || s.Problem == nil || s.Problem.Kind != fairlead.InstitutionDown || !s.CanRetry || !s.CanAnother || !s.CanBack {
		t.Fatalf("step %v, problem %+v, retry %v, another %v", s.Step, s.Problem, s.CanRetry, s.CanAnother)
	}
	failed := x.consent(s.Link.Consent)
	if failed.Status != fairlead.ConsentFailed || failed.Reason != fairlead.InstitutionDown {
		t.Errorf("the consent is %s because of %q", failed.Status, failed.Reason)
	}
	must(t, p.visit().Retry(t.Context()))
	s = p.at(fairlead.StageConversation)
	if s.Step == nil || s.Problem != nil || s.Link.Consent == failed.ID {
		t.Errorf("after the retry: step %v, problem %+v", s.Step, s.Problem)
	}
	if fresh := x.consent(s.Link.Consent); !fresh.Expires.Equal(failed.Expires) {
		t.Errorf("the new consent lasts until %s, the old one until %s", fresh.Expires, failed.Expires)
	}
	p.login("good", "DOWN")
	must(t, p.visit().Leave(t.Context()))
	if s = p.screen(); s.Link.Status != fairlead.LinkExited || s.Link.Reason != fairlead.InstitutionDown {
		t.Errorf("left as %s because of %q", s.Link.Status, s.Link.Reason)
	}
	if got := x.kinds(); !slices.Contains(got, fairlead.EventConsentFailed) || got[len(got)-1] != fairlead.EventLinkExited {
		t.Errorf("published %v", got)
	}
}

func TestAProblemThatTheSpecNamesEndsTheLinkAtOnce(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) { a.Spec.ExitOn = []fairlead.ErrorKind{fairlead.RejectedLogin} })
	p.toLogin("harbor")
	if s := p.login("good", "WRONG_PASSWORD"); !s.Ended || s.Link.Status != fairlead.LinkFailed || s.Link.Reason != fairlead.RejectedLogin {
		t.Errorf("ended %v as %s because of %q", s.Ended, s.Link.Status, s.Link.Reason)
	}
}

func TestASlowLoginGoesOnWhenTheClockIsAdvanced(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	if s := p.login("good", "SLOW_300"); s.Step == nil || s.Step.Wait == nil || s.WaitFor == 0 {
		t.Fatalf("step %+v, wait %d", s.Step, s.WaitFor)
	}
	must(t, p.visit().Run(t.Context()))
	if s := p.screen(); s.Step == nil || s.Step.Wait == nil {
		t.Fatal("it did not wait")
	}
	x.advance(301 * time.Second)
	must(t, p.visit().Run(t.Context()))
	p.at(fairlead.StageResult)
}

func TestAOneTimeCodeIsAskedAgainWhenItIsWrong(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	s := p.login("otp", "otp")
	if s.Step == nil || s.Step.Form == nil || s.Step.Form.Kind != "code" {
		t.Fatalf("step %+v", s.Step)
	}
	must(t, p.visit().Answer(t.Context(), s.Turn, fields("code", "0000")))
	if s = p.screen(); s.Problem == nil || s.Problem.Kind != fairlead.RejectedChallenge || !s.Step.Form.Again {
		t.Fatalf("problem %+v", s.Problem)
	}
	must(t, p.visit().Answer(t.Context(), s.Turn, fields("code", "1234")))
	p.at(fairlead.StageResult)
}

func TestBackLeadsThroughTheStagesAndEndsTheConsent(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	s := p.toLogin("harbor")
	consent := s.Link.Consent
	for _, want := range []fairlead.Stage{fairlead.StageConsent, fairlead.StageInstitution, fairlead.StageWelcome} {
		must(t, p.visit().Back(t.Context()))
		p.at(want)
	}
	wantKind(t, p.visit().Back(t.Context()), fairlead.Conflict)
	if c := x.consent(consent); c.Status != fairlead.ConsentRejected {
		t.Errorf("the consent is %s", c.Status)
	}
	p.connect("good")
}

func TestAPreselectedInstitutionSkipsItsStageAndStartsByItself(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Institution = "harbor"
		a.Spec.Stages = []fairlead.Stage{fairlead.StageConversation, fairlead.StageResult}
	})
	if s := p.at(fairlead.StageConversation); s.Step == nil || s.CanBack || s.CanAnother {
		t.Errorf("step %+v, back %v, another %v", s.Step, s.CanBack, s.CanAnother)
	}
}

func TestALinkWithoutAResultStageEndsByItself(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Institution = "harbor"
		a.Spec.Stages = []fairlead.Stage{fairlead.StageConversation}
	})
	if s := p.login("good", "good"); !s.Ended || s.Link.Status != fairlead.LinkFinished || s.AppReturn == nil {
		t.Errorf("ended %v as %s", s.Ended, s.Link.Status)
	}
}

func TestAnotherInstitutionMayBeConnectedUpToTheLimit(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) { a.Spec.Limit = 2 })
	first := p.connect("good")
	must(t, p.visit().Another(t.Context()))
	p.at(fairlead.StageInstitution)
	second := p.connect("saver")
	if first.ID == second.ID {
		t.Error("two logins are one connection")
	}
	if s := p.screen(); s.CanAnother || len(s.Connected) != 2 {
		t.Errorf("another %v, connected %d", s.CanAnother, len(s.Connected))
	}
	wantKind(t, p.visit().Another(t.Context()), fairlead.Conflict)
}

func TestTheAcceptanceGatesTheConnection(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	with := func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageConsent, fairlead.StageAcceptance, fairlead.StageResult}
	}
	p := x.open(with)
	p.toLogin("harbor")
	s := p.login("good", "good")
	if s.Stage != fairlead.StageAcceptance || len(s.Connected) != 0 || s.CanBack {
		t.Fatalf("stage %s, connected %d", s.Stage, len(s.Connected))
	}
	if c := x.consent(s.Link.Consent); c.Status != fairlead.ConsentAwaitingAcceptance {
		t.Errorf("the consent is %s", c.Status)
	}
	must(t, p.visit().Accept(t.Context(), true))
	if s = p.at(fairlead.StageResult); len(s.Connected) != 1 {
		t.Fatal("nothing was connected")
	}

	p = x.open(with)
	p.toLogin("harbor")
	consent := p.login("saver", "saver").Link.Consent
	must(t, p.visit().Accept(t.Context(), false))
	if s = p.screen(); s.Problem == nil || s.Problem.Kind != fairlead.ConsentEnded || len(s.Connected) != 0 || !s.CanRetry {
		t.Errorf("after a no: problem %+v, connected %d", s.Problem, len(s.Connected))
	}
	if c := x.consent(consent); c.Status != fairlead.ConsentRejected {
		t.Errorf("the consent is %s", c.Status)
	}
}

func TestAConsentThatEndsWhileThePersonAcceptsIsAProblemNotAWall(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageConsent, fairlead.StageAcceptance, fairlead.StageResult}
	})
	p.toLogin("harbor")
	p.login("good", "good")
	s := p.at(fairlead.StageAcceptance)
	must(t, x.consents.RevokeConsent(t.Context(), x.tenant, s.Link.Consent, "app_test", fairlead.ConsentRevokedByApplication))
	must(t, p.visit().Accept(t.Context(), true))
	s = p.at(fairlead.StageConversation)
	if s.Problem == nil || s.Problem.Kind != fairlead.ConsentEnded || !s.CanRetry || len(s.Connected) != 0 {
		t.Fatalf("problem %+v, retry %v, connected %d", s.Problem, s.CanRetry, len(s.Connected))
	}
	must(t, p.visit().Leave(t.Context()))
	if s = p.screen(); s.Link.Status != fairlead.LinkExited {
		t.Errorf("the link ended as %s", s.Link.Status)
	}
}

func TestAConnectionIsMadeOnceHoweverOftenThePersonAccepts(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageAcceptance, fairlead.StageResult}
	})
	p.toLogin("harbor")
	p.login("good", "good")
	p.at(fairlead.StageAcceptance)
	visits := []*linking.Visit{p.visit(), p.visit(), p.visit()}
	var wg sync.WaitGroup
	errs := make([]error, len(visits))
	for n, v := range visits {
		wg.Go(func() { errs[n] = v.Accept(t.Context(), true) })
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			wantKind(t, err, fairlead.Conflict)
		}
	}
	if s := p.at(fairlead.StageResult); done != 1 || len(s.Connected) != 1 {
		t.Errorf("%d went on, %d connections", done, len(s.Connected))
	}
}

func TestAChoiceThatAStoppedServerLeftIsConnectedAtTheNextLook(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageAcceptance, fairlead.StageResult}
	})
	p.toLogin("harbor")
	p.login("good", "good")
	p.at(fairlead.StageAcceptance)
	x.update(func(tx *store.Tx) error { // as after kill -9 between the choice and the connection
		link, err := tx.Links.Get(x.tenant, string(p.link))
		if err != nil {
			return err
		}
		link.Conversation.Accepted, link.Conversation.Busy = true, fairlead.RealClock().Add(-time.Second)
		return tx.Links.Put(x.tenant, &link)
	})
	if s := p.at(fairlead.StageResult); len(s.Connected) != 1 {
		t.Errorf("%d connections, problem %+v", len(s.Connected), s.Problem)
	}
}

func TestTheRetrievingStageStaysUntilTheDataIsThere(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageConsent, fairlead.StageRetrieving}
	})
	conn := p.connect("good")
	must(t, p.visit().Run(t.Context()))
	if s := p.at(fairlead.StageRetrieving); !s.Busy {
		t.Error("the page does not wait")
	}
	x.setStatus(conn.ID, fairlead.ConnectionActive)
	must(t, p.visit().Run(t.Context()))
	if s := p.screen(); !s.Ended || s.Link.Status != fairlead.LinkFinished {
		t.Errorf("ended %v as %s", s.Ended, s.Link.Status)
	}
}

func TestAFormThatIsSentEmptyNamesItsFieldsAndDoesNotLoop(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	first := p.toLogin("harbor")
	for range 12 {
		err := p.visit().Answer(t.Context(), first.Turn, fields())
		wantKind(t, err, fairlead.Invalid)
		if e, ok := errors.AsType[*fairlead.Error](err); !ok || len(e.Fields) == 0 {
			t.Fatalf("an empty form is refused without a field: %v", err)
		}
	}
	if s := p.login("good", "good"); s.Stage != fairlead.StageResult || s.Problem != nil {
		t.Errorf("after empty forms: stage %s, problem %+v", s.Stage, s.Problem)
	}
}
