package linking_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

func TestALinkTokenMayBeEnteredAgainUnlessItIsForOneVisit(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	x.enter(linking.Entry{Token: made.Token}).at(fairlead.StageWelcome)
	x.enter(linking.Entry{Token: made.Token}).at(fairlead.StageWelcome)
	if n := len(slices.DeleteFunc(x.kinds(), func(k fairlead.EventKind) bool { return k != fairlead.EventLinkOpened })); n != 1 {
		t.Errorf("link.opened was published %d times", n)
	}

	made, err = x.l.Create(t.Context(), x.app, request(func(a *linking.CreateRequest) { a.Spec.OneVisit = true }))
	must(t, err)
	p := x.enter(linking.Entry{Token: made.Token})
	_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: made.Token}, fairlead.FrameToken, "")
	wantKind(t, err, fairlead.Gone)
	p.at(fairlead.StageWelcome)
	_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: "nothing"}, fairlead.PageToken, "")
	wantKind(t, err, fairlead.NotFound)
}

func TestASessionOpensItsOwnLinkOnly(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	one, two := x.open(nil), x.open(nil)
	_, err := x.l.Open(t.Context(), one.s, two.link)
	wantKind(t, err, fairlead.NotFound)
	_, err = x.l.Open(t.Context(), linking.Session{Kind: fairlead.FrameToken, Token: one.s.Token}, one.link)
	wantKind(t, err, fairlead.Unauthenticated)
	made, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	_, err = x.l.Open(t.Context(), linking.Session{Kind: fairlead.LinkToken, Token: made.Token}, made.Link.ID)
	wantKind(t, err, fairlead.Unauthenticated)
}

func TestAnEndedLinksTokenOpensNothing(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	link, err := x.l.LinkByToken(t.Context(), made.Token)
	if err != nil || link.ID != made.Link.ID {
		t.Fatalf("found %s: %v", link.ID, err)
	}
	p := x.enter(linking.Entry{Token: made.Token})
	p.connect("good")
	_, err = p.visit().Finish(t.Context())
	must(t, err)
	_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: made.Token}, fairlead.PageToken, "")
	wantKind(t, err, fairlead.Gone)
	_, err = x.l.LinkByToken(t.Context(), made.Token)
	wantKind(t, err, fairlead.Gone)
}

func TestAHandoverMovesTheSessionAndEndsTheFirst(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	must(t, p.visit().Proceed(t.Context()))
	address, err := p.visit().ContinueOnDevice(t.Context())
	must(t, err)
	token := strings.TrimPrefix(address, x.base+"/l/")
	phone := x.enter(linking.Entry{Token: token})
	phone.at(fairlead.StageInstitution)
	_, err = x.l.Open(t.Context(), p.s, p.link)
	wantKind(t, err, fairlead.Unauthenticated)
	_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: token}, fairlead.PageToken, "")
	wantKind(t, err, fairlead.Gone)
}

func TestATemplateMintsALinkOnEachVisitAndNoneOnAPreview(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	ctx := t.Context()
	tpl, err := x.l.CreateTemplate(ctx, x.app, linking.TemplateRequest{
		Name: "one", Origin: fairlead.Origin{Dialect: "native", State: json.RawMessage(`{"a":1}`)},
		Spec: fairlead.Spec{Redirect: "https://app.example.com/done", Code: fairlead.CodePolicy{Listable: true}},
	})
	must(t, err)
	visit := linking.Entry{Template: tpl.Token, Institution: "harbor", Reference: "carol", State: json.RawMessage(`{"b":2}`), Metadata: json.RawMessage(`{"m":1}`)}
	s, err := x.l.Preview(ctx, visit)
	must(t, err)
	if s.Stage != fairlead.StageWelcome || s.Institution == nil || s.Institution.ShortName != "harbor" {
		t.Errorf("previewed %s of %+v", s.Stage, s.Institution)
	}
	if links, err := x.l.Links(ctx, x.tenant, x.app.ID, "", 0); err != nil || len(links) != 0 {
		t.Fatalf("a preview made %d links: %v", len(links), err)
	}
	p := x.enter(visit)
	conn := p.connect("good")
	link := p.screen().Link
	if conn.Reference != "carol" || link.Template != tpl.ID || string(link.Origin.State) != `{"b":2}` || string(link.Spec.Metadata) != `{"m":1}` {
		t.Errorf("reference %q, template %s, state %s, metadata %s", conn.Reference, link.Template, link.Origin.State, link.Spec.Metadata)
	}
	d, err := p.visit().Finish(ctx)
	must(t, err)
	_, code, _ := strings.Cut(d.URL, "code=")
	codes, err := x.l.Codes(ctx, x.app)
	must(t, err)
	if len(codes) != 1 || codes[0].Value != code || codes[0].Template != tpl.ID || codes[0].Link != link.ID {
		t.Fatalf("listed %+v", codes)
	}
	wantKind(t, x.l.DeleteTemplate(ctx, x.app, tpl.Token), fairlead.Conflict)
	_, err = x.l.Exchange(ctx, x.app, code, "")
	must(t, err)
	_, err = x.l.Exchange(ctx, x.app, code, "")
	wantKind(t, err, fairlead.Gone)
	if n, err := x.l.PendingCodes(ctx, x.tenant, tpl.ID); err != nil || n != 0 {
		t.Errorf("%d codes pending: %v", n, err)
	}
	must(t, x.l.DeleteTemplate(ctx, x.app, tpl.Token))
	_, err = x.l.Preview(ctx, visit)
	wantKind(t, err, fairlead.NotFound)
}

