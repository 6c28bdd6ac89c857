package linking_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/linking"
)

// atBank goes to the step that sends the person to Banco Farol.
func (x *fixture) atBank(change func(*linking.CreateRequest)) *page {
	x.t.Helper()
	p := x.open(change)
	s := p.toLogin("farol")
	if s.Step == nil || s.Step.Send == nil {
		x.t.Fatalf("the person is not sent away: %+v, problem %+v", s.Step, s.Problem)
	}
	return p
}

// signInAt plays the person at the bank and returns what the browser comes back with.
func (p *page) signInAt(address, user, password string) map[string]string {
	p.t.Helper()
	now, err := p.time(p.t.Context(), p.tenant)
	must(p.t, err)
	env, err := p.options.ConnectorEnv(p.t.Context(), fairlead.Tenant{}, "")
	must(p.t, err)
	at := connector.Env{Tenant: p.tenant, Environment: fairlead.Sandbox, Seed: "seed", Now: now, BaseURL: p.base, Client: env.Client}
	query, err := p.sandbox.Visit(p.t.Context(), at, user, password, address)
	must(p.t, err)
	return query
}

// comeBack returns from the bank in the browser that left.
func (x *fixture) comeBack(state string, query map[string]string) error {
	v, err := x.l.OpenReturn(x.t.Context(), state, "192.0.2.9")
	if err != nil {
		return err
	}
	return v.Return(x.t.Context(), query)
}

func TestAVisitToTheBankComesBackToItsLink(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.atBank(nil)
	address, state, err := p.visit().Depart(t.Context())
	must(t, err)
	if !strings.HasPrefix(address, x.base+"/sandbox/farol/") {
		t.Errorf("sent to %s", address)
	}
	query := p.signInAt(address, "good", "good")
	back, err := x.l.OpenReturn(t.Context(), state, "192.0.2.9")
	must(t, err)
	shown, err := back.Screen(t.Context())
	if err != nil || back.ID() != p.link || shown.Company != "Test Company" || shown.Institution == nil || shown.Step != nil {
		t.Errorf("asked by %q for %+v: %v", shown.Company, shown.Institution, err)
	}
	p.at(fairlead.StageConversation)
	for range 2 {
		must(t, x.comeBack(state, query))
	}
	s := p.at(fairlead.StageResult)
	if len(s.Connected) != 1 {
		t.Fatalf("connected %d, problem %+v", len(s.Connected), s.Problem)
	}
	c := x.consent(s.Connected[0].Connection.Consent)
	if c.Ref == "" || len(c.Granted) == 0 || c.Status != fairlead.ConsentAuthorised {
		t.Errorf("the consent is %s, ref %q, granted %v", c.Status, c.Ref, c.Granted)
	}
	_, err = x.l.OpenReturn(t.Context(), "unknown", "192.0.2.9")
	wantKind(t, err, fairlead.NotFound)
}

func TestAnUntrustedReturnGoesOnWhenThePersonConfirms(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.atBank(nil)
	address, state, err := p.visit().Depart(t.Context())
	must(t, err)
	err = x.comeBack(state, p.signInAt(address, "good", "good"))
	if err != nil {
		t.Error(err)
	}
	p.at(fairlead.StageResult)
}

func TestARefusalAtTheBankRejectsTheConsent(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.atBank(nil)
	_, state, err := p.visit().Depart(t.Context())
	must(t, err)
	err = x.comeBack(state, map[string]string{"state": state, "iss": x.base + "/sandbox/farol", "error": "access_denied"})
	must(t, err)
	s := p.at(fairlead.StageConversation)
	if s.Problem == nil || s.Problem.Kind != fairlead.ConsentEnded || !s.CanRetry {
		t.Errorf("problem %+v", s.Problem)
	}
	if c := x.consent(s.Link.Consent); c.Status != fairlead.ConsentRejected || c.Reason != fairlead.ConsentEnded {
		t.Errorf("the consent is %s because of %q", c.Status, c.Reason)
	}
	must(t, p.visit().Retry(t.Context()))
	_, again, err := p.visit().Depart(t.Context())
	must(t, err)
	if again == state {
		t.Error("the new visit has the old one's state")
	}
	err = x.comeBack(state, nil)
	wantKind(t, err, fairlead.NotFound)
}

func TestSomebodyAtTheBankIsNotCutOff(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.atBank(func(a *linking.CreateRequest) {
		a.Life, a.Spec.VisitOpens, a.Spec.VisitLasts = 5*time.Minute, time.Minute, time.Hour
	})
	address, state, err := p.visit().Depart(t.Context())
	must(t, err)
	x.advance(10 * time.Second)
	query := p.signInAt(address, "good", "good")
	x.advance(10 * time.Minute)
	out, err := x.l.Expire(t.Context(), x.work(fairlead.ExpireWork, "links"))
	if err != nil || out.Again.IsZero() {
		t.Fatalf("the link was ended: %v", err)
	}
	_, _, err = p.visit().Depart(t.Context())
	wantKind(t, err, fairlead.Gone) // the address may be opened for a minute
	if s := p.at(fairlead.StageConversation); s.Problem == nil || s.Problem.Kind != fairlead.ChallengeExpired {
		t.Errorf("problem %+v", s.Problem)
	}
	err = x.comeBack(state, maps.Clone(query))
	must(t, err) // too late for this visit, and said by the page
	p.at(fairlead.StageConversation)
}