func TestTemplatesAreTheApplicationsOwnAndMayBePaused(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	ctx := t.Context()
	tpl, err := x.l.CreateTemplate(ctx, x.app, linking.TemplateRequest{Name: "one"})
	must(t, err)
	_, err = x.l.CreateTemplate(ctx, x.app, linking.TemplateRequest{Name: "one"})
	wantKind(t, err, fairlead.Conflict)
	_, err = x.l.CreateTemplate(ctx, x.app, linking.TemplateRequest{Name: "two", Spec: fairlead.Spec{Redirect: "https://evil.test/"}})
	wantKind(t, err, fairlead.Invalid)
	other := x.app
	other.ID = "app_other"
	_, err = x.l.Template(ctx, other, tpl.Token)
	wantKind(t, err, fairlead.NotFound)
	_, err = x.l.ChangeTemplate(ctx, x.app, tpl.Token, func(t *fairlead.Template) error { t.Active = false; return nil })
	must(t, err)
	_, _, err = x.l.Enter(ctx, linking.Entry{Template: tpl.Token}, fairlead.PageToken, "")
	wantKind(t, err, fairlead.Gone)
	if all, err := x.l.Templates(ctx, x.app); err != nil || len(all) != 1 || all[0].Active {
		t.Errorf("listed %+v: %v", all, err)
	}
}

func TestThePersonsOwnPageShowsAndEndsWhatIsShared(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	ctx := t.Context()
	conn := x.open(nil).connect("good")
	bobs := x.open(func(a *linking.CreateRequest) { a.Reference = "bob" }).connect("good")
	address, _, err := x.consents.Portal(ctx, x.app, conn.Person)
	must(t, err)
	minted := strings.TrimPrefix(address, x.base+"/me/")
	token, err := x.consents.EnterPortal(ctx, minted)
	must(t, err)
	if _, err := x.consents.PortalView(ctx, minted); token == minted || !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("what stands in the address is a session itself: %v", err)
	}
	if _, err := x.consents.EnterPortal(ctx, token); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("a session is good as an address: %v", err)
	}
	v, err := x.consents.PortalView(ctx, token)
	must(t, err)
	if len(v.Connections) != 1 || v.Connections[0].Connection.ID != conn.ID || v.Connections[0].Consent == nil {
		t.Fatalf("shows %+v", v.Connections)
	}
	wantKind(t, x.consents.PortalRevoke(ctx, token, bobs.ID), fairlead.NotFound)
	must(t, x.consents.PortalRevoke(ctx, token, conn.ID))
	if got := x.consent(conn.Consent).Status; got != fairlead.ConsentRevokedByPerson {
		t.Errorf("the consent is %s", got)
	}
	x.advance(16 * time.Minute)
	_, err = x.consents.PortalView(ctx, token)
	wantKind(t, err, fairlead.Gone)
}

func TestAPersonaIsLinkedWithoutAPage(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, o, err := x.l.Headless(t.Context(), x.app, linking.HeadlessRequest{CreateRequest: request(nil), Institution: "harbor", User: "otp"})
	must(t, err)
	if o.Code == "" || len(o.Connections) != 1 || made.Link.Status != fairlead.LinkFinished {
		t.Fatalf("code %q, %d connections, %s, problem %+v", o.Code, len(o.Connections), made.Link.Status, o.Problem)
	}
	g, err := x.l.Exchange(t.Context(), x.app, o.Code, "")
	if err != nil || len(g.Connections) != 1 {
		t.Errorf("exchanged %+v: %v", g, err)
	}
	_, o, err = x.l.Headless(t.Context(), x.app, linking.HeadlessRequest{CreateRequest: request(nil), Institution: "harbor", User: "good", Password: "WRONG_PASSWORD"})
	must(t, err)
	if o.Problem == nil || o.Problem.Kind != fairlead.RejectedLogin || o.Code != "" || o.Link.Status != fairlead.LinkFailed {
		t.Errorf("problem %+v, code %q, %s", o.Problem, o.Code, o.Link.Status)
	}
}

func TestATurnThatLeftNoTraceIsToldAndMayBeAnsweredAgain(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	busy := func(until time.Time) {
		x.update(func(tx *store.Tx) error {
			link, err := tx.Links.Get(x.tenant, string(p.link))
			if err != nil {
				return err
			}
			link.Conversation.Busy = until
			return tx.Links.Put(x.tenant, &link)
		})
	}
	busy(fairlead.RealClock().Add(time.Minute))
	s := p.screen()
	if !s.Busy || s.WaitFor == 0 {
		t.Error("a turn in flight is not shown")
	}
	wantKind(t, p.visit().Answer(t.Context(), s.Turn, fields("user", "good", "password", "good")), fairlead.Conflict)
	busy(fairlead.RealClock().Add(-time.Second)) // as after a crash
	must(t, p.visit().Run(t.Context()))
	s = p.screen()
	if s.Busy || s.Problem == nil || s.Problem.Kind != fairlead.Internal || s.Step == nil || !s.CanRetry {
		t.Fatalf("busy %v, problem %+v, step %v", s.Busy, s.Problem, s.Step)
	}
	if s = p.login("good", "good"); s.Stage != fairlead.StageResult {
		t.Errorf("stage %s, problem %+v", s.Stage, s.Problem)
	}
}

func TestTwoTabsMakeOneConnection(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	turn := p.toLogin("harbor").Turn
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = p.visit().Answer(t.Context(), turn, fields("user", "good", "password", "good")) })
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
		t.Errorf("%d tabs went on, %d connections", done, len(s.Connected))
	}
}

func TestTwoLinksOfOneLoginMeetInOneConnection(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	one, two := x.open(nil), x.open(nil)
	one.toLogin("harbor")
	two.toLogin("harbor")
	var wg sync.WaitGroup
	for _, p := range []*page{one, two} {
		turn := p.screen().Turn
		wg.Go(func() {
			if err := p.visit().Answer(t.Context(), turn, fields("user", "good", "password", "good")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	a, b := one.at(fairlead.StageResult), two.at(fairlead.StageResult)
	if a.Connected[0].Connection.ID != b.Connected[0].Connection.ID {
		t.Error("one login became two connections")
	}
}

func TestARenewalTokenRenewsItsConnectionOnce(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	ctx := t.Context()
	tpl, err := x.l.CreateTemplate(ctx, x.app, linking.TemplateRequest{})
	must(t, err)
	conn := x.open(nil).connect("good")
	visit := linking.Entry{Template: tpl.Token, Renewal: x.l.RenewalToken(conn)}
	s, err := x.l.Preview(ctx, visit)
	if err != nil || s.Update == nil || s.Update.ID != conn.ID {
		t.Fatalf("previewed %+v: %v", s.Update, err)
	}
	p := x.enter(visit)
	if got := p.connect("good"); got.ID != conn.ID {
		t.Errorf("%s was renewed, want %s", got.ID, conn.ID)
	}
	for _, dead := range []string{visit.Renewal, string(conn.ID) + ".guess", "con_none.guess"} {
		_, _, err = x.l.Enter(ctx, linking.Entry{Template: tpl.Token, Renewal: dead}, fairlead.PageToken, "")
		wantKind(t, err, fairlead.NotFound)
	}
}