func TestEverySecondFactorIsPassedWithoutAPage(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	words := "SCA_SMS+SCA_CODE_DEVICE+SCA_COORDINATE+SCA_UPDATABLE_QR+SCA_IMAGE+SCA_QUESTIONS_2_2+SCA_LINK+SCA_APP"
	for _, institution := range []string{"harbor", "farol"} {
		_, o, err := x.l.Headless(t.Context(), x.app, linking.HeadlessRequest{CreateRequest: request(nil), Institution: institution, User: "good", Password: words})
		if err != nil || len(o.Connections) != 1 || o.Code == "" {
			t.Errorf("%s: %d connections, code %q, problem %+v, %v", institution, len(o.Connections), o.Code, o.Problem, err)
		}
	}
}

func TestAPushIsShownUntilItIsApproved(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	s := p.login("good", "SCA_APP")
	if s.Step == nil || s.Step.Wait == nil || s.Step.Wait.Approval == "" || s.WaitFor == 0 {
		t.Fatalf("step %+v, problem %+v", s.Step, s.Problem)
	}
	must(t, p.visit().Run(t.Context()))
	if s = p.at(fairlead.StageConversation); s.Step.Wait == nil {
		t.Fatal("it did not wait")
	}
	must(t, x.sandbox.Decide(t.Context(), x.tenant, s.Step.Wait.Approval, true))
	must(t, p.visit().Run(t.Context()))
	p.at(fairlead.StageResult)
}

func TestAQRCodeIsShownAnewInItsTime(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	first := p.login("good", "SCA_UPDATABLE_QR")
	must(t, p.visit().Run(t.Context()))
	if s := p.screen(); s.Turn != first.Turn {
		t.Error("it was shown anew too early")
	}
	x.advance(11 * time.Second)
	must(t, p.visit().Run(t.Context()))
	s := p.screen()
	if s.Turn == first.Turn || string(s.Step.Form.Image.Data) == string(first.Step.Form.Image.Data) {
		t.Error("it was not shown anew")
	}
	must(t, p.visit().Answer(t.Context(), s.Turn, fields(s.Step.Form.Fields[0].Name, "yes")))
	p.at(fairlead.StageResult)
}

func TestTheAccountsToShareAreChosenWhereTheInstitutionLeavesItToUs(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("anchor")
	s := p.signIn("good", "good")
	if s.Stage != fairlead.StageAccounts || len(s.Accounts) < 2 {
		t.Fatalf("stage %s with %d accounts", s.Stage, len(s.Accounts))
	}
	wantKind(t, p.visit().Pick(t.Context(), []string{"none"}), fairlead.Invalid)
	must(t, p.visit().Pick(t.Context(), []string{s.Accounts[1].Ref, "none"}))
	s = p.at(fairlead.StageResult)
	conn := s.Connected[0].Connection
	if len(conn.Accounts) != 1 || len(x.consent(conn.Consent).Accounts) != 1 {
		t.Errorf("shared %v", conn.Accounts)
	}
}

func TestTheStateOfAVisitIsNotStored(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.atBank(nil)
	address, state, err := p.visit().Depart(t.Context())
	must(t, err)
	u, err := url.Parse(address)
	must(t, err)
	link, err := x.l.Link(t.Context(), x.tenant, p.link)
	must(t, err)
	if link.Conversation.OAuthState == state || u.Query().Get("state") == state {
		t.Error("the state can be read")
	}
}

func TestAConversationMayBeginBeforeThePersonComes(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(func(a *linking.CreateRequest) {
		a.Spec.Institution, a.Spec.Stages = "farol", []fairlead.Stage{fairlead.StageConversation, fairlead.StageResult}
	}))
	must(t, err)
	link, err := x.l.Begin(t.Context(), x.tenant, made.Link.ID)
	must(t, err)
	if link.Consent == "" || link.Conversation == nil || link.Conversation.Step.Send == nil {
		t.Fatalf("consent %q, conversation %+v", link.Consent, link.Conversation)
	}
	_, err = x.l.Begin(t.Context(), x.tenant, made.Link.ID)
	wantKind(t, err, fairlead.Conflict)
	p := x.enter(linking.Entry{Token: made.Token})
	if s := p.at(fairlead.StageConversation); s.Link.Consent != link.Consent || s.Turn != link.Conversation.Turn {
		t.Error("it began again")
	}
}
